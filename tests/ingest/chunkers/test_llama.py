"""llama-index-core's node parsers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.chunkers.llama import Llama, _ends, _model
from ingest.chunking import Rules
from ingest.errors import ConfigurationError, IngestError
from ingest.settings import ChunkingSettings
from ingest.tokens import Tokenizer
from ingest.types import Block, Chunk, Span
from retrieval.embedders.minilm import MiniLM

Cut = Callable[..., list[Chunk]]

TEXT = (
    "The cat sat on the mat. It was a black cat, and it was not hungry. Then Bob fed it.\n\n\n"
    "The dog lay on the rug. It was a white dog, and it was very hungry. Nobody had fed it."
)
PIECES = [
    "Same again. ",
    "Same again. ",
    "word ",
    "Another sentence! ",
    "\n",
    "\n\n\n",
    "  ",
    "漢字。",
    "🙂",
    "x" * 120,
    ", ",
]


def texts(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


def llama_pieces(name: str, text: str, size: int) -> list[str]:
    """What llama-index itself gives, with words as tokens."""
    from llama_index.core import node_parser

    parser = getattr(node_parser, name)(chunk_size=size, chunk_overlap=0, tokenizer=str.split)
    return [piece.strip() for piece in parser.split_text(text) if piece.strip()]


def test_sentence_splitter_by_hand(cut: Cut) -> None:
    """Sentences of 6, 10, 4, 6, 10 and 4 words."""
    assert texts(cut(TEXT, strategy="llama", size=18)) == [
        "The cat sat on the mat. It was a black cat, and it was not hungry.",
        "Then Bob fed it.\n\n\nThe dog lay on the rug.",
        "It was a white dog, and it was very hungry. Nobody had fed it.",
    ]


def test_token_text_splitter_by_hand(cut: Cut) -> None:
    chunks = cut("a b c d e f g h i j k l m n o p q r s t", strategy="llama", parser="TokenTextSplitter")
    assert texts(chunks) == ["a b c d e f g h i j k l m n o p", "q r s t"]


@pytest.mark.parametrize("name", ["SentenceSplitter", "TokenTextSplitter"])
def test_the_pieces_are_llama_indexs_own(cut: Cut, name: str) -> None:
    text = " ".join(f"Sentence {n} is here, with a clause." + "\n" * (n % 3) for n in range(80))
    chunks = cut(text, strategy="llama", parser=name, size=40)
    assert [chunk.text.split() for chunk in chunks] == [piece.split() for piece in llama_pieces(name, text, 40)]


@pytest.mark.parametrize("parser", ["SentenceSplitter", "TokenTextSplitter"])
def test_repeated_text_is_located_exactly(cut: Cut, parser: str) -> None:
    chunks = cut("Same again. " * 100, strategy="llama", parser=parser)
    assert [chunk.span for chunk in chunks] == [Span(96 * n, min(96 * n + 95, 1_199)) for n in range(13)], (
        "16 words, 96 characters each"
    )


@pytest.mark.parametrize("parser", ["SentenceSplitter", "TokenTextSplitter", "SentenceWindowNodeParser"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=60), overlap=st.sampled_from([0, 8]))
def test_any_text_is_covered(cut: Cut, tokenizer: Tokenizer, parser: str, pieces: list[str], overlap: int) -> None:
    text = "a" + "".join(pieces)
    chunks = cut(text, strategy="llama", parser=parser, size=30, overlap=overlap, tokenizer=tokenizer)
    covered = {at for chunk in chunks for at in range(chunk.span.start, chunk.span.end)}
    assert all(at in covered for at in range(len(text)) if not text[at].isspace())
    assert all(chunk.text == text[chunk.span.start : chunk.span.end] for chunk in chunks)
    assert all(chunk.tokens <= 30 for chunk in chunks)


def test_pieces_are_found_from_the_end_of_the_last_whatever_their_white_space() -> None:
    text = "a b\n\n\nc d, a b, e"
    assert list(_ends(text, ["a b c", "  ", "x", "d,a\nb", "e"])) == [0, 7, 8, 14, 16, 17]


ROWS = "Name,Count,Town\n" + "Ann,12,York\n" * 40 + "Bob,7,Bath\n" * 40 + "Ann,12,York\n" * 40
MARKDOWN = "".join(f"# Part {n % 2}\n\nSame again. Same again.\n\n## Sub\n\nAnd more.\n\n" for n in range(9))
NAMED = {
    "SentenceSplitter": {},
    "TokenTextSplitter": {},
    "SemanticSplitterNodeParser": {"breakpoint_percentile_threshold": 60},
    "MarkdownNodeParser": {},
    "HierarchicalNodeParser": {},
    "SentenceWindowNodeParser": {"window_size": 2},
}


@pytest.mark.parametrize("text", [ROWS, MARKDOWN, TEXT * 9, "Same again. " * 200], ids=["rows", "md", "text", "same"])
@pytest.mark.parametrize("parser", NAMED)
def test_nothing_is_lost_and_each_piece_is_where_it_stands(cut: Cut, parser: str, text: str) -> None:
    """On repeated rows too: llama-index's own offsets leave out half of them, or name one place twice."""
    chunks = cut(text, strategy="llama", parser=parser, options=NAMED[parser])
    done = 0
    for chunk in chunks:
        assert chunk.text == text[chunk.span.start : chunk.span.end]
        assert not text[done : chunk.span.start].strip()
        done = chunk.span.end
    assert not text[done:].strip()
    assert max(chunk.tokens for chunk in chunks) <= 16


