"""The demo: the samples ingested into a temporary home, and one question per format answered."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import click

from ibid import resources
from ibid.cli.ask import say_citations
from ibid.cli.common import EXIT_FAILED, Options, clean, emit, one_line, remark, say
from ibid.cli.ingest import summary
from ibid.cli.progress import progress
from ibid.evaluation.cases import Case, load_cases
from ibid.home import Home
from ibid.library import Library
from ibid.settings import load
from ibid.shapes import answer_shape, report_shape


def run(options: Options) -> int:
    """Ingests and asks; the exit code is 1 where a sample cannot be read."""
    docs = resources.samples() / "docs"
    answers = []
    with tempfile.TemporaryDirectory(prefix="ibid-demo-") as folder:
        home = Home(Path(folder).resolve() / ".ibid", docs.resolve())
        loaded = load(home, config=options.config, options=options.sets)
        with Library(home, loaded, warn=remark) as library:
            if not options.json:
                say(f"ibid ingest {one_line(str(docs))}")
            with progress() as shown:
                report = library.ingest(docs, progress=shown)
            if not options.json:
                say(clean(summary(report)))
            for case in _one_per_format(load_cases(resources.samples() / "questions.jsonl")):
                answer = library.ask(case.question)
                answers.append(answer_shape(answer))
                if not options.json:
                    say()
                    say(click.style(f"ibid ask {case.question!r}", bold=True))
                    say(clean(answer.text))
                    say_citations(answer)
    if options.json:
        emit({"ingest": report_shape(report), "answers": answers})
    return EXIT_FAILED if report.failed or report.partial else 0


def _one_per_format(cases: list[Case]) -> Iterator[Case]:
    """The first answerable case about each document, at most one of each suffix and kind of question."""
    seen: set[tuple[str, str]] = set()
    for case in cases:
        if not case.answers or not case.evidence:
            continue
        name = PurePosixPath(case.evidence[0].path)
        key = (name.suffix, name.stem) if name.suffix == ".pdf" else (name.suffix, "")
        if key not in seen:
            seen.add(key)
            yield case
