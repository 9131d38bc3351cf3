"""Full-text search: what is looked up for a question, and what is found in which order."""

import pytest

from retrieval import fusion, words
from retrieval.lexical import emphasis, names, query_terms

DOCUMENTS = {
    "bridges.txt": "The bridges were painted by Anna Lind in 2003.",
    "ferry.txt": "The ferry was closed. What's left of it lies at the foo-bar quay, a:b dock, ratio 4*5.",
    "tokyo.txt": "東京タワーは1958年に完成した。高さは333メートルです。",
    "munich.txt": "Die Straße zur Brücke ist in München; das Café öffnet um neun.",
    "both.txt": "AND OR NOT NEAR are the words of a logician.",
}


@pytest.fixture
def filled(home):
    for name, text in DOCUMENTS.items():
        home.write(name, text)
    home.ingest()
    return home


def found(home, question: str, k: int = 10) -> list[str]:
    return [hit.path for hit in home.search(question, k, mode="lexical")]


def scored(home, question: str) -> dict[str, float]:
    return {hit.path: hit.score for hit in home.search(question, 10, mode="lexical")}


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Who painted the bridges in 2003?", ["painted", "bridges", "2003"]),
        ("What's the mayor's name?", ["mayor's", "name"]),
        ("What’s left?", ["left"]),
        ("foo-bar a:b 4*5", ["foo-bar", "b", "4*5"]),
        ("red/blue text:quay on 18/01/2018, 12:30", ["red", "blue", "text", "quay", "18/01/2018", "12:30"]),
        ("bridge Bridge BRIDGE", ["bridge"]),
        ("to be or not to be", ["to", "be", "or", "not"]),
        ("Which is it?", ["which", "is", "it"]),
        ("東京タワーの高さ", ["東京", "京タ", "タワ", "ワー", "ーの", "の高", "高さ"]),
        ("the height of 塔 and 東京 Tower", ["height", "塔", "東京", "tower"]),
        ("a\0b", ["a b"]),
        ("", []),
        ("?! … — 😀", []),
        ("_", ["_"]),
    ],
)
def test_what_is_looked_up(question: str, terms: list[str]) -> None:
    assert query_terms(question) == terms


def test_a_question_of_a_thousand_words_is_cut() -> None:
    assert query_terms(" ".join(f"w{number}" for number in range(1_000))) == [f"w{number}" for number in range(64)]


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("Which bridge did she paint?", "bridges.txt"),
        ("painting", "bridges.txt"),
        ("LIND", "bridges.txt"),
        ("What's left?", "ferry.txt"),
        ("foo-bar", "ferry.txt"),
        ("a:b", "ferry.txt"),
        ('"quay"', "ferry.txt"),
        ('the "quay', "ferry.txt"),
        ("(quay)", "ferry.txt"),
        ("quay*", "ferry.txt"),
        ("4*5", "ferry.txt"),
        ("^quay", "ferry.txt"),
        ("{quay} -ferry", "ferry.txt"),
        ("qu\0ay quay", "ferry.txt"),
        ("quay 😀", "ferry.txt"),
        ("quay _ ___", "ferry.txt"),
        ("text : quay", "ferry.txt"),
        ("東京", "tokyo.txt"),
        ("京タワー", "tokyo.txt"),
        ("タワーの高さは何メートルですか", "tokyo.txt"),
        ("1958年", "tokyo.txt"),
        ("Strasse Straße", "munich.txt"),
        ("straße", "munich.txt"),
        ("STRASSE? Straße!", "munich.txt"),
        ("munchen", "munich.txt"),
        ("Cafe", "munich.txt"),
        ("café", "munich.txt"),
        ("logician AND", "both.txt"),
        ("NEAR (logician)", "both.txt"),
        ("NOT logician", "both.txt"),
    ],
)
def test_the_first_hit(read, question: str, path: str) -> None:
    assert found(read, question)[:1] == [path]


@pytest.mark.parametrize("question", ["zeppelin", "😀", "?", "大阪", "\0", "***", "_", '"', "\ud800", "x\ud800y"])
def test_nothing_found(read, question: str) -> None:
    assert found(read, question) == []


def test_a_question_of_stop_words_looks_them_up(read) -> None:
    assert set(found(read, "what was by the")) == {"bridges.txt", "ferry.txt", "both.txt"}


def test_rarer_words_and_more_of_them_score_higher(home) -> None:
    home.write("one.txt", "heron and crane and crane and owl")
    home.write("two.txt", "heron and robin and robin and owl")
    home.write("three.txt", "finch and robin and robin and owl")
    home.ingest()
    assert found(home, "heron crane") == ["one.txt", "two.txt"]
    scores = scored(home, "owl heron")
    assert scores["one.txt"] == scores["two.txt"] > scores["three.txt"]


