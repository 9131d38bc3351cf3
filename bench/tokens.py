"""What leaves the machine: a conversation of ten turns over the 20-page sample report, in input tokens a turn.

    python bench/tokens.py [--markdown]

Left: "the whole file and the whole thread on every turn", as the Assistants API's file handling worked at worst:
system prompt, the report's text, all questions and answers so far, the question. It is counted (cl100k), not sent.
Right: what ibid would send with the default budgets: system prompt, history, sources and question together
(`ask --show-prompt`), counted with the same vocabulary. A turn's fact is "found" where it stands in what is sent, and
in the extractive answer.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT)  # not bench/, whose ingest.py would be taken for the package

import ibid  # noqa: E402

MODEL = {"qa.provider": {"name": "openai", "model": "gpt-5-mini", "base_url": "http://127.0.0.1:9/v1"}}
"""What the prompts are made for; nothing is sent."""


def holds(text: str, facts: list[str]) -> bool:
    """Whether all the facts stand in a text, white space and case aside."""
    plain = " ".join(text.split()).casefold()
    return all(" ".join(fact.split()).casefold() in plain for fact in facts)


def measured(conversation: dict[str, Any]) -> list[tuple[str, int, int, bool, bool]]:
    """Of each turn: the question, the tokens of everything, the tokens that ibid sends, its facts sent and answered."""
    report = ROOT / "data/samples/docs" / conversation["file"]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / ".ibid"
        with ibid.open(home) as library, ibid.open(home, settings=MODEL) as model:
            library.ingest(report)
            whole = library.text(report)
            thread: list[str] = []
            kept = None
            for turn in conversation["turns"]:
                preview = model.preview(turn["question"], conversation=kept, stream=True)  # as in `chat`
                answer = library.ask(turn["question"], conversation=kept)
                kept = answer.conversation
                everything = "\n".join([preview.messages[0].content, whole, *thread, turn["question"]])
                sent = "\n".join(message.content for message in preview.messages)
                facts = turn["expect"]
                tokens = model.count_provider_tokens(everything), preview.input_tokens
                rows.append((turn["question"], *tokens, holds(sent, facts), holds(answer.text, facts)))
                thread += [turn["question"], answer.text]
    return rows


def main() -> int:
    """Run the conversation, print a table, exit with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markdown", action="store_true", help="print the table as the README has it")
    args = parser.parse_args()
    os.environ.setdefault("OPENAI_API_KEY", "none")
    rows = measured(json.loads((ROOT / "bench/tokens_conversation.json").read_text(encoding="utf-8")))
    table = [("turn", "whole file", "ibid", "sent", "answered", "question")]
    for number, (question, theirs, ours, *found) in enumerate(rows, 1):
        table.append((str(number), f"{theirs:,}", f"{ours:,}", *("yes" if one else "NO" for one in found), question))
    for number, row in enumerate(table):
        print(f"| {' | '.join(row)} |" if args.markdown else "{:>4}  {:>10}  {:>5}  {:4}  {:8}  {}".format(*row))
        if args.markdown and number == 0:
            print("|--:|--:|--:|---|---|---|")
    theirs, ours = sum(row[1] for row in rows), sum(row[2] for row in rows)
    found = sum(row[3] for row in rows)
    print(f"all {theirs:,} against {ours:,} input tokens: {theirs / ours:.1f} times fewer; ", end="")
    print(f"at most {max(row[2] for row in rows):,} a turn; {found} of {len(rows)} facts sent, ", end="")
    print(f"{sum(row[4] for row in rows)} in the extractive answer")
    return int(max(row[2] for row in rows) > 1200 or theirs < 10 * ours or found < len(rows))


if __name__ == "__main__":
    sys.exit(main())
