"""Candidates: what stands around a unit, and what kind of unit it is."""

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
    assert {"paint", "passeng"} <= rafts.heard.near
    road = of(found, "12 Mill Road")
    assert "passeng" not in road.heard.near
    assert "passeng" in road.heard.far


def test_rows_and_records(hit) -> None:
    row = candidates(pack([hit("city: Bergen; shops: 7", place=Place(rows=(1, 1)))], budget=2000, count=len))
    record = candidates(pack([hit("city: Bergen\nshops: 7", place=Place(pointers=("/0",)))], budget=2000, count=len))
    assert [one.form for one in (*row, *record)] == ["row", "record", "record"]
