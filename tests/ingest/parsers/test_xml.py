"""XML of any vocabulary: paragraphs, titles, records; nothing expanded."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.ocr.rapidocr import RapidOCR
from ingest.parsers import Aids, Bounds
from ingest.parsers.xml import XML


def write(tmp_path: Path, data: str | bytes) -> Path:
    file = tmp_path / "a.xml"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def shown(found) -> list[tuple[str, tuple[str, ...], str]]:
    return [(b.kind, b.place.headings, b.text.strip()) for b in found.blocks]


BOOK = """<?xml version="1.0"?>
<!DOCTYPE book SYSTEM "docbook.dtd" [<!ENTITY v "1.2">]>
<!-- a comment -->
<db:book xmlns:db="urn:d"><db:info><db:title>The Guide</db:title><db:date>2020</db:date></db:info>
<chapter id="c"><title>Start <code>x</code></title>
<para>Use <emphasis>it</emphasis> &v; &mdash; H<sub>2</sub>O &lt;now&gt;
here.<xref linkend="y"/></para>
<list><item><para>One</para></item></list>
<section><title>Deep</title><screen>a = 1
  b &amp; c</screen>
<para><emphasis>Bold</emphasis> begins</para></section></chapter>
<chapter><title>Second</title><para>Short</para><para><![CDATA[<raw>]]></para></chapter></db:book>"""


def test_prose_stands_under_its_titles(tmp_path: Path, read) -> None:
    found = read(XML(), write(tmp_path, BOOK))
    start, deep, second = ("The Guide", "Start x"), ("The Guide", "Start x", "Deep"), ("The Guide", "Second")
    assert shown(found) == [
        ("heading", ("The Guide",), "The Guide"),
        ("record", ("The Guide",), "info.date: 2020"),
        ("heading", start, "Start x"),
        ("text", start, "Use it &v; — H2O <now> here."),
        ("text", start, "One"),
        ("heading", deep, "Deep"),
        ("code", deep, "a = 1\n  b & c"),
        ("text", deep, "Bold begins"),
        ("heading", second, "Second"),
        ("text", second, "Short"),
        ("text", second, "<raw>"),
    ]
    assert [block.place.lines for block in found.blocks][3:7] == [(6, 7), (8, 8), (9, 9), (9, 10)]
    assert found.warnings == []


def test_elements_of_short_values_are_records(tmp_path: Path, read) -> None:
    found = read(
        XML(),
        write(
            tmp_path,
            "<shop><title>All books</title>\n"
            "<book id='1'><title>XML</title><by><first>Ann</first><last>Lee</last></by><t>a</t><t>b</t></book>\n"
            "<book id='2'><title>SQL</title><price cur='EUR'>30</price></book>\n"
            "<city name='Bonn' population='5'/><city name='Ulm' population=''/><none/></shop>",
        ),
    )
    assert shown(found) == [
        ("heading", ("All books",), "All books"),
        ("record", ("All books",), "title: XML; by.first: Ann; by.last: Lee; t: a, b"),
        ("record", ("All books",), "title: SQL; price: 30"),
        ("record", ("All books",), "city: name=Bonn, population=5"),
        ("record", ("All books",), "city: name=Ulm"),
    ]
    assert [block.place.lines for block in found.blocks] == [(1, 1), (2, 2), (3, 3), (4, 4), (4, 4)]


@pytest.mark.parametrize(
    ("xml", "texts"),
    [
        (
            "<c><s><host>a.org</host><port>80</port></s><debug>true</debug></c>",
            ["s.host: a.org; s.port: 80; debug: true\n"],
        ),
        ("<a>only words</a>", ["a: only words\n"]),
        ("<t><r><td>1</td><td>2</td></r><r><td>3</td><td/><td>4</td></r></t>", ["1 | 2\n", "3 | 4\n"]),
        (
            "<n><title>Head</title><by>Ann</by><body>One two three four.</body></n>",
            ["Head\n\n", "by: Ann\n", "One two three four.\n\n"],
        ),
        ("<n><body>" + "long " * 50 + "\n \nnext</body></n>", ["long " * 49 + "long\n\n", "next\n\n"]),
    ],
)
def test_shapes(tmp_path: Path, read, xml: str, texts: list[str]) -> None:
    assert read(XML(), write(tmp_path, xml)).texts == texts


def test_the_encoding_that_it_names(tmp_path: Path, read) -> None:
    xml = "<?xml version='1.0' encoding='windows-1251'?><a><p>привет</p></a>"
    for encoding in ("cp1251", "utf-16"):
        assert read(XML(), write(tmp_path, xml.encode(encoding))).texts == ["привет\n\n"]


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<a><b>one</a>", "it is no XML: mismatched tag"),
        ("<a>" * 201 + "x" + "</a>" * 201, "it is nested too deeply"),
        ("just words", "it is no XML: syntax error"),
    ],
)
def test_what_is_broken_is_read_as_it_stands(tmp_path: Path, read, xml: str, said: str) -> None:
    found = read(XML(), write(tmp_path, xml))
    assert found.text == xml
    assert found.warnings[0].startswith(f"read as plain text, tags and all: {said}")


def test_entities_are_not_expanded_and_nothing_is_fetched(tmp_path: Path, read) -> None:
    (tmp_path / "secret").write_text("secret words")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}<!ENTITY f SYSTEM "{tmp_path / "secret"}">]>'
    assert read(XML(), write(tmp_path, head + "<a><p>&l9; &f; end</p></a>")).texts == ["&l9; &f; end\n\n"]
    in_attribute = read(XML(), write(tmp_path, head + "<a><p b='&l9;'/></a>"))
    assert len(in_attribute.text) < 2_000
    assert "amplification" in in_attribute.warnings[0]


def test_it_is_read_in_a_stream(tmp_path: Path) -> None:
    record = "<r><name>Ann</name><city>Bonn</city></r>\n"
    file = write(tmp_path, "<all>" + record * 5_000 + "</all>")
    tracemalloc.start()
    count = sum(1 for _ in XML().parse(file, Aids(Bounds(), RapidOCR)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 4_000_000


WORDS = st.sampled_from(["", "w1", "x2 ", " y3\n"])
TREES = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(["a", "p", "title", "code"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TREES)
def test_no_word_is_lost(tmp_path: Path, read, tree: str) -> None:
    found = read(XML(), write(tmp_path, f"<root>{tree}</root>"))
    for word in ("w1", "x2", "y3"):
        assert found.text.count(word) == tree.count(word)
