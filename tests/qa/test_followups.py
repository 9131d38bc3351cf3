"""Which questions lean on the turn before, and what they are searched with."""

import pytest

from qa.followups import leans, standalone
from qa.types import Answer, Turn, Usage


def turn(question: str, text: str = "The documents do not say.", *, abstained: bool = False) -> Turn:
    answer = Answer(question, text, abstained, (), (), (), "c", "extractive", "extractive", Usage())
    return Turn(question, answer)


FOUNDED = turn("Who founded Borealis?", "Borealis was founded by Jonas Lind in 1998. [1]")
SIGNED = turn("When was the contract with Borealis signed?", "The contract with Borealis was signed on 3 May 2021. [1]")
REVENUE = turn("What was the revenue of Acme in 2020?", "Revenue of Acme was 12 million in 2020. [2]")
TAX = turn("What is the tax rate in Sweden?", "The rate is 22 percent. [1]")
SHOPS = turn("How many shops does Acme run?", "Acme runs 41 shops. [1]")

TUTOR = turn("Who is the form tutor of 9B?", "Petra Kovač is the form tutor of 9B. [1]")

LEANING = [
    (TUTOR, "And of 9C?", "And of 9C? who form tutor"),
    (REVENUE, "And in 2021?", "And in 2021? what revenue Acme"),
    (REVENUE, "in 2022?", "in 2022? what revenue Acme"),
    (REVENUE, "And the profit?", "And the profit? Acme 2020"),
    (REVENUE, "Why?", "Why? revenue Acme 2020"),
    (REVENUE, "How much was it the year before?", "How much was it the year before? revenue Acme 2020"),
    (REVENUE, "And what was the operating profit in 2021?", "And what was the operating profit in 2021? Acme"),
    (REVENUE, "Which currency is that in?", "Which currency is that in? revenue Acme 2020"),
    (REVENUE, "What about Borealis?", "What about Borealis? what revenue 2020"),
    (SIGNED, "Who signed it?", "Who signed it? contract Borealis"),
    (SIGNED, "Who signed?", "Who signed? contract Borealis"),
    (SIGNED, "What does it say about termination?", "What does it say about termination? contract Borealis signed"),
    (SIGNED, "For how long?", "For how long? contract Borealis signed"),
    (SIGNED, "What was its price?", "What was its price? contract Borealis signed"),
    (SIGNED, "How much did they pay?", "How much did they pay? contract Borealis signed"),
    (SIGNED, "Is this still valid?", "Is this still valid? contract Borealis signed"),
    (FOUNDED, "When did he die?", "When did he die? founded Borealis Jonas Lind"),
    (FOUNDED, "Where was he born?", "Where was he born? founded Borealis Jonas Lind"),
    (FOUNDED, "And who replaced him?", "And who replaced him? founded Borealis Jonas Lind"),
    (FOUNDED, "What was his first job?", "What was his first job? founded Borealis Jonas Lind"),
    (FOUNDED, "When?", "When? founded Borealis"),
    (TAX, "What about Norway?", "What about Norway? what tax rate"),
    (TAX, "And in Norway?", "And in Norway? what tax rate"),
    (TAX, "Since when?", "Since when? tax rate Sweden"),
    (TAX, "Tell me more.", "Tell me more. tax rate Sweden"),
    (SHOPS, "How many of them are open on Sundays?", "How many of them are open on Sundays? shops Acme run"),
    (SHOPS, "Which one is the cheapest?", "Which one is the cheapest? shops Acme run"),
    (SHOPS, "What else?", "What else? shops Acme run"),
    (SHOPS, "How many people work there?", "How many people work there? shops Acme run"),
    (SHOPS, "how many employees?", "how many employees? Acme run"),
]
HOTELS = turn("How much is paid for hotels in Bern?", "120 euros a night. [1]")
DISCOUNT = turn("What discount does Alpine Rescue Tyrol get?", "15 per cent. [1]")
LEAVE = turn("How many days of leave do trainees get in 2023?", "20 days. [1]")
TICKET = turn("What does a ticket for children cost on weekdays?", "2 euros. [1]")
CAPS = turn("What was the price of the red cap in March 2024?", "9 euros. [1]")
ORDERS = turn("How many orders came in during Q1 2024?", "Nine. [1]")
SKODA = turn("Who drives the Skoda?", "Vera Lang. [1]")
REPLACING = [
    (HOTELS, "And for meals?", "And for meals? how much paid Bern"),
    (HOTELS, "and for meals in Zurich?", "and for meals in Zurich? how much paid Bern"),
    (HOTELS, "What about meals?", "What about meals? paid Bern"),
    (HOTELS, "And in Zurich?", "And in Zurich? how much paid hotels"),
    (HOTELS, "How about in Zurich?", "How about in Zurich? how much paid hotels"),
    (HOTELS, "Zurich?", "Zurich? how much paid hotels"),
    (DISCOUNT, "And Port of Tarragona?", "And Port of Tarragona? discount get"),
    (DISCOUNT, "What about Skerry Fish Farms?", "What about Skerry Fish Farms? discount get"),
    (DISCOUNT, "The same for Lund, please.", "The same for Lund, please. discount get"),
    (LEAVE, "and apprentices?", "and apprentices? days leave get 2023"),
    (LEAVE, "What about 2022?", "What about 2022? how many days leave trainees get"),
    (LEAVE, "and how about in 2022?", "and how about in 2022? how many days leave trainees get"),
    (TICKET, "And for students?", "And for students? what ticket cost weekdays"),
    (TICKET, "And on Sundays?", "And on Sundays? what ticket children cost"),
    (TICKET, "on holidays?", "on holidays? what ticket children cost"),
    (CAPS, "And the blue scarf?", "And the blue scarf? price red cap March 2024"),  # or the weight?
    (SKODA, "And the van?", "And the van? drives"),
    (SKODA, "And the Ford?", "And the Ford? who drives"),
    (turn("How much is breakfast?"), "and lunch? how much", "and lunch? how much"),
    (turn("How do I cancel an order?"), "And a subscription?", "And a subscription? cancel"),
    (
        turn("What were sales in the third quarter of 2023?"),
        "In the fourth quarter?",
        "In the fourth quarter? sales 2023",
    ),
    (turn("Is there parking near the museum?"), "and near the station?", "and near the station? parking"),
    (CAPS, "And of the blue scarf?", "And of the blue scarf? price March 2024"),
    (CAPS, "And in April?", "And in April? what price red cap 2024"),
    (CAPS, "And in 2023?", "And in 2023? what price red cap March"),
    (ORDERS, "And in Q2?", "And in Q2? how many orders came 2024"),
    (TAX, "And in winter?", "And in winter? what tax rate Sweden"),
    (SIGNED, "And the invoice?", "And the invoice? Borealis signed"),
]
INDEPENDENT = [
    "What is the capital of Norway?",
    "How many employees does Borealis have?",
    "What is photosynthesis?",
    "Where is Oslo?",
    "Is it possible to cancel a subscription?",
    "How long does it take to charge the battery?",
    "Are there any fees for late payment?",
    "How many rooms are there in the hotel?",
    "Who is the person that signed the contract?",
    "When did Acme change its name?",
    "How did the company get its name?",
    "What did Newton say about his mother?",
    "What happens to the deposit when it is late?",
    "Who was the first president of the club?",
    "In which year did Acme open its first shop?",
    "And who is the CEO of Borealis?",
    "What does the report say that the company plans?",
    "How do refunds work?",
    "Which of the suppliers deliver on Sundays?",
]


