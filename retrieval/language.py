"""Whether a text is mostly not English, told by its letters and its commonest words."""

from __future__ import annotations

import re
import unicodedata

_SAMPLE = 20_000
_WORD = re.compile(r"[^\W\d_]+")
_LEAST = 40
"""Fewer words tell nothing."""
_ENGLISH_WORDS = """
the of and to in is that for it with as was on be by at this are or from an which have has not but they their were
we you can will would been its
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_OTHERS_WORDS = """
der die das und ist nicht mit ein eine den von zu im des auf für sich dem le la les et est dans que qui pour une un
du pas sur ce au aux el los las y en por con para una se lo il di che è per non sono della nel da o os as do um uma
não com het een van niet dat zijn op te och att det som en på av ikke og til af jeg i w na nie się z że do jest ve
bir bu için ile
"""
_OTHERS = frozenset(_OTHERS_WORDS.split())


_ASKS_WORDS = "what who whom whose how when where why which do does did can could should may me my i a no he she"
_ASKS = _ENGLISH | frozenset(_ASKS_WORDS.split())
_QUESTION, _FOREIGN = 5, 2
"""Words: fewer are no question; and with fewer common ones of other languages it may be made of names."""


def asks_in_another_language(question: str) -> bool:
    """Whether a question is in another script, or has common words of other languages and none of English."""
    letters = [char for char in question if char.isalpha()]
    if letters and sum(map(_is_latin, letters)) < len(letters) / 2:
        return True
    words = [word.casefold() for word in _WORD.findall(question)]
    others = sum(word in _OTHERS - _ASKS for word in words)
    return len(words) >= _QUESTION and others >= _FOREIGN and _ASKS.isdisjoint(words)


def mostly_not_english(text: str) -> bool:
    """Whether most of a text is in another script, or has the common words of other languages and few of English."""
    sample = text[:_SAMPLE]
    letters = [char for char in sample if char.isalpha()]
    if len(letters) >= _LEAST and sum(map(_is_latin, letters)) < len(letters) / 2:
        return True
    words = [word.casefold() for word in _WORD.findall(sample)]
    if len(words) < _LEAST:
        return False
    english = sum(word in _ENGLISH for word in words) / len(words)
    others = sum(word in _OTHERS for word in words) / len(words)
    return english < 0.08 and others > 0.12 and others > 2 * english


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith("LATIN")
