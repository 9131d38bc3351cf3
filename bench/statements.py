"""Whether what a figure of a business is worked out from is found: its statements, for 28 kinds of question.

    python bench/statements.py [--eval FOLDER] [--home DIR]

Each is asked about seven reports of financebench_pdf and mmlongbench_pdf, in whose sets they are searched for; right is
a hit on a page of a statement that has what is asked for. Prints the share of right ones among five hits, first ones,
and the mean reciprocal rank; of each kind the ranks (– none of twenty). The questions are in the manner of analysts
(FinanceBench), the pages were looked up by hand.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

del sys.path[0]  # bench/ingest.py is not the package

import ibid  # noqa: E402
from ibid.evaluation.corpus import corpus_library  # noqa: E402

ROOT = Path(__file__).parents[1]
REPORTS = {
    "financebench_pdf": {
        "American Express": ("AMERICANEXPRESS_2022_10K.pdf", "FY2022", {"income": 96, "balance": 98, "cash": 99}),
        "Johnson & Johnson": ("JOHNSON_JOHNSON_2022_10K.pdf", "FY2022", {"balance": 46, "income": 47, "cash": 50}),
        "Nike": ("NIKE_2019_10K.pdf", "FY2019", {"income": 52, "balance": 54, "cash": 55}),
        "Pfizer": ("Pfizer_2023Q2_10Q.pdf", "Q2 2023", {"income": 8, "balance": 10, "cash": 12}),
        "PepsiCo": ("PEPSICO_2023Q1_EARNINGS.pdf", "Q1 2023", {"income": 5, "cash": 7, "balance": 8}),
    },
    "mmlongbench_pdf": {
        "Costco": ("COSTCO_2021_10K.pdf", "FY2021", {"income": 36, "balance": 38, "cash": 40}),
        "Netflix": ("NETFLIX_2015_10K.pdf", "FY2015", {"income": 40, "cash": 42, "balance": 43}),
    },
}
QUESTIONS = (
    (
        "What is the {year} capital expenditure amount (in USD millions) for {name}? Rely on the cash flow statement.",
        "cash",
    ),
    ("Does {name} have a reasonably healthy liquidity profile based on its quick ratio for {year}?", "balance"),
    ("What is {name}'s {year} working capital ratio (current assets divided by current liabilities)?", "balance"),
    ("What is {name}'s current ratio in {year}?", "balance"),
    ("What is the {year} operating margin of {name}?", "income"),
    ("Does {name} have an improving gross margin profile as of {year}?", "income"),
    ("What is {name}'s {year} net profit margin in percent?", "income"),
    ("What is the {year} unadjusted EBITDA of {name}? Use operating income and D&A.", "income cash"),
    ("What was {name}'s free cash flow in {year}?", "cash"),
    ("Has {name} an improving free cash flow conversion as of {year}?", "cash income"),
    (
        "How many times has {name} turned over its inventory in {year}? Calculate the inventory turnover.",
        "income balance",
    ),
    ("What is {name}'s {year} days payable outstanding (DPO)?", "income balance"),
    ("What is {name}'s days sales outstanding in {year}?", "income balance"),
    ("What is {name}'s {year} return on assets (ROA)?", "income balance"),
    ("What return on equity did {name} have in {year}?", "income balance"),
    ("What is the debt-to-equity ratio of {name} at the end of {year}?", "balance"),
    ("What is the {year} fixed asset turnover ratio for {name}?", "income balance"),
    ("Using the balance sheet: what is the year end {year} net PPNE for {name}?", "balance"),
    ("What is the interest coverage ratio of {name} in {year}?", "income"),
    ("What was the dividend payout ratio of {name} in {year}?", "cash income"),
    (
        "What is {name}'s operating cash flow ratio for {year}: cash from operations / current liabilities?",
        "cash balance",
    ),
    ("Is {name} a capital-intensive business based on {year} data?", "balance cash income"),
    ("What is {name}'s {year} COGS as a share of revenue, from the income statement?", "income"),
    ("How much was the net income of {name} in {year}, according to the P&L statement?", "income"),
    ("What are the accounts payable of {name} in the statement of financial position of {year}?", "balance"),
    ("How much depreciation does the cash flow statement of {name} show for {year}?", "cash"),
    ("What were the total assets of {name} in {year}, using the statement of financial position?", "balance"),
    ("How much cash did {name} have at the end of {year} according to its balance sheet?", "balance cash"),
)
MOST = 20


def ranks(corpus: Path, home: Path, reports: dict[str, tuple[str, str, dict[str, int]]]) -> dict[tuple[str, int], int]:
    """Of each report's name and question's number the rank of the first right hit; 0 where there is none."""
    found: dict[tuple[str, int], int] = {}
    with ibid.open(home) as library, corpus_library(library, corpus) as own:
        own.ingest(corpus, prune=True)
        for name, (file, year, pages) in reports.items():
            for number, (question, statements) in enumerate(QUESTIONS):
                right = {pages[statement] for statement in statements.split()}
                hits = own.search(question.format(name=name, year=year), k=MOST)
                there = (hit.rank for hit in hits if hit.path.endswith(file) and right & set(hit.place.pages))
                found[name, number] = next(there, 0)
    return found


def main() -> None:
    """Measures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--eval", type=Path, default=ROOT.parent / "shared/eval")
    options.add_argument("--home", type=Path, help="kept for the next run; by default a temporary one")
    given = options.parse_args()
    found: dict[tuple[str, int], int] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name, reports in REPORTS.items():
            found |= ranks(given.eval / name / "corpus", given.home or Path(temporary) / ".ibid", reports)
    each = list(found.values())
    five, first = (sum(0 < rank <= most for rank in each) for most in (5, 1))
    mean = sum(1 / rank for rank in each if rank) / len(each)
    print(f"{len(each)} questions: right among five {five}, first {first}, mean reciprocal rank {mean:.3f}")
    for number, (question, _) in enumerate(QUESTIONS):
        own = (rank for (_, other), rank in found.items() if other == number)
        print(" ".join(f"{rank or '–':>3}" for rank in own), question)


if __name__ == "__main__":
    main()
