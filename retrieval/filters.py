"""Filters: which documents may be hits, as asked for, or as the question itself says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from ingest.errors import UsageError
from ingest.patterns import Patterns
from ingest.types import Span
from retrieval.catalog import Known

KEYS = ("path", "format", "title")
_ALIKE = (("md", "markdown"), ("htm", "html"), ("jpg", "jpeg"), ("tif", "tiff"), ("yml", "yaml"), ("txt", "text"))
"""Endings of one format."""
_ENDING = re.compile(r"(?:[\w)\]+]\.[a-z][a-z0-9]{1,7}|\w\w\.[a-z])(?![\w-])", re.IGNORECASE)
"""How the name of a file ends: a question without it names none."""
_WORKS = r"(?:file|document|report|paper|article|book|manual|presentation|spreadsheet|table|memo|letter|contract)"
_LEAD = re.compile(
    rf"(?:^|\b(?:in|from|within|of|per|according to|do|does|did|compare|search|read|see|dans|selon|aus|laut)\s+)"
    rf"(?:(?:the|this|our|my)\s+)?(?:{_WORKS}\s+)?[\"'“‘«`(]*$",
    re.IGNORECASE,
)
"""What stands before a file's name where the question is asked of that file."""
_AND = re.compile(
    rf"[\"'”’»`)]*\s*(?:,|,?\s*(?:and|or|with|to|vs\.?|versus|&))\s+(?:the\s+)?(?:{_WORKS}\s+)?[\"'“‘«`(]*",
    re.IGNORECASE,
)
"""What stands between two names, where the question is asked of both."""
_NOT = re.compile(
    r"\b(?:not|no|except|excluding|other|others|outside|besides|beyond|without|unlike|apart|else)\b|n['’]t\b",
    re.IGNORECASE,
)
"""With one of these before the name, another file may be meant."""
_MORE = re.compile(
    r"\b(?:other|others|elsewhere)\b|\bthe rest\b|"
    rf"\b(?:all|each|every|any|both|previous|earlier|last|next)(?: of)?(?: the| our| my)? {_WORKS}s?\b",
    re.IGNORECASE,
)
"""With one of these behind the last name, more is meant than that file."""
_COMPARES = re.compile(r"\bcompar\w+\b", re.IGNORECASE)
"""Before the name of one file alone: others are to be compared with it."""
_LEADS = 200
"""Characters before a name in which what leads to it stands."""
_BEFORE_NAME = re.compile(r"[\w./\\-]")
_BEHIND_NAME = re.compile(r"[\w-]|[./\\]\w")
_TITLE = re.compile(
    rf"\b{_WORKS}\s+(?:called\s+|titled\s+)?(?:\"([^\"]{{1,300}})\"|“([^”]{{1,300}})”|«([^»]{{1,300}})»)", re.IGNORECASE
)
"""A document named by its title."""


