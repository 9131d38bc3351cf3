"""Thoughts: what a model writes between `<think>` and `</think>` before it answers, which is no answer."""

from __future__ import annotations

_BEGINS, _ENDS = "<think>", "</think>"


class Spoken:
    """Gives, of the pieces of a reply as they come, what is no thought: a reply may begin with one."""

    def __init__(self) -> None:
        self._held = ""
        self._speaks = False

    def of(self, piece: str) -> str:
        """What of all pieces so far may be shown, and was not yet."""
        if self._speaks:
            return piece
        self._held += piece
        begun = self._held.lstrip()
        if begun.startswith(_BEGINS):
            _, ended, rest = begun.partition(_ENDS)
            if not ended:
                return ""
            self._held = begun = rest.lstrip()  # a second thought may follow
        if _BEGINS.startswith(begun[: len(_BEGINS)]):
            return ""
        self._speaks = True
        return self._held

    def rest(self) -> str:
        """What is still held when the reply has ended: no thought, though it begins as one does (`<`)."""
        return "" if self._speaks or self._held.lstrip().startswith(_BEGINS) else self._held
