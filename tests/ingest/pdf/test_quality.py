"""Which text layers are trusted: texts of many kinds, and the same texts damaged as fonts and encodings damage them."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pdf.quality import verdict

ENGLISH = (
    "The company's revenue grew by 12.5 % to $4,711 million, while the cost of sales fell. Management expects that "
    "demand in Europe will stay weak in the second half of the year (see Note 7), and has lowered its forecast.\n"
    "Short-term borrowings were repaid from the proceeds of the notes issued in March 2021; no further debt is due "
    "before 2026. The effective tax rate was 21.3 %, compared with 19.8 % in the prior year.\n"
)
GERMAN = (
    "Die Gesellschaft hat im Geschäftsjahr 2021 ihre Umsätze um zwölf Prozent gesteigert. Für das nächste Jahr "
    "rechnet der Vorstand mit höheren Löhnen und Frachtkosten, die nur zum Teil über die Preise weitergegeben "
    "werden können. Größere Übernahmen sind nicht geplant.\n"
)
POLISH = (
    "Spółka zwiększyła w ubiegłym roku przychody ze sprzedaży, mimo że koszty energii i wynagrodzeń wzrosły bardziej "
    "niż oczekiwano. Zarząd przewiduje dalszy wzrost sprzedaży w pierwszym półroczu.\n"
)
VIETNAMESE = (
    "Doanh thu của công ty trong năm vừa qua đã tăng mười hai phần trăm so với năm trước, mặc dù chi phí nguyên vật "
    "liệu và tiền lương đều cao hơn dự kiến. Ban giám đốc dự báo nhu cầu sẽ tiếp tục tăng.\n"
)
RUSSIAN = "Выручка компании за прошлый год выросла на двенадцать процентов, несмотря на рост расходов на сырьё.\n" * 2
GREEK = "Τα έσοδα της εταιρείας αυξήθηκαν κατά δώδεκα τοις εκατό σε σχέση με το προηγούμενο έτος.\n" * 2
ARABIC = "ارتفعت إيرادات الشركة في العام الماضي بنسبة اثني عشر في المئة مقارنة بالعام السابق.\n" * 2
CHINESE = (
    "公司去年的收入比上一年增长了百分之十二，尽管原材料和工资的成本高于预期。董事会预计下半年需求将继续增长。\n" * 2
)
JAPANESE = "昨年度の売上高は前年度に比べて十二パーセント増加しましたが、原材料費と人件費も上昇しました。\n" * 3
KOREAN = "지난해 회사의 매출은 전년보다 십이 퍼센트 증가했으나 원자재 가격과 인건비도 예상보다 높았습니다.\n" * 3
CODE = """def total(rows: list[Row], *, tax_rate: float = 0.19) -> Decimal:
    net = sum(row.price * row.count for row in rows if not row.is_void)
    if net < 0 or tax_rate >= 1.0:
        raise ValueError(f"{net=} {tax_rate=}")
    return (net * (1 + Decimal(str(tax_rate)))).quantize(Decimal("0.01"))
