"""Tables: their rows, headers of every level, wrapped cells, page breaks, and what is no table."""

import re
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.pdf.blocks import Vocabulary
from ingest.pdf.lines import Line, line_of, lines_of
from ingest.pdf.rules import Rule, read_rules
from ingest.pdf.table_blocks import cell_texts, table_blocks
from ingest.pdf.table_headers import header_text
from ingest.pdf.table_sides import zones
from ingest.pdf.tables import Table, continued, find_tables, tabular_zones
from ingest.pdf.words import Word, read_words

_COLUMN = 6.0
"""Points to a character of a typed page."""


def typed(page: str, *, leading: float = 14, top: float = 100) -> list[tuple[float, float, str]]:
    """A page as typed, each stretch between two spaces and more at its place; an asterisk before it makes it bold."""
    return [
        (60 + _COLUMN * part.start(), top + leading * number, part[0].lstrip("*"), 10, part[0].startswith("*"))
        for number, line in enumerate(page.strip("\n").split("\n"))
        for part in re.finditer(r"\S+(?: \S+)*", line)
    ]


@pytest.fixture
def tables(set_pdf, opened):
    """The tables of a typed page, with what the lines of `extra` draw."""

    def found(page: str, *, extra: str = "", leading: float = 14) -> list[Table]:
        opened_page = opened(set_pdf([typed(page, leading=leading)], extra=extra))[0]
        return find_tables(zones(lines_of(read_words(opened_page).words)), read_rules(opened_page))

    return found


def cells(table: Table) -> list[list[str]]:
    """The rows of a table's body, as texts."""
    return [cell_texts(row) for row in table.rows if row.kind != "header"]


INCOME = """
(in millions)                     *2022        *2021        *2020
Net sales                        14,694       14,544       13,861
Cost of sales                    (9,102)      (8,876)      (8,455)
Research                            —            12           7
Other income, net                  120                       33
Net income                       $ 5,712      $ 5,680      $ 5,446
"""


def test_rows_are_cells_under_the_names_of_their_columns(tables) -> None:
    (table,) = tables(INCOME)
    assert cells(table) == [
        ["Net sales", "14,694", "14,544", "13,861"],
        ["Cost of sales", "(9,102)", "(8,876)", "(8,455)"],
        ["Research", "—", "12", "7"],
        ["Other income, net", "120", "", "33"],
        ["Net income", "$ 5,712", "$ 5,680", "$ 5,446"],
    ]
    assert table.names == (("(in millions)",), ("2022",), ("2021",), ("2020",))
    assert header_text(table.names) == "(in millions): 2022 | 2021 | 2020"


def test_headers_over_several_columns_are_levels(tables) -> None:
    (table,) = tables("""
                              Three Months            Six Months
                            July 2,    July 3,     July 2,    July 3,
(millions)                   2023       2022        2023       2022
Revenues                    12,734     27,742      31,015     53,402
Cost of sales                3,237      8,648       8,122     18,632
""")
    assert table.names[1:] == (
        ("Three Months", "July 2, 2023"),
        ("Three Months", "July 3, 2022"),
        ("Six Months", "July 2, 2023"),
        ("Six Months", "July 3, 2022"),
    )
    assert table.header == (
        "(millions): Three Months: July 2, 2023 | July 3, 2022; Six Months: July 2, 2023 | July 3, 2022"
    )


def test_a_label_over_two_lines_is_one_row_with_its_numbers(tables) -> None:
    (table,) = tables("""
                                                2023      2022
Revenues                                       1,200     1,100
Income from continuing operations before
provision for taxes on income                    310       280
Earnings per share:
Basic                                           1.40      1.20
""")
    label = "Income from continuing operations before provision for taxes on income"
    assert cells(table)[1] == [label, "310", "280"]
    assert [row.sections for row in table.rows[-1:]] == [("Earnings per share:",)]


def test_a_cell_of_text_over_several_lines_is_one(tables) -> None:
    (table,) = tables("""
*No.     *Finding                              *State
1.1      The pump of the second line leaks     open
         when it is started cold
1.2      Labels are missing                    closed
1.3      The alarm was not heard in the        open
         northern hall
""")
    assert cells(table) == [
        ["1.1", "The pump of the second line leaks when it is started cold", "open"],
        ["1.2", "Labels are missing", "closed"],
        ["1.3", "The alarm was not heard in the northern hall", "open"],
    ]


