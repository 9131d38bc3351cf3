"""Small files that ask for much: each goes through a real worker, and costs at most what its limits allow."""

import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.loader import Loader, walk
from ingest.settings import IngestSettings, Limits
from ingest.types import Parsed

MEGABYTE = 1_000_000
SPACES = b" " * MEGABYTE
LIMITS = Limits(seconds=10, seconds_per_page=5)


@pytest.fixture(autouse=True)
def _no_worker_is_left(workers: Callable[[], set[int]]) -> Iterator[None]:
    before = workers()  # of fixtures that several files of tests share
    yield
    assert workers() == before


def outcome(file: Path, limits: Limits = LIMITS) -> tuple[str, Parsed | None, str]:
    """The text, what was said of it, and the error; it took no more than its time."""
    began = time.monotonic()
    try:
        with Loader(IngestSettings(limits=limits)) as loader:
            for parsing in loader.parse(walk([file], root=file.parent, home=None).sources):
                text = "".join(segment.text for segment in parsing.segments())
                return text, parsing.result, ""
    except IngestError as error:
        return "", None, f"{type(error).__name__}: {error.message}"
    finally:
        assert time.monotonic() - began < 30
    raise AssertionError


def pdf(*objects: str | tuple[str, bytes], root: int = 1, extra: str = "") -> bytes:
    """A PDF of these objects, numbered from 1, each a dictionary, or one with its stream; its table is right."""
    data = b"%PDF-1.7\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        said, stream = one if isinstance(one, tuple) else (one, None)
        body = said.encode()
        if stream is not None:
            body = body.replace(b"<<", f"<< /Length {len(stream)} ".encode(), 1)
            body += b"\nstream\n" + stream + b"\nendstream"
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(data)
    data += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    data += f"trailer << /Size {len(places) + 1} /Root {root} 0 R {extra} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return data


CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
RESOURCES = "/Resources << /Font << /F 3 0 R >> {more} >>"
PAGE = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents {{contents}} 0 R {RESOURCES} >>"
HELLO = ("<< >>", b"BT /F 24 Tf 40 200 Td (The beacon of the harbour was lit) Tj ET")


def page(contents: int, more: str = "") -> str:
    return PAGE.format(contents=contents, more=more)


def tree_that_holds_itself() -> bytes:
    tree = "<< /Type /Pages /Kids [2 0 R 4 0 R 2 0 R] /Count 3 >>"
    return pdf(CATALOG, tree, FONT, page(5), HELLO)


def tree_of_a_million_pages() -> bytes:
    """Six levels, of which each names the next ten times: a thousand bytes."""
    nodes = [f"<< /Type /Pages /Count {10 ** (6 - level)} /Kids [{f'{level + 5} 0 R ' * 10}] >>" for level in range(6)]
    return pdf(CATALOG, nodes[0].replace("5 0 R", "6 0 R"), FONT, HELLO, "<< >>", *nodes[1:], page(4))


def pages_that_are_claimed() -> bytes:
    tree = "<< /Type /Pages /Kids [4 0 R] /Count 1000000 >>"
    return pdf(CATALOG, tree, FONT, page(5), HELLO)


def form_that_draws_itself() -> bytes:
    form = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 300 300] /Resources << /XObject << /X 6 0 R >> >> >>",
        b"/X Do /X Do",
    )
    draws = ("<< >>", HELLO[1] + b" /X Do")
    return pdf(
        CATALOG, "<< /Type /Pages /Kids [4 0 R] /Count 1 >>", FONT, page(5, "/XObject << /X 6 0 R >>"), draws, form
    )


def forms_that_multiply() -> bytes:
    """The second of two pages draws ten forms, each of which draws ten, and so on: ten billion."""
    levels = 10
    forms: list[tuple[str, bytes]] = []
    for level in range(levels):
        inner = f"/Resources << /XObject << /X {8 + level + 1} 0 R >> /Font << /F 3 0 R >> >>"
        drawn = b"/X Do " * 10 if level + 1 < levels else HELLO[1]
        forms.append((f"<< /Type /XObject /Subtype /Form /BBox [0 0 300 300] {inner} >>", drawn))
    second = page(7, "/XObject << /X 8 0 R >>")
    tree = "<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>"
    return pdf(CATALOG, tree, FONT, page(5), HELLO, second, ("<< >>", b"/X Do"), *forms)


class Repeating:
    """Packs the same megabyte again and again, as `zlib.compressobj` does, in no time."""

    def __init__(self, bits: int) -> None:
        self._packer = zlib.compressobj(9, wbits=bits)
        self._packed: list[bytes] = []

    def compress(self, data: bytes) -> bytes:
        assert data is SPACES
        if len(self._packed) < 2:  # a stream's header is before the first
            self._packed.append(self._packer.compress(data) + self._packer.flush(zlib.Z_FULL_FLUSH))
        return self._packed[-1]

    def flush(self) -> bytes:
        return self._packer.flush()


def stream_that_unpacks_to_a_gigabyte() -> bytes:
    packer, check = Repeating(zlib.MAX_WBITS), 1
    for _ in range(1_000):
        check = zlib.adler32(SPACES, check)
    data = b"".join(packer.compress(SPACES) for _ in range(1_000)) + packer.flush()[:-4] + struct.pack(">I", check)
    packed = ("<< /Filter /FlateDecode >>", data)
    tree = "<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>"
    return pdf(CATALOG, tree, FONT, page(5), HELLO, page(7), packed)


def table_that_comes_after_itself() -> bytes:
    good = pdf(CATALOG, "<< /Type /Pages /Kids [4 0 R] /Count 1 >>", FONT, page(5), HELLO)
    start = good.rindex(b"xref\n0")
    return good.replace(b"/Root 1 0 R", f"/Root 1 0 R /Prev {start}".encode())


