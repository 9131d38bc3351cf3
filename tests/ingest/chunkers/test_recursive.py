"""Separators, the best first."""

from collections.abc import Callable
from typing import get_args

import pytest

from ingest.chunkers._separators import LANGUAGES, Language
from ingest.chunkers.recursive import Recursive
from ingest.errors import ConfigurationError
from ingest.tokens import Tokenizer
from ingest.types import Chunk

Cut = Callable[..., list[Chunk]]

PYTHON = '''"""A module."""

import os

class One:
    """One two three four."""

    def first(self, value):
        return value + 1

    def second(self, value):
        return value + 2

@decorated
def alone(value):
    return value
'''


def texts(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


def numbered(first: int, last: int) -> str:
    return " ".join(f"w{number}" for number in range(first, last))


def test_paragraphs_that_fit_are_merged_and_one_that_does_not_is_parted_at_the_next_separator(cut: Cut) -> None:
    text = f"a b c\n\nd e f\n\n{numbered(0, 10)}\n{numbered(10, 20)}\n\ng h"
    assert texts(cut(text, strategy="recursive")) == ["a b c\n\nd e f", numbered(0, 10), numbered(10, 20), "g h"]


def test_a_separator_stays_at_the_start_of_the_next_piece(cut: Cut) -> None:
    text = f"{numbered(0, 10)}. {numbered(10, 20)}. end"
    assert texts(cut(text, strategy="recursive")) == [numbered(0, 10), f". {numbered(10, 20)}. end"]


def test_or_at_the_end_of_the_one_before(cut: Cut) -> None:
    text = f"{numbered(0, 10)}. {numbered(10, 20)}. end"
    assert texts(cut(text, strategy="recursive", keep="end")) == [f"{numbered(0, 10)}.", f"{numbered(10, 20)}. end"]


def test_separators_that_part_equally_well(cut: Cut) -> None:
    """What the better one parts is not merged again with pieces of a part that was too large."""
    text = f"{numbered(0, 3)}; {numbered(3, 6)}, {numbered(6, 23)}"
    apart = cut(text, strategy="recursive", separators=["; ", ", ", ""], keep="end")
    together = cut(text, strategy="recursive", separators=[["; ", ", "], ""], keep="end")
    assert texts(apart)[:2] == [f"{numbered(0, 3)};", f"{numbered(3, 6)},"]
    assert texts(together)[0] == f"{numbered(0, 3)}; {numbered(3, 6)},"


def test_words_then_windows_of_tokens(cut: Cut) -> None:
    """A word of 2,000 characters counts as 20; without "" it is no other."""
    text = f"{numbered(0, 20)} {'A' * 2_000} b"
    expected = [numbered(0, 16), numbered(16, 20), "A" * 1_600, "A" * 400, "b"]
    assert texts(cut(text, strategy="recursive")) == expected
    assert texts(cut(text, strategy="recursive", separators=[" "])) == expected


def test_pieces_count_by_themselves(cut: Cut, byte_pairs: Tokenizer) -> None:
    """As published: `.` and the line's end after it are a token together, and two where a piece begins between them."""
    first, *_ = cut("One two three.\n" * 12, strategy="recursive", tokenizer=byte_pairs, size=31)
    assert first.text.count("One") == 5, "of 28 tokens four are for the first line, and five for each after it"


def test_code_is_parted_at_classes_and_functions(cut: Cut) -> None:
    chunks = cut(PYTHON, strategy="recursive", language="python")
    assert texts(chunks) == [
        '"""A module."""\n\nimport os',
        'class One:\n    """One two three four."""\n\n    def first(self, value):\n        return value + 1',
        "def second(self, value):\n        return value + 2",
        "@decorated\ndef alone(value):\n    return value",
    ]


def test_a_function_keeps_the_comment_above_it(cut: Cut) -> None:
    """The body's blank lines part worse."""
    body = "\n\n\t".join(f"step{number}(a, b)" for number in range(4))
    code = "".join(f"// {name} does it.\nfunc {name}() {{\n\t{body}\n}}\n\n" for name in ("One", "Two"))
    found = texts(cut(code, strategy="recursive", language="go"))
    assert [text.split("\n")[:2] for text in found] == [
        ["// One does it.", "func One() {"],
        ["// Two does it.", "func Two() {"],
    ]


def test_the_key_of_the_rule_follows_the_separators(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Recursive(language="go").revision
    monkeypatch.setitem(LANGUAGES, "go", ("\n", ""))
    assert Recursive(language="go").revision != before


def test_markdown_is_parted_at_its_headings(cut: Cut) -> None:
    text = f"# Top\n\n{numbered(0, 9)}\n\n## One\n\n{numbered(9, 18)}\n\n## Two\n\n{numbered(18, 27)}\n"
    assert texts(cut(text, strategy="recursive", language="markdown")) == [
        f"# Top\n\n{numbered(0, 9)}",
        f"## One\n\n{numbered(9, 18)}",
        f"## Two\n\n{numbered(18, 27)}",
    ]


def test_overlap_is_whole_pieces(cut: Cut) -> None:
    """Words are no pieces to repeat; 10 words of new text each, but for the first."""
    text = "a b c d. e f g. h i j. k l m n o p. q r s t u v. w x y z"
    assert texts(cut(text, strategy="recursive", keep="end", overlap=6)) == [
        "a b c d. e f g. h i j. k l m n o p.",
        "k l m n o p. q r s t u v. w x y z",
    ]


def test_every_language_has_separators_that_end_with_anywhere() -> None:
    assert set(LANGUAGES) == set(get_args(Language))
    for separators in LANGUAGES.values():
        assert separators[-1] == ""
        assert all(one and all(one) for one in separators[:-1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"language": "cobol"}, r"default\.language: .*'python'"),
        ({"language": "go", "separators": ["a"]}, "either separators or a language"),
        ({"separators": ["", "a"]}, "no other separator is tried"),
        ({"separators": [[]]}, "must hold some"),
        ({"separators": [["a", ""]]}, "must hold some"),
        ({"keep": "both"}, r"default\.keep"),
    ],
)
def test_options_that_cannot_be_are_refused(cut: Cut, options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        cut("a", strategy="recursive", **options)
