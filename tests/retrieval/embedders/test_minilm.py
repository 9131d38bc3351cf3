"""The embedded model."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from ingest.errors import RetrievalError
from retrieval.embedders.minilm import MiniLM, model


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("model.onnx", "tokenizer.json", "provenance.json"):
        shutil.copyfile(model.HERE / name, tmp_path / name)
    return tmp_path


def test_it_is_the_model_that_it_says(minilm: MiniLM) -> None:
    assert (minilm.model_name, minilm.dimensions, minilm.max_tokens, minilm.special_tokens) == (
        "all-MiniLM-L6-v2",
        384,
        256,
        2,
    )


# The fp32 model's own cosines, by transformers 5.23.
@pytest.mark.parametrize(
    ("one", "other", "cosine"),
    [
        ("A man is eating food.", "A man is eating a piece of bread.", 0.755),
        ("A man is eating food.", "A cheetah is running behind its prey.", 0.142),
        ("How long is the bridge?", "The bridge is 120 metres long.", 0.779),
        ("net revenue 2021", "In 2021 the company's net sales were $4.2 billion.", 0.719),
    ],
)
def test_cosines_are_those_of_the_full_model(minilm: MiniLM, one: str, other: str, cosine: float) -> None:
    first, second = minilm.embed([one, other])
    assert float(first @ second) == pytest.approx(cosine, abs=0.03)


def test_a_vector_depends_on_its_text_alone(minilm: MiniLM) -> None:
    texts = [f"Entry {n}: " + "the pump was checked and found in order. " * (n % 9) for n in range(60)]
    alone = np.concatenate([minilm.embed([text]) for text in texts])
    for threads in (1, 2, 5):
        assert (MiniLM(threads=threads).embed(texts) == alone).all()


def test_a_long_text_is_the_mean_of_its_windows_by_tokens(minilm: MiniLM) -> None:
    words = [("river", "stone", "bread", "lamp")[n * n % 4] for n in range(600)]
    parts = [" ".join(words[start : start + 200]) for start in (0, 200, 400)]
    want = minilm.embed(parts).mean(axis=0)
    got = minilm.embed([" ".join(words)])[0]
    np.testing.assert_allclose(got, want / np.linalg.norm(want), atol=1e-6)


def test_what_fits_is_one_window(minilm: MiniLM) -> None:
    assert [len(window.ids) for window in minilm._windows(["river " * 254, "river " * 255, ""])] == [256, 130, 129, 2]


def test_many_texts_are_taken_in_slices(minilm: MiniLM) -> None:
    texts = [f"row {n}" for n in range(1100)]
    vectors = minilm.embed(texts)
    assert (vectors[1099] == minilm.embed(["row 1099"])[0]).all()
    assert (vectors[511] == minilm.embed(["row 511"])[0]).all()
    assert (vectors[512] == minilm.embed(["row 512"])[0]).all()


def test_token_starts(minilm: MiniLM) -> None:
    assert minilm.token_starts("Hello, embeddings  world").tolist() == [0, 5, 7, 9, 12, 16, 19]
    assert minilm.token_starts("naïve 漢字").tolist() == [0, 6, 7]
    assert minilm.token_starts("").tolist() == []


def test_a_word_without_an_end_is_more_than_one_token(minilm: MiniLM) -> None:
    starts = minilm.token_starts("7" * 200_000)
    assert len(starts) >= 2_000
    assert starts[-1] < 200_000


def test_threads_may_share_one(minilm: MiniLM) -> None:
    fresh = MiniLM(threads=2)
    texts = [f"sentence number {n} of the test" for n in range(30)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: fresh.embed(texts), range(4)))
    assert all((answer == minilm.embed(texts)).all() for answer in answers)


@pytest.mark.parametrize("options", [{"threads": 0}, {"threads": 1000}, {"thread": 2}])
def test_wrong_options_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        MiniLM(**options)


def test_the_network_is_loaded_once_for_the_process() -> None:
    assert model.session() is model.session()
    assert model.tokenizer() is model.tokenizer()


@pytest.mark.parametrize(("name", "load"), [("model.onnx", model.session), ("tokenizer.json", model.tokenizer)])
def test_a_changed_file_is_refused(copied: Path, name: str, load) -> None:
    data = bytearray((copied / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / name).write_bytes(data)
    with pytest.raises(RetrievalError, match=f"{name}' is not the file that its provenance names"):
        load(copied)
    (copied / name).unlink()
    with pytest.raises(RetrievalError, match=f"{name}' cannot be read"):
        load(copied)


def test_a_file_that_is_no_model_is_refused(copied: Path) -> None:
    (copied / "model.onnx").write_bytes(b"no model")
    provenance = json.loads((copied / "provenance.json").read_text())
    provenance["files"]["model.onnx"] = "f62c7d17e241fe5c5c0c64d2e32ab6e3bd10547a9c02977cc126acc0fe6e6554"
    (copied / "provenance.json").write_text(json.dumps(provenance))
    with pytest.raises(RetrievalError, match="onnxruntime cannot load the embedded model"):
        model.session(copied)


@pytest.mark.parametrize("content", ["", "{}", '{"files": []}', "[1]"])
def test_a_broken_provenance_is_refused(copied: Path, content: str) -> None:
    (copied / "provenance.json").write_text(content)
    with pytest.raises(RetrievalError, match=r"provenance\.json' cannot be read"):
        model.tokenizer(copied)


def test_the_files_are_what_the_export_wrote() -> None:
    provenance = json.loads((model.HERE / "provenance.json").read_text())
    assert provenance["source"]["model.safetensors"] == (
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    )
    assert provenance["cosine_to_fp32"]["mean"] >= 0.99
    assert provenance["cosine_to_fp32"]["min"] >= 0.98
    for name in ("model.onnx", "tokenizer.json", "LICENSE"):
        assert model.checked(name)


def test_nothing_is_said_and_no_torch_is_loaded() -> None:
    code = (
        "import sys; from retrieval.embedders.minilm import MiniLM; assert 'onnxruntime' not in sys.modules;"
        "print(MiniLM().embed(['quiet']).shape, 'torch' in sys.modules)"
    )
    root = model.HERE.parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert (done.stdout, done.stderr) == ("(1, 384) False\n", "")


class Counting(MiniLM):
    """Says what it embedded."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        EMBEDDED.extend(texts)
        return super().embed(texts)


EMBEDDED: list[str] = []


def test_words_are_embedded_once_and_sentences_each_time() -> None:
    part = Counting()
    part.embed_known(["wall", "The wall is high.", "wall", "roof"])
    assert EMBEDDED == ["wall", "The wall is high.", "roof"]
    part.embed_known(["The wall is high.", "roof", "house"])
    assert EMBEDDED[3:] == ["The wall is high.", "house"]
