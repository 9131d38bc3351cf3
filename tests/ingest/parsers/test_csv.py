"""CSV and TSV: every field kept, as it is written."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import EmptyError, UnreadableError
from ingest.parsers.csv import CSV
from ingest.types import Block, Place


def write(tmp_path: Path, data: str | bytes, name: str = "a.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def test_a_row_is_a_block_and_fields_stay_what_they_are(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "id,name,value\n007,NA,1.50\n008,,null\n\n009,x,-\n"))
    assert found.texts == ["id: 007; name: NA; value: 1.50\n", "id: 008; value: null\n", "id: 009; name: x; value: -\n"]
    assert [block.place for block in found.blocks] == [Place(rows=(1, 1)), Place(rows=(2, 2)), Place(rows=(3, 3))]
    assert {block.kind for block in found.blocks} == {"row"}


def test_ragged_rows_are_kept_whole(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "a,b\n1,2,3\n4\n5,6\n"))
    assert found.texts == ["a: 1; b: 2; column 3: 3\n", "a: 4\n", "a: 5; b: 6\n"]
    assert found.warnings == ["its rows have 1 to 3 fields"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, read, delimiter: str) -> None:
    text = f"name{delimiter}price{delimiter}note\nnut{delimiter}1{delimiter}a, b; c\nbolt{delimiter}2{delimiter}d\n"
    rows = text.replace("a, b; c", '"a, b; c"')
    found = read(CSV(), write(tmp_path, rows))
    assert found.texts == ["name: nut; price: 1; note: a, b; c\n", "name: bolt; price: 2; note: d\n"]


def test_decimal_commas_between_semicolons(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "item;price\nnut;1,50\nbolt;2,75\n"))
    assert found.texts == ["item: nut; price: 1,50\n", "item: bolt; price: 2,75\n"]


def test_a_tsv_with_commas(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "a\tb\n1,2\t3\n4,5\t6\n", "a.tsv"))
    assert found.texts == ["a: 1,2; b: 3\n", "a: 4,5; b: 6\n"]


def test_quotes_doubled_or_after_a_backslash(tmp_path: Path, read) -> None:
    doubled = read(CSV(), write(tmp_path, 'a,b\n"say ""hi"", ok","C:\\dir\\"\n'))
    assert doubled.texts == ['a: say "hi", ok; b: C:\\dir\\\n']
    backslash = read(CSV(), write(tmp_path, '"a","b"\n"say \\"hi\\", ok","C:\\\\dir\\n"\n'))
    assert backslash.texts == ['a: say "hi", ok; b: C:\\dir\\n\n']
    alone = read(CSV(), write(tmp_path, '"a","b"\n"quote","\\""\n"comma",","\n'))
    assert alone.texts == ['a: quote; b: "\n', "a: comma; b: ,\n"]


def test_line_ends_in_cells(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, 'a,b\r\n"one\r\ntwo",x\r\ny,z\r\n'))
    assert found.texts == ["a: one\r\ntwo; b: x\n", "a: y; b: z\n"]


def test_names_that_are_missing_or_broken(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, 'a,,"b\nc"\n1,2,3\n'))
    assert found.texts == ["a: 1; column 2: 2; b c: 3\n"]


@pytest.mark.parametrize(
    "data",
    ["\ufeffn,é\n1,ü\n".encode(), "n,é\n1,ü\n".encode("utf-16"), "n,é\n1,ü\n".encode("cp1252")],
)
def test_encodings(tmp_path: Path, read, data: bytes) -> None:
    assert read(CSV(), write(tmp_path, data)).texts == ["n: 1; é: ü\n"]


def test_one_column(tmp_path: Path, read) -> None:
    assert read(CSV(), write(tmp_path, "word\nnut\n\nbolt\n")).texts == ["word: nut\n", "word: bolt\n"]


def test_without_rows(tmp_path: Path, read) -> None:
    assert read(CSV(), write(tmp_path, "a,b\n")).blocks == [Block("a; b\n", "table")]
    with pytest.raises(EmptyError):
        read(CSV(), write(tmp_path, "\n\n"))


def test_a_picture_named_csv(tmp_path: Path, read) -> None:
    with pytest.raises(UnreadableError, match="control codes"):
        read(CSV(), write(tmp_path, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"))


CELL = st.text(st.sampled_from('ab,;"\n\r\t |\\0é\ufeff'), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=8)),
    st.sampled_from(["\n", "\r\n"]),
)
def test_pandas_and_csv_read_the_same(tmp_path: Path, read, rows: list[list[str]], end: str) -> None:
    """Whatever a table holds, each field comes back, by either reader."""
    width = len(rows[0]) if rows else 1
    names = [f"name{number}" for number in range(width)]
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerows([names, *rows])
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8")
    if '\\"' in lines:
        return  # could be either way of writing a quote
    expected = []
    for number, row in enumerate(rows, 1):
        fields = [f"{name}: {cell.strip()}" for name, cell in zip(names, row, strict=True) if cell.strip()]
        expected += [((number, number), "; ".join(fields) + "\n")] if fields else []
    if not rows:
        expected = [(None, "; ".join(names) + "\n")]
    found = read(CSV(), tmp_path / "a.csv")
    assert [(block.place.rows, block.text) for block in found.blocks] == expected
