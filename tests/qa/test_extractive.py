"""Extractive answers: verbatim, short, cited, or none."""

from dataclasses import replace

import pytest

from ingest.parsers._profile import TableProfile
from ingest.types import Box, Place, Span
from qa.candidates import candidates
from qa.packing import pack
from qa.providers import Request
from qa.providers.extractive import ExtractiveProvider
from qa.quoting import shown
from qa.scoring import scored
from qa.standing import is_of_other_day

BRIDGE = (
    "The old ferry was closed in 1998. The new bridge is 120 m long and opened in 2003. "
    "It cost 4.2 million euros. Anna Lind designed the bridge. Trees stand on both banks."
)
ROWS = (
    "city: Oslo; shops: 12; manager: Kari Nes\n"
    "city: Bergen; shops: 7; manager: Ola Dahl\n"
    "city: Moss; shops: 3; manager: Per Lie\n"
)


def packed(hits):
    return pack(hits, budget=2000, count=ExtractiveProvider().count)


def ask(hits, question: str, embed, **options):
    provider = ExtractiveProvider(**options)
    sources = pack(hits, budget=2000, count=provider.count)
    deltas = list(provider.stream(Request(question, sources, (), 500, embed)))
    quotes = []
    for quote in (quote for delta in deltas for quote in delta.quotes):
        source = sources[quote.number - 1]
        quotes.append(
            (quote.marker, source.text[quote.span.start - source.span.start : quote.span.end - source.span.start])
        )
    return "".join(delta.text for delta in deltas), quotes, deltas[-1].abstained


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("How long is the new bridge?", "The new bridge is 120 m long and opened in 2003."),
        ("When was the old ferry closed?", "The old ferry was closed in 1998."),
        ("Who designed the bridge?", "Anna Lind designed the bridge."),
    ],
)
def test_the_best_sentence_comes_first_with_its_marker(hit, embed, question: str, best: str) -> None:
    text, quotes, abstained = ask([hit(BRIDGE, start=30)], question, embed)
    assert quotes[0] == (1, best)
    assert text.startswith(f"{best} [1]")
    assert not abstained


def test_a_row_is_quoted_whole(hit, embed) -> None:
    found = hit(ROWS, path="shops.csv", place=Place(rows=(1, 3), columns=("city", "shops", "manager")))
    _, quotes, _ = ask([found], "How many shops are there in Bergen?", embed)
    assert quotes[0] == (1, "city: Bergen; shops: 7; manager: Ola Dahl")


def test_rows_stand_in_lines_of_their_own(hit, embed) -> None:
    text = "town: Moss; ferry: red\ntown: Moss; ferry: blue\ntown: Oslo; ferry: green\n"
    answer, quotes, _ = ask([hit(text, place=Place(rows=(1, 3)))], "Which ferry is there in Moss?", embed)
    assert answer == "town: Moss; ferry: red\ntown: Moss; ferry: blue [1]"
    assert quotes == [(1, text[: text.index("\ntown: Oslo")])]


def test_the_cells_of_a_page_s_table_are_parted(hit, embed) -> None:
    text = "Raw material\t\t1,719\t1,592\nTotal inventories\t$ 12,483\t\t10,387\n"
    place = Place(pages=(58,), columns=("(In millions)", "2022", "2021"))
    answer, quotes, _ = ask([hit(text, place=place)], "How high were the total inventories?", embed)
    assert answer.splitlines()[0] == "Total inventories | $ 12,483 | 10,387 [1]"
    assert quotes[0] == (1, "Total inventories\t$ 12,483\t\t10,387")


def test_a_long_row_is_cut_to_one_slice_with_the_right_columns(hit, embed) -> None:
    row = "; ".join(f"column{at}: some filler words here" for at in range(30)) + "; harbour depth: 14 m"
    _, quotes, _ = ask([hit(row, place=Place(rows=(1, 1)))], "What is the harbour depth?", embed, words=40, threshold=0)
    assert quotes[0][1].endswith("harbour depth: 14 m")
    assert len(quotes[0][1].split()) <= 40


def test_a_printed_label_brings_the_line_below(hit, embed) -> None:
    text = "GREEN STORE\nInvoice date\n18/01/2018\nTotal amount\n26.60\nThank you\n"
    place = Place(pages=(1,), boxes=(Box(1, 0, 0, 9, 9),), confidence=0.9)
    answer, _, _ = ask([hit(text, path="r.png", place=place)], "What is the total amount?", embed)
    assert "Total amount 26.60 [1]" in answer.splitlines()


def test_a_heading_brings_what_follows(hit, embed) -> None:
    text = "# Opening hours\n\nMonday to Friday from nine to five.\n\n# Prices\n\nAdults pay four euros."
    _, quotes, _ = ask([hit(text)], "What are the opening hours?", embed)
    assert quotes[0] == (1, "# Opening hours\n\nMonday to Friday from nine to five.")


def test_a_sentence_that_leans_brings_the_one_before(hit, embed) -> None:
    text = "The ferry carried pumps. These devices keep the harbour dry in winter. Nothing else matters much."
    _, quotes, _ = ask([hit(text)], "What keeps the harbour dry in winter?", embed)
    assert quotes[0][1].startswith("The ferry carried pumps. These devices keep the harbour dry in winter.")


def test_a_sentence_brings_the_next_that_leans_on_it(hit, embed) -> None:
    text = "Plovers nest here. The harbour changes its depth at night. This is called breathing. Nothing else is told."
    _, quotes, _ = ask([hit(text)], "What is it called that the harbour changes its depth?", embed, words=20)
    assert "The harbour changes its depth at night. This is called breathing." in quotes[0][1]


def test_a_sentence_that_leans_on_a_long_one_brings_its_last_part(hit, embed) -> None:
    long = "Over the years the net was " + ", ".join(f"widened by line {at}" for at in range(30)) + ", joined by Flint"
    text = f"{long}. All of this set the stage for the merger."
    _, quotes, _ = ask([hit(text)], "What set the stage for the merger?", embed)
    assert quotes[0][1].endswith("joined by Flint. All of this set the stage for the merger.")
    assert len(quotes[0][1].split()) < 80


def test_where_no_kind_is_asked_for_the_sentences_around_are_quoted_too(hit, embed) -> None:
    _, quotes, _ = ask([hit(BRIDGE)], "What stands on both banks?", embed)
    assert quotes == [(1, "It cost 4.2 million euros. Anna Lind designed the bridge. Trees stand on both banks.")]


def test_what_follows_is_not_quoted_over_a_heading_or_a_description(hit, embed) -> None:
    text = "Trees stand on both banks. A photograph of trees. Birds nest in them.\n\n# Prices\n\nA seat costs much."
    start = text.index("A photograph")
    found = replace(hit(text), generated=(Span(start, start + len("A photograph of trees.")),))
    _, quotes, _ = ask([found], "What stands on both banks?", embed)
    assert [quote for _, quote in quotes] == ["Trees stand on both banks."]


def test_neighbours_are_one_quote_with_one_marker(hit, embed) -> None:
    text = "The bridge of Moss has red lamps. The bridge of Moss has red ropes. Ferries come at noon."
    answer, quotes, _ = ask([hit(text)], "Which red things has the bridge of Moss?", embed)
    assert quotes[0][1].startswith("The bridge of Moss has red lamps. The bridge of Moss has red ropes.")
    assert answer.count("[1]") == 1


@pytest.mark.parametrize(
    "question",
    [
        "What is the boiling point of mercury?",
        "Who won the chess tournament in Reykjavik?",
        "How many employees does Borealis have in 2019?",
        "zzz",
        "?",
    ],
)
def test_it_abstains_where_nothing_answers(hit, embed, question: str) -> None:
    text, quotes, abstained = ask(
        [hit(BRIDGE), hit(ROWS, path="s.csv", rank=2, place=Place(rows=(1, 3)))], question, embed
    )
    assert (text, quotes, abstained) == ("The documents do not say.", [], True)


HARKER = (
    "Solveig Harker is piermaster at Holm Point and answers the telephone there on weekdays. Petrel was bought in 1987."
)


@pytest.mark.parametrize(
    ("question", "abstained"),
    [
        ("Who is piermaster at Holm Point?", False),
        ("What is the e-mail address of piermaster Solveig Harker?", True),
        ("How much does piermaster Solveig Harker earn at Holm Point?", True),
        ("Which hospital treated Solveig Harker at Holm Point?", True),
        ("When was Petrel bought?", False),
        ("When was Sanderling bought?", True),
        ("How many boats were bought in 1994?", True),
    ],
)
def test_who_is_named_is_not_enough_where_what_is_asked_for_is_not_told(
    hit, embed, question: str, abstained: bool
) -> None:
    assert ask([hit(HARKER)], question, embed, threshold=1.6)[2] is abstained