class Filter:
    """Which documents may be hits: of several conditions of one key one must hold, of every key that is given.

    `path=PATTERN` as in a `.gitignore` (`!` excepts), `format=pdf` (the file's ending, or the parser that read it),
    `title=WORDS` (in the title; with `*` and `?` all of it). What names no key is a pattern of paths.

    Raises:
        ConfigurationError: a pattern is none.
        UsageError: a condition is empty.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self.given = tuple(given)
        by_key: dict[str, list[str]] = {key: [] for key in KEYS}
        for text in given:
            key, equals, value = text.partition("=")
            key, value = (key, value.strip()) if equals and key in KEYS else ("path", text)
            if not value:
                raise UsageError(f"the filter {text!r} says nothing", hint="path=PATTERN, format=ENDING or title=WORDS")
            by_key[key].append(value)
        paths = by_key["path"]
        if paths and all(path.startswith("!") for path in paths):  # all but these
            paths = ["*", *paths]
        self._paths = Patterns(paths) if paths else None
        self._formats = {_format(value) for value in by_key["format"]}
        self._titles = [_title_pattern(value) for value in by_key["title"]]

    def matches(self, document: Known) -> bool:
        """Whether a document may be a hit."""
        if self._paths is not None and not self._paths.matches(document.path):
            return False
        formats = {_format(PurePosixPath(document.path).suffix), document.parser}
        if self._formats and not formats & self._formats:
            return False
        title = _plain(document.title)
        return not self._titles or any(fnmatchcase(title, pattern) for pattern in self._titles)


def _format(text: str) -> str:
    ending = text.lower().removeprefix(".")
    return next((names[-1] for names in _ALIKE if ending in names), ending)


def _title_pattern(text: str) -> str:
    text = _plain(text)
    return text.replace("[", "[[]") if set("*?") & set(text) else f"*{text.replace('[', '[[]')}*"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _small(text: str) -> str:
    """The text in small letters, character for character."""
    return text.lower() if text.isascii() else "".join(low if len(low := one.lower()) == 1 else one for one in text)


def names_one(question: str) -> bool:
    """Whether a question may name a document: only then are their names looked at."""
    return bool(_ENDING.search(question) or _TITLE.search(question))


def named(question: str, documents: Mapping[str, str]) -> list[str]:
    """The documents of which a question is asked, where it says so and each name is that of exactly one.

    Args:
        question: in words.
        documents: the titles by path.
    """
    mentions = list(_mentions(question, list(documents)))
    if not mentions:
        return _titled(question, documents)
    reached = 0
    for start, end, paths in mentions:
        lead = question[reached:start]
        leads = _AND.fullmatch(lead) if reached else None
        if len(paths) > 1 or _NOT.search(lead) or not (leads or _LEAD.search(question, max(0, start - _LEADS), start)):
            return []
        reached = end
    found = list(dict.fromkeys(path for _, _, paths in mentions for path in paths))
    alone = Span(mentions[0][0], reached) if len(found) == 1 else Span(0, reached)
    return [] if _asks_for_more(question, alone) else found


def _asks_for_more(question: str, names: Span) -> bool:
    """Whether a question asks for other documents than those it names, behind them or, to compare, before one."""
    return bool(_MORE.search(question, names.end) or _COMPARES.search(question, 0, names.start))


def _titled(question: str, documents: Mapping[str, str]) -> list[str]:
    """The one document whose title, or name without its ending, a question gives in quotes."""
    found = _TITLE.search(question)
    if found is None or _NOT.search(question[: found.start()]):
        return []
    said = _plain(found[1] or found[2] or found[3])
    paths = [path for path, title in documents.items() if said in (_plain(title), _plain(PurePosixPath(path).stem))]
    return paths if len(paths) == 1 and not _asks_for_more(question, Span(*found.span())) else []


def _mentions(question: str, paths: Sequence[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Where files are named, in order: of each place the files that have the longest name that stands there."""
    lowered = _small(question)
    best: dict[int, tuple[int, list[str]]] = {}
    for path in paths:
        for start, end in _places(lowered, _small(path)):
            longest, known = best.get(end, (0, []))
            if end - start > longest:
                best[end] = (end - start, [path])
            elif end - start == longest:
                known.append(path)
    for end in sorted(best):
        length, found = best[end]
        yield end - length, end, found


def _places(question: str, path: str) -> Iterator[tuple[int, int]]:
    """Where a path stands in a question, or as much of its end as stands there."""
    name = path.rpartition("/")[2]
    at = question.find(name)
    while at >= 0:
        start, end, rest = at, at + len(name), path[: len(path) - len(name)]
        while rest and question.endswith(folder := f"{rest.rstrip('/').rpartition('/')[2]}/", 0, start):
            start -= len(folder)
            rest = rest[: len(rest) - len(folder)]
        apart = not start or not _BEFORE_NAME.match(question, start - 1)
        if apart and not _BEHIND_NAME.match(question, end):
            yield start, end
        at = question.find(name, at + 1)
