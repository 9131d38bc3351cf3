"""Markers of generated answers, resolved to quotes."""

import pytest

from ingest.types import Span
from qa.citations import claim_before, find, markers, resolve, without_markers
from qa.packing import pack

BRIDGE = (
    "The old bridge was closed in 1998. The new bridge is 120 m long and opened in 2003. It cost 4.2 million euros."
)
FERRY = "The ferry ran twice a day. It carried 40 cars."


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("One [1].", [(1,)]),
        ("One [1][2].", [(1,), (2,)]),
        ("One [1, 2] and [3; 4].", [(1, 2), (3, 4)]),
        ("One [1-3].", [(1, 2, 3)]),
        ("One [source 2], [Sources 1 and 3].", [(2,), (1, 3)]),
        ("One 【2】.", [(2,)]),
        ("No marker: [a], [], (1), [1.5].", []),
    ],
)
def test_markers_are_found(text: str, numbers: list[tuple[int, ...]]) -> None:
    assert [found for _, found in markers(text)] == numbers


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("It is long. It opened in 2003 [1].", "It opened in 2003"),
        ("It is long. It opened in 2003. [1]", "It opened in 2003."),
        ("It is long [1]. It opened in 2003 [2][3]", "It opened in 2003"),
        ("- Length: 120 m [1]\n- Opened: 2003 [2]", "- Opened: 2003"),
    ],
)
def test_a_claim_is_the_sentence_before_the_last_marker(text: str, claim: str) -> None:
    assert claim_before(text, text.rstrip("].").rfind("[")) == claim


def test_each_marker_gets_the_sentence_that_bears_its_claim(hit) -> None:
    packed = pack([hit(BRIDGE, path="b.txt", start=50), hit(FERRY, path="f.txt", rank=2)], budget=999, count=len)
    answer = "The bridge opened in 2003 [1] and cost 4.2 million [1]. The ferry carried 40 cars [2, 7]. More [9]."
    found = resolve(answer, packed)
    quotes = [
        (quote.marker, (BRIDGE if quote.marker == 1 else FERRY)[quote.span.start - start : quote.span.end - start])
        for quote in found.quotes
        for start in [50 if quote.marker == 1 else 0]
    ]
    assert quotes == [
        (1, "The new bridge is 120 m long and opened in 2003."),
        (1, "The new bridge is 120 m long and opened in 2003. It cost 4.2 million euros."),
        (2, "It carried 40 cars."),
    ]
    assert found.unresolved == (7, 9)


def test_quoted_words_are_the_quote(hit) -> None:
    packed = pack([hit(BRIDGE, start=50)], budget=999, count=len)
    found = resolve("The report says “The new  bridge is 120 M long” [1].", packed)
    assert [BRIDGE[quote.span.start - 50 : quote.span.end - 50] for quote in found.quotes] == [
        "The new bridge is 120 m long"
    ]


def test_a_claim_that_shares_nothing_gets_the_whole_source(hit) -> None:
    packed = pack([hit(FERRY)], budget=999, count=len)
    assert [quote.span for quote in resolve("Zebras sleep [1].", packed).quotes] == [Span(0, len(FERRY))]


@pytest.mark.parametrize(
    ("claim", "is_quoted"),
    [
        ("Mercury boils at 357 degrees", False),
        ("Ada Frost keeps the lighthouse", False),
        ("It carried 40 cars", True),
        ("Twice 40 cars are 80 cars a day", True),  # the sum is not there, its parts are
        ("Zebras sleep", True),  # nothing in it that could be missed
    ],
)
def test_a_source_is_not_quoted_for_what_it_is_not_about(hit, claim: str, is_quoted: bool) -> None:
    packed = pack([hit(FERRY)], budget=999, count=len)
    found = resolve(f"{claim} [1].", packed)
    assert (len(found.quotes), found.unresolved) == ((1, ()) if is_quoted else (0, (1,)))


def test_a_name_of_the_question_need_not_be_there(hit) -> None:
    packed = pack([hit(FERRY)], budget=999, count=len)
    assert resolve("Ada Frost [1].", packed).quotes == ()
    assert len(resolve("Ada Frost [1].", packed, question="Who is Ada Frost?").quotes) == 1


def test_equal_quotes_are_given_once(hit) -> None:
    packed = pack([hit(FERRY)], budget=999, count=len)
    assert len(resolve("40 cars [1]. It carried 40 cars [1].", packed).quotes) == 1


@pytest.mark.parametrize(
    ("quoted", "text", "span"),
    [
        ("a b", "x a b y", Span(2, 5)),
        ("A  b", "x a\nb y", Span(2, 5)),
        ("it's 1-2", "so It’s 1–2.", Span(3, 11)),
        ("co-operate", "they co\u00adoperate", None),
        ("...", "x", None),
        ("nothing", "x", None),
    ],
)
def test_quotes_are_found_but_for_case_space_and_signs(quoted: str, text: str, span: Span | None) -> None:
    assert find(quoted, text) == span


def test_markers_are_left_out() -> None:
    assert without_markers("It is [1] long [2, 3]. [source 4]") == "It is long."


def test_what_stands_between_two_quoted_words_is_no_quotation(hit) -> None:
    sources = pack([hit("The mill was built before the dam in 1912. The dam is of stone.")], budget=999, count=len)
    found = resolve('The "mill" was built before the "dam" in 1912 [1].', sources)
    assert found.invented == ()
    assert [sources[0].text[one.span.start : one.span.end] for one in found.quotes] == [
        "The mill was built before the dam in 1912."
    ]


def test_a_year_in_brackets_is_no_marker(hit) -> None:
    found = resolve(
        "The case is Smith v Jones [2019] UKSC 5 [1].",
        pack([hit("The case is Smith v Jones [2019] UKSC 5.")], budget=999, count=len),
    )
    assert (len(found.quotes), found.unresolved) == (1, ())
    assert without_markers("Smith v Jones [2019] UKSC 5 [1].") == "Smith v Jones [2019] UKSC 5."


@pytest.mark.parametrize("said", ["According to [1], the mill was built in 1912.", "[1] The mill was built in 1912."])
def test_a_marker_that_opens_a_sentence_is_of_that(hit, said: str) -> None:
    sources = pack([hit("The dam is of stone. The mill was built in 1912. It is red.")], budget=999, count=len)
    found = resolve(said, sources)
    assert [sources[0].text[one.span.start : one.span.end] for one in found.quotes] == ["The mill was built in 1912."]


def test_a_sentence_of_small_words_is_a_sentence(hit) -> None:
    text = "Dogs are not allowed in the museum. Children pay half the price on Sundays."
    sources = pack([hit(text)], budget=999, count=len)
    found = resolve("They are not. [1] Children pay half the price. [1]", sources)
    assert sources[0].text[found.quotes[0].span.start : found.quotes[0].span.end] == text
