"""Form fields and notes: the values and texts that lie over a page, each with its box."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pypdf
import pytest
from pypdf.annotations import FreeText, Highlight, Link, Text
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

from ingest.pdf.annotations import Annotations
from ingest.pdf.opening import open_document
from ingest.types import Block

Make = Callable[..., Path]
RIGHT = ArrayObject(map(FloatObject, (100, 700, 200, 720)))


def field(kind: str, name: str, *, at: Sequence[float] = (100, 700, 200, 720), **entries: object) -> DictionaryObject:
    """A field that is its own widget."""
    found = {
        "/Type": NameObject("/Annot"),
        "/Subtype": NameObject("/Widget"),
        "/FT": NameObject(kind),
        "/T": TextStringObject(name),
        "/Rect": ArrayObject(map(FloatObject, at)),
        "/F": NumberObject(4),
    }
    return DictionaryObject({NameObject(key): value for key, value in (found | entries).items()})


def texts(*values: str) -> ArrayObject:
    return ArrayObject(map(TextStringObject, values))


@pytest.fixture
def blocks_of(set_pdf, tmp_path: Path) -> Callable[..., list[Block]]:
    """The blocks of a page of 600 × 800 with a line "Your town:" left of (100, 700, 200, 720), and what is added."""

    def read(*added: DictionaryObject, rotate: int = 0, crop: bool = False, form: bool = True) -> list[Block]:
        writer = pypdf.PdfWriter(set_pdf([[(30, 95, "Your town:"), (210, 95, "I agree")]], rotate=rotate))
        if crop:
            writer.pages[0].cropbox.lower_left = (50, 100)
        fields = [item for item in added if item.get("/Subtype") == "/Widget"]
        for item in added:
            if item not in fields:
                writer.add_annotation(0, item)
        references = ArrayObject(writer._add_object(item) for item in fields)
        if fields:
            writer.pages[0][NameObject("/Annots")] = references
        if form:
            acro = DictionaryObject({NameObject("/Fields"): references})
            writer.root_object[NameObject("/AcroForm")] = acro
        writer.write(tmp_path / "b.pdf")
        document, _ = open_document(tmp_path / "b.pdf", ())
        page = document[0]
        found = list(Annotations().of_page(page, 1, ("Part",)))
        page.close()
        document.close()
        return found

    return read


def test_a_text_field_is_label_and_value_with_its_box(blocks_of) -> None:
    (block,) = blocks_of(field("/Tx", "form1.person[0].Last_name[0]", **{"/V": TextStringObject("Müller\r\nJr.")}))
    assert block.text == "Last name: Müller\nJr.\n"
    assert block.place.headings == ("Part",)
    (box,) = block.place.boxes
    assert (box.page, box.x0, box.y0, box.x1, box.y1) == (1, 100, 80, 200, 100)


def test_the_label_is_what_the_form_says_else_the_text_beside(blocks_of) -> None:
    said = field("/Tx", "Text1", **{"/TU": TextStringObject("City of birth."), "/V": TextStringObject("Ulm")})
    beside = field("/Tx", "Text1", **{"/V": TextStringObject("Ulm")})
    assert [block.text for block in blocks_of(said)] == ["City of birth: Ulm\n"]
    assert [block.text for block in blocks_of(beside)] == ["Your town: Ulm\n"]


def test_empty_hidden_and_secret_fields_are_left_out(blocks_of) -> None:
    value = {"/V": TextStringObject("secret")}
    assert blocks_of(field("/Tx", "a")) == []
    assert blocks_of(field("/Tx", "a", **value, **{"/F": NumberObject(2)})) == []
    assert blocks_of(field("/Tx", "a", **value, **{"/Ff": NumberObject(1 << 13)})) == []


def test_the_same_value_twice_on_a_page_is_given_once(blocks_of) -> None:
    one = field("/Tx", "Number", **{"/V": TextStringObject("4711")})
    assert len(blocks_of(one, field("/Tx", "Number", at=(300, 10, 400, 20), **{"/V": TextStringObject("4711")}))) == 1


def test_choices_are_given_as_shown(blocks_of) -> None:
    options = ArrayObject([texts("de", "German"), texts("fr", "French"), texts("es", "Spanish")])
    combo = field("/Ch", "Nationality", **{"/Opt": options, "/V": TextStringObject("fr"), "/Ff": NumberObject(1 << 17)})
    many = field("/Ch", "Languages", **{"/Opt": options, "/V": texts("de", "es"), "/Ff": NumberObject(1 << 21)})
    assert [block.text for block in blocks_of(combo, many)] == ["Nationality: French\n", "Languages: German, Spanish\n"]


def box(name: str, state: str, export: str = "Yes") -> DictionaryObject:
    looks = DictionaryObject({NameObject(f"/{export}"): DictionaryObject(), NameObject("/Off"): DictionaryObject()})
    appearance = DictionaryObject({NameObject("/N"): looks})
    return field("/Btn", name, **{"/V": NameObject(state), "/AS": NameObject(state), "/AP": appearance})


def test_checked_boxes(blocks_of) -> None:
    found = blocks_of(box("Check Box3", "/Yes"), box("Newsletter", "/Off"), box("Size", "/Large", "Large"))
    assert [block.text for block in found] == ["I agree: checked\n", "Size: Large\n"]


def test_fields_of_no_form_are_read_too(blocks_of) -> None:
    stray = field("/Tx", "Agency", **{"/V": TextStringObject("Fish and Wildlife")})
    assert [block.text for block in blocks_of(stray, form=False)] == ["Agency: Fish and Wildlife\n"]


def test_notes_say_whose_they_are(blocks_of) -> None:
    note = Text(rect=(50, 550, 70, 570), text="Is this right?", title_bar="Ada")
    note[NameObject("/T")] = TextStringObject("Ada")
    free = FreeText(text="Written on the page", rect=(50, 450, 200, 470))
    corners = ArrayObject(map(FloatObject, (50, 650, 90, 650, 50, 640, 90, 640)))
    light = Highlight(rect=(50, 640, 90, 650), quad_points=corners)
    light[NameObject("/Contents")] = TextStringObject("Important")
    link = Link(rect=(50, 150, 70, 170), url="https://example.org/")
    found = blocks_of(note, free, light, link)
    assert [(block.text, block.place.headings) for block in found] == [
        ("Is this right?\n", ("Part", "Note by Ada")),
        ("Written on the page\n", ("Part", "Text box")),
        ("Important\n", ("Part", "Comment on highlighted text")),
    ]
    (box,) = found[0].place.boxes
    assert (box.x0, box.y0, box.x1, box.y1) == (50, 230, 70, 250)


def test_boxes_on_a_rotated_and_a_cropped_page(blocks_of) -> None:
    value = field("/Tx", "Town", **{"/V": TextStringObject("Ulm")})
    (turned,) = blocks_of(value, rotate=90)[0].place.boxes
    assert (turned.x0, turned.y0, turned.x1, turned.y1) == (700, 100, 720, 200)
    (cut,) = blocks_of(value, crop=True)[0].place.boxes
    assert (cut.x0, cut.y0, cut.x1, cut.y1) == (50, 80, 150, 100)


def test_a_page_without_any(blocks_of) -> None:
    assert blocks_of() == []
