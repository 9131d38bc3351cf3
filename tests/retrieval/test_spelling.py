"""Words of a question that no document has, but one that is a letter away."""

import random
import string

import pytest

from retrieval.lexical import query_terms
from retrieval.spelling import as_name, doubtful, put_right, said, slips

DOCUMENTS = {
    "netflix.txt": "Netflix lost subscribers in 2011, when it raised its prices for streaming.",
    "olsson.md": "# Crew\n\nThe harbour pilot is Greta Johansson. She has received a medal.",
    "lamp.md": "The lighthouse at Ærø was painted by Karen Sørensen. The lamp is older.",
    "codes.txt": "Fault ABXC4711 means that the pump is dry; model QRSTV holds 5500 litres.",
    "andes.txt": "The Andes are a range of mountains. The anodes of the cells are made in Quito.",
    "yard.txt": "The yard will repair the launch.",
    "cells.txt": "The anodes of a battery wear out first. Anodes are changed each year.",
}


def meant(home, question: str) -> dict[str, str]:
    return dict(home.index.asked(question).meant)


@pytest.mark.parametrize("mode", ["lexical", "hybrid"])
@pytest.mark.parametrize(
    ("question", "path", "word", "other"),
    [
        ("Why did Neflix lose customers?", "netflix.txt", "Neflix", "Netflix"),
        ("NETFILX", "netflix.txt", "NETFILX", "NETFLIX"),
        ("What about neflix's prices?", "netflix.txt", "neflix", "netflix"),
        ("Who is Johanson?", "olsson.md", "Johanson", "Johansson"),
        ("What did the pilot recieve?", "olsson.md", "recieve", "receive"),
        ("subscribbers", "netflix.txt", "subscribbers", "subscribers"),
        ("sbuscribers", "netflix.txt", "sbuscribers", "subscribers"),
        ("ighthouse", "lamp.md", "ighthouse", "lighthouse"),
        ("Karen Sorensen", "lamp.md", "Sorensen", "Sørensen"),
        ("Karen Sørensön", "lamp.md", "Sørensön", "Sørensen"),
    ],
)
def test_a_misspelt_word_finds_what_it_means(read, mode: str, question: str, path: str, word: str, other: str) -> None:
    assert meant(read, question) == {word: other}
    assert [hit.path for hit in read.search(question, 1, mode=mode)] == [path]


def test_what_is_meant_is_told_as_it_is_written(read) -> None:
    assert meant(read, "Where is the lighthouse paintexs?") == {"paintexs": "painted"}  # not painteds, nor paint


@pytest.mark.parametrize(
    "question",
    [
        "Netflix's subscribers",  # stands there
        "subscriber, pilots, painting",  # other forms of words that do
        "ABXC4712",  # a code
        "ABXC-4711 QRSTV2",
        "5501",  # a number
        "lmap",  # of four letters
        "When it was repaid",  # a form of a known word, no slip of `repair`
        "When it rained",  # a form of a common word, no slip of `raised`
        "where does whose",  # stop words
        "Bohansson",  # another first letter
        "Johnson",  # two letters away
        "pointed",  # a common word, of other things
        "Zanzibar",  # nothing is like it
        "netflixx-like",  # a part of a word
        "x" * 31,
        "東京タワーの高さ",
        "",
    ],
)
def test_other_words_stay_as_they_are(read, question: str) -> None:
    asked = read.index.asked(question)
    assert asked.meant == {}
    assert asked.text == question


def test_what_stands_with_the_others_of_the_question_is_meant(read) -> None:
    assert meant(read, "Which are the anndes of a battery?") == {"anndes": "anodes"}
    assert meant(read, "Which mountains are in the anndes range?") == {"anndes": "andes"}


def test_where_nothing_else_is_asked_what_most_chunks_have_is_meant(home) -> None:
    home.write("one.txt", "Tarvelin")
    home.write("two.txt", "Tarvolin")
    home.write("three.txt", "Tarvolin")
    home.ingest()
    assert meant(home, "Tarvlin") == {"Tarvlin": "Tarvolin"}


def test_several_words_and_no_more_than_three(read) -> None:
    three = "Neflix, Johanson and the ligthouse"
    assert meant(read, three) == {"Neflix": "Netflix", "Johanson": "Johansson", "ligthouse": "lighthouse"}
    assert meant(read, f"{three} and the subscribbers") == {}


def test_a_word_that_was_guessed_counts_less(read) -> None:
    right, guessed = (read.index.asked(one).weights for one in ("Netflix prices", "Neflix prices"))
    assert list(guessed) == list(right) == ["netflix", "prices"]
    assert guessed["netflix"] < right["netflix"]
    assert guessed["prices"] == right["prices"]


