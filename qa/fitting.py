"""Fitting: whether a text has something of the kind that a question asks for, and which names and numbers (English)."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from ingest.chunkers._sentences import stands_alone
from qa.kinds import PRICE, Kind
from qa.units import is_sentence
from qa.words import fold, is_stop, stem, words

_HOUSE_OR_DAY = re.compile(r"\b\d+ [A-Z][a-z]+(?: \d{4}\b)?|\b(?:19|20)\d\d\b(?![.,]\d)")
"""`4 Customs Row`, `18 November 2024`, `FISCAL 2019`: no amounts of money."""
_NUMERAL_WORDS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
billion billions dozen half quarter third once twice first second none zero single couple
"""
_NUMERALS = frozenset(_NUMERAL_WORDS.split())
_NUMERAL = "|".join(sorted(_NUMERALS))
_TIME_WORDS = """
january february march april may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday century decade today yesterday
"""
_TIMES = frozenset(_TIME_WORDS.split())
_TIMES |= {f"{day}s" for day in _TIMES if day.endswith("day")}
_MEASURED = ("length", "weight", "age")
"""Of them a row or a record has the number alone."""
_MINUTE = re.compile(r"\s*(?:#{1,6}\s+)?\d{1,4}/(?:2\d|20\d\d)\s+(?=[^\W\d_a-z][^\W\d_A-Z])")
"""How the heading of a minute begins: it names what was talked of."""
_ENUMERATED = re.compile(
    rf"{_MINUTE.pattern}|"
    r"\s*(?:#{1,6}\s+)?(?:\(?\d{1,2}[.)]\s+(?=[^\W\d_a-z]{3})|"
    r"(?:\(?\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+\.?)\s+(?=[^\W\d_a-z][^\W\d_A-Z]))"
)
"""The number of a heading, an item or a minute, which is none of its own: `6. Any other business`, `63/24 Tenders`."""
_TERM = re.compile(
    rf"\b(?:within|after|until|before|than|for|in|every)(?: (?:the )?(?:first|last|next))? "
    rf"(?:\d+|{_NUMERAL}) (?:working |business |calendar )?(?:minute|hour|day|week|month|year)s?\b|"
    rf"\b(?:\d+|{_NUMERAL}) (?:working |business |calendar )?(?:minute|hour|day|week|month|year)s? "
    r"(?:earlier|later|before(?:hand)?|after|in advance|ahead)\b",
    re.IGNORECASE,
)
"""What `when` may ask as well: `retry after 20 minutes`, `not later than 60 days after`."""
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b")
"""A date is no telephone number."""
_FOUR = re.compile(r"(?:1[5-9]|20)\d\d")
_YEAR = re.compile(
    r"(?<![A-Z][-/])\b(?:1\d|20)\d\ds?\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{1,2}:\d\d\b|\b\d+ ?(?:BC|AD|BCE|CE)\b"
)
_FRACTION = re.compile(r"(?<![\w.,])0?\.\d{1,4}\b(?! ?[^\W\d_])")
_ONE_OF = re.compile(r"(?<![^\W\d_])an? $", re.IGNORECASE)
"""What stands before one of many: `after decades a Colombian won` names nobody."""
_ARTICLE = 4
"""Characters: an article with the space on both sides."""
_FIELD = re.compile(r"(?:^|; |\n)([^:;|\n]{1,60}): ")
_SEVERAL = 2
_PRICED = re.compile(rf"{PRICE}|amount|total|value|worth|sales|profit|paid|earned|gross|usd|eur|gbp", re.IGNORECASE)
_ORDINALS = frozenset(("first", "second", "third", "half", "quarter", "single", "once", "twice"))
_MEASURES = (
    "pounds?|euros?|dollars?|pence|cents?|percent|years?|months?|weeks?|days?|hours?|minutes?|seconds?|mm|cm|km|kg|kilograms?|grams?|"
    "metres?|meters?|kilometres?|kilometers?|miles?|feet|knots|degrees|tonnes?|tons?|litres?|liters?|kilowatts?"
)
MEASURE = re.compile(
    rf"\b(?:(?<![\d.,])\d[\d.,]*+|{_NUMERAL})(?: (?:[mb]illion|thousand|hundred))*[ -](?P<unit>{_MEASURES})\b|"
    r"(?<![\d.,])\d[\d.,]*+ ?%",
    re.IGNORECASE,
)
_COINS = re.compile(r"pounds?|euros?|dollars?|pence|cents?", re.IGNORECASE)
_LENGTHS = re.compile(r"(?<![\w.,])\d[\d.,]*+ ?(?:[ckm]m|[km]?g|ml|kw|kwh|tonnes?|litres?)\b", re.IGNORECASE)
_CODE = re.compile(
    r"(?<![\w/])~?/?[\w.+-]*/[\w./+-]*[\w+-]|(?<![\w-])--?[^\W\d_][\w-]*|\w*[^\W_]_\w+|\$\w+|"
    r"(?<!\w)\.?[\w-]+\.[a-z][a-z0-9]{1,4}\b|(?<!\S)\^\S|\b(?:Ctrl|Control|Alt|Shift|Meta|Cmd)[-+ ]\S+|\bF\d\d?\b|"
    r"[`‘'\"“]\S{1,30}?[`’'\"”](?!\w)|\b[^\W\d_]*[^\W\d_A-Z][A-Z]\w*|\b[A-Z][A-Z\d_]+\b"
)
"""A name in software, by its form: a path, an option, a file's name, a key, what is quoted, capitals within."""
_REFERENCE = re.compile(
    r"\b(?:figures?|figs?\.?|tables?|sections?|chapters?|appendix|equations?|eqs?\.?|pages?|pp?\.) [([]?\d[\d.,–-]*|"
    r"(?<=[\w.,)] )\[\d{1,3}(?:[,–-] ?\d{1,3})*\]|\b[a-z]{1,5}-\d[\w-]*|\b\d{1,2}:\d\d(?::\d\d)?(?: ?[+-]\d{4})?\b|"
    rf"{_DAY.pattern}",
    re.IGNORECASE,
)
"""Where else it stands, what it is called or when it was, which is no amount: Figure 11.1, [12], FL-185, 17:30."""
_FORMS = {
    "mail": re.compile(r"\S@\S"),
    "address": re.compile(r"\d"),
    "phone": re.compile(r"\d[\d ()/.-]{5,}\d"),
    "reference": re.compile(
        r"(?<![\w.,/-])(?:[A-Z]{1,6}[-/ ]?\d[\w/-]*|[A-Z]+[-/][A-Z\d/-]*\d[\w/-]*|"
        r"\d+[/-][\w/-]+|\d{5,}[\w/-]*)(?![.,]\d)"
    ),
    "share": re.compile(r"\d ?%|\bper ?cent|\b(?:half|third|quarter|fifth|tenth|all)\b", re.IGNORECASE),
    # how deep a cut is, or how far a walk, may be asked as well as a well
    "length": re.compile(
        r"\d ?(?:[ckmn]?m|ft)\b|\d ?in(?=[.,;)]|$| (?:wide|long|deep|thick|tall|high)\b)|\d['\"′″]|[$£€¥%°]|"
        r"\b(?:degrees|euros|dollars|pounds|per ?cent|minutes?|hours?|days?)\b|"
        r"\b(?:(?:kilo|centi|milli)?met(?:re|er)s?|feet|foot|inch(?:es)?|miles?|yards?|fathoms?|storeys?)\b",
        re.IGNORECASE,
    ),
    "weight": re.compile(
        r"\d ?(?:[km]?g|lbs?|t|oz)\b|\b(?:kilos?|(?:kilo|milli)?gram(?:me)?s?|pounds?|ounces?|tons?|tonnes?|stones?)\b",
        re.IGNORECASE,
    ),
    "age": re.compile(
        r"\b(?:years?|months?|weeks?|days?|year-olds?|age[ds]?|born|built|founded|birth|birthday|since|at least|over|"
        r"under|century|(?:1\d|20)\d\d)\b|\bturn(?:ed|s) \d|(?:\b(?:is|was|be|are|were)|,) \d{1,3}\b(?=[.,;]|$)",
        re.IGNORECASE,
    ),
    "money": re.compile(
        r"[$£€¥₹]|\b(?:pounds?|euros?|dollars?|pence|cents?|pennies|francs?|marks|yen|yuan|USD|EUR|GBP|RM|shillings?|"
        r"[mb]illion|per ?cent)\b|\d ?%|\d\.\d\d\b|"
        r"\d,\d{3}(?=[.;:!?)]|, |,?$| (?:a|an|each|per|from|for|in|and|or|to|if|plus|net|gross)\b)"
    ),
}


