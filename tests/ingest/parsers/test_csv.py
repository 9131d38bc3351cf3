"""CSV and TSV: every field kept, as it is written."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import EmptyError, UnreadableError
from ingest.parsers.csv import CSV
from ingest.types import Block, Place, Rows


def rows_in(found) -> list[Block]:
    return [block for block in found.blocks if block.kind == "row"]


def texts(found) -> list[str]:
    return [block.text for block in rows_in(found)]


def about(found) -> list[str]:
    return [block.text for block in found.blocks if block.kind == "table"]


def write(tmp_path: Path, data: str | bytes, name: str = "a.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def test_a_row_is_a_block_and_fields_stay_what_they_are(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "id,name,value\n007,NA,1.50\n008,,null\n\n009,x,-\n"))
    assert texts(found) == [
        "id: 007; name: NA; value: 1.50\n",
        "id: 008; value: null\n",
        "id: 009; name: x; value: -\n",
    ]
    assert [block.place for block in rows_in(found)] == [Place(rows=(1, 1)), Place(rows=(2, 2)), Place(rows=(3, 3))]
    assert found.rows == Rows(text=3)


def test_ragged_rows_are_kept_whole(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "a,b\n1,2,3\n4\n5,6\n"))
    assert texts(found) == ["a: 1; b: 2; column 3: 3\n", "a: 4\n", "a: 5; b: 6\n"]
    assert found.warnings == ["rows with more or fewer fields than most: 2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
def test_delimiters(tmp_path: Path, read, delimiter: str) -> None:
    text = f"name{delimiter}price{delimiter}note\nnut{delimiter}1{delimiter}a, b; c\nbolt{delimiter}2{delimiter}d\n"
    rows = text.replace("a, b; c", '"a, b; c"')
    found = read(CSV(), write(tmp_path, rows))
    assert texts(found) == ["name: nut; price: 1; note: a, b; c\n", "name: bolt; price: 2; note: d\n"]


def test_decimal_commas_between_semicolons(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "item;price\nnut;1,50\nbolt;2,75\n"))
    assert texts(found) == ["item: nut; price: 1,50\n", "item: bolt; price: 2,75\n"]


def test_a_tsv_with_commas(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "a\tb\n1,2\t3\n4,5\t6\n", "a.tsv"))
    assert texts(found) == ["a: 1,2; b: 3\n", "a: 4,5; b: 6\n"]


def test_quotes_doubled_or_after_a_backslash(tmp_path: Path, read) -> None:
    doubled = read(CSV(), write(tmp_path, 'a,b\n"say ""hi"", ok","C:\\dir\\"\n'))
    assert texts(doubled) == ['a: say "hi", ok; b: C:\\dir\\\n']
    backslash = read(CSV(), write(tmp_path, '"a","b"\n"say \\"hi\\", ok","C:\\\\dir\\n"\n'))
    assert texts(backslash) == ['a: say "hi", ok; b: C:\\dir\\n\n']
    alone = read(CSV(), write(tmp_path, '"a","b"\n"quote","\\""\n"comma",","\n'))
    assert texts(alone) == ['a: quote; b: "\n', "a: comma; b: ,\n"]


def test_line_ends_in_cells(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, 'a,b\r\n"one\r\ntwo",x\r\ny,z\r\n'))
    assert texts(found) == ["a: one\r\ntwo; b: x\n", "a: y; b: z\n"]


def test_names_that_are_missing_or_broken(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, 'a,,"b\nc"\n1,2,3\n'))
    assert texts(found) == ["a: 1; column 2: 2; b c: 3\n"]


@pytest.mark.parametrize(
    "data",
    ["\ufeffn,é\n1,ü\n".encode(), "n,é\n1,ü\n".encode("utf-16"), "n,é\n1,ü\n".encode("cp1252")],
)
def test_encodings(tmp_path: Path, read, data: bytes) -> None:
    assert texts(read(CSV(), write(tmp_path, data))) == ["n: 1; é: ü\n"]


def test_one_column(tmp_path: Path, read) -> None:
    assert texts(read(CSV(), write(tmp_path, "word\nnut\n\nbolt\n"))) == ["word: nut\n", "word: bolt\n"]


@pytest.mark.parametrize(
    "lines",
    [
        ["city", "Berlin", "Paris, France", "Rome"],
        ["remark", "First, we met, and spoke", "Then, nothing", "Later, on a Monday, in the rain, more", "No end"],
        ["amount", "9,477,203", "-12,000", "815"],
    ],
)
def test_one_column_with_commas_in_it(tmp_path: Path, read, lines: list[str]) -> None:
    found = read(CSV(), write(tmp_path, "\n".join(lines) + "\n"))
    assert texts(found) == [f"{lines[0]}: {line}\n" for line in lines[1:]]
    assert found.warnings == []


def test_a_title_above_columns_is_no_column(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "Results of May\nname,points\nAnn,3\nBo,4\nCy,5\n"))
    assert texts(found) == ["name: Ann; points: 3\n", "name: Bo; points: 4\n", "name: Cy; points: 5\n"]


def test_comments_above_a_table(tmp_path: Path, read) -> None:
    said = "# made by a tool; v1\n# on 2024-01-01, by hand\n# (a, b, c, d, e)\n"
    found = read(CSV(), write(tmp_path, said + "id,name,value\n1,a,2.5\n2,b,3.5\n"))
    assert texts(found) == ["id: 1; name: a; value: 2.5\n", "id: 2; name: b; value: 3.5\n"]
    assert found.text.startswith("# made by a tool; v1\n# on 2024-01-01; by hand\n")
    named = read(CSV(), write(tmp_path, "# by hand, in May\n#id,name,value\n1,a,2.5\n2,b,3.5\n"))
    assert texts(named) == ["id: 1; name: a; value: 2.5\n", "id: 2; name: b; value: 3.5\n"]


def test_the_last_comment_names_columns_of_words_too(tmp_path: Path, read) -> None:
    head = "# Time zones, by hand.\n#\n#codes\tTZ\tcomments\n"
    found = read(
        CSV(), write(tmp_path, head + "AD\tEurope/Andorra\nAE,OM\tAsia/Dubai\tCrozet\nAF\tAsia/Kabul\n", "a.tsv")
    )
    assert texts(found) == [
        "codes: AD; TZ: Europe/Andorra\n",
        "codes: AE,OM; TZ: Asia/Dubai; comments: Crozet\n",
        "codes: AF; TZ: Asia/Kabul\n",
    ]
    assert found.texts[:2] == ["# Time zones, by hand.\n", "#\n"]
    prose = read(CSV(), write(tmp_path, "# by Ann, Bo\nname,town\nCy,Ulm\nDi,Bonn\n"))
    assert texts(prose) == ["name: Cy; town: Ulm\n", "name: Di; town: Bonn\n"]


def test_rows_that_all_begin_with_a_mark_are_rows(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "#,name\n#1,Ann\n#2,Bo\n"))
    assert texts(found) == ["#: #1; name: Ann\n", "#: #2; name: Bo\n"]


def test_a_stray_control_code_makes_no_picture_of_a_small_file(tmp_path: Path, read) -> None:
    assert texts(read(CSV(), write(tmp_path, "a,b\n1,x\x01y\n"))) == ["a: 1; b: x\x01y\n"]


def test_without_rows(tmp_path: Path, read) -> None:
    assert read(CSV(), write(tmp_path, "a,b\n")).blocks == [Block("a; b\n", "table")]
    with pytest.raises(EmptyError):
        read(CSV(), write(tmp_path, "\n\n"))


def test_a_picture_named_csv(tmp_path: Path, read) -> None:
    with pytest.raises(UnreadableError, match="control codes"):
        read(CSV(), write(tmp_path, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"))


def test_what_a_table_holds_is_told(tmp_path: Path, read) -> None:
    rows = [f"{100 + at:05},{at * 3 - 5}.5,2024-01-{at + 1:02},{'ab'[at % 2]},," for at in range(12)]
    found = read(CSV(), write(tmp_path, "id,value,day,kind,none,\n" + "\n".join(rows) + "\n"))
    assert found.blocks[0].kind == "table"
    assert about(found) == [
        (
            "Table: 12 rows, 5 columns\nid: text such as 00100 | 00101 | 00102\n"
            "value: numbers from -5.5 to 28.5\n"
            "day: dates from 2024-01-01 to 2024-01-12\n"
            "kind: text: a | b\n"
            "none: empty\n"
        )
    ]


def test_thousands_and_decimal_commas_in_ranges(tmp_path: Path, read) -> None:
    english = read(CSV(), write(tmp_path, 'n,price\na,"1,200.50"\nb,$90\nc,"£3,000"\n'))
    assert "price: numbers from $90 to £3,000\n" in about(english)[0]
    german = read(CSV(), write(tmp_path, "n;preis\na;1.200,50\nb;90,5\nc;3.000,00\n"))
    assert "preis: numbers from 90,5 to 3.000,00\n" in about(german)[0]
    days = read(CSV(), write(tmp_path, "n,day\na,28/02/2020\nb,01/03/2020\nc,15/01/2021\n"))
    assert "day: dates from 28/02/2020 to 15/01/2021\n" in about(days)[0]


NOTE = ["some", "words", "of", "note"]
DATA = [
    f"0{at}/02/2020,{at + 3},{'AB'[at % 2]}B-{at}000,{' '.join(NOTE[: 1 + at % 4])} {'x!' * at}" for at in range(1, 10)
]
HEAD = "day,count,code,note"


def lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def test_titles_above_a_table(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, lines("Stock of the year,,,", ",,,", HEAD, *DATA)))
    assert (found.blocks[0].kind, found.blocks[0].text) == ("text", "Stock of the year\n")
    assert texts(found)[0] == "day: 01/02/2020; count: 4; code: BB-1000; note: some words x!\n"
    assert rows_in(found)[0].place.rows == (1, 1)
    short = read(CSV(), write(tmp_path, lines("# made by hand", HEAD, *DATA)))
    assert [block.text for block in short.blocks[:1]] == ["# made by hand\n"]
    assert len(texts(short)) == 9


def test_a_header_of_several_lines(tmp_path: Path, read) -> None:
    head = ("Dates,Travel,,Total", ",Air,Rail,")
    found = read(CSV(), write(tmp_path, lines(*head, *(f"0{at}/02/2020,1{at},2{at},3{at}" for at in range(1, 6)))))
    assert texts(found)[0] == "Dates: 01/02/2020; Travel Air: 11; Travel Rail: 21; Total: 31\n"
    assert rows_in(found)[0].place.rows == (1, 1)


def test_no_header(tmp_path: Path, read) -> None:
    rows = [f"{at / 10},w{at % 2},{at}" for at in range(10)]
    assert texts(read(CSV(), write(tmp_path, lines(*rows))))[0] == "column 1: 0.0; column 2: w0; column 3: 0\n"
    years = [f"place {at},{at}.5,{at + 1}.5" for at in range(10)]
    assert (
        texts(read(CSV(), write(tmp_path, lines("country,1990,1991", *years))))[0]
        == "country: place 0; 1990: 0.5; 1991: 1.5\n"
    )
    only = [f"{at}.5,{at + 1}.5" for at in range(10)]
    assert texts(read(CSV(), write(tmp_path, lines("1990,1991", *only))))[0] == "1990: 0.5; 1991: 1.5\n"


def test_two_tables_in_one_file(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, lines(HEAD, *DATA, "name,size,", "nut,3,", "bolt,4,")))
    assert texts(found)[-2:] == ["name: nut; size: 3\n", "name: bolt; size: 4\n"]
    assert len(about(found)) == 2
    assert rows_in(found)[-1].place.rows == (11, 11)


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("10/02/2020,7,AB-7000,,some words", "day: 10/02/2020; count: 7; code: AB-7000; note: some words"),
        ("10/02/2020,,7,AB-7000,some words", "day: 10/02/2020; count: 7; code: AB-7000; note: some words"),
        ("10/02/20207,AB-7000,some words", "day: 10/02/2020; count: 7; code: AB-7000; note: some words"),
        ("10/02/2020 7 AB-7000 some words", "day: 10/02/2020; count: 7; code: AB-7000; note: some words"),
        ('10/02/2020,7,"AB-7000,"some, words"', 'day: 10/02/2020; count: 7; code: "AB-7000; note: some, words'),
        ('"10/02/2020,7,AB-7000,some words', 'day: "10/02/2020; count: 7; code: AB-7000; note: some words'),
        (
            '10/02/2020,7,AB-7000,"some "good" words"',
            'day: 10/02/2020; count: 7; code: AB-7000; note: some "good" words',
        ),
    ],
)
def test_broken_rows_are_mended(tmp_path: Path, read, broken: str, right: str) -> None:
    found = read(CSV(), write(tmp_path, lines(HEAD, *DATA[:5], broken, *DATA[5:])))
    assert texts(found)[5] == right + "\n"
    assert texts(found)[6] == "day: 06/02/2020; count: 9; code: AB-6000; note: some words of x!x!x!x!x!x!\n"
    assert len(texts(found)) == 10
    assert found.warnings


def test_rows_that_are_merely_short_or_long_stay(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, lines(HEAD, *DATA, "Total", "10/02/2020,4,AB-1000,a note,more")))
    assert texts(found)[-2:] == [
        "day: Total\n",
        "day: 10/02/2020; count: 4; code: AB-1000; note: a note; column 5: more\n",
    ]


def test_apostrophes_as_quotes_and_spaces_after_delimiters(tmp_path: Path, read) -> None:
    single = read(CSV(), write(tmp_path, "a,b\n'x, y',2\n'z',3\n'it is',4\n"))
    assert texts(single) == ["a: x, y; b: 2\n", "a: z; b: 3\n", "a: it is; b: 4\n"]
    spaced = read(CSV(), write(tmp_path, 'a, b\n1, "x, y"\n2, "z"\n'))
    assert texts(spaced) == ["a: 1; b: x, y\n", "a: 2; b: z\n"]


def test_controls_of_windows_1252(tmp_path: Path, read) -> None:
    assert texts(read(CSV(), write(tmp_path, "a,b\nit\x92s,1\n"))) == ["a: it’s; b: 1\n"]


CELL = st.text(st.sampled_from('ab,;"\n\r\t |\\0é\ufeff'), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=8)),
    st.sampled_from(["\n", "\r\n"]),
)
def test_each_field_comes_back(tmp_path: Path, read, rows: list[list[str]], end: str) -> None:
    """Whatever a table holds, each field is in its row."""
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
    kept = [block for block in found.blocks if block.kind == "row" or not rows]
    assert [(block.place.rows, block.text) for block in kept] == expected
    for row, block in zip([row for row in rows if any(map(str.strip, row))], rows_in(found), strict=True):
        assert all(cell.strip() in block.text for cell in row)


RUSSIAN = "имя,город\n" + "".join(f"Анна Петрова,Москва номер {at}\n" for at in range(20))


@pytest.mark.parametrize("encoding", ["koi8_r", "cp1251"])
def test_encodings_of_other_scripts(tmp_path: Path, read, encoding: str) -> None:
    found = read(CSV(), write(tmp_path, RUSSIAN.encode(encoding)))
    assert texts(found)[0] == "имя: Анна Петрова; город: Москва номер 0\n"
    assert any(encoding in warning for warning in found.warnings)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(tmp_path: Path, read, encoding: str) -> None:
    rows = "name,place\n" + "".join(f"nut {at},hall {at}\n" for at in range(20))
    assert texts(read(CSV(), write(tmp_path, rows.encode(encoding))))[0] == "name: nut 0; place: hall 0\n"


def test_a_header_of_two_lines_may_have_a_blank_corner(tmp_path: Path, read) -> None:
    data = "".join(f"Pump{n},{n},{n + 1},{n + 2},{n + 3}\n" for n in range(8))
    found = read(CSV(), write(tmp_path, f",North,,South,\nItem,Ships,Crew,Ships,Crew\n{data}"))
    assert texts(found)[0] == "Item: Pump0; North Ships: 0; North Crew: 1; South Ships: 2; South Crew: 3\n"
    assert len(texts(found)) == 8


def test_excels_line_that_names_the_delimiter_is_no_header(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "sep=;\nname;val\nAnna;3\nBob;4\n"))
    assert texts(found) == ["name: Anna; val: 3\n", "name: Bob; val: 4\n"]


FRUIT = "Fruit,Qty,Price\napple,3,1.20\npear,4,0.80\n"
CITIES = "City,Population\nRome,2800000\nOslo,700000\nBern,134000\n"
STAFF = "Staff list\n\nFirst,Last,Role,Room\nAnn,Lee,Clerk,A1\nBob,Ray,Nurse,A2\n"


@pytest.mark.parametrize("many", [1, 200])
def test_tables_below_one_another_have_names_of_their_own(tmp_path: Path, read, many: int) -> None:
    fruit = FRUIT + "fig,5,2.10\n" * many
    found = read(CSV(), write(tmp_path, f"{fruit}\n\n{CITIES}\n\n{STAFF}"))
    said = [block.text.split("\n")[0] for block in found.blocks if block.kind == "table"]
    assert said == [f"Table: {many + 2} rows, 3 columns", "Table: 3 rows, 2 columns", "Table: 2 rows, 4 columns"]
    assert texts(found)[-5:] == [
        "City: Rome; Population: 2800000\n",
        "City: Oslo; Population: 700000\n",
        "City: Bern; Population: 134000\n",
        "First: Ann; Last: Lee; Role: Clerk; Room: A1\n",
        "First: Bob; Last: Ray; Role: Nurse; Room: A2\n",
    ]
    assert [block.text for block in found.blocks if block.kind == "text"] == ["Staff list\n"]
    assert not found.warnings
    assert rows_in(found)[-1].place == Place(rows=(many + 7, many + 7))


def test_tables_of_equal_width_are_told_by_what_is_below_their_names(tmp_path: Path, read) -> None:
    found = read(CSV(), write(tmp_path, "item,sum\nrent,900\npower,80\n\nmonth,staff\nMay,4\nJune,5\n"))
    assert texts(found)[2:] == ["month: May; staff: 4\n", "month: June; staff: 5\n"]


@pytest.mark.parametrize(
    "rest", ["fig,5,2.10\n\nkiwi,6,0.30\n", "Source,own count\n", "Total,7,\n", "all,\n", "x\ny\nz\n"]
)
def test_what_follows_a_blank_line_may_be_of_the_same_table(tmp_path: Path, read, rest: str) -> None:
    found = read(CSV(), write(tmp_path, f"{FRUIT}\n{rest}"))
    assert len(about(found)) == 1
    assert len(texts(found)) == 2 + len(rest.replace("\n\n", "\n").splitlines())