def test_lines_between_rows_decide_where_the_wording_does_not(tables) -> None:
    page = """
*Item                    *2023      *2022
Plant
Harbour                   310        280
Rail
Northern                  120        110
Road                       15         14
Ferry                      20         21
"""
    rows = [800 - (100 + 14 * number + 4) for number in (0, 2, 4, 5, 6)]
    extra = "\n".join(f"60 {y} m 300 {y} l S" for y in rows)
    (table,) = tables(page, extra=extra)
    assert [row[0] for row in cells(table)] == ["Plant Harbour", "Rail Northern", "Road", "Ferry"]


def test_frames_part_what_stands_close(tables) -> None:
    page = """
*Depot           *Note              *State
Oslo            All well there     open
Graz            Roof is leaking    open
Turin           Doors are new      shut
"""
    frames = [
        f"{x} {800 - (100 + 14 * row) - 4} {wide} 14 re S"
        for row in range(4)
        for x, wide in ((57, 96), (153, 114), (267, 60))
    ]
    (table,) = tables(page, extra="\n".join(frames))
    assert cells(table)[0] == ["Oslo", "All well there", "open"]


def test_what_stands_apart_above_a_table_with_a_header_is_not_its_header(tables) -> None:
    found = tables("""
*Invoice No.     INV-778         *Date       2024-03-01
*Customer        ACME Ltd        *Due        2024-04-01
*Order           99-1            *Terms      30 days

*Description                     *Qty        *Unit price      *Amount
Steel bolts                      100               0.12       12.00
Hex nuts                         250               0.05       12.50
Delivery                           1               9.90        9.90
""")
    assert [row[0] for row in cells(found[-1])] == ["Steel bolts", "Hex nuts", "Delivery"]
    assert [" ".join(name) for name in found[-1].names] == ["Description", "Qty", "Unit price", "Amount"]


def test_the_word_before_a_sum_makes_no_column_of_its_own(tables) -> None:
    (table,) = tables("""
*Description                     *Qty     *Unit price      *Amount
Steel bolts                      100           0.12         12.00
Hex nuts                         250           0.05         12.50
Delivery                           1           9.90          9.90
                                          Total             34.40
""")
    assert cells(table) == [
        ["Steel bolts", "100", "0.12", "12.00"],
        ["Hex nuts", "250", "0.05", "12.50"],
        ["Delivery", "1", "9.90", "9.90"],
        ["", "", "Total", "34.40"],
    ]


def test_a_table_goes_on_with_the_headers_of_the_page_before(set_pdf, opened) -> None:
    rows = INCOME.strip("\n").split("\n")
    file = set_pdf([typed("\n".join(rows[:4])), typed("\n".join(rows[4:]), top=60)])
    found = [find_tables(zones(lines_of(read_words(page).words)), read_rules(page)) for page in opened(file)]
    (second,) = continued(found[1], before=found[0][0])
    assert not any(found[1][0].names)
    assert second.names == found[0][0].names
    assert continued(found[1], before=None) == found[1]


def test_a_second_header_begins_a_second_table(tables) -> None:
    first, second = tables("""
*Sales                     *2023      *2022
Oslo                       310        280
Graz                       120        110
*Costs                     *Rent      *Wages
Oslo                       100         90
Graz                        40         35
""")
    assert (first.names[1], second.names[1]) == (("2023",), ("Rent",))
    assert [len(cells(table)) for table in (first, second)] == [2, 2]


def test_one_row_under_a_header_is_a_table_and_units_belong_to_all_columns(tables) -> None:
    (table,) = tables("""
                              Year ended December 31
                            2015        2014        2013
                               (in thousands of euros)
Content amortized         1,905       1,500       1,379
""")
    assert cells(table) == [["Content amortized", "1,905", "1,500", "1,379"]]
    assert table.header == "(in thousands of euros): Year ended December 31: 2015 | 2014 | 2013"


