"""Full-text search: what is looked up for a question, and what is found in which order."""

import pytest

from retrieval import lexical
from retrieval.lexical import query_terms

DOCUMENTS = {
    "bridges.txt": "The bridges were painted by Anna Lind in 2003.",
    "ferry.txt": "The ferry was closed. What's left of it lies at the foo-bar quay, a:b dock, ratio 4*5.",
    "tokyo.txt": "東京タワーは1958年に完成した。高さは333メートルです。",
    "munich.txt": "Die Straße zur Brücke ist in München; das Café öffnet um neun.",
    "both.txt": "AND OR NOT NEAR are the words of a logician.",
}


@pytest.fixture(scope="module")
def read(tmp_path_factory, make_home):
    """A home that has them: not to be changed."""
    home = make_home(tmp_path_factory.mktemp("lexical"))
    for name, text in DOCUMENTS.items():
        home.write(name, text)
    home.ingest()
    yield home
    home.close()


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


class TestCommonTerms:
    """Where chunks are many, terms that many of them have only score what the rarer ones find."""

    @pytest.fixture
    def many(self, home, monkeypatch):
        for number in range(30):
            colour = "crimson" if number % 10 == 0 else "grey"
            home.write(f"{number:02}.txt", f"House number {number} is {colour}" + " and tall" * (number % 3 == 0))
        home.ingest()
        monkeypatch.setattr(lexical, "_FEW", 10)
        monkeypatch.setattr(lexical, "_COMMON", 5)  # common: in more than 6 of the 30
        return home

    def test_they_do_not_find_but_score(self, many) -> None:
        assert sorted(found(many, "crimson", 30)) == ["00.txt", "10.txt", "20.txt"]
        assert sorted(found(many, "crimson house", 30)) == ["00.txt", "10.txt", "20.txt"]
        assert found(many, "tall crimson house", 30)[0] == "00.txt"

    def test_the_scores_are_those_of_all_terms(self, many, monkeypatch) -> None:
        reduced = scored(many, "tall crimson house")
        monkeypatch.setattr(lexical, "_FEW", 1_000)
        whole = scored(many, "tall crimson house")
        assert reduced == {path: whole[path] for path in reduced}
        assert set(reduced) == {"00.txt", "10.txt", "20.txt"}

    def test_where_none_is_rare_the_rarest_finds(self, many) -> None:
        assert len(found(many, "house number", 40)) == 30
        assert sorted(found(many, "house tall", 40)) == [f"{number:02}.txt" for number in range(0, 30, 3)]

    def test_a_rare_term_that_nothing_has_leaves_the_others(self, many) -> None:
        """Else a slip of the pen would hide everything."""
        assert len(found(many, "house zeppelin", 5)) == 5

    def test_only_among_some_documents(self, many) -> None:
        hits = many.search("crimson house", 30, mode="lexical", files=["10.txt", "11.txt"])
        assert [hit.path for hit in hits] == ["10.txt"]
