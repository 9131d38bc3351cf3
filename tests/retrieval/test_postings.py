"""Postings decoded from FTS5's pages, beside what FTS5 itself says of them."""

import random

import numpy as np
import pytest
import sqlalchemy as sa

from retrieval import postings
from retrieval.lexical import TOKENIZER
from retrieval.postings import Places, places

STEMS = [
    *("heron", "herring", "hero", "quay", "quaymast", "owl", "o", "zug", "über", "東京", "京都", "😀", "x" * 300),
    *(f"word{number}" for number in range(60)),
    *(f"{number}" for number in range(1990, 2030)),
]


@pytest.fixture
def connection():
    """With an empty index, whose pages are small, so that lists go on over several."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.connect() as made:
        made.exec_driver_sql(f"CREATE VIRTUAL TABLE fts_1 USING fts5(text, content='', tokenize='{TOKENIZER}')")
        made.exec_driver_sql("INSERT INTO fts_1(fts_1, rank) VALUES ('pgsz', 64)")
        made.commit()
        yield made
    engine.dispose()


def told(connection) -> dict[str, list[tuple[int, int]]]:
    """Of each word the texts and places that FTS5 tells of."""
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.all_words USING fts5vocab(main, fts_1, instance)"
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for term, text, at in connection.exec_driver_sql("SELECT term, doc, offset FROM temp.all_words"):
        found.setdefault(term, []).append((text, at))
    return found


def as_pairs(found: Places) -> list[tuple[int, int]]:
    return list(zip(np.repeat(found.texts, found.often).tolist(), found.at.tolist(), strict=True))


def check(connection) -> None:
    expected = told(connection)
    words = [*expected, "absent", "", "0", "zzz", "wor", "word1a"]
    for at in range(0, len(words), 7):
        some = words[at : at + 7]
        exact = set(some[::2])
        for word, found in zip(some, places(connection, "fts_1", some, exact=exact), strict=True):
            pairs = expected.get(word, [])
            assert found.texts.tolist() == sorted({text for text, _ in pairs})
            assert found.often.sum() == len(pairs)
            if word in exact:
                assert as_pairs(found) == sorted(pairs)


def add(connection, texts: dict[int, str]) -> None:
    connection.exec_driver_sql("INSERT INTO fts_1(rowid, text) VALUES (?, ?)", list(texts.items()))
    connection.commit()


def remove(connection, texts: dict[int, str]) -> None:
    connection.exec_driver_sql("INSERT INTO fts_1(fts_1, rowid, text) VALUES ('delete', ?, ?)", list(texts.items()))
    connection.commit()


@pytest.mark.parametrize("seed", range(6))
def test_the_same_as_fts5_says_whatever_was_added_removed_and_merged(connection, seed: int) -> None:
    rng = random.Random(seed)
    check(connection)
    there: dict[int, str] = {}
    number = 0
    for _ in range(12):
        new = {}
        for _ in range(rng.randrange(1, 40)):
            number += rng.choice((1, 1, 1, 200, 70_000))
            new[number] = " ".join(rng.choices(STEMS, k=rng.choice((1, 5, 30, 400))))
        add(connection, new)
        there |= new
        gone = {key: there.pop(key) for key in rng.sample(sorted(there), len(there) // 4)}
        if gone:
            remove(connection, gone)
        if rng.random() < 0.4:
            connection.exec_driver_sql("INSERT INTO fts_1(fts_1, rank) VALUES ('merge', ?)", (rng.choice((1, 3, -2)),))
            connection.commit()
        check(connection)
    connection.exec_driver_sql("INSERT INTO fts_1(fts_1) VALUES ('optimize')")
    check(connection)


def test_what_was_removed_may_come_again(connection) -> None:
    add(connection, {1: "heron owl", 2: "heron"})
    remove(connection, {1: "heron owl"})
    add(connection, {1: "heron heron", 3: "quay"})
    (heron, owl) = places(connection, "fts_1", ["heron", "owl"])
    assert (heron.texts.tolist(), heron.often.tolist()) == ([1, 2], [2, 1])
    assert (owl.texts.tolist(), owl.often.tolist()) == ([], [])


def test_large_numbers(connection) -> None:
    add(connection, {1: "heron", 2**31 - 1: "heron", 2**31 + 5: "heron owl", 2**40: "heron"})
    check(connection)
    assert places(connection, "fts_1", ["heron"])[0].texts.tolist() == [1, 2**31 - 1, 2**31 + 5, 2**40]


def test_lists_of_many_pages(connection) -> None:
    connection.exec_driver_sql("INSERT INTO fts_1(fts_1, rank) VALUES ('pgsz', 1000)")
    add(connection, {number: "heron " * (1 + number % 3) + f"owl{number}" for number in range(1, 40_000)})
    (heron,) = places(connection, "fts_1", ["heron"])
    assert heron.texts.tolist() == list(range(1, 40_000))
    assert heron.often.tolist() == [1 + number % 3 for number in range(1, 40_000)]


def test_words_that_follow_one_another(connection) -> None:
    add(connection, {1: "red owl red owl", 2: "owl red", 3: "red fat owl", 4: "red red owl", 9: "owl"})
    red, owl, fat = places(connection, "fts_1", ["red", "owl", "fat"], exact={"red", "owl", "fat"})
    assert as_pairs(red.before(owl, 1)) == [(1, 0), (1, 2), (4, 1)]
    assert as_pairs(red.before(fat, 1).before(owl, 2)) == [(3, 0)]
    assert red.before(red, 1).texts.tolist() == [4]
    assert fat.before(red, 1).texts.tolist() == []


def test_another_form_is_left_to_sqlite(connection, monkeypatch) -> None:
    add(connection, {1: "heron owl heron", 5: "owl"})
    monkeypatch.setattr(postings, "_VERSION", 5)
    check(connection)
    assert [found.often.tolist() for found in places(connection, "fts_1", ["heron", "owl", "quay"])] == [
        [2],
        [1, 1],
        [],
    ]