def test_a_pronoun_carries_the_name_over(hit, embed) -> None:
    text = "Oystercatcher is kept in reserve. Her certificate expires on 30 September 2026. Avocet was painted in 2025."
    _, quotes, _ = ask([hit(text)], "When does the certificate of Oystercatcher expire?", embed)
    assert quotes[0][1].endswith("Her certificate expires on 30 September 2026.")


def test_a_record_is_quoted_with_all_its_fields(hit, embed) -> None:
    text = (
        "ticket: T-1\nvessel: Avocet\nsummary: Generator stopped\nticket: T-2\nvessel: Dunlin\nsummary: Finger crushed"
    )
    found = hit(text, path="tickets.jsonl", place=Place(pointers=("/0", "/1")))
    found = replace(found, starts=(0, text.index("ticket: T-2")))
    _, quotes, _ = ask([found], "What is ticket T-2 of the vessel Dunlin about?", embed)
    assert quotes[0] == (1, "ticket: T-2\nvessel: Dunlin\nsummary: Finger crushed")


def test_the_rows_of_a_table_are_read_with_its_header(hit, embed) -> None:
    text = "| Vessel | Strongest wind |\n| --- | --- |\n| Avocet | 38 |\n| Curlew | 45 |\n\nNobody sails in a storm."
    answer, _, _ = ask([hit(text)], "What is the strongest wind for the vessel Curlew?", embed)
    assert "| Curlew | 45 |" in answer


def test_the_words_are_a_limit(hit, embed) -> None:
    text = " ".join(f"The bridge number {at} is long and blue and old and made of stone." for at in range(40))
    _, quotes, _ = ask([hit(text)], "How long is the bridge?", embed, words=30)
    assert 0 < sum(len(quote.split()) for _, quote in quotes) <= 30


def test_one_endless_sentence_is_cut(hit, embed) -> None:
    text = "The bridge is long " + "and blue " * 300
    _, quotes, _ = ask([hit(text)], "How long is the bridge?", embed, threshold=0)
    assert 0 < len(quotes[0][1].split()) <= 80
    assert quotes[0][1] in text


def test_the_same_sentence_is_said_once(hit, embed) -> None:
    hits = [hit(BRIDGE), hit(BRIDGE, path="copy.txt", rank=2)]
    _, quotes, _ = ask(hits, "Who designed the bridge?", embed)
    assert [quote for _, quote in quotes].count("Anna Lind designed the bridge.") == 1


def test_nothing_but_white_space_is_no_answer(hit, embed) -> None:
    assert ask([hit("   \n \n")], "What?", embed)[2] is True


def test_spans_are_of_the_document(hit, embed) -> None:
    provider = ExtractiveProvider()
    sources = pack([hit(BRIDGE, start=1000)], budget=500, count=provider.count)
    deltas = provider.stream(Request("Who designed the bridge?", sources, (), 10, embed))
    start = 1000 + BRIDGE.index("Anna")
    assert next(deltas).quotes[0].span == Span(start, start + len("Anna Lind designed the bridge."))


@pytest.mark.parametrize(
    ("lead", "items"),
    [
        ("The deliverables are as follows.", "D1 | Report | 15%\nD2 | Prototype | 40%\nD3 | Workshop | 45%"),
        ("The deliverables of the contract are these:", "- a report\n- a prototype\n- a workshop"),
        ("The following deliverables are due:", "1. A report.\n2. A prototype.\n3. A workshop."),
        ("## Deliverables:", "(a) a report\n(b) a prototype\n(c) a workshop"),
    ],
)
def test_what_leads_to_a_list_is_quoted_with_it(hit, embed, lead: str, items: str) -> None:
    text = f"The contract is of May.\n\n{lead}\n\n{items}\n\nAll rights pass to the client.\n"
    question = "Which deliverables are due?"
    _, quotes, _ = ask([hit(text)], question, embed, threshold=0)
    assert quotes[0] == (1, f"{lead}\n\n{items}")
    _, quotes, _ = ask([hit(text)], question, embed, threshold=0, words=10)
    assert quotes[0][1].startswith(lead)
    assert len(quotes[0][1].split()) <= 10
    assert quotes[0][1] != f"{lead}\n\n{items}"


RECEIPT = (
    "SANYU STATIONERY SHOP\nNO. 31G, JALAN SETIA INDAH\n40170 SETIA ALAM\nTel: 03-1234567\nInvoice 0075638\n"
    "Date: 04/04/2017\nTotal 14.90\nCash 20.00\nChange 5.10\nGoods sold are not returnable\n"
)
PRINTED = Place(pages=(1,), boxes=(Box(1, 0, 0, 9, 9),), confidence=0.9)


def test_who_a_receipt_is_from_stands_at_its_head(hit, embed) -> None:
    question = "Which company issued the receipt dated 04/04/2017 with a total of 14.90?"
    _, quotes, _ = ask([hit(RECEIPT, path="r.png", place=PRINTED)], question, embed)
    assert quotes[0][1].startswith("SANYU STATIONERY SHOP")


@pytest.mark.parametrize("above", ["TAX INVOICE\n", "p\nOZ\n8\nAIK CHAN\nSTORES\n"])
def test_who_it_is_from_may_stand_below_other_lines_of_the_head(hit, embed, above: str) -> None:
    text = f"{above}KHIAM AIK CHAN SDN BHD (88842-H)\nNo. 76, Jalan Indah\nDate: 25/09/2017\nTotal 28.40\nThank you\n"
    question = "Which company issued the receipt dated 25/09/2017 with a total of 28.40?"
    _, quotes, _ = ask([hit(text, path="r.png", place=PRINTED)], question, embed)
    assert any("KHIAM AIK CHAN SDN BHD" in quote for _, quote in quotes)


def test_an_address_is_all_of_its_lines(hit, embed) -> None:
    question = "What is the address of SANYU STATIONERY SHOP?"
    _, quotes, _ = ask([hit(RECEIPT, path="r.png", place=PRINTED)], question, embed, threshold=1)
    assert "NO. 31G, JALAN SETIA INDAH\n40170 SETIA ALAM" in quotes[0][1]


def test_a_head_is_not_quoted_across_a_generated_description(hit, embed) -> None:
    text = "SANYU STATIONERY SHOP\nA photograph of a receipt.\nTotal 14.90\n"
    found = replace(hit(text, path="r.png", place=PRINTED), generated=(Span(22, 49),))
    _, quotes, _ = ask([found], "Which shop issued the receipt with a total of 14.90?", embed, threshold=0)
    assert quotes
    assert not any("photograph" in quote for _, quote in quotes)


def test_documents_that_agree_support_an_answer(hit, embed) -> None:
    said = ["In April Facebook acquired Instagram.", "Instagram was acquired by Facebook."]
    other = "Instagram has many users in Norway."
    alone = scored("Who acquired Instagram?", packed([hit(said[1]), hit(other, path="n.txt", rank=2)]), embed)
    both = scored("Who acquired Instagram?", packed([hit(said[1]), hit(said[0], path="n.txt", rank=2)]), embed)
    assert both.support > alone.support


def test_a_slip_of_the_pen_is_understood(hit, embed) -> None:
    text = "Advertising expenses of Netflix were 714 million dollars in 2015. Nothing else is told."
    right, wrong = (
        scored(f"What were the advertising expenses of {name} in 2015?", packed([hit(text)]), embed).support
        for name in ("Neflix", "Costco")
    )
    assert right > wrong + 0.15


def test_how_to_write_the_answer_is_no_matter_of_it(hit, embed) -> None:
    sources = packed([hit(BRIDGE)])
    plain, told = (
        scored(question, sources, embed).support
        for question in (
            "How long is the new bridge?",
            "How long is the new bridge? Round your answer to two decimals.",
        )
    )
    assert plain == pytest.approx(told)


@pytest.mark.parametrize("words", [10, 25, 80])
def test_words_and_markers_are_within_the_limit(hit, embed, words: int) -> None:
    long = "The bridge " + ", ".join(f"has a part {at} of steel" for at in range(40)) + " and is new."
    text, _, _ = ask([hit(long + " " + BRIDGE)], "What is the new bridge made of?", embed, words=words, threshold=0)
    assert 0 < len(text.split()) <= words


def test_a_later_quote_has_no_room_for_half_a_clause(hit, embed) -> None:
    first = "The ferry to Holm Point leaves at noon from the old stone pier that was built by the fishermen."
    later = "Dogs on the ferry to Holm Point travel on the open deck behind the funnel and the spare lifeboat."
    found = [hit(first), hit(later, path="dogs.md")]
    question = "When does the ferry to Holm Point leave from the old stone pier?"
    for words in (31, 80):
        _, quotes, _ = ask(found, question, embed, words=words, threshold=0, relative=0.1)
        assert [text for _, text in quotes] == [first, later][: 1 if words == 31 else 2]


