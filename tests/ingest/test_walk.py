"""Finding files: what becomes a source, what is passed over, what is said of it."""

import os
from pathlib import Path

import pytest

from ingest.errors import ConfigurationError, UnreadableError
from ingest.types import Found
from ingest.walk import digest, signature, walk


def make(root: Path, *names: str) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x", encoding="utf-8")


def paths(found: Found) -> list[str]:
    return [source.path for source in found.sources]


def reasons(found: Found) -> dict[str, str]:
    return {entry.path: entry.reason for entry in found.skipped}


def test_paths_are_relative_below_the_root_and_absolute_elsewhere(tmp_path: Path) -> None:
    make(tmp_path, "root/b.txt", "root/sub/a.md", "other/c.txt")
    found = walk([tmp_path / "other", tmp_path / "root"], root=tmp_path / "root", home=None)
    assert paths(found) == [str(tmp_path / "other" / "c.txt"), "b.txt", "sub/a.md"]
    assert found.sources[1].file == str(tmp_path / "root" / "b.txt")
    assert found.sources[1].size == 1


def test_what_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", ".hidden.txt", ".git/x.txt", "node_modules/x.js", "__pycache__/x.txt", ".ibid/ibid.db")
    make(tmp_path, "real/b.txt", ".hid/x.txt")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "empty.json").touch()
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "cases.jsonl").write_text('\n{"question": "q", "evidence": []}\n', encoding="utf-8")
    (tmp_path / "data.jsonl").write_text('{"question": "q"}\n', encoding="utf-8")
    found = walk([tmp_path], root=tmp_path, home=tmp_path / ".ibid")
    assert paths(found) == ["a.txt", "data.jsonl", "empty.json", "link.txt", "real/b.txt"]
    assert reasons(found) == {
        ".git": "a folder named .git",
        ".hid": "hidden",
        ".hidden.txt": "hidden",
        ".ibid": "ibid's own home",
        "__pycache__": "a folder named __pycache__",
        "cases.jsonl": "a case file",
        "empty.txt": "empty: zero bytes",
        "linked": "a linked folder",
        "node_modules": "a folder named node_modules",
    }
    assert found.failed == ()


def test_a_file_given_by_name_is_not_skipped(tmp_path: Path) -> None:
    make(tmp_path, ".hidden.txt", "sub/.git/x.txt")
    (tmp_path / "cases.jsonl").write_text('{"question": "q", "evidence": []}\n', encoding="utf-8")
    given = [tmp_path, tmp_path / ".hidden.txt", tmp_path / "cases.jsonl", tmp_path / "sub" / ".git" / "x.txt"]
    found = walk(given, root=tmp_path, home=None)
    assert paths(found) == [".hidden.txt", "cases.jsonl", "sub/.git/x.txt"]
    assert reasons(found) == {"sub/.git": "a folder named .git"}


def test_a_file_in_the_home_is_never_taken(tmp_path: Path) -> None:
    make(tmp_path, ".ibid/ibid.db")
    found = walk([tmp_path / ".ibid" / "ibid.db"], root=tmp_path, home=tmp_path / ".ibid")
    assert reasons(found) == {".ibid/ibid.db": "ibid's own home"}


def test_missing_and_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = walk([tmp_path / "empty", tmp_path / "gone", tmp_path / "gone"], root=tmp_path, home=None)
    assert found == Found(missing=(str(tmp_path / "gone"),))


