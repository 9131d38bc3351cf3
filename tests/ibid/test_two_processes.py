"""Questions while documents change: by another process all the time, and by this one in the middle of an answer."""

import subprocess
import sys
import threading
from pathlib import Path

import ibid
from ibid import Library

ROUNDS = 12
CHILD = """
import sys
from pathlib import Path
import ibid

docs = Path(sys.argv[1])
with ibid.open(docs.parent / ".ibid") as library:
    for number in range(1, int(sys.argv[2]) + 1):
        (docs / "vault.txt").write_text(f"The code of the vault is K{number}. It is changed in every round.")
        (docs / f"item-{number}.txt").write_text(f"Item number {number} of the register is a lamp.")
        (docs / f"item-{number - 3}.txt").unlink(missing_ok=True)
        report = library.ingest(docs, workers=1)
        assert not report.failed
        if number % 4 == 0:
            library.remove(docs / "extra.txt")
        print(number, flush=True)
"""


class Writer:
    """The other process; `done` is the last round whose commit it has told."""

    def __init__(self, docs: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(docs), str(ROUNDS)], stdout=subprocess.PIPE, text=True
        )
        self.done = 0
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.done = int(line)

    def close(self) -> None:
        self.process.kill()
        self.thread.join()
        self.process.communicate()


def items(library: Library) -> set[int]:
    """The numbers of the items that are found: of each its path and its text say the same."""
    found = set()
    for hit in library.search("item number of the register", k=20):
        if hit.path.startswith("docs/item-"):
            number = int(hit.path.removeprefix("docs/item-").removesuffix(".txt"))
            assert hit.text == f"Item number {number} of the register is a lamp."
            found.add(number)
    return found


def test_one_asks_while_another_ingests_changes_and_removes(tmp_path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "extra.txt").write_text("Nobody asks for this.")
    (docs / "vault.txt").write_text("The code of the vault is K0. It is changed in every round.")
    with ibid.open(tmp_path / ".ibid") as library:
        library.ingest(docs)
        writer = Writer(docs)
        asked, rounds = 0, set()
        try:
            while writer.thread.is_alive() or asked < 10:
                before = writer.done
                answer = library.ask("What is the code of the vault?")
                assert not answer.abstained
                code = int(answer.text.partition("code of the vault is K")[2].partition(".")[0])
                assert before <= code <= ROUNDS
                assert answer.citations[0].path == "docs/vault.txt"
                assert answer.citations[0].quote.startswith(f"The code of the vault is K{code}.")
                rounds.add(code)
                before = writer.done
                found = items(library)
                after = writer.done
                assert min(found, default=before) >= before - 2  # what was removed is not found
                if after == before > 0:
                    assert before in found
                asked += 1
        finally:
            writer.close()
        assert writer.process.returncode == 0
        assert asked >= 10
        assert len(rounds) >= 3
        assert items(library) == {ROUNDS - 2, ROUNDS - 1, ROUNDS}
        assert f"K{ROUNDS}" in library.ask("What is the code of the vault?").text


def test_a_document_that_is_removed_in_the_middle_of_an_answer(work) -> None:
    """The answer is of one state: it is cited to the end, and the next one knows better."""
    with ibid.open() as library, ibid.open() as other:
        pieces: list[str] = []

        def removing(piece: str) -> None:
            if not pieces:
                assert other.remove("docs/handbook.md") == ["docs/handbook.md"]
                assert other.status().documents == 3
            pieces.append(piece)

        question = "How large is the mirror of the main telescope?"
        answer = library.ask(question, stream=removing)
        assert "2.4 metres" in "".join(pieces)
        assert answer.citations[0].path == "docs/handbook.md"
        assert "2.4 metres" in answer.citations[0].quote
        assert library.turns(answer.conversation)[-1].answer.text == answer.text
        again = library.ask(question)
        assert "docs/handbook.md" not in {citation.path for citation in again.citations}
        assert "docs/handbook.md" not in {hit.path for hit in again.hits}


def test_a_document_that_changes_in_the_middle_of_an_answer(work) -> None:
    with ibid.open() as library, ibid.open() as other:

        def changing(piece: str) -> None:
            (work / "docs" / "handbook.md").write_text("# Handbook\n\nIt was shortened.\n")
            other.ingest("docs")

        answer = library.ask("How large is the mirror of the main telescope?", stream=changing)
        assert "2.4 metres" in answer.citations[0].quote
        assert library.text("docs/handbook.md") == "# Handbook\n\nIt was shortened.\n"
