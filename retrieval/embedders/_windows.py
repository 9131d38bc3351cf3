"""Texts longer than a model reads: cut into windows, whose vectors are averaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Starts = Callable[[str], NDArray[np.int64]]


def windows(text: str, limit: int, starts: Starts) -> Iterator[tuple[str, int]]:
    """The text in pieces of at most `limit` tokens, in order, each with its number of tokens.

    A piece is counted again by itself, since a tokenizer may see more in it than it did in the whole.
    """
    found = starts(text)
    parts = -(-len(found) // limit)
    if parts <= 1 or len(text) < 2:
        yield text, max(1, len(found))
        return
    cuts = sorted({int(found[len(found) * part // parts]) for part in range(1, parts)} - {0}) or [len(text) // 2]
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        yield from windows(text[start:end], limit, starts)


def averaged(
    texts: Sequence[str], limit: int, starts: Starts, embed: Callable[[list[str]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """One unit row per text, of what `embed` gives for its windows, averaged by their tokens."""
    rows: list[int] = []
    pieces: list[str] = []
    weights: list[int] = []
    for row, text in enumerate(texts):
        # Even a tokenizer of single bytes cannot make more than four tokens of a character.
        for piece, tokens in [(text, 1)] if len(text) * 4 <= limit else windows(text, limit, starts):
            rows.append(row)
            pieces.append(piece)
            weights.append(tokens)
    vectors = embed(pieces)
    result = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
    np.add.at(result, rows, vectors * np.asarray(weights, dtype=np.float32)[:, None])
    result /= np.linalg.norm(result, axis=1, keepdims=True)
    return result
