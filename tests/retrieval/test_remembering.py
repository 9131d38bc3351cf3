"""The vectors that documents are cut by: embedded once, kept while a document is cut by them, and no longer."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.chunking import Rules
from ingest.errors import ProviderError
from ingest.settings import ChunkingSettings
from retrieval import purging
from retrieval.database import Database
from retrieval.embedders.minilm import MiniLM
from retrieval.remembering import Recalling, Remembering

CATS = "The cat sleeps on the sofa. Kittens love to play. A hungry cat meows. Most cats hate water."
BONDS = "Treasury yields rose again. Investors sold corporate bonds. The bond market closed lower. Rates fell."
SENTENCES = 8


class Counting(MiniLM):
    """The embedded model; says which texts it embedded."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        ASKED.append(list(texts))
        return super().embed(texts)


ASKED: list[list[str]] = []


def asked() -> list[str]:
    """What was embedded since the last time."""
    found = [text for texts in ASKED for text in texts]
    ASKED.clear()
    return found


def rules(home: Any, **default: Any) -> Rules:
    settings = {"default": {"strategy": "semantic", "size": 40, "context": [], **default}, "rules": []}
    return Rules(ChunkingSettings.model_validate(settings), home.embedder, Recalling(home.embedder, lambda: None))


@pytest.fixture
def home(tmp_path: Path, open_home: Callable[..., Any]) -> Any:
    """A home with two documents, cut by sentences' vectors."""
    made = open_home(tmp_path / "work", embedder=Counting())
    made.rules = rules(made)
    made.write("cats.txt", CATS)
    made.write("both.txt", f"{CATS} {BONDS}")
    made.ingest()
    ASKED.clear()
    return made


def kept(home: Any) -> tuple[int, int, int]:
    """Vectors, vectors that documents are cut by, and documents that are cut so."""
    count = "SELECT (SELECT count(*) FROM embeddings), (SELECT count(*) FROM sentences), (SELECT count(*) FROM cuts)"
    return home.rows(count)[0]


def needed(home: Any) -> int:
    """Vectors of chunks or sentences; some are of both."""
    both = "SELECT embedding_id FROM chunks UNION SELECT embedding_id FROM sentences"
    return home.rows(f"SELECT count(*) FROM ({both})")[0][0]


class TestReuse:
    def test_another_percentile_embeds_no_sentence_again(self, home: Any) -> None:
        home.rules = rules(home, percentile=50)
        report = home.ingest()
        assert report.changed == 2
        assert not set(asked()) & {f"{part}." for part in f"{CATS} {BONDS}"[:-1].split(". ")}

    def test_a_copy_embeds_nothing(self, home: Any) -> None:
        home.write("copy.txt", CATS)
        assert home.ingest().added == 1
        assert asked() == []

    def test_sentences_of_a_changed_document_are_known(self, home: Any) -> None:
        home.write("cats.txt", f"Dogs bark. {CATS}")
        home.ingest()
        sentences = [text for text in asked() if text.count(".") == 1]
        assert sentences == ["Dogs bark."]

    def test_a_preview_embeds_nothing_and_writes_nothing(self, home: Any) -> None:
        before = home.rows("SELECT * FROM embeddings"), kept(home)
        recalling = Recalling(home.embedder, lambda: home.database)
        found = recalling(["Kittens love to play.", "Something new.", "Kittens love to play."])
        assert asked() == ["Something new."]
        assert np.allclose(found, MiniLM().embed(["Kittens love to play.", "Something new.", "Kittens love to play."]))
        home.rules = rules(home, percentile=50)
        home.plan()
        assert (home.rows("SELECT * FROM embeddings"), kept(home)) == before

    def test_a_home_that_is_read_only_is_read(self, home: Any) -> None:
        readonly = Database(home.folder / ".ibid", readonly=True)
        Recalling(home.embedder, lambda: readonly)(["Kittens love to play.", "Something new."])
        readonly.close()
        assert asked() == ["Something new."]

    def test_without_a_database_all_are_embedded(self) -> None:
        recalling = Recalling(Counting(), lambda: None)
        assert recalling(["One.", "Two."]).shape == (2, 384)
        assert recalling([]).shape == (0, 384)
        assert asked() == ["One.", "Two."]

    def test_equal_texts_are_embedded_once_and_all_in_batches(self, tmp_path: Path) -> None:
        database = Database(tmp_path)
        texts = [f"Say {number % 700}." for number in range(1_100)]
        vectors = Remembering(Counting(), database, digest="d", chunking_key="k")(texts)
        database.close()
        assert [len(call) for call in ASKED] == [500, 200]
        assert len(set(asked())) == 700
        assert np.array_equal(vectors[:400], vectors[700:])


