"""Signs: symbols and single letters that a question is about: `@`, the flag `T`, the `x` command.

They are no words, and stand in nearly every text as parts of words; a unit has one only where it stands by itself.
"""

from __future__ import annotations

import re

from qa.marked import is_code, stands

_SYMBOL = re.compile(r"(?<!\S)(?<!\d )([@#*^~|\\_]{1,2}|\^\w)(?![^\s?.,;:!])(?! \d)")
_QUOTED = re.compile(r"(?<!\w)[`‘'\"“]([^\s\w]{1,2}|[^\W\d_])[`’'\"”](?!\w)")
_CAPITAL = re.compile(r"(?<=[\w,:] )([B-HJ-Z])(?![\w.'’&/+#-])")
"""A single capital letter within a sentence that is no initial: `vitamin C`, but not `J. R. Stone`."""
_OF_LETTERS = "flag|option|switch|key|command|letter|column|class|grade|button|symbol|character|type|group|category"
_AFTER = re.compile(rf"\b(?:{_OF_LETTERS}) ([^\W\d_])(?![\w.'’&/+#-])", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:(?<=\bthe )([^\W\d_])|(?<= )([b-hj-z])) (?:{_OF_LETTERS})\b")
"""`the a command`; but `a command` names none."""
_ABOUT = 2.0
"""The weight of one that the question is about; `in C` says of what it speaks, and an answer need not say it again."""
_ARTICLES = frozenset("aAI")
_ENCLOSED = r"[`‘'\"“(\[<]{0}[`’'\"”)\]>]|^\s*{0}(?=[:.)\t=]|  )|\t{0}(?=\t|$)"
"""How a letter stands that is a word as well: in quotes, or at the beginning of a line as its label."""
_ALONE = r"(?<!\w)(?<!\w['’]){0}(?!\w)(?!['’]\w)"


def signs(question: str) -> dict[str, float]:
    """The symbols and single letters that a question names, and how much each counts beside a word."""
    found: dict[str, float] = {}
    for pattern in (_CAPITAL, _SYMBOL, _QUOTED, _AFTER, _BEFORE):
        weight = 1.0 if pattern is _CAPITAL else _ABOUT
        found |= {next(filter(None, match.groups())): weight for match in pattern.finditer(question)}
    return found


def has_sign(sign: str, text: str) -> bool:
    """Whether a sign, or a code, stands in a text by itself."""
    if is_code(sign):
        return stands(sign, text)
    form = _ENCLOSED if sign in _ARTICLES else _ALONE
    return re.search(form.format(re.escape(sign)), text, re.MULTILINE) is not None