def test_what_was_removed_leaves_no_trace(home, open_home, tmp_path) -> None:
    never = open_home(tmp_path / "other")
    for one in (home, never):
        one.write("a.txt", "The tower is old and the tower is tall.")
        one.write("b.txt", "A tower of 東京 stands beside the quay; nobody painted it.")
    home.write("c.txt", "tower tower quay 東京タワー zeppelin " * 40)
    home.write("d.md", "# Tower\n\nquay\n\n## Zeppelin\n\n東京\n")
    for one in (home, never):
        one.ingest()
    before = scored(home, "tower quay 東京")
    assert before.keys() == {"a.txt", "b.txt", "c.txt", "d.md"}
    (home.folder / "c.txt").unlink()
    (home.folder / "d.md").unlink()
    assert home.ingest().removed == 2
    for question in ("tower", "quay", "東京", "tower quay 東京", "zeppelin"):
        assert scored(home, question) == scored(never, question)
    assert found(home, "zeppelin") == []
    assert home.counts() == never.counts()


def test_what_is_being_built_or_replaced_is_not_found(filled) -> None:
    filled.write("bridges.txt", "Nothing is painted here.")
    with filled.database.write() as connection:
        connection.exec_driver_sql("UPDATE documents SET current = 0 WHERE path = 'ferry.txt'")
    assert found(filled, "quay") == []
    filled.ingest()
    assert found(filled, "quay") == ["ferry.txt"]
    assert found(filled, "Anna Lind") == []


def test_only_among_some_documents(read) -> None:
    assert set(found(read, "painted quay logician")) == {"bridges.txt", "ferry.txt", "both.txt"}
    hits = read.search("painted quay logician", mode="lexical", files=["ferry.txt", "tokyo.txt", "nowhere.txt"])
    assert [hit.path for hit in hits] == ["ferry.txt"]
    hits = read.search("painted quay logician", mode="lexical", pattern="b*.txt")
    assert {hit.path for hit in hits} == {"bridges.txt", "both.txt"}
    assert read.search("quay", mode="lexical", files=["nowhere.txt"]) == []
    assert read.search("quay", mode="lexical", pattern="*.pdf") == []


def test_no_more_than_asked(read) -> None:
    everything = found(read, "painted quay logician", 10)
    assert found(read, "painted quay logician", 2) == everything[:2]


QUESTIONS = (
    "Who painted the bridges in 2003?",
    "the foo-bar quay and its ferry",
    "quay's 18/01/2018",
    "東京タワーの高さ",
    "dock",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_scores_are_those_of_fts5(home, question: str) -> None:
    """Words, phrases and pairs of signs; in rows long and short, each of its own document; and in one that is gone."""
    for name, text in DOCUMENTS.items():
        home.write(name, text)
    home.write("long.txt", "The quay, the foo-bar quay; a ferry, and 18/01/2018 at the quay's dock. " * 6)
    home.write("gone.txt", "ferry quay dock")
    home.ingest()
    with home.database.write() as connection:
        connection.exec_driver_sql("UPDATE documents SET current = 0 WHERE path = 'gone.txt'")
    match = " OR ".join(f'"{term}"' for term in query_terms(question)).replace("'", "''")
    sql = (
        "SELECT d.path, -bm25(fts_1) FROM fts_1 JOIN chunks c ON c.id = fts_1.rowid "
        f"JOIN documents d ON d.id = c.document_id WHERE fts_1 MATCH '{match}' AND d.current"
    )
    expected = dict(home.rows(sql))
    assert expected
    found = {hit.path: hit.scores["lexical"] for hit in home.search(question, 10, mode="lexical")}
    assert found == pytest.approx(expected, rel=1e-9)


def test_what_is_to_be_done_with_it_counts_less_than_what_is_asked_for(home) -> None:
    home.write("asked.txt", "The ferries carried 500 cars.")
    home.write("other.txt", "The average is a percentage, with a change and a ratio.")
    for number in range(9):
        home.write(f"{number}.txt", f"The ferries carried {number} horses, and cars.")
    home.ingest()
    assert found(home, "What is the average percentage change of ferries and 500 cars?", 1) == ["asked.txt"]
    assert found(home, "average percentage change", 1) == ["other.txt"]  # nothing else is asked
    assert emphasis(["average", "cars"]) == {"average": 0.25, "cars": 1.0}
    assert emphasis(["value", "cars"]) == {"value": 0.25, "cars": 1.0}
    assert emphasis(["average", "ratio"]) == {"average": 1.0, "ratio": 1.0}
    assert emphasis([]) == {}


def test_a_name_that_all_of_a_long_document_has_counts_as_the_one_document_it_is(home) -> None:
    home.write(
        "costco.md", "\n\n".join(f"# Costco {number}\n\nWarehouses in district {number}." for number in range(40))
    )
    for number in range(60):
        home.write(f"{number}.txt", f"Company {number} sells boats.")
    for name in ("a.txt", "b.txt", "c.txt"):
        home.write(name, "The warehouses of nobody, and their margin.")
    home.ingest()
    assert home.rows("SELECT count(*) FROM chunks")[0][0] > 90
    assert found(home, "margin of costco", 1) == ["costco.md"]


def test_what_was_read_is_used_again_until_something_changes(home) -> None:
    home.write("one.txt", "a heron on the quay")
    home.ingest()
    assert found(home, "heron quay") == ["one.txt"]
    home.write("two.txt", "heron heron")
    home.write("one.txt", "an owl on the quay")
    home.ingest()
    assert found(home, "heron") == ["two.txt"]
    assert found(home, "heron quay owl") == ["one.txt", "two.txt"]


def test_what_is_remembered_is_bounded(read, monkeypatch) -> None:
    before = scored(read, "painted ferry quay logician")
    monkeypatch.setattr(words, "_KEPT", 1)
    read.index.close()
    assert scored(read, "painted ferry quay logician") == before
    assert scored(read, "quay logician ferry painted") == pytest.approx(before)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 300, 16_383, 16_384, 2_097_152])
