"""JSON and JSONL: records, pointers, strictness."""

import json
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import EmptyError, UnreadableError
from ingest.ocr.rapidocr import RapidOCR
from ingest.parsers import Aids, Bounds
from ingest.parsers._lenient import relaxed
from ingest.parsers._parting import Parting
from ingest.parsers._window import Window
from ingest.parsers.json import JSON
from ingest.segments import lines_follow
from ingest.types import Block, Rows


def write(tmp_path: Path, data: str | bytes, name: str = "a.json") -> Path:
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    return file


def places(found) -> list[tuple[str | None, str]]:
    return [(block.place.pointers[0] if block.place.pointers else None, block.text) for block in found.blocks]


def test_the_items_of_an_array_are_records(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, '[{"id": 1.50, "tags": ["x", "y"]}, {"id": 2e3, "ok": true, "no": null}]'))
    assert places(found) == [("/0", "id: 1.50; tags: x, y\n"), ("/1", "id: 2e3; ok: true\n")]
    assert {block.kind for block in found.blocks} == {"record"}


def test_records_are_found_wherever_they_are(tmp_path: Path, read) -> None:
    data = {
        "name": "Shop",
        "owner": {"first": "Ann", "langs": ["en", "de"]},
        "data": {"items": [{"sku": "a/b", "price": {"net": 5}}, {"sku": "c~d"}], "note": "n"},
        "empty": [],
    }
    found = read(JSON(), write(tmp_path, json.dumps(data)))
    assert places(found) == [
        ("", "name: Shop; owner.first: Ann; owner.langs: en, de\n"),
        (None, "data\n"),
        ("/data", "note: n\n"),
        (None, "data.items\n"),
        ("/data/items/0", "sku: a/b; price.net: 5\n"),
        ("/data/items/1", "sku: c~d\n"),
    ]
    assert found.blocks[4].place.headings == ("data", "items")


def test_pointers_are_escaped(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, '{"a/b~c": [{"x": 1}]}'))
    assert places(found) == [(None, "a/b~c\n"), ("/a~1b~0c/0", "x: 1\n")]


@pytest.mark.parametrize(("names", "more"), [("columns", 0), ("columns", 60_000), ("column_names", 1), ("header", 1)])
def test_rows_have_the_names_of_columns_said_beside_them(tmp_path: Path, read, names: str, more: int) -> None:
    rows = [["Ann", "Rome", 31], ["Bob", None, 44], *[["Cy", "Oslo", 7]] * more]
    data = {names: ["name", "city", "age"], "index": [0, 1, 2], "data": rows, "other": [[1, 2], [3, 4]]}
    found = read(JSON(), write(tmp_path, json.dumps({"set": data})))
    table = [block for block in found.blocks if block.kind == "row"]
    assert [block.text for block in table[:2]] == ["Ann | Rome | 31\n", "Bob |  | 44\n"]
    assert [block.header for block in table] == ["name | city | age"] * (2 + more) + ["", ""]
    assert table[0].place.pointers == ("/set/data/0",)


def test_names_of_columns_may_be_objects_and_follow_the_rows(tmp_path: Path, read) -> None:
    data = {"rows": [[1, {"lat": 41.9}], [2, {"lat": 59.9}]], "fields": [{"name": "id"}, {"name": "place"}]}
    found = read(JSON(), write(tmp_path, json.dumps(data)))
    assert [text for _, text in places(found)][-2:] == ["name: id\n", "name: place\n"]
    assert ("/rows/0", "id: 1; place.lat: 41.9\n") in places(found)


def test_tables_have_rows_and_a_header(tmp_path: Path, read) -> None:
    table = [["", "2019", "2018"], ["", "Amount", "Amount"], ["Interest", "$30,182", "(5)"], ["Tax", "1", ""]]
    found = read(JSON(), write(tmp_path, json.dumps({"table": table})))
    header = "2019 | 2018 / Amount | Amount"
    assert [(block.place.pointers[0], block.kind, block.text, block.header) for block in found.blocks[1:]] == [
        ("/table/0", "row", "2019 | 2018\n", ""),
        ("/table/1", "row", "Amount | Amount\n", ""),
        ("/table/2", "row", "Interest | $30,182 | (5)\n", header),
        ("/table/3", "row", "Tax | 1\n", header),
    ]


