"""`ibid cases`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ibid.cli.common import (
    EXIT_FAILED,
    GLOBAL_OPTIONS,
    GlobalCommand,
    clean,
    counted,
    emit,
    examples,
    one_line,
    open_library,
    options_of,
    remark,
    say,
)
from ibid.cli.progress import progress

if TYPE_CHECKING:
    from ibid.evaluation.drafting import CaseFile
    from ibid.evaluation.generating import Generated
    from ibid.library import Library


class _Group(click.Group):
    """Takes the global options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += GLOBAL_OPTIONS()


@click.group(
    cls=_Group,
    name="cases",
    short_help="Write a case file over your documents.",
    epilog=examples(
        "ibid cases new questions.jsonl", "ibid cases new --generate 20", "ibid eval questions.jsonl --retrieval-only"
    ),
)
def command() -> None:
    """Write a case file: questions about your own documents, with the places that answer them."""


@command.command(
    cls=GlobalCommand,
    name="new",
    short_help="Add cases to a file.",
    epilog=examples(
        "ibid cases new",
        "ibid cases new questions.jsonl --corpus docs/",
        "ibid cases new generated.jsonl --generate 20 --set qa.provider.name=openai --set qa.provider.model=gpt-5-mini",
        "ibid tune questions.jsonl --corpus docs/",
    ),
)
@click.argument("file", default="cases.jsonl")
@click.option("--corpus", metavar="DIR", help="Ingest this folder as `ibid eval` does, and ask that.")
@click.option("-k", "k", type=click.IntRange(1, 100), default=5, show_default=True, metavar="N", help="Hits at once.")
@click.option("--type", "kind", metavar="TEXT", help="The cases' type; otherwise the file's suffix.")
@click.option("--generate", type=click.IntRange(1, 10_000), metavar="N", help="Have the model of the settings make N.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Which passages it is given.")
def new(file: str, corpus: str | None, k: int, kind: str | None, generate: int | None, seed: int) -> int:
    """Add cases to a case file (cases.jsonl): one JSON object a line, as `ibid eval` and `ibid tune` read them.

    You type a question, pick the hits that answer it and the sentence of each, and type the answer. With --generate
    the language model of the settings suggests questions about passages drawn by chance; a suggestion is taken where
    its answer stands in the passage, and is marked as generated: read them before you rely on them.
    """
    from ibid.evaluation.drafting import CaseFile

    cases = CaseFile(Path(file).expanduser())
    with open_library() as library, _asked(library, corpus) as own:
        if generate is not None:
            return _generate(own, cases, generate, kind=kind, seed=seed)
        own.index()  # says now that nothing is indexed
        _talk(own, cases, k=k, kind=kind)
    if options_of().json:
        emit({"file": str(cases.file), "written": cases.written})
    elif cases.written:
        say(f"{counted(len(cases.written), 'case')} written to {one_line(str(cases.file))}")
    return 0


@contextmanager
def _asked(library: Library, corpus: str | None) -> Iterator[Library]:
    """What is asked: the collection as it stands, or a corpus' own."""
    if corpus is None:
        yield library
        return
    from ibid.evaluation.corpus import corpus_folder, corpus_library, ingest_corpus

    folder = corpus_folder(corpus)
    with corpus_library(library, folder) as own:
        with progress() as shown:
            report = ingest_corpus(own, folder, shown)
        for failed in report.failed:
            remark(f"failed: {failed.path}: {failed.error}")
        yield own


def _talk(library: Library, cases: CaseFile, *, k: int, kind: str | None) -> None:
    from ibid.evaluation.dialogue import Dialogue

    Dialogue(library, cases, _ask, _show, k, kind).run()


def _ask(prompt: str) -> str | None:
    """A line of stdin; the prompt is for a terminal."""
    if sys.stdin.isatty():
        click.echo(click.style(prompt, bold=True), err=True, nl=False)
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def _show(text: str) -> None:
    """A line of the dialogue; with --json stdout is for the object alone."""
    click.echo(clean(text), err=options_of().json)


def _generate(library: Library, cases: CaseFile, count: int, *, kind: str | None, seed: int) -> int:
    from ibid import parts
    from ibid.evaluation.generating import Generator, reasons
    from ingest.errors import UsageError

    provider = parts.provider(library.settings)
    if not provider.generates:
        raise UsageError(
            f"--generate needs a language model, and the provider {provider.component_name!r} quotes only",
            hint="name one: --set qa.provider.name=openai --set qa.provider.model=…; or leave --generate out",
        )
    with progress() as shown:
        shown.stage("generating", count)
        maker = Generator(library.index(), provider, library.embedder, seed)
        found = maker.run(count, cases, kind=kind, advance=shown.advance)
    if options_of().json:
        emit(_shape(cases, found, provider.cost(found.usage)))
    else:
        _say_generated(cases, found, reasons(found.refused), provider.cost(found.usage))
    return 0 if len(found.written) == count else EXIT_FAILED


def _shape(cases: CaseFile, found: Generated, cost: float | None) -> dict[str, Any]:
    return {
        "file": str(cases.file),
        "written": cases.written,
        "refused": found.refused,
        "usage": {"input_tokens": found.usage.input_tokens, "output_tokens": found.usage.output_tokens},
        "cost": cost,
    }


def _say_generated(cases: CaseFile, found: Generated, refused: list[str], cost: float | None) -> None:
    say(f"{counted(len(found.written), 'case')} written to {one_line(str(cases.file))}, marked as generated: read them")
    for why in refused:
        say(f"not taken: {why}")
    price = "" if cost is None else f", {cost:.4f} in all"
    say(f"{found.usage.input_tokens:,} tokens sent, {found.usage.output_tokens:,} received{price}")