def test_numbers_of_variable_length(size: int) -> None:
    sevens = [size >> shift & 0x7F for shift in (21, 14, 7, 0)]
    while len(sevens) > 1 and not sevens[0]:
        sevens.pop(0)
    blob = bytes([*(part | 0x80 for part in sevens[:-1]), sevens[-1]])
    assert words.numbers_of([b"\x05", blob, b"\x81\x00"]).tolist() == [5, size, 128]


def test_equal_ones_by_path_and_place(home) -> None:
    for name, does in (("c.txt", "stands"), ("a.txt", "sleeps"), ("b.txt", "drinks")):
        home.write(name, f"The heron {does}.")
    home.ingest()
    assert found(home, "heron", 2) == ["a.txt", "b.txt"]


PARTIES = (
    ("1.md", "Brandl", "three"),
    ("2.md", "Oriole", "nine"),
    ("3.md", "Nordlys", "six"),
    ("4.md", "Vasquez", "two"),
)


def test_documents_that_have_not_the_name_anywhere_score_less(tmp_path, open_home, monkeypatch) -> None:
    """The clause that answers does not say between whom the contract is made: another chunk does."""
    home = open_home(tmp_path / "work", chunking={"default": {"strategy": "sentence", "size": 40}})
    secret = "The parties keep what they learn of one another to themselves, also when it has ended. " * 4
    for path, party, months in PARTIES:
        between = f"Made this day at Ulm between Helm and {party}, who have their seats there and in the south."
        home.write(path, f"{between}\n\n{secret}\n\nEither side may end it by a notice of {months} months.")
    home.ingest()
    question = "By which notice may either side end the contract with Oriole?"
    scores = {(hit.path, hit.span): hit.score for hit in home.search(question, k=20)}
    monkeypatch.setattr(fusion, "_UNNAMED", 0.0)
    before = {(hit.path, hit.span): hit.score for hit in home.search(question, k=20)}
    fallen = {path for (path, span), score in scores.items() if score < before[path, span] - 0.05}
    assert fallen == {"1.md", "3.md", "4.md"}
    clauses = {hit.path: hit.score for hit in home.search(question, k=20) if "Either" in hit.text}
    assert max(clauses, key=clauses.__getitem__) == "2.md"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Costco sell in 2021?", {"costco", "2021"}),
        ("Costco sold what?", set()),
        ("What of HW-7? Answer in millions.", {"hw-7"}),
        ("what did costco sell", set()),
        ("Which of order 4401 and 3.5 to 10 tonnes are 1,250 pounds?", {"4401"}),
        ("What is the Average of The Hague?", {"hague"}),
    ],
)
def test_names_are_written_with_a_capital_or_a_digit(question: str, named: set[str]) -> None:
    assert names(question) == named


def test_whose_it_is_is_looked_up_where_no_document_has_the_possessive(home) -> None:
    home.write("scores.csv", "painter,drawing\nRembrandt,6\nTitian,15\n")
    home.write("lind.txt", "Karen Lind's bridges. Lind is a place, too.")
    home.ingest()
    assert home.index.asked("Rembrandt’s drawing").weights.keys() == {"rembrandt", "drawing"}
    assert home.index.asked("Lind's bridges").weights.keys() == {"lind's", "bridges"}
