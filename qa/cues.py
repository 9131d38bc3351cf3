"""Cues: what a question asks for, and what it names (English)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qa.dating import spans_in, without_spans
from qa.fitting import MEASURE, is_begun, is_time, is_year, numbers
from qa.kinds import Kind, kind_of, said_by
from qa.likeness import COUNTS
from qa.marked import is_code, marked, parts_of
from qa.ranges import quantities, unit_words
from qa.signs import signs
from qa.words import fold, is_stop, stem, words
from retrieval.dates import days_in, weekdays_in
from retrieval.measures import without_measures
from retrieval.phrases import said_in_a_word

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
    r"oldest|newest|how many)\b|"
    r"\b(?:busi|cheap|close|cold|deep|earli|easi|fast|furth|great|hard|heavi|hott|late|light|near|poor|rich|safe|slow|"
    r"strong|tall|warm|weak|wide|young)e?st\b",
    re.IGNORECASE,
)
"""Asks for a row by others: which comes after it, which has more."""
_NUMBERED = re.compile(r"(?<=[A-Za-z] )([A-Za-z][a-z]{2,}) 0*(\d{1,3})\b(?![./:,-]\d)")
_QUANTITY = re.compile(
    rf"(?<![\w.,/-])(\d{{1,6}}|{'|'.join(COUNTS)})[ -]([^\W\d_]{{3,}})(?!\w)|"
    r"(?<![\w-])([^\W\d_]{3,}) (\d{1,6})(?![\w%]|[.,/:-]\d)",
    re.IGNORECASE,
)
"""So many of something, or one of several by its number: `three bedrooms`, `floor 3`."""
_HOW_MANY = re.compile(
    r"\bhow many ((?:(?!(?:are|were|do|does|did|have|has|had|can|is|was|will|would|could|should|may|must|of|in|on|at|"
    r"for|to|from|there|you|I|we|they|he|she|it|the|an?|per|each|with|by|that|who|which|people|persons?|this|"
    r"last|next|under|over|against|when|than|and|or|more|up|out|not|\d+|\w+ed)\b)[\w'’-]+ ?)"
    r"{1,4})",
    re.IGNORECASE,
)
"""With what is counted; that it is people, nobody need say."""
_ATTRIBUTE = re.compile(
    r"\b(?:what|which)(?:['’]s| is| was| are| were) (?:the|our|my|your|his|her|its|their|[\w.-]+['’]s) "
    r"((?:[\w'’-]+ ){0,2}?[^\W\d_][\w'’-]*)"
    r"(?= (?:of|in|for|at|on|to|from|by|per|when|after|before|that|during|between)\b|\W*$)|"
    r"\bhow much ([^\W\d_]{3,})(?= (?:is|was|are|were|do|does|did|has|have|had|will|can|must|should)\b)",
    re.IGNORECASE,
)
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "judge"))
_CAPITALISED = re.compile(r"(?<![\w'’-])[A-ZÀ-Þ][a-zß-ÿ]+(?: [A-ZÀ-Þ][a-zß-ÿ]+)+(?![\w-])")
_PLACES = frozenset(("page", "pages", "slide", "line", "row"))
"""What is counted, and need not be told, in a document."""


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
    counted: frozenset[str] = frozenset()
    """Stems of what is counted: `How many paid members …`."""
    numbered: frozenset[tuple[str, str]] = frozenset()
    """The words that may be the name of one of several by a number, with it: (`Route`, `5`)."""
    marked: tuple[str, ...] = ()
    """The names that their form tells from words: `GPT-4o`."""
    coded: frozenset[str] = frozenset()
    """The numbers and stems that are parts of its codes and spans of years alone: they are told by these."""
    quantities: frozenset[tuple[str, str]] = frozenset()
    """What it names with a number, each as its stem and the number: `three bedrooms`, `floor 3`."""
    signs: Mapping[str, float] = field(default_factory=dict)
    """The symbols, single letters and codes that it names (`@`, the flag `T`, `B5`), how much each counts."""
    days: frozenset[tuple[int, int]] = frozenset()
    """Month and day of the dates that it asks of; of a period none (`before 4 December`)."""
    weekdays: frozenset[str] = frozenset()
    """The weekdays, likewise."""
    amounts: tuple[tuple[float, str], ...] = ()
    """Its quantities with their units (8 years, 45 kg): rows are of ranges of them."""
    measured: frozenset[str] = frozenset()
    """The stems of the words of these."""
    attribute: str = ""
    """The stem of what is asked for of something: the turnout in Beacon, the rent of the hall."""
    full_names: frozenset[tuple[str, str]] = frozenset()
    """The stems of names of two words: another Hartley is not Derek Hartley."""
    spans: frozenset[tuple[int, int]] = frozenset()
    """The years from one calendar year into the next: 2023-24. A short second one is no number of its own."""
    phrases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The stems of those of its words that mean something together, `give back`, each with the stems that say it."""

    @property
    def years(self) -> frozenset[str]:
        """The numbers that are written as a year is."""
        return frozenset(filter(is_year, self.numbers))

    @property
    def said(self) -> frozenset[str]:
        """Stems of words that an answer of the kind stands for: `05:45` need not be called a time."""
        return said_by(self.kind)


