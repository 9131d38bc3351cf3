"""`ibid chunks`: what it prints, and what it says of another configuration."""

import os
import pty
import re
import select
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ibid
from ibid.html import Html, escape, page, table
from ibid.html.charts import bars
from ibid.viewing.pieces import Pieces
from ibid.viewing.sizes import Step, sizes_of
from ingest.types import Block, Chunk, Place, Span

SMALL = "ingest: {chunking: {inherit: false, default: {strategy: sentence, size: 24}}}"


def chunk(number: int, start: int, end: int, *, tokens: int = 1) -> Chunk:
    return Chunk(number, Span(start, end), "x" * (end - start), "", tokens, Place())


def sized(*tokens: int) -> list[Chunk]:
    return [chunk(number, number, number + 1, tokens=size) for number, size in enumerate(tokens)]


def test_sizes_are_counted_in_round_steps() -> None:
    found = sizes_of(sized(12, 20, 21, 100))
    assert (found.least, found.median, found.most, found.total) == (12, 20, 100, 153)
    assert found.steps == (Step(1, 20, 2), Step(21, 40, 1), Step(41, 60, 0), Step(61, 80, 0), Step(81, 100, 1))
    assert sizes_of(sized(7)).steps == (Step(7, 7, 1),)
    assert sizes_of([]).steps == ()


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=50))
def test_steps_hold_every_chunk(tokens: list[int]) -> None:
    steps = sizes_of(sized(*tokens)).steps
    assert len(steps) <= 8
    assert [step.chunks for step in steps] == [sum(s.least <= one <= s.most for one in tokens) for s in steps]
    assert sum(step.chunks for step in steps) == len(tokens)
    assert all(before.most + 1 == after.least for before, after in pairwise(steps))


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5), st.integers(0, 3)), max_size=12), st.integers(1, 120))
def test_pieces_lie_in_the_chunks_that_hold_them(cuts: list[tuple[int, int, int]], most: int) -> None:
    chunks: list[Chunk] = []
    end = 0
    for number, (length, overlap, gap) in enumerate(cuts):
        start = max(chunks[-1].span.start + 1, end - overlap) if chunks and overlap else end + gap
        chunks.append(chunk(number, start, end := max(end, start) + length))
    text = "".join(chr(97 + at % 26) for at in range(end + 3))
    part = Pieces(chunks).part(Block(text), 0, most)
    assert "".join(piece.text for piece in part.pieces) == text[:most]
    for piece in part.pieces:
        assert len(piece.text) > 0
        for at in range(piece.start, piece.end):
            assert piece.chunks == tuple(c.ordinal for c in chunks if c.span.start <= at < c.span.end)
        assert piece.first == tuple(c.ordinal for c in chunks if c.span.start == piece.start)


def test_plain_text_has_places_overlap_and_a_histogram(run, empty) -> None:
    (empty / "quay.txt").write_text("The quay is old. Boats moor there. Gulls cry at night. Rain falls. " * 5)
    args = ["--set", "ingest.chunking.default.size=48", "--set", "ingest.chunking.default.overlap=12"]
    ran = run("chunks", "quay.txt", *args)
    assert ran.code == 0
    assert "\x1b" not in ran.out
    assert re.search(r"^── 0 ── \[0, \d+\) ── \d+ tokens ── quay.txt#char=0,\d+$", ran.out, re.MULTILINE)
    assert re.search(r"^── 1 ── .* ── the first \d+ characters again ── quay.txt#char=", ran.out, re.MULTILINE)
    assert re.search(
        r"^\d+ chunks, \d+ to \d+ tokens \(median \d+\), \d+ together; \d of them repeat", ran.out, re.MULTILINE
    )
    assert re.search(r"^ +\d+-\d+ tokens  █+ \d+$", ran.out, re.MULTILINE)
    found = run("chunks", "quay.txt", *args, "--json").json
    assert sum(step["chunks"] for step in found["sizes"]["steps"]) == len(found["chunks"])
    assert found["sizes"]["total"] == sum(one["tokens"] for one in found["chunks"])


def read_terminal(terminal: int) -> str:
    """What comes next; "" at its end, which Linux reports as an error."""
    ready, _, _ = select.select([terminal], [], [], 60)
    assert ready
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:
        return ""


