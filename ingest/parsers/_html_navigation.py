"""What of a page of HTML leads about the site and says nothing: navigation, lists of contents, rows of `prev`, `next`.

Where in doubt it stays: a mark alone takes nothing away that holds more than links, and a page that would be left with
next to nothing, since it is an index, keeps all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.parsers._html_tokens import Token, Tokens


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_Sort = Literal["", "navigation", "contents", "footer"]
_PARTS = _set("aside div dl footer header nav ol p section table ul")
_NAVIGATION = _set(
    "breadcrumb breadcrumbs nav-panel navbar navfooter navheader navigation-header navigation-footer sidebar-nav "
    "site-nav sphinxsidebar"
)
_CONTENTS = _set("toc contents localtoc table-of-contents tableofcontents toctree-wrapper")
_ROLES: dict[str, _Sort] = {"navigation": "navigation", "doc-toc": "contents", "contentinfo": "footer"}
_WAYS = _set("prev previous next home start up index contents")
"""What a link of a row is to, by its `rel`."""
_SUSPECT = re.compile(
    r"<nav[\s>]|\brole\s*=\s*[\"']?(?:navigation|contentinfo|doc-toc)|\b(?:class|id)\s*=[^>]*(?:nav|toc|contents|"
    r"breadcrumb|sidebar)|\brel\s*=\s*[\"']?(?:prev|next|home|start|up)",
    re.IGNORECASE,
)
_MOST_BESIDE = 300
"""Characters beside the links that navigation may hold."""
_LONGEST_FOOTER = 120
"""Characters: whose page it is, and what made it; a longer one may hold an address."""
_LONGEST_ROW, _MOST_BESIDE_WAYS = 500, 60
"""Characters of a row of links to other pages, and of what is no link in it."""
_TITLE, _SHARE_OTHER = 30, 0.2
"""Characters of a list of contents that do not lead to a heading: so many are its title, or this share."""
_LEAST_LEFT = 200
"""Characters that a page keeps, else nothing is left out."""


@dataclass(slots=True)
class _Part:
    """An element that is open, and what stands in it: characters, those of links, and whether one leads on."""

    name: str
    start: int
    sort: _Sort
    said: int = 0
    linked: int = 0
    anchors: int = 0
    """Characters of links to places within a page."""
    leads: bool = False
    left_out: int = 0
    """Ranges that were there when it began: those found since lie within it."""


def without_navigation(text: str, *, xml: bool) -> Iterator[Token]:
    """The tokens of a page, without those that stand in what only leads about."""
    found = iter(_navigation(text, xml=xml) if _SUSPECT.search(text) else ())
    start, end = next(found, (len(text), len(text)))
    for token in Tokens(text, xml=xml):
        while token.start >= end and end < len(text):
            start, end = next(found, (len(text), len(text)))
        if not start <= token.start < end:
            yield token


def _navigation(text: str, *, xml: bool) -> list[tuple[int, int]]:
    """Where the contents of such elements begin and end, ascending, none within another."""
    page = _Counted()
    for token in Tokens(text, xml=xml):
        page.take(token)
    said = page.said
    contents = [one for one in page.found if one[0].sort == "contents"]
    keep_contents = 2 * sum(part.said for part, _ in contents) > said
    found = [(part, end) for part, end in page.found if not (keep_contents and part.sort == "contents")]
    if said - sum(part.said for part, _ in found) < _LEAST_LEFT:
        return []
    return sorted((part.start, end) for part, end in found)


class _Counted:
    """Goes through the tokens once and counts what the elements hold."""

    def __init__(self) -> None:
        self.found: list[tuple[_Part, int]] = []
        """What only leads about, and where it ends; none within another."""
        self.said = 0
        self._open: list[_Part] = []
        self._names: dict[str, int] = {}
        self._link: str | None = None
        """To where the link that is open leads."""

    def take(self, token: Token) -> None:
        """Counts a token."""
        if token.kind == "text":
            self._say(len(" ".join(token.said.split())))
        elif token.name == "a":
            self._link = token.attribute("href") if token.kind == "open" else None
            if self._link is not None and self._open and not _WAYS.isdisjoint(_words(token, "rel")):
                self._open[-1].leads = True
        elif token.name in _PARTS and token.kind == "open":
            self._open.append(_Part(token.name, token.end, _sort(token), left_out=len(self.found)))
            self._names[token.name] = self._names.get(token.name, 0) + 1
        elif token.kind == "close" and self._names.get(token.name):
            self._close(token)

    def _say(self, size: int) -> None:
        self.said += size
        if self._open:
            self._open[-1].said += size
            self._open[-1].linked += 0 if self._link is None else size
            self._open[-1].anchors += size if "#" in (self._link or "") else 0

    def _close(self, token: Token) -> None:
        """Ends the element of this name, and those in it that have no end of their own, which are kept."""
        while True:
            part = self._open.pop()
            self._names[part.name] -= 1
            closed = part.name == token.name
            if closed and _only_leads(part):
                del self.found[part.left_out :]
                self.found.append((part, token.start))
            if self._open:
                above = self._open[-1]
                above.said, above.linked = above.said + part.said, above.linked + part.linked
                above.anchors += part.anchors
                above.leads = above.leads or (part.leads and part.said < _LONGEST_ROW)
            if closed:
                return


def _sort(token: Token) -> _Sort:
    """What an element says that it is."""
    if token.name == "nav":
        return "navigation"
    role = (token.attribute("role") or "").strip().lower()
    if role in _ROLES:
        return _ROLES[role]
    words = [*_words(token, "class"), *_words(token, "id")]
    if not _NAVIGATION.isdisjoint(words):
        return "navigation"
    return "contents" if not _CONTENTS.isdisjoint(words) else ""


def _words(token: Token, name: str) -> Iterable[str]:
    return (token.attribute(name) or "").lower().split()


def _only_leads(part: _Part) -> bool:
    """Whether what was counted is what the element says that it is; of one that says nothing, a row of links."""
    beside = part.said - part.linked
    if part.sort == "contents":
        other = part.said - part.anchors  # the headings that the others name stand in the page
        return other < part.anchors and other <= max(_TITLE, _SHARE_OTHER * part.said)
    if part.sort == "footer":
        return part.said <= _LONGEST_FOOTER
    if part.sort == "navigation":
        return beside <= _MOST_BESIDE
    return part.leads and part.said <= _LONGEST_ROW and beside <= _MOST_BESIDE_WAYS
