"""What `ibid eval` does with its options: chooses the cases, asks them, has them judged, compares, writes files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ibid.cli.common import counted, options_of, remark
from ibid.cli.progress import progress

if TYPE_CHECKING:
    from ibid.evaluation.abstaining import Calibration
    from ibid.evaluation.cases import Case
    from ibid.evaluation.comparing import Comparison, Run
    from ibid.evaluation.judge import Judgements
    from ibid.evaluation.kept import Kept
    from ibid.evaluation.run import Evaluation
    from ibid.library import Library
    from qa.providers import Provider
    from retrieval.types import SyncReport


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    cases: Path
    corpus: str | None
    answers: bool
    calibrate: bool
    out: str | None
    baseline: str | None
    html: str | None
    judge: bool
    judge_model: str | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it."""

    evaluation: Evaluation
    report: SyncReport | None
    judgements: Judgements | None = None
    calibration: Calibration | None = None
    comparison: Comparison | None = None
    settings: str = ""
    """A calibrated threshold as a settings file."""
    kept: int = 0
    """Answers that an earlier run had made."""


def check(wanted: Wanted) -> None:
    """Refuses options that do not go together."""
    from ingest.errors import UsageError

    for given, name in ((wanted.calibrate, "--calibrate"), (wanted.judge, "--judge")):
        if given and not wanted.answers:
            raise UsageError(f"{name} needs answers, and --retrieval-only makes none", hint="leave one of them out")
    if wanted.out and not wanted.calibrate:
        raise UsageError("--out is where --calibrate writes its settings", hint="give --calibrate, too")


def chosen_cases(file: Path, where: Sequence[tuple[str, str]]) -> list[Case]:
    """The cases of a file that `--where` leaves."""
    from ibid.evaluation.cases import load_cases
    from ingest.errors import UsageError

    chosen = load_cases(file, where=where)
    if where and not chosen:
        conditions = ", ".join(f"{key}={value}" for key, value in where)
        raise UsageError(
            f"no case of {str(file)!r} has {conditions}", hint="--where takes a key of the cases and its value"
        )
    say_unread(chosen)
    return chosen


def say_unread(cases: Sequence[Case]) -> None:
    """Says which keys of the cases' evidence mean nothing: what they hold is not looked at."""
    keys = ", ".join(repr(key) for key in dict.fromkeys(key for case in cases for key in case.unread))
    if keys:
        remark(f"evidence is judged without {keys}: a place is a file with span, box, page, pointers or rows")


def baseline_of(wanted: Wanted, chosen: Sequence[Case]) -> Run | None:
    """The earlier run that `--baseline` names; it must share cases with this one."""
    from ibid.evaluation.comparing import check_shared, load_baseline

    if not wanted.baseline:
        return None
    before = load_baseline(Path(wanted.baseline).expanduser())
    check_shared(before, [case.id for case in chosen])
    return before


def judging_model(library: Library, wanted: Wanted) -> Provider | None:
    """The model that is to judge, where one is asked for."""
    from ibid import parts
    from ibid.evaluation.judge import model

    return model(parts.provider(library.settings), wanted.judge_model) if wanted.judge else None


def check_calibration(library: Library, chosen: Sequence[Case]) -> None:
    """Refuses to calibrate what cannot be: a provider without a threshold, or cases of one kind only."""
    from ibid import parts
    from ibid.evaluation.calibrating import check

    check(parts.provider(library.settings), chosen)


@contextmanager
def asked(library: Library, wanted: Wanted) -> Iterator[tuple[Library, SyncReport | None]]:
    """What is asked: the collection as it stands, or the corpus' own, brought up to date."""
    if wanted.corpus is None:
        yield library, None
        return
    from ibid.evaluation.corpus import corpus_folder, corpus_library, ingest_corpus

    folder = corpus_folder(wanted.corpus)
    with corpus_library(library, folder) as own:
        with progress() as shown:
            report = ingest_corpus(own, folder, shown)
        for failed in report.failed:
            remark(f"failed: {failed.path}: {failed.error}")
        for part in report.partial:
            remark(f"partial: {part.path}: {part.reason}")
        yield own, report


