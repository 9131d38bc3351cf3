"""Text of documents on its way to a language model: what would close our delimiters is made harmless."""

from __future__ import annotations

import re

_DELIMITER = re.compile(
    r"<(?=\s{0,9}/?\s{0,9}(?:sources?|passages?|s|system|user|assistant|start_of_turn|end_of_turn|bos|eos)\s{0,9}>|\||<\s{0,9}/?\s{0,9}sys)"
    r"|\[(?=\s{0,9}/?\s{0,9}(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\s{0,9}\])",
    re.IGNORECASE,
)
"""What would close our delimiters, or what chat templates separate turns with."""


def defuse(text: str) -> str:
    """Text of documents with every delimiter in it made harmless, and nothing else changed."""
    return _DELIMITER.sub(lambda found: "‹" if found[0] == "<" else "(", text)