"""
NUMBERS = "".join(f"{year} {year * 37 % 9973:,} ({year % 97}) {year % 13}.{year % 7} %\n" for year in range(1990, 2020))
PARTS = "".join(f"BC{n}47-{n % 7}X 10 pcs TO-92 R{n} 4k7 0.25W\n" for n in range(10, 50))
FORMULAS = "x = y + z, f(x) = a x + b, n > k. Let x be in X and y in Y with d(x, y) < r. Then f(x) > f(y).\n" * 5
HASHES = "".join(f"{n * 0x9E3779B97F4A7C15 % 2**160:040x}\n" for n in range(3**60, 3**60 + 30))
GENE = "ACGTTGCAAC GGTACCATGA TTGACCATAC CATTAGACCA\n" * 10
BOXES = "\uf0a8 Large accelerated filer \uf0a8 Accelerated filer \uf0fe Smaller reporting company\n"
TEXTS = {name: text for name, text in vars().items() if name.isupper() and isinstance(text, str)}
LATIN = {name: TEXTS[name] for name in ("ENGLISH", "GERMAN", "POLISH")}
PRINTABLE = "".join(map(chr, range(33, 127)))


@pytest.mark.parametrize("name", TEXTS)
def test_good_in_any_language_and_of_any_kind(name: str) -> None:
    assert verdict(TEXTS[name]) == "good"


def test_few_characters_are_sparse() -> None:
    assert verdict("") == verdict(" \n\n ") == verdict("Page 3 of 10\n \n") == "sparse"
    assert verdict("Annual report 2021, p. 3") == "good"
    assert verdict("Annual report 2021, p. 3", few=100) == "sparse"


def mapped(text: str, codes: range, *, seed: int = 1) -> str:
    """Each character but white space always becomes the same other one, drawn from `codes`."""
    chance, found = random.Random(seed), {}
    return "".join(char if char.isspace() else found.setdefault(char, chr(chance.choice(codes))) for char in text)


@pytest.mark.parametrize(
    "codes",
    [
        range(0xE000, 0xE100),
        range(0x03, 0x08),
        range(0xFFFD, 0xFFFE),
        range(0xA1, 0x17F),
        range(0x100, 0x3000),
        range(0x4E00, 0x9FFF),
        range(0xAC00, 0xD7A3),
    ],
    ids=["private", "controls", "replaced", "accented", "scripts", "ideographs", "syllables"],
)
@pytest.mark.parametrize("name", LATIN)
def test_characters_that_mean_nothing_here(name: str, codes: range) -> None:
    assert verdict(mapped(LATIN[name] * 3, codes)) == "broken"


@pytest.mark.parametrize("by", [-31, -29, -1, 1, 3, 29, 31])
def test_codes_shifted_by_a_constant(by: int) -> None:
    for text in LATIN.values():
        assert verdict("".join(char if char in " \n" else chr(ord(char) + by) for char in text)) == "broken"


@pytest.mark.parametrize("alphabet", [string.ascii_lowercase, PRINTABLE], ids=["letters", "all signs"])
def test_characters_swapped(alphabet: str) -> None:
    for seed in range(5):
        other = "".join(random.Random(seed).sample(alphabet, len(alphabet)))
        for text in LATIN.values():
            assert verdict(text.translate(str.maketrans(alphabet, other)) * 4) == "broken"


def test_one_swapped_font_among_good_ones() -> None:
    table = str.maketrans(string.ascii_lowercase, "".join(random.Random(1).sample(string.ascii_lowercase, 26)))
    assert verdict(ENGLISH * 3 + ENGLISH.translate(table) * 3) == "broken"


def test_glyph_numbers() -> None:
    assert verdict("".join(f"(cid:{ord(char)})" for char in ENGLISH)) == "broken"
    assert verdict(ENGLISH + "(cid:127) a bullet\n") == "good"


@pytest.mark.parametrize(
    ("text", "encoding", "read_as"),
    [
        (GERMAN * 2, "utf-8", "cp1252"),
        (RUSSIAN, "utf-8", "latin-1"),
        (RUSSIAN, "cp1251", "latin-1"),
        (GREEK, "iso8859-7", "latin-1"),
        (CHINESE, "gb2312", "latin-1"),
        (JAPANESE, "euc_jp", "latin-1"),
    ],
)
def test_a_wrong_encoding(text: str, encoding: str, read_as: str) -> None:
    assert verdict(text.encode(encoding, "ignore").decode(read_as, "replace")) == "broken"


def test_letters_spaced_out() -> None:
    assert verdict(" ".join(ENGLISH)) == "broken"
    assert (
        verdict("\n".join(" ".join("XQJKVZBWPF"[n % 10] for n in range(k, 5 * k, 3)) for k in range(1, 20))) == "good"
    )


@given(st.text(max_size=300))
def test_any_text_has_a_verdict(text: str) -> None:
    assert verdict(text) in {"good", "sparse", "broken"}