def test_vectors_alone_are_searched_for_the_question_as_it_is(read) -> None:
    asked = read.index.asked("Why did Neflix lose customers?", mode="dense")
    assert (asked.text, asked.meant) == ("Why did Neflix lose customers?", {})


def test_what_is_there_later_is_no_slip_any_more(home) -> None:
    home.write("a.txt", "Netflix")
    home.ingest()
    assert meant(home, "Neflix") == {"Neflix": "Netflix"}
    home.write("b.txt", "Neflix is a village")
    home.ingest()
    assert meant(home, "Neflix") == {}
    assert home.search("Neflix", 1, mode="lexical")[0].path == "b.txt"


def test_a_word_of_a_document_that_is_gone_is_not_meant(home) -> None:
    home.write("a.txt", "Netflix")
    home.write("b.txt", "Prices")
    home.ingest()
    home.index.remove(["a.txt"])
    assert meant(home, "Neflix") == {}


def apart(one: str, other: str) -> int:
    """The distance by Damerau and Levenshtein, no letter changed twice."""
    rows = [list(range(len(other) + 1))]
    for i, mine in enumerate(one, 1):
        row = [i]
        for j, theirs in enumerate(other, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (mine != theirs)))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


@pytest.mark.parametrize("seed", range(20))
def test_slips_are_the_words_a_letter_away(seed: int) -> None:
    rng = random.Random(seed)
    word = "".join(rng.choices("abcdes", k=rng.randrange(1, 9)))
    found = slips(word)
    assert len(found) == len(set(found))
    assert all(apart(word, one) == 1 for one in found)
    for _ in range(300):
        at, letter = rng.randrange(len(word) + 1), rng.choice(string.ascii_lowercase)
        changed = rng.choice(
            [
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :] if at else word,
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            ]
        )
        assert changed == word or changed in found


def test_letters_of_other_alphabets_that_are_typed_as_latin_ones() -> None:
    assert {"øland", "olanđ"} <= set(slips("oland"))
    assert "blind" in slips("bljnd")
    assert "bland" not in slips("oland")


def test_doubtful_words() -> None:
    terms = query_terms("Is Neflix's ABC1234 in Größenwahn-2 or Größenwahn, 2015, the pilot?")
    assert doubtful(terms) == ["neflix", "größenwahn", "pilot"]
    assert doubtful(["which", "there"]) == []


def test_words_are_put_right_as_they_are_written() -> None:
    others = {"neflix": "netflix", "recieve": "receive"}
    question = "Did Neflix (NEFLIX) recieve neflix's, xneflix, neflix2, neflix_?"
    text, changed = put_right(question, others)
    assert text == "Did Netflix (NETFLIX) receive netflix's, xneflix, neflix2, neflix_?"
    assert changed == {"Neflix": "Netflix", "NEFLIX": "NETFLIX", "recieve": "receive", "neflix": "netflix"}
    assert put_right(question, {}) == (question, {})


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did Vermeer and Karen Sørensen paint at Ærø?", ("vermeer",)),
        ("What are Vermeer's prices?", ("vermeer",)),
        ("Which prices did Neflix raise?", ()),  # that is Netflix
        ("What do the prices in Quito tell of MIT and of XQ-7 since May 2020?", ()),
        ("vermeer, the painter", ()),  # no capital
        ("Vermeer, who painted?", ()),  # any word begins a sentence so
        ("What Is the Price of Vermeer?", ()),  # a title
        ("Wo steht der Turm?", ()),  # another language
    ],
)
def test_names_that_stand_nowhere_are_told(read, question: str, names: tuple[str, ...]) -> None:
    assert read.index.asked(question).unheard == names


def test_it_is_said() -> None:
    assert said({"Neflix": "Netflix"}) == ("no document has “Neflix”: searched for “Netflix”",)
    assert said({}) == ()


@pytest.mark.parametrize(
    ("word", "prose", "cells", "common", "name"),
    [
        ("netflix", ["In 2015 Netflix paid.", "Netflix grew."], [], True, "Netflix"),
        ("netflix", ["Netflix grew."], [], True, ""),  # it begins the sentence
        ("kittiwake", ["Kittiwake sails."], [], False, "Kittiwake"),
        ("sorrel", [], ["system: pumps; technician: Sorrel; hours: 4"], False, "Sorrel"),
        ("paid", [], ["total: 5; status: Not Paid"], True, ""),
        ("apple", ["It was sold by Apple.", "An apple a day."], [], True, ""),
        ("tenant", ["Then the Tenant pays.", "Rent of the Tenant", "What a Tenant keeps"], [], True, ""),
        ("dna", ["This is called DNA by all.", "Its DNA is short."], [], True, "DNA"),
        ("ives", ["He met St. Ives there, and Olives."], [], False, "Ives"),
        ("absent", ["Nothing is here."], ["Nor: here"], False, ""),
    ],
)
def test_how_a_name_is_written(word: str, prose: list[str], cells: list[str], common: bool, name: str) -> None:
    assert as_name(word, prose, cells, common=common) == name