def test_an_answer_is_unsure_where_its_support_is_little_above_the_threshold(hit, embed) -> None:
    request = Request("How long is the new bridge?", packed([hit(BRIDGE)]), (), 500, embed)
    support = list(ExtractiveProvider().stream(request))[-1].support
    for below, unsure in ((0.3, True), (0.5, False)):
        last = list(ExtractiveProvider(threshold=support - below).stream(request))[-1]
        assert (last.abstained, last.unsure) == (False, unsure)
    withheld = list(ExtractiveProvider(threshold=support + 0.1).stream(request))[-1]
    assert (withheld.abstained, withheld.unsure) == (True, False)


def test_where_it_is_unsure_more_of_the_best_document_is_quoted(hit, embed) -> None:
    text = "The hall may be hired by members. Dogs are not allowed in the hall. Hirers of the hall pay beforehand."
    question = "When is the hall closed?"
    support = list(ExtractiveProvider().stream(Request(question, packed([hit(text)]), (), 500, embed)))[-1].support
    (_, sure), (_, unsure) = (
        ask([hit(text)], question, embed, threshold=support - below)[1][0] for below in (0.5, 0.2)
    )
    assert sure == "The hall may be hired by members."
    assert unsure == "The hall may be hired by members. Dogs are not allowed in the hall."


def test_a_row_of_another_day_is_no_answer(hit, embed) -> None:
    days = ("2026-12-04; duty: P. Nanda", "2026-12-05; duty: C. Okafor", "2026-12-16; duty: H. Ashworth")
    rota = [hit("".join(f"date: {day}\n" for day in days), path="rota.csv", place=Place(rows=(1, 3)))]
    text, quotes, abstained = ask(rota, "Who is on duty on 4 December?", embed)
    assert (text, abstained) == ("date: 2026-12-04; duty: P. Nanda [1]", False)
    assert len(quotes) == 1
    assert ask(rota, "Who is on duty on 26 December?", embed)[2]


@pytest.mark.parametrize(
    ("row", "question"),
    [
        ("from: 2026-12-28; to: 2027-01-03; duty: P. Nanda", "Who is on duty on 30 December?"),
        ("valid since: 2026-01-15; fee: 30 euros; who: members", "What is the fee of members on 4 December?"),
        ("week: 24 to 26 December; duty: P. Nanda", "Who is on duty on 25 December?"),
        ("date: 2026-12-05; invoice: A17; of: Holm", "Which invoice of Holm is due before 10 December?"),
        ("date: 2026-12-04T10:00; created: 2026-01-02; duty: P. Nanda", "Who is on duty on 4 December?"),
    ],
)
def test_a_row_may_be_of_the_day_though_it_names_others(hit, embed, row: str, question: str) -> None:
    found = packed([hit(row, path="rota.csv", place=Place(rows=(1, 1)))])
    judged = scored(question, found, embed)
    assert [is_of_other_day(one, judged.asked) for one in judged.candidates] == [False]
    other = scored(
        "Who is on duty on 9 November?", packed([hit("date: 2026-12-05; duty: P.", place=Place(rows=(1, 1)))]), embed
    )
    assert [is_of_other_day(one, other.asked) for one in other.candidates] == [True]


def test_the_support_is_told_with_the_answer_and_with_an_abstention(hit, embed) -> None:
    provider = ExtractiveProvider()
    for question, abstained in (("How long is the new bridge?", False), ("Who won the chess tournament?", True)):
        last = list(provider.stream(Request(question, packed([hit(BRIDGE)]), (), 500, embed)))[-1]
        assert last.abstained is abstained
        assert last.support is not None
        assert (last.support < provider.threshold) is abstained


def test_of_a_measure_the_lines_that_it_is_worked_out_from_are_quoted(hit, embed) -> None:
    text = "Lorne plc, balance sheet 2023\nCurrent assets\t5,210\nPlant\t900\nCurrent liabilities\t3,110"
    found, _, _ = ask([hit(text)], "What is the working capital of Lorne plc in 2023?", embed, threshold=0)
    assert found == "Current assets 5,210 [1]\nCurrent liabilities 3,110 [2]"
    few, _, _ = ask([hit(text)], "What is the working capital of Lorne plc in 2023?", embed, threshold=0, quotes=1)
    assert few == "Current assets 5,210 [1]"


def test_what_answers_a_documents_question_is_quoted_with_its_paragraph(hit, embed) -> None:
    text = (
        "Firmware is being installed. Do not switch it off.\n\nHow can I leave the society?\n\n"
        "Write to the clerk. Nothing is owed.\n\nThe fair is in July."
    )
    _, quotes, _ = ask([hit(text)], "How do I leave the society?", embed)
    assert quotes == [(1, "Write to the clerk. Nothing is owed.")]


def test_of_a_table_only_rows_are_quoted_that_have_the_words_of_the_best(hit, embed) -> None:
    text = "part: latch left; price: 11.90\npart: latch right; price: 11.90\npart: latch left long; price: 14.20\n"
    _, quotes, _ = ask([hit(text, path="s.csv", place=Place(rows=(1, 3)))], "What does the latch left cost?", embed)
    told = " ".join(quote for _, quote in quotes)
    assert "latch left; price: 11.90" in told
    assert "right" not in told


def test_beside_a_sentence_of_a_record_its_tables_lines_are_quoted(hit, embed) -> None:
    text = (
        "Interest income rose in fiscal 2019 by $16.9 million.\nInterest income | $30,182 | $13,281\n"
        + "Notes follow. " * 60
    )
    record = replace(hit(text, path="r.json", place=Place(pointers=("/0",))), starts=(0,))
    _, quotes, _ = ask([record], "What was the interest income in fiscal 2019?", embed, threshold=1, relative=0.5)
    assert any("$30,182" in quote for _, quote in quotes)


def test_where_a_row_is_asked_for_by_another_its_neighbours_are_quoted(hit, embed) -> None:
    text = "rank: 1; nation: Malaysia; medals: 4\nrank: 2; nation: Indonesia; medals: 6\n"
    table = hit(text, path="s.csv", place=Place(rows=(1, 2)))
    _, quotes, _ = ask([table], "Which nation comes after Malaysia in medals?", embed, threshold=1, relative=0.5)
    assert "Indonesia" in quotes[0][1]


def test_what_describes_a_table_is_not_quoted_beside_its_rows(hit, embed) -> None:
    profile = TableProfile(["city", "shops"])
    profile.add([["Oslo", "12"], ["Bergen", "7"], ["Moss", "3"]])
    text = profile.described() + "city: Oslo; shops: 12\ncity: Bergen; shops: 7\ncity: Moss; shops: 3\n"
    table = hit(text, path="s.csv", place=Place(rows=(1, 3)))
    for relative in (0.8, 0):
        _, quotes, _ = ask([table], "How many shops has the city of Oslo?", embed, relative=relative)
        assert quotes[0][1].startswith("city: Oslo; shops: 12")
        assert not any(line in quote for line in profile.described().splitlines() for _, quote in quotes)
    _, quotes, _ = ask([table], "How many rows has the table?", embed, threshold=1)
    assert quotes[0] == (1, "Table: 3 rows, 2 columns")


@pytest.mark.parametrize("question", ["How much is the meal allowance of 2023 and 2024?", "Compare the meal allowance"])
def test_of_two_years_one_is_enough_and_what_to_do_is_no_matter(hit, embed, question: str) -> None:
    texts = ["In 2023 the allowance for a meal was £32.", "In 2024 the allowance for a meal is £36."]
    hits = [hit(text, path=f"policy-{at}.txt", rank=at) for at, text in enumerate(texts, 1)]
    _, quotes, _ = ask(hits, question, embed)
    assert sorted(quote for _, quote in quotes) == texts


NOTES = (
    "## 4.1.2 (2 April 2024)\n\n### Fixed\n\n- A leak in the import of SVG files is closed.\n- The cursor jumped.\n\n"
    "## 4.1.0 (6 February 2024)\n\n### New\n\n- Spelling is checked in Welsh.\n- Old tables are sorted."
)
LOG = (
    "2.9.0  2024-01-29\n  * minimum Python is 3.10\n\n2.8.0  2023-08-21\n  * drop lxml\n  * the licence is Apache now\n"
)


@pytest.mark.parametrize(
    ("text", "question", "heading"),
    [
        (NOTES, "Which release closed the leak in the import of SVG files?", "## 4.1.2 (2 April 2024)"),
        (NOTES, "When was the leak in the import of SVG files closed?", "## 4.1.2 (2 April 2024)"),
        (NOTES, "In which version is Welsh spelling checked?", "## 4.1.0 (6 February 2024)"),
        (LOG, "Which version dropped lxml?", "2.8.0  2023-08-21"),
    ],
)
def test_a_heading_is_quoted_that_has_what_is_asked_for(hit, embed, text: str, question: str, heading: str) -> None:
    _, quotes, _ = ask([hit(text)], question, embed, threshold=1)
    assert quotes[0][1].startswith(heading)
    (_, other, _) = ask([hit(text)], "How is spelling checked?", embed, threshold=1)
    assert not any("## 4" in quote for _, quote in other)


