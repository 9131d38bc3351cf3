"""Form fields: their labels and values, by PDFium's form fill module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.pdf.pdfium_strings import read_string
from ingest.pdf.positions import Corners, corners_of

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_PASSWORD = 1 << 13
"""The flag of a text field whose value is shown as dots."""
_NO_NAME = re.compile(
    r"(?:untitled|undefined|text|check ?box|radio|button|combo|list|choice|drop ?down|date|field|group|input|box"
    r"|[a-z]{1,2})[\s_.\-]*(?:box|field|button|group|list)?[\s_.\-]*\d*",
    re.IGNORECASE,
)
"""Names that programs give: "Text12", "Check Box3", "f1_02"."""
_INDEX = re.compile(r"\[\d+\]$")
_NO_EXPORT = re.compile(r"(?:yes|on|true|checked|ja|oui|\d+|choice ?\d+)?", re.IGNORECASE)
"""What a box that is checked says when its author said nothing."""
_CHECKED = "checked"
_BESIDE = 260.0
_ABOVE = 14.0
"""Points left and right of a field, and above it, in which its label is looked for."""
_LONGEST_LABEL = 200


class Fields:
    """The fields on one page of a document whose form is initialised (`init_forms`); to be closed before the page."""

    def __init__(self, page: PdfPage) -> None:
        self._page = page
        self._form = page.formenv
        self._seen: set[str] = set()
        self._textpage: PdfTextPage | None = None

    def close(self) -> None:
        """Gives back what was loaded."""
        if self._textpage is not None:
            self._textpage.close()

    def text(self, widget: Any) -> str:
        """A field's "label: value"; "" where it is empty, hidden, or was on this page with the same value."""
        value = self._value(widget)
        text = f"{self._label(widget)}: {value}".removeprefix(": ") if value else ""
        if text in self._seen:
            return ""
        self._seen.add(text)
        return text

    def _value(self, widget: Any) -> str:
        import pypdfium2.raw as pdfium

        if not self._form:
            return _of_dictionary(widget)
        kind = pdfium.FPDFAnnot_GetFormFieldType(self._form, widget)
        if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
            return self._checked(widget)
        if kind in (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX):
            return ", ".join(self._chosen(widget)) or self._string(pdfium.FPDFAnnot_GetFormFieldValue, widget)
        if kind == pdfium.FPDF_FORMFIELD_TEXTFIELD:
            hidden = pdfium.FPDFAnnot_GetFormFieldFlags(self._form, widget) & _PASSWORD
            return "" if hidden else self._string(pdfium.FPDFAnnot_GetFormFieldValue, widget)
        return ""

    def _checked(self, widget: Any) -> str:
        """What a checked box stands for."""
        import pypdfium2.raw as pdfium

        if not pdfium.FPDFAnnot_IsChecked(self._form, widget):
            return ""
        value = self._string(pdfium.FPDFAnnot_GetFormFieldExportValue, widget)
        if _NO_EXPORT.fullmatch(value) is None:
            return value
        is_one_of_many = pdfium.FPDFAnnot_GetFormControlCount(self._form, widget) > 1
        return (is_one_of_many and self._beside(corners_of(widget), "right")) or _CHECKED

    def _chosen(self, widget: Any) -> Iterator[str]:
        """The labels of the options that are chosen."""
        import pypdfium2.raw as pdfium

        for index in range(max(0, pdfium.FPDFAnnot_GetOptionCount(self._form, widget))):
            if pdfium.FPDFAnnot_IsOptionSelected(self._form, widget, index):
                label = self._string(pdfium.FPDFAnnot_GetOptionLabel, widget, index)
                if label:
                    yield label

    def _label(self, widget: Any) -> str:
        """The field's label: what the form says of it, else its name, else the text beside it."""
        import pypdfium2.raw as pdfium

        if self._form:
            said = self._string(pdfium.FPDFAnnot_GetFormFieldAlternateName, widget)
            name = self._string(pdfium.FPDFAnnot_GetFormFieldName, widget)
            kind = pdfium.FPDFAnnot_GetFormFieldType(self._form, widget)
            is_button = kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
        else:
            said, name, is_button = (*(_entry(widget, key) for key in (b"TU", b"T")), False)
        name = _INDEX.sub("", name.rpartition(".")[2]).replace("_", " ")
        if not said and _NO_NAME.fullmatch(name):
            sides = ("right", "left") if is_button else ("left", "above")
            said = next(filter(None, (self._beside(corners_of(widget), side) for side in sides)), "")
        return " ".join((said or name).split())[:_LONGEST_LABEL].rstrip(" :.")

    def _beside(self, corners: Corners, side: str) -> str:
        """The page's text on one side of a field; "" on a rotated page, where sides are others."""
        if self._page.get_rotation():
            return ""
        left, bottom, right, top = corners
        area = {
            "left": (left - _BESIDE, bottom, left, top),
            "right": (right, bottom, right + _BESIDE, top),
            "above": (left, top, max(right, left + _BESIDE / 2), top + _ABOVE),
        }[side]
        self._textpage = self._textpage or self._page.get_textpage()
        found = re.split(r"\s{3,}|\r?\n", self._textpage.get_text_bounded(*area).strip())
        return str(found[-1] if side == "left" else found[0]).strip()

    def _string(self, function: Any, *arguments: Any) -> str:
        return read_string(function, self._form, *arguments)


def _of_dictionary(widget: Any) -> str:
    """The value that a widget holds which belongs to no form: the text of a text or choice field."""
    return _entry(widget, b"V") if _entry(widget, b"FT") in ("Tx", "Ch") else ""


def _entry(widget: Any, key: bytes) -> str:
    import pypdfium2.raw as pdfium

    return read_string(pdfium.FPDFAnnot_GetStringValue, widget, key)
