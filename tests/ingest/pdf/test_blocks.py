"""Words that a line's end parted."""

import pytest

from ingest.pdf.blocks import Vocabulary, block_of
from ingest.pdf.lines import Line
from ingest.pdf.paragraphs import Paragraph
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
        ("state-of-the", "art", "-"),
        ("self-people", "run", "-"),
        ("well-docu", "mented", ""),
    ],
)
def test_a_hyphen_is_kept_where_the_document_or_english_writes_one(left: str, right: str, between: str) -> None:
    known = Vocabulary()
    known.learn(words("data-driven", "e-mail", "reuse", "ordinary", "people,", "ordinary", "people"))
    assert known.mended(left, right) == between


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["東京は日本の首都で", "世界最大の都市圏の"], "東京は日本の首都で世界最大の都市圏の"),
        (["그는 학교에 갔고", "집에는 가지 않았다"], "그는 학교에 갔고 집에는 가지 않았다"),
        (["東京は Tokyo Bay", "に面している。"], "東京は Tokyo Bay に面している。"),
    ],
)
def test_a_line_of_chinese_or_japanese_goes_on_without_a_space(lines: list[str], text: str) -> None:
    rows = [
        [Line([Word(one, 0, 20 * at, 200, 20 * at + 12, 12, 20 * at) for one in line.split()], x1=200)]
        for at, line in enumerate(lines)
    ]
    block = block_of(Paragraph(rows), 1, (), Vocabulary())
    assert block.text.strip() == text
    assert block.runs[0][0] == 0
