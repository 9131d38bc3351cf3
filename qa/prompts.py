"""Prompts: versioned files of system rules and templates; the sources go in as delimited data, the question last."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from ingest.errors import ConfigurationError
from qa.types import Message, Packed, Turn
from retrieval.defusing import defuse

VERSION = "answer-3"
ABSTENTION = "The documents do not say."
_SUFFIX = ".txt"
_MOST_BYTES = 100_000
_BEGINS = re.compile(r"^--- *(\w+) *$", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_PARTS: Mapping[str, frozenset[str]] = {
    "system": frozenset({"abstention"}),
    "user": frozenset({"sources", "form", "question"}),
    "markers": frozenset({"abstention"}),
    "structured": frozenset(),
}
"""The parts of a file, each with the variables that it may have, and no others, so that no file can put the text of
documents among the rules. It must have each in one of its parts at least."""
_OPTIONAL = frozenset({"structured"})
_ABSTENTION = {"abstention": ABSTENTION}


@dataclass(frozen=True, slots=True)
class Prompts:
    """What a model is asked, as a versioned file has it."""

    version: str
    system: str
    user: str
    markers: str
    """How to reply in plain text with markers."""
    structured: str
    """How to reply in the shape of `qa.structured`; "" where the file asks for plain text only."""

    def build(
        self, question: str, sources: Sequence[Packed], *, history: Sequence[Turn] = (), structured: bool = False
    ) -> tuple[Message, ...]:
        """The messages of one request; the text of documents stands in the last one only, delimited."""
        turns = [message for turn in history for message in turn_messages(turn)]
        form = self.structured if structured else _filled(self.markers, _ABSTENTION)
        values = {"sources": _data(sources), "form": form, "question": question}
        return (Message("system", self.rules), *turns, Message("user", _filled(self.user, values)))

    @property
    def rules(self) -> str:
        """The system message."""
        return _filled(self.system, _ABSTENTION)


@cache
def built_in(version: str = VERSION) -> Prompts:
    """The prompts of a version that comes with ibid."""
    text = (files("qa") / "prompt_files" / f"{version}{_SUFFIX}").read_text(encoding="utf-8")
    return parsed(text, version=version, name=version)


def versions() -> list[str]:
    """The versions that come with ibid."""
    names = (entry.name for entry in (files("qa") / "prompt_files").iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def load(name: str) -> Prompts:
    """The prompts of a version, or of a file of the user's own, whose version is its name and a digest.

    Raises:
        ConfigurationError: there is no such file, or it lacks a part or a variable, or has one that does not exist.
    """
    if name in versions():
        return built_in(name)
    file = Path(name).expanduser()
    try:
        with file.open("rb") as handle:
            data = handle.read(_MOST_BYTES + 1)
        text = data.decode("utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8 text"
        known = ", ".join(versions())
        raise ConfigurationError(
            f"qa.prompt: {name!r} cannot be read: {why}", hint=f"name a file, or a version: {known}"
        ) from error
    if len(data) > _MOST_BYTES:
        raise _wrong(name, f"it is over {_MOST_BYTES:,} bytes")
    return parsed(text, version=f"{file.stem}@{hashlib.sha256(data).hexdigest()[:8]}", name=name)


def parsed(text: str, *, version: str, name: str) -> Prompts:
    """The prompts of a file's text, checked.

    Raises:
        ConfigurationError: it lacks a part or a variable, or has one that does not exist.
    """
    before, *rest = _BEGINS.split(text.replace("\r\n", "\n"))
    if any(line.strip() and not line.startswith("#") for line in before.splitlines()):
        raise _wrong(name, "before its first part (a line such as `--- system`) are other lines than comments (#)")
    names, bodies = rest[::2], [body.strip() for body in rest[1::2]]
    parts = dict(zip(names, bodies, strict=True))
    for part in names:
        if part not in _PARTS or names.count(part) > 1:
            raise _wrong(name, f"the part {part!r} is {'there twice' if part in _PARTS else 'not known'}")
    for part, allowed in _PARTS.items():
        if not parts.get(part) and part not in _OPTIONAL:
            raise _wrong(name, f"it has no part {part!r}")
        _check_variables(name, part, parts.get(part, ""), allowed=allowed)
    _check_complete(name, parts)
    return Prompts(version, parts["system"], parts["user"], parts["markers"], parts.get("structured", ""))


def _check_variables(name: str, part: str, text: str, *, allowed: frozenset[str]) -> None:
    for variable in sorted(_variables(text) - allowed):
        may = ", ".join("{{" + one + "}}" for one in sorted(allowed)) or "none"
        raise _wrong(name, f"the part {part!r} has the variable {{{{{variable}}}}}, and may have: {may}")


def _check_complete(name: str, parts: Mapping[str, str]) -> None:
    """Each variable must be somewhere: a model is to be told what to say where the sources do not hold the answer."""
    for variable in sorted(frozenset().union(*_PARTS.values())):
        places = [part for part, allowed in _PARTS.items() if variable in allowed]
        if not any(variable in _variables(parts.get(part, "")) for part in places):
            raise _wrong(name, f"the part {' or '.join(map(repr, places))} lacks the variable {{{{{variable}}}}}")


def _variables(text: str) -> set[str]:
    return {match[1] for match in _VARIABLE.finditer(text)}


def _wrong(name: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"qa.prompt: {name!r} is no prompt file: {why}",
        hint=f"parts and variables are those of qa/prompt_files/{VERSION}{_SUFFIX}",
    )


def system_prompt() -> str:
    """The system message of the present version."""
    return built_in().rules


def build(question: str, sources: Sequence[Packed], *, history: Sequence[Turn] = ()) -> tuple[Message, ...]:
    """The messages of one request by the present version, for a reply in plain text with markers."""
    return built_in().build(question, sources, history=history)


def turn_messages(turn: Turn) -> tuple[Message, Message]:
    """An earlier turn as two messages, without the sources it was answered from."""
    return Message("user", turn.question), Message("assistant", defuse(turn.answer.text))


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its variables put in, once: what stands in a value is text, whatever it looks like."""
    return _VARIABLE.sub(lambda found: values[found[1]], template)


def _data(sources: Sequence[Packed]) -> str:
    """The sources: the best first, the second best last, the weakest in the middle, which models heed least."""
    ordered = [*sources[::2], *reversed(sources[1::2])]
    parts = [f"<source>\n{defuse(source.header)}\n{defuse(source.sent)}\n</source>\n\n" for source in ordered]
    return "".join(parts) or "There are no sources.\n\n"
