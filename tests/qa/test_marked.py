"""Marked names: codes, abbreviations, capitals within a word."""

import pytest

from qa.marked import is_code, marked, parts_of, stands


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did GPT-4o score?", ["GPT-4o"]),
        ("Did LLaVa + Step-Back win on MMLU?", ["LLaVa", "MMLU"]),
        ("When was ticket INC-2024-051 closed, and INC-2024-051 opened?", ["INC-2024-051"]),
        ("What was revenue in FY2021, Q2 2022, Q22023 and 4Q19, in USD?", []),
        ("Who came 5th in the 70s with 500ml?", []),
        ("Where is the UK office of Smith in Paris?", []),
        ("When, as YYYY-MM-DD?", []),
        ("WHAT IS THE TOTAL OF INV-77?", []),
        ("Are X.25 lines slow in 2021-2022?", ["X.25"]),
    ],
)
def test_names_are_marked_by_their_form(question: str, names: list[str]) -> None:
    assert list(marked(question)) == names


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("GPT-4o", "by gpt 4o.", True),
        ("GPT-4o", "GPT-4 on MMLU", False),
        ("GPT-4o", "GPT-4, GPT4 and GPT-3.5", False),
        ("XR-200", "the XR200s", True),
        ("XR-200", "the XR-2000", False),
        ("LLaVa", "LLAVA", True),
        ("LLaVa", "lavallava", False),
    ],
)
def test_a_name_stands_where_its_parts_do_and_nothing_is_joined_to_them(name: str, text: str, *, there: bool) -> None:
    assert stands(name, text) is there


@pytest.mark.parametrize(
    ("name", "code"), [("B5", True), ("WO-2497", True), ("3M", True), ("3rd-and-9", False), ("24-yard", False)]
)
def test_codes(name: str, code: bool) -> None:
    assert is_code(name) is code


def test_numbers_of_codes_alone() -> None:
    assert parts_of(("B5", "WO-2497"), "Is B5 named in WO-2497 of 2024?") == {"b", "5", "wo", "2497"}
    assert parts_of(("B5",), "Has B5 5 rooms?") == {"b"}
