"""What figures are worked out from is looked up too."""

import pytest

from retrieval.measures import with_lines
from retrieval.spelling import Asked

STATEMENT = """\
# Lorne plc, annual report

## Consolidated balance sheets

| | 2023 | 2022 |
|---|---|---|
| Current assets | 5,210 | 4,870 |
| Total assets | 9,800 | 9,100 |
| Current liabilities | 3,110 | 2,940 |
"""
DOCUMENTS = {
    "report.md": STATEMENT,
    "letter.md": "# Letter\n\nWorking capital of Lorne plc will be watched. What working capital is, we know.",
    "press.md": "# Press\n\nLorne plc opened a capital branch in 2023, with people working in shops.",
    "boats.md": "# Boats\n\nThe margin of the map is red. The ratio of sails to masts of a boat of Lorne plc is two.",
}


def looked_up(question: str) -> set[str]:
    """What is looked up beside the question's own words."""
    asked = with_lines(Asked(question, {"lorne": 1.0}))
    assert asked.text == question
    assert all(0 < weight < 1 for term, weight in asked.weights.items() if term != "lorne")
    return set(asked.weights) - {"lorne"}


@pytest.mark.parametrize(
    ("question", "some"),
    [
        ("What is Lorne's working capital?", {"current", "assets", "liabilities", "balance"}),
        ("Lorne's EBITDA margin", {"depreciation", "operating", "statements", "cash", "flows"}),
        ("COGS of Lorne", {"cost", "sold", "goods"}),
        ("return on common equity", {"stockholders", "net"}),
        ("days of payables outstanding", {"accounts", "inventories"}),
        ("net PP&E", {"property", "plant", "equipment"}),
        ("according to the P&L", {"earnings", "operations", "income"}),
        ("in the Statement of Financial Position", {"consolidated", "balance", "sheets"}),
    ],
)
def test_the_lines_and_statements_of_a_measure_are_looked_up(question: str, some: set[str]) -> None:
    assert some <= looked_up(question)


@pytest.mark.parametrize(
    "question", ["What is the ratio of sails to masts?", "Where is the ebit of tide?", "Who is working in the capital?"]
)
def test_other_questions_stay_as_they_are(question: str) -> None:
    asked = Asked(question, {"lorne": 1.0})
    assert with_lines(asked) is asked


def test_of_a_longer_name_the_shorter_one_is_no_measure() -> None:
    assert "plant" in looked_up("fixed asset turnover")
    assert "plant" not in looked_up("asset turnover")


def test_where_no_words_are_looked_up_none_are_added() -> None:
    asked = Asked("What is the working capital?")
    assert with_lines(asked) is asked


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_both_what_is_said_of_a_measure_and_what_it_is_worked_out_from_are_found(read, mode: str) -> None:
    hits = read.search("What was the working capital of Lorne plc in 2023?", 3, mode=mode)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]
    assert {"report.md", "letter.md"} <= {hit.path for hit in hits}
    assert "5,210" in next(hit.text for hit in hits if hit.path == "report.md")
    assert len({(hit.path, hit.span.start) for hit in hits}) == len(hits)


def test_lines_are_looked_for_in_the_documents_that_are_found_without_them(home) -> None:
    home.write("moss.md", "# Moss\n\n| Current assets | 5,210 |\n|---|---|\n| Current liabilities | 3,110 |\n")
    for at in range(6):
        home.write(f"talk-{at}.md", f"# Talk {at}\n\nThe working capital of Lorne, part {at}. Its current assets grow.")
    home.ingest()
    found = {hit.path for hit in home.search("What is the working capital of Lorne?", 6, mode="lexical")}
    assert len(found) == 6
    assert "moss.md" not in found