def found_in(
    library: Library, chosen: list[Case], wanted: Wanted, report: SyncReport | None, by: Provider | None
) -> Found:
    """Asks the cases, and has the answers judged."""
    from ibid import parts
    from ibid.evaluation import calibrating
    from ibid.evaluation.corpus import within

    provider = parts.provider(library.settings)
    if wanted.corpus is not None:
        chosen = within(chosen, library.home.root)
    kept = _kept(library, chosen, wanted, provider) if wanted.answers and provider.generates else None
    evaluation = _evaluated(library, chosen, wanted, kept)
    found = Found(evaluation, report, kept=kept.reused if kept else 0)
    if wanted.calibrate:
        calibration = calibrating.calibration(evaluation, provider)
        written = calibrating.as_yaml(calibration, provider, cases=wanted.cases.name)
        found = replace(found, calibration=calibration, settings=written)
    return found if by is None else replace(found, judgements=_judged(library, evaluation, wanted, by))


def _kept(library: Library, chosen: list[Case], wanted: Wanted, provider: Provider) -> Kept | None:
    from ibid.evaluation.kept import kept_answers

    if not library.home.writable:
        remark("the home is read-only: answers are not kept, and a run that is stopped begins anew")
        return None
    forget = [case.question for case in chosen] if wanted.fresh else []
    return kept_answers(library, wanted.cases, provider, forget=forget)


def _evaluated(library: Library, chosen: list[Case], wanted: Wanted, kept: Kept | None) -> Evaluation:
    from ibid.evaluation.evaluate import evaluate

    try:
        with progress() as shown:
            shown.stage("asking", len(chosen))
            evaluation = evaluate(
                library,
                chosen,
                answers=wanted.answers,
                advance=shown.advance,
                kept=kept,
                calibrating=wanted.calibrate,
            )
    except BaseException:
        if kept is not None and kept.written + kept.reused:
            done = f"{kept.written + kept.reused} of {counted(len(chosen), 'answer')}"
            remark(f"{done} are kept; the same command goes on from there")
        raise
    if kept is not None and kept.reused:
        remark(f"{kept.reused} of {counted(len(chosen), 'answer')} are of an earlier run; --fresh asks anew")
    if evaluation.unknown_files:
        names = evaluation.unknown_files
        some = f"1 file that the cases name is not indexed: {names[0]!r}"
        more = f"{len(names)} files that the cases name are not indexed, such as {names[0]!r}"
        remark(some if len(names) == 1 else more)
    return evaluation


def _judged(library: Library, evaluation: Evaluation, wanted: Wanted, by: Provider) -> Judgements:
    from ibid.evaluation.judge import VERSION, Judge
    from ibid.evaluation.kept import kept_judgements
    from ibid.evaluation.ledger import ledger

    kept = None
    if library.home.writable:
        said = (VERSION, by.component_name, by.model_dump(mode="json"))
        asked = [result.case.question for result in evaluation.results] if wanted.fresh else []
        kept = kept_judgements(library, wanted.cases, said, forget=asked)
    with progress() as shown, ledger(library, by) as spent:
        shown.stage("judging", len(evaluation.results))
        return Judge(by, library.embedder, kept, spent).run(evaluation.results, advance=shown.advance)


def compared(before: Run, evaluation: Evaluation) -> Comparison:
    """This run against the baseline."""
    from ibid.evaluation.comparing import compare
    from ibid.evaluation.names import SHOWN
    from ibid.evaluation.shapes import recorded

    return compare(before, recorded(evaluation.results), SHOWN)


def write_files(collection: str, wanted: Wanted, found: Found) -> None:
    """Writes the files that are asked for."""
    from ibid.evaluation.calibrating import write

    if wanted.out:
        write(Path(wanted.out).expanduser(), found.settings, option="--out")
    if wanted.html:
        from ibid.evaluation.report import Report, page_of
        from ibid.evaluation.report_cases import Opening

        report = Report(
            found.evaluation,
            cases=wanted.cases.name,
            opening=Opening(options_of().home, collection),
            comparison=found.comparison,
            calibration=found.calibration,
            judgements=found.judgements,
        )
        write(Path(wanted.html).expanduser(), page_of(report), option="--html")
