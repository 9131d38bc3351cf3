"""Kinds: of which kind the answer to a question is, by how it asks (English)."""

from __future__ import annotations

import re
from typing import Literal

from qa.words import stem

Kind = Literal[
    "mail",
    "phone",
    "address",
    "reference",
    "share",
    "money",
    "time",
    "count",
    "length",
    "weight",
    "age",
    "number",
    "name",
    "code",
    "other",
]
_MOMENT = r"(?:years?|dates?|days?|months?|time(?! ?zones?\b)|century|decade|season|weekday)"
_COUNTABLE = "number|amount|total|size|age|score|ratio|temperature|population|length|height|weight|capacity|sum|depth"
_HOW = "many|much|long|far|old|tall|high|deep|large|big|wide|heavy|fast|often|hot|cold|thin|thick|strong"
PRICE = "costs?|prices?|fees?|fares?|salary|salaries|wages?|rents?|fines?|premiums?|revenues?|expenses?|budgets?"
_PAID = (
    f"{PRICE}|profit|turnover|charged?|pays?|paid|spen[dt]|earn(?:ed|s)?|worth|money|grants?|raised?|claim|offer|"
    "bills?|deposits?|refund(?:ed)?|compensation|dues|invoiced?"
)
_COMES_TO = (
    r"(?:amount to|set (?:us|me|you|them|him|her) back|sell for|"
    r"come (?:out )?(?:to|at)(?=\W*$|[,;]| (?:in|for|all|altogether|last|this|with|per|each|then|now)\b))"
)
"""What is asked for with `did it come to?`; nobody comes to believe a sum."""
_BILL_FOR = r"bill for (?=the\b|our\b|my\b|\w+ing\b)"
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
_YES_OR_NO = "is|are|was|were|am|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would|need"
_TELLS = (
    r"(?:tell|know|known|say|said|ask|find out|remember|remind|check|see|look up|wonder|idea|show|forg[eo]t|sure|year|"
    r"stated?|states|mention(?:s|ed)?|specif(?:y|ies|ied)|name)"
)
_POLITE = rf"[^?]*\b(?:{_TELLS}|date)\b[^?]*\b(?:when|who|whom|whose)\b"
"""`Can you tell me when …` asks when; `Is the office closed when …` does not."""
_WHEN = (
    rf"(?:(?:^|[?,;:.!–—-]|\b(?:until|till|by|from|since|to|and|or|exactly|date|day|time|{_TELLS}(?: me| us| you)?))"
    rf"\W{{0,9}}when\b|\bwhen\b(?= (?:{_YES_OR_NO})\b|\W*$))"
)
"""It asks, and begins no clause: `the steps when the pump overheats`."""
_KEYWORDS = (
    rf"(?!.*(?:\?|\b(?:{_YES_OR_NO}|what|which|who|whose|how|why|where|when)\b))"
    r"(?!\W*(?:list|describe|explain|summari[sz]e|tell|compare|show)\b)(?=(?:[^\w'’&-]*+[\w'’&-]++){1,6}\W*$)"
)
"""A few words, and no sentence."""
_OF_SOFTWARE = rf"[^?]*\b(?:{_CODED})\b"
_OF_PRICES = (
    rf"(?:happen|cover|become|cause|affect|reduce|raise|increase|change|explain|kind|sort|type)s?\b(?! (?:{PRICE}))"
)
_PRICES_DO = (
    rf"(?:do|does|did)\b[^?]{{0,60}}?\b(?:{PRICE}) (?:include|cover|depend|mean|contain|consist|apply|pay for)|"
    rf"(?:is|are|was|were)\b[^?]{{0,60}}?\b(?:{PRICE}) based"
)
"""What is asked of prices, and is none: `What happens to the rent …?`, `What does the fee include?`"""
_RATE = "an?|per|for|to|by|each|yearly|monthly"
_WHAT_IS = r"what(?:'s|’s| is| was)"
_NO_OTHER = rf"^(?!\W*(?:{_YES_OR_NO})\b(?!{_POLITE}))(?:(?!\b(?:what|how|when|where|why)\b).)*"
"""Nothing else is asked first: `What do I get for a friend who joins?` asks for no name."""
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("mail", rf"^\W*{_MAIL}\b|(?<!\bby )(?<!\bvia )(?<!\bper )(?<!\ban )\b{_MAIL}(?: address| of| for| do| can|\W*$)"),
    ("phone", r"\b(?:tele)?phone number\b|\bfax number\b"),
    ("phone", r"\b(?:what|which) number (?:do|can|should|must) (?:I|we|you) (?:call|ring|phone|dial)\b"),
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
    ("time", rf"^(?!\W*(?:{_YES_OR_NO})\b(?!{_POLITE}))(?:(?!\b(?:what|which|who|whom|how|why|where)\b).)*?{_WHEN}"),
    ("time", rf"\b(?:what|which)(?: (?:is|was|are|were) the)?(?: [a-z]+)? {_MOMENT}\b"),
    ("money", rf"\bhow much\b.*\b(?:{_PAID})\b|\bwhat (?:do|does|did|must|should)\b.*\b(?:charge|cost|pay)\b"),
    ("money", rf"\bwhat (?:is|are|was|were) [^?]{{1,200}}\b(?:paid|charged)(?= (?:{_RATE})\b|\W*$)"),
    ("money", rf"\b(?:what|how much) (?:do|does|did|will|would)\b[^?]{{1,100}}?\b{_COMES_TO}"),
    ("money", r"\bhow much (?:do|does|did|will|would)\b[^?]{1,100}?\b(?:fetch|go for)\b"),
    ("money", rf"\b{_WHAT_IS} [^?]{{1,40}}?\b(?:(?:final|total|whole) (?:bill|charge)\b|{_BILL_FOR})"),
    ("money", rf"\b(?:what|which)\b(?! (?:{_OF_PRICES}|{_PRICES_DO}))(?: [\w'’-]+){{0,6}}? (?:{PRICE})\b"),
    ("money", rf"^{_KEYWORDS}(?:.*\b(?:{PRICE})\W*$|\W*(?:{PRICE}) (?:of|for)\b)"),
    ("count", r"\bhow many\b"),
    ("length", r"\bhow (?:tall|deep|wide|thick|thin|far)\b(?! (?:along|back|ahead|in advance))"),
    ("weight", r"\bhow (?:heavy\b|much\b[^?]{1,200}\bweigh(?:s|ed)?\b)"),
    ("age", r"\bhow old\b"),
    ("number", rf"\bhow (?:{_HOW})\b|\b(?:what|which)\b[^?]{{0,30}}?\b(?:{_COUNTABLE}|rate)\b"),
    ("name", rf"\b{_WHAT_IS}(?: (?:the|his|her|their|its))?(?: (?:full|real|first|last))? name of (?!{_OF_SOFTWARE})"),
    ("name", rf"^\W*{_WHAT_IS} [^?]{{1,200}}['’]s name\W*$"),
    ("name", rf"{_NO_OTHER}\b(?:(?:who|whom)(?!{_ENTITLED})|whose)\b|\b(?:what|which) (?:[a-z]+ )?(?:{_BEARER})\b"),
    ("code", rf"\b(?:what|which)(?:{_QUALIFIED}){{0,3}}? (?:{_CODED})\b(?! (?:{_OF_CODED})\b)"),
)
_ASKS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)

_SAID_BY: dict[Kind, str] = {
    "mail": "mail email address",
    "phone": "telephone phone fax number",
    "address": "address",
    "reference": "number reference code",
    "share": "percent percentage proportion share",
    "money": "cost price pay money pounds dollars euros pence",
    "time": "year date day month time when century decade",
    "count": "number",
    "weight": "weigh weight",
    "age": "age old",
    "number": "number amount total",
    "name": "person name",
}
_SAID = {kind: frozenset(stem(word) for word in said.split()) for kind, said in _SAID_BY.items()}


def kind_of(question: str) -> Kind:
    """The kind of what a question asks for."""
    return next((kind for kind, pattern in _ASKS if pattern.search(question)), "other")


def said_by(kind: Kind) -> frozenset[str]:
    """Stems of words that an answer of a kind stands for: `05:45` need not be called a time."""
    return _SAID.get(kind, frozenset())
