"""Markdown: kinds, headings, lines; the file unchanged."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parsers.markdown import Markdown, plain

SAMPLE = """\
---
title: "The Handbook"
---

# Staff *Handbook* #

Welcome, all.
Second line.

## Leave
- 20 days
  of leave
- sick leave
  1. call

| Year | Days |
|------|:----:|
| 2023 | 20 |
| 2024 | 22 |

Not a row | at all

```python
# no heading

x = 1
```
Pay
---
paid [monthly](http://x)

### `Deep`
# End
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "a.md"
    file.write_bytes(text.encode())
    return file


def test_kinds_and_places(tmp_path: Path, read) -> None:
    found = read(Markdown(), write(tmp_path, SAMPLE))
    assert found.text == SAMPLE
    assert found.title == "The Handbook"
    top, leave, pay = ("Staff Handbook",), ("Staff Handbook", "Leave"), ("Staff Handbook", "Pay")
    assert [(b.kind, b.text.strip()[:12], b.place.headings, b.place.lines) for b in found.blocks] == [
        ("code", '---\ntitle: "', (), (1, 3)),
        ("heading", "# Staff *Han", top, (5, 5)),
        ("text", "Welcome, all", top, (7, 8)),
        ("heading", "## Leave", leave, (10, 10)),
        ("list", "- 20 days\n  ", leave, (11, 12)),
        ("list", "- sick leave", leave, (13, 13)),
        ("list", "1. call", leave, (14, 14)),
        ("table", "| Year | Day", leave, (16, 17)),
        ("row", "| 2023 | 20 ", leave, (18, 18)),
        ("row", "| 2024 | 22 ", leave, (19, 19)),
        ("text", "Not a row | ", leave, (21, 21)),
        ("code", "```python\n# ", leave, (23, 27)),
        ("heading", "Pay\n---", pay, (28, 29)),
        ("text", "paid [monthl", pay, (30, 30)),
        ("heading", "### `Deep`", (*pay, "Deep"), (32, 32)),
        ("heading", "# End", ("End",), (33, 33)),
    ]
    assert [block.header for block in found.blocks if block.kind == "row"] == ["Year | Days", "Year | Days"]


def test_the_title_is_the_first_heading(tmp_path: Path, read) -> None:
    assert read(Markdown(), write(tmp_path, "text\n\n## First\n")).title == "First"
    assert read(Markdown(), write(tmp_path, "text\n")).title == ""


def test_a_paragraph_before_a_rule_is_no_heading_when_it_is_long(tmp_path: Path, read) -> None:
    found = read(Markdown(), write(tmp_path, "word " * 200 + "\n---\nmore\n"))
    assert [block.kind for block in found.blocks] == ["text", "text", "text"]


def test_an_open_fence_reaches_the_end(tmp_path: Path, read) -> None:
    found = read(Markdown(), write(tmp_path, "~~~~\n~~~\n# a\n"))
    assert [block.kind for block in found.blocks] == ["code"]


def test_a_fence_within_a_nested_item(tmp_path: Path, read) -> None:
    text = (
        "- a\n  1. b\n\n     ```sh\n     # no heading\n\n     | no | table |\n     |----|-------|\n     ```\n\nafter\n"
    )
    assert [b.kind for b in read(Markdown(), write(tmp_path, text)).blocks] == ["list", "list", "code", "text"]


def test_raw_html_hides_marks(tmp_path: Path, read) -> None:
    text = "a\n<!-- b\n\n# no heading\n-->\n# Heading\n<pre>\n\n- x\n</pre>\n<div>\n- item\n</div>\n"
    kinds = [(b.kind, b.place.headings) for b in read(Markdown(), write(tmp_path, text)).blocks]
    assert kinds[:4] == [("text", ()), ("code", ()), ("heading", ("Heading",)), ("code", ("Heading",))]


def test_a_tables_header_has_as_many_columns_as_the_line_below(tmp_path: Path, read) -> None:
    found = read(Markdown(), write(tmp_path, "Costs | plans\n---\n\na \\| b | `c`\n:-- | --:\n1 | 2\n"))
    assert [(b.kind, b.place.headings, b.header) for b in found.blocks] == [
        ("heading", ("Costs | plans",), ""),
        ("table", ("Costs | plans",), ""),
        ("row", ("Costs | plans",), "a \\| b | `c`"),
    ]


def test_front_matter_of_toml(tmp_path: Path, read) -> None:
    found = read(Markdown(), write(tmp_path, '+++\ntitle = "T"\n+++\ntext\n'))
    assert found.title == "T"
    assert [block.kind for block in found.blocks] == ["code", "text"]


def test_many_underlines_do_not_take_long(tmp_path: Path, read) -> None:
    found = read(Markdown(), write(tmp_path, "x" * 501 + "\n===" * 100_000))
    assert len(found.blocks) == 1


def test_plain_words() -> None:
    assert plain("**Bold** and `code` in [a link](x) 2 * 3") == "Bold and code in a link 2 * 3"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            ["# a", "b", "", "- c", "| d | e |", "|--|--|", "```", "---", "  f", "===", "\r", "<!--", "-->", "+++"]
        )
    )
)
def test_the_file_unchanged(tmp_path: Path, read, lines: list[str]) -> None:
    text = "\n".join(lines)
    found = read(Markdown(), write(tmp_path, text))
    assert found.text == text
    for block in found.blocks:
        if block.place.lines and block.text.strip():
            first, last = block.place.lines
            assert "\n".join(lines[first - 1 : last]).strip() == block.text.strip()