def test_currency_and_percent_signs_belong_to_their_numbers(tables) -> None:
    (table,) = tables("""
                          *2023                *Change
Billed business      $    281.6                  23   %
Cards                      20.1                   6   %
Spending             $   19,519                 (17)  %
""")
    assert [row[1:] for row in cells(table)] == [["$ 281.6", "23 %"], ["20.1", "6 %"], ["$ 19,519", "(17) %"]]
    assert table.names[-1] == ("Change",)


def test_labels_of_fields_beside_one_another_are_no_header(tables) -> None:
    (table,) = tables("""
Surname:         Lindqvist        First name:      Maja
Born:            in spring        Nationality:     Swedish
Berth:           14               Postcode:        5003
""")
    assert (table.header, len(table.rows)) == ("", 3)


def test_short_names_over_prose_are_the_header(tables) -> None:
    (table,) = tables("""
Set          Question                             Reply
TimeQA       Who was the mayor of the town then   It was Anna Berg for a while
TimeQA       Which boat did he own in his youth   He owned the MS Berta at first
Situated     When was the hall built and by whom  The town built it in the spring
Situated     What is the length of the old deck   It is as long as a summer day
""")
    assert table.header == "Set: Question | Reply"
    (table,) = tables("""
JV           joint venture
King         King Drugs LLC, once King Drugs Inc.
LIBOR        London Interbank Offered Rate
LOE          loss of exclusivity
""")
    assert table.header == ""


def test_a_line_of_plain_numbers_over_times_is_the_header(tables) -> None:
    (table,) = tables("""
Stop            701     702     703
Harbour        6:05    7:05    8:05
Old Town       6:12     –      8:12
Airport        6:40    7:41    8:40
""")
    assert table.names == (("Stop",), ("701",), ("702",), ("703",))
    (table,) = tables("""
Total           701     702     703
Harbour         605     705     805
Old Town         96      –      812
Airport         640     741     840
""")
    assert not any(table.names)


def test_signs_before_numbers_belong_to_them(tables) -> None:
    (table,) = tables("""
*Test           *Result    *Unit      *Range
Sodium            139      mmol/l     136 - 145
CRP             < 5        mg/l       < 5
Iron            > 30       mg/l       > 12
""")
    assert cells(table)[1:] == [["CRP", "< 5", "mg/l", "< 5"], ["Iron", "> 30", "mg/l", "> 12"]]


def test_rows_stand_under_the_first_cell_that_is_one_with_theirs(tables) -> None:
    page = """
*Region      *City           *People    *Schools
             Tromso          77,000          31
North        Bodo            53,000          22
             Alta            21,000           9
South        Oslo           709,000         180
             Mandal          15,000           4
"""
    places = [90, 106, 120, 134, 148, 162, 176]
    lines = [(56 if at in (0, 1, 4, 6) else 132, 360, y) for at, y in enumerate(places)]
    extra = "\n".join(f"{x0} {800 - y} m {x1} {800 - y} l S" for x0, x1, y in lines)
    extra += "\n" + "\n".join(f"{x} {800 - 90} m {x} {800 - 176} l S" for x in (56, 132, 228, 290, 360))
    (table,) = tables(page, extra=extra)
    assert [(cell_texts(row)[1], row.sections) for row in table.rows[1:]] == [
        ("Tromso", ("North",)),
        ("Bodo", ()),
        ("Alta", ("North",)),
        ("Oslo", ()),
        ("Mandal", ("South",)),
    ]


def test_two_tables_beside_one_another_are_two(tables) -> None:
    page = """
*Assets       *2023  *2022               *Debts        *2023  *2022
Land            310    280               Loans           120    110
Plant           120    110               Leases           80     75
Stock            95     90               Taxes            40     41
"""
    lines = [(60, 222), (306, 476)]
    extra = "\n".join(f"{x0} {800 - y} m {x1} {800 - y} l S" for x0, x1 in lines for y in (104, 146))
    left, right = tables(page, extra=extra)
    assert [row[0] for row in cells(left)] == ["Land", "Plant", "Stock"]
    assert [row[0] for row in cells(right)] == ["Loans", "Leases", "Taxes"]


