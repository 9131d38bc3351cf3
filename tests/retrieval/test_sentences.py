"""Vectors of sentences: embedded where a rule says so, told of before, looked up, forgotten with their documents."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.errors import ProviderError
from ingest.types import Chunk, Place, Span
from retrieval.embedders.minilm import MiniLM
from retrieval.sentences import sentences_of

HARBOUR = (
    "The harbour master lives in a white house. His dog barks at gulls all day. Rain fell through the night. "
    "Nobody could afford bread that winter. The choir sang on Sundays. A ferry crosses to the island twice a week."
)
SENTENCES = 6
HUNGER = "Were people starving?"
CHUNKING = {"default": {"size": 200, "context": ["title"]}, "rules": [{"format": "csv", "strategy": "rows"}]}
WITH = {**CHUNKING, "default": {**CHUNKING["default"], "sentence_vectors": True}}
TABLE = "item,price\nnail,1\nhammer,20\n"


class Failing(MiniLM):
    """The embedded model; what has a certain word cannot be embedded."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("ferry" in text and "harbour" not in text for text in texts):
            raise ProviderError("the endpoint is gone")
        return super().embed(texts)


@pytest.fixture
def folder(tmp_path: Path, open_home: Callable[..., Any]) -> Path:
    """A text and a table, ingested without vectors of sentences."""
    home = open_home(tmp_path / "work", chunking=CHUNKING)
    home.write("harbour.txt", HARBOUR)
    home.write("prices.csv", TABLE)
    assert home.ingest().added == 2
    return home.folder


def kept(home: Any) -> int:
    return home.rows("SELECT count(*) FROM sentences")[0][0]


def best(home: Any, **options: Any) -> str:
    return home.search(HUNGER, 1, **options)[0].text


SEARCH = {"unit": "sentence", "send": "unit"}


def test_a_sentence_that_means_what_was_asked_is_found_without_its_words(folder: Path, open_home) -> None:
    before = open_home(folder, chunking=CHUNKING, search=SEARCH)
    assert best(before, mode="dense") != "Nobody could afford bread that winter."
    home = open_home(folder, chunking=WITH, search=SEARCH)
    home.ingest()
    for mode in ("dense", "hybrid"):
        assert best(home, mode=mode) == "Nobody could afford bread that winter."
    assert before.search(HUNGER, 1, mode="lexical") == home.search(HUNGER, 1, mode="lexical")


def test_a_rehearsal_tells_of_them_and_nothing_else_is_embedded(folder: Path, open_home) -> None:
    home = open_home(folder, chunking=WITH)
    plan, report = home.plan(), home.ingest()
    assert plan.rechunked == ("harbour.txt", "prices.csv")
    assert (plan.chunks, plan.embedded, plan.reused) == (report.chunks, report.embedded, report.reused)
    assert (report.embedded, report.reused) == (SENTENCES, report.chunks)
    assert kept(home) == SENTENCES  # none of the table's
    again = home.ingest()
    assert (again.unchanged, again.embedded) == (2, 0)
    home.write("copy.txt", HARBOUR)
    assert (home.plan().embedded, home.ingest().embedded) == (1, 1)  # the chunk, by its title


def test_without_them_again_all_is_as_before(folder: Path, open_home) -> None:
    found = open_home(folder, chunking=CHUNKING, search=SEARCH).search(HUNGER, 9)
    open_home(folder, chunking=WITH).ingest()
    home = open_home(folder, chunking=CHUNKING, search=SEARCH)
    assert (home.ingest().changed, kept(home)) == (2, 0)
    assert home.search(HUNGER, 9) == found


def test_they_go_with_their_document(folder: Path, open_home) -> None:
    home = open_home(folder, chunking=WITH)
    home.ingest()
    home.write("harbour.txt", HARBOUR.replace(" Rain fell through the night.", ""))
    assert home.ingest().embedded == 1  # the chunk
    assert kept(home) == SENTENCES - 1
    home.index.remove(["harbour.txt"])
    assert kept(home) == 0
    assert home.counts()["embeddings"] == home.counts()["chunks"]


def test_a_document_is_there_with_all_of_them_or_not_at_all(folder: Path, open_home) -> None:
    home = open_home(folder, chunking=WITH, embedder=Failing(), search=SEARCH)
    with pytest.raises(ProviderError):
        home.ingest()
    before = open_home(folder, chunking=CHUNKING, search=SEARCH)
    assert before.stale() == {}
    assert before.search(HUNGER, 1)
    home = open_home(folder, chunking=WITH, search=SEARCH)
    home.ingest()
    assert (kept(home), best(home)) == (SENTENCES, "Nobody could afford bread that winter.")


def test_overlapping_chunks_and_other_units_are_searched(folder: Path, open_home) -> None:
    small = {"default": {**WITH["default"], "size": 40, "overlap": 16}}
    home = open_home(folder, chunking=small, search=SEARCH)
    home.ingest()
    assert best(home) == "Nobody could afford bread that winter."
    for unit in ("chunk", {"tokens": 12}):
        assert open_home(folder, chunking=small, search={"unit": unit}).search(HUNGER, 3)


def test_a_moved_home_has_them(folder: Path, open_home) -> None:
    open_home(folder, chunking=WITH).ingest()
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    assert best(open_home(other, chunking=WITH, search=SEARCH)) == "Nobody could afford bread that winter."


def test_the_sentences_of_a_chunk() -> None:
    def chunk(text: str, context: str = "title", **place: Any) -> Chunk:
        return Chunk(0, Span(0, len(text)), text, context, 9, Place(**place))

    assert sentences_of(chunk("One is. Two is.")) == ["One is.", "Two is."]
    assert sentences_of(chunk("One is.")) == ["One is."]
    assert sentences_of(chunk("One is.", context="")) == []  # the chunk itself
    assert sentences_of(chunk("a: 1\nb: 2", rows=(1, 1))) == sentences_of(chunk("a: 1", pointers=("/0",))) == []
    assert sentences_of(chunk("TOTAL 9.00", confidence=0.9)) == []
