"""Evaluating a library: its collection asked by its own settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ibid import parts
from ibid.evaluation.asking import Asker
from ibid.evaluation.cases import Case
from ibid.evaluation.kept import Kept
from ibid.evaluation.ledger import ledger
from ibid.evaluation.run import Evaluation, Runner, evaluate_index
from ibid.library import Library
from qa.answering import Answerer
from qa.prompts import load
from qa.providers import Provider
from retrieval.database import Database

THRESHOLD = "threshold"
"""The option of a provider that weighs its sources, below which it abstains."""


def evaluate(
    library: Library,
    cases: Sequence[Case],
    *,
    answers: bool,
    advance: Callable[[], None],
    kept: Kept | None = None,
    calibrating: bool = False,
) -> Evaluation:
    """Asks the cases of a library's collection; the answers are not kept as conversations.

    Args:
        library: opened on the collection.
        cases: what is asked.
        answers: whether answers are made, or hits only found.
        advance: is called after each case.
        kept: where finished answers are, and go.
        calibrating: asks so that nothing is withheld, and withholds afterwards what is below the provider's threshold.

    Raises:
        NothingIndexedError: there is no such collection.
        UsageError: none of the files that the cases name is indexed.
    """
    index, search = library.index(), library.settings.retrieval.search
    if not answers:
        return evaluate_index(index, cases, embedder=library.embedder, search=search, advance=advance)
    with _asker(library, kept, calibrating=calibrating) as asker:
        return Runner(index, embedder=library.embedder, asker=asker, search=search).run(cases, advance=advance)


@contextmanager
def _asker(library: Library, kept: Kept | None, *, calibrating: bool) -> Iterator[Asker]:
    unkept = Database(library.home.folder, readonly=True)  # an answerer keeps nothing by it
    try:
        provider = parts.provider(library.settings)
        with ledger(library, provider) as spent:
            if not calibrating:
                yield Asker(library.answerer(database=unkept), library.settings.retrieval.search.top_k, kept, spent)
                return
            answerer = _answerer(library, unkept, provider.model_copy(update={"withholds": False}))
            threshold = float(getattr(provider, THRESHOLD))
            yield Asker(answerer, library.settings.retrieval.search.top_k, threshold=threshold)
    finally:
        unkept.close()


def _answerer(library: Library, database: Database, provider: Provider) -> Answerer:
    qa = library.settings.qa
    return Answerer(library.index(), database, provider, qa.budget, embedder=library.embedder, prompts=load(qa.prompt))
