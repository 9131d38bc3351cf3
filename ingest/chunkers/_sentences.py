"""Sentences, clauses and words: where a text of any language may be parted, found by rule, in one pass.

English comes first: its abbreviations, initials and numbers do not end a sentence. Full stops of other scripts do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.spans import Level

_CLOSE = "\"'”’»)\\]」』）】》〉"
_CANDIDATE = re.compile(rf"(?<![.!?…؟۔])(?P<stop>[.!?…؟۔]+[{_CLOSE}]*)\s+|(?P<full>[。！？｡।॥]+[{_CLOSE}]*)\s*|\n\s*")
_FIRST = re.compile(r"[.!?…؟۔。！？｡।॥\n]")
"""What a candidate begins with: looked for alone, it is found four times as fast."""
_CLAUSE = re.compile(rf"[,;:.!?—–)\]][{_CLOSE}]*\s+|[、，；：。！？｡][{_CLOSE}]*\s*|(?<!\s)\s+[—–]\s+|\n\s*")
_FIELD = re.compile(r";\s+|\n\s*")
_MEMBER = re.compile(r"\n(?=[^\s:;,][^\n:;,]{0,99}: )")
_WORD = re.compile(r"\s+")
_LINE = re.compile(r"\n\s*")
_NEXT = re.compile(r"[\"'“‘«(\[]*([^\W\d_]+)")
_BULLET = re.compile(r"(?:[-*•▪●◦‣·–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s")
_QUOTED = re.compile(r"(?:>[^\S\n]?)*")
"""Marks of a quoted line, in Markdown and mails."""
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}[.,]? )"
_NUMERIC = r"\d{1,2}[./-]\d{1,2}"
_FULL = rf"{_NUMERIC}[./-](?:\d\d){{1,2}}"
_ENTRY = re.compile(
    r"[\[(]?(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\d\d:\d\d:\d\d\b|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)"
    r"|\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:"
)
"""How a line of a log begins, by what programs write them: with date and time, or a web server's caller and these."""
_NOTED = re.compile(
    rf"(?:{_WEEKDAY}(?:{_FULL}|{_NUMERIC}|\d{{1,2}}\.? [A-Z][a-z]{{2,8}}(?: \d{{4}})?)|{_FULL}),? +\d{{1,2}}:\d\d\b"
    r"|\d{1,2}:\d\d(?:[-–]\d{1,2}:\d\d)?(?:  +| [-–] )(?=[A-ZÀ-Þ(])"
)
"""The same by what people write: `Thu 2/1 09:10`, `09:10  Mr Lind`."""
_CLOCK_TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+"
_NOBODY = (
    "NOTES?|NB|NOTA BENE|WARNING|CAUTION|DANGER|IMPORTANT|TIP|TODO|HINT|INFO|ERROR|DEBUG|FIXME|WHEREAS|RECITALS?|TOTAL|"
    "VAT|NAME|DATE|ADDRESS|PHONE|TEL|FAX|EMAIL|SUBJECT|RE|ISBN|HTTPS?|GET|POST|PUT|DELETE|SUMMARY|ABSTRACT|RESULTS?|"
    "METHODS?|CONCLUSIONS?|BACKGROUND|PURPOSE|SCOPE|RESOLVED|DECISION|ACTION|STATUS|ACHTUNG|HINWEIS|WICHTIG|REMARQUE"
)
_TITLED = "Mr|Mrs|Ms|Dr|Prof|Cllr|Sir|Dame|Judge|Justice"
_PARTS = "Interviewer|Interviewee|Moderator|Participant|Respondent|Speaker|Witness|Counsel|Chair|Host|Guest"
_SAYS = r"(?=\S[^\n]{0,2000}?[.!?…](?:[\s\"'”’)]|$))"
"""What is said is a sentence: `NAME: Anna Lind` is none."""
_TURN = re.compile(
    rf"{_CLOCK_TIME}\s+[A-ZÀ-Þ][\w.'’-]*(?: [\w.'’()-]+){{0,4}}: +(?=\S)|"
    rf"(?:(?!(?:{_NOBODY}):){_CAPITALS}(?: (?:{_CAPITALS}|[A-Z])){{0,3}}"
    rf"|(?:{_TITLED})\.? [A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+)?"
    rf"|(?:{_PARTS})(?: \w{{1,2}})?|[PRS]\d{{1,2}}): +{_SAYS}"
)
"""How a turn of a conversation begins: with who speaks, in capitals, by title or part, or after the time."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LOOK_BACK = 24
"""The longest word that is looked at before a full stop."""
_UNWRAPPED = 160
"""A longer line was not broken for its length: its end ends a paragraph."""
_NARROW = 60
"""Shorter lines than this share of it, or of the text's own width, do not fill their line: what follows is new."""
_FILLED = 0.6
_DAY = re.compile(r"\d{1,2}\.\d{1,2}")
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_PART = re.compile(r"(?:[IVXLC]+|[A-Z]|No)\b")
"""What has a number's place: Vol. II, Fig. A, Tel. No. 5."""
_ELLIPSIS = 4
"""Dots: more are no ellipsis with the full stop behind it."""
_LONG_WORD = 5
"""After a longer word with a full stop, a lower-case letter begins a sentence all the same: some write so."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set(
    "mr mrs ms dr prof rev hon st mt ft gen col maj capt cmdr lt sgt cpl pvt adm gov sen rep pres supt messrs mme mlle "
    "fr sr sra srta herr hr approx ca cf eg ie viz vs v al e.g i.e z.b d.h u.a bzw resp incl excl esp hrsg geb"
)
"""Never at a sentence's end."""
_NUMBERED = _set(
    "no nos nr fig figs sec secs sect ver art arts vol vols p pp ch chap chaps eq eqs ref refs tab tbl ex exs "
    "para paras pt pts app item cl col cols ed eds op sub reg regs tel fax ext rm bldg lot"
)
"""Before a number, part of it."""
_SHORTENED = _set(
    "inc ltd co corp llc plc bros spec qty temp dia misc dept univ assn assoc intl natl govt jr sr esq etc est min "
    "max avg jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun ave blvd rd hwy "
    "ln sq usw ph.d m.d b.a m.a u.s u.k u.n e.u a.m p.m d.c b.c a.d"
)
"""At a sentence's end only before a word that often begins one."""
_STARTERS = _set(
    "The This That These Those It He She We They You I In On At As An A And But For If When While After Before Since "
    "However There Here Our Their His Her Its My Your Such Some Many Most All Each Both No Not What Why How Who Where "
    "To From By With Under During Although Because Once Then Thus So Yet Moreover Furthermore Additionally "
    "Finally First Second Next Also Do Does Did Is Are Was Were Can Could Will Would Should May Please See"
)


