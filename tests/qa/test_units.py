"""Sentences, rows and lines."""

import pytest

from ingest.chunkers._sentences import stands_alone
from ingest.types import Box, Place
from qa.units import is_sentence, leans, parted, units


def cut(text: str, place: Place = Place(), starts: tuple[int, ...] = ()) -> list[str]:  # noqa: B008
    return [text[span.start : span.end] for span in units(text, place, starts=starts)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\n ", []),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            "Dr. Lind met J. R. Stone at 5 p.m. on Friday. They left.",
            ["Dr. Lind met J. R. Stone at 5 p.m. on Friday.", "They left."],
        ),
        ("It costs 3.50 euros. See Fig. 2 for more.", ["It costs 3.50 euros.", "See Fig. 2 for more."]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("First paragraph\n\nSecond paragraph", ["First paragraph", "Second paragraph"]),
        ("# Title\n\n- one item\n- two items", ["# Title", "- one item", "- two items"]),
        ("4.11.5. Word lists\n\nThey are long.", ["4.11.5. Word lists", "They are long."]),
        ("It is red.\n\n## 4. Meals\n\nSoup.", ["It is red.", "## 4. Meals", "Soup."]),
        ("これは文です。次の文です。", ["これは文です。", "次の文です。"]),
    ],
)
def test_prose_is_cut_into_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_a_wrapped_sentence_is_one_unit() -> None:
    text = (
        "The cells were charged at a constant current until the voltage\n"
        "reached its limit. After that the current was lowered step by\nstep. A rest followed."
    )
    assert cut(text) == [
        "The cells were charged at a constant current until the voltage\nreached its limit.",
        "After that the current was lowered step by\nstep.",
        "A rest followed.",
    ]


def test_a_number_goes_on_with_its_abbreviation() -> None:
    text = "Oduya Estates Limited (company no. 0412) owns it. He said no. 12 voted for it. Ring Tel. +47 22 or Fax. 3."
    assert cut(text) == [
        "Oduya Estates Limited (company no. 0412) owns it.",
        "He said no. 12 voted for it.",  # two sentences: that is rarer
        "Ring Tel. +47 22 or Fax. 3.",
    ]


def test_rows_stay_whole() -> None:
    text = "name: Dr. Lind; note: Came. Went.\nname: Stone; note: -\n"
    assert cut(text, Place(rows=(1, 2))) == ["name: Dr. Lind; note: Came. Went.", "name: Stone; note: -"]


def test_the_rows_of_a_pages_table_stay_apart() -> None:
    text = "Net sales of the year before last\t14,694\t14,544\nCost of sales and of all else\t9,000\t8,000\n\nIt rose."
    found = [text[span.start : span.end] for span in units(text, Place(pages=(1,)))]
    assert found == [*text.split("\n")[:2], "It rose."]


def test_rows_with_cells_parted_by_bars_stay_apart() -> None:
    text = "Authority of the far north | 55,642 | 80.0 % | 13,953\nAuthority of the west | 204,269 | 83.6 % | 40,106"
    assert cut(text) == text.split("\n")


def test_a_records_long_prose_is_cut_into_sentences() -> None:
    text = "text: " + "This is a sentence of some length about nothing. " * 12
    found = cut(text, Place(pointers=("/0",)))
    assert found[0] == "text: This is a sentence of some length about nothing."
    assert len(found) == 12


def test_a_short_records_lines_are_one_unit() -> None:
    text = "closed: yes\nticket: 1\nvessel: Avocet\nclosed: no\nticket: 2\nplain line\nticket: 3; vessel: Curlew"
    starts = (text.index("ticket: 1"), text.index("ticket: 2"), text.index("ticket: 3"))
    assert cut(text, Place(pointers=("/0", "/1", "/2", "/3")), starts) == [
        "closed: yes",
        "ticket: 1\nvessel: Avocet\nclosed: no",
        "ticket: 2\nplain line",
        "ticket: 3; vessel: Curlew",
    ]


def test_a_long_records_lines_are_units() -> None:
    text = "\n".join(f"key{at}: one two three four" for at in range(13))  # 65 words
    assert len(cut(text, Place(pointers=("/0",)))) == 13


def test_printed_lines_stay_but_where_a_sentence_goes_on() -> None:
    text = "TOTAL\n26.60\n2. The plating is wasted below\nthe waterline. At the worst\npoint 2.9 mm remain.\n3. End"
    printed = Place(pages=(1,), boxes=(Box(1, 0, 0, 9, 9),), confidence=0.9)
    assert cut(text, printed) == [
        "TOTAL",
        "26.60",
        "2. The plating is wasted below\nthe waterline.",
        "At the worst\npoint 2.9 mm remain.",
        "3. End",
    ]