def is_time(word: str) -> bool:
    """Whether a folded word is a month, a day of the week, or the like."""
    return word in _TIMES


def is_year(number: str) -> bool:
    """Whether a number is written as a year of our times is."""
    return _FOUR.fullmatch(number) is not None


def numbers(text: str) -> list[str]:
    """The numbers of a text, thousands' commas left out."""
    return [fold(word) for word in words(text) if word[0].isdigit()]


def unnumbered(text: str) -> str:
    """A unit without the number of an item or a heading: `4. Press the button` says nothing of four."""
    number = _ENUMERATED.match(text)
    return text[number.end() :] if number else text


def answers(kind: Kind, text: str, known: AbstractSet[str]) -> bool:
    """Whether a text has something of the kind that the question (its terms: `known`) does not give itself.

    In what is no sentence (a row, a record, a printed line) an amount need not name its currency.
    """
    sentence = is_sentence(text)
    whole, text = text, unnumbered(text)
    if kind in ("phone", "reference"):
        text = _DAY.sub(" ", text)
    if kind in _FORMS and not _FORMS[kind].search(text) and not _is_bare(kind, text, sentence=sentence):
        return False
    if kind == "time":
        told = any(fold(word) in _TIMES for word in words(text)) or _TERM.search(text) is not None
        return told or bool(set(_YEAR.findall(text)) - known)
    if kind in ("count", "number", "money", *_MEASURED):
        text = _REFERENCE.sub(" ", text)
        fresh = [fold(word) for word in words(text)]
        if kind == "count" and sentence:
            fresh = _counts(text, known)
        return any((word[0].isdigit() or word in _NUMERALS) and word not in known for word in fresh if word)
    if kind == "code":
        return any(_is_fresh(found[0], known) for found in _CODE.finditer(text))
    if kind == "name":
        if not sentence and _MINUTE.match(whole):
            return False
        names = (fold(word) for word in _capitals(text, sentence=sentence or text != whole))
        return any(stem(name) not in known and name not in _TIMES for name in names)
    return True