def outline_that_holds_itself() -> bytes:
    catalog = "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
    outlines = "<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>"
    item = "<< /Title (Again) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Last 7 0 R /Dest [4 0 R /Fit] >>"
    tree = "<< /Type /Pages /Kids [4 0 R] /Count 1 >>"
    return pdf(catalog, tree, FONT, page(5), HELLO, outlines, item)


def page_as_large_as_a_field() -> bytes:
    huge = page(5).replace("300 300", "1000000 1000000")
    return pdf(CATALOG, "<< /Type /Pages /Kids [4 0 R] /Count 1 >>", FONT, huge, HELLO)


READ = "The beacon of the harbour was lit"


@pytest.mark.parametrize(
    "make",
    [
        tree_that_holds_itself,
        table_that_comes_after_itself,
        outline_that_holds_itself,
        page_as_large_as_a_field,
    ],
)
def test_a_pdf_with_loops_is_read(tmp_path: Path, make: Callable[[], bytes]) -> None:
    (tmp_path / "a.pdf").write_bytes(make())
    text, said, error = outcome(tmp_path / "a.pdf")
    assert READ in " ".join(text.split()), error
    assert said is not None
    assert said.pages[0].state in ("text", "ocr")


def test_a_form_that_draws_itself(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(form_that_draws_itself())
    text, _, error = outcome(tmp_path / "a.pdf")
    assert READ in " ".join(text.split()) or error.startswith("LimitError: ")


@pytest.mark.parametrize("make", [tree_of_a_million_pages, pages_that_are_claimed])
def test_a_pdf_of_a_million_pages(tmp_path: Path, make: Callable[[], bytes]) -> None:
    (tmp_path / "a.pdf").write_bytes(make())
    assert (tmp_path / "a.pdf").stat().st_size < 3_000
    text, _, error = outcome(tmp_path / "a.pdf")
    assert READ in " ".join(text.split()) or error == "LimitError: it has 1000000 pages, over the limit of 10000"


def test_a_page_that_takes_for_ever_costs_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(forms_that_multiply())
    text, said, error = outcome(tmp_path / "a.pdf")
    assert READ in " ".join(text.split()), error
    assert said is not None
    assert [page.state for page in said.pages] in (["text", "failed"], ["text", "empty"])


def test_a_stream_that_unpacks_to_a_gigabyte(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(stream_that_unpacks_to_a_gigabyte())
    assert (tmp_path / "a.pdf").stat().st_size < 1_100_000
    text, said, error = outcome(tmp_path / "a.pdf")
    assert READ in " ".join(text.split()), error
    assert said is not None
    assert said.pages[0].state == "text"


def png(width: int, height: int, *, rows: int) -> bytes:
    """A grey picture of one bit a pixel, of which only some rows are there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = zlib.compress(b"\0" * ((width // 8 + 1) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_picture_of_fifty_thousand_by_fifty_thousand(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(50_000, 50_000, rows=50_000))
    assert (tmp_path / "a.png").stat().st_size < MEGABYTE
    _, _, error = outcome(tmp_path / "a.png")
    assert error.startswith("LimitError: the picture has 50000 × 50000 pixels, over the limit of 200000000")


def test_a_picture_just_below_the_limit_keeps_within_the_memory(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(14_000, 14_000, rows=14_000))
    _, _, error = outcome(tmp_path / "a.png", Limits(memory_mb=1000))
    assert error.startswith("EmptyError: ")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("deep.json", b"[" * 500_000 + b"]" * 500_000),
        ("deeper.json", b'{"a":' * 200_000 + b"1" + b"}" * 200_000),
        ("number.json", b'{"a": ' + b"9" * 2_000_000 + b"}"),
        ("wide.csv", b"a," * 300_000 + b"\n" + b"1," * 300_000),
        ("quote.csv", b'a,b\n1,"' + b"x\n" * 200_000),
        ("line.txt", b"x" * 20 * MEGABYTE),
        ("tags.md", b"[" * 100_000 + b"](x)" * 1000 + b"`" * 100_000 + b"> " * 50_000),
    ],
)
def test_texts_that_ask_for_much(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    text, _, error = outcome(tmp_path / name)
    assert text.strip() or error
    assert "died" not in error


def write_bomb(file: Path, inner: dict[str, str], bomb: str) -> None:
    """A zip whose members are there, and one that unpacks to 600 MB."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in inner.items():
            archive.writestr(name, text)
        with archive.open(bomb, "w", force_zip64=True) as member:
            member._compressor = Repeating(-zlib.MAX_WBITS)  # type: ignore[attr-defined]  # else each takes ten seconds
            for _ in range(600):
                member.write(SPACES)


TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


@pytest.mark.parametrize(
    ("name", "inner", "bomb"),
    [
        ("a.xlsx", {"[Content_Types].xml": TYPES}, "xl/sharedStrings.xml"),
        ("a.docx", {"[Content_Types].xml": TYPES}, "word/document.xml"),
        ("a.pptx", {"[Content_Types].xml": TYPES}, "ppt/slides/slide1.xml"),
        ("a.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "content.xml"),
        ("a.odt", {"mimetype": "application/vnd.oasis.opendocument.text"}, "content.xml"),
        ("a.epub", {"mimetype": "application/epub+zip"}, "OEBPS/a.xhtml"),
    ],
)
def test_a_zip_bomb(tmp_path: Path, name: str, inner: dict[str, str], bomb: str) -> None:
    write_bomb(tmp_path / name, inner, bomb)
    assert (tmp_path / name).stat().st_size < MEGABYTE
    _, _, error = outcome(tmp_path / name)
    assert error.startswith("LimitError: ")
    assert "unpack" in error
