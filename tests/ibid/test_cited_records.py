"""A citation points at the record in which its quote begins, however many stand in one chunk."""

import json

import pytest

import ibid
from ibid.library import Library
from ingest.citations import format_citation, parse_citation
from ingest.types import Span

STARS = [("Vega", 0.03), ("Altair", 0.76), ("Deneb", 1.25), ("Rigel", 0.13), ("Spica", 0.97)]
RECORDS = [{"name": name, "magnitude": magnitude} for name, magnitude in STARS]
FILES = {
    "array.json": json.dumps(RECORDS),
    "below.json": json.dumps({"title": "Bright stars", "year": 2020, "stars": RECORDS}),
    "cells.json": json.dumps([["star", "magnitude"], *map(list, STARS)]),
    "lines.jsonl": "\n".join(map(json.dumps, RECORDS)),
    "rows.csv": "name,magnitude\n" + "\n".join(f"{name},{magnitude}" for name, magnitude in STARS),
}


@pytest.fixture
def library(tmp_path) -> Library:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    library = ibid.open(tmp_path / ".ibid")
    library.ingest(tmp_path)
    return library


@pytest.mark.parametrize("name", FILES)
def test_a_span_is_cited_where_it_begins(library, name: str) -> None:
    """Each of up to 60 characters."""
    index = library.index()
    length = index.length(name)
    blocks = index.blocks(name, Span(0, length))
    assert len(index.chunk_spans(name)) == 1
    records = [(block.place, span) for block, span in blocks if block.kind in ("row", "record")]
    for place, span in records:
        for start in range(span.start, span.end - 1):  # all but the line's end
            for end in (start + 1, start + 20, start + 60):
                part = Span(start, min(end, length))
                cited = parse_citation(format_citation(name, index.place(name, part), char=part))
                assert cited.pointer == (place.pointers[0] or None if place.pointers else None)
                assert cited.rows is None or cited.rows[0] == place.rows[0]


@pytest.mark.parametrize(
    ("name", "citation"),
    [
        ("array.json", "array.json#/2"),
        ("below.json", "below.json#/stars/2"),
        ("cells.json", "cells.json#/3"),
        ("lines.jsonl", "lines.jsonl#/2"),
        ("rows.csv", "rows.csv#rows=3"),
    ],
)
def test_the_record_that_answers_is_cited(library, name: str, citation: str) -> None:
    answer = library.ask("What is the magnitude of Deneb?", files=[name])
    quoted = answer.citations[0]
    assert quoted.citation.startswith(citation)  # the row after it may be quoted with it
    assert "Deneb" in quoted.quote.split("\n")[0]
    assert library.show(quoted.citation).text == quoted.quote
