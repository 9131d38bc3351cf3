"""llama-index's CodeSplitter, with the grammars of the extra `code`."""

import importlib.util
from collections.abc import Callable
from textwrap import dedent

import pytest

from ingest.errors import ConfigurationError, IngestError
from ingest.types import Chunk

Cut = Callable[..., list[Chunk]]

HERE = importlib.util.find_spec("tree_sitter_language_pack") is not None
needs_grammars = pytest.mark.skipif(not HERE, reason="needs the extra `code`")
ADD = "def add(one, two):\n    total = one + two\n    return total"
SPEAK = 'def speak(name):\n    print("hello", name)\n    print("bye", name)\n    return name'


def texts(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


@needs_grammars
def test_functions_are_parted(cut: Cut) -> None:
    """Of 10 and 8 words: both do not fit together."""
    chunks = cut(
        f"{ADD}\n\n\n{SPEAK}\n", strategy="llama", parser="CodeSplitter", options={"language": "python"}, size=16
    )
    assert texts(chunks) == [ADD, SPEAK]


@needs_grammars
def test_repeated_code_is_located_exactly(cut: Cut) -> None:
    text = f"{ADD}\n\n\n" * 30
    chunks = cut(text, strategy="llama", parser="CodeSplitter", options={"language": "python"}, size=24)
    assert "".join("".join(texts(chunks)).split()) == "".join(text.split())
    assert all(chunk.text == text[chunk.span.start : chunk.span.end] for chunk in chunks)
    assert set(texts(chunks)) == {f"{ADD}\n\n\n{ADD}"}


@needs_grammars
def test_other_letters_than_ascii_move_nothing(cut: Cut) -> None:
    """The parser counts bytes."""
    text = dedent("""
        # Größe – 漢字 🙂
        def größe(übel):
            return "ä" * übel

        class Äpfel:
            farbe = "grün"
    """)
    chunks = cut(text, strategy="llama", parser="CodeSplitter", options={"language": "python"}, size=16)
    assert "".join("".join(texts(chunks)).split()) == "".join(text.split())
    assert all(chunk.text == text[chunk.span.start : chunk.span.end] for chunk in chunks)


@needs_grammars
def test_a_language_that_is_not_known(cut: Cut, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigurationError, match="'CodeSplitter' refuses them"):
        cut("x", strategy="llama", parser="CodeSplitter", options={"language": "klingon"})
    assert capsys.readouterr().out == "", "llama-index prints it"


@needs_grammars
def test_what_is_no_code_fails_the_document_only(cut: Cut) -> None:
    with pytest.raises(IngestError, match="CodeSplitter could not cut it: Could not parse code"):
        cut(") ) (", strategy="llama", parser="CodeSplitter", options={"language": "python"})


@pytest.mark.skipif(HERE, reason="the extra `code` is here")
def test_without_the_extra_it_is_said_what_is_missing(cut: Cut) -> None:
    with pytest.raises(ConfigurationError, match="needs a package: Please install tree_sitter") as caught:
        cut("x", strategy="llama", parser="CodeSplitter", options={"language": "python"})
    assert caught.value.hint == "pip install 'ibid-qa[code]'"
