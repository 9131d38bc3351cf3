"""The first sentences of the chunks before and after."""

from collections.abc import Callable

from ingest.tokens import Tokenizer
from ingest.types import Chunk

Cut = Callable[..., list[Chunk]]


def test_both_neighbours_within_the_budget(cut: Cut, words: Tokenizer) -> None:
    chunks = cut(
        *(f"Part {n} begins here. It {'word ' * 41}end.\n\n" for n in range(4)), size=60, context=["neighbours"]
    )
    assert [chunk.text.split(".")[0] for chunk in chunks] == [f"Part {n} begins here" for n in range(4)]
    assert chunks[0].context == "after: Part 1 begins here."
    assert chunks[1].context == "before: Part 0 begins here.\nafter: Part 2 begins here."
    assert chunks[3].context == "before: Part 2 begins here."
    for chunk in chunks:
        assert chunk.tokens == len(words.token_starts(chunk.embedded)) <= 60
        assert len(chunk.context.split()) <= 15


def test_it_never_takes_more_than_there_is(cut: Cut, tokenizer: Tokenizer) -> None:
    text = "One long sentence of many words that goes on and on, until it ends here at last. " * 40
    for size in (16, 24, 40, 100):
        for overlap in (0, size // 4):
            kinds = ["file", "neighbours"]
            chunks = cut(text, tokenizer=tokenizer, size=size, overlap=overlap, context=kinds, strategy="sentence")
            for chunk in chunks:
                count = len(tokenizer.token_starts(chunk.embedded)) + tokenizer.special_tokens
                assert chunk.tokens == count <= size
                assert len(tokenizer.token_starts(chunk.context)) <= size // 4


def test_no_word_is_cut(cut: Cut, minilm: Tokenizer) -> None:
    text = " ".join(
        f"In {year} the observatory counted 1,234,567 interplanetary particles." for year in range(1900, 1950)
    )
    chunks = cut(text, tokenizer=minilm, size=60, context=["neighbours"])
    lines = [line for chunk in chunks for line in chunk.context.split("\n")]
    assert len(lines) >= len(chunks) > 5
    assert all(f"{line.split(': ')[1]} " in text for line in lines)


def test_what_the_next_chunk_repeats_is_no_news(cut: Cut) -> None:
    sentences = [f"Sentence {n} of ten words is here for the test." for n in range(12)]
    chunks = cut(" ".join(sentences), size=60, overlap=12, context=["neighbours"])
    assert len(chunks) > 2
    for chunk in chunks[:-1]:
        after = chunk.context.split("after: ")[1]
        assert after.split()[0] == "Sentence"
        assert f"Sentence {after.split()[1]} " not in chunk.text
