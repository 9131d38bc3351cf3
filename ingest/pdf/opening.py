"""Opening a PDF, with a password where it needs one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import PasswordError, UnreadableError
from ingest.pdf.salvage import salvaged

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfiumError

_LOOKED_AT = 100
_NO_ERROR = 0
_WRONG_PASSWORD = 4
"""PDFium's FPDF_ERR_SUCCESS and FPDF_ERR_PASSWORD."""


def open_document(file: Path, passwords: Iterable[str]) -> tuple[PdfDocument, str | None]:
    """The document, and the password (user's or owner's, as PDFium took it) that opened it, None where none is needed.

    Raises:
        PasswordError: it is encrypted, and no given password opens it.
        UnreadableError: it is no PDF, or too broken.
    """
    import pypdfium2

    with file.open("rb"):
        pass  # PDFium does not say why a file cannot be opened
    given = tuple(passwords)
    for password in (None, *_spellings(given)):
        try:
            document = pypdfium2.PdfDocument(file, password=password)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _WRONG_PASSWORD:
                continue
            document = _salvaged(file, error)
        document.init_forms()  # before any page is loaded; without it fields have no values and are not drawn
        return document, password
    if given:
        raise PasswordError("the PDF is encrypted, and no given password opens it")
    raise PasswordError("the PDF is encrypted", hint="give its password with --password")


def _salvaged(file: Path, error: PdfiumError) -> PdfDocument:
    """What is left of a file whose end is missing."""
    import pypdfium2

    data = salvaged(file)
    if data is not None:
        with suppress(pypdfium2.PdfiumError):
            document = pypdfium2.PdfDocument(data)
            if _shows_something(document):
                return document
    if getattr(error, "err_code", None) == _NO_ERROR:
        raise UnreadableError("it is a PDF without pages, or they cannot be found") from error
    raise UnreadableError(f"it is no PDF that can be read: {error}") from error


def _shows_something(document: PdfDocument) -> bool:
    """Whether one of the first pages that can be loaded is not blank; what was encrypted is."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    for number in range(min(len(document), _LOOKED_AT)):
        with suppress(pypdfium2.PdfiumError), closing(document[number]) as page:
            if pdfium.FPDFPage_CountObjects(page) > 0:
                return True
    return False


def _spellings(passwords: Iterable[str]) -> Iterator[str]:
    """Each password as given, and as other writers may have spelled it before they encrypted.

    PDFium takes UTF-8 and makes Latin-1 of it where the encryption is older than AES-256. AES-256 wants SASLprep
    (RFC 4013), which composes characters (NFKC); older writers use PDFDocEncoding, Windows' code page, or raw bytes.
    """
    for password in passwords:
        spellings = dict.fromkeys((password,))
        if not password.isascii():
            spellings |= dict.fromkeys(map(_normal, (password,) * 3, ("NFKC", "NFC", "NFD")))
            spellings |= dict.fromkeys(_as_latin_1(password))
        yield from (spelling for spelling in spellings if _is_text(spelling))


def _normal(password: str, form: str) -> str:
    return unicodedata.normalize(form, password)  # type: ignore[arg-type]  # one of its four forms


def _as_latin_1(password: str) -> Iterator[str]:
    """The bytes that the password is in other encodings, each byte as the character that Latin-1 has for it."""
    from pypdf.generic import encode_pdfdocencoding

    encoders: tuple[Callable[[str], bytes], ...] = (
        encode_pdfdocencoding,
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-8", "surrogateescape"),
    )
    for encode in encoders:
        with suppress(UnicodeEncodeError):  # it may hold characters that an encoding has not
            yield encode(password).decode("latin-1")


def _is_text(spelling: str) -> bool:
    """Whether it can be handed to PDFium: no lone surrogates (a command line in another encoding has such)."""
    return not any("\ud800" <= char <= "\udfff" for char in spelling)