def test_paragraphs_are_records_and_words_are_not(tmp_path: Path, read) -> None:
    paragraphs = ["A sentence of more than forty characters, clearly.", "Another such sentence, also long enough."]
    found = read(JSON(), write(tmp_path, json.dumps({"paragraphs": paragraphs, "tags": ["a", "b"]})))
    assert [pointer for pointer, _ in places(found)] == ["", None, "/paragraphs/0", "/paragraphs/1"]


def test_a_long_record_has_a_line_a_member(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, json.dumps([{"a": "x" * 200, "b": {"c": "y" * 200}}])))
    assert found.texts == [f"a: {'x' * 200}\nb.c: {'y' * 200}\n"]


def test_a_large_record_is_parted_into_the_records_it_holds(tmp_path: Path, read) -> None:
    data = [{"title": "T", "paragraphs": [{"text": "x" * 900}, {"text": "y" * 900}]}]
    found = read(JSON(), write(tmp_path, json.dumps(data)))
    assert [pointer for pointer, _ in places(found)] == ["/0", None, "/0/paragraphs/0", "/0/paragraphs/1"]


@pytest.mark.parametrize(("data", "text"), [("5", "5\n"), ('"a"', "a\n"), ("true", "true\n"), ('{"a": 1}', "a: 1\n")])
def test_roots_that_are_no_array(tmp_path: Path, read, data: str, text: str) -> None:
    assert places(read(JSON(), write(tmp_path, data))) == [("", text)]


@pytest.mark.parametrize("data", ["[]", "{}", "null", '""', '[{"a": null}, []]'])
def test_without_content(tmp_path: Path, read, data: str) -> None:
    with pytest.raises(EmptyError):
        read(JSON(), write(tmp_path, data))


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("", "line 1, column 1"),
        (" \n", "line 1, column 1"),
        ('{"a": 1,\n "b": }', "line 2, column 7"),
        ("[1,\n2,]", "line 2, column"),
        ('["NaN", "a\\"NaN", \n NaN]', "line 2, column 2"),
        ("[-Infinity]", "line 1, column 2"),
        ("[1] x", "line 1, column 5"),
        ("[" * 100_000, "line 1, column 201"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "line 1, column 1001"),
        ('["\t"]', "line 1, column 3"),
        (b'["a\n', "line 1, column"),
        (b'{"a":\n "\xff"}', "line 2, column 3"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(tmp_path: Path, read, data: str | bytes, place: str) -> None:
    with pytest.raises(UnreadableError, match=f"it is no JSON: {place}"):
        read(JSON(), write(tmp_path, data))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ('{"a": 1, "a": 2}', "a: 1; a: 2\n"),
        ('["\\ud800 x", "😀"]', None),
        (b'\xef\xbb\xbf{"a": 1}', "a: 1\n"),
        ('{"a": ' + "9" * 5_000 + "}", f"a: {'9' * 5_000}\n"),
        ("[" * 150 + "1" + "]" * 150, None),
    ],
)
def test_odd_but_right(tmp_path: Path, read, data: str | bytes, text: str | None) -> None:
    found = read(JSON(), write(tmp_path, data))
    assert found.text == text or text is None


def test_jsonl(tmp_path: Path, read) -> None:
    found = read(
        JSON(), write(tmp_path, b'\xef\xbb\xbf{"a": 1}\r\n\n{"b": {"c": "x\xe2\x80\xa8y"}}\n[1, 2]', "a.jsonl")
    )
    assert [(block.place.pointers, block.place.lines, block.text) for block in found.blocks] == [
        (("/0",), (1, 1), "a: 1\n"),
        (("/1",), (3, 3), "b.c: x\u2028y\n"),
        (("/2",), (4, 4), "1 | 2\n"),
    ]