def test_names_in_small_letters_are_read_as_the_documents_write_them(home) -> None:
    home.write("a.txt", "The lease with Bell ends in May. It says that Bell keeps the locks in order.")
    home.write("b.txt", "The lease with Harker ends in June. It says that Harker keeps the locks in order.")
    home.ingest()
    for question, read in (
        ("when does the lease with harker end?", "when does the lease with Harker end?"),
        ("When does harker's lease end?", "When does Harker's lease end?"),
        ("When does the Lease with harker end?", "When does the Lease with harker end?"),  # it has a name
        ("when does the lease end?", "when does the lease end?"),
        ("wer hat den vertrag mit harker?", "wer hat den vertrag mit harker?"),  # English alone
    ):
        with home.index.snapshot():
            assert home.index.asked(question).text == read


def test_more_is_read_where_a_name_stands_over_many_chunks_and_in_few(open_home, tmp_path) -> None:
    home = open_home(
        tmp_path, chunking={"default": {"strategy": "sentence", "size": 20, "context": ["title"]}, "rules": []}
    )
    told = "We say how the year went by, and what we sold in it"
    few = "So much of it was sold by Harker"
    home.write("harker-2015.txt", "\n\n".join(f"{few if at % 9 == 3 else told}: {at}." for at in range(200)))
    home.ingest()
    assert sum("Harker" in hit.text for hit in home.search("sold", k=200)) < 30
    with home.index.snapshot():
        assert home.index.asked("what was sold by harker?").text == "what was sold by Harker?"


@pytest.mark.parametrize("first", ["p00.txt", "p15.txt"])
def test_what_is_read_does_not_depend_on_what_was_ingested_first(home, first: str) -> None:
    texts = {f"p{at:02}.txt": f"In the year {1900 + at} somebody lived at Heron House." for at in range(31)}
    texts["p15.txt"] = "Somebody had a small house."
    home.write(first, texts.pop(first))
    home.ingest()
    for path, text in texts.items():
        home.write(path, text)
    home.ingest()
    with home.index.snapshot():
        assert home.index.asked("who lived at the heron house?").text == "who lived at the Heron House?"


def test_a_quotation_mark_within_a_word_does_no_harm(home) -> None:
    home.write("a.txt", "The 24 inch monitor costs 300 euros.")
    home.ingest()
    assert home.search("What is the 24\"monitor's price?")[0].path == "a.txt"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Where are the sandbags?", {"sandbags": "sand bags"}),
        ("Sandbags?", {"Sandbags": "Sand bags"}),
        ("Where is the boat house?", {"boat house": "boathouse"}),
        ("Where is the old fire station?", {}),
        ("Is there a fire?", {}),  # of `fire station` the one word
        ("What is in bags of sand?", {}),
    ],
)
def test_compounds_are_written_as_the_documents_have_them(home, question: str, told: dict[str, str]) -> None:
    home.write("a.md", "The sand bags are in the old fire station.")
    home.write("b.md", "The boathouse is locked at night.")
    home.ingest()
    assert meant(home, question) == told


def test_a_compound_that_stands_somewhere_stays(home) -> None:
    home.write("a.md", "The sand bags are in the shed. Sandbags are heavy. A boat house is a boathouse.")
    home.ingest()
    assert meant(home, "Where are the sandbags?") == {}
    assert meant(home, "Where is the boat house?") == {}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("wat is the price?", "what is the price?"),
        ("Whats the price of the lamp?", "What's the price of the lamp?"),
        ("wat kost het?", "wat kost het?"),  # Dutch
    ],
)
def test_the_word_that_asks_may_be_mistyped(read, question: str, text: str) -> None:
    assert read.index.asked(question).text == text


def test_a_word_is_not_parted_at_small_words(home) -> None:
    home.write(
        "a.md", "We collect all owed amounts. The rapist was jailed. Brake disc over wear is no fault. Wat was a tiler."
    )
    home.ingest()
    for question in ("Are dogs allowed?", "Who is the therapist?", "What did they discover?", "Who was Wat?"):
        assert meant(home, question) == {}
