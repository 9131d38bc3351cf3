"""What a question asks for, and what it names."""

import time

import pytest

from qa.cues import asked, matter


@pytest.mark.parametrize(
    ("question", "issuer"),
    [
        ("Which company issued the receipt dated 18/01/2018?", True),
        ("From which shop is the bill of 12.50?", True),
        ("Who is the seller?", True),
        ("Which company bought the ferry?", False),
        ("Who designed the bridge?", False),
    ],
)
def test_who_a_paper_is_from(question: str, issuer: bool) -> None:
    assert asked(question).issuer is issuer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the working capital in 2015? Answer in thousands.", "What is the working capital in 2015?"),
        ("How many items? Please write the answer in int format.", "How many items?"),
        ("How many items?Round your answer to two decimal places.", "How many items?"),
        ("Who signed it? If it is not in the files, just say so.", "Who signed it?"),
        ("What drove the margin? If it is not useful, then please state that and why.", "What drove the margin?"),
        ("Who signed it? If you don't know, say \"I don't know\".", "Who signed it?"),
        ("Who signed it? if there is none say so", "Who signed it?"),
        ("Is it allowed? If not, please say where I can.", "Is it allowed? If not, please say where I can."),
        ("Is it due? If so, then tell me how much.", "Is it due? If so, then tell me how much."),
        ("It was closed. If it rains, who opens it?", "It was closed. If it rains, who opens it?"),
        ("Whom do I tell; if nobody is in, then what?", "Whom do I tell; if nobody is in, then what?"),
        ("The pier is old. Give its length in metres.", "The pier is old. Give its length in metres."),
        ("What did they answer? Was it yes?", "What did they answer? Was it yes?"),
        ("List the ferries.", "List the ferries."),
    ],
)
def test_how_to_write_the_answer_is_left_out(question: str, told: str) -> None:
    assert matter(question) == told


@pytest.mark.parametrize(
    ("question", "computed"),
    [
        ("What is the ratio of debt to assets?", True),
        ("How much higher was the profit than in 2019?", True),
        ("What was the average price of a ticket?", True),
        ("How much did the new radar set cost?", False),
        ("How many passengers were carried?", False),
    ],
)
def test_whether_an_answer_must_be_worked_out(question: str, computed: bool) -> None:
    assert asked(question).computed is computed


@pytest.mark.parametrize(
    ("question", "numbered"),
    [
        ("How many passengers used Route 5?", {("Route", "5")}),
        ("Who won Super Bowl 07?", {("Bowl", "7")}),
        ("When does route 58 leave?", {("route", "58")}),
        ("What costs more than 12 pounds?", set()),
        ("What is written on page 15?", set()),
        ("What happened on October 24?", set()),
        ("Who sailed in Summer 2019?", set()),
        ("Which is the fee for 12 tons?", set()),
    ],
)
def test_names_that_are_one_of_several_by_a_number(question: str, numbered: set[tuple[str, str]]) -> None:
    assert asked(question).numbered == numbered


@pytest.mark.parametrize(
    ("question", "relative"),
    [
        ("Which nation comes after Malaysia?", True),
        ("Was the price higher in Bergen?", True),
        ("Which part has the lowest price?", True),
        ("What does the latch cost?", False),
        ("What was the highlight of the summer?", False),
    ],
)
def test_whether_other_rows_tell_it_than_the_one_that_is_named(question: str, relative: bool) -> None:
    assert asked(question).relative is relative


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many paid members are there?", {"pay", "memb"}),
        ("How many boats sank this year?", {"boat", "sink"}),
        ("How many children under 5 are there?", {"child"}),
        ("How many members voted against Ada Byron?", {"memb"}),
        ("How many people work there?", set()),
        ("How long is it?", set()),
    ],
)
def test_what_is_counted(question: str, counted: set[str]) -> None:
    assert asked(question).counted == counted


@pytest.mark.parametrize("question", [". write answer " * 700 + "?", "x? " + ". write a" * 1000])
def test_what_never_says_how_to_answer_is_read_at_once(question: str) -> None:
    begun = time.process_time()
    assert matter(question) == question
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("question", "quantities"),
    [
        ("which flats have three bedrooms", {("bedroom", "3")}),
        ("Who is on duty in week 49?", {("week", "49")}),
        ("What is on floor 3?", {("flo", "3")}),
        ("May 2024 sales on 2 December", set()),
        ("What weighs 3.5 tonnes?", set()),
    ],
)
def test_what_is_named_with_a_number(question: str, quantities: set[tuple[str, str]]) -> None:
    assert asked(question).quantities == quantities


def test_a_year_is_no_number_of_something() -> None:
    assert asked("What is the surcharge by the 2024 price list?").quantities == set()


def test_names_of_two_words() -> None:
    assert asked("What is Derek Hartley's VAT number?").full_names == {("derek", "hartle")}
    assert asked("Did Derek Hartley pay on Monday?").full_names == {("derek", "hartle")}
    assert asked("Who is Anna Maria Lind, and what did Hartley say on Monday July 3?").full_names == set()


def test_a_short_second_year_is_no_number_of_its_own() -> None:
    found = asked("What was the profit in 2022-23?")
    assert (found.numbers, found.spans, "23" in found.coded) == ({"2022"}, {(2022, 2023)}, True)
