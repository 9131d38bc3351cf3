"""Which pages name drawings, read off a file's bytes."""

import zlib

import pytest

from ingest.pdf.page_tree import UnsureError, pages_with_drawings

CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
WITH = "/Resources << /Font << >> /XObject << /Im1 9 0 R >> >>"
WITHOUT = "/Resources << /Font << >> /XObject << >> >>"


def made(objects: dict[int, str], *, after: bytes = b"") -> bytes:
    """A file of these objects, its table of their places left out."""
    body = "".join(f"{number} 0 obj\n{content}\nendobj\n" for number, content in objects.items())
    return b"%PDF-1.4\n" + body.encode() + after + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def tree(*pages: str, above: str = "") -> dict[int, str]:
    """A tree of pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + len(pages)))
    nodes = {number: f"<< /Type /Page /Parent 2 0 R {page} >>" for number, page in enumerate(pages, 3)}
    return {1: CATALOG, 2: f"<< /Type /Pages /Kids [ {kids} ] {above} >>", **nodes}


def packed(objects: dict[int, str]) -> bytes:
    """The objects in a pack."""
    places, inner = "", ""
    for number, content in objects.items():
        places += f"{number} {len(inner)} "
        inner += content + " "
    said = f"/Type /ObjStm /N {len(objects)} /First {len(places)} /Filter /FlateDecode"
    return (
        f"90 0 obj\n<< {said} >>\nstream\r\n".encode()
        + zlib.compress((places + inner).encode())
        + b"\nendstream\nendobj\n"
    )


def test_pages_with_drawings_of_their_own() -> None:
    assert pages_with_drawings(
        made(tree(WITHOUT, WITH, "/Resources 7 0 R") | {7: "<< /XObject 8 0 R >>", 8: "<< /A 9 0 R >>"}), 3
    ) == {2, 3}


def test_pages_have_what_stands_above_them_and_no_resources_of_their_own() -> None:
    assert pages_with_drawings(made(tree("", WITHOUT, above=WITH)), 2) == {1}


def test_objects_in_a_pack() -> None:
    objects = tree(WITHOUT, WITH)
    assert pages_with_drawings(made({1: objects.pop(1)}, after=packed(objects)), 2) == {2}


def test_of_two_objects_with_one_number_the_later_is_newer() -> None:
    newer = b"4 0 obj\n<< /Type /Page /Parent 2 0 R /Resources << >> >>\nendobj\n"
    assert pages_with_drawings(made(tree(WITH, WITH), after=newer), 2) == {1}


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (made(tree(WITH)), 2),
        (made(tree(WITH), after=b"<< /Encrypt 5 0 R >> " + packed({8: "<< >>"})), 1),
        (made(tree(WITH), after=b"8 0 obj\nstream\n%PDF-1.4 another file\nendstream\n"), 1),
        (made({1: CATALOG, 2: "<< /Kids [2 0 R 2 0 R] >>"}), 1),
        (made({1: CATALOG, 2: "<< /Kids 7 0 R >>", 7: "[3 0 R]", 3: WITH}), 1),
        (made(tree("/Resources 44 0 R")), 1),
        (made({1: CATALOG}, after=packed(tree(WITH)).replace(b"\r\nx", b"\r\nq")), 1),
        (b"", 1),
    ],
    ids=["other number", "encrypted pack", "file within", "loop", "kids elsewhere", "lost", "broken pack", "nothing"],
)
def test_what_it_cannot_tell_for_sure(data: bytes, count: int) -> None:
    with pytest.raises(UnsureError):
        pages_with_drawings(data, count)


def test_a_tree_that_goes_too_deep_is_left_to_others() -> None:
    chain = {number: f"<< /Type /Pages /Kids [ {number + 1} 0 R ] >>" for number in range(2, 3_000)}
    with pytest.raises(UnsureError):
        pages_with_drawings(made({1: CATALOG, **chain, 3_000: f"<< /Type /Page {WITH} >>"}), 1)


def test_a_pack_that_breaks_off_is_left_to_others() -> None:
    whole = made({1: CATALOG}, after=packed(tree(WITH)))
    cut = whole.replace(b"\nendstream", b"", 1)
    at = cut.index(b"stream\r\n")
    with pytest.raises(UnsureError):
        pages_with_drawings(cut[: at + 30] + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n", 1)
