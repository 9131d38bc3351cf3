"""Mails: what frames them, from and to whom, when, and how they greet, answers only what is asked of that."""

from __future__ import annotations

import re
from collections.abc import Collection

from qa.kinds import Kind
from qa.words import stem

_FRAME = 0.3
"""What it costs a unit that it says only from and to whom a mail is, or greets, where no such is asked for."""
_SENT = 0.45
"""What is added to who a mail is from where it is asked who wrote it, and to its date where it is asked when."""
_HEADER = re.compile(r"(?:> ?)*(From|To|Cc|Bcc|Date|Sent|Reply-To|Subject|Re|RE|Fwd?|FW|AW|WG): \S[^\n]*")
"""The last of them begin a subject, which stands alone."""
_NAME = r"[^\W\d_a-z][\w.’-]*(?: [^\W\d_a-z][\w.’-]*){0,2}"
_GREETING = re.compile(
    rf"(?-i:(?:> ?)+{_NAME})|"
    r"(?:> ?)*On [^\n]{5,80} wrote:(?:\s+> [^\n]{0,40})?|"
    r"(?:> ?)*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|to whom it may concern)\b[^.?!:\n]{0,60}[,!]?|"
    r"(?:> ?)*(?:(?:with|kind|kindest|best|warm|many|yours|all the)\b[^.?!:\n]{0,30})?\b"
    r"(?:regards|wishes|sincerely|faithfully|truly|thanks|cheers|best)[,!]?|"
    r"(?:many )?(?:thanks|thank you)(?: very much| so much)? for (?:your|the) (?:e-?mail|mail|letter|message|note|"
    r"request|enquir(?:y|ies)|inquir(?:y|ies)|call|reply|order|quick \w+)\b[^.?!:\n\d]{0,60}[.!]?",
    re.IGNORECASE,
)
"""A name alone that is quoted, who wrote what is quoted below, a greeting, thanks for a letter, and how a mail ends."""
_SIGNED = re.compile(_NAME)
_SIGNATURE = re.compile(
    r"(?:signed(?: by|:)|for and on behalf of)[^.?!\n]{0,80}|"
    r"(?-i:[^\W\d_a-z][\w.’-]*(?: [^\W\d_a-z][\w.’-]*){1,2},? (?:on )?\d{1,2} [A-Z][a-z]+ \d{4})",
    re.IGNORECASE,
)
"""Who signed, and when."""
_OF_SIGNATURES = frozenset(map(stem, ("sign", "signature", "date")))
_TOLD: dict[Kind, tuple[str, ...]] = {"name": ("From",), "time": ("Date", "Sent")}
"""Which header says who, and when."""
_WRITTEN = frozenset(map(stem, ("write", "author", "send", "sender")))
_OF_FRAMES_TEXT = "mail email recipient address subject copy cc date sign reply message"
_OF_FRAMES = _WRITTEN | frozenset(map(stem, _OF_FRAMES_TEXT.split()))


def is_header(text: str) -> bool:
    """Whether a unit says from or to whom a mail is, when it was sent, or what of."""
    return _HEADER.fullmatch(text) is not None


def framing(text: str, kind: Kind, terms: Collection[str], *, subject: bool = False, mail: bool = False) -> float:
    """What a unit gains or loses as a header, a subject, a greeting or a signature; 0 where it is none.

    Args:
        text: the unit's.
        kind: of what is asked for.
        terms: the stems of the question.
        subject: whether it stands alone over the headers.
        mail: whether it is of one for certain: there a name alone has signed.
    """
    if _SIGNATURE.fullmatch(text.rstrip(".")):
        return -_FRAME if _OF_SIGNATURES.isdisjoint(terms) else 0.0
    header = _HEADER.fullmatch(text)
    greets = _GREETING.fullmatch(text) or (mail and _SIGNED.fullmatch(text))
    if not subject and header is None and not greets:
        return 0.0
    if not (subject or header) and kind != "name":
        return -_FRAME
    if _OF_FRAMES.isdisjoint(terms):
        return -_FRAME
    return _SENT if header and header[1] in _TOLD.get(kind, ()) and not _WRITTEN.isdisjoint(terms) else 0.0
