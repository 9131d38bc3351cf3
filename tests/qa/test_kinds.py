"""Of which kind the answer to a question is."""

import time

import pytest

from qa.kinds import kind_of


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
        ("What happens to the rent if the shop burns down?", "other"),
        ("What does the fee include?", "other"),
        ("What fee applies for late returns?", "money"),
        ("What change fee is due?", "money"),
        ("What does a ticket to Holm cost?", "money"),
        ("What was the final bill for the roof?", "money"),
        ("What was the bill for mending the roof?", "money"),
        ("What is the bill for?", "other"),
        ("What did the repair come to in the end?", "money"),
        ("How much did the old van fetch?", "money"),
        ("How much did the boat go for?", "money"),
        ("What did the board come to believe?", "other"),
        ("Which bill is for the stairs?", "other"),
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
        ("Do we count repairs when we plan?", "other"),
        ("Is the office closed when it snows?", "other"),
        ("I got a card, when does it run out?", "time"),
        ("What is Dr Aasen paid a year?", "money"),
        ("What is the name of the school nurse?", "name"),
        ("What is P07's wife's name?", "name"),
        ("The heating died, which number do I ring?", "phone"),
        ("roman fort outing price", "money"),
        ("Is the price on the label?", "other"),
        ("Can you tell me when the office closes?", "time"),
        ("Is there a date when it closes?", "time"),
        ("What are the rules for paid leave?", "other"),
        ("What was he charged with?", "other"),
        ("Summarise the rent arrears procedure", "other"),
        ("ticket price child return", "other"),
        ("What is the name of the configuration file?", "other"),
        ("Did the club change the club's name?", "other"),
        ("How far in advance must I book?", "number"),
        ("How high is the excess?", "number"),
        ("How much faster do weighted graphs run?", "number"),
        ("How tall is the walnut tree?", "length"),
        ("How much does the dog weigh?", "weight"),
        ("How old was Mrs Thrale?", "age"),
        ("What do I get for recommending a friend who is taken on?", "other"),
        ("They lost the key, who has another?", "name"),
        ("What happens when the tide is high?", "other"),
    ],
)
def test_the_kind_of_a_question(question: str, kind: str) -> None:
    assert kind_of(question) == kind


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
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("steps to reset the boiler when it has locked out", "other"),
        ("Explain the procedure when the pump overheats.", "other"),
        ("Can a member who has left still borrow books?", "other"),
        ("Can you tell me who the mayor is?", "name"),
        ("Naima threw up last night, when can she go back to school?", "time"),
        ("until when may I drill on a saturday", "time"),
        ("Can you tell me when the office opens?", "time"),
        ("Remind me when the deposit is returned", "time"),
        ("I wonder when the bridge was opened", "time"),
        ("The year when the bridge was opened", "time"),
        ("Is it known who built the tower?", "name"),
        ("Does the plan state who designed it?", "name"),
        ("wages", "money"),
    ],
)
def test_a_clause_asks_for_no_time_and_no_name(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    "question",
    [
        "a" * 80 + " b c d e f g fees",
        "https-www-example-com-documents-annual-report-twenty-twenty-three-final revenue profit margin cost page seven",
        "a-" * 5000 + " cost table page",
        "-" * 20_000,
    ],
)
def test_long_words_are_read_at_once(question: str) -> None:
    begun = time.process_time()
    assert kind_of(question) in ("other", "money")
    assert time.process_time() - begun < 1
