"""Rendering in a worker: pages and pictures as displayed, with boxes highlighted where they stand."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ingest.errors import IngestError, LimitError, PasswordError, UnreadableError, UnsupportedError
from ingest.loader import Loader
from ingest.rendering import Pictured
from ingest.settings import IngestSettings, Limits
from ingest.types import Box

WHITE = (255, 255, 255)


def render(file: Path, *boxes: Box, page: int = 1, passwords: tuple[str, ...] = (), **limits: float) -> Image.Image:
    settings = IngestSettings(limits=Limits(**limits))  # type: ignore[arg-type]
    with Loader(settings, passwords=passwords) as loader:
        return Image.open(BytesIO(loader.render(str(file), page=page, boxes=boxes)))


def is_yellow(pixel: tuple[int, ...]) -> bool:
    return pixel[0] > 240 and pixel[1] > 220 and pixel[2] < 150


def write_pdf(
    file: Path, *, width: int = 200, height: int = 100, rotate: int = 0, password: str = "", pages: int = 1
) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=width, height=height).rotate(rotate)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(file)


def test_a_box_of_a_picture(tmp_path: Path) -> None:
    picture = Image.new("RGB", (300, 200), "white")
    picture.paste("black", (20, 20, 40, 40))
    picture.save(tmp_path / "a.png")
    shown = render(tmp_path / "a.png", Box(1, 10, 10, 100, 50), Box(2, 200, 100, 300, 200))
    assert shown.size == (300, 200)
    assert is_yellow(shown.getpixel((60, 30)))
    assert shown.getpixel((30, 30)) == (0, 0, 0)  # what is written there stays
    assert shown.getpixel((150, 100)) == shown.getpixel((250, 150)) == WHITE  # the other is of another page


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_shown_upright(tmp_path: Path, orientation: int) -> None:
    picture = Image.new("RGB", (300, 200), "white")
    exif = picture.getexif()
    exif[0x0112] = orientation
    picture.save(tmp_path / "a.jpg", exif=exif)
    shown = render(tmp_path / "a.jpg", Box(1, 10, 150, 60, 190))
    assert shown.size == ((300, 200) if orientation < 5 else (200, 300))
    assert is_yellow(shown.getpixel((30, 170)))


def test_a_large_picture_is_scaled_with_its_boxes(tmp_path: Path) -> None:
    Image.new("L", (8000, 2000), "white").save(tmp_path / "a.png")
    shown = render(tmp_path / "a.png", Box(1, 4000, 1000, 8000, 2000))
    assert shown.size == (4000, 1000)
    assert is_yellow(shown.getpixel((2100, 600)))
    assert shown.getpixel((1900, 600)) == WHITE


def test_a_picture_of_several(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (50, 50), "white"), Image.new("RGB", (60, 60), "white")
    first.save(tmp_path / "a.tiff", save_all=True, append_images=[second])
    assert render(tmp_path / "a.tiff", page=2).size == (60, 60)
    with pytest.raises(UnreadableError, match="it has no picture 3"):
        render(tmp_path / "a.tiff", page=3)


@pytest.mark.parametrize(("rotate", "size"), [(0, (417, 208)), (90, (208, 417))])
def test_a_page_of_a_pdf(tmp_path: Path, rotate: int, size: tuple[int, int]) -> None:
    write_pdf(tmp_path / "a.pdf", rotate=rotate, pages=2)
    shown = render(tmp_path / "a.pdf", Box(2, 10, 20, 60, 60), page=2)
    assert abs(shown.width - size[0]) <= 1
    assert abs(shown.height - size[1]) <= 1
    scale = 150 / 72
    assert is_yellow(shown.getpixel((round(35 * scale), round(40 * scale))))
    assert shown.getpixel((round(80 * scale), round(80 * scale))) == WHITE


def test_an_encrypted_pdf(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", password="secret")
    assert render(tmp_path / "a.pdf", passwords=("wrong", "secret")).width > 400
    with pytest.raises(PasswordError, match="is encrypted"):
        render(tmp_path / "a.pdf")
    with pytest.raises(PasswordError):
        render(tmp_path / "a.pdf")


@pytest.mark.parametrize(
    ("name", "data", "kind", "message"),
    [
        ("a.pdf", b"%PDF-1.7 cut", UnreadableError, "it is no PDF that can be read"),
        ("a.png", b"no picture", UnreadableError, "it is no picture that can be read"),
        ("a.txt", b"text", UnsupportedError, "only pages of PDFs and pictures can be rendered"),
    ],
)
def test_what_cannot_be_shown(tmp_path: Path, name: str, data: bytes, kind: type[IngestError], message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(kind, match=message):
        render(tmp_path / name)


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf")
    with pytest.raises(UnreadableError, match="it has 1 pages, no page 7"):
        render(tmp_path / "a.pdf", page=7)


def test_limits(tmp_path: Path) -> None:
    Image.new("1", (4000, 4000)).save(tmp_path / "a.png")
    with pytest.raises(LimitError, match="4000 × 4000 pixels, over the limit of 1000000"):
        render(tmp_path / "a.png", pixels=1_000_000)
    with pytest.raises(LimitError, match=r"took more than 0\.001 seconds"):
        render(tmp_path / "a.png", seconds_per_page=0.001)


def overview(file: Path, *pages: int, passwords: tuple[str, ...] = (), **limits: float) -> list[Pictured]:
    settings = IngestSettings(limits=Limits(**limits))  # type: ignore[arg-type]
    with Loader(settings, passwords=passwords) as loader:
        return list(loader.overview(str(file), pages=pages))


def test_an_overview_of_pages(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", width=200, height=100, rotate=90, pages=3, password="secret")
    first, third, ninth = overview(tmp_path / "a.pdf", 1, 3, 9, passwords=("secret",))
    for number, shown in ((1, first), (3, third)):
        assert (shown.page, shown.error) == (number, "")
        assert (shown.width, shown.height) == (pytest.approx(100, abs=1), pytest.approx(200, abs=1))
        assert Image.open(BytesIO(shown.webp)).size == (153, 306)
    assert (ninth.page, ninth.webp, ninth.error) == (9, b"", "it has 3 pages, no page 9")


def test_an_overview_of_a_large_picture_is_small(tmp_path: Path) -> None:
    Image.new("L", (8000, 2000), "white").save(tmp_path / "a.png")
    (shown,) = overview(tmp_path / "a.png", 1)
    assert (shown.width, shown.height) == (8000, 2000)
    assert Image.open(BytesIO(shown.webp)).size == (1600, 400)


def test_an_overview_keeps_to_the_limits(tmp_path: Path) -> None:
    Image.new("1", (4000, 4000)).save(tmp_path / "a.png")
    (shown,) = overview(tmp_path / "a.png", 1, pixels=1_000_000)
    assert "over the limit of 1000000" in shown.error
    with pytest.raises(LimitError, match=r"took more than 0\.001 seconds"):
        overview(tmp_path / "a.png", 1, seconds_per_page=0.001)
