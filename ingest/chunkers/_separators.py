"""What parts a text of some kind, the best places first: data of the strategy `recursive`."""

from __future__ import annotations

from typing import Literal

Separator = str | tuple[str, ...]
"""A text, or several that part equally well."""

Language = Literal[
    "c",
    "cpp",
    "csharp",
    "go",
    "html",
    "java",
    "javascript",
    "kotlin",
    "latex",
    "markdown",
    "php",
    "python",
    "ruby",
    "rust",
    "scala",
    "shell",
    "sql",
    "swift",
    "typescript",
]

PROSE: tuple[Separator, ...] = ("\n\n", "\n", ".", "?", "!", " ", "")
"""As the recursive splitter of Chroma's "Evaluating Chunking Strategies" (2024) has them."""
_LINES: tuple[Separator, ...] = ("\n\n", "\n", " ", "")


def _code(words: str, openers: str, *, members: str = "", indent: str = "    ") -> tuple[Separator, ...]:
    """Definitions after a blank line, members of classes after one, blank lines, other definitions, lines.

    What opens a comment, an annotation or an attribute after a blank line parts as well as a word does: so a
    definition keeps what is said above it.

    Args:
        words: what a definition at the margin begins with.
        openers: what a comment or an annotation begins with.
        members: what a definition inside a class begins with.
        indent: what stands before such a one.
    """
    outer = tuple(f"\n\n{one}" for one in (*_spaced(words), *openers.split()))
    inner = tuple(f"\n\n{indent}{one}" for one in (*_spaced(members), *openers.split()))
    return (outer, *([inner] if members else []), "\n\n", tuple(f"\n{word}" for word in _spaced(words)), "\n", " ", "")


def _spaced(words: str) -> list[str]:
    return [f"{word} " for word in words.split()]


_SLASHES = "// /*"
_C = "struct union enum typedef static extern const void int char float double long unsigned bool"
_JAVA = "public protected private static abstract final class interface enum record"
_SCRIPT = "export import async function class const let var"
_KOTLIN = "class object interface data sealed abstract open fun private internal val var"
LANGUAGES: dict[Language, tuple[Separator, ...]] = {
    "c": _code(_C, f"{_SLASHES} #"),
    "cpp": _code(f"namespace class template auto inline {_C}", f"{_SLASHES} #", members="virtual static void int"),
    "csharp": _code(f"namespace using internal {_JAVA}", f"{_SLASHES} [", members=f"internal {_JAVA}"),
    "go": _code("func type var const import", _SLASHES),
    "html": (
        ("<section", "<article", "<h1", "<h2", "<h3"),
        ("<div", "<table", "<ul", "<ol"),
        ("<p", "<tr", "<li"),
        *_LINES,
    ),
    "java": _code(f"import {_JAVA}", f"{_SLASHES} @", members=_JAVA),
    "javascript": _code(_SCRIPT, _SLASHES, members="async static get set constructor", indent="  "),
    "kotlin": _code(_KOTLIN, f"{_SLASHES} @", members=_KOTLIN),
    "latex": ("\n\\chapter", "\n\\section", ("\n\\subsection", "\n\\subsubsection"), "\n\\begin{", *_LINES),
    "markdown": (*(f"\n{'#' * depth} " for depth in range(1, 7)), ("\n```", "\n---\n", "\n***\n"), *PROSE),
    "php": _code("namespace use class interface trait abstract final function", f"{_SLASHES} #", members=_JAVA),
    "python": ("\n\n\n", *_code("class def async", "@ #", members="class def async")),
    "ruby": _code("module class def", "#", members="def class private", indent="  "),
    "rust": _code("mod use impl trait struct enum pub fn const static type", f"{_SLASHES} #[", members="pub fn const"),
    "scala": _code("package import object class trait case def val", f"{_SLASHES} @", members="def val", indent="  "),
    "shell": ("\n}\n", *_code("function if for while case", "#")),
    "sql": (";\n\n", ";\n", *_LINES),
    "swift": _code("import class struct enum protocol extension func public", f"{_SLASHES} @", members="func var let"),
    "typescript": _code(
        f"{_SCRIPT} interface type enum namespace", f"{_SLASHES} @", members="async get set", indent="  "
    ),
}