def test_a_line_of_jsonl_that_is_no_json_is_said_and_left_out(tmp_path: Path, read) -> None:
    lines = [b'{"a": 1}', b"", b'{"a": }', b'{"b": "caf\xe9"}', b'{"c": 2} x', b"{}", b"[1, [2, {]", b'{"d": 3']
    for end in (b"", b"\n", b"\r\n"):
        found = read(JSON(), write(tmp_path, b"\n".join(lines) + end, "a.ndjson"))
        assert [(block.place.pointers, block.place.lines) for block in found.blocks] == [(("/0",), (1, 1))]
        assert [warning.removeprefix("left out, it is no JSON: ") for warning in found.warnings] == [
            "line 3, column 7: expecting a value",
            "line 4, column 11: the bytes are no UTF-8",
            "line 5, column 10: something follows after the end",
            "line 7, column 10: expecting a name in double quotes",
            "line 8, column 8: expecting ',' or '}', not the end",
        ]
        assert found.rows == Rows(text=1, empty=1, failed=5)


def test_jsonl_of_which_no_line_is_json_is_refused(tmp_path: Path, read) -> None:
    with pytest.raises(UnreadableError, match="none of its lines is JSON: line 1, column 2") as error:
        read(JSON(), write(tmp_path, '{\n"a": 1\n}\n' * 9, "a.jsonl"))
    assert "end in .json" in error.value.hint


def test_many_wrong_lines_are_counted(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, "1\nx\n" * 20, "a.jsonl"))
    assert len(found.warnings) == 6
    assert found.warnings[-1] == "left out, 15 more lines are no JSON"


def test_a_table_over_the_lines_of_jsonl(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, '["Name", "Age"]\n["Ann", 3]\n["Bob", 4]\n', "a.jsonl"))
    assert [(block.place.lines, block.text, block.header) for block in found.blocks] == [
        ((1, 1), "Name | Age\n", ""),
        ((2, 2), "Ann | 3\n", "Name | Age"),
        ((3, 3), "Bob | 4\n", "Name | Age"),
    ]


def test_a_line_of_several_megabytes(tmp_path: Path, read) -> None:
    long = json.dumps({"id": 2, "items": [{"number": number, "text": "x" * 100} for number in range(20_000)]})
    found = read(JSON(), write(tmp_path, '{"id": 1}\n' + long + '\n{"id": 3}\n' + long[:-9], "a.jsonl"))
    numbers = {line: sum(block.place.lines == (line, line) for block in found.blocks) for line in (1, 2, 3, 4)}
    assert numbers == {1: 1, 2: 20_002, 3: 1, 4: 20_001}
    assert found.blocks[3].place.pointers == ("/1/items/0",)
    assert found.rows == Rows(text=3, failed=1)
    assert "line 4, column" in found.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_jsonl_with_a_byte_order_mark(tmp_path: Path, read, encoding: str) -> None:
    found = read(JSON(), write(tmp_path, '\ufeff{"a": "é"}\n{"a": "\u2028"}\n'.encode(encoding), "a.jsonl"))
    assert places(found) == [("/0", "a: é\n")]
    assert found.rows == Rows(text=1, empty=1)


def test_lines(tmp_path: Path, read) -> None:
    data = '{\n "a": 1,\n "b": [\n  {"c":\n 1},\n  {"c": 2}],\n "d": "x"\n}\n'
    assert [(b.text, b.place.lines) for b in read(JSON(), write(tmp_path, data)).blocks] == [
        ("a: 1; d: x\n", (2, 7)),
        ("b\n", (3, 3)),
        ("c: 1\n", (4, 5)),
        ("c: 2\n", (6, 6)),
    ]


def test_a_record_never_has_the_lines_of_the_file_by_chance(tmp_path: Path, read) -> None:
    long = "x" * 200
    data = f'[{{\n"a": "{long}", "b": "{long}", "c": "{long}"\n}}]'
    (block,) = read(JSON(), write(tmp_path, data)).blocks
    assert block.place.lines == (1, 3)
    assert block.text == f"a: {long}; b: {long}\nc: {long}\n"
    assert not lines_follow(block)


