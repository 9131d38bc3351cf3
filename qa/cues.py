"""Cues: what a question asks for, what it names, and whether a text has something of that kind (English)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

from qa.marked import marked
from qa.signs import signs
from qa.units import is_sentence
from qa.words import fold, is_stop, stem, words
from retrieval.measures import without_measures

Kind = Literal[
    "mail", "phone", "address", "reference", "share", "money", "time", "count", "number", "name", "code", "other"
]
_MOMENT = r"(?:years?|dates?|days?|months?|time(?! ?zones?\b)|century|decade|season|weekday)"
_COUNTABLE = "number|amount|total|size|age|score|ratio|temperature|population|length|height|weight|capacity|sum|depth"
_HOW = "many|much|long|far|old|tall|high|deep|large|big|wide|heavy|fast|often|hot|cold|thin|thick|strong"
_PRICE = "costs?|prices?|fees?|fares?|salary|salaries|wages?|rents?|fines?|premiums?|revenues?|expenses?|budgets?"
_PAID = f"{_PRICE}|profit|turnover|charged?|pays?|paid|spen[dt]|earn(?:ed|s)?|worth|money|grants?|raised?|claim|offer"
_BEARER = "person|company|firm|team|country|city|organi[sz]ation|player|author|school|hospital|bank"
_MAIL = r"e-?mail"
_CODED = (
    "director(?:y|ies)|folders?|file ?names?|files?|paths?|options?|switch(?:es)?|commands?|keys?|shortcuts?|packages?|"
    "functions?|variables?|ports?|parameters?|arguments?|flags?|scripts?|modules?"
)
"""What software has by names of its own: `/usr/share/dict`, `--quiet`, `PATH`, `^C`."""
_QUALIFIED = r" (?!of|is|are|was|were|do|does|did|has|have|if)[\w'’./-]+"
_OF_CODED = "formats?|types?|sizes?|systems?|managers?|permissions?|numbers?"
"""What such a thing has, and which is no name."""
_REFERENCED = (
    "claim|policy|order|invoice|receipt|case|file|account|customer|client|member(?:ship)?|contract|licen[cs]e|passport|"
    "crime|ticket|serial|part|tracking|registration|vat|tax|booking|reservation|patent|model|article|item|company|"
    "delivery|purchase(?: order)?|patient|employee|student|batch|lot|chassis|project|permit"
)
"""What has a number by which it is called."""
_ENTITLED = (
    r" (?:may|can|could|must|should|has to|have to|is (?:allowed|entitled|eligible|permitted|excluded|exempt))\b"
)
"""`Who may borrow a camera?` is answered by a rule, and by no name."""
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("mail", rf"^\W*{_MAIL}\b|(?<!\bby )(?<!\bvia )(?<!\bper )(?<!\ban )\b{_MAIL}(?: address| of| for| do| can|\W*$)"),
    ("phone", r"\b(?:tele)?phone number\b|\bfax number\b"),
    (
        "reference",
        rf"\b(?:what|which)\b[^?]{{0,40}}?\b(?:{_REFERENCED}) (?:numbers?|no\b\.?|ids?|codes?|references?)\b",
    ),
    ("reference", r"\b(?:what|which)(?: is| was)?(?: the| our| your| my)? reference(?: number)?\b"),
    (
        "address",
        r"\bwhat(?:'s|’s| is| was| are) [^?]*\baddress(?:es)?\b(?! by| to\b)|\b(?:at|to) (?:what|which) address\b",
    ),
    ("share", r"\b(?:what|which|how)\b.{0,40}?\b(?:percent|percentage|proportion)\b|\bwhat share\b"),
    ("time", r"^(?:(?!\b(?:what|which|who|whom|how|why|where)\b).)*\bwhen\b"),
    ("time", rf"\b(?:what|which)(?: (?:is|was|are|were) the)?(?: [a-z]+)? {_MOMENT}\b"),
    ("money", rf"\bhow much\b.*\b(?:{_PAID})\b|\bwhat (?:do|does|did|must|should)\b.*\b(?:charge|cost|pay)\b"),
    ("money", rf"\b(?:what|which)(?: [\w'’-]+){{0,6}}? (?:{_PRICE})\b"),
    ("count", r"\bhow many\b"),
    ("number", rf"\bhow (?:{_HOW})\b|\b(?:what|which)\b[^?]{{0,30}}?\b(?:{_COUNTABLE}|rate)\b"),
    ("name", rf"\b(?:(?:who|whom)(?!{_ENTITLED})|whose|(?:what|which) (?:[a-z]+ )?(?:{_BEARER}))\b"),
    ("code", rf"\b(?:what|which)(?:{_QUALIFIED}){{0,3}}? (?:{_CODED})\b(?! (?:{_OF_CODED})\b)"),
)
_ASKS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_HOUSE_OR_DAY = re.compile(r"\b\d+ [A-Z][a-z]+(?: \d{4}\b)?|\b(?:19|20)\d\d\b(?![.,]\d)")
"""`4 Customs Row`, `18 November 2024`, `FISCAL 2019`: no amounts of money."""
_NUMERAL_WORDS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
billion billions dozen half quarter third once twice first second none zero single couple
"""
_NUMERALS = frozenset(_NUMERAL_WORDS.split())
_TIME_WORDS = """
january february march april may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday century decade today yesterday
"""
_TIMES = frozenset(_TIME_WORDS.split())
_ENUMERATED = re.compile(r"\s*(?:#{1,6}\s+)?(?:\(?\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+\.?)\s+(?=[^\W\d_a-z][^\W\d_A-Z])")
"""The number of a heading or an item, which is none of its own: `6. Any other business`."""
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b")
"""A date is no telephone number."""
_FOUR = re.compile(r"(?:1[5-9]|20)\d\d")
_YEAR = re.compile(
    r"(?<![A-Z][-/])\b(?:1\d|20)\d\ds?\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{1,2}:\d\d\b|\b\d+ ?(?:BC|AD|BCE|CE)\b"
)
_ISSUED = re.compile(
    r"\b(?:who|(?:what|which) (?:company|firm|business|shop|store|restaurant|merchant|vendor|seller|supplier|hotel))"
    r"(?: [a-z]+)? (?:issued?|sold|sent|printed|wrote|made out)\b|\b(?:from|by|in|at) (?:whom|what|which) (?:company|"
    r"firm|business|shop|store|restaurant|merchant|vendor|seller|supplier)\b|\bwho(?: is|'s|’s)? the "
    r"(?:issuer|sender|seller|vendor|merchant|supplier)\b",
    re.IGNORECASE,
)
"""Who a receipt, a bill or a letter is from."""
_COMPUTED = re.compile(
    r"\b(?:ratios?|margins?|averages?|median|sum|differences?|percentages?|percent|growth)\b|"
    r"\bhow (?:much|many)(?: \w+)? (?:more|less|fewer|higher|lower|larger|smaller|longer|shorter)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:before|after|next|previous|following|preceding|earlier|later|between|other|others|besides|than|first|last|"
    r"higher|lower|larger|smaller|most|least|fewest|highest|lowest|largest|smallest|longest|shortest|best|worst|"
    r"oldest|newest|how many)\b",
    re.IGNORECASE,
)
"""Asks for a row by others: which comes after it, which has more."""
_NUMBERED = re.compile(r"(?<=[A-Za-z] )([A-Za-z][a-z]{2,}) 0*(\d{1,3})\b(?![./:,-]\d)")
_FIELD = re.compile(r"(?:^|; |\n)([^:;|\n]{1,60}): ")
_PLACES = frozenset(("page", "pages", "slide", "line", "row"))
"""What is counted, and need not be told, in a document."""
_SEVERAL = 2
_PRICED = re.compile(rf"{_PRICE}|amount|total|value|worth|sales|profit|paid|earned|gross|usd|eur|gbp", re.IGNORECASE)
_ORDINALS = frozenset(("first", "second", "third", "half", "quarter", "single", "once", "twice"))
_MEASURES = (
    "pounds?|euros?|dollars?|pence|cents?|percent|years?|months?|weeks?|days?|hours?|minutes?|seconds?|mm|cm|km|kg|kilograms?|grams?|"
    "metres?|meters?|kilometres?|kilometers?|miles?|feet|knots|degrees|tonnes?|tons?|litres?|liters?|kilowatts?"
)
_MEASURE = re.compile(
    rf"\b(?:\d[\d.,]*|{'|'.join(sorted(_NUMERALS))})(?: (?:[mb]illion|thousand|hundred))*[ -](?P<unit>{_MEASURES})\b|"
    r"\d[\d.,]* ?%",
    re.IGNORECASE,
)
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
    "money": re.compile(
        r"[$£€¥₹]|\b(?:pounds?|euros?|dollars?|pence|cents?|pennies|francs?|marks|yen|yuan|USD|EUR|GBP|RM|shillings?|"
        r"[mb]illion|per ?cent)\b|\d ?%|\d\.\d\d\b|"
        r"\d,\d{3}(?=[.;:!?)]|, |,?$| (?:a|an|each|per|from|for|in|and|or|to|if|plus|net|gross)\b)"
    ),
}


