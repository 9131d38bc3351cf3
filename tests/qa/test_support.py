"""Which sentences of an answer are not borne out by the sources they name, and what a refusal is."""

import pytest

from ingest.types import Place, Span
from qa.bearing import names_of
from qa.numbers import numbers_of
from qa.packing import pack
from qa.support import refuses, unsupported

BRIDGE = "The new bridge in Moss is 120 m long. It was opened in 2003 by Anna Lind and cost 1,200,000 euros."
FERRY = "The Norwegian ferry ran twice a day. It carried four hundred people and 40.50 tonnes."


@pytest.fixture
def sources(hit):
    place = Place(lines=(1, 1), generated=True)
    return pack(
        [
            hit(BRIDGE, path="report-2022.txt", context="Glomma crossings"),
            hit(FERRY, path="f.txt", rank=2),
            hit("A ferry at 7 knots.", path="p.png", rank=3, place=place, generated=[Span(0, 19)]),
        ],
        budget=999,
        count=len,
    )


@pytest.mark.parametrize(
    "text",
    [
        "It is 120 m long [1].",
        "It is 120 m long. [1]",
        "It was opened by Anna Lind [1] and cost 1200000 euros [1].",
        "The ferry carried 40.5 tonnes [2].",
        "The ferry is from Norway [2].",
        "In 2022 the Glomma was crossed [1].",
        "- It is 120 m long [1]\n* It ran twice [2]",
        "1. It is 120 m long [1].\n2. It ran twice [2].",
        "Yes. It is 120 m long [1].",
        "These are the facts:\nIt is 120 m long [1].",
        "The ferry ran and the bridge cost 1.2 [2].".replace("1.2", "1,200,000").replace("[2]", "[2][1]"),
        "The documents do not say.",
        "The sources do not mention the colour. It is 120 m long [1].",
    ],
)
def test_what_is_borne_out(sources, text: str) -> None:
    assert unsupported(text, sources) == ()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is 130 m long [1].", ("It is 130 m long.",)),
        ("It is 120 m long [2].", ("It is 120 m long.",)),
        ("It is long.", ("It is long.",)),
        ("It is blue. It is 120 m long [1].", ("It is blue.",)),
        ("It was opened by Kari Nes [1]. It cost 1,200,000 euros [1].", ("It was opened by Kari Nes.",)),
        ("It is long [9].", ("It is long.",)),
        ("The ferry made 7 knots [3].", ("The ferry made 7 knots.",)),
        ("Paris", ("Paris",)),
        ("It ran 2 times on page 1 [2].", ("It ran 2 times on page 1.",)),
        ("The documents do not say. But it is in Oslo.", ("But it is in Oslo.",)),
        ("It opened in 1.20 [1].", ("It opened in 1.20.",)),
    ],
)
def test_what_is_not(sources, text: str, sentences: tuple[str, ...]) -> None:
    assert unsupported(text, sources) == sentences


def test_names_of_the_question_are_no_claims(sources) -> None:
    text = "The crossing of the River Vorma is 120 m long [1]."
    assert unsupported(text, sources) == ("The crossing of the River Vorma is 120 m long.",)
    assert unsupported(text, sources, question="How long is the crossing of the River Vorma?") == ()


def test_numbers_have_one_form() -> None:
    assert numbers_of("1,234.50 and 007 and 2.0 and 10") == {"1234.5", "7", "2", "10"}


def test_names_are_capitalised_but_not_for_being_first() -> None:
    assert names_of("Bridges in Oslo") == names_of("Oslo") != set()
    assert names_of("Anna Lind came to the party") >= names_of("Lind")
    assert names_of("Nobody came") == set()
    assert names_of("Yes") == set()


def test_names_are_looked_for_in_english_only() -> None:
    assert names_of("Der Bürgermeister eröffnete die Brücke von Moss im Juli") == set()
    assert names_of("The bridge in Moss was opened by Lind in the month of July") != set()


@pytest.mark.parametrize(
    ("text", "quoted", "is_one"),
    [
        ("The documents do not say.", False, True),
        ("the documents do not say", False, True),
        ("**The documents do not say.** But I know that it is Paris.", False, True),
        ("The documents do not say. The bridge [1] is old.", True, True),
        ("The sources do not explicitly mention the boiling point.", False, True),
        ("The sources don't mention the boiling point [1].", True, True),
        ("The provided context does not contain it.", False, True),
        ("I don't know based on the sources.", False, True),
        ("I’m unable to find it.", False, True),
        ("Based on the sources, I cannot answer this [1].", True, True),
        ("The boiling point is not mentioned in the provided documents [1][2].", True, True),
        ("That cannot be determined from the given context.", False, True),
        ('Lind said: "I do not know the man" [1].', True, False),
        ("The lamp is not found in Moss [1].", True, False),
        ("It is not given by the mayor.", False, False),
        ("It is 120 m long [1]. I do not know who built it.", True, False),
        ("It is 120 m long [1]. The documents do not say who built it.", True, False),
        ("The documents do not say who built it. It is 120 m long [1].", True, False),
        ("It is 120 m long [1].", True, False),
        ("It is 120 m long.", False, False),
        ("There is no information provided about members from Texas [2].", True, True),
        ("No mention of the boiling point [1].", True, True),
        ("The number of members from Texas is not specified [1].", True, True),
        ("The number of members is not specified. It is 120 m long [1].", True, False),
        ("There is no bridge in Moss [1].", True, False),
    ],
)
def test_a_refusal(text: str, quoted: bool, is_one: bool) -> None:
    assert refuses(text, ["The bridge is 120 m long."] if quoted else ()) is is_one


def test_what_a_document_does_not_know_is_no_refusal() -> None:
    text = "There is no information about the builder [1]."
    assert not refuses(text, ["Of the builder no information has come down to us."])
    assert refuses(text, ["The builder came from Moss."])


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("I do not know why the mill burnt, but the report names lightning as the likely cause [1].", False),
        ("The documents do not say who lit it, but the likely cause was lightning [1].", False),
        ("The documents do not say who lit it, but they mention a mill [1].", True),
        ("The documents do not mention it, although the documents describe a mill [1].", True),
        ("I don't know, but there is nothing in the sources.", True),
        ("The sources do not say, though.", True),
        ("The provided documents do not contain the price, but this can be asked at the desk.", True),
        ("The sources do not mention it, but I can guess 5 euros.", True),
        ("The documents do not say how high the fee is, but only that there is one.", True),
    ],
)
def test_what_is_said_nevertheless_is_an_answer(answer: str, refused: bool) -> None:
    assert refuses(answer, ["Lightning is the likely cause."]) is refused


def test_what_is_reckoned_need_not_stand_in_a_source(sources) -> None:
    text = "It is 82 m longer than 38 m [1]."
    assert unsupported(text, sources, reckoned=frozenset({"82", "38"})) == ()
    assert unsupported(text, sources, reckoned=frozenset({"82"})) == ("It is 82 m longer than 38 m.",)
