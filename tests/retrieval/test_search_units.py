"""What is scored and what is sent: sentences, windows, chunks, sections, on real indexes."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ingest.types import Span
from retrieval.settings import SearchSettings
from retrieval.types import Hit

GUIDE = """# Boats

## Hulls

The hull of the Aurora is built of larch. It was tarred twice a year. The keel weighs four tonnes.

Planks are steamed before they are bent. Oak is too stiff for it. A plank cools within a minute.

## Sails

The mainsail is made of flax. It was cut in Lisbon by a sailmaker called Duarte. Reefing takes two people.

## Crew

The cook sleeps in the galley. Nobody whistles on deck. The captain keeps a parrot named Admiral.
"""
PRICES = "item,price\n" + "".join(f"nail size {n},{n}.50\n" for n in range(1, 40))
LOG = "\n\n".join(
    f"Day {day}. The wind came from the {['north', 'south', 'east', 'west'][day % 4]}. We made {day * 7 % 90} miles. "
    f"Spirits were {['high', 'low', 'fair'][day % 3]}, and the biscuit held out."
    for day in range(1, 60)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, make_home: Callable[..., Any]) -> Path:
    """A folder with a home, ingested with small overlapping chunks."""
    folder = tmp_path_factory.mktemp("units") / "work"
    home = make_home(folder, chunking={"default": {"strategy": "sentence", "size": 64, "overlap": 16}})
    home.write("boats.md", GUIDE)
    home.write("prices.csv", PRICES)
    home.write("log.txt", LOG)
    home.write("crew.json", json.dumps([{"name": f"Sailor {n}", "berth": n, "note": "x\ny"} for n in range(30)]))
    home.ingest()
    home.close()
    return folder


@pytest.fixture
def search(folder: Path, open_home: Callable[..., Any]) -> Callable[..., list[Hit]]:
    """Searches that folder with some settings."""

    def search(question: str, k: int = 5, *, mode: Any = None, **options: Any) -> list[Hit]:
        return list(open_home(folder, search=options).search(question, k, mode=mode))

    return search


@pytest.mark.parametrize("unit", [{"tokens": 0}, {"tokens": -3}, {"tokens": "30"}, {"token": 3}, {}, "word", 12, None])
def test_a_wrong_unit_is_refused_with_all_that_is_allowed(unit: Any) -> None:
    with pytest.raises(ValidationError, match=r"should be chunk, sentence or \{tokens: n\}") as caught:
        SearchSettings.model_validate({"unit": unit})
    assert [error["loc"] for error in caught.value.errors()] == [("unit",)]


@pytest.mark.parametrize("unit", ["chunk", "sentence", {"tokens": 1}, {"tokens": 100_000}])
def test_units_survive_being_written_and_read(unit: Any) -> None:
    made = SearchSettings.model_validate_json(json.dumps({"unit": unit}))
    assert made.model_dump(mode="json")["unit"] == unit
    assert SearchSettings.model_validate_json(made.model_dump_json()) == made


NOTHING = [{"tokens": 9, "least": -0.1}, {"tokens": 9, "least": 1.1}, {"tokens": 9, "least": "x"}, {"least": 0.5}]


@pytest.mark.parametrize("send", ["page", "sentence", {"tokens": 0}, {"size": 3}, 60, *NOTHING])
def test_a_wrong_way_of_sending_is_refused(send: Any) -> None:
    with pytest.raises(ValidationError, match=r"should be chunk, unit, window, section or \{tokens: n\}"):
        SearchSettings.model_validate({"send": send})


@pytest.mark.parametrize("send", ["unit", {"tokens": 60}, {"tokens": 250, "least": 0.85}])
def test_what_is_sent_survives_being_written_and_read(send: Any) -> None:
    made = SearchSettings.model_validate({"send": send})
    assert SearchSettings.model_validate_json(made.model_dump_json()) == made
    with pytest.raises(ValidationError, match=r"should be chunk, sentence or"):
        SearchSettings.model_validate({"unit": {"tokens": 250, "least": 0.85}})


def test_a_hit_that_stands_alone_is_sent_alone(search) -> None:
    """Of one size, then only as far as what stands around it scores as well."""
    question = "Who cut the mainsail in Lisbon?"
    wide = search(question, send={"tokens": 60})[0]
    close = search(question, send={"tokens": 60, "least": 1})[0]
    assert close.text == "It was cut in Lisbon by a sailmaker called Duarte."
    assert wide.match == close.match
    assert wide.span.start < close.span.start
    assert wide.span.end >= close.span.end


def test_a_sentence_alone(search) -> None:
    best = search("Who cut the mainsail?", unit="sentence", send="unit")[0]
    assert best.text == "It was cut in Lisbon by a sailmaker called Duarte."
    assert best.match == best.span
    assert (best.path, best.place.headings) == ("boats.md", ("Boats", "Sails"))


def test_sentence_window_search(search) -> None:
    """The sentence scores; those around it are sent."""
    best = search("Who cut the mainsail?", unit="sentence", send="window")[0]
    assert "The mainsail is made of flax. It was cut in Lisbon" in best.text
    assert "larch" not in best.text
    assert GUIDE[best.match.start : best.match.end] == "It was cut in Lisbon by a sailmaker called Duarte."


def test_small_to_big_search(search, folder: Path, open_home) -> None:
    """The sentence scores; the chunk that it lies in is sent, each once."""
    chunks = open_home(folder).index.chunk_spans("boats.md")
    hits = [hit for hit in search("Who cut the mainsail?", 50, unit="sentence", send="chunk") if hit.path == "boats.md"]
    assert GUIDE[hits[0].match.start : hits[0].match.end] == "It was cut in Lisbon by a sailmaker called Duarte."
    assert {hit.span for hit in hits} <= set(chunks)
    assert len({hit.span for hit in hits}) == len(hits)
    assert all(len(hit.match) < len(hit.span) for hit in hits[:1])


def test_the_section_is_sent(search) -> None:
    best = search("How heavy is the keel?", unit="sentence", send="section")[0]
    assert GUIDE[best.match.start : best.match.end] == "The keel weighs four tonnes."
    assert "The hull of the Aurora" in best.text
    assert best.text.endswith("A plank cools within a minute.")
    assert "mainsail" not in best.text


def test_rows_are_sent_with_their_chunk_and_match_whole(search) -> None:
    best = search("price of nail size 17", unit="sentence", send="window")[0]
    assert best.path == "prices.csv"
    match = best.text[best.match.start - best.span.start : best.match.end - best.span.start]
    assert match.replace(" ", "").replace(":", "").lower().startswith("item")
    assert "17" in match
    assert "\n" in best.text
    alone = search("price of nail size 17", unit="sentence", send="unit")[0]
    assert alone.text == match
    assert alone.place.rows == (17, 17)


def test_a_record_of_several_lines_is_one_unit(search) -> None:
    best = search("Which berth has Sailor 12?", unit="sentence", send="unit")[0]
    assert best.path == "crew.json"
    assert "Sailor 12" in best.text
    assert "berth" in best.text


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_every_mode_scores_units(search, mode) -> None:
    best = search("sailmaker in Lisbon", mode=mode, unit="sentence", send="window")[0]
    assert best.path == "boats.md"
    assert "Lisbon" in best.text
    assert set(best.scores) == ({"dense", "lexical"} if mode == "hybrid" else {mode})


def test_fewer_hits_are_the_first_of_more(search) -> None:
    some, more = search("wind from the north", 4), search("wind from the north", 40)
    assert [(hit.path, hit.span, hit.score) for hit in some] == [(hit.path, hit.span, hit.score) for hit in more[:4]]
    assert [hit.rank for hit in more] == list(range(1, len(more) + 1))
    assert all(one.score >= other.score for one, other in itertools.pairwise(more))


def test_the_best_hit_has_the_widest_window(search) -> None:
    hits = [hit for hit in search("How were the spirits?", 12) if hit.path == "log.txt"]
    assert hits[0].tokens > 2 * hits[-1].tokens


def test_units_of_a_size_are_whole_sentences_where_they_fit(search, embedder) -> None:
    for hit in search("How were the spirits?", 20, unit={"tokens": 24}, send="unit"):
        assert len(embedder.token_starts(hit.text)) <= 24
    one = search("Who cut the mainsail?", 1, unit={"tokens": 24}, send="unit")[0]
    assert one.text.endswith("sailmaker called Duarte.") or one.text.endswith("Reefing takes two people.")
    tiny = search("Who cut the mainsail?", 30, unit={"tokens": 3}, send="unit")
    assert max(len(embedder.token_starts(hit.text)) for hit in tiny) <= 3


UNITS = st.sampled_from(["chunk", "sentence", {"tokens": 5}, {"tokens": 40}])
SENDS = st.sampled_from(["chunk", "unit", "window", "section"])
WORDS = st.lists(st.sampled_from([*GUIDE.split(), "nail", "17", "wind", "миль", "船", "'", "Sailor"]), max_size=6)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(unit=UNITS, send=SENDS, words=WORDS, k=st.integers(1, 60), mode=st.sampled_from(["hybrid", "dense", "lexical"]))
def test_what_is_sent_holds_what_scored(folder, make_home, unit, send, words, k, mode) -> None:
    """Spans are slices of the document, hold the match, and go out once; units and windows share no character."""
    home = make_home(folder, search={"unit": unit, "send": send})
    try:
        hits = home.search(" ".join(words), k, mode=mode)
        lengths = {hit.path: home.index.length(hit.path) for hit in hits}
        for hit in hits:
            assert 0 <= hit.span.start <= hit.match.start < hit.match.end <= hit.span.end <= lengths[hit.path]
            assert hit.text == home.index.text(hit.path, hit.span)
            assert hit.text == hit.text.strip()
            headings = home.index.place(hit.path, hit.match).headings
            assert hit.place == replace(home.index.place(hit.path, hit.span), headings=headings)
            assert all(hit.span.start <= at < hit.span.end for at in hit.starts)
        assert len({(hit.path, hit.span) for hit in hits}) == len(hits) <= k
        if send in ("unit", "window") or (send == "section" and unit == "sentence"):
            assert not [
                1 for a in hits for b in hits if a.rank < b.rank and a.path == b.path and a.span.overlaps(b.span)
            ]
    finally:
        home.close()


def test_nothing_is_found_in_nothing(search) -> None:
    assert search("qwertyuiop", mode="lexical") == []


def test_what_is_sent_of_a_row_of_several_lines_is_not_cut(tmp_path: Path, open_home) -> None:
    home = open_home(tmp_path / "work", search={"unit": "sentence", "send": "unit"})
    home.write("t.csv", 'name,note\n"Ann","red\nboat"\n"Bob","blue\nhouse"\n')
    home.ingest()
    best = home.search("Who has a house?", 1)[0]
    assert best.place.rows == (2, 2)
    assert best.text == home.index.text("t.csv", best.span)
    assert "Bob" in best.text
    assert "house" in best.text
    assert best.match == Span(best.span.start, best.span.end)