_PERIOD = re.compile(
    r"\b(?:before|after|by|since|until|till|between|from|through|during|within|earlier|later|than|to)\b", re.IGNORECASE
)
_SAY = r"\b(?:state|say|note|answer|write|reply|respond|tell)\b"
_WH = r"(?:how|what|where|when|who|whom|which|why|whether)\b"
_HOW_TO_SAY = re.compile(
    r"(?<=[?.!])\s*(?:please )?(?:directly |only |just )?(?:write|give|answer|anwser|round|format|list|express|"
    r"provide|return|respond|state|report)\b[^?]*?\b(?:answers?|format|decimals?|integer|int|float|string|list|[mb]illions?|"
    r"thousands|percent(?:age)?|yes|YYYY)\b[^?]*$|"
    rf"(?<=[?.!;])\s*if\b[^?.;]{{1,200}}?\b(?:(?:then |please |just ){{1,2}}{_SAY}(?! (?:me |us )?{_WH})|"
    rf"{_SAY} (?:so\b|that\b|[\"'“‘]|(?:not|none|unknown|nothing)\b))[^?]*$",
    re.IGNORECASE,
)
"""What asks for a form of the answer and not for its matter: `Answer in millions.`, `If it is not, then say so.`"""


def matter(question: str) -> str:
    """The question without what it says of how to write the answer."""
    at = question.rfind("?")
    return question if at < 0 else question[:at] + _HOW_TO_SAY.sub("", question[at:])


def asked(question: str) -> Asked:
    """Reads a question by its words."""
    rest = without_measures(question)
    measure = rest != question
    names = marked(rest)
    codes = tuple(filter(is_code, names))
    period = _PERIOD.search(question)
    spans = spans_in(question, asks=True)
    short = {str(last)[2:] for _, last in spans}.difference(numbers(without_spans(question)))
    coded = parts_of(codes, question) | short
    return Asked(
        kind_of(question),
        frozenset(named(question)),
        frozenset(numbers(question)) - coded,
        issuer=bool(_ISSUED.search(question)),
        computed=measure or bool(_COMPUTED.search(question)),
        measure=measure,
        relative=bool(_RELATIVE.search(question)),
        counted=frozenset(_counted(question)),
        numbered=frozenset(_numbered(question)),
        quantities=frozenset(_quantities(question)),
        marked=names,
        coded=coded,
        signs=signs(question) | dict.fromkeys(codes, 1.0),
        days=frozenset() if period else days_in(question),
        weekdays=frozenset() if period else weekdays_in(question),
        amounts=tuple(quantities(question)),
        measured=frozenset(stem(fold(word)) for word in unit_words(question)),
        attribute=_attribute(question),
        full_names=frozenset(_full_names(question)),
        spans=spans,
        phrases=dict(_phrases(question)),
    )


def _phrases(question: str) -> Iterator[tuple[str, frozenset[str]]]:
    for words_of, said in said_in_a_word(question).items():
        head = next((word for word in words_of if not is_stop(word)), None)
        if head:
            yield stem(fold(head)), frozenset(map(stem, said))


def _attribute(question: str) -> str:
    found = _ATTRIBUTE.search(question)
    told = [fold(word) for word in words(found[1] or found[2])] if found else []
    return stem(told[-1]) if told and not is_stop(told[-1]) else ""


def _full_names(question: str) -> Iterator[tuple[str, str]]:
    for found in _CAPITALISED.finditer(question):
        told = [fold(word) for word in found[0].split()[is_begun(question, found.start()) :]]
        if len(told) == 2 and told[0] not in _TITLES and not any(map(is_time, told)):
            yield stem(told[0]), stem(told[1])


def _counted(question: str) -> list[str]:
    found = _HOW_MANY.search(question)
    return [stem(fold(word)) for word in words(found[1])] if found else []


def _numbered(question: str) -> list[tuple[str, str]]:
    found = ((name, fold(name), number) for name, number in _NUMBERED.findall(MEASURE.sub(" ", question)))
    return [(name, number) for name, word, number in found if not (is_stop(word) or is_time(word) or word in _PLACES)]


def _quantities(question: str) -> Iterator[tuple[str, str]]:
    for count, counted, name, number in _QUANTITY.findall(question):
        word, told = fold(counted or name), COUNTS.get(count.lower(), count) or number
        if not (is_stop(word) or is_time(word) or is_year(told)):
            yield stem(word), told


def named(text: str) -> list[str]:
    """The stems of a text's capitalised words, but for the first of a sentence."""
    found = []
    for match in re.finditer(r"[^\W\d_][\w'’-]*", text):
        if match[0][0].isupper() and not is_begun(text, match.start()):
            found += [stem(fold(word)) for word in words(match[0]) if not word[0].isdigit() and not is_stop(fold(word))]
    return found
