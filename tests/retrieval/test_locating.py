"""Locating: from a citation to the characters, in texts of several segments whose blocks are written out here."""

from collections.abc import Callable, Iterator

import pytest

from ingest.citations import format_citation, parse_citation
from ingest.errors import UsageError
from ingest.segments import gather
from ingest.types import Block, Box, Parsed, Place, Segment, Span
from retrieval import catalog
from retrieval.database import Database
from retrieval.locating import locate
from retrieval.texts import Texts

PAGES = [
    Block("Report\n", "heading", Place(pages=(1,))),
    Block("First page. \n\n", "page", Place(pages=(1,))),
    Block("Second page.\n", "page", Place(pages=(2,))),
    Block("From two to three.\n", "page", Place(pages=(2, 3))),
    Block("Fourth.", "page", Place(pages=(4,))),
]
ROWS = [Block(f"n: {number}; v: {number * number}\n", "row", Place(rows=(number, number))) for number in range(1, 41)]
SHEETS = [
    Block("Q1 one\n", "row", Place(sheet="Q1 & more", rows=(1, 1))),
    Block("Q1 two\n", "row", Place(sheet="Q1 & more", rows=(2, 2))),
    Block("Q2 one\n", "row", Place(sheet="Q2", rows=(1, 1))),
    Block("Q2 two to nine\n", "row", Place(sheet="Q2", rows=(2, 9))),
]
RECORDS = [
    Block("title: Staff\n", "record", Place(pointers=("/title",))),
    Block("Ines, director\n", "record", Place(pointers=("/staff/0",))),
    Block("Tom, assistant\n", "record", Place(pointers=("/staff/1",))),
    Block("Ada\n", "record", Place(pointers=("/staff/10/name", "/staff/10/role"))),
    Block("odd\n", "record", Place(pointers=('/a~1b/100%/"q"/é_x',))),
]
LINES = [
    Block("Total 12.50\n", "line", Place(boxes=(Box(1, 10, 10, 110, 30),), confidence=0.9)),
    Block("Thank you\n", "line", Place(boxes=(Box(1, 10, 40, 90, 60),), confidence=0.8)),
    Block("Second page\n", "line", Place(boxes=(Box(2, 10, 10, 110, 30),))),
]
DOCUMENTS = {"a.pdf": PAGES, "a.csv": ROWS, "a.xlsx": SHEETS, "a.json": RECORDS, "a.png": LINES}


@pytest.fixture(scope="module", params=[20, 100_000], ids=["many segments", "one segment"])
def find(request, tmp_path_factory) -> Iterator[Callable[[str], str]]:
    """What a citation leads to: the characters."""
    database = Database(tmp_path_factory.mktemp("locating") / ".ibid")
    texts: dict[str, tuple[int, str]] = {}
    with database.write() as connection:
        for path, blocks in DOCUMENTS.items():
            whole = "".join(block.text for block in blocks)
            number = catalog.begin_text(connection, digest=path, parse_key="", parser="")
            segments = [one for one in gather(blocks, limit=request.param) if isinstance(one, Segment)]
            assert (len(segments) > 1) == (request.param == 20)
            catalog.add_segments(connection, [(number, segment) for segment in segments])
            catalog.finish_text(connection, number, Parsed(characters=len(whole)))
            texts[path] = (number, whole)

    def find(citation: str) -> str:
        cited = parse_citation(citation)
        number, whole = texts[cited.path]
        with database.read() as connection:
            reader = Texts()
            span = locate(connection, reader, number, length=len(whole), cited=cited)
            found = reader.text(connection, number, span)
            assert found == whole[span.start : span.end]
            check_place(reader.place(connection, number, span))
            return found

    def check_place(place: Place) -> None:
        assert place == Place() or format_citation("x", place)

    yield find
    database.close()


