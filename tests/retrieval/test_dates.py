"""Dates of a question, and how else they are written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retrieval.dates import (
    MONTHS,
    dates_in,
    day_of,
    days_in,
    months_of,
    numeric_in,
    pattern_of,
    terms,
    unabridged,
    weekdays_in,
)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("How hot was it on 11 August 2014?", [(2014, 8, 11)]),
        ("on the 11th of August, 2014", [(2014, 8, 11)]),
        ("Aug. 3rd, 2014", [(2014, 8, 3)]),
        ("Sept 9 1999", [(1999, 9, 9)]),
        ("in December 1854", [(1854, 12, None)]),
        ("in May 2020", [(2020, 5, None)]),
        ("in may 2020", [(2020, 5, None)]),
        ("on may 4, 2014", [(2014, 5, 4)]),
        ("2014-08-11 or 2014/8/1", [(2014, 8, 11), (2014, 8, 1)]),
        ("18.01.2018", [(2018, 1, 18)]),
        ("18/01/2018", [(2018, 1, 18)]),
        ("3/4/2021", [(2021, 4, 3), (2021, 3, 4)]),
        ("version 1.2.2014.5, 2014-13-01, 2014/08, the 1854 war, 32 May 2020-1", []),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, dates: list[tuple[int, int, int | None]]) -> None:
    assert dates_in(text) == dates


def test_a_date_is_looked_up_as_others_write_it() -> None:
    found = terms("How hot was it on 1 August 2014?")
    assert found["aug 1 2014"] == found["2014-08-01"] == found["1-8-2014"] == found["8/1/2014"] == 1
    assert found["2014-08"] == 0.5  # 2014-08-01T10:00 has no word `01`
    assert "1 august 2014" not in found  # that is what the question says
    assert terms("on 2014-08-01")["1 august 2014"] == 1
    assert terms("in December 1854") == {"dec 1854": 1, "1854-12": 1, "12-1854": 1}
    assert terms("How many were there in 1854?") == {}


def test_a_day_without_its_year_is_looked_up_too() -> None:
    found = terms("Who is on duty on 4 December?")
    words = {"4 december": 1, "december 4": 1, "4 dec": 1, "dec 4": 1}
    assert found == words | {"12-04": 1, "04-12": 0.5, "4-12": 0.5}
    assert terms("on Dec. 4th")["december 4"] == 1
    assert "08-01" not in terms("How hot was it on 1 August 2014?")
    assert terms("How many may 4 boats carry? Between 4 and 40 December's?") == {}
    assert terms("Which of the 4 may be left?") == {}
    assert terms("on may 4")["05-04"] == terms("on 4 may")["05-04"] == 1


def test_the_days_of_a_text_are_told() -> None:
    assert days_in("1 August 2014, 2014-08-02; May 3, the 4th of June; in July, may 5 go?") == {
        (8, 1),
        (8, 2),
        (5, 3),
        (6, 4),
    }


def test_what_is_a_day_as_a_whole() -> None:
    for text in (
        "2014-08-01",
        " 1 August 2014",
        "Aug 1",
        "2014-08-01T10:00:00Z",
        "2014-08-01 10:00",
        "01.08.2014 9:30 am",
    ):
        assert day_of(text) == {(8, 1)}, text
    for text in ("24 to 26 December", "since 1 August 2014", "Fri", "2014-08", "10:00", ""):
        assert not day_of(text), text


def test_long_texts_of_dates_take_no_long_time() -> None:
    assert days_in("2026-12-04 " * 40_000) == {(12, 4)}  # quadratic, it took half a minute


def test_the_months_of_dates_are_told() -> None:
    assert months_of("In Dec. 1854 or 3 May 1855, and in March?") == {"dec", "may"}
    assert months_of("on 3 May, and in March?") == {"may"}


def test_what_joins_a_date_makes_no_difference() -> None:
    pattern = pattern_of("2014-08-11")
    assert pattern is not None
    text = "2014/08/11, 2014-08-11t10:00, 2014.08.11; 12014-08-11, 2014-08-112, 2014 08 11"
    assert [match.start() for match in pattern.finditer(text)] == [0, 12, 30]
    month_first = pattern_of("8/11/2014")
    assert month_first is not None
    assert [match.start() for match in month_first.finditer("8/11/2014, 8-11-2014, 8.11.2014")] == [0, 11]
    assert pattern_of("11 august 2014") is pattern_of("2014") is None


@pytest.mark.parametrize(
    ("written", "question"),
    [
        (lambda month, day: f"2014/{month:02}/{day:02}", "How warm was it on 11 August 2014?"),
        (lambda month, day: f"{day}.{month}.2014", "How warm was it on August 11th, 2014?"),
        (lambda month, day: f"{MONTHS[month - 1].capitalize()} {day}, 2014", "How warm was it on 2014-08-11?"),
        (lambda month, day: f"2014-{month:02}-{day:02}T06:00:00Z", "How warm was it on 11 Aug 2014?"),
        (lambda month, day: f"2014-{month:02}-{day:02}", "How warm was it on 11 August?"),
    ],
)
def test_the_row_of_a_date_is_found_by_another_way_to_write_it(
    tmp_path: Path, make_home: Callable[..., Any], written: Callable[[int, int], str], question: str
) -> None:
    home = make_home(tmp_path)
    rows = [f'"{written(month, day)}",{10 + month + day / 10}' for month in range(1, 13) for day in range(1, 29)]
    home.write("weather.csv", "\n".join(("day,warmth", *rows)))
    home.ingest()
    best = home.search(question, 1)[0]
    start = best.span.start
    assert written(8, 11) in best.text[best.match.start - start : best.match.end - start]


@pytest.mark.parametrize(
    "moment", ["2024-05-06T10:00:00", "2024-05-06T10:00:00Z", "2024-05-06T1000", "2024-05-06 10:00"]
)
def test_a_date_with_its_time_is_a_date(moment: str) -> None:
    assert numeric_in(f"when: {moment}; what: docked") == [(2024, 5, 6)]


def test_no_more_dates_are_looked_up_than_a_question_has() -> None:
    many = " ".join(f"{day} May {year}" for year in range(1900, 2000) for day in range(1, 29))
    assert len(terms(many)) < 200


def test_weekdays_and_months_are_looked_up_by_their_short_names_too() -> None:
    assert terms("Which lessons are on Tuesday?") == {"tue": 0.5, "tues": 0.5}
    assert terms("Which lessons are on Tue?") == {"tuesday": 1}
    assert terms("Who came to the November meeting?") == {"nov": 0.5}
    assert terms("Where is the sun?") == {}


def test_short_names_are_those_of_weekdays_and_months_where_they_are_no_words() -> None:
    assert unabridged("Wed 2/12 | Fri 4 Dec cod; Sun: closed; DEC 2024") == {
        "wednesday",
        "friday",
        "december",
        "sunday",
    }
    assert unabridged("What is the APR? Who is Jan? How far is the Sun?") == frozenset()
    assert unabridged("Sat on it. Mar the paint, Sun and sea. Jan said so.") == frozenset()


def test_a_day_may_have_its_weekday_beside_it() -> None:
    assert day_of("Fri 4 Dec") == day_of("Friday, 4 December 2026") == {(12, 4)}
    assert day_of("Wed 2/12") == day_of("2.12.") == {(12, 2), (2, 12)}
    assert weekdays_in("Mondays and Tue") == {"monday", "tuesday"}
