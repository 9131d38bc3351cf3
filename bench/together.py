"""What a set of questions loses when its documents stand among those of other sets: each alone, then all in one.

    python bench/together.py --home DIR FOLDER…   (each with a cases.jsonl and a corpus/, as ../shared/eval/* are, or
                                                   with a questions.jsonl and docs/, as data/samples is)

Each folder is ingested into a collection of its own, and all into one more; equal texts are embedded once. Every case
with evidence is searched for in both, but those that say `"text_answerable": false`; the difference is by the paired
bootstrap over cases.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

del sys.path[0]  # bench/ingest.py is not the package

import ibid  # noqa: E402
from ibid.evaluation.bootstrap import difference  # noqa: E402
from ibid.evaluation.cases import Case, load_cases, resolve  # noqa: E402
from ibid.evaluation.corpus import corpus_library, within  # noqa: E402
from ibid.evaluation.run import Runner  # noqa: E402
from ibid.home import Home  # noqa: E402
from ibid.library import Library  # noqa: E402

METRICS = ("hit@1", "hit@5", "file_hit@5", "answer_in_hits@5", "char_recall@500t", "char_recall@1000t")
Found = dict[str, dict[str, float]]


def corpus_of(folder: Path) -> Path:
    """The documents of a set."""
    return folder / ("docs" if (folder / "questions.jsonl").exists() else "corpus")


def cases_of(folder: Path) -> list[Case]:
    """The cases of a set that text answers, with where they are answered."""
    sample = folder / "questions.jsonl"
    cases = within(load_cases(sample if sample.exists() else folder / "cases.jsonl"), corpus_of(folder))
    return [case for case in cases if case.evidence and case.other.get("text_answerable", True)]


def searched(library: Library, cases: list[Case]) -> Found:
    """Of each metric the scores of the cases that have it."""
    search = library.settings.retrieval.search
    runner = Runner(library.index(), embedder=library.embedder, asker=None, search=search)
    results = runner.run(cases, advance=lambda: None).results
    return {
        metric: {one.case.id: float(value) for one in results if (value := one.scores.get(metric)) is not None}
        for metric in METRICS
    }


def among_all(cases: list[Case], paths: list[str], prefix: str) -> list[Case]:
    """The cases with their files named as the collection of all has them."""
    own = [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]

    def named(name: str) -> str:
        return prefix + (resolve(name, own) or name)

    return [
        replace(
            case,
            evidence=tuple(replace(one, path=named(one.path)) for one in case.evidence),
            files=tuple(map(named, case.files)),
        )
        for case in cases
    ]


def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--home", type=Path, help="kept for the next run; by default a temporary one")
    given = parser.parse_args()
    folders = [folder.resolve() for folder in given.folders]
    corpora = [corpus_of(folder) for folder in folders]
    root = Path(os.path.commonpath(corpora))
    with tempfile.TemporaryDirectory() as temporary, ibid.open(given.home or Path(temporary) / ".ibid") as library:
        alone = {}
        for folder in folders:
            with corpus_library(library, corpus_of(folder)) as own:
                own.ingest(corpus_of(folder), prune=True)
                alone[folder] = searched(own, cases_of(folder))
        with Library(Home(library.home.folder, root), library.loaded, collection="together") as every:
            every.ingest(*corpora, prune=True)
            paths = every.index().paths()
            print(f"{len(paths)} documents\n\n| set | metric | alone | in one | difference |\n|---|---|---|---|---|")
            for folder in folders:
                prefix = f"{corpus_of(folder).relative_to(root).as_posix()}/"
                table(folder.name, alone[folder], searched(every, among_all(cases_of(folder), paths, prefix)))


def table(name: str, alone: Found, together: Found) -> None:
    """Prints a set's metrics."""
    for metric in METRICS:
        change = difference(together[metric], alone[metric])
        if change is None:
            continue
        means = [sum(found[metric].values()) / len(found[metric]) for found in (alone, together)]
        told = f"{change.mean:+.3f} [{change.low:+.3f}, {change.high:+.3f}]"
        print(f"| {name} | {metric} | {means[0]:.3f} | {means[1]:.3f} | {told} |", flush=True)


if __name__ == "__main__":
    main()
