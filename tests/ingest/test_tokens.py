"""Counting tokens of any part of a text."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import tokens
from ingest.tokens import KnownWords, Measure, Tokenizer, break_words, counts_by_word, unbroken
from retrieval.embedders.minilm import MiniLM

PIECES = [
    *(
        "the ",
        "token",
        "izer's ",
        "3,000.5 ",
        "naïve ",
        "e\u0301",
        "漢字",
        "🙂",
        "👩‍👩‍👧 ",
        "שלום ",
        "x" * 101,
        "\ufffd ",
    ),
    *(" ", "\n", "\t", "\xa0", "\u3000", "\u200b", "\x0c", "\x85", "\u2028", "\x1c", "Σ", "ß "),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
MODEL = MiniLM()
KNOWN = KnownWords(MODEL._token_starts)
SPACES = st.sampled_from([" ", "\n", "\t", "\r\n", "\xa0", "\u3000", "  "])


def test_words_of_over_100_characters_are_broken_after_each_100() -> None:
    text = "a " + "b" * 100 + " " + "c" * 250
    broken, put = break_words(text)
    assert broken == "a " + "b" * 100 + " " + "c" * 100 + " " + "c" * 100 + " " + "c" * 50
    assert put == [203, 304]
    assert unbroken(np.array([0, 2, 103, 204, 305]), put).tolist() == [0, 2, 103, 203, 303]


def test_shorter_words_stay_whole() -> None:
    assert break_words("b" * 100) == ("b" * 100, [])


@given(TEXTS)
def test_breaking_only_puts_spaces_in(text: str) -> None:
    broken, put = break_words(text)
    kept = [character for at, character in enumerate(broken) if at not in set(put)]
    assert "".join(kept) == text
    assert all(len(word) <= 100 for word in broken.split())


def test_sizes_by_hand(words: Tokenizer) -> None:
    measure = Measure("one two  three four", words)
    assert measure.starts == [0, 4, 9, 15]
    assert measure.size(0, 19) == 4
    assert measure.size(4, 9) == 1
    assert measure.size(5, 9) == 1, "the rest of a word is a word"
    assert measure.size(3, 3) == 0
    assert measure.before([0, 1, 4, 5, 19]) == [0, 1, 1, 2, 4]


def test_reach_by_hand(words: Tokenizer) -> None:
    measure = Measure("one two  three four", words)
    assert [measure.reach(0, tokens) for tokens in (0, 1, 2, 3, 4, 9)] == [0, 4, 9, 15, 19, 19]
    assert measure.reach(5, 1) == 9, "the rest of `two`"
    assert measure.reach(5, 0) == 5


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, data=st.data())
def test_count_is_exact_and_reach_keeps_within(tokenizer: Tokenizer, text: str, data: st.DataObject) -> None:
    measure = Measure(text, tokenizer)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert measure.count(start, end) == len(tokenizer.token_starts(text[start:end]))
    tokens = data.draw(st.integers(0, 20))
    reached = measure.reach(start, tokens)
    assert start <= reached <= len(text)
    assert measure.size(start, reached) <= tokens


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=TEXTS, space=SPACES, two=TEXTS)
def test_minilm_counts_by_word(minilm: Tokenizer, one: str, space: str, two: str) -> None:
    together = list(minilm.token_starts(one + space + two))
    later = [len(one) + len(space) + start for start in minilm.token_starts(two)]
    assert together == [*minilm.token_starts(one), *later]


def test_who_does_not_say_so_does_not_count_by_word(words: Tokenizer, byte_pairs: Tokenizer) -> None:
    assert counts_by_word(words)
    assert not counts_by_word(byte_pairs)


@settings(deadline=None)
@given(TEXTS)
def test_what_is_put_together_from_known_words_is_what_the_whole_text_gives(text: str) -> None:
    broken, _ = break_words(text)
    assert KNOWN.token_starts(broken).tolist() == MODEL._token_starts(broken).tolist()


def test_each_word_is_cut_into_tokens_once(words: Tokenizer) -> None:
    asked: list[str] = []

    def starts(text: str) -> np.ndarray:
        asked.append(text)
        return np.asarray(words.token_starts(text), dtype=np.int64)

    known = KnownWords(starts)
    assert known.token_starts(" b a\nb  b ").tolist() == [1, 3, 5, 8]
    assert known.token_starts("b c").tolist() == [0, 2]
    assert known.token_starts("").tolist() == []
    assert asked == ["a b", "c"]


def test_words_are_forgotten_where_there_are_too_many(words: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_REMEMBERED", 3)
    known = KnownWords(lambda text: np.asarray(words.token_starts(text), dtype=np.int64))
    for text in ("a b", "b c d", "a b c d e f g", "a"):
        assert known.token_starts(text).tolist() == list(words.token_starts(text))
    assert len(known._known) <= 7
