"""A calibrated threshold: whether it can be found, and as a settings file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ibid.evaluation.abstaining import MOST_REFUSED, Calibration, Point, calibrated
from ibid.evaluation.cases import Case
from ibid.evaluation.evaluate import THRESHOLD
from ibid.evaluation.run import Evaluation
from ingest.errors import UsageError
from qa.providers import Provider

FEW = 20
"""With fewer cases of either kind a threshold is a guess."""


def check(provider: Provider, cases: Sequence[Case]) -> None:
    """Refuses what cannot be calibrated, before anything is asked.

    Raises:
        UsageError: the provider weighs nothing, or cases of one kind are missing.
    """
    if THRESHOLD not in type(provider).model_fields:
        raise UsageError(
            f"--calibrate: the provider {provider.component_name!r} has no threshold to abstain by",
            hint="it is for `qa.provider.name: extractive`",
        )
    kinds = [bool(case.answers) for case in cases if case.answers is not None]
    if all(kinds) or not any(kinds):
        kind, written = ("unanswerable", '"answers": []') if any(kinds) else ("answerable", '"answers": ["…"]')
        raise UsageError(
            f"--calibrate: there are no {kind} questions among the cases ({written})",
            hint=f"it needs both kinds, {FEW} or more of each: questions that the documents answer, and such as they "
            "do not",
        )


def calibration(evaluation: Evaluation, provider: Provider) -> Calibration:
    """The threshold to use, from cases that were asked so that nothing is withheld."""
    cases = [one for result in evaluation.results if (one := result.unwithheld)]
    return calibrated(cases, float(getattr(provider, THRESHOLD)))


def as_yaml(found: Calibration, provider: Provider, *, cases: str) -> str:
    """The threshold as a settings file, with what it rests on in comments."""
    import yaml

    tree = {"qa": {"provider": {"name": provider.component_name, THRESHOLD: found.chosen.threshold}}}
    origin = f"Written by `ibid eval --calibrate` from {' '.join(cases.split())!r}"
    comments = [f"{origin}; give it to --config, or copy it into ibid.yaml.", *in_words(found)]
    said = "".join(f"# {line}\n" for line in comments)
    return said + yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)


def in_words(found: Calibration) -> list[str]:
    """What the threshold does, beside that in force and the one that would be best without a limit."""
    chosen, present, best = found.chosen, found.at_present, found.best
    told = [f"{_named(chosen.threshold)}: {_does(chosen)}."]
    told.append(f"Now {_named(found.present)}: {_does(present)}.")
    if (best.false_refusals or 0) > MOST_REFUSED and best.balanced > chosen.balanced:
        told.append(
            f"Without the limit of {MOST_REFUSED:.0%} refused {_named(best.threshold)} would do best: {_does(best)}."
        )
    told.append(f"From {found.answerable} answerable and {found.unanswerable} unanswerable questions.")
    if min(found.answerable, found.unanswerable) < FEW:
        told.append(f"Fewer than {FEW} of a kind: take it for a hint.")
    return told


def _named(threshold: float | None) -> str:
    return f"threshold {threshold:g}"


def _does(point: Point) -> str:
    refused, abstained = point.false_refusals or 0.0, point.abstention_recall or 0.0
    return (
        f"refuses {refused:.1%} of the answerable questions, abstains on {abstained:.1%} of the others "
        f"(balanced accuracy {point.balanced:.3f})"
    )


def write(file: Path, text: str, *, option: str) -> None:
    """Writes a file that an option names.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{option}: {str(file)!r} cannot be written: {error.strerror}") from error
