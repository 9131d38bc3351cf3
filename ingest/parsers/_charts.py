"""Charts and diagrams in office files, read from the values and texts that they keep beside the drawing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.parsers._cells import format_of, number_shown
from ingest.parsers._flow import Flow
from ingest.parsers._ooxml import parts_of
from ingest.types import Block

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MOST_POINTS = 10_000
_Points = dict[int, str]


def drawn(part: Any, flow: Flow) -> Iterator[Block]:
    """The charts of a slide or document as tables, its diagrams as lists."""
    for chart in parts_of(part, "chart"):
        yield from _chart(chart, flow)
    for diagram in parts_of(part, "diagramData"):
        for paragraph in diagram.iter(_A + "p"):
            yield from flow.paragraph(text_of(paragraph), "list")


def text_of(element: Any) -> str:
    """The text of a DrawingML element, its paragraphs on lines of their own."""
    paragraphs = list(element.iter(_A + "p"))
    return "\n".join("".join(text.text or "" for text in found.iter(_A + "t")) for found in paragraphs)


def _chart(chart: Any, flow: Flow) -> Iterator[Block]:
    """The title, then a row a category with the value of each series; series without common categories apart."""
    for title in chart.findall(f"{_C}chart/{_C}title"):
        yield from flow.paragraph(text_of(title))
    since_1904 = any(found.get("val", "1") in ("1", "true") for found in chart.findall(_C + "date1904"))
    tables: dict[tuple[tuple[int, str], ...], list[tuple[str, _Points]]] = {}
    for series in chart.iter(_C + "ser"):
        categories = _points(series, "cat", "xVal", since_1904=since_1904)
        values = _points(series, "val", "yVal", since_1904=since_1904)
        found = (" ".join(_points(series, "tx").values()), values)
        tables.setdefault(tuple(categories.items()), []).append(found)
    for categories_items, columns in tables.items():
        yield from _table(dict(categories_items), columns, flow)


def _table(categories: _Points, columns: list[tuple[str, _Points]], flow: Flow) -> Iterator[Block]:
    numbers = sorted({number for points in (categories, *(values for _, values in columns)) for number in points})
    rows = [["", *(name for name, _ in columns)]]
    rows += [[categories.get(at, ""), *(values.get(at, "") for _, values in columns)] for at in numbers]
    yield from flow.table(rows, header_rows=1 if any(name for name, _ in columns) else 0)


def _points(series: Any, *names: str, since_1904: bool = False) -> _Points:
    """The values that a series keeps under the first of the names that it has, by their number, as they are shown."""
    for name in names:
        for holder in series.findall(_C + name):
            points = list(holder.iter(_C + "pt"))[:_MOST_POINTS]
            texts = [" ".join(value.text or "" for value in point.iter(_C + "v")) for point in points]
            for code in holder.iter(_C + "formatCode"):  # numbers alone have one
                texts = [_number(text, code.text or "", since_1904=since_1904) for text in texts]
                break
            if points:
                return {_index(point, at): text for at, (point, text) in enumerate(zip(points, texts, strict=True))}
            return dict(enumerate(value.text or "" for value in holder.iter(_C + "v")))
    return {}


def _number(text: str, code: str, *, since_1904: bool) -> str:
    """A number by its format, as on a sheet: `37261.0` as `m/d/yy` is a day; a whole one has no decimals."""
    return number_shown(text.strip().removesuffix(".0"), format_of(0, code), since_1904=since_1904)


def _index(point: Any, default: int) -> int:
    value = point.get("idx", "")
    return int(value) if value.isdecimal() and len(value) < 10 else default