def test_ignore_files(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.tmp", "drafts/c.txt", "sub/d.txt", "sub/e.txt", "other/d.txt")
    (tmp_path / ".ibidignore").write_text("# comment\n*.TMP\ndrafts/\n", encoding="utf-8")
    (tmp_path / "sub" / ".ibidignore").write_text("/d.txt\n", encoding="utf-8")
    found = walk([tmp_path], root=tmp_path, home=None)
    assert paths(found) == ["a.txt", "other/d.txt", "sub/e.txt"]
    assert {path for path, reason in reasons(found).items() if reason == "named in .ibidignore"} == {
        "b.tmp",
        "drafts",
        "sub/d.txt",
    }
    below = walk([tmp_path / "sub"], root=tmp_path, home=None)
    assert paths(below) == ["sub/e.txt"]


def test_the_roots_ignore_file_holds_for_a_folder_given_below_it(tmp_path: Path) -> None:
    make(tmp_path, "sub/deep/b.tmp", "sub/deep/c.txt")
    (tmp_path / ".ibidignore").write_text("*.tmp\n", encoding="utf-8")
    assert paths(walk([tmp_path / "sub" / "deep"], root=tmp_path, home=None)) == ["sub/deep/c.txt"]


def test_the_nearest_ignore_file_that_names_a_file_decides(tmp_path: Path) -> None:
    make(
        tmp_path, "keep.log", "sub/keep.log", "sub/other.log", "sub/deep/keep.log", "sub/deep/drop.txt", "gone/keep.log"
    )
    (tmp_path / ".ibidignore").write_text("*.log\n!drop.txt\ngone/\n", encoding="utf-8")
    (tmp_path / "sub" / ".ibidignore").write_text("!keep.log\n", encoding="utf-8")
    (tmp_path / "sub" / "deep" / ".ibidignore").write_text("/drop.txt\n", encoding="utf-8")
    (tmp_path / "gone" / ".ibidignore").write_text("!keep.log\n", encoding="utf-8")  # nobody looks into it
    assert paths(walk([tmp_path], root=tmp_path, home=None)) == ["sub/deep/keep.log", "sub/keep.log"]
    assert paths(walk([tmp_path / "sub" / "deep"], root=tmp_path, home=None)) == ["sub/deep/keep.log"]


def test_an_ignore_file_that_is_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    make(tmp_path, "sub/a.txt")
    (tmp_path / "sub" / ".ibidignore").write_text("# ours\n*.tmp\n!\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"/sub/\.ibidignore', line 3: not a pattern"):
        walk([tmp_path], root=tmp_path, home=None)


def test_loops_of_links_end(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "round.txt").symlink_to(tmp_path / "trip.txt")
    (tmp_path / "trip.txt").symlink_to(tmp_path / "round.txt")
    (tmp_path / "nowhere.txt").symlink_to(tmp_path / "gone.txt")
    found = walk([tmp_path], root=tmp_path, home=None)
    assert paths(found) == ["a.txt"]
    assert reasons(found) == {"loop": "a linked folder"}
    assert {entry.path for entry in found.failed} == {"nowhere.txt", "round.txt", "trip.txt"}


def test_odd_names(tmp_path: Path) -> None:
    make(tmp_path, "with space.txt", "emoji 😀.txt", "two\nlines.txt")
    raw = os.path.join(os.fsencode(tmp_path), b"bad\xff.txt")  # noqa: PTH118
    with open(raw, "wb") as handle:  # noqa: PTH123
        handle.write(b"x")
    found = walk([tmp_path], root=tmp_path, home=None)
    assert paths(found) == ["bad\ufffd.txt", "emoji 😀.txt", "two\nlines.txt", "with space.txt"]
    assert os.fsencode(found.sources[0].file) == raw
    assert digest(found.sources[0].file) == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_two_names_that_differ_only_in_bad_bytes(tmp_path: Path) -> None:
    for name in (b"bad\xfe.txt", b"bad\xff.txt"):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as handle:  # noqa: PTH118, PTH123
            handle.write(b"x")
    found = walk([tmp_path], root=tmp_path, home=None)
    assert paths(found) == ["bad\ufffd.txt"]
    assert [entry.path for entry in found.failed] == [f"{tmp_path}/bad\\xff.txt"]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    found = walk([tmp_path], root=tmp_path, home=None)
    assert reasons(found) == {"pipe.jsonl": "neither a file nor a folder"}
    given = walk([tmp_path / "pipe.jsonl"], root=tmp_path, home=None)
    assert [entry.path for entry in given.failed] == ["pipe.jsonl"]


def test_the_same_file_given_twice_is_one_source(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    assert paths(walk([tmp_path / "a.txt", tmp_path, tmp_path / "." / "a.txt"], root=tmp_path, home=None)) == ["a.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_a_folder_that_may_not_be_opened_fails(tmp_path: Path) -> None:
    make(tmp_path, "closed/a.txt")
    (tmp_path / "closed").chmod(0)
    found = walk([tmp_path], root=tmp_path, home=None)
    (tmp_path / "closed").chmod(0o700)
    assert [entry.path for entry in found.failed] == ["closed"]


def test_a_signature_changes_with_the_bytes(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    before = signature(str(tmp_path / "a.txt"))
    assert signature(str(tmp_path / "a.txt")) == before
    (tmp_path / "a.txt").write_text("xy", encoding="utf-8")
    assert signature(str(tmp_path / "a.txt")) != before
    with pytest.raises(UnreadableError, match="No such file"):
        signature(str(tmp_path / "gone.txt"))
    with pytest.raises(UnreadableError, match="directory"):
        digest(str(tmp_path))
