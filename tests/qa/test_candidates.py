"""Candidates: what stands around a unit, and what kind of unit it is."""

from dataclasses import replace

import pytest

from ingest.types import Box, Place
from qa.candidates import Candidate, candidates
from qa.packing import pack

PRINTED = Place(pages=(1,), boxes=(Box(1, 0, 0, 9, 9),), confidence=0.9)
LETTER = (
    "HARBOUR OFFICE\n12 Mill Road\n\nThe ferries were painted in the spring of 2024.\n\n"
    "All of the boats carry rafts now.\n\nThe passengers of the night boat were thanked for their patience.\n"
)
RECEIPT = "GREEN STORE\n12 Mill Road\nFlat white\n3.40\nThank you\n"


def of(found: list[Candidate], text: str) -> Candidate:
    return next(one for one in found if one.text == text)


def test_a_receipt_is_one_matter(hit) -> None:
    road = of(candidates(pack([hit(RECEIPT, place=PRINTED)], budget=2000, count=len)), "12 Mill Road")
    assert road.form == "printed"
    assert {"green", "flat", "thank"} <= road.heard.near


def test_a_scanned_letter_is_prose_of_which_what_is_near_counts(hit) -> None:
    found = candidates(pack([hit(LETTER, place=PRINTED)], budget=2000, count=len))
    rafts = of(found, "All of the boats carry rafts now.")
    assert rafts.form == "prose"
    assert "paint" in rafts.heard.near
    assert "passeng" not in rafts.heard.near  # the next paragraph is another matter
    road = of(found, "12 Mill Road")
    assert "passeng" not in road.heard.near
    assert "passeng" in road.heard.far


def test_rows_and_records(hit) -> None:
    row = candidates(pack([hit("city: Bergen; shops: 7", place=Place(rows=(1, 1)))], budget=2000, count=len))
    record = candidates(pack([hit("city: Bergen\nshops: 7", place=Place(pointers=("/0",)))], budget=2000, count=len))
    assert [one.form for one in (*row, *record)] == ["row", "record", "record"]


TABLE = (
    "Employees are counted each year.\nAt the end of the year inventories were comprised of:\n"
    "(In millions)\t\tChange\nAt year end\t2022\t2021\nRaw material\t1,719\t1,592\nTotal inventories\t12,483\t10,387\n"
    "Rates of the year were:\n"
)
COLUMNS = ("At year end (In millions)", "2022", "Change 2021")


def test_what_leads_to_a_table_or_heads_it_answers_nothing(hit) -> None:
    place = Place(pages=(1,), columns=COLUMNS)
    found = candidates(pack([hit(TABLE, place=place)], budget=2000, count=len))
    told = ["Employees are counted each year.", "Raw material\t1,719\t1,592", "Total inventories\t12,483\t10,387"]
    assert [one.text for one in found] == told


def test_what_leads_to_what_follows_it_stays(hit) -> None:
    text = "Bring these things:\n- a rope\n- a lamp\n\nLeave these things at home:\n"
    page = Place(pages=(1,))
    found = candidates(pack([hit(text, place=page)], budget=2000, count=len))
    assert [one.text for one in found] == ["Bring these things:", "- a rope", "- a lamp"]
    assert len(candidates(pack([hit(text)], budget=2000, count=len))) == 4
    alone = candidates(pack([hit("Total due:\n", place=page)], budget=2000, count=len))
    assert [one.text for one in alone] == ["Total due:"]


RELEASES = (
    "Heron was frozen in March. Anna Lind led the project. It came on seven disks.\n\n"
    "Egret was frozen in June. Bo Berg led the project. It came on fourteen disks."
)


def test_a_paragraphs_first_sentence_names_what_the_others_are_of(hit) -> None:
    found = candidates(pack([hit(RELEASES)], budget=2000, count=len))
    seven, fourteen = of(found, "It came on seven disks."), of(found, "It came on fourteen disks.")
    assert "heron" in seven.heard.paragraph
    assert "egret" not in seven.heard.near  # of the next paragraph
    assert "egret" in fourteen.heard.paragraph


def test_what_goes_on_for_ever_is_no_paragraph(hit) -> None:
    text = " ".join(["Heron was frozen.", *("Sheep stood there." for _ in range(20)), "It came on seven disks."])
    found = candidates(pack([hit(text)], budget=5000, count=len))
    assert "heron" not in of(found, "It came on seven disks.").heard.paragraph


def test_identifiers_are_heard_in_parts(hit) -> None:
    (row,) = candidates(pack([hit("country: Peru; gdpPercap: 7408", place=Place(rows=(1, 1)))], budget=900, count=len))
    assert {"gdp", "percap", "gdppercap"} <= row.heard.own


def test_the_line_of_names_over_a_table_parted_by_bars_answers_nothing(hit) -> None:
    text = "| Births | Rate 1996 | Deaths\nAngus | 11.0 | 13.2\nFife | 11.4 | 11.1\n\nRegion | Seat\nFife | Cupar"
    found = candidates(pack([hit(text)], budget=2000, count=len))
    assert [one.text for one in found] == ["Angus | 11.0 | 13.2", "Fife | 11.4 | 11.1", "Region | Seat", "Fife | Cupar"]


@pytest.mark.parametrize(
    "text",
    [
        "| Name | Bonus |\n|---|---|\n| Ana Ruiz | waived |\n| Bo Lind | 500 |\n| Cy Ode | 20 |",  # below the header
        "Founder | Ana Ruiz\nStaff | 40\nCity | Bern",  # a table without a header
        "Founder | Ana Ruiz\nStaff | 40",
        "2024-01-01 10:00 | ERROR | disk full\n2024-01-01 10:05 | INFO | 3\n2024-01-01 10:09 | INFO | 4",
    ],
)
def test_a_row_above_rows_with_numbers_is_a_row(hit, text: str) -> None:
    found = [one.text for one in candidates(pack([hit(text)], budget=2000, count=len))]
    assert any(fact in one for one in found for fact in ("Ana Ruiz", "disk full"))


def test_a_tables_header_as_it_was_parsed_answers_nothing(hit) -> None:
    text = "Provider | Speed\nTarnnet | 100 Mbit/s\nVelocia | 250 Mbit/s"
    place = Place(columns=("Provider", "Speed"))
    found = candidates(pack([hit(text, place=place)], budget=2000, count=len))
    assert [one.text for one in found] == ["Tarnnet | 100 Mbit/s", "Velocia | 250 Mbit/s"]


def test_a_row_with_a_break_in_a_cell_is_one_unit(hit) -> None:
    text = "name: Ann; town: Bern\nname: Bo Lind; address: 9 Mill Lane\nBern; phone: 01632 960222"
    one = replace(hit(text, place=Place(rows=(1, 2))), starts=(0, 22))
    assert [one.text for one in candidates(pack([one], budget=2000, count=len))] == [text[:21], text[22:]]


def test_a_row_of_markdown_has_nothing_of_the_row_beside_it(hit) -> None:
    table = "Hourly rates\n\n| Grade | Rate |\n|---|---|\n| Senior | £220 |\n| Associate | £185 |\n| Trainee | £85 |\n"
    found = {one.text: one.heard for one in candidates(pack([hit(table)], budget=2000, count=len))}
    assert "185" in found["| Associate | £185 |"].own
    assert "185" not in found["| Trainee | £85 |"].near
    assert "hour" in found["| Trainee | £85 |"].near
    assert "grad" in found["| Trainee | £85 |"].own
