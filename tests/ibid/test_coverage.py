"""Coverage in words."""

from ibid.coverage import lines, ranges
from ingest.types import Page


def test_neighbours_of_one_kind_are_one_range() -> None:
    pages = [*(Page(number, "text") for number in range(1, 13)), Page(13, "ocr"), Page(14, "empty")]
    assert lines(pages) == ["pages 1-12 text, 13 ocr, 14 empty"]
    torn = [Page(15, "failed", "torn"), Page(16, "text"), Page(17, "failed", "torn"), Page(18, "failed", "burnt")]
    assert lines([*pages, *torn])[1:] == ["pages 15, 17: torn", "page 18: burnt"]
    assert lines([Page(1, "ocr")]) == ["page 1 ocr"]
    assert lines([]) == []


def test_many_ranges_are_cut() -> None:
    said = lines([Page(number, "ocr" if number % 2 else "text") for number in range(1, 100)])
    assert said == ["pages 1 ocr, 2 text, 3 ocr, 4 text, 5 ocr, 6 text, 7 ocr, 8 text, 9 ocr, 10 text …"]
    assert ranges([3, 4, 5, 9, 1]) == "pages 1, 3-5, 9"
    assert ranges([7]) == "page 7"
    assert ranges(range(1, 60, 2)).endswith("17, 19 …")