def test_which_of_the_things_that_a_document_collects_is_told_by_a_heading(hit, embed) -> None:
    text = "# Our recipes\n\n## Beetroot soup\n\nServe it hot with cream and dill.\n\n## Cake\n\nBake it slowly."
    _, quotes, _ = ask([hit(text, path="recipes.md")], "Which recipe is served with dill?", embed, threshold=1)
    assert "## Beetroot soup" in quotes[0][1]
    _, quotes, _ = ask([hit(text, path="recipes.md")], "Which herb is served hot?", embed, threshold=1)
    assert "#" not in quotes[0][1]


def test_the_term_over_what_explains_it_is_quoted_where_it_is_asked_which(hit, embed) -> None:
    text = (
        "kmem\n\nMemory is readable by this group.\n\n"
        "dialout\n\nFull and direct access to serial ports. Members can reconfigure the modem."
    )
    found = [hit(text, path="users-and-groups.html")]
    _, quotes, _ = ask(found, "Which group gives access to the serial ports?", embed)
    assert quotes[0][1].startswith("dialout\n\nFull and direct access")
    _, quotes, _ = ask(found, "What access to the serial ports is given?", embed)
    assert not any("dialout" in quote for _, quote in quotes)


def test_what_one_paragraph_ends_with_is_not_read_with_the_next(hit, embed) -> None:
    text = (
        "Debian 3.0 Woody was named for a cowboy. With Bdale Garbee as leader it had 7 binary CDs.\n\n"
        "Debian 3.1 Sarge was named for a sergeant. Branden Robinson was its leader. It had 14 binary CDs."
    )
    _, quotes, _ = ask([hit(text)], "How many CDs did Debian 3.1 Sarge have?", embed)
    assert any("14 binary CDs" in quote for _, quote in quotes)
    assert not any("7 binary CDs" in quote and "Sarge" in quote for _, quote in quotes)


COUNTRY = (
    "name: Bhutan\nnativeName: Druk\ncapital: Thimphu\ncapital_latlng: 27.47, 89.63\ncallingCodes: 975\n"
    "altSpellings: BT\nregion: Asia\npopulation: 755030\nborders: CHN, IND\nwiki: http://wiki.example/bhutan\n"
)


@pytest.mark.parametrize(
    ("question", "first"),
    [("What is the capital of Bhutan?", "capital: Thimphu"), ("calling code for Bhutan", "callingCodes: 975")],
)
def test_the_field_that_is_asked_for_comes_first_and_such_as_tell_less_are_left_out(
    hit, embed, question: str, first: str
) -> None:
    long = COUNTRY + "".join(f"translations.{at}: Bhutan\n" for at in ("de", "es", "fr", "it", "ja", "pt", "nl")) * 6
    answer, quotes, _ = ask([hit(long, path="bhutan.json", place=Place(pointers=("/0",)))], question, embed)
    assert answer.startswith(first)
    assert not any("translations" in quote for _, quote in quotes)


def test_fields_stand_in_lines_of_their_own(hit, embed) -> None:
    text = "ticket: T-2\nvessel: Dunlin\nsummary: Finger crushed"
    answer, _, _ = ask([replace(hit(text, place=Place(pointers=("/0",))), starts=(0,))], "What is T-2?", embed)
    assert answer == f"{text} [1]"


def test_a_sentence_with_the_number_that_is_asked_for_comes_before_those_without(hit, embed) -> None:
    text = (
        "The return codes of the tool are these:\n\n* 1 -- A return code of the tool for a command that failed.\n\n"
        "* 130 -- The process received a SIGINT.\n\n* 255 -- The tool has the code for all else."
    )
    answer, _, _ = ask([hit(text)], "What does the return code 130 of the tool mean?", embed)
    assert "SIGINT" in answer


def test_the_last_line_of_a_cue_does_not_bring_the_next_ones_time(hit, embed) -> None:
    text = "00:00:27.280 --> 00:00:30.280\nCaption text #7\n\n00:00:30.280 --> 00:00:36.510\nCaption text #8"
    _, quotes, _ = ask([hit(text, path="a.vtt")], "What is caption text #7?", embed, threshold=0.5)
    assert quotes[0] == (1, "Caption text #7")


def test_a_heading_is_not_quoted_alone(hit, embed) -> None:
    text = (
        "Clause 6 - Use of land\n\nThe land is used for the growing of oats only.\n\nClause 7 - Use of water\n\n"
        "The stream is shared with the mill every second day."
    )
    _, quotes, _ = ask([hit(text)], "What is said of the use of land in the clause?", embed, threshold=1)
    assert quotes == [(1, "Clause 6 - Use of land\n\nThe land is used for the growing of oats only.")]


def test_nothing_worse_takes_the_place_of_a_row_that_is_left_out(hit, embed) -> None:
    rows = "part: latch left; price: 11.90\npart: latch right; price: 11.90\npart: latch long; price: 14.20\n"
    letter = "The part with the latch has a price, says Anna."
    hits = [hit(rows, path="s.csv", place=Place(rows=(1, 3))), hit(letter, path="l.txt", rank=2)]
    asked_for = {"embed": embed, "relative": 0.1, "threshold": 0.5}
    _, many, _ = ask(hits, "What is the price of part latch left?", quotes=4, **asked_for)
    _, few, _ = ask(hits, "What is the price of part latch left?", quotes=2, **asked_for)
    assert [quote for _, quote in many] == ["part: latch left; price: 11.90", letter]
    assert [quote for _, quote in few] == ["part: latch left; price: 11.90"]


def test_of_contracts_that_read_alike_that_one_answers_that_begins_with_the_name(hit, embed) -> None:
    clauses = {"one.md": ("Brandl", "2019"), "two.md": ("Oriole", "2023"), "three.md": ("Nordlys", "2021")}
    hits = [
        part
        for path, (party, year) in clauses.items()
        for part in (
            hit(f"This agreement is made between Helm and {party}, both of Ulm, by their hands.", path=path),
            hit(f"The agreement begins on 1 May {year} and runs on.", path=path, start=900),
        )
    ]
    text, quotes, abstained = ask(hits, "When does the agreement with Oriole begin?", embed, quotes=1)
    assert not abstained
    assert [quote for _, quote in quotes] == ["The agreement begins on 1 May 2023 and runs on."], text


def test_the_document_of_the_year_that_is_asked_for_comes_before_those_of_other_years(hit, embed) -> None:
    """What a report says of its day may have the year of another."""
    old = hit("The accounts were audited by Iller, as of 27 March 2023.", path="report-2022.pdf")
    new = hit("The accounts were audited by Merz, as of 18 March 2024.", path="report-2023.pdf", rank=2)
    _, quotes, _ = ask([old, new], "Who audited the accounts of 2023?", embed, quotes=1)
    assert [quote for _, quote in quotes] == ["The accounts were audited by Merz, as of 18 March 2024."]
    _, quotes, _ = ask([old], "Who audited the accounts of 2023?", embed, quotes=1)
    assert [quote for _, quote in quotes] == ["The accounts were audited by Iller, as of 27 March 2023."]


CONTENTS = "1.9 How do I trade money?\n1.10 My wet grass grows only 2 food. Is this a bug?\n1.11 How do I win?\n\n"
NUMBERED = (
    "1.10 My wet grass grows only 2 food. Is this a bug?\n\nNo, despotism takes one of three.\n\n"
    "1.11 How do I win?\n\nTake all cities."
)
MARKDOWN = (
    "# Questions\n\n## Why does my wet grass grow only 2 food?\n\nDespotism takes one of three.\n\n"
    "## Why did I lose?\n\nAll cities were taken."
)
Q_AND_A = (
    "Q: Why does my wet grass grow only 2 food?\nA: Despotism takes one of three.\n\n"
    "Q: Why did I lose?\nA: All cities were taken."
)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        (CONTENTS + NUMBERED, "No, despotism takes one of three."),
        (MARKDOWN, "Despotism takes one of three."),
        (Q_AND_A, "Q: Why does my wet grass grow only 2 food?\nA: Despotism takes one of three."),  # one paragraph
    ],
)
def test_not_a_documents_question_is_quoted_but_what_stands_below_it(hit, embed, text: str, best: str) -> None:
    _, quotes, abstained = ask([hit(text)], "Why does my wet grass grow only 2 food?", embed)
    assert quotes[0] == (1, best)
    assert not abstained


