"""The samples are what they are said to be, and every answer of `questions.jsonl` stands at the place it names."""

import csv
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from PIL import Image

from ibid.evaluation.answers import holds
from ibid.evaluation.cases import load_cases

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
DOCS = SAMPLES / "docs"
TOOLS = ROOT / "tools"
REPORT, SCAN, LOG = DOCS / "annual-report-2024.pdf", DOCS / "dunlin-inspection.pdf", DOCS / "maintenance-log-2024.csv"
CASES = [json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
ANSWERABLE = [case for case in CASES if case["type"] != "unanswerable"]
PLACES = [(case["id"], case["answers"], place) for case in ANSWERABLE for place in case["evidence"]]
TYPES = {"pdf", "scan", "csv", "json", "jsonl", "png", "md", "txt"}


@cache
def pages(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    try:
        texts = []
        for page in document:
            textpage = page.get_textpage()
            texts.append(" ".join(textpage.get_text_range().split()))
            textpage.close()
            page.close()
        return texts
    finally:
        document.close()


@cache
def rows() -> list[list[str]]:
    with LOG.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


@cache
def value(name: str) -> Any:
    text = (DOCS / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()] if name.endswith(".jsonl") else json.loads(text)


def at(found: Any, pointer: str) -> Any:
    for name in pointer.split("/")[1:]:
        found = found[int(name)] if isinstance(found, list) else found[name]
    return found


def stands_at(place: dict[str, Any]) -> str:
    """The text of a place; of what has no text layer, the text it was made from."""
    name = place["file"]
    if name == SCAN.name:
        return " ".join(
            (TOOLS / "samples_scan.txt").read_text(encoding="utf-8").split("=== page")[place["page"]].split()
        )
    match Path(name).suffix:
        case ".png":
            return (TOOLS / "samples_notice.txt").read_text(encoding="utf-8")
        case ".pdf":
            return pages(DOCS / name)[place["page"] - 1]
        case ".csv":
            return "\n".join(" | ".join(rows()[row]) for row in place["rows"])  # rows()[0] is the header
        case ".json" | ".jsonl":
            return "\n".join(json.dumps(at(value(name), one), ensure_ascii=False) for one in place["pointers"])
        case _:
            start, end = place["span"]
            return (DOCS / name).read_bytes().decode("utf-8")[start:end]


@pytest.mark.parametrize(("case", "answers", "place"), PLACES, ids=[case for case, _, _ in PLACES])
def test_an_answer_stands_at_each_place_of_evidence(case: str, answers: list[Any], place: dict[str, Any]) -> None:
    if place["file"].endswith(".png"):
        x0, y0, x1, y1 = place["box"]
        with Image.open(DOCS / place["file"]) as picture:
            assert 0 <= x0 < x1 <= picture.width
            assert 0 <= y0 < y1 <= picture.height
            assert picture.convert("L").crop((x0, y0, x1, y1)).getextrema()[0] < 60  # ink
    text = stands_at(place)
    spellings = [one for item in answers for one in (item if isinstance(item, list) else [item])]
    assert any(holds(text, one) for one in spellings)
    if "text" in place:
        assert text == place["text"]


def test_there_are_enough_cases_of_each_type() -> None:
    counts = Counter(case["type"] for case in CASES)
    assert set(counts) == TYPES | {"unanswerable"}
    assert min(counts[name] for name in TYPES) >= 4
    assert len(ANSWERABLE) >= 42
    assert counts["unanswerable"] >= 20
    assert len({case["id"] for case in CASES}) == len({case["question"] for case in CASES}) == len(CASES)


def test_the_cases_load_and_name_documents_that_are_there() -> None:
    assert len(load_cases(SAMPLES / "questions.jsonl")) == len(CASES)
    named = {place["file"] for case in CASES for place in case["evidence"]}
    assert named == {path.name for path in DOCS.iterdir()}


def test_answers_and_evidence_go_together() -> None:
    for case in CASES:
        answerable = case["type"] != "unanswerable"
        assert bool(case["answers"]) == bool(case["evidence"]) == answerable, case["id"]


def test_the_report_has_20_pages_of_400_to_450_words() -> None:
    words = [len(page.split()) for page in pages(REPORT)]
    assert len(words) == 20
    assert [(number, count) for number, count in enumerate(words, 1) if not 400 <= count <= 450] == []
    assert REPORT.stat().st_size < 400_000


def test_the_report_has_a_title_an_outline_tables_and_figures() -> None:
    reader = pypdf.PdfReader(REPORT)
    assert reader.metadata is not None
    assert reader.metadata.title == "Tarrow Sound Ferry Cooperative: Annual Report 2024"
    chapters = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert len(chapters) == 20
    assert any(isinstance(entry, list) for entry in reader.outline)
    text = " ".join(pages(REPORT))
    assert re.findall(r"Table (\d+):", text) == list("1234567")
    assert re.findall(r"Figure (\d+):", text) == list("123")


def test_the_scan_has_no_text_layer() -> None:
    assert pages(SCAN) == ["", "", ""]
    assert all(len(page.images) == 1 for page in pypdf.PdfReader(SCAN).pages)
    assert SCAN.stat().st_size < 600_000


def test_the_log_has_what_makes_tables_hard() -> None:
    header, *records = rows()
    assert len(records) == 520
    assert {len(record) for record in records} == {len(header)}
    assert all(re.fullmatch(r"00\d{4}", record[0]) for record in records)
    assert any("," in field for record in records for field in record)
    assert any('"' in field for record in records for field in record)
    assert any(field == "" for record in records for field in record)


def test_the_report_and_the_other_documents_agree() -> None:
    tickets = value("incidents.jsonl")
    assert f"In all {len(tickets)} incident tickets were opened" in pages(REPORT)[13]
    assert f"{sum(ticket['closed'] is not None for ticket in tickets)} of them had been closed" in pages(REPORT)[13]
    assert f"has {len(rows()) - 1} entries" in pages(REPORT)[11]
    at_planned, at_hours = rows()[0].index("kind"), rows()[0].index("hours")
    planned = sum(float(row[at_hours]) for row in rows()[1:] if row[at_planned] == "planned")
    assert round(100 * planned / sum(float(row[at_hours]) for row in rows()[1:])) == 68
    assert "Planned work made up 68 percent of the hours" in pages(REPORT)[11]


def test_the_handbook_has_nested_headings_and_1500_to_2500_words() -> None:
    text = (DOCS / "staff-handbook.md").read_text(encoding="utf-8")
    assert 1500 <= len(text.split()) <= 2500
    assert {len(mark) for mark in re.findall(r"^(#+) ", text, re.MULTILINE)} == {1, 2, 3}


def test_the_facts_of_the_long_conversation_stand_in_the_report() -> None:
    conversation = json.loads((ROOT / "bench" / "tokens_conversation.json").read_text(encoding="utf-8"))
    assert conversation["file"] == REPORT.name
    assert len(conversation["turns"]) == 10
    text = " ".join(pages(REPORT))
    assert all(fact in text for turn in conversation["turns"] for fact in turn["expect"])
