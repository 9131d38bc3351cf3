"""HTML: what a person reads of a page, once and in order; headings, tables, lines, encodings."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import EmptyError
from ingest.parsers._html import html_events
from ingest.parsers.html import HTML
from ingest.segments import gather
from ingest.types import Block, Info

PAGE = """\
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>My &amp;
 Page</title><style>p{}</style><script>if (a<b) "</p>"</script></head>
<body><ul><li><a href=x>Home</a><li>About</ul><a>One</a><a>Two</a>
<h1>Top <em>thing</em></h1>
<p>First para<b>graph</b>
goes on.<p>Street<br>City &lt; 3 <img src=x alt="A red fox"> end
<h2>Steps</h2>
<ol start=3><li>do<ul><li>inner</ul><li><p>two</p><p>more</ol>
<pre>

def f():
    return 1 &lt; 2
</pre>
<noscript>no js</noscript><template><p>tpl</template><div hidden>gone <div>x</div></div>
<input type=submit value="Send it"><input type=hidden value=secret><select><option>A<option>B</select>
<textarea>ta <b></textarea><!-- comment <p>no --> <dl><dt>T<dd>D</dl> soft&shy;hyphen 5&nbsp;km
"""


def test_a_number_above_the_line_is_no_part_of_the_number_or_word_before_it() -> None:
    text = "<p>Angus<sup>3</sup> in 1996<sup><a href=x>1</a></sup>: 10<sup>6</sup> m<sup>2</sup>, 1<sup>st</sup>"
    assert rows(text) == [("text", "Angus^3 in 1996^1: 10^6 m2, 1st", "")]


def write(tmp_path: Path, text: str | bytes, name: str = "a.html") -> Path:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def blocks(text: str, *, xml: bool = False) -> list[Block]:
    return [event for event in html_events(text, xml=xml) if isinstance(event, Block)]


def rows(text: str) -> list[tuple[str, str, str]]:
    return [(block.kind, block.text.strip(), block.header) for block in blocks(text)]


def test_what_is_read_of_a_page(tmp_path: Path, read) -> None:
    found = read(HTML(), write(tmp_path, PAGE))
    assert found.title == "My & Page"
    top, steps = ("Top thing",), ("Top thing", "Steps")
    assert [(b.kind, b.text.rstrip(), b.place.lines, b.place.headings) for b in found.blocks] == [
        ("heading", "My & Page", (2, 3), ("My & Page",)),
        ("list", "- Home", (4, 4), ()),
        ("list", "- About", (4, 4), ()),
        ("text", "One Two", (4, 4), ()),
        ("heading", "Top thing", (5, 5), top),
        ("text", "First paragraph goes on.", (6, 7), top),
        ("text", "Street\nCity < 3 A red fox end", (7, 7), top),
        ("heading", "Steps", (8, 8), steps),
        ("list", "3. do", (9, 9), steps),
        ("list", "  - inner", (9, 9), steps),
        ("list", "4. two", (9, 9), steps),
        ("list", "more", (9, 9), steps),
        ("code", "def f():\n    return 1 < 2", (12, 13), steps),
        ("text", "Send it", (16, 16), steps),
        ("text", "ta <b>", (17, 17), steps),
        ("text", "T", (17, 17), steps),
        ("text", "D", (17, 17), steps),
        ("text", "softhyphen 5 km", (17, 17), steps),
    ]


def test_a_table_with_a_header_of_two_levels() -> None:
    header = "Item | Year / 2019 | Year / 2018"
    table = """<table><caption>Cash flow</caption>
    <thead><tr><th rowspan=2>Item<th colspan=2>Year<tr><th>2019<th>2018</thead>
    <tbody><tr><td rowspan="2">Cash</td><td>1</td><td>2</td></tr>
    <tr><td>3<td>4
    <tr><td colspan=3>Debts
    <tr><th>Loan<td><td><p>5</p><p>(6)</p></table>"""
    assert rows(table) == [
        ("text", "Cash flow", ""),
        ("table", "Item | Year", ""),
        ("table", "2019 | 2018", ""),
        ("row", "Cash | 1 | 2", header),
        ("row", "Cash | 3 | 4", header),
        ("text", "Debts", ""),
        ("row", "Loan | | 5 (6)", header),
    ]


def test_no_cell_is_lost_in_a_wide_table() -> None:
    wide = "<table><tr><td colspan=1000>Revenue</td><td>123456</td><td>7</td></tr></table>"
    assert [text.replace(" |", "") for _, text, _ in rows(wide)] == ["Revenue 123456 7"]
    cells = "".join(f"<td>v{number}" for number in range(250))
    (_, row, _) = rows(f"<table><tr>{cells}</table>")[0]
    assert row.split(" | ") == [f"v{number}" for number in range(250)]


@pytest.mark.parametrize("between", ["<tr><td>Chile</tr>", "<tr></tr>", "<tr><td>Chile"])
def test_a_cell_reaches_down_into_as_many_rows_as_it_says(between: str) -> None:
    """A row that ends before its column counts, too."""
    table = f"<table><tr><td>Peru<td>2020<td rowspan=2>55</tr>{between}<tr><td>Cuba<td>2021<td>77</tr></table>"
    assert rows(table)[-1][1] == "Cuba | 2021 | 77"
    three = table.replace("rowspan=2", "rowspan=3").replace("<td>77", "")
    assert rows(three)[-1][1] == "Cuba | 2021 | 55"


def test_a_header_that_is_not_marked_is_found_in_a_wide_table() -> None:
    cells = "<table><tr><td><b>Item</b><td>2019<td>2018<tr><td>Cash<td>1<td>2</table>"
    assert rows(cells)[1] == ("row", "Cash | 1 | 2", "Item | 2019 | 2018")
    assert [header for _, _, header in rows("<table><tr><td>Name<td>Ann<tr><td>Age<td>3</table>")] == ["", ""]


def test_two_headers_in_one_table() -> None:
    cells = "<table><tr><th>a<th>b<tr><td>1<td>2<tr><th>c<th>d<tr><td>3<td>4</table>"
    assert [header for _, _, header in rows(cells)] == ["", "a | b", "", "c | d"]


def test_a_table_that_lays_out_a_page_is_read_as_what_it_holds() -> None:
    page = "<table><tr><td><h2>Left</h2><p>one<p>two<td><table><tr><th>a<th>b<tr><td>1<td>2</table>tail</table>after"
    assert rows(page) == [
        ("heading", "Left", ""),
        ("text", "one", ""),
        ("text", "two", ""),
        ("table", "a | b", ""),
        ("row", "1 | 2", "a | b"),
        ("text", "tail", ""),
        ("text", "after", ""),
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<b", "a<b"),
        ("1 < 2 <3 <", "1 < 2 <3 <"),
        ("<p class='a>b' id=\"c>d\">x", "x"),
        ('<a href="never closed>x</a> y', "x y"),
        ("a<!-- never closed <p>b", "ab"),
        ("a<!---->b<!-->c<!-- x --!>d<!x>e<?x?>f</>g</ x>h", "abcdefgh"),
        ("<title>never closed <p>b", "never closed b"),
        ("x<script>never closed <p>b", "x"),
        ("&lt;&#38;&#x41;&euro;&nosuch; &amp", "<&A€&nosuch; &"),
        ("<svg><title>drawn</title><text>label</text></svg>", "drawn label"),
        ("<![CDATA[a < b]]>", "a < b"),
        ("H<sub>2</sub>O", "H2O"),
        ("<P>Upper</P >\n<bR/>case", "Upper case"),
        ("<table>stray<tr><td>in</table>", "stray in"),
        ("<frameset><noframes>old</noframes></frameset>", "old"),
        ("</p></table></td></ul></h1>x", "x"),
        ("<h1>a<p>b", "a b"),
    ],
)
def test_odd_pages(html: str, text: str) -> None:
    assert " ".join("".join(block.text for block in blocks(html)).split()) == text


def test_xhtml_closes_what_it_opens(tmp_path: Path, read) -> None:
    page = '<?xml version="1.0"?><html><head><script src="x"/><title/></head><body><p>seen</p></body></html>'
    assert read(HTML(), write(tmp_path, page, "a.xhtml")).texts == ["seen\n\n"]
    assert read(HTML(), write(tmp_path, page, "a.htm")).texts == ["seen\n\n"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"<meta charset=shift_jis><p>" + "日本語".encode("cp932"), "日本語"),
        (b"<meta http-equiv=x content='text/html; charset=iso-8859-1'>\x93caf\xe9\x94", "“café”"),
        (b"<meta charset=iso-8859-1>" + "café".encode(), "café"),
        (b"<meta charset=zip><p>x", "x"),
        (b"<?xml version='1.0' encoding='koi8-r'?><p>" + "привет".encode("koi8-r"), "привет"),
        (b"<meta charset=iso-2022-jp><p>" + "日本語".encode("iso2022-jp"), "日本語"),
        ("\ufeff<meta charset=latin1>café".encode(), "café"),
        ("\ufeff<p>café".encode("utf-16-le"), "café"),
    ],
)
def test_encodings(tmp_path: Path, read, data: bytes, text: str) -> None:
    assert read(HTML(), write(tmp_path, data)).text.strip() == text


def test_a_page_without_text_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyError):
        list(gather(html_events("<html><body><script>x</script><p> &nbsp; </p><img src=x></body></html>")))


@pytest.mark.parametrize(
    "part",
    [
        "<a ",
        '<a ="',
        '<a =">"',
        "<!--",
        "</",
        "<?",
        "<table><tr><td>",
        "<script>",
        "<title>",
        "<![CDATA[",
        "<ul><li>",
        "&",
        "<div hidden>",
        "<pre>a<br>",
        "<td rowspan=999 colspan=99>x",
        "<h6>x",
        "<img alt=",
        "<b><p>",
    ],
)
def test_no_page_takes_long(part: str) -> None:
    def took(count: int) -> float:
        began = time.process_time()
        size = sum(len(event.text) for event in html_events(part * count) if isinstance(event, Block))
        assert size <= 4 * len(part) * count
        return time.process_time() - began

    took(1_000)
    assert took(10_000) < 40 * max(took(1_000), 0.02)


VISIBLE = ["alpha", "<p>", "</p>", "<b>", "</b>", "<br>", "\n", " ", "<h2>", "</h2>", "<ul><li>", "</ul>", "<li>"]
VISIBLE += [
    "<table>",
    "<tr>",
    "<td>",
    "<th>",
    "</tr>",
    "</table>",
    "<pre>",
    "</pre>",
    "<!-- x\n -->",
    "&amp;",
    "<a\nx=y>",
]


@given(st.lists(st.sampled_from(VISIBLE), max_size=30))
def test_every_word_is_read_once_and_lies_on_its_lines(parts: list[str]) -> None:
    numbered = [f" w{number} " if part == "alpha" else part for number, part in enumerate(parts)]
    text = "".join(numbered)
    found = blocks(text)
    words = [word for block in found if block.kind != "table" for word in block.text.split() if word[0] == "w"]
    headers = [word for block in found if block.kind == "table" for word in block.text.split() if word[0] == "w"]
    assert sorted(words + headers) == sorted(part.strip() for part in numbered if part.startswith(" w"))
    lines = text.split("\n")
    for block in found:
        first, last = block.place.lines
        here = " ".join(lines[first - 1 : last]).split()
        assert [word for word in block.text.split() if word[0] == "w" and word not in " ".join(here)] == []


@given(st.text(st.sampled_from("<>/!-\"'= ab&;\n[]?"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(isinstance(event, Info) or event.text.strip() for event in html_events(text))


PROSE = f"<p>{'Debian was led by several people over the years. ' * 6}</p>"


@pytest.mark.parametrize(
    "part",
    [
        "<nav><ul><li><a href=a>One</a></li><li><a href=b>Two</a></li></ul></nav>",
        "<div class='related' role='navigation'><h3>Navigation</h3><ul><li><a href=x>next</a> |</li></ul></div>",
        "<div class='navfooter'><table><tr><td><a href=i>Home</a></td><td>Chapter 3. Releases</td></tr></table></div>",
        "<div class='toc'><b>Contents</b><ul><li><a href='#a'>3.1. Duties</a><li><a href='#b'>3.2. Ends</a></ul></div>",
        "<p>Next: <a rel=next href=x>Types</a>, Up: <a rel='up' href=y>libffi</a> [<a rel=index href=z>Index</a>]</p>",
        "<div role=contentinfo>&#169; Copyright 2023, the team.</div>",
    ],
)
def test_what_only_leads_about_is_left_out(part: str, tmp_path: Path, read) -> None:
    file = tmp_path / "a.html"
    file.write_text(f"<body>{part}<h1>Leaders</h1>{PROSE}{part}<p>End.</p></body>", encoding="utf-8")
    found = read(HTML(), file).texts
    assert [text[:10].strip() for text in found] == ["Leaders", "Debian was", "End."]


@pytest.mark.parametrize(
    "part",
    [
        "<ul><li><a href=a>Annual report</a></li><li><a href=b>Statutes</a></li></ul>",
        "<div id='sidebar'><p>How to set up the sidebar: <a href=x>here</a>.</p></div>",
        "<div class='toc'><ul><li><a href='one.html'>Chapter of another page</a></li></ul></div>",
        "<div class='toc'><p>Costs are 30 a month, and more in summer: <a href='#a'>see below</a></p></div>",
        f"<nav><p>{'Prose that stands in a wrong place. ' * 10}</p></nav>",
        "<p>Read on in <a rel=next href=x>the next part</a>, which tells of the years after 1999 and of what was.</p>",
        "<div class=navbar><p>never closed",
        f"<div role=contentinfo>{'Write to us at 12 Main Street. ' * 5}</div>",
    ],
)
def test_what_may_be_content_is_kept(part: str, tmp_path: Path, read) -> None:
    file = tmp_path / "a.html"
    file.write_text(f"<body>{PROSE}{part}", encoding="utf-8")
    assert len(read(HTML(), file).blocks) > 1


def test_a_page_of_links_keeps_them(tmp_path: Path, read) -> None:
    file = tmp_path / "index.html"
    links = "".join(f"<li><a href='#{number}'>Chapter {number} of the book</a></li>" for number in range(50))
    file.write_text(f"<title>Book</title><nav><ul>{links}</ul></nav>", encoding="utf-8")
    assert len(read(HTML(), file).blocks) == 51
    file.write_text(f"<h1>Book</h1><div class=toc><ul>{links}</ul></div>{PROSE}", encoding="utf-8")
    assert len(read(HTML(), file).blocks) == 52


def test_many_open_elements_do_not_take_long(tmp_path: Path, read) -> None:
    file = tmp_path / "a.html"
    file.write_text("<nav>" + "<div><p>a" * 50_000 + "</ul></p>" * 50_000 + "</section>" * 50_000, encoding="utf-8")
    assert "a" in read(HTML(), file).text
