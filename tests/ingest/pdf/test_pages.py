"""Pages as blocks: reading order, paragraphs, headings, running lines, and the places of words."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.ocr import OCR
from ingest.parsers import Aids, Bounds
from ingest.parsers.pdf import PDF
from ingest.places import boxes_of
from ingest.types import Block, Page, ParseEvent, Span

SYLLABLES = [first + last for first in "bcdfghjklm" for last in ("an", "or", "en")]


def no_ocr() -> OCR:
    raise AssertionError("this page has text")


def read(file: Path) -> list[ParseEvent]:
    return list(PDF().parse(file, Aids(Bounds(), no_ocr)))


def blocks(file: Path) -> list[Block]:
    return [event for event in read(file) if isinstance(event, Block)]


def pages(file: Path) -> list[Page]:
    return [event for event in read(file) if isinstance(event, Page)]


def column(x: float, y: float, name: str, lines: int = 8) -> list[tuple[float, float, str]]:
    """Lines of prose, each with its own name and number."""
    return [(x, y + 12 * number, f"{name}{number} the quick brown fox jumps over it") for number in range(lines)]


def order(text: str, *names: str) -> bool:
    spots = [text.index(name) for name in names]
    return spots == sorted(spots)


def test_columns_are_read_one_after_the_other(set_pdf) -> None:
    title = [(150, 60, "A title across both of the columns", 16)]
    file = set_pdf(
        [
            title
            + column(50, 100, "l")
            + column(320, 100, "r")
            + [(50, 230, "below both of them, across the page: " * 3)]
        ]
    )
    text = "".join(block.text for block in blocks(file))
    assert order(text, "A title", "l0", "l7", "r0", "r7", "below both")


def test_three_columns_with_other_baselines(set_pdf) -> None:
    file = set_pdf([column(30, 100, "a") + column(220, 104, "b") + column(410, 98, "c")])
    assert order("".join(block.text for block in blocks(file)), "a0", "a7", "b0", "b7", "c0", "c7")


@pytest.mark.parametrize("count", [2, 3])
def test_columns_of_long_words_are_read_one_after_the_other(set_pdf, count: int) -> None:
    ends = ["mistyökumppanuus vaikutti", "ostotapahtumien mukaan", "verotuskäytäntö sekin", "ohjelmistossa usein"]
    spots = [
        (50 + 165 * at, 100 + 12 * number, f"{'abc'[at]}x{number:02} {ends[(number + at) % 4]}")
        for at in range(count)
        for number in range(12)
    ]
    found = blocks(set_pdf([sorted(spots, key=lambda spot: spot[1])]))
    assert {block.kind for block in found} == {"text"}
    text = "".join(block.text for block in found)
    assert order(text, *(f"{name}x{number:02}" for name in "abc"[:count] for number in range(12)))


def test_rows_of_labels_and_numbers_stay_rows(set_pdf) -> None:
    rows = [(60, 100 + 14 * n, f"Label {n}") for n in range(6)] + [(400, 100 + 14 * n, f"{n},000") for n in range(6)]
    text = "".join(block.text for block in blocks(set_pdf([rows])))
    assert [" ".join(line.split()) for line in text.split("\n") if line] == [f"Label {n} {n},000" for n in range(6)]


def test_paragraphs_part_at_gaps_indents_and_marks(set_pdf) -> None:
    lines = [
        (50, 100, "The first paragraph runs over two lines of the page and"),
        (50, 112, "ends here."),
        (50, 136, "The second one comes after a gap and is a little longer"),
        (50, 148, "than the first and ends there."),
        (50, 160, "\u2022 an item of a list"),
        (50, 172, "\u2022 another item that is so long that it has to go on"),
        (60, 184, "in the next line"),
    ]
    found = blocks(set_pdf([lines]))
    assert [(block.kind, block.text) for block in found] == [
        ("text", "The first paragraph runs over two lines of the page and ends here.\n\n"),
        ("text", "The second one comes after a gap and is a little longer than the first and ends there.\n\n"),
        ("list", "\u2022 an item of a list\n"),
        ("list", "\u2022 another item that is so long that it has to go on in the next line\n"),
    ]


def test_a_short_line_ends_a_paragraph_only_where_the_next_word_had_room(set_pdf) -> None:
    narrow = [
        "The mayor has found it.",
        "Notwithstanding what",
        "was said, she is glad.",
        "It is done now and so",
        "it ends.",
    ]
    [block] = blocks(set_pdf([[(50, 100 + 12 * at, text) for at, text in enumerate(narrow)]]))
    assert block.text.startswith("The mayor has found it.")
    assert "Notwithstanding what" in block.text


def test_cells_that_are_paragraphs_make_rows_where_they_begin_together(set_pdf) -> None:
    cells = [
        [
            ["A flood takes", "the lower deck"],
            ["The river rises in most", "winters, and the deck", "is low"],
            ["A wall"],
        ],
        [["A lorry hits it"], ["Its driver did not see", "the height of the arch"], ["A gate before", "the bridge"]],
        [["The paint fails", "in the salt air"], ["It is thin"], ["A new coat each", "fifth year"]],
    ]
    spots = [(x, 80, text, 10, True) for x, text in ((60, "Risk"), (180, "Cause"), (380, "Measure"))]
    y = 100.0
    for row in cells:
        spots += [
            (x, y + 11 * at, line, 9)
            for x, cell in zip((50, 170, 370), row, strict=True)
            for at, line in enumerate(cell)
        ]
        y += 11 * max(map(len, row)) + 8
    found = [block for block in blocks(set_pdf([spots])) if block.kind == "row"]
    assert [block.text.strip().split("\t") for block in found] == [[" ".join(cell) for cell in row] for row in cells]
    assert {block.header for block in found} == {"Risk: Cause | Measure"}


def test_a_list_beside_prose_that_runs_past_its_items_is_read_before_it(set_pdf) -> None:
    things = ["600 g cod", "2 leeks", "1 l stock", "2 dl cream", "1 carrot", "50 g butter", "dill"]
    steps = [
        "1. Cut the fish into large cubes and salt them; leave them in",
        "the cold for half an hour.",
        "2. Sweat the leeks in the butter until they are soft but still",
        "have no colour.",
        "3. Add the stock and the cream, and let it simmer on low heat",
        "before the fish goes in.",
        "4. Serve it.",
    ]
    spots = [(50, 80, "Ingredients", 10, True), (230, 80, "Method", 10, True)]
    for at, (thing, step) in enumerate(zip(things, steps, strict=True)):
        spots += [(50, 100 + 14 * at, thing), (230, 100 + 14 * at, step)]
    text = " ".join("".join(block.text for block in blocks(set_pdf([spots]))).split())
    assert text == f"Ingredients {' '.join(things)} Method {' '.join(steps)}"


def test_small_type_above_the_columns_is_no_footnote(set_pdf) -> None:
    abstract = [(120, 90 + 10 * at, f"Abstract line {at} in small type over both of them", 8) for at in range(3)]
    note = [(50, 260, "1 A note in small type.", 7)]
    file = set_pdf(
        [[(150, 60, "A title over all", 16), *abstract, *column(50, 140, "l"), *column(320, 140, "r"), *note]]
    )
    text = "".join(block.text for block in blocks(file))
    assert order(text, "A title", "Abstract line 0", "Abstract line 2", "l0", "r7", "1 A note")


def test_prose_beside_a_label_is_one_paragraph_with_it(set_pdf) -> None:
    lines = ["the town keeps the ferry in good order and", "pays for its fuel, its crew and what it takes", "in oil."]
    spots = [(50, 100, "Upkeep"), *((170, 100 + 13 * at, line) for at, line in enumerate(lines))]
    below = [(50, 160, "Notice"), (170, 160, "either side may end this by a letter to the"), (170, 173, "other side.")]
    assert [block.text for block in blocks(set_pdf([spots + below]))] == [
        f"Upkeep  {' '.join(lines)}\n\n",
        "Notice  either side may end this by a letter to the other side.\n\n",
    ]


def test_a_paragraph_ends_with_the_note_beside_its_last_line_and_goes_on_over_a_loose_gap(set_pdf) -> None:
    lines = ["the roof of the hall leaks and the carpenter is to look at the", "beams before winter"]
    noted = [(50, 100, lines[0]), (50, 113, lines[1]), (480, 113, "Kari Moe")]
    loose = [
        (50, 150, "the board met again in the"),
        (182, 150, "old hall and heard what the"),
        (50, 163, "engineer said."),
    ]
    assert [block.text for block in blocks(set_pdf([noted + loose]))] == [
        f"{' '.join(lines)}  Kari Moe\n\n",
        "the board met again in the  old hall and heard what the engineer said.\n\n",
    ]


def test_entries_of_a_list_of_references_are_items(set_pdf) -> None:
    spots = [
        spot
        for at in range(4)
        for spot in [
            (50, 100 + 24 * at, f"[{at + 8}] A. Author: On the settlement of bridges over rivers. In:"),
            (68, 112 + 24 * at, f"Journal of Bridges {at} (2001), pp. 11-19."),
        ]
    ]
    found = blocks(set_pdf([spots]))
    assert [(block.kind, block.text[:4].strip()) for block in found] == [
        ("list", "[8]"), ("list", "[9]"), ("list", "[10]"), ("list", "[11]")
    ]  # fmt: skip


def test_a_grid_of_prose_is_a_table_and_no_columns(set_pdf) -> None:
    left, right = "each spring two of the crew write down", "since the winters are hard on it"
    spots, tops = [(50, 92, "Part"), (110, 92, "What is done about it"), (350, 92, "Why")], [80, 96]
    for at in range(8):
        y = tops[-1]
        spots.append((50, y + 12, f"{at + 1}.1"))
        for line in range(3):
            spots.append((110, y + 12 + 12 * line, f"{left} a{at}{line}"))
            spots.append((350, y + 12 + 12 * line, f"{right} b{at}{line}"))
        tops.append(y + 42)
    extra = "\n".join(f"46 {800 - top} m 560 {800 - top} l S" for top in tops)
    extra += "\n" + "\n".join(f"{x} {800 - tops[0]} m {x} {800 - tops[-1]} l S" for x in (46, 106, 346, 560))
    found = [block for block in blocks(set_pdf([spots], extra=extra)) if block.kind == "row"]
    for at, block in enumerate(found):
        assert all(f"{name}{at}{line}" in block.text for name in "ab" for line in range(3))
    assert [block.header for block in found] == ["Part: What is done about it | Why"] * 8


def test_lists_with_bullets_beside_one_another_are_read_one_after_the_other(set_pdf) -> None:
    spots = [
        spot
        for at in range(4)
        for x, name in ((50, "l"), (330, "r"))
        for spot in [(x, 100 + 24 * at, "•", 12), (x + 20, 100 + 24 * at, f"{name}{at} is a point of some words", 12)]
    ]
    text = "".join(block.text for block in blocks(set_pdf([spots])))
    assert order(text, "l0", "l1", "l3", "r0", "r3")


def test_the_lines_of_a_list_of_names_stay_lines(set_pdf) -> None:
    names = ["Ann Lee, Ohio", "Bertram Castlewood, North Dakota", "Cy Orr, Iowa", "Dora Finch, Maine", "Ed Poe, Utah"]
    (block,) = blocks(set_pdf([[(50, 100 + 12 * number, name) for number, name in enumerate(names)]]))
    assert block.text == "\n".join(names) + "\n\n"


def test_headings_by_size_and_weight_make_the_path(set_pdf) -> None:
    body = [
        (50, y, "A line of text in the usual size, long enough to count as the body.")
        for y in (140, 152, 200, 212, 260, 272)
    ]
    heads = [(50, 120, "Great Part", 18), (50, 180, "Small part", 10, True), (50, 240, "Other small part", 10, True)]
    found = blocks(set_pdf([heads + body]))
    assert [(block.kind, block.place.headings) for block in found] == [
        ("heading", ("Great Part",)),
        ("text", ("Great Part",)),
        ("heading", ("Great Part", "Small part")),
        ("text", ("Great Part", "Small part")),
        ("heading", ("Great Part", "Other small part")),
        ("text", ("Great Part", "Other small part")),
    ]


def test_running_lines_are_left_out_and_told(set_pdf) -> None:
    def page(number: int) -> list[tuple[float, float, str]]:
        return [(50, 40, "Annual Report"), *column(50, 100, f"p{number}x", 5), (290, 770, str(number))]

    found = read(set_pdf([page(number) for number in range(1, 6)]))
    text = "".join(event.text for event in found if isinstance(event, Block))
    assert "Annual" not in text
    states = [event for event in found if isinstance(event, Page)]
    assert [(state.header, state.footer) for state in states] == [("Annual Report", str(n)) for n in range(1, 6)]


@pytest.mark.parametrize(
    "form", ["Page {} of {}", "Seite {} von {}", "Página {} de {}", "{} / {}", "Acme Ltd. page {} of {}"]
)
@pytest.mark.parametrize("count", [1, 2, 8])
def test_the_last_page_is_counted_as_the_others(set_pdf, form: str, count: int) -> None:
    sheets = [[*column(50, 100, f"p{n}x", 4), (290, 770, form.format(n, count))] for n in range(1, count + 1)]
    found = read(set_pdf(sheets))
    text = "".join(event.text for event in found if isinstance(event, Block))
    kept = count < 3 and form == "{} / {}"
    assert all((form.format(n, count) in text) == kept for n in range(1, count + 1))
    footers = [event.footer for event in found if isinstance(event, Page)]
    assert kept or footers == [form.format(n, count) for n in range(1, count + 1)]


def test_numbers_that_do_not_count_pages_stay(set_pdf) -> None:
    found = blocks(set_pdf([[*column(50, 100, f"p{n}x", 4), (290, 770, str(n * n + 20))] for n in range(1, 6)]))
    assert all(str(n * n + 20) in "".join(block.text for block in found) for n in range(1, 6))


def test_a_page_with_nothing_but_running_lines_keeps_them(set_pdf) -> None:
    found = blocks(set_pdf([[(50, 40, "Draft")] for _ in range(4)]))
    assert [block.text for block in found] == ["Draft\n\n"] * 4


def test_a_footnote_comes_last_and_the_columns_join(set_pdf) -> None:
    left = [*column(50, 100, "l", 7), (50, 184, "this sentence goes on in the")]
    right = [(320, 100, "other column and ends there."), *column(320, 130, "r", 7)]
    note = [(50, 230, "1 A note in small type.", 7)]
    found = blocks(set_pdf([left + right + note]))
    assert any("goes on in the other column and ends there." in block.text for block in found)
    assert found[-1].text == "1 A note in small type.\n\n"


def test_a_caption_close_below_a_large_title_is_a_line_of_its_own(set_pdf) -> None:
    file = set_pdf(
        [[(200, 100, "AMBER LINES", 24, True), (150, 114, "(Exact name of the owner as in its own charter)", 8)]]
    )
    text = "".join(block.text for block in blocks(file))
    assert "AMBER LINES" in text
    assert "(Exact name of the owner as in its own charter)" in text


CAPPED = [
    "he committee met on Tuesday to discuss the budget.",
    "The roof, after a long debate about the coming year,",
    "is to be mended first, since the rain came in again,",
    "and all the works should begin in May, before any of",
    "the visitors come, and end when autumn has begun.",
]


def capped(x: float, y: float, letter: str, rows: int, *, lines: list[str] = CAPPED, gap: float = 0.0) -> list:
    """Lines of prose, a large letter before so many of the first; after it the first line leaves a gap."""
    size = (12 * (rows - 1) + 7.2) / 0.72 if rows > 1 else 24
    beside = x + 0.72 * size
    spots = [
        (beside + (gap if not number else 0) if number < rows else x, y + 12 * number, line)
        for number, line in enumerate(lines)
    ]
    return [(x, y + 12 * (rows - 1), letter, size, True), *spots]


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_a_large_first_letter_is_read_with_its_word(set_pdf, rows: int) -> None:
    spots = [(50, 60, "A title", 16, True), *capped(50, 100, "T", rows)]
    for page in ([spots], [[*spots[:1], *spots[2:], spots[1]]]):  # first or last in the file
        text = "".join(block.text for block in blocks(set_pdf(page)))
        assert " ".join(text.split()) == "A title T" + " ".join(CAPPED)


def test_large_first_letters_in_columns_and_as_words(set_pdf) -> None:
    lines = ["new bridge was built over the", *(f"river for the people of side {n}" for n in range(5))]
    spots = capped(50, 100, "A", 3, lines=lines, gap=3) + capped(320, 100, "A", 2, lines=["long", *lines])
    spots[-len(lines) - 1] = (*spots[-len(lines) - 1][:2], "long ago it was, as long as one")
    text = " ".join("".join(block.text for block in blocks(set_pdf([spots]))).split())
    assert text == " ".join(["A", *lines, "A long ago it was, as long as one", *lines])


def test_the_box_of_a_line_is_no_higher_for_its_large_first_letter(set_pdf) -> None:
    file = set_pdf([capped(50, 100, "T", 3)])
    block = next(block for block in blocks(file) if block.text.startswith("The committee"))
    [box] = boxes_of(block, Span(4, 13))
    assert (box.y1 - box.y0, box.x0) < (14, 120)
    assert len(boxes_of(block, Span(0, 13))) == 2


def test_footnote_marks_stay_with_their_words(set_pdf) -> None:
    file = set_pdf([[(100, 100, "the boats", 12), (151, 95, "2", 7), (160, 100, "of the west", 12)]])
    assert "the boats2 of the west" in "".join(block.text for block in blocks(file)).replace("boats 2", "boats2")


def test_what_counts_the_pages_runs_wherever_the_text_ends(set_pdf) -> None:
    def page(number: int) -> list[tuple[float, float, str]]:
        lines = column(50, 100, "abcdefgh"[number], 3 + 5 * (number % 4))
        return [*lines, (300, lines[-1][1] + 60, f"{number} AMBER, INC.")]

    found = read(set_pdf([page(number) for number in range(1, 8)]))
    assert "AMBER" not in "".join(event.text for event in found if isinstance(event, Block))
    footers = [f"{event.header}{event.footer}" for event in found if isinstance(event, Page)]
    assert footers == [f"{number} AMBER, INC." for number in range(1, 8)]


@pytest.mark.parametrize("matrix", ["0 1 -1 0 300 300", "0 -1 1 0 300 300", "-1 0 0 -1 300 300"])
def test_short_words_run_as_the_longer_ones_beside_them(set_pdf, matrix: str) -> None:
    file = set_pdf([[]], extra=f"BT /F1 10 Tf {matrix} Tm (rows a of 5 and 7 by the pages) Tj ET")
    (block,) = blocks(file)
    assert block.text == "rows a of 5 and 7 by the pages\n\n"


def test_what_stands_sideways_comes_last(set_pdf) -> None:
    file = set_pdf([column(150, 100, "a")], extra="BT /F1 10 Tf 0 1 -1 0 40 300 Tm (along the margin) Tj ET")
    found = blocks(file)
    assert found[-1].text == "along the margin\n\n"
    boxes = boxes_of(found[-1], Span(0, 5))
    assert len(boxes) == 1
    assert boxes[0].y1 - boxes[0].y0 > boxes[0].x1 - boxes[0].x0


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_quote_has_the_boxes_of_its_words(set_pdf, rotate: int) -> None:
    file = set_pdf([[(150, 60, "A title across", 16), *column(50, 100, "l"), *column(320, 100, "r")]], rotate=rotate)
    for block in blocks(file):
        assert block.runs
        assert same_words(file, block, Span(0, len(block.text)))


def same_words(file: Path, block: Block, part: Span) -> bool:
    """Whether the words that PDFium finds in the boxes of a part of a block are its words."""
    document = pypdfium2.PdfDocument(file)
    said = []
    for box in boxes_of(block, part):
        page = document[box.page - 1]
        (left, bottom, right, top), turn = page.get_bbox(), page.get_rotation()
        area = {
            0: (left + box.x0, top - box.y1, left + box.x1, top - box.y0),
            90: (left + box.y0, bottom + box.x0, left + box.y1, bottom + box.x1),
            180: (right - box.x1, bottom + box.y0, right - box.x0, bottom + box.y1),
            270: (right - box.y1, top - box.x1, right - box.y0, top - box.x0),
        }[turn]
        said.append(page.get_textpage().get_text_bounded(*area))
    return "".join(" ".join(said).split()) == "".join(block.text[part.start : part.end].split())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spots=st.lists(
        st.tuples(
            st.integers(0, 11), st.integers(3, 40), st.integers(1, 4), st.sampled_from([8, 10, 16]), st.booleans()
        ),
        min_size=1,
        max_size=30,
        unique_by=lambda spot: spot[:2],
    )
)
def test_every_word_is_in_the_text_once_with_its_box(set_pdf, spots) -> None:
    names: list[str] = []
    page = []
    for at, (x, y, count, size, bold) in enumerate(spots):
        words = [SYLLABLES[at] + SYLLABLES[number] + "er" for number in range(1 if x > 9 else count)]
        names += words
        page.append((20 + 48 * x, 18 * y, " ".join(words), size, bold))
    file = set_pdf([page])
    found = read(file)
    text = "".join(event.text for event in found if isinstance(event, Block))
    state = next(event for event in found if isinstance(event, Page))
    seen = f"{text} {state.header} {state.footer}"
    # lines drawn over one another may be parted or run together: their letters are all there
    assert sorted("".join(seen.split())) == sorted("".join(names))
    for block in (event for event in found if isinstance(event, Block)):
        assert sum(len(run[4:]) // 2 for run in block.runs) >= len(block.text.split())


@pytest.mark.parametrize("foot", ["Page {} of 2", "Kestrel / Fenwick - page {} of 2", "Report 2 of May, page {}/2"])
def test_what_counts_the_pages_of_two_is_no_text_of_them(set_pdf, foot: str) -> None:
    pages = [[(72, 90, f"Clause {number}. She returns the key."), (200, 770, foot.format(number))] for number in (1, 2)]
    assert [block.text.strip() for block in blocks(set_pdf(pages))] == [
        "Clause 1. She returns the key.",
        "Clause 2. She returns the key.",
    ]


@pytest.mark.parametrize("foot", ["{}", "Page {} of 2", "- {} -"])
def test_a_table_goes_on_past_what_runs_over_two_pages(set_pdf, foot: str) -> None:
    def page(number: int, top: float) -> list[tuple]:
        rows = [(f"Item {number}{row}", f"{number}{row}1", f"{number}{row}2") for row in range(6)]
        spots = [
            (x, top + 14 * at, cell) for at, row in enumerate(rows) for x, cell in zip((72, 300, 400), row, strict=True)
        ]
        return [(72, 40, "Annual report of Acme"), *spots, (290, 770, foot.format(number))]

    header = [(72, 656, "in millions"), (300, 656, "2022"), (400, 656, "2021")]
    rows = [block for block in blocks(set_pdf([[*header, *page(1, 670)], page(2, 90)])) if block.kind == "row"]
    assert [block.text for block in rows] == [f"Item {n}{r}\t{n}{r}1\t{n}{r}2\n" for n in (1, 2) for r in range(6)]
    assert all("2022" in block.header for block in rows)