@pytest.mark.parametrize(("before", "question", "searched"), LEANING, ids=[row[1] for row in LEANING])
def test_a_question_that_leans_is_searched_with_what_it_leans_on(before: Turn, question: str, searched: str) -> None:
    assert standalone(question, [before]) == searched


@pytest.mark.parametrize(("before", "question", "searched"), REPLACING)
def test_what_is_asked_for_takes_the_place_of_its_like(before: Turn, question: str, searched: str) -> None:
    assert standalone(question, [before]) == searched


def test_each_new_object_takes_the_place_of_the_last() -> None:
    turns = [HOTELS, turn("And for meals?"), turn("And in Zurich?")]
    assert standalone("And for trains?", turns) == "And for trains? how much Zurich paid"
    assert standalone("And in Basel?", turns) == "And in Basel? how much meals paid"


@pytest.mark.parametrize("question", INDEPENDENT)
def test_an_independent_question_is_not_touched(question: str) -> None:
    assert not leans(question)
    assert standalone(question, [REVENUE, FOUNDED]) == question


def test_the_matter_is_carried_over_several_turns() -> None:
    turns = [REVENUE, turn("And in 2021?", "13 million. [1]"), turn("And in 2022?", "14 million. [1]")]
    assert standalone("And in 2023?", turns) == "And in 2023? what revenue Acme"


BUILT = turn("Which shipyard built Sanderling?", "Sanderling came from a family yard. [1]")
SHUT = turn("How long was the landing at Holm Point shut?", "It was shut for nineteen days. [1]")