def test_a_question_is_quoted_where_it_is_asked_for(hit, embed) -> None:
    text = "Minutes of the board\n\nWho pays for the new roof of the hall?\n\nThe board met on Monday."
    _, quotes, _ = ask([hit(text)], "What question about the roof of the hall was asked?", embed, threshold=0)
    assert quotes[0][1].startswith("Who pays for the new roof of the hall?")


def test_a_numbered_heading_is_quoted_that_names_what_software_has(hit, embed) -> None:
    text = (
        "4.11. Shared data\n\n4.11.5. /usr/share/dict : Word lists (optional)\n\n4.11.5.1. Purpose\n\n"
        "It is optional. Here are the word lists that all spell checkers on a machine share."
    )
    _, quotes, _ = ask([hit(text)], "Which directory holds word lists for spell checkers?", embed, threshold=0)
    assert quotes[0] == (1, "4.11.5. /usr/share/dict : Word lists (optional)")


def test_a_sentence_that_names_what_software_has_comes_first(hit, embed) -> None:
    text = "An old option keeps it quiet.\n\nThe option --silent keeps it quiet."
    found = scored("Which option keeps it quiet?", packed([hit(text)]), embed)
    assert found.candidates[0].text == "The option --silent keeps it quiet."


def test_what_has_the_name_that_is_asked_for_is_quoted_beside_what_has_none(hit, embed) -> None:
    text = (
        "A much modified ferry game with a harbour and boats.\n\nSnow fell for a year.\n\n"
        "Some ideas are due to Chris Robertson."
    )
    question = "Who had ideas for the modified ferry game?"
    _, quotes, _ = ask([hit(text)], question, embed, threshold=0, relative=0.7)
    assert "Some ideas are due to Chris Robertson." in [quote for _, quote in quotes]


def test_a_line_of_a_table_with_one_more_word_is_no_label(hit, embed) -> None:
    text = (
        "The writing pen and the skill to use it are rare.\n\nSkill tool      Skill gained\n\n"
        "Lockpicks       Lockpicking\n\nWriting pen     Inscription\n"
    )
    _, quotes, _ = ask([hit(text)], "Which skill is gained from the writing pen?", embed, threshold=0)
    assert any("Writing pen     Inscription" in quote for _, quote in quotes)


LEASE = (
    "2. Term. The lease runs until 31 December 2026. The Lessee may extend it once by two years.\n"
    "3. Rent. The yearly rent is 180,000 crowns, payable in advance.\n"
    "4. Use. The yard is used to store building materials. Fuel may not be stored there.\n"
    "5. Termination. Either party may end the lease with three months' notice if the other is in breach.\n"
)


@pytest.mark.parametrize(
    ("question", "clause"),
    [("How can the lease be ended?", 3), ("May we store fuel in the yard?", 2)],
)
def test_a_clause_is_quoted_without_its_neighbours(hit, embed, question: str, clause: int) -> None:
    _, quotes, _ = ask([hit(LEASE, path="lease.txt")], question, embed)
    assert quotes[0] == (1, LEASE.splitlines()[clause])


def test_of_a_heading_the_marks_are_not_shown(hit, embed) -> None:
    text = "# Minutes\n\n## 3. Next meeting\n4 April, 10:00, in the site office.\n"
    place = Place(headings=("Minutes", "3. Next meeting"))
    answer, quotes, _ = ask([hit(text, path="minutes.md", place=place)], "When is the next meeting?", embed)
    assert answer.startswith("3. Next meeting\n4 April, 10:00, in the site office. [1]")
    assert quotes[0] == (1, "## 3. Next meeting\n4 April, 10:00, in the site office.")


def test_the_entries_of_a_log_stand_in_lines(hit, embed) -> None:
    text = (
        "2025-03-02 08:14:07 INFO started on port 8085\n2025-03-02 09:41:33 WARN gateway slow for order 88213\n"
        "2025-03-02 09:42:10 ERROR order 88213 declined: card expired\n2025-03-02 11:05:55 INFO receipt sent\n"
    )
    answer, _, _ = ask([hit(text, path="app.log")], "Why was order 88213 declined?", embed)
    assert answer.splitlines()[:2] == [
        "2025-03-02 09:41:33 WARN gateway slow for order 88213",
        "2025-03-02 09:42:10 ERROR order 88213 declined: card expired [1]",
    ]


RULES = (
    "## Rules\n1. Shower before you swim.\n2. No running on the poolside.\n3. Only the coach opens the deep end.\n"
    "4. Whoever misses three sessions loses the place.\n"
)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Who may open the deep end?", "3. Only the coach opens the deep end."),
        ("What happens if I miss sessions?", "4. Whoever misses three sessions loses the place."),
        ("What are the rules?", RULES.strip()),
    ],
)
def test_an_item_is_quoted_alone_but_where_the_list_is_asked_for(hit, embed, question: str, quote: str) -> None:
    source = hit(RULES, path="club.md", place=Place(headings=("Rules",)))
    assert ask([source], question, embed, threshold=1)[1][0] == (1, quote)


def test_a_clause_comes_with_the_next_that_refers_to_it(hit, embed) -> None:
    text = (
        "3.3 We pay the cost of replacement as new.\n"
        "4.1 You may cancel the policy within 14 days of receiving it.\n"
        "4.2 After that you may cancel at any time; we keep a charge of 35 pounds.\n"
        "5.1 Tell us of a loss within 14 days.\n"
    )
    _, quotes, _ = ask([hit(text, path="policy.txt")], "Can I cancel the policy after a month?", embed, threshold=1)
    assert quotes[0] == (1, "\n".join(text.splitlines()[1:3]))


RIG = (
    "Switching on\n  1. Open valve V1.\n  2. Check that the tank is at least half full.\n  3. Turn the main switch.\n"
    "  4. Wait until the green lamp lights. This takes about 40 seconds.\n  5. Set the flow and press Start.\n"
    "Never close V1 meanwhile.\n\nAlarms\n  E1  dry run: refill the tank\n  E9  internal fault: call Jide, ext. 4465\n"
)


def test_a_step_is_quoted_with_all_steps(hit, embed) -> None:
    _, quotes, _ = ask([hit(RIG, path="rig.txt")], "How do I start the rig?", embed, threshold=1)
    assert quotes[0] == (1, RIG[RIG.index("1. Open") : RIG.index("\n\nAlarms")])


def test_a_line_of_a_list_of_codes_is_quoted_alone(hit, embed) -> None:
    _, quotes, _ = ask([hit(RIG, path="rig.txt")], "Who do I call if E9 appears?", embed, threshold=1)
    assert quotes[0] == (1, "E9  internal fault: call Jide, ext. 4465")


def test_the_sentence_with_the_rest_of_the_question_comes_too(hit, embed) -> None:
    text = "The joining fee is £50 for adults. Juniors and students pay none. The office is open daily."
    for question, quote in (
        ("How much is the joining fee?", "The joining fee is £50 for adults."),
        ("How much is the joining fee for students?", text[: text.index(" The office")]),
    ):
        assert ask([hit(text)], question, embed, threshold=1)[1][0] == (1, quote)


def test_a_heading_is_quoted_with_its_list_and_no_other(hit, embed) -> None:
    text = (
        "What to bring to your first meeting\n\n- A passport\n- A utility bill\n- Any letters you have received\n\n"
        "4. Fees\n"
    )
    source = hit(text, path="guide.html", place=Place(headings=("What to bring to your first meeting",)))
    _, quotes, _ = ask([source], "What should I bring to my first meeting?", embed, threshold=1)
    assert quotes[0] == (1, text[: text.index("\n\n4. Fees")])


def test_rows_of_another_document_must_tell_about_as_much(hit, embed) -> None:
    rows = hit("name: Ellis; locker: 12\nname: Voss; locker: 19\n", path="m.csv", place=Place(rows=(1, 2)))
    prose = hit("Annual lockers can be rented for £30 from the office.", path="faq.txt")
    answer, _, _ = ask([prose, rows], "How much is it to rent a locker?", embed, threshold=1)
    assert answer == "Annual lockers can be rented for £30 from the office. [1]"


def test_markers_count_as_they_come(hit, embed) -> None:
    other = hit("The ferry runs daily. It is green.", path="ferry.txt")
    answer, quotes, _ = ask([other, hit(BRIDGE, path="bridge.txt")], "Who designed the bridge?", embed)
    assert answer == "Anna Lind designed the bridge. [1]"
    assert quotes == [(1, "Anna Lind designed the bridge.")]