_SAID_BY: dict[Kind, str] = {
    "mail": "mail email address",
    "phone": "telephone phone fax number",
    "address": "address",
    "reference": "number reference code",
    "share": "percent percentage proportion share",
    "money": "cost price pay money pounds dollars euros pence",
    "time": "year date day month time when century decade",
    "count": "number",
    "number": "number amount total",
    "name": "person name",
}
_SAID = {kind: frozenset(stem(word) for word in said.split()) for kind, said in _SAID_BY.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for, and the stems of the names and numbers it gives."""

    kind: Kind
    named: frozenset[str]
    numbers: frozenset[str]
    issuer: bool = False
    """Whether it asks who a receipt, a bill or a letter is from: its head says so."""
    computed: bool = False
    """Whether it asks for what must be worked out: a ratio, an average, how much more, a measure of a business."""
    measure: bool = False
    """Whether it asks for a measure of a business, or by a statement's name: documents need not have these names."""
    relative: bool = False
    """Whether what is asked for is told by other rows than the one that is named: what comes after it, the highest."""
    numbered: frozenset[tuple[str, str]] = frozenset()
    """The words that may be the name of one of several by a number, with it: (`Route`, `5`)."""
    marked: tuple[str, ...] = ()
    """The names that their form tells from words: `GPT-4o`."""
    signs: Mapping[str, float] = field(default_factory=dict)
    """The symbols and single letters that it names, `@`, the flag `T`; how much each counts beside a word."""

    @property
    def said(self) -> frozenset[str]:
        """Stems of words that an answer of the kind stands for: `05:45` need not be called a time."""
        return _SAID.get(self.kind, frozenset())


_HOW_TO_SAY = re.compile(
    r"(?<=[?.!])\s*(?:please )?(?:directly |only |just )?(?:write|give|answer|anwser|round|format|list|express|"
    r"provide|return|respond|state|report)\b[^?]*?\b(?:answers?|format|decimals?|integer|int|float|string|list|[mb]illions?|"
    r"thousands|percent(?:age)?|yes|YYYY)\b[^?]*$|"
    r"(?<=[?.!;])\s*if\b[^?.;]*?\b(?:then |please |just ){1,2}(?:state|say|note|answer|write|reply|respond|tell)\b"
    r"[^?]*$",
    re.IGNORECASE,
)
"""What asks for a form of the answer and not for its matter: `Answer in millions.`, `If it is not, then say so.`"""


def matter(question: str) -> str:
    """The question without what it says of how to write the answer."""
    return _HOW_TO_SAY.sub("", question) if "?" in question else question


def asked(question: str) -> Asked:
    """Reads a question by its words."""
    kind: Kind = next((kind for kind, pattern in _ASKS if pattern.search(question)), "other")
    rest = without_measures(question)
    measure = rest != question
    return Asked(
        kind,
        frozenset(named(question)),
        frozenset(numbers(question)),
        issuer=bool(_ISSUED.search(question)),
        computed=measure or bool(_COMPUTED.search(question)),
        measure=measure,
        relative=bool(_RELATIVE.search(question)),
        numbered=frozenset(_numbered(question)),
        marked=marked(rest),
        signs=signs(question),
    )


def _numbered(question: str) -> list[tuple[str, str]]:
    plain = _MEASURE.sub(" ", question)
    found = ((name, number) for name, number in _NUMBERED.findall(plain) if fold(name) not in _TIMES | _PLACES)
    return [(name, number) for name, number in found if not is_stop(fold(name))]


def named(text: str) -> list[str]:
    """The stems of a text's capitalised words, but for the first of a sentence."""
    found = []
    for match in re.finditer(r"[^\W\d_][\w'’-]*", text):
        if match[0][0].isupper() and not _starts(text, match.start()):
            found += [stem(fold(word)) for word in words(match[0]) if not word[0].isdigit() and not is_stop(fold(word))]
    return found


def _starts(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'“‘([")
    return not before or before[-1] in ".!?:\n"


def is_time(word: str) -> bool:
    """Whether a folded word is a month, a day of the week, or the like."""
    return word in _TIMES


def is_year(number: str) -> bool:
    """Whether a number is written as a year of our times is."""
    return _FOUR.fullmatch(number) is not None


def numbers(text: str) -> list[str]:
    """The numbers of a text, thousands' commas left out."""
    return [fold(word) for word in words(text) if word[0].isdigit()]


def answers(kind: Kind, text: str, known: AbstractSet[str]) -> bool:
    """Whether a text has something of the kind that the question (its terms: `known`) does not give itself.

    In what is no sentence (a row, a record, a printed line) an amount need not name its currency.
    """
    sentence = is_sentence(text)
    if number := _ENUMERATED.match(text):
        text = text[number.end() :]
    if kind in ("phone", "reference"):
        text = _DAY.sub(" ", text)
    if kind in _FORMS and not _FORMS[kind].search(text) and not (kind == "money" and _is_priced(text)):
        return False
    if kind == "time":
        return bool(set(_YEAR.findall(text)) - known) or any(fold(word) in _TIMES for word in words(text))
    if kind in ("count", "number", "money"):
        text = _REFERENCE.sub(" ", text)
        fresh = [fold(word) for word in words(text)]
        if kind == "count" and sentence:
            fresh = _counts(text, known)
        return any((word[0].isdigit() or word in _NUMERALS) and word not in known for word in fresh if word)
    if kind == "code":
        return any(_is_fresh(found[0], known) for found in _CODE.finditer(text))
    if kind == "name":
        names = (fold(word) for word in _capitals(text, sentence=sentence or number is not None))
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


def _is_priced(text: str) -> bool:
    """Whether a row or line that names no currency may hold an amount of money: one of its fields says so, if any."""
    if is_sentence(text):
        return False
    fields = _FIELD.findall(text)
    if len(fields) < _SEVERAL:
        return any(map(str.isdigit, _HOUSE_OR_DAY.sub(" ", _REFERENCE.sub(" ", text))))
    return any(_PRICED.search(field) for field in fields)


def _counts(text: str, known: AbstractSet[str]) -> list[str]:
    """The words of a text without measures that are not asked for: 7,400 pounds, five years or 2.9 are not so many."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if match["unit"] and stem(fold(match["unit"])) in known else " "

    plain = re.sub(r"[$£€¥₹] ?\d[\d.,]*", " ", _MEASURE.sub(kept, text))
    folded = map(fold, words(plain))
    return [word for word in folded if word not in _ORDINALS and not (word[:1].isdigit() and "." in word)]


def _capitals(text: str, *, sentence: bool) -> list[str]:
    """Words that may be names: capitalised, and not merely because a sentence begins."""
    found = []
    for match in re.finditer(r"[^\W\d_][\w'’-]*", text):
        if match[0][0].isupper() and fold(match[0]) and not is_stop(fold(match[0])):
            alone = not re.match(
                r"[,.]? (?:& |and |of |de |von |van )?[^\W\d_a-z]", text[match.end() : match.end() + 8]
            )
            if not (sentence and alone and _starts(text, match.start())):
                found.append(match[0])
    return found
