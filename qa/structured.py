"""Structured answers: the shape that an endpoint is asked for, and the answer's text that is made of what comes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.bearing import stems_of
from qa.citations import bearer, markers, without_markers
from qa.prompts import ABSTENTION
from qa.types import Packed

EXAMPLE = "the mill burnt down in 1912"
"""What the form of a reply is shown by (`prompt_files/`): small models say it after."""
_END = re.compile(r"[.!?…。！？:]+[\"'”’»)]*$")
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"`{1,3}[a-z]*")
_FORMS = ('{"sentences":', '[{"quotes":', '[{"text":', '{"quotes":', '{"text":')
"""How a reply of the shape, or of a part of it, begins."""
_LINE = re.compile(r"\n[ \t]*(?=[{\[`])")
_FENCED = re.compile(r"\s*```\w*\s*(.*?)(?:```\s*)?$", re.DOTALL)


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


SCHEMA = _object(
    sentences=_list(
        _object(
            quotes=_list(_object(source={"type": "integer"}, words={"type": "string"})),
            text={"type": "string"},
        )
    )
)
"""Quotes stand before the sentence: a model that has copied the words first keeps to them."""
SCHEMA_TEXT = json.dumps(SCHEMA, separators=(",", ":"))
RESPONSE_FORMAT = {"type": "json_schema", "json_schema": {"name": "cited_answer", "strict": True, "schema": SCHEMA}}
"""The parameter `response_format` of chat completions."""


@dataclass(frozen=True, slots=True)
class Told:
    """The text of an answer with its markers, and for each marker in order the words that the model quotes."""

    text: str
    quoted: tuple[tuple[int, str], ...]


def told(reply: str, sources: Sequence[Packed] = (), question: str = "") -> Told | None:
    """The answer that a reply holds; None where it is none of the shape.

    Of a reply that was cut off, the sentences that are whole are taken. A sentence without a number gets that of the
    source that bears it, where there is one. The example of the prompt is no answer where no source has it.
    """
    asked = stems_of(question)
    sentences = _sentences(_body(reply))
    if sentences is None:
        return None
    if not any(EXAMPLE in source.text.lower() for source in sources):
        sentences = [one for one in sentences if EXAMPLE not in one[0].lower()]
    parts: list[str] = []
    quoted: list[tuple[int, str]] = []
    for text, quotes in sentences:
        if not quotes and (found := bearer(text, sources, asked)) is not None:
            quotes.append((found, ""))
        parts.append(_marked(text, [number for number, _ in quotes]))
        quoted += quotes
    return Told(" ".join(parts) or ABSTENTION, tuple(quoted))


def keeps_shape(reply: str) -> bool:
    """Whether a reply is of the shape, though it may say nothing: then the endpoint did what it was asked for."""
    try:
        return _items(_body(reply)) is not None
    except ValueError:
        return False


def looks_structured(reply: str) -> bool:
    """Whether a reply is meant as a structure, and not as prose."""
    return _THOUGHT.sub("", reply).lstrip().startswith(("{", "[{", "```")) or '"sentences"' in reply


def structure_in(reply: str) -> str | None:
    """What of a reply, or of what there is of it, begins as one of the shape does: all, or from a later line on."""
    return next((part for part in _parts(reply) if _opening(part).startswith(_FORMS)), None)


def may_be_structured(begun: str) -> bool:
    """Whether what has come of a reply, or its last lines, may still become one of the shape."""
    openings = list(map(_opening, _parts(begun)))
    return any(one.startswith(_FORMS) or any(form.startswith(one) for form in _FORMS) for one in openings)


def _parts(reply: str) -> list[str]:
    """A reply, and what is left of it from each line on that may begin a structure: prose can stand before."""
    return [reply, *(reply[found.end() :] for found in _LINE.finditer(reply))]


def _opening(reply: str) -> str:
    """The first characters of a reply, without thoughts, white space and the beginning of a fence."""
    bare = "".join(_THOUGHT.sub("", reply)[:200].split())
    fence = _FENCE.match(bare)
    return bare[fence.end() :] if fence else bare


def _body(reply: str) -> str:
    """A reply without its thoughts, and without a fence around it."""
    reply = _THOUGHT.sub("", reply)
    fenced = _FENCED.fullmatch(reply)
    return (fenced[1] if fenced else reply).strip()


def _items(body: str) -> list[Any] | None:
    """What stands for sentences; None where it is another structure.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        value = json.loads(body)
    except RecursionError:
        return None
    items = value.get("sentences") if isinstance(value, dict) else None
    return items if isinstance(items, list) else None


def _sentences(body: str) -> list[tuple[str, list[tuple[int, str]]]] | None:
    try:
        items = _items(body)
    except ValueError:
        whole = list(_whole(body))
        return [one for item in whole if (one := _sentence(item))] if whole else None
    if items is None:
        return None
    found = [one for item in items if (one := _sentence(item))]
    return found if found or not items else None


def _whole(body: str) -> Iterator[Any]:
    """The sentences of a list that breaks off, as far as they are whole."""
    begin = re.match(r'\{\s*"sentences"\s*:\s*\[', body)
    if begin is None:
        return
    decoder = json.JSONDecoder()
    at = begin.end()
    while (start := body.find("{", at)) >= 0:
        try:
            item, at = decoder.raw_decode(body, start)
        except (ValueError, RecursionError):
            return
        yield item


def _sentence(item: Any) -> tuple[str, list[tuple[int, str]]] | None:
    """The text and the quotes of a sentence; None where it says nothing."""
    text = item.get("text") if isinstance(item, dict) else None
    if not isinstance(text, str) or not re.search(r"\w", without_markers(text)):
        return None
    quotes = item.get("quotes")
    found: dict[int, str] = {}
    for number, words in filter(None, map(_quote, quotes if isinstance(quotes, list) else ())):
        found.setdefault(number, words)
    for _, numbers in () if found else markers(text):
        found |= dict.fromkeys(numbers, "")
    return without_markers(text), list(found.items())


def _quote(one: Any) -> tuple[int, str] | None:
    number, words = (one.get("source"), one.get("words")) if isinstance(one, dict) else (None, None)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0 or not isinstance(words, str):
        return None
    return number, words


def _marked(text: str, numbers: list[int]) -> str:
    """The sentence with its markers before the full stop."""
    if not numbers or text.startswith(ABSTENTION):
        return text
    end = _END.search(text)
    at = end.start() if end else len(text)
    return f"{text[:at]} {''.join(f'[{number}]' for number in numbers)}{text[at:]}"
