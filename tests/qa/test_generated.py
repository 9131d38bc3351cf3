"""Generated descriptions of pictures: sent, marked as such, and never quoted."""

import pytest

from ingest.types import Box, Place, Span
from qa.citations import resolve, supporting
from qa.packing import pack
from qa.prompts import build
from qa.providers import Request
from qa.providers.extractive import ExtractiveProvider
from qa.tokens import count_tokens
from qa.types import GENERATED

FIRST = "The keeper is Ada Frost.\n"
CAPTION = "A lighthouse stands on a cliff; its keeper is Ada Frost, who waves. "
LAST = "The tower is 31 m high.\n"
MIXED = FIRST + CAPTION + LAST
PRINTED = Place(boxes=(Box(1, 0, 0, 9, 9),), confidence=0.9, generated=True)


@pytest.fixture
def mixed(hit):
    """A hit whose middle was generated."""
    part = Span(100 + len(FIRST), 100 + len(FIRST + CAPTION))
    return hit(MIXED, start=100, place=PRINTED, generated=[part])


@pytest.fixture
def bare(hit):
    """A hit that was generated as a whole."""
    place = Place(boxes=(Box(1, 0, 0, 9, 9),), generated=True)
    return hit(CAPTION.strip(), start=50, path="b.png", place=place, generated=[Span(50, 50 + len(CAPTION))])


def quoted(hits, question: str, embed) -> list[str]:
    provider = ExtractiveProvider()
    sources = pack(hits, budget=2000, count=provider.count)
    found = [
        (sources[quote.number - 1], quote.span)
        for delta in provider.stream(Request(question, sources, (), 500, embed))
        for quote in delta.quotes
    ]
    return [source.text[span.start - source.span.start : span.end - source.span.start] for source, span in found]


@pytest.mark.parametrize("question", ["Who is the keeper?", "What stands on a cliff?", "Who waves on the cliff?"])
def test_an_extractive_answer_never_quotes_what_was_generated(mixed, bare, embed, question: str) -> None:
    said = quoted([mixed, bare], question, embed)
    assert [text for text in said if "cliff" in text or "waves" in text] == []
    assert quoted([bare], question, embed) == []


def test_the_words_around_it_are_quoted(mixed, embed) -> None:
    assert quoted([mixed], "Who is the keeper?", embed)[0] == FIRST.strip()
    assert quoted([mixed], "How high is the tower?", embed)[0] == LAST.strip()


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Ada Frost waves on a cliff", FIRST.strip()),
        ('It says "its keeper is Ada Frost, who waves"', FIRST.strip()),
        ('It says "the keeper is ada frost"', FIRST.strip()[:-1]),
        ("The tower is 31 m high", LAST.strip()),
        ("Pizza", FIRST.strip()),
    ],
)
def test_a_claim_is_borne_by_the_documents_own_words(mixed, claim: str, text: str) -> None:
    (source,) = pack([mixed], budget=999, count=len)
    span = supporting(claim, source)
    assert MIXED[span.start - 100 : span.end - 100] == text


def test_a_marker_of_a_description_is_unresolved_and_a_quote_in_it_is_none(mixed, bare) -> None:
    sources = pack([mixed, bare], budget=999, count=len)
    found = resolve('The keeper is Ada Frost [1]. Someone "stands on a cliff" [2].', sources)
    assert [quote.marker for quote in found.quotes] == [1]
    assert (found.unresolved, found.generated) == ((2,), (2,))
    assert found.invented == ("stands on a cliff",)


def test_what_was_generated_is_sent_and_said_to_be(mixed, bare) -> None:
    sources = pack([mixed, bare], budget=999, count=len)
    prompt = build("Who?", sources)[-1].content
    assert f"{FIRST}{GENERATED} {CAPTION}{LAST}" in prompt
    assert f"{GENERATED} {CAPTION.strip()}" in prompt
    assert [source.tokens - len(source.header) - len(source.text) for source in sources] == [len(GENERATED) + 1] * 2


def test_a_source_that_is_cut_keeps_the_mark(bare) -> None:
    (source,) = pack([bare], budget=40, count=count_tokens)
    assert source.sent.startswith(GENERATED)
    assert source.quotable == ()
    assert source.tokens <= 40
