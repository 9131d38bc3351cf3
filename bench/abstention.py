"""The threshold that the extractive provider abstains by: what each would do on several sets, and which to ship.

    python bench/abstention.py --home DIR FOLDER…   (each with a cases.jsonl and a corpus/, as ../shared/eval/* are)

Every question is asked with a threshold of 0, its support noted. The table has, for thresholds in steps, the share of
answerable questions that would be refused (of each type that is looked at), the share of right answers, and the share
of unanswerable ones refused. The one to ship is the highest at which no set refuses more than a tenth of the
answerable questions whose right answer stands in what was read: one that no quote can answer is rightly refused.
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
from retrieval.database import Database  # noqa: E402

MOST = 0.10
STEPS = np.arange(0.8, 1.41, 0.05)


class Silent:
    """Progress that nobody looks at."""

    def __getattr__(self, name: str) -> object:
        return lambda *_, **__: None


@dataclass(frozen=True)
class Asked:
    """A case that was asked: its support, whether it has an answer, whether that was read, and whether it was given."""

    support: float
    answerable: bool
    read: bool
    right: bool


def stands(texts: list[str], case: Case) -> bool:
    """Whether the right answers stand in the texts."""
    found = [any(holds(text, one) for one in item for text in texts) for item in case.answers or ()]
    return all(found) if case.answers_all else any(found)


def ask(answerer: Answerer, case: Case, paths: list[str], k: int) -> Asked:
    """Asks one case."""
    files = [path for name in case.files if (path := resolve(name, paths))] if case.files else None
    answer = answerer.ask(case.question, k=k, files=files)
    read = stands([hit.text for hit in answer.hits], case)
    return Asked(answer.support or 0.0, bool(case.answers), read, stands([answer.text], case))


def asked(home: Path, folder: Path) -> list[Asked]:
    """Asks the cases of a folder whose right answers are known."""
    corpus = corpus_folder(str(folder / "corpus"))
    cases = [case for case in within(load_cases(folder / "cases.jsonl"), corpus) if case.answers is not None]
    with (
        ibid.open(home, settings={"qa.provider.threshold": 0}) as library,
        corpus_library(library, corpus) as own,
    ):
        ingest_corpus(own, corpus, Silent())  # type: ignore[arg-type]  # looks like one
        database = Database(own.home.folder, readonly=True)  # nothing is kept
        try:
            answerer = own.answerer(database=database)
            paths, k = own.index().paths(), own.settings.retrieval.search.top_k
            return [ask(answerer, case, paths, k) for case in cases]
        finally:
            database.close()


def share(found: list[bool]) -> str:
    """A share, or a dash of none."""
    return f"{sum(found) / len(found):6.3f}" if found else "     –"


def auroc(cases: list[Asked]) -> str:
    """How often an answerable case has the higher support."""
    ours = np.array([case.support for case in cases if case.answerable])[:, None]
    theirs = np.array([case.support for case in cases if not case.answerable])[None, :]
    pairs = (ours > theirs) + 0.5 * (ours == theirs)
    return f"{pairs.mean():.3f}" if pairs.size else "–"


def table(name: str, cases: list[Asked]) -> None:
    """Prints what each threshold does on one set."""
    print(f"\n{name}: {len(cases)} cases, AUROC {auroc(cases)}")
    print("threshold  refused  …that were read   right  abstention recall")
    for step in STEPS:
        ours = [case for case in cases if case.answerable]
        refused = share([case.support < step for case in ours])
        read = share([case.support < step for case in ours if case.read])
        right = share([case.right and case.support >= step for case in ours])
        recall = share([case.support < step for case in cases if not case.answerable])
        print(f"{step:9.2f}   {refused}           {read}  {right}             {recall}")


def chosen(sets: list[list[Asked]]) -> float:
    """The highest threshold, in hundredths, at which no set refuses more than `MOST` of what it could answer."""
    limits = [np.quantile([case.support for case in cases if case.answerable and case.read], MOST) for cases in sets]
    return float(np.floor(min(limits) * 100) / 100)


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--home", type=Path, help="kept for the next run; by default a temporary one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        sets = {folder.name: asked(given.home or Path(temporary) / ".ibid", folder) for folder in given.folders}
    for name, cases in sets.items():
        table(name, cases)
    print(f"\nat most {MOST:.0%} refused of what could be answered, on every set: {chosen(list(sets.values())):.2f}")


if __name__ == "__main__":
    main()
