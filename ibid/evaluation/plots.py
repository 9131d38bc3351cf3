"""Lines over a square of shares, as inline SVG in the colours of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibid.html import Html, escape

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 420, 240, 40, 24, 30, 36
_TICKS = 4
_FEW = 30
STYLE = """
.plots { display: flex; flex-wrap: wrap; gap: 1rem 2rem; }
svg.chart .grid { stroke: var(--line); }
svg.chart polyline { fill: none; stroke-width: 2; }
svg.chart .line-0 { stroke: var(--accent); } svg.chart .fill-0 { fill: var(--accent); }
svg.chart .line-1 { stroke: var(--warn); } svg.chart .fill-1 { fill: var(--warn); }
"""


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined by a line; `y` is a share."""

    name: str
    points: tuple[tuple[float, float], ...]


def lines(title: str, drawn: Sequence[Line], *, below: str, low: float = 0.0, high: float = 1.0) -> Html:
    """At most two lines.

    Args:
        title: says what is drawn.
        drawn: the lines.
        below: what the axis is.
        low: where the axis begins.
        high: where it ends.
    """
    frame = _Frame(low, high if high > low else low + 1)
    parts = [f'<text x="{_LEFT}" y="12" class="title">{escape(title)}</text>', *_grid(frame, below)]
    for number, line in enumerate(drawn):
        parts.append(_line(frame, line, number))
        x = _LEFT + number * 130
        parts.append(f'<rect class="fill-{number}" x="{x}" y="19" width="10" height="4"/>')
        parts.append(f'<text x="{x + 14}" y="25">{escape(line.name)}</text>')
    return Html(
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    low: float
    high: float

    def x(self, value: float) -> float:
        return _LEFT + (value - self.low) / (self.high - self.low) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, share: float) -> float:
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _grid(frame: _Frame, below: str) -> list[str]:
    parts = []
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        y, value = frame.y(share), frame.low + share * (frame.high - frame.low)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share:g}</text>')
        parts.append(
            f'<text x="{frame.x(value):.1f}" y="{_HEIGHT - _BOTTOM + 14}" text-anchor="middle">{short(value)}</text>'
        )
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 6}">{escape(below)}</text>')
    return parts


def _line(frame: _Frame, line: Line, number: int) -> str:
    places = [(frame.x(x), frame.y(y)) for x, y in line.points]
    radius = 3 if len(places) <= _FEW else 1.2
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    told = (f"<title>{short(value)}: {share:.3f}</title>" for value, share in line.points)
    dots = "".join(
        f'<circle class="fill-{number}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">{title}</circle>'
        for (x, y), title in zip(places, told, strict=True)
    )
    return f'<polyline class="line-{number}" points="{joined}"/>{dots}'


def short(value: float) -> str:
    """A number in few characters."""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"
