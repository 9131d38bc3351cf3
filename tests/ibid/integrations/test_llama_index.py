"""LlamaIndex's own query engine, run on ibid's index."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ibid
from ibid.integrations.llama_index import IbidRetriever
from ibid.library import Library
from ingest.errors import UsageError
from ingest.types import Span

pytestmark = pytest.mark.filterwarnings("default")  # llama-index warns of its own dependencies

HANDBOOK = """\
# Observatory

The observatory was founded in 1962 by Marta Lindqvist.

# Telescope

The main telescope has a mirror of 2.4 metres. It was built in Uppsala.
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "handbook.md").write_text(HANDBOOK, encoding="utf-8")
    (tmp_path / "stars.csv").write_text("name,magnitude\nVega,0.03\nAltair,0.76\n", encoding="utf-8")
    with ibid.open(tmp_path / ".ibid") as library:
        library.ingest(tmp_path)
        yield library


def test_nodes_are_slices_with_their_place(library: Library, tmp_path: Path) -> None:
    found = IbidRetriever(library, k=2).retrieve("How large is the mirror of the main telescope?")
    node = found[0].node
    assert node.metadata["path"] == "handbook.md"
    assert node.metadata["headings"] == ["Telescope"]
    start, end = node.start_char_idx, node.end_char_idx
    assert node.text == library.text(tmp_path / "handbook.md")[start:end]
    assert library.show(node.metadata["citation"]).span == Span(start, end)
    assert node.ref_doc_id == "handbook.md"
    assert found[0].score is not None
    assert found[0].score >= (found[1].score or 0)


def test_rows_and_a_filter(library: Library) -> None:
    found = IbidRetriever(library, filter="*.csv").retrieve("What is the magnitude of Altair?")
    assert {one.node.metadata["path"] for one in found} == {"stars.csv"}
    assert found[0].node.metadata["rows"] == [1, 2]


def test_a_mode_that_is_none_is_refused_at_once(library: Library) -> None:
    with pytest.raises(UsageError, match="mode 'bogus' is no way of searching") as caught:
        IbidRetriever(library, mode="bogus")  # type: ignore[arg-type]  # what a caller without a type checker writes
    assert caught.value.hint == "one of hybrid, dense, lexical"
    for call in (library.search, library.ask, library.preview):
        with pytest.raises(UsageError, match="'bogus'"):
            call("How large is the mirror?", mode="bogus")  # type: ignore[operator]


def test_the_same_question_gives_the_same_nodes_also_in_a_thread(library: Library) -> None:
    retriever = IbidRetriever(library, k=3)
    first = retriever.retrieve("Who founded the observatory?")
    again = asyncio.run(retriever.aretrieve("Who founded the observatory?"))
    assert [one.node.node_id for one in first] == [one.node.node_id for one in again]
    assert len({one.node.node_id for one in first}) == len(first)


def test_a_query_engine_answers_from_ibids_hits(library: Library) -> None:
    from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
    from llama_index.core.query_engine import RetrieverQueryEngine

    prompts: list[str] = []

    class Echo(CustomLLM):
        """Says how much it was shown."""

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata()

        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            prompts.append(prompt)
            return CompletionResponse(text="2.4 metres")

        def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
            raise NotImplementedError

    engine = RetrieverQueryEngine.from_args(IbidRetriever(library, k=2), llm=Echo())
    answer = engine.query("How large is the mirror of the main telescope?")
    assert str(answer) == "2.4 metres"
    assert answer.source_nodes[0].metadata["citation"].startswith("handbook.md#")
    assert "a mirror of 2.4 metres" in prompts[0]
    assert "citation: handbook.md#" in prompts[0]
    assert "excluded" not in prompts[0]
