"""What a question asks for, and whether a text has something of that kind."""

import pytest

from qa.cues import answers, asked, fresh, matter


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is Solveig Harker's e-mail address?", "mail"),
        ("E-mail of the harbour master", "mail"),
        ("Is notice by e-mail valid?", "other"),
        ("Who sent the e-mail about the outage?", "name"),
        ("Who may borrow a camera?", "other"),
        ("What is the telephone number of the lost property office?", "phone"),
        ("What percentage of the members voted?", "share"),
        ("When was the old ferry closed?", "time"),
        ("What time zone is used in Oslo?", "other"),
        ("At what time does the ferry leave?", "time"),
        ("In which year did Acme open its first shop?", "time"),
        ("How much did the new radar set cost?", "money"),
        ("What rent is paid for the old ice house?", "money"),
        ("What did the divers charge?", "money"),
        ("What does a ticket to Holm cost?", "money"),
        ("How many passengers were carried?", "count"),
        ("How long is the new bridge?", "number"),
        ("Who designed the bridge?", "name"),
        ("Which hospital treated the deckhand?", "name"),
        ("What is the address of ADVANCO COMPANY?", "address"),
        ("At what address is the shop?", "address"),
        ("How did the board address the complaint?", "other"),
        ("Which directory holds the word lists?", "code"),
        ("What command line option keeps it quiet?", "code"),
        ("Which file format can it read?", "other"),
        ("What is done with lost keys?", "other"),
        ("What caused the delay?", "other"),
        ("What happens when the tide is high?", "other"),
    ],
)
def test_the_kind_of_a_question(question: str, kind: str) -> None:
    assert asked(question).kind == kind


@pytest.mark.parametrize(
    ("kind", "text", "has"),
    [
        ("mail", "Write to piers@example.org.", True),
        ("mail", "Her phone is 01632 960134.", False),
        ("phone", "Her phone is 01632 960134.", True),
        ("phone", "She has 96 columns.", False),
        ("phone", "order: 7; placed: 2024-09-03; city: Lille", False),
        ("share", "About a third of the members came.", True),
        ("share", "In sum 1,047 members came.", False),
        ("time", "It opened on 3 May.", True),
        ("time", "It opened late.", False),
        ("time", "The leak CVE-2024-31877 is closed.", False),
        ("code", "Word lists are in /usr/share/dict.", True),
        ("code", "Start it with --quiet.", True),
        ("code", "Read notes.txt first.", True),
        ("code", "Press ^C, or Ctrl-X.", True),
        ("code", "The `x' command swaps them.", True),
        ("code", "It is set by max_size.", True),
        ("code", "Well-known words are read either/or by hand.", True),  # `either/or` may be a path
        ("code", "Word lists are kept by the office. They are long.", False),
        ("money", "It cost 4.2 million.", True),
        ("money", "It cost £85.", True),
        ("money", "3.50 FLAT WHITE", True),
        ("money", "6. Any other business", False),
        ("money", "Fog cost only 23 departures.", False),
        ("money", "Wages and pensions 3,701 3,962", True),
        ("money", "4 Customs Row, Morrowhaven", False),
        ("money", "Morrowhaven, 18 November 2024", False),
        ("money", "Date: Fri, 21 Mar 2025 17:30:00 +0000", False),
        ("money", "Orbital shaker FL-185", False),
        ("money", "She would go down to 41,000 a year.", True),
        ("money", "She would go down to 41,000.", True),
        ("money", "It carried 41,000 people.", False),
        ("number", "FL-185 Incubating Shaker", False),
        ("number", "It was read at 17:30 on 2025-03-04.", False),
        ("number", "The FL-185 takes 9 flasks.", True),
        ("money", "FISCAL 2019 COMPARED TO FISCAL 2018", False),
        ("money", "Total revenues 2,019 2,018", True),
        ("money", "2 Flat White 6.40", True),
        ("money", "job: 17; hours: 26; parts_cost: 18750", True),
        ("money", "ticket: 30; date: 2024-09-18; action: Banned", False),
        ("count", "They carried 1,284,310 passengers.", True),
        ("count", "The cafe made 7,400 pounds for the first time in five years.", False),
        ("count", "Emissions fell from 2.9 to 2.3 kilograms.", False),
        ("number", "The bridge is long.", False),
        ("number", "Figure 11.1 shows that they live longer.", False),
        ("number", "It is wider [12], as table 3 tells.", False),
        ("number", "Figure 2: 14 bridges", True),
        ("name", "The prize went to Ezra Conlan.", True),
        ("name", "Next meeting: Tuesday 18 June 2024.", False),
        ("name", "1. Minutes of the last meeting", False),
        ("name", "Larger gifts are raffled.", False),
        ("other", "Anything.", True),
    ],
)
def test_whether_a_text_has_something_of_the_kind(kind: str, text: str, has: bool) -> None:
    assert answers(kind, text, frozenset()) is has


def test_what_the_question_gives_itself_is_no_answer() -> None:
    assert not answers("number", "In 1998 it was closed.", frozenset({"1998"}))
    assert not answers("name", "There the bridge was seen by Anna.", frozenset({"anna"}))
    assert answers("count", "It took 12 hours.", frozenset({"hour"}))


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
        ("It was closed. If it rains, who opens it?", "It was closed. If it rains, who opens it?"),
        ("Whom do I tell; if nobody is in, then what?", "Whom do I tell; if nobody is in, then what?"),
        ("The pier is old. Give its length in metres.", "The pier is old. Give its length in metres."),
        ("What did they answer? Was it yes?", "What did they answer? Was it yes?"),
        ("List the ferries.", "List the ferries."),
    ],
)
def test_how_to_write_the_answer_is_left_out(question: str, told: str) -> None:
    assert matter(question) == told


def test_what_a_text_says_that_the_question_does_not() -> None:
    assert fresh("name", "Anna Lind designed it in 2003.", {"anna"}) == {"lind"}
    assert fresh("time", "Anna Lind designed it in May 2003.", set()) == {"may", "2003"}
    assert fresh("count", "Anna has 3 boats.", set()) == {"3"}


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
    ("question", "kind"),
    [
        ("What is the claim number?", "reference"),
        ("Which order number was declined?", "reference"),
        ("What is the VAT number of Acme?", "reference"),
        ("what is our reference?", "reference"),
        ("What number of orders failed?", "number"),
        ("How many claim numbers are there?", "count"),
        ("What is the phone number?", "phone"),
    ],
)
def test_a_number_by_which_something_is_called(question: str, kind: str) -> None:
    assert asked(question).kind == kind


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("Your claim is C-90211.", True),
        ("Crime number LT/4471/25.", True),
        ("order 88213 declined", True),
        ("VAT SE556677889901", True),
        ("The excess is 150 pounds for each claim.", False),
        ("It cost 1,450.00 euros in 2023.", False),
        ("We met on 12/03/2024 or 2024-03-12.", False),
    ],
)
def test_what_such_a_number_looks_like(text: str, has: bool) -> None:
    assert answers("reference", text, frozenset()) is has
