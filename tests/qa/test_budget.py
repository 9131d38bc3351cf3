"""The cap on one request, and the money of a day."""

from dataclasses import replace

import pytest

from ingest.errors import BudgetError, ConfigurationError
from qa.budget import Prompt, check_money, fit, recent
from qa.prompts import build, built_in
from qa.providers.extractive import ExtractiveProvider
from qa.providers.openai import OpenAIProvider
from qa.settings import Budget
from qa.tokens import count_messages, count_tokens
from qa.types import Answer, Turn, Usage

PROVIDER = OpenAIProvider(model="m")
PRICED = OpenAIProvider(model="m", input_price=1000, output_price=2000)
SENTENCE = "The bridge over the river is one hundred and twenty metres long and was opened by the mayor. "


def turn(number: int) -> Turn:
    question = f"What is the number {number}?"
    return Turn(question, Answer(question, f"It is {number} [1].", False, (), (), (), "c", "openai", "m", Usage()))


TURNS = [turn(number) for number in range(1, 9)]


def test_what_is_counted_is_what_is_sent(hit) -> None:
    prompt = fit("How long?", hits=[hit(SENTENCE)], turns=TURNS[:2], budget=Budget(), provider=PROVIDER)
    assert prompt.messages == build("How long?", prompt.sources, history=TURNS[:2])
    assert prompt.input_tokens == count_messages(prompt.messages)
    assert sum(source.tokens for source in prompt.sources) == count_tokens("[1] a.txt") + count_tokens(SENTENCE)


def test_history_keeps_the_latest_turns_that_fit() -> None:
    # a turn: two messages of 5, "What is the number 1?" 7, "It is 1 [1]." 7
    assert recent(TURNS, 24, PROVIDER) == (TURNS[7],)
    assert recent(TURNS, 47, PROVIDER) == (TURNS[7],)
    assert recent(TURNS, 48, PROVIDER) == (TURNS[6], TURNS[7])
    assert recent(TURNS, 23, PROVIDER) == ()
    assert recent(TURNS, 0, PROVIDER) == ()


def hits(hit, number: int):
    return [hit(SENTENCE * 4, path=f"{at}.txt", rank=at) for at in range(1, number + 1)]


def test_history_gives_way_before_sources(hit) -> None:
    found = hits(hit, 8)
    roomy = fit("How long?", hits=found, turns=TURNS, budget=Budget(input_tokens=5000), provider=PROVIDER)
    assert len(roomy.messages) == 2 + 2 * 8
    tight = fit("How long?", hits=found, turns=TURNS, budget=Budget(input_tokens=1000), provider=PROVIDER)
    assert tight.sources == roomy.sources
    assert 2 < len(tight.messages) < 2 + 2 * 8
    assert tight.messages[-2].content == "It is 8 [1]."
    assert tight.input_tokens <= 1000
    tighter = fit("How long?", hits=found, turns=TURNS, budget=Budget(input_tokens=600), provider=PROVIDER)
    assert len(tighter.messages) == 2
    assert tighter.sources == roomy.sources[: len(tighter.sources)]
    assert 0 < len(tighter.sources) < len(roomy.sources)
    assert tighter.input_tokens <= 600


def test_a_last_source_is_cut_to_fit(hit) -> None:
    bare = count_messages(build("How long?", ()))
    prompt = fit("How long?", hits=hits(hit, 1), turns=[], budget=Budget(input_tokens=bare + 45), provider=PROVIDER)
    assert prompt.sources[0].text == SENTENCE.strip()
    assert prompt.input_tokens <= bare + 45


@pytest.mark.parametrize("cap", [100, 150, 250, 300, 400, 700, 1200])
def test_the_cap_is_never_passed(hit, cap: int) -> None:
    try:
        prompt = fit("How long?", hits=hits(hit, 8), turns=TURNS, budget=Budget(input_tokens=cap), provider=PROVIDER)
    except BudgetError as error:
        assert cap < 300
        assert error.exit_code == 3  # noqa: PT017
        return
    assert count_messages(prompt.messages) <= cap
    assert prompt.sources


def test_a_structured_form_fits_too(hit) -> None:
    budget = Budget(input_tokens=500)
    prompt = fit("How long?", hits=hits(hit, 8), turns=TURNS, budget=budget, provider=PROVIDER, structured=True)
    assert count_messages(prompt.messages) < count_messages(prompt.structured) < prompt.input_tokens <= 500
    assert prompt.sources
    assert prompt.structured[0] == prompt.messages[0]
    plain = built_in("answer-3")
    bare = replace(plain, structured="")
    without = fit("How?", hits=hits(hit, 1), turns=[], budget=budget, provider=PROVIDER, prompts=bare, structured=True)
    assert without.structured == ()


def test_a_question_over_the_cap_is_refused(hit) -> None:
    with pytest.raises(BudgetError, match=r"does not fit qa\.budget\.input_tokens \(1200\)"):
        fit("why " * 2000, hits=[hit(SENTENCE)], turns=[], budget=Budget(), provider=PROVIDER)


PROMPT = Prompt((), (), 1000)  # costs 1, and 500 tokens of output another 1


def test_the_days_budget_stops_a_request_that_could_pass_it() -> None:
    budget = Budget(cost_per_day=3.0)
    check_money(budget, PRICED, prompt=PROMPT, spent=1.0)
    with pytest.raises(BudgetError, match=r"the day is 3: 1\.5000 is spent, and this request may cost 2\.0000"):
        check_money(budget, PRICED, prompt=PROMPT, spent=1.5)


def test_a_budget_without_prices_cannot_be_kept() -> None:
    with pytest.raises(ConfigurationError, match="prices are not known"):
        check_money(Budget(cost_per_day=1), PROVIDER, prompt=PROMPT, spent=0)


def test_no_budget_and_no_model_need_no_prices() -> None:
    check_money(Budget(), PROVIDER, prompt=PROMPT, spent=99)
    check_money(Budget(cost_per_day=0), ExtractiveProvider(), prompt=PROMPT, spent=99)


def test_tokens_are_those_of_cl100k() -> None:
    assert count_tokens("") == 0
    assert count_tokens("Hello world, this is a test.") == 8
    assert count_tokens("<|endoftext|>") == 7
    assert count_tokens("\ud800") > 0
