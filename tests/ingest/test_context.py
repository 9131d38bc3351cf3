"""What is embedded before a chunk's text."""

from ingest.context import Context, Contexts
from ingest.settings import ContextKind
from ingest.tokens import Tokenizer
from ingest.types import Block, Place, Segment

ALL: tuple[ContextKind, ...] = ("title", "document_title", "headings", "table_header")
SEGMENT = Segment(
    0,
    0,
    (
        Block("Sales\n", "heading", Place(headings=("Report", "Sales"))),
        Block("They grew.\n", "text", Place(headings=("Report", "Sales"))),
        Block("north 4\n", "row", Place(headings=("Report", "Sales")), header="region | growth"),
        Block("The end.\n", "text"),
    ),
)


def contexts(
    tokenizer: Tokenizer, budget: int = 50, kinds: tuple[ContextKind, ...] = ALL, path: str = "a/sales 2021.md"
) -> Contexts:
    return Contexts(kinds, tokenizer, budget=budget, path=path, title="Annual Report")


def test_names_headings_and_header_by_hand(words: Tokenizer) -> None:
    made = contexts(words)
    text, row, end = SEGMENT.offsets[1:4]
    assert made.at(SEGMENT, text) == Context("sales 2021 — Annual Report — Report > Sales", 9)
    assert made.at(SEGMENT, text + 3) == made.at(SEGMENT, text)
    assert made.at(SEGMENT, row).text == "sales 2021 — Annual Report — Report > Sales\nregion | growth"
    assert made.at(SEGMENT, end).text == "sales 2021 — Annual Report"


def test_a_heading_that_begins_the_text_is_not_said_twice(words: Tokenizer) -> None:
    assert contexts(words).at(SEGMENT, 0).text == "sales 2021 — Annual Report — Report"


def test_only_the_kinds_asked_for(words: Tokenizer) -> None:
    row = SEGMENT.offsets[2]
    assert contexts(words, kinds=()).at(SEGMENT, row) == Context()
    assert contexts(words, kinds=("title",)).at(SEGMENT, row).text == "sales 2021"
    assert contexts(words, kinds=("headings",)).at(SEGMENT, row).text == "Report > Sales"
    assert contexts(words, kinds=("table_header",)).at(SEGMENT, row).text == "region | growth"


def test_the_files_name_with_its_ending(words: Tokenizer) -> None:
    kinds: tuple[ContextKind, ...] = ("file", "title", "document_title")
    assert contexts(words, kinds=kinds).at(SEGMENT, 0).text == "sales 2021.md — Annual Report"
    assert contexts(words, kinds=("file",)).at(SEGMENT, 0).text == "sales 2021.md"


def test_a_header_that_does_not_fit_loses_no_column(words: Tokenizer) -> None:
    header = "Three months (1): 2022 | 2021; Six months (1): 2022 | 2021; Assets of the company › Loans"
    segment = Segment(0, 0, (Block("x", "row", Place(), header=header),))
    made = contexts(words, 14, ("title", "table_header"), path="a long name for a file.csv")
    assert made.at(segment, 0).text.split("\n")[1] == "Three months: 2022 | 2021; Six months"
    made = contexts(words, 8, ("table_header",))
    assert made.at(segment, 0).text == "Three months: 2022 | 2021; Six"


def test_equal_names_are_said_once(words: Tokenizer) -> None:
    made = contexts(words, path="Annual Report.pdf", kinds=("title", "document_title"))
    assert made.at(SEGMENT, 0).text == "Annual Report"
    assert contexts(words, path="Sales.pdf").at(SEGMENT, 20).text.startswith("Annual Report — Report > Sales")


def test_white_space_is_made_one_space(words: Tokenizer) -> None:
    segment = Segment(0, 0, (Block("x", "row", Place(headings=("a\n b",)), header="c\t\td"),))
    assert contexts(words, kinds=("headings", "table_header")).at(segment, 0).text == "a b\nc d"


def test_the_uppermost_headings_give_way(words: Tokenizer) -> None:
    segment = Segment(0, 0, (Block("x", "text", Place(headings=("one two three", "four five", "six"))),))
    found = [contexts(words, budget, ("headings",)).at(segment, 0).text for budget in (10, 9, 6, 5, 3, 2)]
    assert found == ["one two three > four five > six", "four five > six", "four five > six", "six", "six", ""]


def test_each_part_has_its_share_and_what_one_leaves_goes_to_the_next(words: Tokenizer) -> None:
    segment = Segment(0, 0, (Block("x", "row", Place(), header=" ".join("abcdefghijklmnopqrst")),))
    made = contexts(words, 12, ("title", "table_header"), path="one two three four five six seven.csv")
    assert made.at(segment, 0).text == "one two three\na b c d e f"
    made = contexts(words, 12, ("title", "table_header"), path="one.csv")
    assert made.at(segment, 0).text == "one\na b c d e f g h"


def test_the_lines_before_a_pages_table_have_its_header(words: Tokenizer) -> None:
    page = Place(pages=(1,))
    row = Block("north 4\n", "row", page, header="region | growth")
    segment = Segment(0, 0, (Block("They grew.\n", "text", page), Block("region growth\n", "table", page), row))
    assert contexts(words, kinds=("table_header",)).at(segment, 0).text == "region | growth"
    header = Block("region growth and so on\n" * 20, "table", page)
    long = Segment(0, 0, (Block("They grew.\n", "text", page), header, row))
    assert contexts(words, kinds=("table_header",)).at(long, 0).text == "region | growth"
    far = Segment(0, 0, (Block("They grew. " * 40, "text", page), row))
    assert contexts(words, kinds=("table_header",)).at(far, 0).text == ""
    other = Segment(0, 0, (Block("They grew.\n", "text", Place(pages=(2,))), row))
    assert contexts(words, kinds=("table_header",)).at(other, 0).text == ""


def test_it_keeps_within_the_budget_whatever_counts(tokenizer: Tokenizer) -> None:
    headings = ("The first chapter, which has a long name", "漢字仮名交じり文", "🙂🙂🙂", "x" * 150)
    segment = Segment(0, 0, (Block("x", "row", Place(headings=headings), header="name, " * 40),))
    for budget in range(40):
        found = contexts(tokenizer, budget).at(segment, 0)
        assert found.tokens <= budget
        assert not found.text or len(tokenizer.token_starts(f"{found.text}\n")) <= budget
        assert found.text == found.text.strip()


def test_many_contexts_are_made_anew(words: Tokenizer) -> None:
    blocks = tuple(Block("x ", "text", Place(headings=(f"h{number}",))) for number in range(2_500))
    segment = Segment(0, 0, blocks)
    made = contexts(words, kinds=("headings",))
    assert [made.at(segment, start).text for start in segment.offsets[:-1]] == [f"h{n}" for n in range(2_500)]
