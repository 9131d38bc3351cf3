"""A year of an answer must be that of what is quoted for it."""

import pytest

from ingest.types import Place
from qa.citations import resolve
from qa.dating import spans_in
from qa.grounding import grounded
from qa.packing import pack
from qa.scoring import scored
from qa.support import unsupported

MILL = "year\tsacks\n2001\t410\n2002\t520\n2003\t630"
REPORT = "Year ended December 31, 2022 2021\nRevenue 1,200 1,100\nNotes due 2029 500 400\n2023 2020\nCosts 870 860"
PROSE = "In 1998 the old bridge was closed. The ferry was sold. The new bridge was opened in 2003 by Anna Lind."


def wrong(text: str, source: str, hit, embed, *, question: str, structured: bool, **where) -> bool:
    """Whether an answer of one sentence counts as not borne out."""
    sources = pack([hit(source, start=50, **where)], budget=999, count=len)
    if structured:
        text, resolved = grounded(text, sources, scored(question, sources, embed), question=question)
    else:
        resolved = resolve(text, sources, question=question)
    assert resolved.quotes != ()
    return unsupported(text, sources, question=question, misdated=resolved.misdated) != ()


@pytest.mark.parametrize("structured", [True, False])
@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("It sold 520 sacks in 2002 [1].", False),
        ("It sold 520 sacks in 2001 [1].", True),
        ("In 2001 it sold 410 sacks [1], in 2002 520 [1].", False),
        ("It sold 520 sacks [1].", False),
    ],
)
def test_a_row_has_the_year(hit, embed, text: str, is_wrong: bool, structured: bool) -> None:
    where = {"place": Place(rows=(1, 4))}
    asked = "How many sacks did the mill sell?"
    assert wrong(text, MILL, hit, embed, question=asked, structured=structured, **where) == is_wrong


@pytest.mark.parametrize("structured", [True, False])
@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("Revenue was 1,100 in 2021 [1].", False),
        ("Revenue was 1,100 in 2020 [1].", True),
        ("Notes due 2029 were 500 in 2022 [1].", False),
        ("Costs were 870 in 2023 [1].", False),
        ("Costs were 870 in 2022 [1].", True),
    ],
)
def test_the_lines_over_it_have_it(hit, embed, text: str, is_wrong: bool, structured: bool) -> None:
    asked = "What were revenue, costs and notes?"
    assert wrong(text, REPORT, hit, embed, question=asked, structured=structured) == is_wrong


@pytest.mark.parametrize(
    "where", [{"context": "Report 2002"}, {"path": "2002.csv"}, {"place": Place(headings=("2002",))}]
)
def test_headings_context_and_path_have_it(hit, embed, where) -> None:
    text, source, asked = "520 sacks of wheat in 2002 [1].", "Oats: 410 sacks\nWheat: 520 sacks", "How much wheat?"
    assert not wrong(text, source, hit, embed, question=asked, structured=False, **where)


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("Anna Lind opened the new bridge in 2003 [1].", False),
        ("Anna Lind opened the new bridge in 1998 [1].", True),
        ("The ferry was sold in 1998 [1].", False),
        ("The bridge was closed in 1998, and Anna Lind opened the new one in 2003 [1].", False),
    ],
)
def test_a_sentence_has_it_or_leans_on_the_nearest_that_has(hit, embed, text: str, is_wrong: bool) -> None:
    assert wrong(text, PROSE, hit, embed, question="What happened?", structured=True) == is_wrong


@pytest.mark.parametrize("source", ["FY21: 520 sacks", "Season 2020/21: 520 sacks", "Since '21: 520 sacks"])
def test_years_in_two_digits(hit, embed, source: str) -> None:
    text = "In 2021 it was 520 sacks [1]."
    sources = pack([hit(f"2021 is far away\n\n\n{source}", start=50)], budget=999, count=len)
    assert resolve(text, sources).misdated == ()


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("2023-24 and 2024/2025", {(2023, 2024), (2024, 2025)}),
        ("calculation-2022-2023.pdf", {(2022, 2023)}),
        ("Tax calculation 2022 to 2023", {(2022, 2023)}),
        ("2023-12, 2023-24-01, 2018 to 2024, +49-2023-24", set()),
    ],
)
def test_years_from_one_into_the_next(text: str, spans: set[tuple[int, int]]) -> None:
    assert spans_in(text) == spans


def test_a_change_from_one_year_to_the_next_is_of_two() -> None:
    assert spans_in("the change from 2022 to 2023", asks=True) == set()
