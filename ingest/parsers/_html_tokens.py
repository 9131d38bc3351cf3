"""HTML's tokens, as the HTML standard parts them: text, tags, raw text; in one pass, each with its place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])))*+)>"
)
_BEGINS = re.compile("</?[a-zA-Z]")
_BROKEN_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>[^>]*+)>")
_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>)", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_OTHER = re.compile("<[!?/][^>]*+>")
"""A declaration, processing instruction, or what the standard calls a bogus comment."""
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++)))?")
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "iframe", "xmp", "textarea", "title")
}
_UNSEEN = {"script", "style", "iframe"}


@dataclass(slots=True)
class Token:
    """A run of text, a tag, or the text of an element that holds no tags, at `[start, end)` of the file's text."""

    kind: Literal["text", "open", "close", "raw"]
    start: int
    end: int
    name: str = ""
    """Of the element, in lower case."""
    said: str = ""
    """What is in it: text with its references resolved; a tag's attributes as written."""

    def attribute(self, name: str) -> str | None:
        """The value of an attribute of a tag; "" where it has none, None where the attribute is not there."""
        for found in _ATTRIBUTE.finditer(self.said):
            if found[1].lower() == name:
                return html.unescape(found[2] or found[3] or found[4] or "")
        return None


class Tokens:
    """Goes through a text once; what is never closed is not looked for again, so that no file takes long.

    Args:
        text: the decoded file.
        xml: whether `<a/>` closes what it opens, as in XHTML.
    """

    def __init__(self, text: str, *, xml: bool = False) -> None:
        self._text = text
        self._xml = xml
        self._never: set[str] = set()
        """What does not come any more."""
        self._end = 0

    def __iter__(self) -> Iterator[Token]:
        """The tokens in order."""
        text, at = self._text, 0
        while at < len(text):
            mark = text.find("<", at)
            mark = len(text) if mark < 0 else mark
            if mark > at:
                yield self._text_token(at, mark)
            if mark == len(text):
                return
            found = self._tag(mark)
            if found is not None:
                yield from self._tokens(found)
                at = self._end
                continue
            at = self._skipped(mark)
            if at == mark:
                at += 1
                yield Token("text", mark, at, said="<")
            elif text.startswith("<![CDATA[", mark) and text.endswith("]]>", mark, at):
                yield Token("text", mark, at, said=text[mark + 9 : at - 3])

    def _text_token(self, start: int, end: int) -> Token:
        said = self._text[start:end]
        return Token("text", start, end, said=html.unescape(said) if "&" in said else said)

    def _tag(self, at: int) -> re.Match[str] | None:
        if ">" in self._never or not _BEGINS.match(self._text, at):
            return None
        found = None if "quote" in self._never else _TAG.match(self._text, at)
        if found is None:
            self._never.add("quote")
            found = _BROKEN_TAG.match(self._text, at)
        if found is None:
            self._never.add(">")
        return found

    def _tokens(self, found: re.Match[str]) -> Iterator[Token]:
        """The tag, and of an element that holds raw text that and its end."""
        name, said, self._end = found["name"].lower(), found["attributes"], found.end()
        start = found.start()
        if found["close"]:
            yield Token("close", start, self._end, name)
            return
        yield Token("open", start, self._end, name, said)
        if self._xml and said.endswith("/"):
            yield Token("close", self._end, self._end, name)
        elif name in _RAW:
            yield from self._raw(name, self._end)

    def _raw(self, name: str, start: int) -> Iterator[Token]:
        end = None if name in self._never else _RAW[name].search(self._text, start)
        if end is None:
            self._never.add(name)
            self._end = len(self._text) if name in _UNSEEN else start
            return
        self._end = end.start()
        said = self._text[start : self._end]
        yield Token("raw", start, self._end, name, said if name in _UNSEEN or name == "xmp" else html.unescape(said))

    def _skipped(self, at: int) -> int:
        """Where a comment or declaration that begins here ends; `at` where none does."""
        for mark, pattern in (("<!--", _COMMENT), ("<![CDATA[", _CDATA)):
            if self._text.startswith(mark, at) and mark not in self._never:
                found = pattern.match(self._text, at)
                if found:
                    return found.end()
                self._never.add(mark)
        if ">" in self._never or self._text[at + 1 : at + 2] not in ("!", "?", "/"):
            return at
        other = _OTHER.match(self._text, at)
        if other is None:
            self._never.add(">")
        return other.end() if other else at
