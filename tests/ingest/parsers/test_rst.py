"""reStructuredText: kinds, headings by their underlines, lines; the file unchanged."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parsers.rst import RST, plain

SAMPLE = """\
==========
 Handbook
==========

:Author: A. Writer

.. _pay:

Pay
===
Paid by the month::

    no = heading
    ============

    - no item

After the code.

- one
  of two
- two
Dates
=====
(2019)

Rules
-----

1. first::

      code

   goes on
2. second

.. note:: A note
   of two lines.

   Its second paragraph.

.. code-block:: python

   x = 1

   y = 2

>>> 1 + 1
2

=====  =====
A      B
=====  =====
1      2
=====  =====

----

End
===
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "a.rst"
    file.write_bytes(text.encode())
    return file


def test_kinds_and_places(tmp_path: Path, read) -> None:
    found = read(RST(), write(tmp_path, SAMPLE))
    assert found.text == SAMPLE
    assert found.title == "Handbook"
    top, pay, dates = ("Handbook",), ("Handbook", "Pay"), ("Handbook", "Dates")
    rules = (*dates, "Rules")
    assert [(b.kind, b.text.strip()[:12], b.place.headings, b.place.lines) for b in found.blocks] == [
        ("heading", "==========\n ", top, (1, 3)),
        ("text", ":Author: A. ", top, (5, 5)),
        ("text", ".. _pay:", top, (7, 7)),
        ("heading", "Pay\n===", pay, (9, 10)),
        ("text", "Paid by the ", pay, (11, 11)),
        ("code", "no = heading", pay, (13, 16)),
        ("text", "After the co", pay, (18, 18)),
        ("list", "- one\n  of t", pay, (20, 21)),
        ("list", "- two", pay, (22, 22)),
        ("heading", "Dates\n=====", dates, (23, 24)),
        ("text", "(2019)", dates, (25, 25)),
        ("heading", "Rules\n-----", rules, (27, 28)),
        ("list", "1. first::", rules, (30, 30)),
        ("code", "code", rules, (32, 32)),
        ("text", "goes on", rules, (34, 34)),
        ("list", "2. second", rules, (35, 35)),
        ("text", ".. note:: A ", rules, (37, 38)),
        ("text", "Its second p", rules, (40, 40)),
        ("code", ".. code-bloc", rules, (42, 46)),
        ("code", ">>> 1 + 1\n2", rules, (48, 49)),
        ("text", "=====  =====", rules, (51, 55)),
        ("text", "----", rules, (57, 57)),
        ("heading", "End\n===", ("Handbook", "End"), (59, 60)),
    ]


def test_levels_are_told_by_who_comes_first(tmp_path: Path, read) -> None:
    text = "A\n~~~~\n\nB\n^^^^\n\nC\n~~~~\n\n~~~~\nD\n~~~~\n\nE\n^^^^\n"
    found = read(RST(), write(tmp_path, text)).blocks
    assert [block.place.headings for block in found] == [("A",), ("A", "B"), ("C",), ("C", "D"), ("C", "E")]


@pytest.mark.parametrize(
    "text",
    [
        "Too long\n===\n",  # a line of three characters is that of a word of three
        "of a paragraph\nnot its first\n=============\n",
        "  further in\n============\n",
        "Two lines\n\n=========\n",
        "word " * 200 + "\n=====\n",
        "+---+---+\n| a | b |\n+---+---+\n",
        "....\n====\n",
    ],
)
def test_no_heading(text: str, tmp_path: Path, read) -> None:
    assert "heading" not in [block.kind for block in read(RST(), write(tmp_path, text)).blocks]


def test_a_shorter_line_of_four_is_enough(tmp_path: Path, read) -> None:
    assert read(RST(), write(tmp_path, "Release notes\n====\n\ntext\n")).title == "Release notes"


def test_lines_that_end_in_carriage_returns(tmp_path: Path, read) -> None:
    found = read(RST(), write(tmp_path, "A\r\n===\r\n\r\ntext::\r\n\r\n  code\r\n"))
    assert [(block.kind, block.place.headings) for block in found.blocks] == [
        ("heading", ("A",)),
        ("text", ("A",)),
        ("code", ("A",)),
    ]


def test_plain_words() -> None:
    assert plain(":mod:`email` and ``code``, *so* 2 * 3, `here <http://x>`_") == "email and code, so 2 * 3, here"


def test_long_lines_do_not_take_long(tmp_path: Path, read) -> None:
    text = "=" * 300_000 + "\n" + "`<" * 150_000 + "\n" + ".. " + ":" * 300_000 + "\n" + "a::\n\n" * 5_000
    assert read(RST(), write(tmp_path, text)).text == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "Title",
                "",
                "- c",
                "  f::",
                "b::",
                "::",
                "====",
                "----",
                "...",
                "\r",
                ".. code::",
                ".. note::",
                "   x",
            ]
        )
    )
)
def test_the_file_unchanged(tmp_path: Path, read, lines: list[str]) -> None:
    text = "\n".join(lines)
    found = read(RST(), write(tmp_path, text))
    assert found.text == text
    for block in found.blocks:
        if block.place.lines and block.text.strip():
            first, last = block.place.lines
            assert "\n".join(lines[first - 1 : last]).strip() == block.text.strip()
