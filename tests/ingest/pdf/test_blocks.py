"""Words that a line's end parted."""

import pytest

from ingest.pdf.blocks import Vocabulary
from ingest.pdf.words import Word


def words(*texts: str) -> list[Word]:
    return [Word(text, 0, 0, 1, 1, 1, 1) for text in texts]


@pytest.mark.parametrize(
    ("left", "right", "between"),
    [
        ("prefer", "ences.", ""),
        ("long", "term", "-"),
        ("data", "driven", "-"),
        ("Non", "GAAP", "-"),
        ("2", "year", "-"),
        ("re", "use", ""),
        ("e", "mail", "-"),
        ("ordinary", "people", "-"),
    ],
)
def test_a_hyphen_is_kept_where_the_document_or_english_writes_one(left: str, right: str, between: str) -> None:
    known = Vocabulary()
    known.learn(words("data-driven", "e-mail", "reuse", "ordinary", "people,", "ordinary", "people"))
    assert known.mended(left, right) == between