def test_the_members_of_a_large_object_have_blocks_of_their_own(tmp_path: Path, read) -> None:
    data = {f"key {number}": {"name": f"n{number}", "text": "x" * 50} for number in range(40)}
    found = read(JSON(), write(tmp_path, json.dumps(data)))
    assert places(found)[1] == ("/key 1", f"key 1.name: n1; key 1.text: {'x' * 50}\n")
    assert len(found.blocks) == 40


def test_numbers_stand_in_a_line(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, json.dumps([*range(200), "a word", None, 1e5, True])))
    assert found.text.replace(",", "").split() == [*map(str, range(200)), "a", "word", "100000.0", "true"]
    assert {pointer for pointer, _ in places(found)} == {"", "/200"}
    assert max(len(block.text) for block in found.blocks) < 400


def test_rows_are_counted(tmp_path: Path, read) -> None:
    assert read(JSON(), write(tmp_path, '[{"a": 1}, {}, null, [2], [[]]]')).rows == Rows(text=2, empty=3)


def test_names_that_come_twice_are_both_kept(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, '{"a": [{"x": 1}], "b": 2, "a": [{"x": 3}], "b": 4}'))
    assert places(found) == [
        ("", "b: 2; b: 4\n"),
        (None, "a\n"),
        ("/a/0", "x: 1\n"),
        (None, "a\n"),
        ("/a/0", "x: 3\n"),
    ]


LENIENT = """// a comment
{
  "a": 1, # another, "with" a quote
  b: 'it\\'s "so"', /* one
  over lines */ "c": [1, 2,],
  "http": "http://x/y", "n": [NaN, -Infinity,
  ], $d: {x-y: ".5, // no comment",},
}
"""


def test_lenient(tmp_path: Path, read) -> None:
    file = write(tmp_path, LENIENT)
    with pytest.raises(UnreadableError, match="line 1, column 1") as error:
        read(JSON(), file)
    assert "lenient: true" in error.value.hint
    (block,) = read(JSON(lenient=True), file).blocks
    assert block.place.lines == (3, 7)
    assert block.text == (
        'a: 1; b: it\'s "so"; c: 1, 2; http: http://x/y; n: NaN, -Infinity; $d.x-y: .5, // no comment\n'
    )


@pytest.mark.parametrize("data", ["[1 2]", "{a}", "'a", "/* a", "[1,,2]", '{"a": b}', "[undefined]"])
def test_lenient_has_its_limits(tmp_path: Path, read, data: str) -> None:
    with pytest.raises(UnreadableError, match="line 1, column"):
        read(JSON(lenient=True), write(tmp_path, data))


@given(st.lists(st.sampled_from([*"[]{},:'\"\n", "// x\n", "/*", "*/", "# y\n", "a:", "'b'", '"c,]"', "1", "\\"])))
def test_lenient_does_not_depend_on_how_the_file_is_read(tokens: list[str]) -> None:
    assert "".join(relaxed(iter(tokens))) == "".join(relaxed(iter(["".join(tokens)])))


@pytest.mark.parametrize("data", ['{"a": ' + "a-" * 20_000, "[1," + "//" * 40 + "\nx", "[1," + "/**/" * 40 + "x"])
def test_no_lenient_json_takes_long(data: str) -> None:
    began = time.process_time()
    assert "".join(relaxed(iter([data])))[:2] == data[:2]
    assert time.process_time() - began < 2


def test_lenient_jsonl(tmp_path: Path, read) -> None:
    found = read(JSON(lenient=True), write(tmp_path, "{a: NaN,}\n{'b': 1} // c\n", "a.jsonl"))
    assert places(found) == [("/0", "a: NaN\n"), ("/1", "b: 1\n")]


@pytest.mark.parametrize("data", ["[]", "null", '{"a": [null, null]}', '[[null, " "]]', '{"a": {"b": ""}}'])
def test_valid_without_content(tmp_path: Path, read, data: str) -> None:
    with pytest.raises(EmptyError):
        read(JSON(), write(tmp_path, data))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=25,
)


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in leaves(member)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [] if value is None else [json.dumps(value) if isinstance(value, bool) else str(value)]