@pytest.mark.parametrize("parser", NAMED)
def test_the_leaves_are_the_chunks_where_they_fit(cut: Cut, parser: str) -> None:
    """What llama-index itself makes of a text, with the same embedder and tokenizer, and nothing between."""
    chunks = cut(MARKDOWN, strategy="llama", parser=parser, options=NAMED[parser], size=120)
    wanted = leaves(parser, MARKDOWN, 120, NAMED[parser])
    assert ["".join(chunk.text.split()) for chunk in chunks] == ["".join(piece.split()) for piece in wanted]


def leaves(name: str, text: str, size: int, options: dict[str, object]) -> list[str]:
    """By llama-index alone; its embedding model is any of its own that calls ours."""
    from llama_index.core import node_parser
    from llama_index.core.schema import Document

    kind = getattr(node_parser, name)
    if name == "HierarchicalNodeParser":
        sizes = [16 * size, 4 * size, size]
        splitters = [node_parser.SentenceSplitter(chunk_size=n, chunk_overlap=0, tokenizer=str.split) for n in sizes]
        names = ["a", "b", "c"]
        options = {"node_parser_ids": names, "node_parser_map": dict(zip(names, splitters, strict=True))}
    elif name in ("SentenceSplitter", "TokenTextSplitter"):
        options = {"chunk_size": size, "chunk_overlap": 0, "tokenizer": str.split}
    elif name == "SemanticSplitterNodeParser":
        options = {**options, "embed_model": _model()(MiniLM().embed)}
    nodes = node_parser.get_leaf_nodes(kind(**options).get_nodes_from_documents([Document(text=text)]))
    return [node.text for node in nodes if node.text.strip()]


def test_llama_index_prints_nothing(cut: Cut, capsys: pytest.CaptureFixture[str]) -> None:
    """It would warn of small pieces on stdout."""
    assert texts(cut("One two. Three four.", strategy="llama", parser="HierarchicalNodeParser")) == [
        "One two. Three four."
    ]
    assert capsys.readouterr().out == ""


def test_only_a_parser_that_compares_needs_an_embedder(words: Tokenizer) -> None:
    def made(parser: str) -> Rules:
        default = {"strategy": "llama", "parser": parser}
        return Rules(ChunkingSettings.model_validate({"default": default, "rules": ()}), words)

    made("SentenceSplitter")
    with pytest.raises(ConfigurationError, match=r"default\.strategy: 'llama' cuts by vectors"):
        made("SemanticSplitterNodeParser")


def test_overlap_is_of_sentences_as_for_every_strategy(cut: Cut) -> None:
    chunks = cut("One two three. Four five. Six seven eight. Nine ten eleven.", strategy="llama", overlap=6)
    assert texts(chunks) == [
        "One two three. Four five. Six seven eight.",
        "Four five. Six seven eight. Nine ten eleven.",
    ]


def test_the_parser_gets_what_the_context_leaves(cut: Cut) -> None:
    """Of 20 words the title takes one."""
    text = " ".join(f"w{n}" for n in range(30))
    chunks = cut(text, strategy="llama", parser="TokenTextSplitter", size=20, context=["title"])
    assert [chunk.tokens for chunk in chunks] == [20, 12]


def test_options_reach_the_parser(cut: Cut) -> None:
    text = "a b c d e f g h i j|k l m n|o p q r s t u v"
    assert texts(cut(text, strategy="llama", parser="TokenTextSplitter", options={"separator": "|"})) == [
        "a b c d e f g h i j|k l m n",
        "|o p q r s t u v",
    ]


def test_a_parser_that_takes_no_size_is_packed_within_its_pieces(cut: Cut) -> None:
    text = "# One\n\n" + "Text of one. " * 8 + "\n\n# Two\n\nText of two.\n"
    chunks = cut(text, strategy="llama", parser="MarkdownNodeParser")
    assert texts(chunks) == [
        "# One\n\nText of one. Text of one. Text of one. Text of one.",
        "Text of one. Text of one. Text of one. Text of one.",
        "# Two\n\nText of two.",
    ]


def test_what_a_parser_leaves_out_is_covered(cut: Cut) -> None:
    """The second step keeps letters and commas only."""
    options = {"secondary_chunking_regex": "[a-z ]+,?"}
    text = "one two three four, 1 2 3, five six seven eight nine ten, 4 5 6 7, eleven twelve"
    chunks = cut(text, strategy="llama", options=options)
    assert "".join("".join(texts(chunks)).split()) == "".join(text.split())