def test_colours_on_a_terminal(empty) -> None:
    (empty / "quay.txt").write_text("The quay is old. Boats moor there. \x1b[31mGulls cry at night. Rain falls. " * 5)
    options = ["--set", "ingest.chunking.default.size=40", "--set", "ingest.chunking.default.overlap=12"]
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "ibid", "chunks", "quay.txt", *options],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    said = ""
    while more := read_terminal(ours):
        said += more
    os.close(ours)
    assert child.communicate(timeout=60)[1] == b""
    assert child.returncode == 0
    assert "\x1b[36m▌\x1b[0m" in said  # cyan, then magenta
    assert "\x1b[35m▌\x1b[0m" in said
    assert "\x1b[2m" in said  # what is repeated, and the context
    assert "\x1b[31m" not in said  # the document's own codes are not let through


def test_a_difference(run, empty) -> None:
    (empty / "small.yaml").write_text(SMALL)
    found = run("chunks", "docs/handbook.md", "--diff", "small.yaml", "--json").json
    diff = found["diff"]
    assert diff["settings"] == "small.yaml"
    assert (found["strategy"], diff["strategy"]) == ("heading", "sentence")
    assert diff["same"] + diff["moved"] + diff["context"] + diff["new"] == len(diff["chunks"])
    assert [one["state"] for one in diff["chunks"]].count("new") == diff["new"] > 0
    assert diff["was"].count("new") == diff["gone"]
    starts = [{one["span"][0] for one in chunks} for chunks in (found["chunks"], diff["chunks"])]
    assert diff["starts"] == {
        "kept": len(starts[0] & starts[1]),
        "gone": len(starts[0] - starts[1]),
        "new": len(starts[1] - starts[0]),
    }
    there = {(one["context"], one["text"]) for one in found["chunks"]}
    fresh = {(one["context"], one["text"]): one["tokens"] for one in diff["chunks"]}
    fresh = {key: tokens for key, tokens in fresh.items() if key not in there}
    assert (diff["embed"]["chunks"], diff["embed"]["tokens"]) == (len(fresh), sum(fresh.values()))
    assert diff["embed"]["stored"] == 0
    assert 0 < diff["embed"]["seconds"] < 60
    assert not (empty / ".ibid").exists()
    said = run("chunks", "docs/handbook.md", "--diff", "small.yaml").out
    assert "other: strategy 'sentence', the default: no rule matches" in said
    assert re.search(
        rf"^to embed: {len(fresh)} chunks, {sum(fresh.values())} tokens, about .* on this machine$", said, re.MULTILINE
    )
    assert re.search(r"^\+ 1 +\[\d+, \d+\) +\d+ tokens  ", said, re.MULTILINE)


def test_sentences_that_get_vectors_are_counted_too(run, empty) -> None:
    (empty / "sentences.yaml").write_text("ingest: {chunking: {default: {sentence_vectors: true}}}")
    told = run("chunks", "docs/log.txt", "--diff", "sentences.yaml", "--json").json
    diff = told["diff"]
    assert (diff["same"], diff["new"], diff["embed"]["chunks"]) == (1, 0, 0)  # the chunks stay as they are
    assert diff["embed"]["sentences"] == 2
    assert 20 < diff["embed"]["tokens"] < 60
    assert "to embed: 0 chunks and 2 sentences, " in run("chunks", "docs/log.txt", "--diff", "sentences.yaml").out
    plain = run("chunks", "docs/log.txt", "--diff", "default", "--json").json["diff"]["embed"]
    assert (plain["sentences"], plain["tokens"]) == (0, 0)
    both = ["--set", "ingest.chunking.default.sentence_vectors=true"]
    assert "to embed: nothing" in run("chunks", "docs/log.txt", *both, "--diff", "sentences.yaml").out
    run("ingest", "docs", *both)  # the home has all of them now
    assert run("chunks", "docs/log.txt", "--diff", "sentences.yaml", "--json").json["diff"]["embed"]["sentences"] == 0


