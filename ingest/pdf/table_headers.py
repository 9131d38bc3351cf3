"""The headers of a table: which lines they are, and of each column its names from the outermost level inwards."""

from __future__ import annotations

from ingest.pdf.rules import Rule
from ingest.pdf.table_columns import Column
from ingest.pdf.table_lines import Line, Stretch, walls
from ingest.pdf.table_rows import Laid
from ingest.pdf.table_spans import HeaderWords, Heading, Span, span_of
from ingest.pdf.words import Word

_HEADER_GAP = 0.6
_MOST_LINES = 14
_FEW = 3
_DIGITS = 5
_SHORT, _LONG = 3, 0.7
"""Names have so many words, and so many lines of a column of prose more."""
_MOSTLY = 0.8
_LEADING = 1.4
"""Lines of one heading are no further apart than so much of the font's height."""


def header_length(lines: list[Laid]) -> int:
    """How many of a table's first lines are its header."""
    first = next((number for number, item in enumerate(lines) if _is_body(item)), None)
    if first is None:
        return _bold_lines(lines) or _wordy_line(lines)
    if first > _MOST_LINES:
        return 0
    if not first:
        return _counting_line(lines)
    if _is_form(lines[0]):
        return 0
    while first and not set(lines[first - 1].cells) - {0}:
        first -= 1
    return first


def _is_form(item: Laid) -> bool:
    """Whether a line has labels of fields beside one another, each with a colon."""
    return sum(found[-1].text.endswith(":") for found in item.cells.values()) > 1


def _is_body(item: Laid) -> bool:
    return any(
        stretch.value for column, stretches in item.cells.items() if column in item.numeric for stretch in stretches
    )


def _bold_lines(lines: list[Laid]) -> int:
    """Of a table of texts, the bold lines at its top, if the others are not bold."""
    count = 0
    while count < len(lines) and all(word.bold for word in lines[count].line.words):
        count += 1
    return count if 0 < count < len(lines) else 0


def _counting_line(lines: list[Laid]) -> int:
    """1 where the first line has a label and plain whole numbers, all different, over cells that are written otherwise.

    So the trains of a timetable, or the sizes of a price list, are numbered.
    """
    heads = {column: found[0].text for column, found in lines[0].cells.items() if column}
    plain = all(head.isdecimal() and len(head) <= _DIGITS for head in heads.values())
    if not (plain and lines[0].label and _FEW <= len(heads) == len(set(heads.values())) and len(lines) > _FEW):
        return 0
    below = [part.text for item in lines[1:] for column in heads for part in item.cells.get(column, ())]
    return 1 if sum(not text.isdecimal() for text in below) >= _MOSTLY * len(below) else 0


def _wordy_line(lines: list[Laid]) -> int:
    """1 where the first line of texts fills all columns and has no digit in one where most others have some."""
    columns = {column for item in lines for column in item.cells}
    if len(lines) <= _FEW or set(lines[0].cells) != columns:
        return 0
    if _are_short_over_prose(lines, columns):
        return 1
    for column in columns:
        digits = [_has_digit(item, column) for item in lines if column in item.cells]
        if not digits[0] and sum(digits) >= _MOSTLY * (len(digits) - 1):
            return 1
    return 0


def _are_short_over_prose(lines: list[Laid], columns: set[int]) -> bool:
    """Whether the first line's cells are short where one of them stands over a column of prose."""
    heads = {column: _words(lines[0], column) for column in columns}
    if max(heads.values()) > _SHORT or set(lines[1].cells) != columns:
        return False
    for column in columns - {0}:
        below = [_words(item, column) for item in lines[1:] if column in item.cells]
        if below[0] > _SHORT and sum(count > _SHORT for count in below) >= _LONG * len(below):
            return True
    return False


def _words(item: Laid, column: int) -> int:
    return sum(len(stretch.words) for stretch in item.cells[column])


def _has_digit(item: Laid, column: int) -> bool:
    return any(any(map(str.isdigit, word.text)) for stretch in item.cells[column] for word in stretch.words)


