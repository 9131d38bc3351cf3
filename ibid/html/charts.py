"""Charts as inline SVG, in the colours of the page."""

from __future__ import annotations

from collections.abc import Sequence

from ibid.html import Html, escape

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 420, 110, 16, 18


def bars(values: Sequence[tuple[str, float]], *, label: str) -> Html:
    """A bar for each named value, the value above and the name below it.

    Args:
        values: names and values of at least 0.
        label: says what the chart shows, to those who cannot see it.
    """
    most = max((value for _, value in values), default=0) or 1
    step = _WIDTH / max(1, len(values))
    floor = _HEIGHT - _BOTTOM
    shapes = [f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{floor}" y2="{floor}"/>']
    for number, (name, value) in enumerate(values):
        height = (floor - _TOP) * value / most
        left, middle = number * step, (number + 0.5) * step
        shapes.append(
            f'<rect class="bar" x="{left + step * 0.08:.1f}" width="{step * 0.84:.1f}" '
            f'y="{floor - height:.1f}" height="{height:.1f}"><title>{escape(name)}: {value:g}</title></rect>'
            f'<text x="{middle:.1f}" y="{_HEIGHT - 5}" text-anchor="middle">{escape(name)}</text>'
        )
        if value:
            shapes.append(f'<text x="{middle:.1f}" y="{floor - height - 3:.1f}" text-anchor="middle">{value:g}</text>')
    return Html(
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{escape(label)}">{"".join(shapes)}</svg>'
    )
