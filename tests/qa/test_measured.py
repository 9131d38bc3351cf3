"""The lines that a measure is worked out from are quoted where no source says how high it is."""

import pytest

from qa.candidates import candidates
from qa.measured import measured
from qa.packing import pack

BALANCE = """\
\t2023\t2022
Inventories of parts sold\t12\t14
Total current assets (1)\t5,210\t4,870
Current assets held for sale, net of tax\t10\t20
Property and equipment, net\t1,200\t1,100
Current liabilities\t3,110\t2,940
Total stockholders’ equity\t700\t600
Current liabilities are paid within 12 months."""
LETTER = "Working capital is what we watch.\nCurrent assets grew.\nCurrent liabilities\t9\t8"


def quoted(hit, question: str, *texts: str) -> list[str]:
    hits = [hit(text, path=f"{at}.txt", rank=at + 1) for at, text in enumerate(texts)]
    sources = pack(hits, budget=5000, count=len)
    found = measured(question, sources, candidates(sources))
    return [one.text[span.start - one.span.start : span.end - one.span.start] for one, span in found]


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "What is the working capital in 2023?",
            ["Total current assets (1)\t5,210\t4,870", "Current liabilities\t3,110\t2,940"],
        ),
        ("How high is the fixed asset turnover?", ["Property and equipment, net\t1,200\t1,100"]),
        ("What return on equity was there?", ["Total stockholders’ equity\t700\t600"]),
        ("What is the EBITDA?", []),
        ("What does the balance sheet say?", []),
        ("Who pays?", []),
    ],
)
def test_lines_with_a_number_that_begin_with_a_name_are_quoted_in_the_names_order(hit, question, lines) -> None:
    assert quoted(hit, question, BALANCE) == lines


def test_they_are_of_the_document_that_has_most_of_them(hit) -> None:
    assert quoted(hit, "What is the working capital?", LETTER, BALANCE)[0].startswith("Total current assets")
    assert quoted(hit, "What is the working capital?", LETTER) == ["Current liabilities\t9\t8"]


@pytest.mark.parametrize("told", ["Working capital\t2,100\t1,930", "In 2023 working capital was 2,100."])
def test_where_the_measure_itself_is_told_they_are_not(hit, told: str) -> None:
    assert quoted(hit, "What is the working capital?", BALANCE, told) == []


def test_a_year_is_no_number_that_tells_it(hit) -> None:
    assert quoted(hit, "What is the working capital?", BALANCE, "Working capital was low in 2022.") != []