def test_running_text_that_was_printed_goes_on_whatever_its_next_line_begins_with() -> None:
    printed = Place(pages=(1,), boxes=(Box(1, 0, 0, 9, 9),), confidence=0.9)
    text = "She is released for service from 20 December\n2024. She may carry sixty people.\nGREEN STORE\n12 Mill Road"
    assert cut(text, printed) == [
        "She is released for service from 20 December\n2024.",
        "She may carry sixty people.",
        "GREEN STORE",
        "12 Mill Road",
    ]
    parted = "She is released for service from 20 December\n\nHarbour Office of Port Ellery"
    assert cut(parted, printed) == parted.split("\n\n")


@pytest.mark.parametrize(
    ("text", "sentence", "leaning"),
    [
        ("The bridge is long.", True, False),
        ("It is long.", True, True),
        ("Her certificate expires (soon.)", True, True),
        ("| Avocet | 38 |", False, False),
        ("Opening hours", False, False),
    ],
)
def test_sentences_and_what_they_lean_on(text: str, *, sentence: bool, leaning: bool) -> None:
    assert (is_sentence(text), leans(text)) == (sentence, leaning)


def test_the_line_below_a_heading_is_no_unit() -> None:
    text = "1.3.0\n=====\n(2019)\n\n- one\n\n~~~\n"
    assert [text[unit.start : unit.end] for unit in units(text, Place())] == ["1.3.0", "(2019)", "- one"]


@pytest.mark.parametrize(
    ("following", "ends"),
    [
        ("5. Termination. Either party may end it.", True),
        ("5. Fees and Charges: The Lessee pays.", True),
        ("5.1 Either party may end it.", True),
        ("§ 5 Termination. Either party may end it.", True),
        ("Article 5. Termination. Either party may end it.", True),
        ("(5) Termination. Either party may end it.", True),
        ("REQ-012 After a stop the pump restarts.", True),
        ("5. Run the tests. Then commit.", False),  # a step
        ("5 boxes of nails were sold.", False),
        ("Termination. Either party may end it.", False),
    ],
)
def test_where_a_clause_begins_a_paragraph_ends(following: str, ends: bool) -> None:
    text = f"Fuel may not be stored there.\n{following}"
    assert parted(text, 29, 30) is ends
    assert parted(text.replace("\n", " "), 29, 30) is False  # within a line
    assert parted(f"It ends.\n \n{following}", 8, 11)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2025-03-02 08:14:07,112 INFO started on port 8085 and", "2025-03-02 08:14:09,480 INFO connected, pool 20"),
        ("[2025-03-02T08:14:07] started on port 8085 and", "[2025-03-02T08:14:09] connected, pool of 20"),
        ("Mar  2 08:14:07 host sshd: session opened for", "Mar  2 08:14:09 host sshd: session closed"),
        ("08:14:07 started on port 8085 of the machine and", "08:14:09 connected, pool of 20"),
        (
            '10.0.0.1 - - [02/Mar/2025:08:14:07 +0000] "GET /" 200',
            '10.0.0.1 - - [02/Mar/2025:08:14:09 +0000] "GET /a" 404',
        ),
    ],
)
def test_each_line_of_a_log_is_a_unit(first: str, second: str) -> None:
    assert cut(f"{first}\n{second}\n", Place(lines=(1, 2))) == [first, second]


def test_an_abbreviation_before_a_number_ends_no_sentence() -> None:
    assert cut("Call Jide Okafor, ext. 4465. He helps.", Place()) == ["Call Jide Okafor, ext. 4465.", "He helps."]


def test_a_row_ends_where_another_table_is_described() -> None:
    text = "name: Ann; town: Bern\nname: Bo; town: Ulm\nUpper town\nTable of sheet B: 4 rows, 1 column\nNote: text"
    assert cut(text, Place(rows=(1, 2)), starts=(0, 22)) == [
        "name: Ann; town: Bern",
        "name: Bo; town: Ulm\nUpper town",
        "Table of sheet B: 4 rows, 1 column",
        "Note: text",
    ]


def test_where_blocks_of_prose_begin_parts_no_sentences() -> None:
    assert cut("Title\n\nOne. Two.", starts=(0, 7)) == ["Title", "One.", "Two."]


@pytest.mark.parametrize("text", ["公司成立于1998年。", "「はい。」", "यह लाल है।", "هل هو أحمر؟"])
def test_sentences_of_other_scripts_are_sentences(text: str) -> None:
    assert is_sentence(text)


