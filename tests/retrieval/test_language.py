"""Telling English from other languages, by a few sentences each."""

import pytest

from retrieval.language import asks_in_another_language, mostly_not_english

ENGLISH = (
    "The bridge was opened in 2003 and it is painted every seven years. The lamps of the bridge are changed by a "
    "company from the town. It was built with money that was given by the mayor, who is known for her work."
)
GERMAN = (
    "Die Brücke wurde im Jahr 2003 eröffnet und wird alle sieben Jahre gestrichen. Die Lampen der Brücke werden von "
    "einer Firma aus der Stadt gewechselt. Sie wurde mit dem Geld gebaut, das die Bürgermeisterin gab. Der Hafen ist "
    "nicht weit von der Brücke."
)
FRENCH = (
    "Le pont a été ouvert en 2003 et il est peint tous les sept ans. Les lampes du pont sont changées par une "
    "entreprise de la ville. Il a été construit avec une somme que la maire a donnée pour les travaux du port."
)
RUSSIAN = "Мост был открыт в 2003 году, и его красят каждые семь лет. Лампы меняет фирма из города."
CHINESE = (
    "这座桥于二零零三年开放，每七年粉刷一次。桥上的灯由城里的一家公司更换。它是用市长给的钱建造的，她以她的工作而闻名。"
)
NAMES = "Vega 0.03 Altair 0.76 Deneb 1.25 Rigel 0.13 " * 20
CODE = "for index, row in enumerate(rows): total += row.price * row.count\nreturn total / len(rows)\n" * 6


@pytest.mark.parametrize("text", [GERMAN, FRENCH, RUSSIAN, CHINESE, ENGLISH + RUSSIAN * 6])
def test_other_languages(text: str) -> None:
    assert mostly_not_english(text)


@pytest.mark.parametrize("text", [ENGLISH, NAMES, CODE, "", "Das ist zu kurz.", "Мост", ENGLISH + RUSSIAN])
def test_english_and_what_tells_nothing(text: str) -> None:
    assert not mostly_not_english(text)


def test_only_the_beginning_is_looked_at() -> None:
    assert not mostly_not_english(ENGLISH * 200 + RUSSIAN * 10_000)


@pytest.mark.parametrize(
    "question",
    [
        "wie hoch ist die Miete von C14?",
        "Quelle est la hauteur du pont de la ville ?",
        "公司的总部在哪里？",
        "Где находится мост?",
    ],
)
def test_questions_in_other_languages(question: str) -> None:
    assert asks_in_another_language(question)


@pytest.mark.parametrize(
    "question",
    ["How high is the rent?", "las vegas los angeles", "Does Les Misérables or La La Land run longer?", "", "rent C14"],
)
def test_questions_in_english_and_a_few_words(question: str) -> None:
    assert not asks_in_another_language(question)
