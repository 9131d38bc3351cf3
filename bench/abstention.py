"""The threshold that the extractive provider abstains by: what each would do on several sets, and which to ship.

    python bench/abstention.py --home DIR FOLDER…   (each with a cases.jsonl and a corpus/, as ../shared/eval/* are, or
                                                     with a questions.jsonl and docs/, as data/samples is)

Every question is asked so that nothing is withheld, its support noted. The table has, for thresholds in steps, the
share of answerable questions that would be refused, that of those which text answers (all but the cases that say
`"text_answerable": false`: they need a picture), the share of right answers, and the share of unanswerable questions
refused. Of each set with no such questions they are made: its own, asked of all files but those that answer them, an
easier kind. Each set is asked some questions of the others, too (strangers), which have nothing to do with it. With
each set goes what the threshold would do to it at which none of the others refuses more than a tenth of what text
answers. At the one that is shipped the share of answers is told that are unsure, of right, wrong and unanswerable ones.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

del sys.path[0]  # bench/ingest.py is not the package

import numpy as np  # noqa: E402

import ibid  # noqa: E402
from ibid.evaluation.answers import holds  # noqa: E402
from ibid.evaluation.cases import Case, load_cases, resolve  # noqa: E402
from ibid.evaluation.corpus import corpus_folder, corpus_library, ingest_corpus, within  # noqa: E402
from qa.answering import Answerer  # noqa: E402
from qa.confidence import UNSURE  # noqa: E402
from qa.providers.extractive import ExtractiveProvider  # noqa: E402
from retrieval.database import Database  # noqa: E402

MOST = 0.10
STEPS = np.arange(1.0, 1.66, 0.05)
STRANGERS = 12
"""Questions of each other set."""


class Silent:
    """Progress that nobody looks at."""

    def __getattr__(self, name: str) -> object:
        return lambda *_, **__: None


@dataclass(frozen=True)
class Asked:
    """A case that was asked: its support, whether it has an answer, whether text tells it, and whether it was given."""

    support: float
    answerable: bool = False
    textual: bool = False
    right: bool = False
    strange: bool = False

    @property
    def near(self) -> bool:
        """Whether it has no answer, though it is asked of these documents."""
        return not self.answerable and not self.strange


def stands(texts: list[str], case: Case) -> bool:
    """Whether the right answers stand in the texts."""
    found = [any(holds(text, one) for one in item for text in texts) for item in case.answers or ()]
    return all(found) if case.answers_all else any(found)


def ask(answerer: Answerer, case: Case, paths: list[str], k: int, *, made: bool) -> list[Asked]:
    """Asks one case; where unanswerable ones are to be made, once more without the files that answer it."""
    files = [path for name in case.files if (path := resolve(name, paths))] if case.files else None
    answer = answerer.ask(case.question, k=k, files=files)
    textual = bool(case.other.get("text_answerable", True))
    found = [Asked(answer.support or 0.0, bool(case.answers), textual, stands([answer.text], case))]
    gold = {resolve(one.path, paths) for one in case.evidence}
    others = [path for path in paths if path not in gold]
    if made and gold and others and files is None:
        answer = answerer.ask(case.question, k=k, files=others)
        found.append(Asked(answer.support or 0.0, answerable=False, textual=textual, right=False))
    return found


def known(folder: Path) -> list[Case]:
    """The cases of a folder whose right answers are known."""
    file = folder / "questions.jsonl"
    return [case for case in load_cases(file if file.exists() else folder / "cases.jsonl") if case.answers is not None]


def some_of(folder: Path) -> list[str]:
    """Some questions of a folder, from the first to the last."""
    cases = known(folder)
    return [case.question for case in cases[:: max(len(cases) // STRANGERS, 1)][:STRANGERS]]


def asked(home: Path, folder: Path, strangers: list[str]) -> list[Asked]:
    """Asks the cases of a folder, those made here only where there are no others, and questions of other folders."""
    corpus = corpus_folder(str(folder / ("docs" if (folder / "questions.jsonl").exists() else "corpus")))
    cases = within(known(folder), corpus)
    with (
        ibid.open(home, settings={"qa.provider.withholds": False}) as library,
        corpus_library(library, corpus) as own,
    ):
        ingest_corpus(own, corpus, Silent())  # type: ignore[arg-type]  # looks like one
        database = Database(own.home.folder, readonly=True)  # nothing is kept
        try:
            answerer = own.answerer(database=database)
            paths, k = own.index().paths(), own.settings.retrieval.search.top_k
            made = all(case.answers for case in cases)
            found = [one for case in cases for one in ask(answerer, case, paths, k, made=made)]
            supports = [answerer.ask(question, k=k).support or 0.0 for question in strangers]
            return found + [Asked(one, strange=True) for one in supports]
        finally:
            database.close()


def share(found: list[bool]) -> str:
    """A share, or a dash of none."""
    return f"{sum(found) / len(found):6.3f}" if found else "     –"


def auroc(cases: list[Asked]) -> str:
    """How often an answerable case has the higher support."""
    ours = np.array([case.support for case in cases if case.answerable])[:, None]
    theirs = np.array([case.support for case in cases if case.near])[None, :]
    pairs = (ours > theirs) + 0.5 * (ours == theirs)
    return f"{pairs.mean():.3f}" if pairs.size else "–"


def table(name: str, cases: list[Asked]) -> None:
    """Prints what each threshold does on one set."""
    print(f"\n{name}: {len(cases)} asked, AUROC {auroc(cases)}")
    print("threshold  refused  …that text answers   right  abstention recall  strangers")
    for step in STEPS:
        told = row(cases, float(step))
        print(f"{step:9.2f}   {told[0]}              {told[1]}  {told[2]}             {told[3]}         {told[4]}")


def row(cases: list[Asked], threshold: float) -> tuple[str, str, str, str, str]:
    """What a threshold does: refused, refused of what text answers, right, abstention recall, and that of strangers."""
    ours = [case for case in cases if case.answerable]
    return (
        share([case.support < threshold for case in ours]),
        share([case.support < threshold for case in ours if case.textual]),
        share([case.right and case.support >= threshold for case in ours]),
        share([case.support < threshold for case in cases if case.near]),
        share([case.support < threshold for case in cases if case.strange]),
    )


def unsure(cases: list[Asked], threshold: float) -> tuple[str, str, str, str]:
    """Of the answers given the share that are unsure: of right and wrong ones, the unanswerable, strangers."""
    given = [(case, case.support < threshold + UNSURE) for case in cases if case.support >= threshold]
    return (
        share([little for case, little in given if case.answerable and case.right]),
        share([little for case, little in given if case.answerable and not case.right]),
        share([little for case, little in given if case.near]),
        share([little for case, little in given if case.strange]),
    )


def chosen(sets: list[list[Asked]]) -> float:
    """The highest threshold, in hundredths, at which no set refuses more than `MOST` of what text answers."""
    limits = [np.quantile([case.support for case in cases if case.answerable and case.textual], MOST) for cases in sets]
    return float(np.floor(min(limits) * 100) / 100)


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--home", type=Path, help="kept for the next run; by default a temporary one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        sets = {}
        for folder in given.folders:
            strangers = [question for other in given.folders if other != folder for question in some_of(other)]
            sets[folder.name] = asked(given.home or Path(temporary) / ".ibid", folder, strangers)
    for name, cases in sets.items():
        table(name, cases)
    shipped = ExtractiveProvider().threshold
    print(
        f"\nat the shipped threshold, {shipped:.2f}: refused, of what text answers, right, abstention recall, strangers"
    )
    print("(AUROC; of the answers given unsure: right, wrong, unanswerable, strangers)")
    for name, cases in sets.items():
        print(f"{name:20}", *row(cases, shipped), f" ({auroc(cases)};", *unsure(cases, shipped), ")")
    print(f"\nat most {MOST:.0%} refused of what text answers, on every set: {chosen(list(sets.values())):.2f}")
    for name, cases in sets.items() if len(sets) > 1 else ():
        threshold = chosen([other for one, other in sets.items() if one != name])
        print(f"{name:20}", *row(cases, threshold), f" by the others' threshold, {threshold:.2f}")


if __name__ == "__main__":
    main()