@pytest.mark.parametrize(
    ("citation", "text"),
    [
        ("a.pdf#page=1", "Report\nFirst page."),
        ("a.pdf#page=2", "Second page.\nFrom two to three."),
        ("a.pdf#page=3", "From two to three."),
        ("a.pdf#page=4", "Fourth."),
        ("a.pdf#char=7,12", "First"),
        ("a.pdf#char=7,7", ""),
        ("a.pdf#page=4&char=0,6", "Report"),
        ("a.pdf", "Report\nFirst page. \n\nSecond page.\nFrom two to three.\nFourth."),
        ("a.csv#rows=3", "n: 3; v: 9"),
        ("a.csv#rows=39-40", "n: 39; v: 1521\nn: 40; v: 1600"),
        ("a.csv#rows=40-99", "n: 40; v: 1600"),
        ("a.csv#rows=1", "n: 1; v: 1"),
        ("a.xlsx#sheet=Q2&rows=1", "Q2 one"),
        ("a.xlsx#sheet=Q1%20%26%20more&rows=2", "Q1 two"),
        ("a.xlsx#sheet=Q2&rows=5", "Q2 two to nine"),
        ("a.xlsx#sheet=Q2", "Q2 one\nQ2 two to nine"),
        ("a.xlsx#rows=2", "Q1 two\nQ2 one\nQ2 two to nine"),
        ("a.json#/staff/1", "Tom, assistant"),
        ("a.json#/staff/10", "Ada"),
        ("a.json#/staff", "Ines, director\nTom, assistant\nAda"),
        ("a.json#/staff/0/name", "Ines, director"),
        ("a.json#/staff/0/name/first", "Ines, director"),
        ("a.json#/staff/1/x/y/../z%", "Tom, assistant"),
        ("a.json#/staff/10/name", "Ada"),
        ('a.json#/a~1b/100%25/"q"/é_x', "odd"),
        ('a.json#/a~1b/100%25/"q"', "odd"),
        ("a.json#/a~1b", "odd"),
        ("a.png#xywh=0,0,120,35", "Total 12.50"),
        ("a.png#xywh=0,0,200,100", "Total 12.50\nThank you"),
        ("a.png#xywh=50,45,20,10&page=1", "Thank you"),
        ("a.png#page=2&xywh=0,0,120,35", "Second page"),
    ],
)
def test_places(find, citation: str, text: str) -> None:
    assert find(citation) == text


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        ("a.pdf#page=5", "'a.pdf' has no page 5"),
        ("a.pdf#char=0,999", "'a.pdf' has 60 characters, not 999"),
        ("a.pdf#rows=1", "'a.pdf' has no rows 1 to 1"),
        ("a.csv#rows=41", "'a.csv' has no rows 41 to 41"),
        ("a.csv#page=1", "'a.csv' has no page 1"),
        ("a.csv#sheet=Q1", "'a.csv' has no sheet 'Q1'"),
        ("a.xlsx#sheet=Q3&rows=1", "'a.xlsx' has no sheet 'Q3', rows 1 to 1"),
        ("a.xlsx#sheet=Q2&rows=10", "'a.xlsx' has no sheet 'Q2', rows 10 to 10"),
        ("a.json#/nobody", "'a.json' has nothing at '/nobody'"),
        ("a.json#/staf", "'a.json' has nothing at '/staf'"),
        ("a.json#/staff/2", "'a.json' has nothing at '/staff/2'"),
        ("a.png#xywh=200,200,10,10", "'a.png' has no text in that box"),
        ("a.png#page=3&xywh=0,0,120,35", "'a.png' has no page 3, text in that box"),
    ],
)
def test_what_is_not_there(find, citation: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(citation)
    assert said in caught.value.message
    assert caught.value.exit_code == 2


@pytest.fixture(scope="module")
def filled(tmp_path_factory, make_home):
    home = make_home(tmp_path_factory.mktemp("located"))
    home.write("a.csv", "name,note\nVega,bright\nAltair,\nDeneb,far\n")
    home.write("a.json", '{"staff": [{"name": "Ines"}, {"name": "Tom", "of": {"dome": "north"}}]}')
    home.write("a.md", "# Stars\n\nVega is bright.\n\n## Far\n\nDeneb is far.\n")
    home.write("long.txt", "".join(f"Entry {number} of the log." + 1_000 * "\n" for number in range(1, 1_001)))
    home.ingest()
    yield home
    home.close()


class TestInAHome:
    """Through the index, over files that are parsed for real."""

    @pytest.mark.parametrize(
        ("citation", "text"),
        [
            ("a.csv#rows=2", "name: Altair"),
            ("a.csv#rows=1-3", "name: Vega; note: bright\nname: Altair\nname: Deneb; note: far"),
            ("a.json#/staff/1/of/dome", "north"),
            ("a.md#char=9,24", "Vega is bright."),
            ("long.txt#char=0,7", "Entry 1"),
        ],
    )
    def test_places(self, filled, citation: str, text: str) -> None:
        path, span = filled.index.locate(parse_citation(citation))
        assert path == citation.partition("#")[0]
        assert text in filled.index.text(path, span)

    def test_a_text_of_several_segments_is_one_text(self, filled) -> None:
        whole = (filled.folder / "long.txt").read_text()
        assert filled.counts()["segments"] > 6
        assert filled.index.length("long.txt") == len(whole)
        for at in (0, 1, 249_990, 250_000, 499_999, len(whole) - 10):
            span = Span(at, at + 25)
            assert filled.index.text("long.txt", span) == whole[at : at + 25]
        assert filled.index.text("long.txt", Span(0, len(whole))) == whole
        start = whole.index("Entry 801 of")
        assert filled.index.place("long.txt", Span(start, start + 10)).lines == (800_001, 800_001)
        assert filled.index.place("long.txt", Span(0, len(whole))).lines == (1, 999_001)

    def test_every_hit_is_a_slice_of_its_document(self, filled) -> None:
        for question in ("Entry 501 of the log", "bright Vega", "dome north"):
            for hit in filled.search(question, 10):
                assert hit.text == filled.index.text(hit.path, hit.span)
                assert filled.index.place(hit.path, hit.span) == hit.place

    @pytest.mark.parametrize("call", ["text", "length", "place", "chunk_spans", "locate"])
    def test_no_such_document(self, filled, call: str) -> None:
        calls = {
            "text": lambda: filled.index.text("b.txt", Span(0, 1)),
            "length": lambda: filled.index.length("b.txt"),
            "place": lambda: filled.index.place("b.txt", Span(0, 1)),
            "chunk_spans": lambda: filled.index.chunk_spans("b.txt"),
            "locate": lambda: filled.index.locate(parse_citation("b.txt#page=1")),
        }
        with pytest.raises(UsageError, match=r"there is no document 'b\.txt'"):
            calls[call]()

    def test_chunks_cover_the_document(self, filled) -> None:
        text = (filled.folder / "long.txt").read_text()
        done = 0
        for span in filled.index.chunk_spans("long.txt"):
            assert text[done : span.start].strip() == ""
            done = span.end
        assert text[done:].strip() == ""
