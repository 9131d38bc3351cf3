"""JSON and JSONL: records, pointers, strictness."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import EmptyError, UnreadableError
from ingest.parsers.json import JSON


def write(tmp_path: Path, data: str | bytes, name: str = "a.json") -> Path:
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    return file


def places(found) -> list[tuple[str, str]]:
    return [(block.place.pointers[0], block.text) for block in found.blocks]


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
        ("/data", "note: n\n"),
        ("/data/items/0", "sku: a/b; price.net: 5\n"),
        ("/data/items/1", "sku: c~d\n"),
    ]
    assert found.blocks[2].place.headings == ("data", "items")


def test_pointers_are_escaped(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, '{"a/b~c": [{"x": 1}]}'))
    assert places(found) == [("/a~1b~0c/0", "x: 1\n")]


def test_tables_have_rows_and_a_header(tmp_path: Path, read) -> None:
    table = [["", "2019", "2018"], ["", "Amount", "Amount"], ["Interest", "$30,182", "(5)"], ["Tax", "1", ""]]
    found = read(JSON(), write(tmp_path, json.dumps({"table": table})))
    header = "2019 | 2018 / Amount | Amount"
    assert [(block.place.pointers[0], block.kind, block.text, block.header) for block in found.blocks] == [
        ("/table/0", "row", "2019 | 2018\n", ""),
        ("/table/1", "row", "Amount | Amount\n", ""),
        ("/table/2", "row", "Interest | $30,182 | (5)\n", header),
        ("/table/3", "row", "Tax | 1\n", header),
    ]


def test_paragraphs_are_records_and_words_are_not(tmp_path: Path, read) -> None:
    paragraphs = ["A sentence of more than forty characters, clearly.", "Another such sentence, also long enough."]
    found = read(JSON(), write(tmp_path, json.dumps({"paragraphs": paragraphs, "tags": ["a", "b"]})))
    assert [pointer for pointer, _ in places(found)] == ["", "/paragraphs/0", "/paragraphs/1"]


def test_a_long_record_has_a_line_a_member(tmp_path: Path, read) -> None:
    found = read(JSON(), write(tmp_path, json.dumps([{"a": "x" * 200, "b": {"c": "y" * 200}}])))
    assert found.texts == [f"a: {'x' * 200}\nb.c: {'y' * 200}\n"]


def test_a_large_record_is_parted_into_the_records_it_holds(tmp_path: Path, read) -> None:
    data = [{"title": "T", "paragraphs": [{"text": "x" * 900}, {"text": "y" * 900}]}]
    found = read(JSON(), write(tmp_path, json.dumps(data)))
    assert [pointer for pointer, _ in places(found)] == ["/0", "/0/paragraphs/0", "/0/paragraphs/1"]


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
        ('{"a": 1, "a": 2}', "a: 2\n"),
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
        (("/2/0",), (4, 4), "1\n"),
        (("/2/1",), (4, 4), "2\n"),
    ]


def test_a_broken_line_in_jsonl(tmp_path: Path, read) -> None:
    with pytest.raises(UnreadableError, match="line 3, column 7"):
        read(JSON(), write(tmp_path, '{"a": 1}\n\n{"a": }\n', "a.ndjson"))
    for end in ("", "\n", "\r\n", '\n{"b": 2}\n'):
        with pytest.raises(UnreadableError, match="line 2, column 7"):
            read(JSON(), write(tmp_path, '{"a": 1}\n{"a": ' + end, "a.jsonl"))


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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES)
def test_every_leaf_is_in_the_text_and_under_its_pointer(tmp_path: Path, read, value: object) -> None:
    file = write(tmp_path, json.dumps(value))
    wanted = [" ".join(leaf.split()) for leaf in leaves(value) if leaf.strip()]
    if not wanted:
        with pytest.raises(EmptyError):
            read(JSON(), file)
        return
    found = read(JSON(), file)
    text = " ".join(found.text.split())
    assert [leaf for leaf in wanted if leaf not in text] == []
    for block in found.blocks:
        below = [" ".join(leaf.split()) for leaf in leaves(at(value, block.place.pointers[0]))]
        assert any(leaf and leaf in " ".join(block.text.split()) for leaf in below)
