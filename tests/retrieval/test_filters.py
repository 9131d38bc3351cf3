"""Filters: which documents may be hits, as asked for and as the question itself says."""

import time

import pytest

from ingest.errors import UsageError
from retrieval.filters import Filter, named, names_one

DOCUMENTS = {
    "handbook.pdf": "Employee Handbook",
    "reports/2021.pdf": "Annual Report 2021",
    "reports/annual report 2022.pdf": "Annual Report 2022",
    "old/notes.md": "Notes",
    "new/notes.md": "Notes",
    "/elsewhere/prices.v2.csv": "",
    "data/İzmir.csv": "",
}


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("How many days of leave are in handbook.pdf?", ["handbook.pdf"]),
        ("How many days of leave does the HANDBOOK.PDF give?", ["handbook.pdf"]),
        ("What is said on page 3 of “handbook.pdf”?", ["handbook.pdf"]),
        ("According to the file 'handbook.pdf', who signs?", ["handbook.pdf"]),
        ("handbook.pdf: who signs?", ["handbook.pdf"]),
        ("Who signs (in handbook.pdf)?", ["handbook.pdf"]),
        ("What was the margin in 2021.pdf?", ["reports/2021.pdf"]),
        ("What was the margin in annual report 2022.pdf?", ["reports/annual report 2022.pdf"]),
        ("Compare 2021.pdf and handbook.pdf.", ["reports/2021.pdf", "handbook.pdf"]),
        ("in 2021.pdf, handbook.pdf and the file new/notes.md", ["reports/2021.pdf", "handbook.pdf", "new/notes.md"]),
        ("What is noted in new/notes.md?", ["new/notes.md"]),
        ("What does prices.v2.csv say?", ["/elsewhere/prices.v2.csv"]),
        ("What does /elsewhere/prices.v2.csv say?", ["/elsewhere/prices.v2.csv"]),
        ("Who signed the report “annual report 2021”?", ["reports/2021.pdf"]),
        ('What is in the document "Handbook"?', ["handbook.pdf"]),
        ("What is in İzmir.csv?", ["data/İzmir.csv"]),
    ],
)
def test_a_question_that_names_its_documents(question: str, paths: list[str]) -> None:
    assert names_one(question)
    assert named(question, DOCUMENTS) == paths


@pytest.mark.parametrize(
    "question",
    [
        "How many days of leave are in the handbook?",
        "What is noted in notes.md?",
        "What is noted in notes.md and handbook.pdf?",
        "Who signed the report “Notes”?",
        "What is in report.pdf?",
        "What is in my-handbook.pdf?",
        "What is in other/handbook.pdf?",
        "What is in handbook.pdf.bak?",
        "Which documents cite handbook.pdf?",
        "What is said of leave except in handbook.pdf?",
        "Which leave isn't named in handbook.pdf?",
        "in handbook.pdf, and does anyone cite 2021.pdf?",
        "What changed in version 3.5?",
        "What does “force majeure” mean?",
        "Who wrote the report “Nothing of the kind”?",
        "the report not called “annual report 2021”",
        "",
    ],
)
def test_a_question_that_may_be_meant_otherwise(question: str) -> None:
    assert named(question, DOCUMENTS) == []


@pytest.mark.parametrize(
    "question", ["Who signs?", "What changed in version 3.5?", "e.g. 12.5 % of U.S.A.", "a “word”"]
)
def test_names_are_not_looked_at_for_most_questions(question: str) -> None:
    assert not names_one(question)


@pytest.fixture(scope="module")
def read(tmp_path_factory, make_home):
    """A home of some formats: not to be changed."""
    home = make_home(tmp_path_factory.mktemp("filters"))
    home.write("a.txt", "The heron stands on the quay.")
    home.write("b/birds.md", "# Birds of the Quay\n\nThe heron nests there.\n")
    home.write("b/page.htm", "<title>Herons, a page</title><p>A heron is grey.</p>")
    home.write("c.csv", "bird,place\nheron,quay\n")
    home.ingest()
    yield home
    home.close()


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        (["path=b/*"], {"b/birds.md", "b/page.htm"}),
        (["*.txt"], {"a.txt"}),
        (["format=md"], {"b/birds.md"}),
        (["format=Markdown"], {"b/birds.md"}),
        (["format=.HTML"], {"b/page.htm"}),
        (["format=csv", "format=text"], {"a.txt", "c.csv"}),
        (["title=quay"], {"b/birds.md"}),
        (["title=birds*"], {"b/birds.md"}),
        (["title=quay*"], set()),
        (["path=b/*", "format=htm"], {"b/page.htm"}),
        (["path=*", "path=!b/*"], {"a.txt", "c.csv"}),
        (["path=!b/*"], {"a.txt", "c.csv"}),
        (["format=pdf"], set()),
    ],
)
def test_only_what_a_filter_lets_through(read, given: list[str], paths: set[str]) -> None:
    hits = read.index.search("heron", k=10, filter=Filter(given))
    assert {hit.path for hit in hits} == paths


@pytest.mark.parametrize("given", ["title=", "format= ", ""])
def test_a_filter_that_says_nothing(given: str) -> None:
    with pytest.raises(UsageError):
        Filter([given])


def test_the_documents_of_a_home_that_a_question_names(read) -> None:
    assert read.index.named("Where is the heron in a.txt?") == ["a.txt"]
    assert read.index.named("Where is the heron in the document “Birds of the Quay”?") == ["b/birds.md"]
    assert read.index.named("Where is the heron in z.txt?") == []
    assert read.index.named("Where is the heron?") == []


@pytest.mark.parametrize(
    ("question", "paths"),
    [
        ("How does a.md differ from the other reports?", []),
        ("Compare a.md with the rest of the reports", []),
        ("What does a.md say that no other file says?", []),
        ("Is the margin in a.md higher than elsewhere?", []),
        ("Compare a.md with the year before", []),
        ("Compare a.md and b.md", ["a.md", "b.md"]),
        ("What does a.md say?", ["a.md"]),
        ('What is the margin in "report (1).md"?', ["report (1).md"]),
        ("In a.md, when is the next meeting?", ["a.md"]),
        ("In a.md, what was last year's profit?", ["a.md"]),
        ("In a.md, list all the rules", ["a.md"]),
        ("In a.md, is the price higher than 5 euros?", ["a.md"]),
        ("In a.md, what is the difference between A and B?", ["a.md"]),
        ("What does a.md say of each report?", []),
    ],
)
def test_a_question_about_a_file_and_others_is_asked_of_all(question: str, paths: list[str]) -> None:
    assert named(question, dict.fromkeys(("a.md", "b.md", "report (1).md"), "")) == paths


@pytest.mark.parametrize("question", ["in a.md " * 4_000, "report \u201c" * 12_000, "x" * 50_000 + "/a.md"])
def test_long_questions_are_looked_through_at_once(question: str) -> None:
    begun = time.process_time()
    named(question, {"a.md": "A"})
    assert time.process_time() - begun < 3