def test_hindi_and_urdu_are_cut_into_sentences() -> None:
    assert cut("यह लाल है। वह नीला है।") == ["यह लाल है।", "वह नीला है।"]


def test_the_members_of_a_list_in_a_long_record_are_units() -> None:
    words = " ".join(["long"] * 60)
    text = (
        f"room: Hall\nnote: {words}\nexhibits.0.name: Bell\nexhibits.0.condition: good\nexhibits.1.name: Whale box\n"
        "exhibits.1.condition: poor"
    )
    assert cut(text, Place(pointers=("/0",)), starts=(0,)) == [
        "room: Hall",
        f"note: {words}",
        "exhibits.0.name: Bell\nexhibits.0.condition: good",
        "exhibits.1.name: Whale box\nexhibits.1.condition: poor",
    ]


def test_a_long_row_stays_in_its_lines() -> None:
    told = "\n".join(
        f"Item {at}: the members talked of it for a while and then went on to the next one." for at in range(6)
    )
    text = f"day: Monday; minutes: {told}; by: Ann"
    assert cut(text, Place(rows=(1, 1)), starts=(0,)) == text.split("\n")


def test_min_and_max_before_a_number_end_no_sentence() -> None:
    text = "It expires every 90 days, min. 14 characters. That is the max. Then it is changed."
    assert cut(text)[0] == "It expires every 90 days, min. 14 characters."


def test_who_wrote_an_older_mail_stands_by_itself() -> None:
    text = "See you then.\nAnita\nOn Tue, 10 Nov 2026 Julian Fox wrote:\nIs the network down again?"
    assert "On Tue, 10 Nov 2026 Julian Fox wrote:" in cut(text)


@pytest.mark.parametrize(
    "text",
    [
        "The minister of the parish is the Rev. Martin King.",
        "It is told in Vol. II of the book by Col. Smith.",
        "See Fig. A, or ring Tel. No. 5.",
        "Torstr. 88 is where it stands.",
        "The tank is full when it takes about\n2.5 litres of oil from the can beside it.",
    ],
)
def test_what_is_no_end_of_a_sentence(text: str) -> None:
    assert cut(text) == [text]


def test_runs_of_dots_take_no_long_time() -> None:
    assert len(cut("." * 60_000 + "b")) == 1  # quadratic, it took minutes


TALK = """Recording of 14 January

[00:12:40] MR FOSSE: So the gap is sixty thousand. The biggest part is pay.
[00:15:50] CLLR MARLOW: I can't support this. I shall abstain.
CHAIR: Thank you. We vote.
WARNING: the floor is wet. Mind the step.
Thu 2/1 09:10 NR  Ellie Danby - payslip missing. Told her Monday.
Fri 3/1 11:45 OT  Landlord about the carpet."""


def test_a_turn_of_a_conversation_and_what_was_noted_are_units() -> None:
    assert cut(TALK) == [
        "Recording of 14 January",
        "[00:12:40] MR FOSSE: So the gap is sixty thousand. The biggest part is pay.",
        "[00:15:50] CLLR MARLOW: I can't support this. I shall abstain.",
        "CHAIR: Thank you. We vote.",
        "WARNING: the floor is wet.",
        "Mind the step.",
        "Thu 2/1 09:10 NR  Ellie Danby - payslip missing. Told her Monday.",
        "Fri 3/1 11:45 OT  Landlord about the carpet.",
    ]


def test_a_long_turn_is_cut_into_sentences() -> None:
    long = "MR FOSSE: " + "We talked of it for a long time, and of more. " * 8
    assert len(cut(long)) == 8


@pytest.mark.parametrize(
    "text",
    [
        "The rent is due on the first day of each month as it is said in\nARTICLE 5: Rent, and that of the next too.",
        "The train leaves the station in the morning at\n10:30 Monday to Friday and then again.",
    ],
)
def test_what_is_wrapped_before_a_label_or_a_time_goes_on(text: str) -> None:
    assert cut(text) == [text]


def test_a_field_in_capitals_is_no_turn() -> None:
    assert not any(map(stands_alone_at, ("NAME: Anna Lind", "ROLE: Treasurer", "PLOT: 14", "TOTAL: 12.50", "P1: high")))
    assert all(map(stands_alone_at, ("CHAIR: Thank you.", "P3: I was there.", "10:05 Anna: Hello there")))


def stands_alone_at(text: str) -> bool:
    return stands_alone(text, 0)