def at(value: object, pointer: str) -> object:
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]  # type: ignore[index]
    return value


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


@given(VALUES, st.sampled_from([None, 1]), st.integers(1, 60), st.integers(1, 60))
def test_a_blocks_pointer_and_lines_lead_back_to_it(value: object, indent: int | None, reach: int, size: int) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    blocks = list(Parting().root(Window(pieces(text, size), reach=reach)))
    wanted = Counter(" ".join(leaf.split()) for leaf in leaves(value) if leaf.strip())
    said = " ".join("".join(block.text for block in blocks).split())
    assert [leaf for leaf in wanted if leaf not in said] == []
    for block in blocks:
        first, last = block.place.lines
        lines = "\n".join(text.split("\n")[first - 1 : last])
        if block.kind == "heading":
            assert block.text == ".".join(block.place.headings) + "\n"
            continue
        below = leaves(at(value, block.place.pointers[0]))
        here = [leaf for leaf in below if leaf.strip() and json.dumps(leaf, ensure_ascii=False)[1:-1] in lines]
        assert any(" ".join(leaf.split()) in " ".join(block.text.split()) for leaf in here)


SOUP = [
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"a"',
    '"b":',
    "1",
    "-0.5e+10",
    "true",
    "null",
    "NaN",
    " ",
    "\n",
    '"\\u00e9"',
    "01",
]


@given(st.lists(st.sampled_from(SOUP), max_size=12), st.integers(1, 20), st.integers(1, 20))
def test_as_strict_in_pieces_as_at_once(tokens: list[str], reach: int, size: int) -> None:
    text = "".join(tokens)
    try:
        json.loads(text, parse_constant=int)
    except ValueError:
        with pytest.raises(UnreadableError, match=r"line \d+, column \d+"):
            list(Parting().root(Window(pieces(text, size), reach=reach)))
    else:
        list(Parting().root(Window(pieces(text, size), reach=reach)))


def test_a_file_larger_than_what_is_read_at_once(tmp_path: Path, read) -> None:
    items = [{"number": number, "text": f"é{'x' * 200}"} for number in range(15_000)]
    data = {"first": "f", "data": {"before": "b", "items": items, "after": "a"}, "last": "l", "long": "y" * 3_000_000}
    text = json.dumps(data, ensure_ascii=False, indent=0)
    found = read(JSON(), write(tmp_path, text))
    assert places(found)[:4] == [("", "first: f\n"), (None, "data\n"), ("/data", "before: b\n"), (None, "data.items\n")]
    assert [pointer for pointer, _ in places(found)[4:15_004]] == [f"/data/items/{n}" for n in range(15_000)]
    assert [block.place.lines for block in found.blocks[4:6]] == [(6, 9), (10, 13)]
    assert [text[:9] for _, text in places(found)[15_004:]] == ["data\n", "after: a\n", "last: l\n", "long: yyy"]
    assert len(found.texts[-1]) == 3_000_007
    with pytest.raises(UnreadableError, match="line 60001, column 2: expecting ',' or ']'"):
        read(JSON(), write(tmp_path, "\n".join(text.split("\n")[:60_001])[:-1] + "}"))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    record = json.dumps({"number": 1, "text": "x" * 900}).encode()
    file = tmp_path / "a.json"
    with file.open("wb") as handle:
        handle.write(b"[" + b",".join([record] * 20_000) + b"]")
    tracemalloc.start()
    count = sum(isinstance(event, Block) for event in JSON().parse(file, Aids(Bounds(), RapidOCR)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 12_000_000 < file.stat().st_size


def test_what_is_nested_is_not_kept_once_a_level() -> None:
    text = "[" * 150 + "1," * 20_000 + "1" + "]" * 150
    tracemalloc.start()
    blocks = list(Parting().root(Window(iter([text]))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(blocks) == 1
    assert peak < 10_000_000
