"""Office Open XML packages (docx, pptx): their parts, and a copy in which a macro file is an ordinary one."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from ingest.errors import UnreadableError

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TYPES = "[Content_Types].xml"
_VARIANTS = {
    b"application/vnd.ms-word.document.macroEnabled.main+xml": b"wordprocessingml.document",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml": b"wordprocessingml.document",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": b"wordprocessingml.document",
    b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": b"presentationml.presentation",
    b"application/vnd.ms-powerpoint.template.macroEnabled.main+xml": b"presentationml.presentation",
    b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": b"presentationml.presentation",
    b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml": b"presentationml.presentation",
    b"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml": b"presentationml.presentation",
}
"""Templates, slide shows and macro files differ from ordinary ones in the content type of their main part alone."""


def without_macros(file: Path) -> bytes:
    """The package, named an ordinary document where it is a template or one with macros (which nothing here runs).

    Raises:
        UnreadableError: it is no such package, or a part of it declares entities.
    """
    data = file.read_bytes()
    with ZipFile(BytesIO(data)) as archive:
        if _TYPES not in archive.NameToInfo:
            raise UnreadableError(f"it is no Office file: it has no {_TYPES}")
        _refuse_entities(archive)
        types = archive.read(_TYPES)
        if not any(variant in types for variant in _VARIANTS):
            return data
        for variant, plain in _VARIANTS.items():
            types = types.replace(variant, b"application/vnd.openxmlformats-officedocument." + plain + b".main+xml")
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as copy:
            for name in archive.NameToInfo:
                copy.writestr(name, types if name == _TYPES else archive.read(name))
    return out.getvalue()


def _refuse_entities(archive: ZipFile) -> None:
    """The format forbids document type declarations; the libraries would leave the entities' text out."""
    for name in archive.NameToInfo:
        if name.endswith((".xml", ".rels")) and b"<!ENTITY" in archive.read(name):
            raise UnreadableError(f"its part {name!r} declares entities, which is refused")


def parts_of(part: Any, kind: str) -> Iterator[Any]:
    """The roots of the parts that `part` is related to as `kind` ("footnotes", "chart"), as trees."""
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
            yield parse(relation.target_part.blob)


def pictures_of(part: Any, root: Any) -> list[Any]:
    """The parts with the pictures that are shown within an element of a part, in its order; not what lies elsewhere."""
    names = dict.fromkeys(blip.get(f"{_R}embed") for blip in root.iter(f"{_A}blip"))
    return [part.rels[name].target_part for name in names if name in part.rels and not part.rels[name].is_external]


def parse(data: bytes) -> Any:
    """The root of a part; entities stay what they are, and nothing is fetched."""
    etree = importlib.import_module("lxml.etree")  # it comes with the extra, and has no types
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
