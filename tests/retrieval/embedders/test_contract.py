"""What every embedder does, whatever the model: parametrised by the files in the folder."""

import numpy as np
import pytest

from ingest.plugins import find, names
from retrieval.embedders import Embedder

ROLE = "retrieval.embedders"


def ready() -> list[type[Embedder]]:
    """The parts that need no option (the others have tests of their own)."""
    found = [find(ROLE, Embedder, name) for name in names(ROLE)]
    return [part for part in found if not any(field.is_required() for field in part.model_fields.values())]


@pytest.fixture(params=ready(), ids=lambda part: part.__name__)
def part(request: pytest.FixtureRequest) -> type[Embedder]:
    return request.param


@pytest.fixture
def embedder(part: type[Embedder], endpoint, monkeypatch: pytest.MonkeyPatch) -> Embedder:
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    return part()


TEXTS = [
    "The cat sat on the mat.",
    "Revenue grew by 4 % in 2021.",
    "",
    "x",
    "The cat sat on the mat.",
    "naïve café 漢字 🙂",
]


def test_one_unit_row_per_text(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (6, embedder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_rows_are_in_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = [f"{'word ' * (n * 7 % 40)}number {n}" for n in range(40)]
    together = embedder.embed(texts)
    for row in (0, 7, 21, 39):
        np.testing.assert_allclose(embedder.embed([texts[row]])[0], together[row], atol=1e-5)


def test_the_same_text_has_the_same_vector(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert (vectors[0] == vectors[4]).all()
    assert (embedder.embed(TEXTS) == vectors).all()


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_the_end_of_a_long_text_counts(embedder: Embedder) -> None:
    start = "The river rises in the hills. " * (embedder.max_tokens // 3)
    with_rivers, with_ships = embedder.embed([start + "It ends in a lake. " * 300, start + "Ships carry coal. " * 300])
    assert not np.allclose(with_rivers, with_ships, atol=1e-3)
    assert np.linalg.norm(with_ships) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "text", ["\ud800 lone \udfff", "a\0b", "\x1b[31m", "漢" * 3000, "🙂" * 500, "q" * 20_000, " \n "]
)
def test_strange_texts_have_a_vector(embedder: Embedder, text: str) -> None:
    vectors = embedder.embed([text])
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


def test_tokens_begin_within_the_text_in_order(embedder: Embedder) -> None:
    text = "The naïve café, 漢字 and 🙂: 1,234.5\n\n" + "y" * 250 + " end\ud800"
    starts = embedder.token_starts(text)
    assert starts.dtype == np.int64
    assert starts[0] == 0
    assert (np.diff(starts) >= 0).all()
    assert starts[-1] < len(text)
    assert embedder.token_starts("").shape == (0,)


def test_words_without_an_end_are_counted_in_pieces(embedder: Embedder) -> None:
    assert len(embedder.token_starts("Ab3" * 1000)) >= 30


def test_it_says_what_it_is(embedder: Embedder, part: type[Embedder]) -> None:
    assert embedder.identity == part().identity
    assert embedder.identity.startswith(embedder.component_name)
    assert embedder.model_name
    assert embedder.tokenizer_key
    assert 0 <= embedder.special_tokens < embedder.max_tokens
    assert embedder.dimensions > 0


def test_what_was_loaded_before_is_used(part: type[Embedder], embedder: Embedder) -> None:
    loaded = part()
    loaded.load()
    assert (loaded.embed(TEXTS) == embedder.embed(TEXTS)).all()


def test_what_is_remembered_is_the_same(embedder: Embedder) -> None:
    first = embedder.embed_known(["walls", *TEXTS])
    assert np.allclose(first, embedder.embed(["walls", *TEXTS]), atol=1e-6)
    again = embedder.embed_known([*reversed(TEXTS), "walls", "walls"])
    assert (again == np.stack([*reversed(first[1:]), first[0], first[0]])).all()
    assert embedder.embed_known([]).shape == (0, embedder.dimensions)
