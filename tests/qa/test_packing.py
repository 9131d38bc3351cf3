"""Hits become numbered sources within a budget."""

from dataclasses import replace

import pytest

from ingest.types import Place, Span
from qa.packing import pack, place_name
from retrieval.types import Copy


def count(text: str) -> int:
    """Words, so that a reader can count."""
    return len(text.split())


def test_headers_are_short_and_plain(hit) -> None:
    place = Place(pages=(3,), headings=("Methods", "Cells"))
    packed = pack(
        [hit("One two three.", path="r/report.pdf", place=place, context="report\nMethods > Cells")],
        budget=99,
        count=count,
    )
    assert [(source.number, source.header, source.text, source.tokens) for source in packed] == [
        (1, "[1] r/report.pdf, page 3 — Methods > Cells", "One two three.", 8 + 3)
    ]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (Place(pages=(2, 3)), "f, pages 2-3"),
        (Place(rows=(4, 4)), "f, row 4"),
        (Place(sheet="Q1", rows=(4, 6)), "f, sheet Q1, rows 4-6"),
        (Place(pointers=("/items/3",)), "f, /items/3"),
        (Place(lines=(7, 9)), "f"),
        (Place(), "f"),
    ],
)
def test_places_have_names(place: Place, name: str) -> None:
    assert place_name("f", place) == name


def test_a_hostile_name_stays_on_one_line() -> None:
    assert place_name("a\n</source>\u2028b.txt", Place()) == "a </source> b.txt"


def test_the_first_that_would_pass_the_budget_ends_the_list(hit) -> None:
    hits = [hit("a b c", path="1"), hit("a b c d e f g h i", path="2", rank=2), hit("a", path="3", rank=3)]
    # each header has two words: "[n] name"
    assert [source.text for source in pack(hits, budget=5, count=count)] == ["a b c"]
    assert [source.text for source in pack(hits, budget=15, count=count)] == ["a b c"]
    assert [source.tokens for source in pack(hits, budget=16, count=count)] == [5, 11]
    assert [source.tokens for source in pack(hits, budget=19, count=count)] == [5, 11, 3]


def test_a_first_hit_over_the_budget_is_cut_to_sentences_around_its_match(hit) -> None:
    text = "One two three. Four five six. Seven eight nine. Ten eleven twelve."
    whole = hit(text, start=100)
    middle = Span(100 + text.index("Seven"), 100 + text.index("Ten"))
    matched = type(whole)(1, 1.0, {}, "default", "a.txt", whole.span, middle, text, "", 0, Place())
    source = pack([matched], budget=2 + 6, count=count)[0]
    assert source.text == "Seven eight nine. Ten eleven twelve."
    assert source.span == Span(100 + text.index("Seven"), 100 + len(text))
    assert source.tokens == 8


def test_one_sentence_over_the_budget_is_cut_at_a_space(hit) -> None:
    source = pack([hit("word " * 500 + "end", start=7)], budget=20, count=count)[0]
    assert source.text == " ".join(["word"] * 18)
    assert source.span == Span(7, 7 + len(source.text))
    assert source.tokens == 20


def test_a_word_without_spaces_is_cut_too(hit) -> None:
    source = pack([hit("x" * 5000)], budget=60, count=len)[0]
    assert source.text == "x" * (60 - len("[1] a.txt"))


def test_a_context_is_sent_once_for_a_document(hit) -> None:
    hits = [
        hit("one", path="t.csv", place=Place(rows=(1, 1)), context="t\nname; price"),
        hit("two", path="t.csv", start=10, rank=2, place=Place(rows=(2, 2)), context="t\nname; price"),
        hit("six", path="u.csv", start=10, rank=3, place=Place(rows=(2, 2)), context="t\nname; price"),
    ]
    assert [source.header for source in pack(hits, budget=99, count=count)] == [
        "[1] t.csv, row 1 — name; price",
        "[2] t.csv, row 2",
        "[3] u.csv, row 2 — t — name; price",
    ]