def test_a_title_is_nobody(hit, embed) -> None:
    text = "RIVERSIDE CLUB NEWS\n\nThe lawyer of the club is paid by the hour. Anna Lind keeps the books.\n"
    answer, _, _ = ask([hit(text, path="news.txt")], "Who is the club's lawyer?", embed, threshold=1)
    assert "NEWS" not in answer


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("> It is red.\n> It is old.", "It is red. It is old."),
        ("> > It is red.", "It is red."),
        (">>> print(1)", ">>> print(1)"),
        ("## Colours\nIt is red.", "Colours\nIt is red."),
        ("It is blue.\n## Colours\nIt is red.", "It is blue.\nColours\nIt is red."),
        ("# Colours #\nIt is red.", "Colours\nIt is red."),
        ("# of doors: 4", "# of doors: 4"),
        ("**Note:** it is **very red**.", "Note: it is very red."),
        ("src/**/test/** and **/dist/**, 2**3**4, f(**a, **b)", "src/**/test/** and **/dist/**, 2**3**4, f(**a, **b)"),
        ("- It is\n  red.\n- It is old.", "- It is red.\n- It is old."),
        ("There are:\n1. a red one\n2. an old one", "There are:\n1. a red one\n2. an old one"),
        ("He was born in\n12. The end of\n(a) is red.", "He was born in 12. The end of (a) is red."),
    ],
)
def test_marks_that_are_not_shown(text: str, seen: str) -> None:
    assert shown(text, Place(headings=("Colours",))) == seen


def test_what_has_no_support_at_all_is_no_answer_by_any_threshold(hit, embed) -> None:
    found = [hit("The bridge is long.")]
    assert ask(found, "How much money did Ada Byron pay in 1988?", embed, threshold=0)[2]
    assert not ask(found, "How long is the bridge?", embed, threshold=0)[2]


def test_with_some_support_there_is_something_to_quote(hit, embed) -> None:
    text, quotes, abstained = ask([hit("The crate was late.")], "How much did Ada's crate weigh?", embed, threshold=0)
    assert text == "The crate was late. [1]"
    assert len(quotes) == 1
    assert not abstained


@pytest.mark.parametrize(
    ("question", "bill"),
    [("What was the usage in April 2026?", "70349"), ("Which bill is due in April 2026?", "70336")],
)
def test_a_row_of_the_month_comes_before_one_with_it_in_another_date_unless_that_is_asked(
    hit, embed, question: str, bill: str
) -> None:
    rows = (
        "bill: 70336; month: 2026-03; usage: 251 kWh; due: 2026-04-18; paid: 2026-04-16\n"
        "bill: 70349; month: 2026-04; usage: 214 kWh; due: 2026-05-18; paid: 2026-05-14"
    )
    text, _, _ = ask([hit(rows, path="b.csv", place=Place(rows=(1, 2)))], question, embed)
    assert text.startswith(f"bill: {bill};")


ASBESTOS = (
    "Asbestos\n\nBefore you drill into a wall, look into the register of asbestos. If you find a board that is not in "
    "it:\n\n1. Stop work and leave the room.\n2. Close the door.\n\nNobody goes back in.\n"
)


def test_who_asks_what_to_do_gets_the_list_that_follows(hit, embed) -> None:
    _, quotes, _ = ask([hit(ASBESTOS)], "What do I do before I drill into asbestos?", embed, threshold=0)
    assert quotes[0][1].endswith("not in it:\n\n1. Stop work and leave the room.\n2. Close the door.")
    _, quotes, _ = ask([hit(ASBESTOS)], "Which register is there of asbestos in the wall?", embed, threshold=0)
    assert "Stop work" not in quotes[0][1]


def test_all_steps_come_before_other_quotes(hit, embed) -> None:
    steps = RIG[RIG.index("1. Open") : RIG.index("\n\nAlarms")]
    log = "".join(f"2024-01-1{at} the rig was started, with valve V1 open and the main switch on.\n" for at in range(5))
    found = [hit(RIG, path="rig.txt"), hit(log, path="rig.log", rank=2)]
    answer, quotes, _ = ask(found, "steps to turn the main switch of the rig", embed, threshold=0)
    assert quotes[0] == (1, steps)
    assert len(answer.split()) <= 80


def test_the_number_of_an_item_is_no_number(hit, embed) -> None:
    text = "4. Press the button.\n\nAt 4 the kiosk closes.\n\nAll day the button is red."
    _, quotes, _ = ask([hit(text)], "What happens at 4?", embed, threshold=0)
    assert quotes[0] == (1, "At 4 the kiosk closes.")


def test_rows_with_another_number_of_what_is_asked_for_come_later(hit, embed) -> None:
    text = (
        "flat: A3; floor: 3; bedrooms: 1; bath: yes\nflat: B8; floor: 3; bedrooms: 2; bath: yes\n"
        "flat: C5; floor: 1; bedrooms: 3; bath: yes"
    )
    found = hit(text, path="flats.csv", place=Place(rows=(1, 3)))
    assert ask([found], "Which flats have three bedrooms?", embed, threshold=0)[1][0][1].startswith("flat: C5")
    assert "C5" not in ask([found], "Which flats are on floor 3?", embed, threshold=0)[0]


def test_a_part_of_another_code_is_no_part_of_this_one(hit, embed) -> None:
    rows = "".join(f"flat: {name}; rooms: {rooms}; charge: 557\n" for name, rooms in (("A5", 2), ("B1", 5), ("C5", 3)))
    found = hit(rows, path="flats.csv", place=Place(rows=(1, 3)))
    sources = packed([found])
    assert scored("What is the charge of flat B1?", sources, embed).candidates[0].text.startswith("flat: B1")
    there, absent = (scored(f"What is the charge of flat {flat}?", sources, embed) for flat in ("B1", "B5"))
    assert there.support > absent.support + 0.7
    assert len({round(one.support, 1) for one in absent.candidates}) == 1


MICROFILM = (
    "# Scanner\n\n## Starting\n\n1. Switch on the lamp.\n2. Wait for the white light.\n\n## Loading a film\n\n"
    "1. Pull the carriage until it clicks.\n2. Lead the film under the roller.\n3. Push it back. The glass of the "
    "scanner closes and starts to hum.\n\n## Closing down\n\n1. Rewind the film.\n2. Shut down the computer first.\n"
)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("How do I start the scanner?", "1. Switch on the lamp.", "2. Wait for the white light."),
        ("how do I close the scanner down", "1. Rewind the film.", "2. Shut down the computer first."),
        ("How do I load a film into the scanner?", "1. Pull the carriage", "closes and starts to hum."),
    ],
)
def test_the_title_over_the_steps_says_what_they_are_the_way_to(hit, embed, question, first, last) -> None:
    _, quotes, _ = ask([hit(MICROFILM, path="manual.md")], question, embed, threshold=0)
    quote = next(quote for _, quote in quotes if first in quote)
    assert quote.endswith(last)
    assert sum(quote.count("1. ") for _, quote in quotes) == 1  # of one list alone


def test_a_title_is_quoted_with_all_its_steps(hit, embed) -> None:
    text = (
        "The receipt roll\n\n1. Open the panel. It sticks.\n2. Take out the core. Lay in the new one.\n3. Pull out a "
        "hand.\n4. Tear it off.\n\nThe kiosk takes no notes.\n"
    )
    _, quotes, _ = ask([hit(text)], "How do I change the receipt roll?", embed, threshold=0)
    assert quotes[0] == (1, text[: text.index("\n\nThe kiosk")])


def test_of_many_steps_the_first_are_quoted_as_far_as_there_is_room(hit, embed) -> None:
    steps = "\n".join(f"{at}. Turn wheel number {at} of the big crane by half." for at in range(1, 20))
    _, quotes, _ = ask([hit(f"Crane\n\n{steps}\n")], "How do I turn wheel number 2 of the crane?", embed, threshold=0)
    assert quotes[0][1].startswith(("1. Turn", "Crane"))
    assert 50 < len(quotes[0][1].split()) < 80


LESSONS = "Day: Mon; First: Maths R12\nDay: Tue; First: Chemistry L2\nDay: Wed; First: English R04\n"
TUTORS = "code: KOV; role: Form tutor 9B; room: R12\ncode: BRO; role: Form tutor 9C; room: R13\n"


def rows(hit, text: str, path: str):
    return hit(text, path=path, place=Place(rows=(1, text.count("\n"))))


def test_a_weekday_finds_the_row_that_has_its_short_name(hit, embed) -> None:
    _, quotes, _ = ask([rows(hit, LESSONS, "timetable.csv")], "Which lesson is first on Tuesday?", embed, threshold=0)
    assert [quote for _, quote in quotes] == ["Day: Tue; First: Chemistry L2"]


@pytest.mark.parametrize(("question", "room"), [("Who is the form tutor of 9B?", "R12"), ("Who is 9C's tutor?", "R13")])
def test_a_row_of_another_is_not_quoted_beside_that_of_what_is_named(hit, embed, question: str, room: str) -> None:
    _, quotes, _ = ask([rows(hit, TUTORS, "staff.csv")], question, embed, threshold=0)
    assert [quote[-3:] for _, quote in quotes] == [room]


