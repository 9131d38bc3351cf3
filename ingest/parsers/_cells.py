"""Cells of spreadsheets as a reader sees them: numbers, percentages, dates and times by their formats."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

Format = Literal["general", "percent", "date", "time", "elapsed"] | int
"""A number: of so many digits at least, filled up with zeros."""

_BUILT_IN: dict[int, Format] = {
    **dict.fromkeys((9, 10), "percent"),
    **dict.fromkeys((*range(14, 18), 22, *range(27, 37), *range(50, 59)), "date"),
    **dict.fromkeys((*range(18, 22), 45, 47), "time"),
    46: "elapsed",
}
"""ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are dates in East Asian locales."""
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]')
_SIGNIFICANT = 15
"""Excel keeps and shows so many digits: what a file has beyond them is an artefact of binary fractions."""
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  # a sheet's dates know no zone
_LAST_SERIAL = 2_958_466


@lru_cache(maxsize=4_096)
def format_of(number: int, code: str | None) -> Format:
    """What a number format shows, by its number and, for one of the file's own, its code."""
    if code is None:
        return _BUILT_IN.get(number, "general")
    bare = _NO_CODE.sub("", code.split(";")[0]).lower()
    if bare in ("", "general", "@"):
        return "general"
    if len(bare) > 1 and not bare.strip("0"):
        return len(bare)
    if re.search(r"\[[hms]+\]", bare):
        return "elapsed"
    if re.search(r"[yd]|m{3}", bare) or bare.replace("m", "") == "":
        return "date"
    if re.search(r"[hs]", bare):
        return "time"
    return "percent" if "%" in bare else "general"


def number_shown(raw: str, shown_as: Format, *, since_1904: bool) -> str:
    """A number as a reader sees it; one that is no number stays as it is written."""
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return raw
    if not value.is_finite():
        return raw
    if shown_as == "general":
        return _plain(value, raw)
    if isinstance(shown_as, int):
        return f"{raw.strip():0>{shown_as}}" if raw.strip().isdigit() else _plain(value, raw)
    if shown_as == "percent":
        return _plain(value * 100, "") + "%"
    if not 0 <= value < _LAST_SERIAL:
        return _plain(value, raw)
    if shown_as == "elapsed":
        seconds = round(value * 86_400)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return _moment(value, shown_as, since_1904=since_1904)


def _plain(value: Decimal, raw: str) -> str:
    """The number with at most 15 digits, as it is written where it has no more."""
    whole = raw.lstrip("-").isdigit()  # no fraction: all of its digits are meant
    if raw and (whole or len(value.as_tuple().digits) <= _SIGNIFICANT) and "e" not in raw.lower():
        return raw
    short = Decimal(f"{value:.{_SIGNIFICANT}g}")
    exponent = short.adjusted()
    if -7 < exponent < 21:  # as a number is written without an exponent
        text = f"{short:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{short.normalize():E}"


def _moment(value: Decimal, shown_as: Format, *, since_1904: bool) -> str:
    moment = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(seconds=round(value * 86_400))
    if shown_as == "time" and value < 1:
        return f"{moment:%H:%M:%S}"
    whole = value == value.to_integral_value()
    return f"{moment:%Y-%m-%d}" if whole and shown_as == "date" else f"{moment:%Y-%m-%d %H:%M:%S}"