def sentences(text: str) -> list[tuple[int, Level]]:
    """Where the sentences of a text begin, the first left out, and how well the text is parted there.

    A blank line, an entry of a log or a turn of a conversation, and a line that does not fill its width before another
    that begins anew, part it too.
    """
    found: list[tuple[int, Level]] = []
    width = -1.0
    line = 0
    length = len(text)
    for candidate in _candidates(text):
        end = candidate.end()
        if end >= length:
            break
        kind = candidate.lastgroup
        broken = text.find("\n", candidate.start(), end) >= 0
        if broken and (_BLANK_LINE.search(text, candidate.start(), end) or is_entry(text, end)):
            found.append((end, Level.BLOCK))
        elif kind is not None and (kind == "full" or is_end(text, candidate.start(), candidate["stop"], end)):
            found.append((end, Level.SENTENCE))
        elif broken:
            width = _width(text) if width < 0 else width
            if _is_new_line(text, candidate.start() - line, end, width=width):
                found.append((end, Level.SENTENCE))
        if broken:
            line = end
    return found


def _candidates(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while first := _FIRST.search(text, at):
        found = _CANDIDATE.match(text, first.start())
        at = found.end() if found else first.end()
        if found:
            yield found


def clauses(text: str) -> list[int]:
    """Where the clauses and lines of a text begin, the first left out."""
    return _after(_CLAUSE, text)


def members(text: str) -> list[int]:
    """Where lines `name: value` begin, the first left out: the members of a record of several lines."""
    return [found.end() for found in _MEMBER.finditer(text)]


def fields(text: str) -> list[int]:
    """Where the lines and the parts between semicolons begin, the first left out: a record's fields, key and value."""
    return _after(_FIELD, text)


def lines(text: str) -> list[tuple[int, Level]]:
    """Where the lines of a text begin, the first left out; lines after a blank one begin a block."""
    return [
        (match.end(), Level.BLOCK if _BLANK_LINE.match(match[0]) else Level.SENTENCE)
        for match in _LINE.finditer(text)
        if match.end() < len(text)
    ]


def words(text: str) -> list[int]:
    """Where the words of a text begin, the first left out."""
    return _after(_WORD, text)


def _after(pattern: re.Pattern[str], text: str) -> list[int]:
    """Where something stands after each match."""
    return [match.end() for match in pattern.finditer(text) if match.end() < len(text)]


def is_end(text: str, at: int, stop: str, following: int) -> bool:
    """Whether a stop before white space ends a sentence.

    Args:
        text: of which it is.
        at: where the stop begins.
        stop: full stops and the like, with what closes.
        following: where the next word begins.
    """
    after = text[following]
    if _is_leader(text, at, stop, following):
        return False
    if stop != ".":
        marks = stop.rstrip("\"'”’»)]」』）】》〉")
        if marks != ".":
            return not (after.islower() and (marks != stop or "." in marks or "…" in marks))
    word = text[max(0, at - _LOOK_BACK) : at].rsplit(None, 1)[-1:]
    return _is_end_after(word[0].lstrip("\"'“‘«([*_") if word else "", text, at, following) and (
        stop == "." or not after.islower()
    )


def _is_leader(text: str, at: int, stop: str, following: int) -> bool:
    """Whether dots lead from a name to its value: `Torque ........ 45 Nm`, `Torque . . . 45 Nm`."""
    if "\n" in text[at:following]:
        return False
    if at and text[at - 1].isspace() and stop == ".":
        return text[following] == "." or text.endswith(".", 0, at - 1)
    if set(stop) - {".", "…"}:
        return False
    many = len(stop) > _ELLIPSIS or (len(stop) > 1 and set(stop) == {"…"})
    value = text[following].isdigit() or text[following] in "$£€"
    return many or (value and (stop == "...." or (stop in ("...", "…") and at > 0 and text[at - 1].isspace())))


def _is_end_after(word: str, text: str, at: int, following: int) -> bool:
    """Whether the full stop after `word` ends a sentence."""
    after = text[following]
    lowered = word.lower()
    if lowered in _TITLES:
        return False
    if lowered in _NUMBERED:
        return not (after.isdigit() or after.islower() or after in "(§#+|" or _PART.match(text, following))
    if lowered in _SHORTENED or (len(word) == 1 and word.isalpha()) or _is_dotted(word):
        return _starts(text, following)
    if (_DAY.fullmatch(word) and _CLOCK.match(text, following)) or (after.isdigit() and lowered.endswith("str")):
        return False  # 21.11. 10:20, Torstr. 88
    if word.isdigit() and len(word) <= 3:
        return not _begins_line(text, at - len(word))
    return not after.islower() or len(word) >= _LONG_WORD


def _is_dotted(word: str) -> bool:
    """Whether a word has the form of `U.S` or `e.g`."""
    return len(word) > 2 and word[1] == "." and word.replace(".", "").isalpha()


def _starts(text: str, at: int) -> bool:
    """Whether a word that often begins a sentence stands here."""
    following = _NEXT.match(text, at)
    return following is not None and following[1] in _STARTERS


def _begins_line(text: str, at: int) -> bool:
    before = text[max(0, at - _LOOK_BACK) : at].rstrip(" \t*_")
    return not before or before.endswith("\n")


def _is_new_line(text: str, length: int, following: int, *, width: float) -> bool:
    """Whether the line that begins at `following`, after one of `length` characters, begins something new."""
    following = _after_marks(text, following)
    if length > _UNWRAPPED or _BULLET.match(text, following) or is_entry(text, following):
        return True
    return length < _FILLED * width and not text[following].islower()


def is_entry(text: str, at: int) -> bool:
    """Whether the line that begins there is an entry of a log, or a turn of a conversation: it goes on with nothing."""
    return _ENTRY.match(text, at) is not None or stands_alone(text, at)


def stands_alone(text: str, at: int) -> bool:
    """Whether the line that begins there says nothing of the next: somebody noted it at a time, or speaks."""
    return _TURN.match(text, at) is not None or _NOTED.match(text, at) is not None


def spoken(text: str) -> str:
    """What is said in a turn of a conversation, without who speaks; all of what is none."""
    label = _TURN.match(text)
    return text[label.end() :] if label else text


def _after_marks(text: str, at: int) -> int:
    """Where a line that begins there has its first character after its marks; where it begins if it has none."""
    marks = _QUOTED.match(text, at)
    return marks.end() if marks and marks.end() < len(text) else at


def _width(text: str) -> float:
    """The width that nine tenths of the lines keep within."""
    lengths = sorted(map(len, text.split("\n")))
    return max(_NARROW, min(lengths[len(lengths) * 9 // 10], _UNWRAPPED))