def test_the_rows_of_two_that_are_named_are_both_quoted(hit, embed) -> None:
    _, quotes, _ = ask([rows(hit, TUTORS, "staff.csv")], "Who are the tutors of 9B and 9C?", embed, threshold=0)
    assert quotes == [(1, TUTORS.strip())]


def test_a_code_may_stand_in_the_file_s_name_alone(hit, embed) -> None:
    hits = [rows(hit, LESSONS, "timetable_9C.csv"), rows(hit, TUTORS, "staff.csv")]
    _, quotes, _ = ask(hits, "Where is 9C's chemistry lesson?", embed, threshold=0)
    assert quotes[0] == (1, "Day: Tue; First: Chemistry L2")


def test_each_quote_has_a_marker_of_its_own(hit, embed) -> None:
    text = "The old ferry was closed in 1998.\n\nThe new ferry was never closed.\n\nTrees stand on both banks.\n"
    answer, quotes, _ = ask([hit(text)], "Which ferry was closed?", embed)
    assert [marker for marker, _ in quotes] == [1, 2]
    assert "[1]" in answer
    assert "[2]" in answer


@pytest.mark.parametrize(
    ("question", "unsure"), [("How much did the bridge cost?", False), ("How much did the ferry cost?", True)]
)
def test_an_answer_without_the_number_that_is_asked_for_is_unsure(hit, embed, question: str, *, unsure: bool) -> None:
    text = "The ferry of the town and what it cost was told in the old book. The bridge cost 4.2 million euros."
    text = text if not unsure else text[: text.index(" The bridge")]
    provider = ExtractiveProvider(threshold=0.5)
    *_, last = provider.stream(Request(question, packed([hit(text)]), (), 500, embed))
    assert last.unsure is unsure


@pytest.mark.parametrize(
    ("later", "question", "first"),
    [
        ("handbook-2026-27.md", "When does school end?", "15:00"),
        ("handbook-2026-27.md", "When did school end in 2024?", "15:10"),
        ("old/handbook.md", "When does school end?", "15:10"),
    ],
)
def test_what_a_later_edition_says_comes_first(hit, embed, later: str, question: str, first: str) -> None:
    hits = [hit("School ends at 15:10.", path="handbook-2024-25.md"), hit("School ends at 15:00.", path=later, rank=2)]
    answer, _, _ = ask(hits, question, embed, threshold=0)
    assert first in answer.splitlines()[0]


def test_a_way_may_be_told_below_the_paragraph_that_names_it(hit, embed) -> None:
    steps = "1. Leave by the nearest exit.\n2. Line up on the tennis courts.\n3. Tutors take the roll."
    text = f"Long bell = evacuate. Short bell = lockdown.\n\n{steps}\n\nWheelchair users wait by the stairs.\n"
    _, quotes, _ = ask([hit(text)], "How do I evacuate the building?", embed, threshold=0)
    assert quotes[0][1].endswith(steps)


def test_a_line_that_is_no_sentence_comes_after_one_that_is(hit, embed) -> None:
    text = "IN THE COUNTY COURT\n\nMr Hollis was awarded damages by the judge.\n"
    _, quotes, _ = ask([hit(text)], "What did the county court award Mr Hollis?", embed, threshold=0)
    assert quotes[0][1] == "Mr Hollis was awarded damages by the judge."


def test_the_key_over_records_is_not_quoted(hit, embed) -> None:
    text = "clients\nno: 1042; name: Pelham Bakery; pays: late\n"
    found = replace(hit(text, path="clients.json", place=Place(pointers=("/clients/0",))), starts=(8,))
    _, quotes, _ = ask([found], "Which clients pay late?", embed, threshold=0)
    assert [quote for _, quote in quotes] == ["no: 1042; name: Pelham Bakery; pays: late"]


def test_the_next_sentence_that_has_such_a_number_too_is_quoted_with_the_best(hit, embed) -> None:
    text = "Lockers cost £12 a year, with a key. A replacement key is £6.50. The hall is locked at 8.\n"
    _, quotes, _ = ask([hit(text)], "What does it cost to replace the key of a locker?", embed, threshold=0)
    assert quotes[0][1] == "Lockers cost £12 a year, with a key. A replacement key is £6.50."


def test_dots_lead_to_a_value_and_end_no_sentence(hit, embed) -> None:
    text = "Rated output ........ 6,000 jars/h\nClamping screws M10 ........ 45 Nm\nUnion nut . . . . 35 Nm\n"
    for question, value in (("What torque for the clamping screws?", "45 Nm"), ("Torque of the union nut?", "35 Nm")):
        _, quotes, _ = ask([hit(text)], question, embed, threshold=0)
        assert quotes[0][1].endswith(value)


def test_a_field_that_only_repeats_the_question_comes_with_what_is_below_it(hit, embed) -> None:
    text = (
        "Symptom: grinding noise at the turret\n  Cause: bearing dry\n  Remedy: 20 g of grease\n"
        "Symptom: black screen\n  Cause: no power\n"
    )
    _, quotes, _ = ask([hit(text)], "Grinding noise at the turret", embed, threshold=0)
    assert quotes[0][1] == text[: text.index("\nSymptom: black")]


@pytest.mark.parametrize(("name", "price"), [("Helm 2", "389"), ("Helm 2 Pro", "529")])
def test_the_row_of_what_is_named_comes_before_that_of_a_longer_name(hit, embed, name: str, price: str) -> None:
    text = "name: Helm 2 Pro; kind: tent for two; price: 529\nname: Helm 2; kind: tent; price: 389\n"
    _, quotes, _ = ask([rows(hit, text, "tents.csv")], f"What is the price of the {name}?", embed, threshold=0)
    assert quotes[0][1].endswith(price) or f"name: {name}; " in quotes[0][1].splitlines()[0]


def test_an_entry_of_another_day_is_no_answer(hit, embed) -> None:
    log = "2025-08-27 12:36:00 INFO work was resumed\n2025-08-12 09:00:00 INFO oil of the compressor was changed\n"
    _, quotes, _ = ask([hit(log, path="a.log")], "What work was done on 12 August 2025?", embed, threshold=0)
    assert quotes[0][1].startswith("2025-08-12")


def test_the_section_that_has_the_name_in_its_title_answers(hit, embed) -> None:
    text = "Berlin\n\nManager: Fenja Drews. Open until 7.\n\nMunich\n\nManager: Max Aigner. Open until 8.\n"
    for city, name in (("Berlin", "Fenja Drews"), ("Munich", "Max Aigner")):
        _, quotes, _ = ask([hit(text)], f"Who is the manager in {city}?", embed, threshold=0)
        assert name in quotes[0][1]


def test_settings_stand_in_lines_of_their_own() -> None:
    assert shown("[pump]\nspeed = 12\n; limited\nmax = 20", Place()) == "[pump]\nspeed = 12\n; limited\nmax = 20"


def test_a_version_comes_with_what_is_below_it_and_without_the_others(hit, embed) -> None:
    text = (
        "4.12.1  2026-11-24\n - fix: vouchers were applied twice\n4.11.3  2026-10-21\n - fix: half sizes\n"
        " - fix: Swiss prices\n4.11.2  2026-09-29\n - new: stock per store\n"
    )
    _, quotes, _ = ask([hit(text, path="changelog.txt")], "What did 4.11.3 fix?", embed, threshold=0)
    assert quotes == [(1, "4.11.3  2026-10-21\n - fix: half sizes\n - fix: Swiss prices")]


def test_a_number_between_two_titles_is_no_title(hit, embed) -> None:
    text = "Berlin office\n\n030 123456\n\nMunich office\n\n089 567890\n"
    _, quotes, _ = ask([hit(text)], "What is the phone number of the Berlin office?", embed, threshold=0)
    assert "030 123456" in " ".join(quote for _, quote in quotes)


def test_sections_that_are_named_together_do_not_shut_one_another_out(hit) -> None:
    text = "Anna Lee\n\nShe leads sales in the north.\n\nBert Hall\n\nHe leads sales in the south.\n"
    sources = packed([hit(text)])
    alone = {one.text: one.heard.far for one in candidates(sources, frozenset(("anna",)))}
    both = {one.text: one.heard.far for one in candidates(sources, frozenset(("anna", "bert")))}
    assert "bert" not in alone["She leads sales in the north."]
    assert "bert" in both["She leads sales in the north."]


def test_an_opening_over_several_days_answers_for_one_within(hit, embed) -> None:
    text = "24 December to 2 January the museum is open from 10 am to 2 pm.\n"
    answer, _, abstained = ask([hit(text)], "When is the museum open on 27 December?", embed, threshold=0.8)
    assert not abstained
    assert "10 am" in answer


MINUTES = (
    "# Minutes\n\n118/23 Resurfacing of the Guildhall car park\n\nThree tenders were read. The clerk signs the one of "
    "Bolitho.\n"
)