class TestKeeping:
    def test_what_is_kept(self, home: Any) -> None:
        """Of four and eight sentences eight are different."""
        embeddings, sentences, cuts = kept(home)
        assert (sentences, cuts) == (4 + SENTENCES, 2)
        assert embeddings == needed(home)

    def test_nothing_changed_and_all_stays(self, home: Any) -> None:
        before = kept(home)
        for _ in range(2):
            home.ingest()
        assert kept(home) == before
        assert asked() == []

    def test_another_strategy_and_back_embeds_nothing_again(self, home: Any) -> None:
        semantic = home.rules
        home.rules = rules(home, strategy="sentence")
        home.ingest()
        assert kept(home)[1:] == (0, 0)
        ASKED.clear()
        home.rules = semantic
        assert home.ingest().embedded == 0
        assert asked() == []

    def test_edits_do_not_pile_up(self, home: Any) -> None:
        for number in range(5):
            home.write("cats.txt", f"Cat number {number} is here. {CATS}")
            home.ingest()
        embeddings, sentences, cuts = kept(home)
        assert (sentences, cuts) == (5 + SENTENCES, 2)
        assert embeddings == needed(home)

    def test_other_percentiles_do_not_pile_up(self, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(purging, "_SPARE_LEAST", 0)
        monkeypatch.setattr(purging, "_SPARE_TIMES", 0)
        for percentile in (50, 60, 70):
            home.rules = rules(home, percentile=percentile)
            home.ingest()
        embeddings, sentences, cuts = kept(home)
        assert (sentences, cuts) == (4 + SENTENCES, 2)
        assert embeddings == needed(home)

    def test_a_removed_document_takes_its_own_with_it(self, home: Any) -> None:
        home.index.remove(["both.txt"])
        embeddings, sentences, cuts = kept(home)
        assert (sentences, cuts) == (4, 1)
        assert embeddings == needed(home)

    def test_a_copy_that_stays_keeps_them(self, home: Any) -> None:
        before = kept(home)
        home.write("copy.txt", CATS)
        home.ingest()
        home.index.remove(["cats.txt"])
        assert kept(home) == before
        home.rules = rules(home, percentile=50)
        home.ingest()
        assert not [text for text in asked() if text.count(".") == 1]

    def test_a_chunk_that_is_a_sentence_shares_its_vector(self, tmp_path: Path, open_home: Callable[..., Any]) -> None:
        home = open_home(tmp_path / "work", embedder=Counting())
        home.rules = rules(home, size=16, strategy="cluster")
        home.write("a.txt", "A cat sat on the mat over there. Bond yields rose in early trade.")
        home.ingest()
        assert kept(home)[:2] == (2, 2)
        assert len(asked()) == 2

    def test_what_was_embedded_before_an_error_is_known_after_it(self, home: Any) -> None:
        class Failing(Counting):
            def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
                if "Bark number 0." in texts:
                    ASKED.append(list(texts))
                    return MiniLM.embed(self, texts)
                raise ProviderError("the endpoint is gone")

        home.rules = Rules(
            ChunkingSettings.model_validate({"default": {"strategy": "semantic", "context": []}, "rules": []}),
            home.embedder,
            Recalling(home.embedder, lambda: None),
        )
        home.write("dogs.txt", " ".join(f"Bark number {number}." for number in range(600)))
        working, home.index._embedder = home.index._embedder, Failing()
        with pytest.raises(ProviderError):
            home.ingest(home.folder / "dogs.txt")
        assert len(asked()) == 500
        home.index._embedder = working
        home.ingest()
        assert len([text for text in asked() if text.count(".") == 1 and text.startswith("Bark")]) == 100
