"""Structured replies: to a text with markers, and what the model says it has copied."""

import json

import pytest

from qa.packing import pack
from qa.prompts import built_in
from qa.structured import EXAMPLE, SCHEMA, told


def reply(*sentences: tuple[str, list[tuple[object, object]]]) -> str:
    return json.dumps(
        {
            "sentences": [
                {"quotes": [{"source": number, "words": words} for number, words in quotes], "text": text}
                for text, quotes in sentences
            ]
        }
    )


TWO = reply(("It is 120 m long.", [(1, "is 120 m long")]), ("It opened in 2003", [(2, "in 2003"), (1, "opened")]))


def test_sentences_become_text_with_markers() -> None:
    found = told(TWO)
    assert found is not None
    assert found.text == "It is 120 m long [1]. It opened in 2003 [2][1]"
    assert found.quoted == ((1, "is 120 m long"), (2, "in 2003"), (1, "opened"))


@pytest.mark.parametrize(
    "body", [f"```json\n{TWO}\n```", f"```\n{TWO}", f"\n  {TWO}  ", f"<think>\n{{}}</think>\n{TWO}"]
)
def test_a_fence_around_it_does_no_harm(body: str) -> None:
    assert told(body) == told(TWO)


def test_no_sentences_are_an_abstention() -> None:
    assert told('{"sentences": []}').text == "The documents do not say."  # type: ignore[union-attr]


def test_the_example_of_the_prompt_is_no_answer(hit) -> None:
    said = reply(("It is 120 m long.", [(1, "120 m")]), ("The mill burnt down in 1912.", [(1, EXAMPLE)]))
    assert EXAMPLE in built_in().structured
    for text, answer in (
        ("The bridge is 120 m long.", "It is 120 m long [1]."),
        ("It burnt: The mill burnt down in 1912.", "It is 120 m long [1]. The mill burnt down in 1912 [1]."),
    ):
        found = told(said, pack([hit(text)], budget=999, count=len))
        assert found is not None
        assert found.text == answer


def test_an_abstention_gets_no_marker() -> None:
    assert told(reply(("The documents do not say.", [(1, "x")]))).text == "The documents do not say."  # type: ignore[union-attr]


@pytest.mark.parametrize("cut", [len(TWO) - 3, len(TWO) - 20, TWO.index("It opened")])
def test_of_what_is_cut_off_the_whole_sentences_stay(cut: int) -> None:
    assert told(TWO[:cut]).text == "It is 120 m long [1]."  # type: ignore[union-attr]


def test_markers_in_the_text_count_where_there_are_no_quotes() -> None:
    found = told(reply(("It is long [2].", []), ("It is [1] blue [1].", [(3, "blue")])))
    assert found.text == "It is long [2]. It is blue [3]."  # type: ignore[union-attr]
    assert found.quoted == ((2, ""), (3, "blue"))  # type: ignore[union-attr]


def test_what_is_no_quote_is_left_out() -> None:
    found = told(reply(("Yes.", [("1", "a"), (True, "b"), (-1, "c"), (1, 5), (2, "d"), (2, "e")])))
    assert (found.text, found.quoted) == ("Yes [2].", ((2, "d"),))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "It is 120 m long [1].",
        "{",
        "[1, 2]",
        '{"answer": "120 m"}',
        '{"sentences": "x"}',
        '{"sentences": [5, {"text": ""}, {"text": "… [1]"}]}',
        '{"sentences": [{"quotes": [{"source": 1, "wor',
        "[" * 100_000,
    ],
)
def test_anything_else_is_none(body: str) -> None:
    assert told(body) is None


def test_a_sentence_without_a_number_gets_that_of_the_source_that_bears_it(hit) -> None:
    texts = ["It is red.", "The bridge is 120 m long."]
    hits = [hit(one, path=f"{at}.txt", rank=at) for at, one in enumerate(texts, 1)]
    sources = pack(hits, budget=999, count=len)
    assert told(reply(("The bridge is 120 m long.", [])), sources).text == "The bridge is 120 m long [2]."  # type: ignore[union-attr]
    assert told(reply(("The ferry is 120 m wide.", [])), sources).text == "The ferry is 120 m wide."  # type: ignore[union-attr]


def test_the_schema_is_strict() -> None:
    assert SCHEMA["additionalProperties"] is False
    sentence = SCHEMA["properties"]["sentences"]["items"]
    assert list(sentence["properties"]) == sentence["required"] == ["quotes", "text"]
