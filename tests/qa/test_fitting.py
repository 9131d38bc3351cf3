"""Whether a text has something of the kind that a question asks for."""

import pytest

from qa.fitting import answers, fresh


@pytest.mark.parametrize(
    ("kind", "text", "has"),
    [
        ("mail", "Write to piers@example.org.", True),
        ("mail", "Her phone is 01632 960134.", False),
        ("phone", "Her phone is 01632 960134.", True),
        ("phone", "She has 96 columns.", False),
        ("phone", "order: 7; placed: 2024-09-03; city: Lille", False),
        ("share", "About a third of the members came.", True),
        ("share", "results.Price: 0.14", True),
        ("share", "price: 7.14; stock: 3", False),
        ("share", "In 2024 they received 0.42 of it.", False),
        ("share", "In sum 1,047 members came.", False),
        ("time", "It opened on 3 May.", True),
        ("time", "It opened late.", False),
        ("time", "The leak CVE-2024-31877 is closed.", False),
        ("time", "It is closed on Mondays.", True),
        ("time", "Try again after 20 minutes.", True),
        ("time", "Vouchers can be redeemed for three years.", True),
        ("time", "It has 20 minutes of music.", False),
        ("length", "The tree is 12 m high.", True),
        ("length", "It is nine feet deep.", True),
        ("length", "The fine may be 500 euros.", True),
        ("length", "2 Mill Lane", True),  # a row need not say of what
        ("length", "It stands before 2 Mill Lane.", False),
        ("weight", "The crate has 40 kg.", True),
        ("weight", "The crate has 40 bottles.", False),
        ("age", "She was 91 years old.", True),
        ("age", "He was born in 1931.", True),
        ("age", "She has 3 cats.", False),
        ("age", "He is 91.", True),
        ("age", "Drivers must be at least 21.", True),
        ("age", "It was made in 1780.", True),
        ("length", "It is a 10 minute walk.", True),
        ("length", "We have 3 in stock.", False),
        ("length", "It is 3 in wide.", True),
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
        ("money", "4. RENT REVIEW", False),
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


def test_what_a_text_says_that_the_question_does_not() -> None:
    assert fresh("name", "Anna Lind designed it in 2003.", {"anna"}) == {"lind"}
    assert fresh("time", "Anna Lind designed it in May 2003.", set()) == {"may", "2003"}
    assert fresh("count", "Anna has 3 boats.", set()) == {"3"}


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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("After decades of trying, a Colombian has won it.", False),
        ("An American won it.", False),
        ("After decades of trying, Egan Bernal has won it.", True),
        ("A win for Bernal.", True),
        ("Colombia Bernal won it.", True),
    ],
)
def test_one_of_many_is_no_name(text: str, told: bool) -> None:
    assert answers("name", text, {"win"}) is told


def test_a_label_is_no_name_and_a_measure_no_price() -> None:
    assert not answers("name", "9.06 | Sales: flats 2 and 6 are reserved.", set())
    assert answers("name", "CHAIR: We vote now.", set())
    assert answers("name", "Tutor: Petra Lind", set())
    assert not answers("money", "- Mobile crane, 40 tonne, 12 cm, with operator", set())
    assert answers("money", "- Mobile crane, 40 tonne, 1,200 a day", set())
