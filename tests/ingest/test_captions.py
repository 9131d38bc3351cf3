"""Captions: asked of a callable by the parent of the worker that parses; none is an error."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.captions import Captions, Describer, UndescribedError, cleaned
from ingest.errors import BudgetError
from ingest.loader import Loader, walk
from ingest.settings import IngestSettings

Describe = Callable[[bytes], str]


def nothing() -> None:
    """Nobody looks."""


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (" two\n\nlines\t", "two lines"),
        ("bell\x07 and \x1b[31mred", "bell and [31mred"),
        ("turned \u202earound\u202c \ufeff", "turned around"),
        ("a lone \ud800 one", "a lone \ufffd one"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        (" \n", ""),
    ],
)
def test_a_caption_is_cleaned(said: str, kept: str) -> None:
    assert cleaned(said) == kept


def test_a_caption_is_bounded() -> None:
    assert cleaned("word " * 400) == ("word " * 400).strip()
    assert cleaned("word " * 401) == "word " * 399 + "…"
    assert cleaned("x" * 3000) == "x" * 1998 + " …"


def fail(error: Exception) -> Describe:
    def describe(picture: bytes) -> str:
        raise error

    return describe


@pytest.mark.parametrize(
    ("error", "why"), [(BudgetError("spent", hint="save"), "spent"), (KeyError("a"), "KeyError: 'a'")]
)
def test_what_the_callable_raises_is_why_there_is_no_caption(error: Exception, why: str) -> None:
    with pytest.raises(UndescribedError, match=f"^{why}$"):
        Describer(fail(error), seconds=5).caption(b"", look=nothing)


def test_a_callable_that_hangs_is_given_up_and_then_not_asked_any_more() -> None:
    asked: list[bytes] = []

    def hang(picture: bytes) -> str:
        asked.append(picture)
        time.sleep(1)
        return "late"

    describer = Describer(hang, seconds=0.1)
    for _ in range(3):
        with pytest.raises(UndescribedError, match=r"^no answer within 0\.1 seconds$"):
            describer.caption(b"", look=nothing)
    begun = time.monotonic()
    with pytest.raises(UndescribedError, match="given up after 3 failures in a row"):
        describer.caption(b"", look=nothing)
    assert (time.monotonic() - begun < 0.1, len(asked)) == (True, 3)


def test_a_success_between_failures_is_a_new_beginning() -> None:
    replies = iter(["", "x", "x", "ok", "x", "x", "ok"])

    def describe(picture: bytes) -> str:
        said = next(replies)
        if said == "x":
            raise KeyError
        return said

    describer = Describer(describe, seconds=5)
    found = []
    for _ in range(7):
        try:
            found.append(describer.caption(b"", look=nothing))
        except UndescribedError as error:
            found.append(str(error))
    assert found == ["the model said nothing", "KeyError: ", "KeyError: ", "ok", "KeyError: ", "KeyError: ", "ok"]


def test_who_waits_for_a_caption_can_leave() -> None:
    def leave() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        Describer(lambda picture: str(time.sleep(1)), seconds=5).caption(b"", look=leave)


def test_the_key_of_a_text_knows_who_describes(tmp_path: Path) -> None:
    for name in ("a.png", "a.pdf", "a.csv"):
        (tmp_path / name).write_bytes(b"x")
    found = walk([tmp_path], root=tmp_path, home=tmp_path / ".ibid").sources
    ways = (None, Captions("one", None), Captions("two", None), Captions("two", str, 1.0))
    keys = {source.path: [Loader(IngestSettings(), captions=way).parse_key(source) for way in ways] for source in found}
    assert len(set(keys["a.csv"])) == 1
    for name in ("a.png", "a.pdf"):
        off, one, two, same = keys[name]
        assert len({off, one, two}) == 3
        assert two == same
