"""Where a table begins and ends: the lines of its header above its rows, those of its last row, and its caption."""

from __future__ import annotations

from ingest.pdf.table_columns import Column
from ingest.pdf.table_lines import Line

HEADER_FAR = 3.3
"""Lines of a header are no further apart than so much of the font's height: cells of headers are tall."""
_LARGER = 1.2
"""What is set larger is a heading."""
_LONGEST_CAPTION = 200


def above(lines: list[Line], start: int, columns: list[Column], *, lowest: int) -> int:
    """Where the table begins when the lines of its header right above are counted in."""
    first = start
    number = start - 1
    while number >= lowest and lines[number + 1].base - lines[number].base <= HEADER_FAR * _size(lines, number):
        if _over_values(lines[number], columns):
            first = number
        elif not _is_stub(lines, number, columns):
            break
        number -= 1
    if first == start and _stub_alone(lines, start, columns, lowest):
        return start - 1
    return first


def _size(lines: list[Line], number: int) -> float:
    return max(lines[number].size, lines[number + 1].size)


def _over_values(line: Line, columns: list[Column]) -> bool:
    """Whether the line stands over the columns after the first."""
    slack = 1.5 * line.size
    middle = (columns[0][0] + columns[-1][1]) / 2
    if len(line.stretches) == 1 and abs((line.x0 + line.x1) / 2 - middle) < 0.5 * line.size:
        return False  # a title, centred over the whole table
    if len(line.stretches) > 1 and line.stretches[0].x1 <= columns[1][0]:
        return line.x0 >= columns[0][0] - slack and line.x1 <= columns[-1][1] + 2 * slack
    return (
        line.x0 >= columns[1][0] - slack and line.x0 > columns[0][0] + slack and line.x1 <= columns[-1][1] + 2 * slack
    )


def _is_stub(lines: list[Line], number: int, columns: list[Column]) -> bool:
    """Whether the line stands over the first column, as a part of its header."""
    line = lines[number]
    ends = line.words[-1].text[-1:]
    return (
        line.x1 <= columns[1][0]
        and abs(line.x0 - columns[0][0]) <= 2 * line.size
        and line.size <= 1.05 * lines[number + 1].size
        and lines[number + 1].base - line.base <= 1.7 * line.size
        and ends not in ".:;"
    )


def _stub_alone(lines: list[Line], start: int, columns: list[Column], lowest: int) -> bool:
    """Whether the line right above the header ends with a comma and goes on in the header's first column."""
    number = start - 1
    return (
        number >= lowest
        and _is_stub(lines, number, columns)
        and lines[number].words[-1].text.endswith(",")
        and lines[start].base - lines[number].base <= 1.5 * lines[start].size
    )


def below(lines: list[Line], end: int, columns: list[Column]) -> int:
    """Where the table ends when the last row's further lines are counted in."""
    while end < len(lines):
        line, before = lines[end], lines[end - 1]
        close = line.base - before.base <= 1.45 * min(line.size, before.size) and line.size <= 1.1 * before.size
        inside = len(line.stretches) == 1 and any(
            abs(line.x0 - left) <= 1.5 * line.size and line.x1 <= right + 2 * line.size for left, right in columns[1:]
        )
        if not (close and (inside or _label_goes_on(before, line, columns))):
            break
        end += 1
    return end


def _label_goes_on(before: Line, line: Line, columns: list[Column]) -> bool:
    """Whether the line is the rest of the label of the last row."""
    return (
        len(line.stretches) == 1
        and abs(line.x0 - columns[0][0]) <= 2 * line.size
        and line.x1 <= columns[1][0]
        and line.words[0].text[:1].islower()
        and line.words[0].bold == before.words[0].bold
    )


def caption_of(lines: list[Line], start: int, *, lowest: int) -> str:
    """The lines right above a table that name it or its units, three at most, or that say what it shows."""
    found: list[str] = []
    number = start - 1
    while number >= lowest and len(found) < 3 and start - number <= 3:
        line = lines[number]
        far = lines[number + 1].base - line.base > 2.6 * _size(lines, number)
        if (
            far
            or len(line.stretches) > 1
            or line.size > _LARGER * lines[start].size
            or line.words[-1].text[-1:] in ".;"
            or (found and len(line.words) > 12)
        ):
            break
        found.insert(0, " ".join(word.text for word in line.words))
        number -= 1
    return " ".join(found)[-_LONGEST_CAPTION:]