BESIDE = {
    "titles": """
Table 1. Sales by region               Table 2. Units sold
*Region       *2023  *2022              *Product        *Units  *Share
North          120    110               Apples          1,200     40%
South           95    101               Pears             900     30%
East            77     70               Plums             600     20%
""",
    "one ends before": """
*Region       *2023  *2022              *Product        *Units  *Share
North          120    110               Apples          1,200     40%
South           95    101               Pears             900     30%
East            77     70               Plums             600     20%
                                        Figs              300      8%
                                        Nuts               30      2%
""",
}


@pytest.mark.parametrize("page", BESIDE.values(), ids=BESIDE)
def test_two_tables_beside_one_another_are_told_without_lines(tables, page: str) -> None:
    left, right = tables(page)
    assert [row[0] for row in cells(left)] == ["North", "South", "East"]
    assert [row[0] for row in cells(right)][:3] == ["Apples", "Pears", "Plums"]
    assert (left.names[-1], right.names[-1]) == (("2022",), ("Share",))


def test_a_list_that_goes_on_beside_itself_is_two_tables(tables) -> None:
    left, right = tables("""
*Year      *Rate           *Year      *Rate
1998        3.1            2001        2.1
1999        3.3            2002        1.3
2000        2.9            2003        1.9
""")
    assert [row[0] for row in cells(left) + cells(right)] == [str(year) for year in range(1998, 2004)]


ONE = {
    "a second label": """
*Asset       *Cost          *Place          *Value
Van          31,000         Rome            7,100
Press        44,000         Oslo            6,200
Shed         29,000         Bern            8,800
""",
    "scores of two sides": """
*Team        *Goals         *Team           *Goals
Lions           3           Bears              1
Hawks           0           Crows              2
Foxes           1           Ducks              1
""",
    "numbers of one year on both sides of a label": """
*Hedge       *2023  *2022   *Where shown    *2023  *2022
Debt           197    387   Interest           9      8
Swaps          766    548   Interest           3      4
Options         12     13   Sales              1      2
""",
    "a last row without the second half": """
*Asset       *Cost          *Place          *Value
Van          31,000         Rome            7,100
Press        44,000         Oslo            6,200
Shed         29,000         Bern            8,800
Total       104,000
Rest          4,000
""",
}


@pytest.mark.parametrize("page", ONE.values(), ids=ONE)
def test_one_table_with_labels_in_its_midst_stays_one(tables, page: str) -> None:
    (table,) = tables(page)
    assert len(table.columns) > 3


def test_the_first_line_is_the_header_where_it_alone_has_no_digits(tables) -> None:
    (table,) = tables("""
Order        Customer           Place
A-17         Vera Lang          Oslo
A-18         Nils Holm          Graz
A-21         Karin Moser        Turin
B-02         Olga Petrova       Ghent
""")
    assert table.names == (("Order",), ("Customer",), ("Place",))
    assert len(cells(table)) == 4


PROSE = [
    "The board considered the report of",
    "its auditors in 2023 and found that",
    "of 1,200 measures that were taken",
    "in the year some 310 were adequate",
    "to keep the risk within the limits",
    "that it had set in 2022 for all 14",
    "of the plants and of the 22 depots",
    "in the north of the country while",
]


def test_columns_of_prose_are_no_table(tables) -> None:
    page = "\n".join(f"{left:44}{right}" for left, right in zip(PROSE, reversed(PROSE), strict=True))
    assert tables(page) == []


def test_a_table_beside_prose_is_found_alone(tables) -> None:
    rows = ["", "*EUR          *2023  *2022", *(f"{name:14}{n}     {n + 7}" for n, name in enumerate(PLACES, 100))]
    left = [*PROSE, *rows, *PROSE[:3]]
    right = (PROSE * 4)[: len(left)]
    (table,) = tables("\n".join(f"{one:44}{other}" for one, other in zip(left, right, strict=True)))
    assert cells(table) == [[name, str(n), str(n + 7)] for n, name in enumerate(PLACES, 100)]


PLACES = ("Oslo", "Graz", "Turin", "Ghent", "Basel")