def test_what_differs_by_the_options_of_the_call(run, empty) -> None:
    """The other side is what `--config` alone would give: `--set` says how the present one differs."""
    same = run("chunks", "docs/log.txt", "--diff", "default", "--json").json["diff"]
    assert (same["new"], same["gone"], same["moved"], same["context"]) == (0, 0, 0, 0)
    assert same["embed"] == {"chunks": 0, "sentences": 0, "tokens": 0, "stored": 0, "seconds": 0.0}
    assert "to embed: nothing" in run("chunks", "docs/log.txt", "--diff", "default").out
    untitled = ["--set", "ingest.chunking.default.context=[]"]
    other = run("chunks", "docs/log.txt", *untitled, "--diff", "default", "--json").json
    assert {one["state"] for one in other["diff"]["chunks"]} == {"context"}
    assert other["diff"]["embed"]["chunks"] == len(other["chunks"])


def test_what_the_home_has_is_not_embedded_again(run, work) -> None:
    untitled = ["--set", "ingest.chunking.default.context=[]"]
    found = run("chunks", "docs/log.txt", *untitled, "--diff", "default", "--json").json["diff"]
    assert (found["embed"]["chunks"], found["embed"]["tokens"]) == (0, 0)
    assert found["embed"]["stored"] == len(found["chunks"])
    assert (
        "more have their vectors in the home already"
        in run("chunks", "docs/log.txt", *untitled, "--diff", "default").out
    )


def test_an_endpoint_is_not_asked_how_long_it_takes(run, empty) -> None:
    (empty / "openai.yaml").write_text(
        "retrieval: {embedder: {name: openai, model: m, base_url: 'http://127.0.0.1:9/v1'}}"
    )
    ran = run("chunks", "docs/log.txt", "--diff", "openai.yaml", "--json")
    assert ran.code == 0
    assert ran.json["diff"]["embed"]["seconds"] is None
    assert ran.json["diff"]["embed"]["chunks"] == len(ran.json["diff"]["chunks"])
    assert "another embedder" in " ".join(ran.json["diff"]["warnings"])


def test_a_file_read_in_another_way_is_said(run, empty) -> None:
    (empty / "lenient.yaml").write_text("ingest: {parsers: {json: {lenient: true}}}")
    warnings = run("chunks", "docs/staff.json", "--diff", "lenient.yaml", "--json").json["diff"]["warnings"]
    assert "read the file in another way" in " ".join(warnings)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["docs/log.txt", "--diff", "nowhere.yaml"], 2, "no settings file and no preset 'nowhere.yaml'"),
        (["docs/log.txt", "--html", "nowhere/out.html"], 2, "'nowhere/out.html' cannot be written"),
        (["nowhere.txt", "--html", "out.html"], 2, "there is no file 'nowhere.txt'"),
        (["broken.json", "--html", "out.html"], 1, "broken.json: it is no JSON"),
    ],
)
def test_what_cannot_be_shown(run, empty, args, code, said) -> None:
    (empty / "broken.json").write_text("{")
    ran = run("chunks", *args)
    assert ran.code == code
    assert said in ran.err
    assert not Path("out.html").exists()


def test_a_view_in_python(empty) -> None:
    with ibid.open(".ibid") as library:
        seen = library.view("docs/handbook.md", other="default", pictures=True)
    assert [cut.path for cut in seen.cuts] == ["docs/handbook.md"] * 2
    assert "".join(segment.text for segment in seen.segments) == Path("docs/handbook.md").read_text()
    assert seen.pictures == ()


def test_pages_hold_nothing_but_what_they_are_given() -> None:
    whole = page("a <b>", table(["x"], [[1], [None], ["<i>"], [Html("<i>")]]), script="1;", style="p{}")
    assert "default-src 'none'" in whole
    assert "<title>a &lt;b&gt;</title>" in whole
    assert '<td class="number">1</td>' in whole
    assert "<td>&lt;i&gt;</td>" in whole
    assert "<td><i></td>" in whole
    assert escape("a\x00\ud800\r\u202e\"'") == "a\ufffd\ufffd&#13;\ufffd&quot;&#x27;"
    with pytest.raises(ValueError, match="end its own element"):
        page("", "", script="'</script>'")
    assert bars([("<1", 2), ("b", 0)], label="a").count("<rect") == 2
    assert "&lt;1" in bars([("<1", 2)], label="a")