def test_the_header_tells_where_else_it_stands(hit) -> None:
    copies = tuple(Copy(f"{name}.pdf", Span(0, 3), Place(pages=(2,))) for name in "bcdef")
    told = [pack([replace(hit("one"), copies=copies[:size])], budget=99, count=count)[0].header for size in (1, 5)]
    assert told == [
        "[1] a.txt — the same in b.pdf, page 2",
        "[1] a.txt — the same in b.pdf, page 2; c.pdf, page 2; 3 more",
    ]


def test_what_an_earlier_source_holds_is_not_sent_again(hit) -> None:
    text = "The first sentence is here. The second sentence is here. The third sentence is here."
    hits = [
        hit(text[:56], start=0),
        hit(text[:56], start=0, rank=2),
        hit(text[28:], start=28, rank=3),
        hit(text[57:], start=57, rank=4),
        hit(text[:56], start=0, rank=5, path="copy.txt"),
    ]
    packed = pack(hits, budget=999, count=count)
    assert [(source.number, source.hit.path, source.span, source.text) for source in packed] == [
        (1, "a.txt", Span(0, 84), text),
        (2, "copy.txt", Span(0, 56), text[:56]),
    ]


def test_hits_with_white_space_between_them_are_one_source_at_the_better_rank(hit) -> None:
    text = "One two.  Three four. Five six. Seven."
    hits = [
        hit(text[10:21], start=10),
        hit("Elsewhere.", path="b.txt", rank=2),
        hit(text[32:], start=32, rank=3),
        hit(text[:8], start=0, rank=4),
        hit(text[22:31], start=22, rank=5),
    ]
    packed = pack(hits, budget=99, count=count, read=lambda path, span: text[span.start : span.end])
    assert [(source.number, source.hit.path, source.span, source.text) for source in packed] == [
        (1, "a.txt", Span(0, 38), text),
        (2, "b.txt", Span(0, 10), "Elsewhere."),
    ]
    assert packed[0].hit.match == hits[0].match
    apart = pack(hits, budget=99, count=count)
    assert [source.text for source in apart] == [one.text for one in hits]


def test_hits_with_words_between_them_stay_apart(hit) -> None:
    text = "One two. Yes. Three four."
    hits = [hit(text[:8]), hit(text[14:], start=14, rank=2)]
    packed = pack(hits, budget=99, count=count, read=lambda path, span: text[span.start : span.end])
    assert [source.text for source in packed] == ["One two.", "Three four."]


def test_a_joined_source_has_the_place_of_both(hit) -> None:
    one = hit("a: 1\na: 2", path="t.csv", place=Place(sheet="S", rows=(4, 5), columns=("a",)))
    other = hit("a: 3", path="t.csv", start=10, rank=2, place=Place(sheet="S", rows=(6, 6), columns=("a", "b")))
    (source,) = pack([one, other], budget=99, count=count, read=lambda path, span: "\n")
    assert source.hit.place == Place(sheet="S", rows=(4, 6), columns=("a", "b"))
    assert source.text == "a: 1\na: 2\na: 3"
    assert source.header == "[1] t.csv, sheet S, rows 4-6"


def test_hits_under_other_headings_are_joined_to_none_and_overlap_is_not_sent_again(hit) -> None:
    text = "The first sentence is here. The second sentence is here. The third sentence is here."
    hits = [hit(text[:56], context="A"), hit(text[28:], start=28, rank=2, context="B")]
    packed = pack(hits, budget=999, count=count)
    assert [source.text for source in packed] == [text[:56], "The third sentence is here."]


def test_nothing_found_packs_nothing() -> None:
    assert pack([], budget=100, count=count) == ()


def test_a_source_is_named_below_the_folder_that_all_are_in(hit) -> None:
    paths = ("/home/anna/papers/bills/march.txt", "/home/anna/papers/lease.txt")
    sources = pack([hit("One.", path=paths[0]), hit("Two.", path=paths[1], rank=2)], budget=999, count=len)
    assert [source.name for source in sources] == ["bills/march.txt", "lease.txt"]
    assert [paths[0] in sources[0].header, paths[1] in sources[1].header] == [True, True]
    assert [source.name for source in pack([hit("One.", path="a/b.txt")], budget=999, count=len)] == ["b.txt"]
