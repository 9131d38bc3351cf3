"""`ibid show`: pages and pictures rendered; how rows, records and lines are printed."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

import ibid
from ibid.display import members, numbered, record, table
from ingest.types import Block, Place


@pytest.fixture
def receipt(work):
    """The working folder, with a picture of a text in it."""
    picture = Image.new("RGB", (900, 300), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((60, 60), "The beacon was lit in 1874", fill="black", font_size=44)
    draw.text((60, 180), "by the harbour master", fill="black", font_size=44)
    picture.save(work / "docs" / "beacon.png")
    with ibid.open(".ibid") as library:
        library.ingest("docs")
    return work


def marked(png: bytes) -> list[int]:
    """The rows of pixels that hold yellow, the first and the last."""
    shown = Image.open(BytesIO(png)).convert("RGB")
    rows = [
        y
        for y in range(shown.height)
        if any(shown.getpixel((x, y))[2] < 150 < shown.getpixel((x, y))[0] for x in range(0, shown.width, 5))
    ]
    return [rows[0], rows[-1]] if rows else []


def test_the_quote_is_highlighted(run, receipt) -> None:
    with ibid.open(".ibid") as library:
        shown = library.show("docs/beacon.png")
        first = shown.text.split("\n")[0]
    ran = run("show", f"docs/beacon.png#char=0,{len(first)}", "--png", "out.png")
    assert (ran.code, ran.out, ran.err) == (0, "page 1 of docs/beacon.png is in out.png\n", "")
    top, bottom = marked((receipt / "out.png").read_bytes())
    assert 40 < top < 75
    assert 95 < bottom < 140
    as_json = run("show", "docs/beacon.png", "--png", "out.png", "--json").json
    assert (as_json["png"], as_json["png_page"], as_json["warnings"]) == ("out.png", 1, [])
    assert "1874" in as_json["text"]


def test_a_file_that_changed_and_one_that_is_gone(run, receipt) -> None:
    file = receipt / "docs" / "beacon.png"
    data = file.read_bytes()
    file.write_bytes(data)  # the same again: its times are others
    assert run("show", "docs/beacon.png", "--png", "out.png").err == ""
    Image.new("RGB", (900, 300), "white").save(file)
    ran = run("show", "docs/beacon.png", "--png", "out.png")
    assert ran.code == 0
    assert ran.err.startswith("warning: docs/beacon.png has changed since it was ingested")
    file.unlink()
    ran = run("show", "docs/beacon.png", "--png", "out.png")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("ibid: the file 'docs/beacon.png' is not there any more")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["docs/stars.csv#rows=1", "--png", "out.png"], 2, "'docs/stars.csv' is neither a PDF nor a picture"),
        (["docs/beacon.png", "--png", "nowhere/out.png"], 2, "'nowhere/out.png' cannot be written"),
    ],
)
def test_what_cannot_be_rendered(run, receipt, args, code, said) -> None:
    ran = run("show", *args)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def row(number: int, text: str) -> Block:
    return Block(text + "\n", "row", Place(rows=(number, number)))


def test_rows_are_aligned_under_their_names() -> None:
    rows = [row(4, "name: Vega; note: bright; very"), row(5, "name: 東京; size: 3"), row(6, "alone")]
    said = table(rows, width=None).split("\n")
    assert [line.split() for line in said if "─" not in line] == [
        ["row", "name", "note", "size"],  # and one without a name
        ["4", "Vega", "bright;", "very"],
        ["5", "東京", "3"],
        ["6", "alone"],
    ]
    assert max(map(len, table(rows, width=24).split("\n"))) <= 24


def test_a_row_that_seems_to_have_a_column_twice_is_shown_as_it_stands() -> None:
    doubtful = "id: 1; note: old; price: 5; price: 9"
    assert table([row(1, doubtful)], width=None) == doubtful
    said = table([row(1, doubtful), row(2, "id: 2; note: new; price: 8")], width=None).split("\n")
    assert doubtful in said[-2]
    assert said[-1].split() == ["2", "2", "new", "8"]


def test_one_row_and_a_record_have_a_line_for_each_member() -> None:
    assert table([row(1, "name: Vega; magnitude: 0.03")], width=None) == "name       Vega\nmagnitude  0.03"
    assert record(members("a.b: 1\nlong: one\ntwo\n")) == "a.b   1\nlong  one\n      two"
    assert members("https://x.y: no name; a: b; c: d: e") == {"https://x.y": "no name", "a": "b", "c": "d: e"}
    assert members("a: 1; a: 2") == {"a": "1; 2"}
    assert record({}) == ""


def test_lines_have_their_numbers() -> None:
    assert numbered("a\n\nb", 9) == " 9  a\n10\n11  b"


def test_how_a_documents_path_ends_is_enough_where_it_is_the_end_of_one(run, work) -> None:
    with ibid.open(".ibid") as library:
        library.ingest("docs")
        assert library.show("stars.csv#rows=1").path == "docs/stars.csv"
    (work / "docs" / "more").mkdir()
    (work / "docs" / "more" / "stars.csv").write_text("star,magnitude\nVega,0.03\n")
    with ibid.open(".ibid") as library:
        library.ingest("docs")
        assert library.show("more/stars.csv#rows=1").path == "docs/more/stars.csv"
    ran = run("show", "stars.csv#rows=1")
    assert ran.code != 0
    assert "there is no document 'stars.csv'" in ran.err
