"""Citations: printed, pasted back, refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.citations import Cited, decode, encode, format_citation, parse_citation
from ingest.errors import UsageError
from ingest.types import Box, Place, Span

EXAMPLES = [
    ("a.pdf#page=3", Cited("a.pdf", page=3)),
    ("a.csv#rows=4-6", Cited("a.csv", rows=(4, 6))),
    ("a.csv#rows=4", Cited("a.csv", rows=(4, 4))),
    ("a.xlsx#sheet=Q1&rows=4-6", Cited("a.xlsx", sheet="Q1", rows=(4, 6))),
    ("a.json#/items/3", Cited("a.json", pointer="/items/3")),
    ("a.json#/a%20b/3&char=5,9", Cited("a.json", pointer="/a b/3", char=Span(5, 9))),
    ("a.md#char=120,180", Cited("a.md", char=Span(120, 180))),
    ("a.png#xywh=10,20,300,40", Cited("a.png", box=Box(1, 10, 20, 310, 60))),
    ("a.pdf#page=3&char=5,9", Cited("a.pdf", page=3, char=Span(5, 9))),
    ("notes/a.md", Cited("notes/a.md")),
    ("C%23%20notes.txt", Cited("C# notes.txt")),
    ("C#.txt", Cited("C#.txt")),
    ("100%.txt", Cited("100%.txt")),
]


@pytest.mark.parametrize(("text", "cited"), EXAMPLES)
def test_read(text: str, cited: Cited) -> None:
    assert parse_citation(text) == cited
    assert parse_citation(f"  {text}\n") == cited


PRINTED = [
    ("a.pdf", Place(pages=(3, 4)), None, "a.pdf#page=3"),
    ("a.pdf", Place(pages=(3,)), Span(5, 9), "a.pdf#page=3&char=5,9"),
    ("a.csv", Place(rows=(4, 6)), None, "a.csv#rows=4-6"),
    ("a.csv", Place(rows=(4, 4)), None, "a.csv#rows=4"),
    ("a.xlsx", Place(sheet="Q 1", rows=(4, 6)), None, "a.xlsx#sheet=Q%201&rows=4-6"),
    ("a.json", Place(pointers=("/items/3", "/items/4")), None, "a.json#/items/3"),
    ("a.json", Place(pointers=("/a#b&c",), lines=(1, 1)), None, "a.json#/a%23b%26c"),
    ("a.json", Place(pointers=("",)), None, "a.json"),
    ("a.json", Place(pointers=("", "/items/0")), Span(3, 9), "a.json#char=3,9"),
    ("a.md", Place(lines=(3, 4), headings=("X",)), Span(120, 180), "a.md#char=120,180"),
    ("a.png", Place(boxes=(Box(1, 10.2, 20, 300.1, 40), Box(1, 12, 41, 310, 60))), None, "a.png#xywh=10,20,300,40"),
    ("a b\n#1 50%.md", Place(), Span(0, 1), "a%20b%0A%231%2050%25.md#char=0,1"),
]


@pytest.mark.parametrize(("path", "place", "char", "text"), PRINTED)
def test_printed(path: str, place: Place, char: Span | None, text: str) -> None:
    assert format_citation(path, place, char=char) == text
    assert parse_citation(text).path == path


@pytest.mark.parametrize(
    "text",
    [
        "a.pdf#page=0",
        "a.pdf#page=x",
        "a.pdf#pag=3",
        "a.csv#rows=6-4",
        "a.md#char=9,5",
        "a.png#xywh=1,2",
        "a#page=1&page=2",
        f"a.csv#rows={'9' * 5_000}",
        f"a.md#char=1,{'9' * 13}",
        f"a.png#xywh=1,2,3,{'9' * 5_000}",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no citation"):
        parse_citation(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_encoding_comes_back(text: str) -> None:
    encoded = encode(text)
    assert decode(encoded) == text
    assert not any(char in "#&" or char.isspace() for char in encoded)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.tuples(st.integers(0, 999), st.integers(0, 999)),
)
def test_citations_come_back(path: str, pointer: str, char: tuple[int, int]) -> None:
    span = Span(min(char), max(char))
    text = format_citation(path, Place(pointers=(f"/{pointer}",)), char=span)
    assert parse_citation(text) == Cited(path, pointer=f"/{pointer}", char=span)
