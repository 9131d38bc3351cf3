"""Patterns of paths."""

import pytest

from ingest.errors import ConfigurationError
from ingest.patterns import Patterns


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.md", "notes.md"),
        ("*.md", "a/b/notes.md"),
        ("*.md", "NOTES.MD"),
        ("*.PDF", "report.pdf"),
        ("*.{csv,tsv}", "a/b.tsv"),
        ("*.{csv,tsv}", "a/b.CSV"),
        ("{a,b}/{c,d}.txt", "b/c.txt"),
        ("contracts/**/*.pdf", "contracts/x.pdf"),
        ("contracts/**/*.pdf", "contracts/2021/may/x.pdf"),
        ("contracts/", "contracts/2021/x.pdf"),
        ("/top.md", "top.md"),
        ("a b*.txt", "a b c.txt"),
        ("números/*.csv", "NÚMEROS/x.csv"),
        ("*.md", "/abs/olute/notes.md"),
        ("contracts/*.pdf", "/home/me/contracts/x.pdf"),
        ("/me/contracts/*.pdf", "/home/me/contracts/x.pdf"),
        ("contracts/", "/home/me/contracts/2021/x.pdf"),
        ("x.pdf", "/x.pdf"),
        ("[ab].txt", "b.txt"),
        ("file?.txt", "file1.txt"),
        (r"\!odd.txt", "!odd.txt"),
        (r"\#odd.txt", "#odd.txt"),
    ],
)
def test_matches(pattern: str, path: str) -> None:
    assert Patterns([pattern]).matches(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.md", "notes.mdx"),
        ("contracts/*.pdf", "contracts/2021/x.pdf"),
        ("contracts/*.pdf", "old/contracts/x.pdf"),
        ("/top.md", "a/top.md"),
        ("/x.pdf", "/home/me/x.pdf"),
        ("contracts/*.pdf", "/home/contracts/2021/x.pdf"),
        ("*.{csv,tsv}", "a.json"),
        ("contracts/", "contracts"),
    ],
)
def test_does_not_match(pattern: str, path: str) -> None:
    assert not Patterns([pattern]).matches(path)


def test_a_folder_is_matched_by_a_pattern_of_folders() -> None:
    assert Patterns(["build/"]).matches("a/build/")
    assert Patterns(["build/"]).matches("/home/a/build/")


@pytest.mark.parametrize("root", ["", "/home/me/"])
def test_the_last_that_matches_decides(root: str) -> None:
    patterns = Patterns(["*.txt", "!keep.txt", "old/keep.txt"])
    assert patterns.matches(root + "a.txt")
    assert not patterns.matches(root + "b/keep.txt")
    assert patterns.matches(root + "old/keep.txt")
    assert not patterns.matches(root + "a.pdf")


def test_no_pattern_matches_nothing() -> None:
    assert not Patterns([]).matches("a")
    assert not Patterns([]).matches("/a/b")


def test_braces_that_make_too_many_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="more than 1000 patterns"):
        Patterns(["{1..40}{1..40}"])


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not a pattern"):
        Patterns(["!"])