def headings_of(lines: list[Line], columns: list[Column], rules: list[Rule]) -> list[Heading]:
    """The headings above the columns, from top to bottom; the lines of one of them joined."""
    if not lines:
        return []
    top, bottom = lines[0].base - 2 * lines[0].size, lines[-1].base + lines[-1].size
    rules = [rule for rule in rules if rule.y0 <= bottom and rule.y1 >= top]
    across = [rule for rule in rules if rule.across]
    open_: list[HeaderWords] = []
    found: list[HeaderWords] = []
    for line in lines:
        parts = _parts(line)
        open_ = [one for one in open_ if line.base - one.base <= _LEADING * max(line.size, one.size)]
        joined: list[HeaderWords] = []
        for part in parts:
            if len(parts) == 1 and found and _is_unit(part):
                found.append(
                    HeaderWords(list(part.words), part.x0, part.x1, line.base, line.size, line.base, unit=True)
                )
                continue
            above = [one for one in open_ if one.x0 < part.x1 and part.x0 < one.x1]
            alone = len(above) == 1 and sum(above[0].x0 < other.x1 and other.x0 < above[0].x1 for other in parts) == 1
            if alone and not _ruled_between(above[0], line, across):
                one = above[0]
                one.words += part.words
                one.x0, one.x1, one.base = min(one.x0, part.x0), max(one.x1, part.x1), line.base
            else:
                one = HeaderWords(list(part.words), part.x0, part.x1, line.base, line.size, line.base)
                found.append(one)
            joined.append(one)
        open_ = [*[one for one in open_ if not any(one is other for other in joined)], *joined]
    places = walls(rules)
    return [Heading(one.words, span_of(one, _beside(one, found), columns, across, places)) for one in found]


def _is_unit(part: Stretch) -> bool:
    """Whether the words stand in parentheses."""
    return len(part.words) > 1 and part.words[0].text.startswith("(") and part.words[-1].text.endswith(")")


def _beside(one: HeaderWords, found: list[HeaderWords]) -> list[HeaderWords]:
    """The headings that share a line with this one."""
    return [
        other
        for other in found
        if other is not one and other.first <= one.base + 0.3 * one.size and one.first <= other.base + 0.3 * one.size
    ]


def covers(headings: list[Heading], numeric: frozenset[int]) -> bool:
    """Whether headings stand over at least half of the columns of numbers."""
    named = {column for heading in headings for column in range(heading.span[0], heading.span[1] + 1)}
    return 2 * len(named & numeric) >= len(numeric)


def _ruled_between(upper: HeaderWords, line: Line, across: list[Rule]) -> bool:
    low, high = upper.base - 0.1 * upper.size, line.base - 0.45 * line.size
    return any(low <= rule.y0 <= high and rule.x0 < upper.x1 and upper.x0 < rule.x1 for rule in across)


def _parts(line: Line) -> list[Stretch]:
    """The line parted at narrower gaps than those of cells: headers are set close."""
    found: list[Stretch] = []
    for stretch in line.stretches:
        held: list[Word] = []
        for word in stretch.words:
            if held and word.x0 - held[-1].x1 > _HEADER_GAP * line.size:
                found.append(Stretch(held, held[0].x0, held[-1].x1))
                held = []
            held.append(word)
        found.append(Stretch(held, held[0].x0, max(word.x1 for word in held)))
    return found


def names_of(headings: list[Heading], count: int) -> tuple[tuple[str, ...], ...]:
    """Of each column its names, outermost first."""
    names: list[tuple[str, ...]] = []
    for column in range(count):
        parts: list[tuple[Span, list[Word]]] = []
        for heading in headings:
            if not heading.span[0] <= column <= heading.span[1]:
                continue
            if parts and parts[-1][0] == heading.span:
                parts[-1][1].extend(heading.words)
            else:
                parts.append((heading.span, list(heading.words)))
        names.append(tuple(said(words) for _, words in parts))
    return tuple(names)


def said(words: list[Word]) -> str:
    """The words as text."""
    text = ""
    for number, word in enumerate(words):
        before = words[number - 1] if number else None
        if before is None or word.glued or (before.hyphen and before.base != word.base):
            text += word.text
        else:
            text += f" {word.text}"
        if word.hyphen and number + 1 < len(words) and not words[number + 1].text[:1].islower():
            text += "-"
    return text


def header_text(names: tuple[tuple[str, ...], ...]) -> str:
    """The names of the columns in one line, those of one group behind the group's name."""
    if not any(names):
        return ""
    stub = " ".join(names[0])
    rest = _grouped([name for name in names[1:] if name])
    return f"{stub}: {rest}" if stub and rest else stub or rest


def _grouped(names: list[tuple[str, ...]]) -> str:
    parts: list[str] = []
    deep = False
    at = 0
    while at < len(names):
        end = at + 1
        while end < len(names) and names[end][:1] == names[at][:1]:
            end += 1
        inner = _grouped([name[1:] for name in names[at:end] if len(name) > 1])
        parts.append(f"{names[at][0]}: {inner}" if inner else names[at][0])
        deep = deep or bool(inner)
        at = end
    return ("; " if deep else " | ").join(parts)