def test_what_a_parser_writes_in_other_words_is_covered(cut: Cut) -> None:
    text = '{"name": "Ann", "town": {"name": "York", "since": 1999}}'
    assert texts(cut(text, strategy="llama", parser="JSONNodeParser")) == [text]


@pytest.mark.parametrize(
    ("default", "message", "hint"),
    [
        ({"parser": "Sentences"}, "no node parser 'Sentences'", "SentenceSplitter"),
        ({"parser": "NodeParser"}, "no node parser 'NodeParser'", "SentenceSplitter"),
        ({"parser": "get_leaf_nodes"}, "no node parser 'get_leaf_nodes'", "SentenceSplitter"),
        (
            {"options": {"chunk_size": 100}},
            "options.chunk_size is the rule's own `size`",
            "say `size` beside `strategy`",
        ),
        ({"options": {"chunk_overlap": 9}}, "options.chunk_overlap is the rule's own `overlap`", "say `overlap`"),
        ({"options": {"seperator": "x"}}, "'SentenceSplitter' has no such option", "paragraph_separator"),
        ({"options": {"tokenizer": "x"}}, "'SentenceSplitter' has no such option", "separator"),
        (
            {"parser": "MarkdownNodeParser", "options": {"x": 1}},
            "has no such option",
            "options of 'MarkdownNodeParser'",
        ),
        ({"options": {"separator": 7}}, "options.separator: 'SentenceSplitter' refuses it: Input should be", ""),
        ({"options": {"secondary_chunking_regex": "("}}, "'SentenceSplitter' does not work", ""),
        ({"options": {"paragraph_separator": ""}}, "'SentenceSplitter' does not work: empty separator", ""),
        ({"parser": "LangchainNodeParser"}, "'LangchainNodeParser' refuses", ""),
        ({"parser": "MarkdownElementNodeParser"}, "needs a model (llm)", "SentenceSplitter"),
        (
            {"parser": "SemanticSplitterNodeParser", "options": {"embed_model": "x"}},
            "has no such option",
            "options of 'SemanticSplitterNodeParser': breakpoint_percentile_threshold, buffer_size",
        ),
        ({"parser": "HierarchicalNodeParser", "options": {"chunk_sizes": ["x"]}}, "refuses them", ""),
        ({"parser": "HierarchicalNodeParser", "options": {"chunk_sizes": []}}, "does not work: Level 0", ""),
        ({"parser": "HierarchicalNodeParser", "options": {"node_parser_ids": []}}, "no such option", "chunk_sizes"),
        ({"parser": "CodeSplitter"}, "'CodeSplitter' refuses", ""),
        (
            {"parser": "CodeSplitter", "options": {"language": "python", "max_tokens": 9}},
            "options.max_tokens is the rule's own `size`",
            "",
        ),
        ({"parser": 1}, "ingest.chunking.default.parser: Input should be a valid string", "options, parser"),
        ({"chunk_size": 1}, "ingest.chunking.default.chunk_size: there is no such option", "options, parser"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_cut(cut: Cut, default: dict, message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        cut("x", strategy="llama", **default)
    assert message in caught.value.message
    assert caught.value.message.startswith("ingest.chunking.default")
    assert hint in caught.value.hint


def test_a_parser_that_fails_on_a_text_fails_the_document_only(cut: Cut, monkeypatch: pytest.MonkeyPatch) -> None:
    from llama_index.core.node_parser import SentenceSplitter

    def fails(self: SentenceSplitter, text: str) -> list[str]:
        if text == "broken":
            raise RecursionError("too deep")
        return [text]

    monkeypatch.setattr(SentenceSplitter, "split_text", fails)
    with pytest.raises(IngestError, match=r"SentenceSplitter could not cut it: too deep"):
        cut("broken", strategy="llama")
    assert texts(cut("whole", strategy="llama")) == ["whole"]


def test_another_llama_index_is_another_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Llama().revision
    monkeypatch.setattr("ingest.chunkers.llama.version", lambda name: "99")
    assert Llama().revision != before


def test_it_needs_no_network_even_where_nltk_data_is_empty(tmp_path: Path) -> None:
    """In a process of its own, without a network, with a folder for NLTK's data that holds none."""
    unshare = shutil.which("unshare")
    assert unshare, "the test needs unshare"
    program = (
        "from ingest.chunkers.llama import Llama\n"
        "Llama().check()\n"
        "import os\n"
        "assert os.environ['NLTK_DATA'], 'left as it was'\n"
        "print('done')\n"
    )
    environment = {**os.environ, "NLTK_DATA": str(tmp_path / "empty"), "HOME": str(tmp_path)}
    run = subprocess.run(
        [unshare, "-rn", sys.executable, "-W", "error", "-c", program],
        env=environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.stderr, run.returncode) == ("done\n", "", 0)
    assert not (tmp_path / "empty").exists()


def test_a_block_is_no_border(cut: Cut) -> None:
    assert texts(cut(Block("One two\n"), Block("three four."), strategy="llama")) == ["One two\nthree four."]
