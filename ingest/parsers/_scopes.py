"""Scopes of source code: which definitions a line stands in, found by keyword and indentation alone."""

from __future__ import annotations

import re

_NAME = r"(?P<name>[\w$~][\w$.:~-]*)"
_MODIFIERS = (
    "export default public private protected internal static final abstract async pub unsafe extern inline virtual "
    "override sealed partial data open const constexpr declare suspend local global readonly"
)
_KEYWORDS = (
    "def class function func fun fn struct enum interface trait module namespace object record protocol extension "
    "sub proc procedure defmodule defp union contract message service type"
)
_WORDS = re.compile(
    rf"(?:(?:{'|'.join(_MODIFIERS.split())})(?:\([^)]*\))?\s+)*"
    rf"(?:func\s*\([^)]*\)\s*|(?:{'|'.join(_KEYWORDS.split())})\b\*?\s+){_NAME}"
)
_IMPLEMENTS = re.compile(r"impl\b(?:<[^{]*?>)?\s*(?P<name>[\w:]+(?:<[^{]*?>)?(?:\s+for\s+[\w:]+)?)")
_ASSIGNED = re.compile(
    r"(?:export\s+)?(?:const|let|var)\s+(?P<name>[\w$]+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:function\b|\([^()]*\)[^=]*=>|[\w$]+\s*=>)"
)
_METHOD = re.compile(
    r"(?!(?:if|for|while|switch|return|else|catch|new|throw|case|do|await|yield|delete|sizeof)\b)"
    r"(?:[\w$<>\[\],.*&:~?]+\s+)*[*&]*(?P<name>[\w$:~]+)\s*\([^;{}=]*\)[^;={}()]*\{\s*$"
)
_SHELL = re.compile(r"(?:function\s+)?(?P<name>[\w:-]+)\s*\(\)\s*[{(]?\s*$|function\s+(?P<other>[\w:-]+)")
_STATEMENT = re.compile(
    r"(?:create|alter)\s+(?:or\s+replace\s+)?(?:\w+\s+){1,2}?(?:if\s+(?:not\s+)?exists\s+)?(?P<name>[\w.\"`\[\]]+)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\[+\s*(?P<name>[^\]]+?)\s*\]+\s*(?:[#;].*)?$")
_KEY = re.compile(r"(?:- )?[\"']?(?P<name>[\w./ -]+?)[\"']?:\s*(?:[|>][+-]?\s*)?(?:#.*)?$")

_WORDED = (_WORDS, _IMPLEMENTS)
_BRACED = (_WORDS, _IMPLEMENTS, _ASSIGNED, _METHOD)
_FAMILIES: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = (
    (".py .pyi .pyx .rb .rs .go .lua .jl .ex .exs .nim .zig .vb .ml .fs .pl .pm .r .proto", _WORDED),
    (
        ".js .mjs .cjs .jsx .ts .tsx .vue .svelte .java .kt .kts .scala .groovy .gradle .c .h .cc .cpp .cxx .hpp",
        _BRACED,
    ),
    (".cs .swift .php .dart .m .mm .cu .sol .css .scss .less .awk", _BRACED),
    (".sh .bash .zsh .fish .ps1", (_SHELL,)),
    (".sql", (_STATEMENT,)),
    (".toml .ini .cfg .conf .properties .desktop .service", (_SECTION,)),
    (".yaml .yml", (_KEY,)),
    (".tf .hcl .cmake .mk .bat .cmd .env .tex .bib .hs .erl .clj .el .lisp .scm .asm .s .f90 .pas", ()),
)
_BY_SUFFIX = {suffix: patterns for suffixes, patterns in _FAMILIES for suffix in suffixes.split()}
SUFFIXES = tuple(_BY_SUFFIX)
"""Of the files that are code, lower case."""

_GOES_ON = ("{", "}", ")", "]", "end", "#", "//", "/*", "*", "@", "--", "else", "elif", "catch", "finally")
"""What a line begins with that ends no scope though it stands as far left as where that began."""
_LONGEST = 400
"""A longer line defines nothing."""
_DEEPEST = 12


class Scopes:
    """Goes through the lines of one file; definitions are known by the words they begin with, ends by indentation."""

    def __init__(self, suffix: str) -> None:
        self._patterns = _BY_SUFFIX.get(suffix, ())
        self._open: list[tuple[int, str]] = []

    @property
    def path(self) -> tuple[str, ...]:
        """The names of what the last line stands in, the outermost first."""
        return tuple(name for _, name in self._open)

    def take(self, line: str) -> bool:
        """Takes the next line that is not blank; whether a definition begins with it."""
        if not self._patterns or len(line) > _LONGEST:
            return False
        line = line.rstrip().expandtabs(4)
        words = line.lstrip()
        indent = len(line) - len(words) + words.startswith("- ")
        name = self._defined(words)
        if not name and words.startswith(_GOES_ON):
            return False
        if self._patterns != (_SECTION,) or name:
            while self._open and self._open[-1][0] >= indent:
                self._open.pop()
        if name and len(self._open) < _DEEPEST:
            self._open.append((indent, name))
        return bool(name)

    def _defined(self, words: str) -> str:
        for pattern in self._patterns:
            if found := pattern.match(words):
                return next((name for name in found.groups() if name), "").strip(':"`')
        return ""
