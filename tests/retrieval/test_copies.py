"""What stands in several places is sent once: copies of files, versions, passages that a document repeats."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Span
from retrieval.copies import originals, place_of
from retrieval.passages import Passage, Units, units_of
from retrieval.units import borders_of, bounds

LEASE = """# Lease of the boathouse

The tenant of the boathouse pays rent on the first day of each month, in advance. The rent is not reduced in winter,
when the slipway is closed. The tenant keeps the doors, the locks and the hoist in good order. Either side may end the
lease with {notice} months' notice, in writing, to the end of a quarter. Whoever leaves hands back all keys, and pays
for those that are lost. The boathouse may not be sublet, nor may fuel be stored in it, nor may anybody sleep there.
"""
NOTICE = "With how much notice can the lease of the boathouse be ended?"


def units(*texts: str, together: bool = False) -> Units:
    """Sentences: of one document each, or all of one, far from each other."""
    made = [
        Passage(
            id=number,
            document=1 if together else number,
            path=f"{1 if together else number}.txt",
            text_id=1 if together else number,
            span=Span(start := 10_000 * number if together else 0, start + len(text)),
            tokens=len(text.split()),
            context="",
            tabular=False,
            text=text,
        )
        for number, text in enumerate(texts)
    ]

    def cut(one: Passage) -> np.ndarray:
        found = bounds(one.text, "sentence", borders=borders_of(one.text, tabular=False), starts=lambda text: [])
        return np.asarray(found, dtype=np.int64).reshape(-1, 2)

    return units_of(made, cut)


def sent_for(found: Units, scores: list[float] | None = None) -> list[int]:
    return originals(found, np.asarray(scores or [1.0] * len(found))).tolist()


def sentences(*words: str) -> str:
    return " ".join(f"The {word} is kept in the third shed behind the harbour office at Port Ellery." for word in words)


def test_where_two_texts_say_the_same_the_better_document_is_sent() -> None:
    text = sentences("anchor", "barrel", "candle", "dinghy")
    found = units(text, text.replace(" is kept in", "  is kept\nin"))
    assert sent_for(found) == [0, 1, 2, 3, 0, 1, 2, 3]
    best = [0.1, 0.1, 0.1, 0.1, 0.0, 0.0, 0.2, 0.0]
    assert sent_for(found, best) == [4, 5, 6, 7, 4, 5, 6, 7]


def test_within_a_document_the_first_is_sent() -> None:
    text = sentences("anchor", "barrel", "candle", "dinghy")
    assert sent_for(units(text, text, together=True), [0.1] * 4 + [0.9] * 4) == [0, 1, 2, 3, 0, 1, 2, 3]


def test_case_and_punctuation_make_no_difference_and_numbers_do() -> None:
    text = sentences("anchor", "barrel", "candle", "dinghy")
    assert sent_for(units(text, text.replace("Port", "port,"))) == [0, 1, 2, 3, 0, 1, 2, 3]
    numbered = text.replace("the third", "shed 3 is the")
    assert sent_for(units(numbered, numbered.replace("3", "4"))) == [*range(8)]


def test_a_sentence_alone_is_no_copy() -> None:
    """It may say the same of two different things: what stands around it must be the same, too."""
    same = "The notice is three months, to the end of a quarter."
    found = units(f"We let the boathouse to Mr Bell. {same} He pays ten pounds.", f"Ida rents a crane. {same}")
    assert sent_for(found) == [*range(len(found))]
    twice = units(same, same)
    assert sent_for(twice) == [0, 1]


def test_around_a_change_both_versions_are_sent() -> None:
    words = [f"w{letter}" for letter in "abcdefghijkl"]
    old, new = sentences(*words), sentences(*words[:6], "brazier", *words[7:])
    found = sent_for(units(old, new))
    changed = [number - 12 for number in range(12, 24) if found[number] == number]
    assert changed == [6]
    assert [found[number] - number for number in range(12, 24) if number != 18] == [-12] * 11


@given(st.lists(st.text(alphabet="ab 1.\n’é漢", max_size=400), max_size=5), st.data())
def test_each_unit_is_sent_by_one_that_says_the_same(texts: list[str], data: st.DataObject) -> None:
    found = units(*texts)
    scores = data.draw(st.lists(st.floats(0, 1), min_size=len(found), max_size=len(found)))
    sent = originals(found, np.asarray(scores, dtype=np.float64))

    def letters(number: int) -> str:
        at = int(found.at[number])
        said = found.text[at : at + int(found.end[number] - found.start[number])]
        return "".join(char for char in said if char.isalnum())

    for number, original in enumerate(sent.tolist()):
        assert sent[original] == original
        shorter, longer = sorted((letters(number), letters(original)), key=len)
        assert number == original or longer.startswith(shorter) or longer.endswith(shorter)


def test_a_file_and_its_copies_are_one_hit_which_tells_where_else_it_stands(home: Any) -> None:
    for name in ("lease.md", "lease (1).md", "archive/lease.md"):
        home.write(name, LEASE.format(notice="three"))
    home.write("lease.txt", LEASE.format(notice="three").replace("\n", "  \n"))
    home.write("crane.md", "# Crane\n\nThe crane of the yard lifts four tonnes. It is inspected each spring.\n")
    home.ingest()
    first, *others = home.search(NOTICE, k=10)
    assert "three months' notice" in first.text
    assert {first.path, *(copy.path for copy in first.copies)} == {
        "lease.md",
        "lease (1).md",
        "archive/lease.md",
        "lease.txt",
    }
    assert first.copies[0].place.lines
    assert {hit.path for hit in others} <= {"crane.md", first.path}
    texts = [hit.text for hit in (first, *others)]
    assert sum("three months' notice" in text for text in texts) == 1


def test_a_version_that_differs_is_a_hit_of_its_own(home: Any) -> None:
    home.write("lease.md", LEASE.format(notice="three"))
    home.write("lease-2024.md", LEASE.format(notice="six"))
    home.ingest()
    texts = [hit.text for hit in home.search(NOTICE, k=10)]
    assert any("three months' notice" in text for text in texts)
    assert any("six months' notice" in text for text in texts)


def test_many_copies_do_not_hide_the_rest(home: Any) -> None:
    for number in range(40):
        home.write(f"lease-{number:02}.md", LEASE.format(notice="three"))
    home.write("terms.md", "# Terms\n\nA lease that nobody ends goes on for a year. Notice is given on paper.\n")
    home.ingest()
    hits = home.search(NOTICE, k=5)
    assert "terms.md" in {hit.path for hit in hits[:2]}
    assert len(hits[0].copies) == 20


def test_more_copies_than_are_found_at_once_do_not_hide_the_rest(home: Any) -> None:
    for number in range(140):
        home.write(f"lease-{number:03}.md", LEASE.format(notice="three"))
    home.write("terms.md", "# Terms\n\nA lease that nobody ends goes on for a year. Notice is given on paper.\n")
    home.ingest()
    for mode in ("hybrid", "dense", "lexical"):
        assert "terms.md" in {hit.path for hit in home.search(NOTICE, k=5, mode=mode)}


def test_a_hit_tells_whether_all_of_it_stands_elsewhere_or_a_part(home: Any) -> None:
    home.write("lease.md", LEASE.format(notice="three"))
    home.write("copy.md", LEASE.format(notice="three"))
    home.write("letter.txt", "Dear Mr Bell,\n\n" + LEASE.format(notice="three").partition("closed. ")[2])
    home.ingest()
    first = home.search(NOTICE, k=1)[0]
    other = "copy.md" if first.path == "lease.md" else "lease.md"
    assert {(copy.path, copy.whole) for copy in first.copies} == {(other, True), ("letter.txt", False)}
    whole = next(copy for copy in first.copies if copy.whole)
    assert home.index.text(whole.path, whole.span) == first.text


def test_below_headings_of_their_own_each_place_is_told(home: Any) -> None:
    same = LEASE.format(notice="three").partition("\n\n")[2]
    home.write("lease.md", "\n".join(f"# Lease of the {place}\n\n{same}" for place in ("crane", "slipway", "shed")))
    home.ingest()
    first = home.search(NOTICE, k=1)[0]
    places = [home.index.text(copy.path, copy.span).strip() for copy in first.copies]
    assert len(places) == 2
    assert len({first.match, *(copy.span for copy in first.copies)}) == 3


def test_where_a_text_stands_in_another() -> None:
    text = "One: the keys. Two: The KEYS! Three."
    assert place_of("the keys", text, near=0) == Span(5, 14)
    assert place_of("the  keys", text, near=30) == Span(20, 29)
    assert place_of("the locks", text, near=0) is None
    assert place_of("…", text, near=0) is None


def test_of_two_contracts_with_the_same_clause_the_one_that_is_named_is_sent(home: Any) -> None:
    for name in ("Bell", "Harker"):
        home.write(
            f"{name.lower()}.md", LEASE.format(notice="three").replace("# Lease", f"# Lease to {name}\n\n# Lease")
        )
    home.ingest()
    for name in ("Bell", "Harker"):
        first = home.search(f"What does the lease of the boathouse to {name} say of keys?", k=3)[0]
        assert first.path == f"{name.lower()}.md"


@pytest.mark.parametrize(
    ("one", "other"),
    [("-4", "4"), ("12.5", "1.25"), ("1,5", "15"), ("+4", "-4"), ("(4)", "4"), ("2.5", "25"), ("\u22124", "4")],
)
def test_numbers_that_differ_in_a_sign_or_a_point_are_no_copies(home, one: str, other: str) -> None:
    text = "The council of the town met in the old hall on the hill and looked at the accounts of the year. " * 3
    for path, number in (("x.md", one), ("y.md", other)):
        home.write(
            path, f"{text} At its end the balance stood at {number} million, as the treasurer said to all of them."
        )
    home.ingest()
    hits = home.search("What was the balance at the end of the year?", k=5)
    assert {hit.path for hit in hits} == {"x.md", "y.md"}


def test_a_minus_is_a_minus_however_it_is_written() -> None:
    assert place_of("It was \u22124 then", "First. It was -4 then. It was 4 then.", near=0) == Span(7, 22)


@pytest.mark.parametrize("wanted", ["\u201c-5 degrees\u201d he said", '"(030) 555 call', "**+49 30 1** x", "(4) of it"])
def test_marks_before_a_sign_belong_to_it(wanted: str) -> None:
    text = f"First. {wanted} and so on."
    assert place_of(wanted, text, near=0) == Span(7, 7 + len(wanted))
