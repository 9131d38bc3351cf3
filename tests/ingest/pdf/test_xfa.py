"""Forms in XFA: their texts and values are read, with a warning."""

from pathlib import Path

import pypdf
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from ingest.pdf.opening import open_document
from ingest.pdf.xfa import xfa_form
from ingest.types import Block, Info, ParseEvent

TEMPLATE = """<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform name="form1">
<draw><value><text>Application for a permit</text></value></draw>
<field name="Town"><caption><value><text>Town of birth</text></value></caption></field>
<draw><value><exData contentType="text/html"><body xmlns="http://www.w3.org/1999/xhtml"><p>Sign <b>below</b>.</p></body>
</exData></value></draw></subform></template>"""
DATASETS = """<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1><Town>Ulm</Town>
<Empty/><Name>Ada</Name></form1></xfa:data></xfa:datasets>"""


def events(source: Path, target: Path, *, template: str = TEMPLATE, shell: bool = True) -> list[ParseEvent]:
    writer = pypdf.PdfWriter(source)
    parts = ArrayObject()
    for name, text in (("template", template), ("datasets", DATASETS)):
        stream = DecodedStreamObject()
        stream.set_data(text.encode())
        parts.extend((TextStringObject(name), writer._add_object(stream)))
    form = DictionaryObject({NameObject("/Fields"): ArrayObject(), NameObject("/XFA"): parts})
    writer.root_object[NameObject("/AcroForm")] = form
    if shell:
        writer.root_object[NameObject("/NeedsRendering")] = BooleanObject(True)
    writer.write(target)
    document, _ = open_document(target, ())
    found = list(xfa_form(document, most_mb=10))
    document.close()
    return found


def test_texts_and_values(set_pdf, tmp_path: Path) -> None:
    warning, *blocks = events(set_pdf([[(72, 100, "Please wait...")]]), tmp_path / "b.pdf")
    assert isinstance(warning, Info)
    assert "XFA" in warning.warnings[0]
    texts = [block.text for block in blocks if isinstance(block, Block)]
    assert texts == ["Application for a permit\n", "Sign below .\n", "Town of birth: Ulm\n", "Name: Ada\n"]


def test_a_form_that_its_pages_show_is_not_read_twice(set_pdf, tmp_path: Path) -> None:
    assert events(set_pdf([[(72, 100, "Application for a permit")]]), tmp_path / "b.pdf", shell=False) == []


def test_a_page_that_asks_to_wait_shows_nothing(set_pdf, tmp_path: Path) -> None:
    found = events(set_pdf([[(72, 100, "Please wait... If this message")]]), tmp_path / "b.pdf", shell=False)
    assert len(found) == 5


def test_broken_xml_is_a_warning(set_pdf, tmp_path: Path) -> None:
    found = events(set_pdf([[(72, 100, "Please wait...")]]), tmp_path / "b.pdf", template="<template>")
    assert all(isinstance(event, Info) for event in found)
    assert len(found) == 2


def test_a_document_without_a_form(set_pdf) -> None:
    document, _ = open_document(set_pdf([[(72, 100, "Please wait for the train.")]]), ())
    assert list(xfa_form(document, most_mb=10)) == []
    document.close()
