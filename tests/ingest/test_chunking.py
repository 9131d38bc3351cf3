"""Which rule cuts a document, what it inherits, and what is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import ValidationError

from ingest.chunking import Rules
from ingest.errors import ConfigurationError
from ingest.settings import ChunkingSettings
from ingest.tokens import Tokenizer
from ingest.types import Block, Place, Segment

Make = Callable[..., Rules]
ROWS = Segment(0, 0, tuple(Block(f"r{n}. a b. c\n", "row", Place(rows=(n, n)), "one two") for n in range(1, 13)))


@dataclass(frozen=True)
class Model:
    """Counts words; reads so many tokens, of which some are its own."""

    special_tokens: int = 0
    max_tokens: int = 1000
    tokenizer_key: str = "words"
    counts_by_word: bool = True

    def token_starts(self, text: str) -> list[int]:
        return [at for at in range(len(text)) if not text[at].isspace() and (at == 0 or text[at - 1].isspace())]


@pytest.fixture
def make(words: Tokenizer) -> Make:
    def make(*rules: dict[str, Any], tokenizer: Tokenizer = words, **default: Any) -> Rules:
        return Rules(ChunkingSettings.model_validate({"default": default, "rules": rules}), tokenizer)

    return make


def sizes(made: Rules, path: str) -> list[int]:
    return [chunk.tokens for chunk in made.chunk(path, [ROWS])]


@pytest.mark.parametrize(
    ("path", "match", "strategy"),
    [
        ("a.txt", "default", "sentence"),
        ("notes.md", "*.md", "heading"),
        ("deep/NOTES.MD", "*.md", "heading"),
        ("a.csv", "*.{csv,tsv,xlsx}", "rows"),
        ("/abs/a.xlsx", "*.{csv,tsv,xlsx}", "rows"),
        ("a.json", "*.{json,jsonl}", "records"),
        ("a.pdf", "*.pdf", "sentence"),
        ("a.rst", "*.{markdown,rst,html,htm,xhtml,docx,odt,rtf,epub}", "heading"),
        ("a.pptx", "*.{pptx,pptm,ppsx,ppsm,potx,potm}", "page"),
    ],
)
def test_the_built_in_rules(words: Tokenizer, path: str, match: str, strategy: str) -> None:
    chosen = Rules(ChunkingSettings(), words).choose(path)
    assert (chosen.match, chosen.strategy) == (match, strategy)


def test_the_first_rule_that_matches_wins(make: Make) -> None:
    made = make(
        {"match": "contracts/**/*.pdf", "strategy": "page"}, {"match": "*.pdf", "strategy": "heading"}, {"match": "*"}
    )
    found = [made.choose(path) for path in ("contracts/2021/a.pdf", "a.pdf", "a.txt")]
    assert [(chosen.match, chosen.strategy) for chosen in found] == [
        ("contracts/**/*.pdf", "page"),
        ("*.pdf", "heading"),
        ("*", "sentence"),
    ]


def test_size_overlap_and_context_are_inherited(make: Make) -> None:
    """Rows of 4 words: 6 of them in 24 without the header, which has 2 words; 5 with it, one of them repeated."""
    default = {"size": 24, "overlap": 4, "context": ["table_header"]}
    made = make(
        {"match": "*.a", "strategy": "rows"},
        {"match": "*.b", "strategy": "rows", "overlap": 0},
        {"match": "*.c", "strategy": "rows", "overlap": 0, "context": []},
        {"match": "*.d", "strategy": "rows", "overlap": 0, "context": [], "size": 16},
        **default,
    )
    found = {end: [chunk.place.rows for chunk in made.chunk(f"x.{end}", [ROWS])] for end in ("a", "b", "c", "d")}
    assert found["a"] == [(1, 5), (5, 9), (9, 12)]
    assert found["b"] == [(1, 5), (6, 10), (11, 12)]
    assert found["c"] == [(1, 6), (7, 12)]
    assert found["d"] == [(1, 4), (5, 8), (9, 12)]


def test_a_strategys_own_options_are_not_inherited_by_another(make: Make) -> None:
    made = make(
        {"match": "*.a", "strategy": "rows"},
        {"match": "*.b"},
        {"match": "*.c", "per_chunk": 2},
        strategy="rows",
        per_chunk=3,
        size=100,
        context=[],
    )
    found = {end: sizes(made, f"x.{end}") for end in "abcd"}
    assert found == {"a": [48], "b": [12] * 4, "c": [8] * 6, "d": [12] * 4}


def test_equal_settings_have_equal_keys_whatever_the_pattern(make: Make) -> None:
    one = make({"match": "*.a", "strategy": "rows"}, {"match": "*.b", "strategy": "rows"})
    assert one.choose("x.a").key == one.choose("x.b").key
    assert one.choose("x.a").key == make(strategy="rows").choose("x").key


@pytest.mark.parametrize(
    "changed",
    [
        {"strategy": "records"},
        {"size": 101},
        {"min_size": 1},
        {"keep_together": ["row"]},
        {"context": ["file"]},
        {"overlap": 1},
        {"context": ["title"]},
        {"per_chunk": 4},
        {"tokenizer": Model(tokenizer_key="others")},
        {"tokenizer": Model(special_tokens=1)},
    ],
)
def test_what_decides_the_chunks_is_in_the_key(make: Make, changed: dict[str, Any]) -> None:
    before: dict[str, Any] = {"strategy": "rows", "size": 100, "tokenizer": Model()}
    assert make(**before).choose("x").key != make(**{**before, **changed}).choose("x").key


def test_the_order_of_the_context_is_ours(make: Make) -> None:
    one, other = make(context=["title", "headings"]), make(context=["headings", "title"])
    assert one.choose("x").key == other.choose("x").key
    segment = Segment(0, 0, (Block("Text.", "text", Place(headings=("Part",))),))
    assert [chunk.context for made in (one, other) for chunk in made.chunk("x.md", [segment])] == ["x — Part"] * 2


def test_the_documents_own_title(make: Make) -> None:
    segment = Segment(0, 0, (Block("Text."),))
    (chunk,) = make(context=["document_title"]).chunk("x.md", [segment], title="Own Title")
    assert chunk.context == "Own Title"


def test_context_takes_at_most_a_quarter(make: Make) -> None:
    headings = tuple(f"heading{n} word word" for n in range(20))
    segment = Segment(0, 0, (Block("word " * 200, "text", Place(headings=headings), header="column " * 50),))
    for size in (16, 40, 100, 200):
        chunks = list(make(size=size).chunk("a long name of a file.txt", [segment]))
        assert all(0 < len(chunk.context.split()) <= size // 4 for chunk in chunks)
        assert all(len(chunk.text.split()) >= size - size // 4 for chunk in chunks[:-1])


def test_a_large_overlap_takes_from_the_context(make: Make) -> None:
    """Of 24, 14 may be repeated and 8 must be new: 2 are left for the context."""
    segment = Segment(0, 0, (Block("word " * 50, "text", Place(headings=("one two three four five",))),))
    chunks = list(make(size=24, overlap=14, context=["headings"]).chunk("a", [segment]))
    assert all(chunk.tokens <= 24 for chunk in chunks)
    assert all(len(chunk.context.split()) <= 2 for chunk in chunks)


@pytest.mark.parametrize(
    ("settings", "key", "overlap", "size", "most"),
    [
        ({"size": 100, "overlap": 100}, "default", 100, 100, 92),
        ({"size": 100, "overlap": 93}, "default", 93, 100, 92),
        ({"size": 100, "overlap": 93, "tokenizer": Model(special_tokens=2)}, "default", 93, 100, 90),
        ({"size": 16, "overlap": 200}, "default", 200, 16, 8),
    ],
)
def test_more_overlap_than_the_size_leaves_is_refused(
    make: Make, settings: dict[str, Any], key: str, overlap: int, size: int, most: int
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(**settings)
    assert caught.value.message == (
        f"ingest.chunking.{key}: an overlap of {overlap} leaves no room for new text in chunks of {size} tokens"
    )
    assert caught.value.hint == f"with size {size} the overlap can be at most {most}"


@pytest.mark.parametrize(
    ("default", "message", "hint"),
    [
        (
            {"size": 100, "min_size": 101},
            "default: chunks of at most 100 tokens cannot have at least 101 of their own",
            "min_size can be at most 100 here",
        ),
        (
            {"size": 100, "overlap": 30, "min_size": 71},
            "default: chunks of at most 100 tokens, 30 of them repeated, cannot have at least 71 of their own",
            "min_size can be at most 70 here",
        ),
    ],
)
def test_a_least_size_that_cannot_be_is_refused(make: Make, default: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(**default)
    assert (caught.value.message, caught.value.hint) == (f"ingest.chunking.{message}", hint)


def test_a_rule_with_an_inherited_least_size_is_refused_too(make: Make) -> None:
    with pytest.raises(ConfigurationError, match=r"^ingest\.chunking\.rules\.0: chunks of at most 50 tokens cannot"):
        make({"match": "*", "size": 50}, size=200, min_size=60)


def test_least_size_and_what_is_kept_together_are_inherited(make: Make) -> None:
    default = {"min_size": 10, "keep_together": ["row"], "context": []}
    made = make({"match": "*.a"}, {"match": "*.b", "min_size": 0, "keep_together": []}, **default)
    assert made.choose("x.a").key == made.choose("x").key == make(**default).choose("x").key
    assert made.choose("x.b").key == make(context=[]).choose("x").key


class TestConditions:
    def test_the_format_is_the_parser_or_the_ending(self, make: Make) -> None:
        made = make({"format": "code", "strategy": "heading"}, {"format": [".PDF", "html"], "strategy": "page"})
        assert made.choose("a.py", parser="code").strategy == "heading"
        assert made.choose("a.py").strategy == "sentence"
        assert made.choose("a.pdf").strategy == made.choose("a.xhtml", parser="html").strategy == "page"
        assert made.choose("pdf").strategy == "sentence"

    @pytest.mark.parametrize(
        ("rule", "sizes"),
        [
            ({"larger_than": "2kB"}, [2001, 2002]),
            ({"larger_than": 2000}, [2001, 2002]),
            ({"larger_than": "1.5 KiB", "smaller_than": "2 KB"}, [1999]),
            ({"smaller_than": "2000B"}, [0, 1536, 1999]),
            ({"smaller_than": "1MB", "larger_than": "1k"}, [1536, 1999, 2000, 2001, 2002]),
        ],
    )
    def test_the_size_of_the_file(self, make: Make, rule: dict[str, Any], sizes: list[int]) -> None:
        made = make({**rule, "strategy": "rows"})
        every = [0, 1536, 1999, 2000, 2001, 2002]
        assert [size for size in every if made.choose("a", size=size).strategy == "rows"] == sizes

    def test_what_it_says_of_itself(self, make: Make) -> None:
        made = make({"metadata": {"title": "{*Agreement*,contract ?}"}, "strategy": "heading"})
        titles = ["The agreement of 2021", "AGREEMENT", "Contract 1", "Contract 12", "", "An essay"]
        found = [title for title in titles if made.choose("a.pdf", title=title).strategy == "heading"]
        assert found == titles[:3]

    def test_all_that_it_says_must_hold(self, make: Make) -> None:
        made = make({"match": "in/*", "format": "pdf", "larger_than": "1MB", "strategy": "page"})
        assert made.choose("in/a.pdf", size=1_000_001).strategy == "page"
        for path, size in (("a.pdf", 1_000_001), ("in/a.md", 1_000_001), ("in/a.pdf", 1_000_000)):
            assert made.choose(path, size=size).strategy == "sentence"

    def test_it_is_called_by_what_it_says(self, make: Make) -> None:
        rule = {"match": "in/*", "format": ["pdf", "md"], "larger_than": "1 MB", "metadata": {"title": "A*"}}
        made = make(rule, {"format": "csv"})
        chosen = made.choose("in/a.pdf", title="A", size=2_000_000)
        assert chosen.match == "in/*, format: pdf, md, larger_than: 1 MB, title: A*"
        assert made.choose("a.csv").match == "format: csv"
        assert make({"metadata": {"title": ""}}).choose("a.csv").match == 'title: ""'

    def test_chunks_and_warnings_are_those_of_the_rule_that_is_for_the_document(self, make: Make) -> None:
        made = make({"metadata": {"title": "Rows"}, "per_chunk": 2, "size": 300}, strategy="rows", context=[])
        assert len(list(made.chunk("a", [ROWS]))) == 1
        assert len(list(made.chunk("a", [ROWS], title="rows"))) == 6
        made = make({"larger_than": 5, "size": 300}, size=200, tokenizer=Model(max_tokens=256))
        assert (len(made.warnings("a", size=5)), len(made.warnings("a", size=6))) == (0, 1)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"size": 100},
        {"larger_than": "huge"},
        {"larger_than": "5MB", "smaller_than": "5MB"},
        {"larger_than": 5, "smaller_than": 6},
        {"format": []},
        {"metadata": {}},
        {"metadata": {"author": "A"}},
        {"match": "*", "keep_together": ["tables"]},
    ],
)
def test_a_rule_that_is_for_nothing_is_refused_by_the_settings(make: Make, rule: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(rule)


def test_the_most_overlap_works(make: Make) -> None:
    """8 rows of 4 words; of them 6 are repeated, also where the chunk before had repeated them itself."""
    made = make(size=32, overlap=24, strategy="rows", context=[])
    assert [chunk.place.rows for chunk in made.chunk("a", [ROWS])] == [(1, 8), (3, 10), (5, 12)]


def test_a_rule_with_an_inherited_overlap_is_refused_too(make: Make) -> None:
    with pytest.raises(ConfigurationError, match=r"^ingest\.chunking\.rules\.1: an overlap of 100 leaves no room"):
        make({"match": "*.a"}, {"match": "*.b", "size": 50}, size=200, overlap=100)


@pytest.mark.parametrize(
    ("rule", "message", "hint"),
    [
        ({"match": " "}, "ingest.chunking.rules.0.match is empty", "*.pdf"),
        ({"match": "*", "strategy": "sentences"}, "ingest.chunking.rules.0.strategy: no", "heading, llama, page"),
        ({"match": "*", "per_chunk": 2}, "ingest.chunking.rules.0.per_chunk: there is no such option", "none"),
        (
            {"match": "*", "strategy": "rows", "rows": 2},
            "ingest.chunking.rules.0.rows: there is no such option",
            "options of 'rows': per_chunk",
        ),
        ({"match": "{1..99}{1..99}"}, "make more than 1000 patterns", ""),
    ],
)
def test_a_rule_that_cannot_be_is_refused(make: Make, rule: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(rule)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("default", [{"size": 15}, {"size": "many"}, {"overlap": -1}, {"context": ["author"]}])
def test_what_no_size_or_context_is_is_refused_by_the_settings(make: Make, default: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(**default)


def test_a_warning_where_chunks_are_longer_than_the_embedder_reads(make: Make) -> None:
    made = make({"match": "*.md", "size": 300}, size=256, tokenizer=Model(max_tokens=256))
    assert made.warnings("a.txt") == []
    (warning,) = made.warnings("a.md")
    assert warning.startswith("chunks of up to 300 tokens: the embedder reads 256 at once")


def test_chunks_come_as_the_segments_do(make: Make) -> None:
    read: list[int] = []

    def segments():
        for number in range(3):
            read.append(number)
            yield Segment(number, 10 * number, (Block("One two.\n\n"),))

    chunks = make().chunk("a", segments())
    assert next(chunks).text == "One two."
    assert read == [0]
    assert len(list(chunks)) == 2
