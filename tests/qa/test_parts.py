"""Parts that are asked for by their number."""

import pytest

from qa.packing import pack
from qa.parts import begins_part, part_of
from qa.providers import Request
from qa.providers.extractive import ExtractiveProvider

LEASE = (
    "1. Parties\n1.1 The Landlord is Marlowe Estates.\n2. Term\n2.1 The term is two years.\n3. Deposit\n"
    "3.1 The deposit is 1,200 pounds.\n3.2 It is returned within ten days.\n3.3 Deductions need an invoice.\n"
)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What does clause 4.2 say?", "4.2"),
        ("what is rule 3?", "3"),
        ("What happens in step 7?", "7"),
        ("What does § 12 mean?", "12"),
        ("What is in Section 3 of the report?", "3"),
        ("How do clauses 2 and section 3 differ?", ""),
        ("How many steps are there in 2023?", ""),
        ("What does it say?", ""),
    ],
)
def test_the_part_that_is_asked_for(question: str, number: str) -> None:
    assert part_of(question) == number


@pytest.mark.parametrize(
    ("text", "number", "begins"),
    [
        ("4.2 The Tenants shall not sublet.", "4.2", True),
        ("4.2. The Tenants shall not sublet.", "4.2", True),
        ("3. Only the coach opens the deep end.", "3", True),
        ("(3) Only the coach opens it.", "3", True),
        ("## 3. Field trial", "3", True),
        ("Section 3  Claims", "3", True),
        ("3 boxes of nails", "3", False),
        ("3.1 The deposit is 1,200 pounds.", "3", False),
        ("The 3. rule is this.", "3", False),
        ("3. Only the coach.", "", False),
    ],
)
def test_what_begins_with_the_number_of_a_part(text: str, number: str, begins: bool) -> None:
    assert begins_part(text, number) is begins


def test_a_clause_is_quoted_by_its_number(hit, embed) -> None:
    provider = ExtractiveProvider()
    sources = pack([hit(LEASE, path="lease.txt")], budget=2000, count=provider.count)
    deltas = provider.stream(Request("What does clause 3.3 say?", sources, (), 500, embed))
    assert "".join(delta.text for delta in deltas) == "3.3 Deductions need an invoice. [1]"
