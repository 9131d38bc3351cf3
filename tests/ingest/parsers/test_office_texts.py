"""EPUB, OpenDocument and RTF, which need no extra: real files, made here."""

import contextlib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import IngestError, PasswordError, UnreadableError
from ingest.ocr.rapidocr import RapidOCR
from ingest.parsers import Aids, Bounds
from ingest.parsers._rtf import Reader
from ingest.parsers.office import Office
from ingest.types import Block, Info, ParseEvent

CONTAINER = """<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A Book</dc:title></metadata><manifest>
<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="two" href="ch%202.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/ch1.xhtml" media-type="application/xhtml+xml"/>
<item id="notes" href="notes.xhtml" media-type="application/xhtml+xml"/>
<item id="style" href="a.css" media-type="text/css"/></manifest>
<spine><itemref idref="one"/><itemref idref="two"/></spine></package>"""
CHAPTER = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd"
 [<!ENTITY lol "haha">]>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>File</title></head><body>{}</body></html>"""
ONE = """<h1>One</h1><p>It&nbsp;began &lol;.</p><h2>Part</h2><figure><p>Drawn.</p><figcaption>Fig. 1</figcaption>
</figure><table><tr><th>City</th><th>Q1</th><th>Q2</th></tr>
<tr><td rowspan="2">Bern</td><td>1</td><td>2</td></tr><tr><td>3</td>
<td>4</td></tr></table>"""
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in [
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
    ]
)
ODT = """<office:document-content {} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:body><office:text>
<text:tracked-changes><text:changed-region><text:p>deleted</text:p></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">Intro</text:h>
<text:p>Some  <text:span>bold</text:span><text:s text:c="2"/>text<text:note><text:note-citation>1</text:note-citation>
<text:note-body><text:p>The note.</text:p></text:note-body></text:note> goes on.<draw:frame><draw:text-box>
<text:p>In the box.</text:p></draw:text-box></draw:frame></text:p>
<text:list><text:list-item><text:p>One</text:p><text:list><text:list-item><text:p>Deep</text:p></text:list-item>
</text:list></text:list-item></text:list><text:section><text:h text:outline-level="2">Table</text:h></text:section>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>City</text:p></table:table-cell>
<table:table-cell><text:p>Q1</text:p></table:table-cell><table:table-cell><text:p>Q2</text:p></table:table-cell>
</table:table-row></table:table-header-rows>
<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Bern</text:p></table:table-cell>
<table:table-cell><text:p>1</text:p></table:table-cell><table:table-cell><text:p>2</text:p></table:table-cell>
</table:table-row><table:table-row><table:covered-table-cell/><table:table-cell><text:p>3</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table>
<text:p>End<office:annotation><dc:creator>Ann</dc:creator><text:p>Really?</text:p></office:annotation></text:p>
</office:text></office:body></office:document-content>"""
STYLES = """<office:document-styles {}><office:master-styles><style:master-page><style:header><text:p>Head</text:p>
</style:header><style:footer><text:p>Foot</text:p></style:footer></style:master-page></office:master-styles>
</office:document-styles>"""
META = """<office:document-meta {} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>My text</dc:title>
</office:meta></office:document-meta>"""
RTF = r"""{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Times Cyr;}}
{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 Title of mine;}{\s2 heading 2;}}
{\info{\title My RTF}{\author Me}}{\*\generator Word}{\header\pard Head line\par}
\pard\s1 Intro\par
\pard Caf\'e9 \u8364?5, \f1\'cf\'f0\f0  text{\footnote\pard The note.\par} goes {\v hidden}{\field{\*\fldinst HYPERLINK}
{\fldrslt on}}.\u55357?\u56832?\par
{\listtext 1.\tab}\pard\ls1 First\par
{\listtext\'b7\tab}\pard\ls1 Tea\par
\pard\s2 Table\par
\trowd\trhdr\cellx1\cellx2\cellx3\pard\intbl City\cell Q1\cell Q2\cell\row
\trowd\clvmgf\cellx1\cellx2\cellx3\pard\intbl Bern\cell 1\cell 2\cell\row
\trowd\clvmrg\cellx1\cellx2\cellx3\pard\intbl \cell 3\cell {4 a\par b}\cell\row
\pard{\pict\pngblip 89504e47}{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt\pard In the box.\par}}{\shprslt old}}After.\par
Last\bin5 }}}}} one.\line Two lines\par}"""


def written(file: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file


def epub(file: Path, **more: str) -> Path:
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": PACKAGE,
        "OEBPS/text/ch1.xhtml": CHAPTER.format(ONE),
        "OEBPS/ch 2.xhtml": CHAPTER.format("<p>It went on.</p><h1>Two</h1><ul><li>Tea</li></ul>"),
        "OEBPS/notes.xhtml": CHAPTER.format("<p>1. A note.</p>"),
        "OEBPS/nav.xhtml": CHAPTER.format("<nav><a href='ch1.xhtml'>One</a></nav>"),
    }
    return written(file, members | {name.replace("__", "/"): text for name, text in more.items()})


def odt(file: Path, **members: str) -> Path:
    parts = {"content.xml": ODT, "styles.xml": STYLES, "meta.xml": META}
    return written(file, {name: text.format(NAMES) for name, text in parts.items()} | members)


def events(file: Path) -> list[ParseEvent]:
    return list(Office().parse(file, Aids(Bounds(), RapidOCR)))


def shown(file: Path) -> list[tuple[str, tuple[str, ...], str]]:
    return [(e.kind, e.place.headings, e.text.strip()) for e in events(file) if isinstance(e, Block)]


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    file = epub(tmp_path / "a.epub")
    assert shown(file) == [
        ("heading", ("One",), "One"),
        ("text", ("One",), "It began &lol;."),
        ("heading", ("One", "Part"), "Part"),
        ("text", ("One", "Part"), "Drawn."),
        ("text", ("One", "Part"), "Fig. 1"),
        ("table", ("One", "Part"), "City | Q1 | Q2"),
        ("row", ("One", "Part"), "Bern | 1 | 2"),
        ("row", ("One", "Part"), "Bern | 3 | 4"),
        ("text", ("One", "Part"), "It went on."),
        ("heading", ("Two",), "Two"),
        ("list", ("Two",), "- Tea"),
        ("text", (), "1. A note."),
    ]
    assert events(file)[0] == Info(title="A Book")
    assert {e.header for e in events(file) if isinstance(e, Block) and e.kind == "row"} == {"City | Q1 | Q2"}


def test_a_book_that_is_encrypted_or_lacks_a_chapter(tmp_path: Path) -> None:
    locked = """<encryption><e:EncryptedData xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:CipherData>
    <e:CipherReference URI="{}"/></e:CipherData></e:EncryptedData></encryption>"""
    with pytest.raises(PasswordError, match="DRM"):
        events(epub(tmp_path / "a.epub", **{"META-INF/encryption.xml": locked.format("OEBPS/ch%202.xhtml")}))
    fonts = epub(tmp_path / "b.epub", **{"META-INF/encryption.xml": locked.format("OEBPS/a.ttf")})
    assert len(shown(fonts)) == 12
    members = {"META-INF/container.xml": CONTAINER, "OEBPS/content.opf": PACKAGE, "OEBPS/notes.xhtml": "<p>Only.</p>"}
    found = events(written(tmp_path / "c.epub", members))
    assert found[0].warnings == tuple(
        f"the chapter {name!r} is missing" for name in ("OEBPS/text/ch1.xhtml", "OEBPS/ch 2.xhtml")
    )
    with pytest.raises(UnreadableError, match="no EPUB"):
        events(written(tmp_path / "d.epub", {"a.txt": "no book"}))


def test_an_open_document_text(tmp_path: Path) -> None:
    file = odt(tmp_path / "a.odt")
    assert shown(file) == [
        ("text", (), "Head"),
        ("heading", ("Intro",), "Intro"),
        ("text", ("Intro",), "Some bold  text[1] goes on."),
        ("text", ("Intro",), "[1] The note."),
        ("text", ("Intro",), "In the box."),
        ("list", ("Intro",), "One"),
        ("list", ("Intro",), "Deep"),
        ("heading", ("Intro", "Table"), "Table"),
        ("table", ("Intro", "Table"), "City | Q1 | Q2"),
        ("row", ("Intro", "Table"), "Bern | 1 | 2"),
        ("row", ("Intro", "Table"), "Bern | 3"),
        ("text", ("Intro", "Table"), "End"),
        ("text", ("Intro", "Table"), "[Comment by Ann] Really?"),
        ("text", (), "Foot"),
    ]
    assert events(file)[0] == Info(title="My text")
    assert {e.header for e in events(file) if isinstance(e, Block) and e.kind == "row"} == {"City | Q1 | Q2"}


def test_entities_in_an_open_document_are_refused(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE d [<!ENTITY l0 "lol">{laughs}]><d>&l8;</d>'
    with pytest.raises(UnreadableError, match=r"'content.xml' declares entities"):
        events(odt(tmp_path / "a.odt", **{"content.xml": bomb}))
    with pytest.raises(UnreadableError, match="nested too deeply"):
        events(odt(tmp_path / "b.odt", **{"content.xml": "<a>" * 3_000}))
    with pytest.raises(UnreadableError, match="no XML"):
        events(odt(tmp_path / "c.odt", **{"content.xml": "<a>"}))


def test_rtf(tmp_path: Path) -> None:
    file = tmp_path / "a.rtf"
    file.write_bytes(RTF.encode("ascii"))
    assert shown(file) == [
        ("heading", ("Intro",), "Intro"),
        ("text", ("Intro",), "Café €5, Пр text[1] goes on.😀"),
        ("text", ("Intro",), "[1] The note."),
        ("list", ("Intro",), "1. First"),
        ("list", ("Intro",), "Tea"),
        ("heading", ("Intro", "Table"), "Table"),
        ("table", ("Intro", "Table"), "City | Q1 | Q2"),
        ("row", ("Intro", "Table"), "Bern | 1 | 2"),
        ("row", ("Intro", "Table"), "Bern | 3 | 4 a b"),
        ("text", ("Intro", "Table"), "After."),
        ("text", ("Intro", "Table"), "In the box."),
        ("text", ("Intro", "Table"), "Last one.\nTwo lines"),
        ("text", (), "Head line"),
    ]
    assert events(file)[-1] == Info(title="My RTF", warnings=("a picture in it is not read",))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (r"{\rtf1\ansi\ansicpg932\'93\'fa\'96\'7b}", "日本"),  # two bytes a character
        (r"{\rtf1\ansi{\fonttbl{\f0\fcharset128 Gothic;}}\f0\'93\'fa\'96\'7b}", "日本"),
        (r"{\rtf1\uc2\u26085 ab\u26412\'93\'fa!}", "日本!"),  # what stands in for a character is left out
        (r"{\rtf1 a\~b\_c\-d\{e\}\\}", "a\xa0b\u2011cd{e}\\"),
        (r"{\rtf1 {\upr{plain}{\*\ud{\u26085?}}}{\*\unknown gone}kept}", "kept"),
        (r"{\rtf1 {\*\htmltag <b>}{\htmlrtf\b hidden\htmlrtf0}kept}", "kept"),
        (r"{\rtf1 {\object{\*\objdata 0011}{\result{shown}}}}", "shown"),
        ("{\\rtf1 a\\\nb}", "a\n\nb"),  # a backslash before a line's end ends the paragraph
    ],
)
def test_what_is_read_of_rtf(text: str, read: str) -> None:
    assert "".join(block.text for block in Reader(text).blocks()).strip() == read


def test_rtf_that_is_cut_off_or_none(tmp_path: Path) -> None:
    file = tmp_path / "a.rtf"
    file.write_text(r"{\rtf1 It ends he")
    assert events(file)[-1].warnings == ("its end is missing: text may be lost",)
    file.write_text("plain text")
    with pytest.raises(UnreadableError, match="no RTF"):
        events(file)
    file.write_text("{\\rtf1 " + "{" * 20_000)
    with pytest.raises(UnreadableError, match="nested too deeply"):
        events(file)
    file.write_text(r"{\rtf1 }")
    assert shown(file) == []


@given(st.text(alphabet="\\{}'abpar 019*-\nuvé", max_size=200))
def test_no_rtf_is_too_odd_to_be_read(text: str) -> None:
    for block in Reader("{\\rtf1 " + text).blocks():
        assert block.text.strip()


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1), max_size=5))
def test_rtf_gives_back_the_paragraphs_that_were_written(paragraphs: list[str]) -> None:
    def escaped(text: str) -> str:
        units = text.encode("utf-16-le")
        return "".join(
            f"\\u{int.from_bytes(units[at : at + 2], 'little', signed=True)}?" for at in range(0, len(units), 2)
        )

    text = "{\\rtf1\\ansi " + "".join(f"\\pard {escaped(paragraph)}\\par\n" for paragraph in paragraphs) + "}"
    assert [block.text for block in Reader(text).blocks()] == [f"{paragraph}\n\n" for paragraph in paragraphs]


@pytest.mark.parametrize("suffix", [".epub", ".odt", ".rtf"])
def test_a_file_cut_anywhere_is_read_or_refused(suffix: str, tmp_path: Path) -> None:
    whole = tmp_path / f"whole{suffix}"
    {".epub": epub, ".odt": odt}.get(suffix, lambda file: file.write_text(RTF))(whole)
    data = whole.read_bytes()
    file = tmp_path / f"a{suffix}"
    for size in range(0, len(data), len(data) // 40):
        file.write_bytes(data[:size])
        with contextlib.suppress(IngestError):
            events(file)
