"""Text of documents on its way to a language model: what would close our delimiters is made harmless."""

from __future__ import annotations

import re

_DELIMITER = re.compile(
    r"<(?=\s*+/?\s*+(?:sources?|passages?|s|system|user|assistant|start_of_turn|end_of_turn|bos|eos)\s*+>|\||"
    r"<\s*+/?\s*+sys)|"
    r"\[(?=\s*+/?\s*+(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\s*+\])",
    re.IGNORECASE,
)
"""What would close our delimiters, or what chat templates separate turns with."""


def defuse(text: str) -> str:
    """Text of documents with every delimiter in it made harmless, and nothing else changed."""
    return _DELIMITER.sub(lambda found: "‹" if found[0] == "<" else "(", text)