@pytest.mark.parametrize(
    "page",
    [
        "\n".join(f"{number}.   {line}" for number, line in enumerate(PROSE, 1)),
        "\n".join(f"({letter})   {line}" for letter, line in zip("abcdefgh", PROSE, strict=True)),
        "\n".join(f"[{number}]   {line}" for number, line in enumerate(PROSE, 1)),
        "\n".join(PROSE),
        "AMCOR PLC\n\nBy:      /s/ D. Clayton\n\nDated: July 1, 2022",
    ],
)
def test_lists_prose_and_signatures_are_no_tables(tables, page: str) -> None:
    assert tables(page) == []


def test_running_text_costs_no_look_at_rules(set_pdf, opened) -> None:
    page = opened(set_pdf([typed("\n".join(PROSE))]))[0]
    assert not tabular_zones(lines_of(read_words(page).words))
    page = opened(set_pdf([typed(INCOME)], name="b.pdf"))[0]
    assert tabular_zones(lines_of(read_words(page).words))


@pytest.mark.parametrize(("rows", "columns"), [(100, 100), (4, 2500), (2500, 4)])
def test_a_page_made_to_take_time_takes_little(rows: int, columns: int) -> None:
    lines = [drawn(row, 12 * column, "7") for row in range(rows) for column in range(columns)]
    rules = [Rule(12 * n, 0, 12 * n + 5, 13 * rows, framed=True) for n in range(5000)]
    begun = perf_counter()
    find_tables(zones(lines), rules)
    assert perf_counter() - begun < 20  # 2 s alone; a quadratic step would take minutes


def test_blocks_hold_a_row_each_with_its_header_and_the_boxes_of_its_words(tables) -> None:
    (table,) = tables(INCOME)
    header, *rows = table_blocks(table, 3, ("Results",), Vocabulary())
    assert (header.kind, header.text) == ("table", "(in millions)\t2022\t2021\t2020\n")
    assert rows[3].text == "Other income, net\t120\t\t33\n"
    assert rows[3].kind == "row"
    assert rows[3].header == "(in millions): 2022 | 2021 | 2020"
    assert rows[3].place.columns == ("(in millions)", "2022", "2020")
    assert (rows[3].place.pages, rows[3].place.headings) == ((3,), ("Results",))
    for block in (header, *rows):
        words = sum((len(run) - 4) // 2 for run in block.runs)
        assert words == len(block.text.split())


def test_lines_and_frames_are_read_as_displayed(set_pdf, opened) -> None:
    extra = "60 700 m 160 700 l S 160 700 m 260 700 l S 300 600 50 20 re S 400 600 50 20 re f"
    page = opened(set_pdf([[(60, 100, "x")]], extra=extra))[0]
    line, framed, filled = read_rules(page)
    assert (line.x0, line.x1, line.across) == (pytest.approx(60, abs=1), pytest.approx(260, abs=1), True)
    assert line.y0 == pytest.approx(100, abs=1)
    assert (framed.framed, filled.framed) == (True, False)
    assert framed.y0 == pytest.approx(180, abs=1)


def drawn(row: float, x: float, text: str) -> Line:
    """A line of one word."""
    base = 40 + 13 * row
    return line_of([Word(text, x, base - 7, x + 5 * len(text), base + 2, base, 10.0)], row)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 12),
            st.sampled_from((50, 120, 200, 205, 300, 410)),
            st.sampled_from(("ab", "12", "(3)", "$", "—", "2022", "%")),
        ),
        max_size=60,
        unique_by=lambda spot: spot[:2],
    ),
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 300), st.integers(1, 300), st.integers(1, 40)), max_size=8),
)
def test_each_word_is_in_at_most_one_cell(spots, boxes) -> None:
    lines = [drawn(row, x, text) for row, x, text in spots]
    rules = [Rule(x, y, x + wide, y + tall) for x, y, wide, tall in boxes]
    taken = [id(word) for table in find_tables(zones(lines), rules) for word in table.words]
    assert len(taken) == len(set(taken))
    assert set(taken) <= {id(word) for line in lines for word in line.words}
    for table in find_tables(zones(lines), rules):
        assert all(len(row.cells) == len(table.columns) == len(table.names) for row in table.rows)