def test_the_heading_of_a_minute_names_nobody_and_has_no_number(hit, embed) -> None:
    _, quotes, _ = ask([hit(MINUTES, path="m.md")], "Who was for resurfacing the car park?", embed, threshold=0)
    assert "Bolitho" in quotes[0][1]
    _, quotes, _ = ask([hit(MINUTES, path="m.md")], "How many tenders were read?", embed)
    assert [quote for _, quote in quotes] == ["Three tenders were read."]


def test_who_speaks_next_has_not_said_it(hit, embed) -> None:
    text = (
        "[00:45:30] CLLR ROWE: I want to see the paper on the camera first.\n"
        "[01:02:11] CLLR LIND: Eight thousand for that is much.\n[01:20:09] CLLR PASCOE: I have beds for fourteen."
    )
    _, quotes, _ = ask([hit(text, path="t.txt")], "What did Cllr Rowe say about the camera?", embed)
    assert [quote for _, quote in quotes] == [text.splitlines()[0]]


def test_a_tables_row_says_no_reason(hit, embed) -> None:
    said = "His van is at actual costs, no flat rate, because it was claimed for."
    text = f"| Vehicle | Rate |\n|---|---|\n| Van | 45p |\n\n{said}"
    found = scored("Why has his van not the rate of 45p?", packed([hit(text, path="m.md")]), embed)
    assert found.candidates[0].text == said
    reasoned = text.replace("Vehicle", "Reason")
    found = scored("Why has his van not the rate of 45p?", packed([hit(reasoned, path="m.md")]), embed)
    assert found.candidates[0].text == "| Van | 45p |"


def test_which_invoice_it_is_the_title_says(hit, embed) -> None:
    text = "Millbrook Timber - Invoice MT-20611\n\nTo: Hartley Joinery\n\nThe ash is for the staircase of Mrs Danby."
    _, quotes, _ = ask([hit(text, path="m.txt")], "Which invoice is for the Danby staircase?", embed)
    assert quotes[0][1].startswith("Millbrook Timber - Invoice MT-20611")
    _, quotes, _ = ask([hit(text, path="m.txt")], "Whose staircase is the ash for?", embed)
    assert quotes[0][1] == text.splitlines()[-1]


def test_whose_records_they_are_is_said_before_their_list(hit, embed) -> None:
    head = (
        "business: Vale Photography; currency: GBP\ninvoices\nnumber: TV-101; client: Penrose; remarks: paid in May\n"
    )
    more = "number: TV-106; client: Gazette; remarks: written off in March\n"
    place = Place(pointers=("",))
    hits = [hit(head, path="i.json", place=place), hit(more, path="i.json", start=len(head), place=place, rank=2)]
    _, quotes, _ = ask(hits, "Which of Vale's invoices has been written off?", embed, threshold=0)
    assert quotes[0][1] == more.strip()


CONTACTS = (
    "client: Hartley Joinery; contact: Samuel Hartley; vat_no: GB 318 4407\n"
    "client: Hartley Plumbing; contact: Derek Hartley; vat_no: none\n"
)


def test_the_row_of_another_one_of_that_surname_is_no_answer(hit, embed) -> None:
    starts = (0, CONTACTS.index("\n") + 1)
    one = replace(hit(CONTACTS, path="c.csv", place=Place(rows=(1, 2))), starts=starts)
    _, quotes, _ = ask([one], "What is Derek Hartley's VAT number?", embed, threshold=0)
    assert [quote for _, quote in quotes] == [CONTACTS.splitlines()[1]]


def test_a_document_of_other_years_is_of_no_use(hit, embed) -> None:
    def support(question: str) -> float:
        hits = [hit("Profit from self-employment: 78,415", path="tax-2023-2024.txt")]
        return scored(question, packed(hits), embed).support

    assert support("What was the profit in 2024-25?") < support("What was the profit in 2023-24?") - 0.4


def test_the_document_of_the_years_that_are_asked_for_comes_first(hit, embed) -> None:
    paths = ("tax-2023-2024.txt", "tax-2022-2023.txt")
    hits = [hit(f"Profit from self-employment: {at}0,415", path=path, rank=at) for at, path in enumerate(paths, 1)]
    found = scored("What was the profit in 2022/23?", packed(hits), embed)
    assert found.candidates[0].source.hit.path == "tax-2022-2023.txt"


NOTES = "notes: " + "nothing else was seen or heard of it by those who stood there " * 6
INCIDENTS = (
    "id: INC-26-014\ndescription: The treadmill stopped.\ncause: Worn belt; its service was missed by a week\n"
    f"lead: Amelia Okafor\n{NOTES}\n"
    "id: INC-26-017\ndescription: The pump ran ten times too fast.\ncause: Rate typed as 500 in place of 50\n"
    f"lead: Helen Sargent\n{NOTES}\n"
)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What was the cause of INC-26-017?", "cause: Rate typed as 500"),
        ("Who is the lead of INC-26-014?", "lead: Amelia Okafor"),
        ("INC-26-014 description", "description: The treadmill stopped."),
    ],
)
def test_a_field_of_the_record_that_is_named_by_its_code(hit, embed, question: str, first: str) -> None:
    place = Place(pointers=("/0", "/1"))
    starts = (0, INCIDENTS.index("id: INC-26-017"))
    one = replace(hit(INCIDENTS, path="i.json", place=place), starts=starts)
    _, quotes, _ = ask([one], question, embed, threshold=0)
    assert quotes[0][1].startswith(first)
    assert not any(quote.startswith("id:") for _, quote in quotes)


def test_a_record_that_asks_is_answered_by_its_next_field(hit, embed) -> None:
    text = (
        "subject: Old culvert below the yard\nquestion: At a depth of a metre and a half we met the old culvert, which "
        "is on no drawing that we were given, and it is sound. May the foundation of the flood barrier bridge it?\n"
        f"answer: With a ground beam of 600 by 450 mm that bears at least a metre on either side.\n{NOTES}\n"
    )
    one = hit(text, path="r.json", place=Place(pointers=("/0",)))
    _, quotes, _ = ask([one], "May the barrier bridge the culvert?", embed, threshold=0)
    assert "answer: With a ground beam" in quotes[0][1]


DIARY = (
    "SITE DIARY\n\nMonday 2 March 2026\nSleet, no cranes. The roofers went home.\n\n"
    "Thursday 5 March 2026\nA rope of asbestos was found. The area was locked.\n"
)


def test_what_was_noted_on_a_day_stands_below_it(hit, embed) -> None:
    _, quotes, _ = ask([hit(DIARY, path="d.txt")], "What happened on 5 March?", embed, threshold=0)
    assert all("asbestos" in quote or "locked" in quote for _, quote in quotes)


def test_a_section_under_a_code(hit, embed) -> None:
    text = (
        "## C-26-02: Mrs Warde\n\nShe was rung too late. We offer to pay the taxi.\n\n"
        "## C-26-03: Ms Aldous\n\nShe was charged for a visit. We waive the charge.\n"
    )
    _, quotes, _ = ask([hit(text, path="c.md")], "What do we offer in C-26-03?", embed, threshold=0)
    assert "waive" in quotes[0][1]
    assert not any("taxi" in quote for _, quote in quotes)


@pytest.mark.parametrize(
    ("older", "said"),
    [("hypo-v2.md", ""), ("hypo-of-old.md", "**Withdrawn on 12 January 2026.** Kept for the record.\n\n")],
)
def test_a_version_that_is_withdrawn_comes_later(hit, embed, older: str, said: str) -> None:
    hits = [
        hit(f"# Hypo\n\n{said}Treat a glucose below 3.5 mmol.", path=older),
        hit("# Hypo\n\nTreat a glucose below 4.0 mmol.", path="hypo-v3.md", rank=2),
    ]
    found = scored("Below which glucose do we treat a hypo?", packed(hits), embed)
    assert found.candidates[0].text == "Treat a glucose below 4.0 mmol."


def test_the_next_sentence_is_quoted_that_says_when_by_a_longer_word(hit, embed) -> None:
    text = "The licence for the hoarding runs out on 30 June. An application for it has to be here 28 days earlier."
    _, quotes, _ = ask([hit(text)], "By when must we have applied for the hoarding?", embed)
    assert [quote for _, quote in quotes] == [text]


def test_an_initial_is_no_namesake(hit, embed) -> None:
    row = "name: J. Holm; phone: 01632 960111"
    one = hit(row, path="c.csv", place=Place(rows=(1, 1)))
    other = hit(row.replace("J.", "Anna"), path="c.csv", place=Place(rows=(1, 1)))
    supports = [
        scored("What is the phone number of John Holm?", packed([found]), embed).support for found in (one, other)
    ]
    assert supports[0] > supports[1] + 0.3