def _is_fresh(name: str, known: AbstractSet[str]) -> bool:
    """Whether a name in software has a word that the question does not give: of `^C` and `--` a sign may be all."""
    said = [stem(fold(word)) for word in words(name) if fold(word)]
    return not said or any(word not in known for word in said)


def fresh(kind: Kind, text: str, known: AbstractSet[str]) -> set[str]:
    """The stems of a text's names, numbers or times, as the kind asks for, that the question does not give itself."""
    found: set[str] = set()
    if kind in ("name", "other", "mail", "address"):
        found |= {stem(fold(word)) for word in _capitals(text, sentence=False)}
    if kind != "name":
        found |= set(numbers(text))
    if kind == "time":
        found |= {stem(word) for word in map(fold, words(text)) if word in _TIMES}
    return found - known


def _is_bare(kind: Kind, text: str, *, sentence: bool) -> bool:
    """Whether a text that is no sentence may have the number alone: 14.50, 0.14 of all, 12 metres."""
    if sentence:
        return False
    return (
        kind in _MEASURED
        or (kind == "share" and bool(_FRACTION.search(text)))
        or (kind == "money" and _is_priced(text))
    )


def _is_priced(text: str) -> bool:
    """Whether a row or line that names no currency may hold an amount of money: one of its fields says so, if any."""
    fields = _FIELD.findall(text)
    if len(fields) < _SEVERAL:
        return any(map(str.isdigit, _unmeasured(_HOUSE_OR_DAY.sub(" ", _REFERENCE.sub(" ", text)))))
    return any(_PRICED.search(field) for field in fields)


def _unmeasured(text: str) -> str:
    """A text without what is no amount of money: 40 tonne, 12 cm."""
    plain = MEASURE.sub(lambda found: found[0] if _COINS.fullmatch(found["unit"] or "") else " ", text)
    return _LENGTHS.sub(" ", plain)


def _counts(text: str, known: AbstractSet[str]) -> list[str]:
    """The words of a text without measures that are not asked for: 7,400 pounds, five years or 2.9 are not so many."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if match["unit"] and stem(fold(match["unit"])) in known else " "

    plain = re.sub(r"[$£€¥₹] ?\d[\d.,]*", " ", MEASURE.sub(kept, text))
    folded = map(fold, words(plain))
    return [word for word in folded if word not in _ORDINALS and not (word[:1].isdigit() and "." in word)]


def _capitals(text: str, *, sentence: bool) -> list[str]:
    """Words that may be names: capitalised, not merely because a sentence begins, and not `a Colombian`.

    Who speaks is one.
    """
    cells = text.replace("|", "\n")
    talk = stands_alone(text, 0)
    found = []
    for match in re.finditer(r"[^\W\d_][\w'’-]*", text):
        one_of = _ONE_OF.search(text, max(0, match.start() - _ARTICLE), match.start())
        if not match[0][0].isupper() or one_of or not fold(match[0]) or is_stop(fold(match[0])):
            continue
        if talk and text.startswith(":", match.end()) and is_begun(text, match.start()):
            found.append(match[0])
            continue
        alone = not re.match(r"[,.]? (?:& |and |of |de |von |van )?[^\W\d_a-z]", text[match.end() : match.end() + 8])
        if not (sentence and alone and is_begun(cells, match.start())):
            found.append(match[0])
    return found


def is_begun(text: str, at: int) -> bool:
    """Whether a sentence of a text begins at a place, where a capital need not make a name."""
    before = text[:at].rstrip(" \"'“‘([*_")
    return not before or before[-1] in ".!?:\n"