@pytest.mark.parametrize(
    ("turns", "question", "searched"),
    [
        ([BUILT], "What did she cost?", "What did she cost? Sanderling"),
        ([BUILT, turn("What did she cost?", "4.86 million. [1]")], "How long is she?", "How long is she? Sanderling"),
        (
            [turn("Which shipyard built Sanderling?", "She was launched in September by Nell. [1]")],
            "What did she cost?",
            "What did she cost? Sanderling Nell",
        ),
        ([SHUT], "Who led the repair there?", "Who led the repair there? landing Holm Point shut"),
        ([BUILT], "Why?", "Why? shipyard built Sanderling"),
        (
            [turn("Which company insures the fleet?")],
            "What does it charge?",
            "What does it charge? company insures fleet",
        ),
    ],
)
def test_what_was_asked_before_is_left_out_where_a_pronoun_stands_for_what_was_named(
    turns: list[Turn], question: str, searched: str
) -> None:
    assert standalone(question, turns) == searched


def test_an_independent_question_begins_a_new_matter() -> None:
    assert standalone("Why?", [REVENUE, TAX]) == "Why? tax rate Sweden"


def test_an_abstention_names_nothing() -> None:
    before = turn("Who founded Borealis?", abstained=True)
    assert standalone("When did he die?", [before]) == "When did he die? founded Borealis"


@pytest.mark.parametrize("question", ["Who signed it?", "Why?", "And in 2021?"])
def test_the_first_question_of_a_conversation_stays(question: str) -> None:
    assert standalone(question, []) == question


@pytest.mark.parametrize(
    "question", ["Thanks!", "OK", "thank you very much", "Is there a café?", "What is this year's budget?"]
)
def test_what_leans_on_nothing_is_searched_as_it_is(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize("question", ["Why?", "how much was paid?", "What does this cost?", "and in 2020?"])
def test_what_leans_on_the_question_before(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    ("before", "question", "searched"),
    [
        ("How much is the rent of the boat house?", "And the deadline?", "And the deadline? rent boat house"),
        ("When was Anna born?", "Her salary?", "Her salary? Anna born"),
        ("How long is the long bridge?", "And in Oslo?", "And in Oslo? how long bridge"),
    ],
)
def test_who_asks_for_something_else_is_not_asked_for_the_same(before: str, question: str, searched: str) -> None:
    assert standalone(question, [turn(before)]) == searched


def test_another_subject_leaves_the_names_that_an_answer_gave_to_the_one_before() -> None:
    extension = turn("What is her extension?", "Extension 212. [1]")
    assert standalone("And of 9C?", [TUTOR, extension]) == "And of 9C? extension form tutor"
    assert standalone("And the room?", [TUTOR, extension]) == "And the room? form tutor 9B Petra Kovač"


def test_another_month_takes_the_place_of_the_one_before() -> None:
    gas = turn("How much gas was used in February?", "12 MWh. [1]")
    assert standalone("and in May?", [gas, turn("and water?", "3. [1]")]) == "and in May? water gas used"


ENGINEER = turn("Who is the structural engineer?", "name: Kwame Owusu; role: Structural engineer [1]")


def test_it_is_no_person() -> None:
    question = "When does the archaeologist come to see it?"
    assert standalone(question, [ENGINEER]) == question
    assert standalone("Where does it lie?", [turn("When was the mill built?")]) == "Where does it lie? mill built"


def test_who_else_it_is_has_another_name() -> None:
    phone = turn("What is his phone number?", "01632 960 455 [1]")
    question = "And who is the scaffold supervisor?"
    assert standalone(question, [ENGINEER, phone]) == question
    assert "Kwame" not in standalone("What about the scaffold supervisor?", [ENGINEER, phone])


def test_another_day_of_the_month_or_the_week() -> None:
    duty = turn("Who is on duty on 23 November?", "Dr Feld [1]")
    assert standalone("and on the 24th?", [duty]).startswith("and on 24 November? ")
    assert "23" not in standalone("and on the 24th?", [duty])
    assert (
        standalone("and on monday?", [turn("who has the early shift on friday?")]) == "and on monday? who early shift"
    )


def test_an_ordinal_that_is_no_day_stays() -> None:
    goals = turn("Who scored on 4 May?", "Lind [1]")
    assert standalone("And the 3rd goal?", [goals]).startswith("And the 3rd goal?")


def test_it_may_be_the_place_where_somebody_lives() -> None:
    lives = turn("Who lives at Rose Cottage?", "Anna Lind [1]")
    assert "Rose Cottage" in standalone("Does it have a garden?", [lives])
