"""JSON as people write it, made strict: comments, trailing commas, single quotes, names without quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<string> "[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z) )
    | (?P<single> '[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?\Z) )
    | (?P<comment> //[^\n]* | \#[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<comma> , )
    | (?P<name> (?<![\w$.-])(?:[^\W\d]|\$)[\w$-]*+(?=\s*+:) )
    """,
    re.VERBOSE | re.DOTALL,
)
_TRAILING = re.compile(r",(?:\s|//[^\n]*+|\#[^\n]*+|/\*(?>.*?\*/))*+[\]}]", re.DOTALL)
_NOT_NEWLINE = re.compile(r"[^\n]")
_ESCAPE = re.compile(r"\\(.)|\"", re.DOTALL)


def relaxed(pieces: Iterator[str]) -> Iterator[str]:
    """The text with what strict JSON does not have replaced, line for line; columns move where quotes are added.

    What is no JSON in another way stays as it is, for the reader to refuse.
    """
    held, tried = "", 0
    for piece in pieces:
        held += piece
        if len(held) >= 2 * tried:
            made, cut = _made(held, over=False)
            yield made
            held = held[cut:]
            tried = len(held)
    yield _made(held, over=True)[0]


def _made(text: str, *, over: bool) -> tuple[str, int]:
    """The text made strict, and how far it reaches: where more may come, to the last comma between two tokens."""
    found: list[str] = []
    at = kept = cut = 0
    for token in _TOKEN.finditer(text):
        found.append(text[at : token.start()])
        if token.lastgroup == "comma":
            kept, cut = len(found), token.start()
        found.append(_strict(token, text))
        at = token.end()
    if over:
        return "".join([*found, text[at:]]), len(text)
    return "".join(found[:kept]), cut


def _strict(token: re.Match[str], text: str) -> str:
    said = token[0]
    if token.lastgroup == "comma":
        return " " if _TRAILING.match(text, token.start()) else ","
    if token.lastgroup == "comment":
        return _NOT_NEWLINE.sub(" ", said)
    if token.lastgroup == "name":
        return f'"{said}"'
    if token.lastgroup == "single" and len(said) > 1 and said.endswith("'"):
        return f'"{_ESCAPE.sub(_escaped, said[1:-1])}"'
    return said


def _escaped(found: re.Match[str]) -> str:
    if found[0] == '"':
        return '\\"'
    return "'" if found[1] == "'" else found[0]
