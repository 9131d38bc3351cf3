"""Pages that stand alone: the skeleton of every HTML report, tables, and text made harmless.

A page loads nothing and runs nothing but its own script: its content security policy names style and script by digest.
So `style="…"` attributes do not work: use classes, or SVG, whose `x`, `width`, `fill` are no styles.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape as _escape
from pathlib import Path

__all__ = ["Html", "escape", "harmless", "page", "table"]

_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What HTML cannot hold, or what would turn the text around it; each becomes one character, so that lengths stay."""
_POLICY = (
    "default-src 'none'; img-src data:; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
)
_HERE = Path(__file__).parent


class Html(str):
    """Text that is HTML already: `escape` and `table` leave it as it is."""

    __slots__ = ()


def page(title: str, body: str, *, style: str = "", script: str = "") -> str:
    """A whole HTML page in one string, to be written as UTF-8.

    Args:
        title: plain text.
        body: HTML.
        style: CSS after that of every page, which sets the colours `--ink --dim --line --paper --panel --accent`.
        script: JavaScript, run when the page is there.
    """
    css = _asset("page.css") + style
    policy = _POLICY.format(style=_digest(css), script=_digest(script) if script else "'none'")
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="color-scheme" content="light dark">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title>",
            f"<style>{css}</style></head>",
            f"<body>{body}",
            f"<script>{script}</script>" if script else "",
            "</body></html>\n",
        )
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    """A table; numbers stand to the right, None is an empty cell.

    Args:
        columns: the names.
        rows: a value for each column; what is no `Html` is escaped.
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>\n" for row in rows)
    return Html(f'<table class="data"><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n')


def escape(text: object) -> Html:
    """Text as HTML, one character for one, usable in attributes too."""
    if isinstance(text, Html):
        return text
    return Html(_escape(harmless(str(text))).replace("\r", "&#13;"))


def harmless(text: str) -> str:
    """Text without what HTML cannot hold or what would turn the text around it, one character for one."""
    return _UNSAFE.sub("\ufffd", text)


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f'<td class="number">{value}</td>' if number else f"<td>{escape(value)}</td>"


def _digest(text: str) -> str:
    if "</" in text or "<!--" in text:
        raise ValueError("a style or script that would end its own element")
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
