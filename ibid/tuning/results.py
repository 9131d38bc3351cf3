"""What a sweep writes: the table, the object of `--json`, the best configuration as YAML, the plot, the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ibid.evaluation.bootstrap import Interval
from ibid.layers import Tree, put
from ibid.tuning.chart import Line, chart
from ibid.tuning.configuration import PRESENT
from ibid.tuning.judging import BUDGET, Judged, Verdict, in_words, reason
from ibid.tuning.picture import Picture
from ingest.errors import UsageError
from retrieval.metrics import TOKEN_BUDGETS

BEST, OBJECT, PLOT, PAGE = "best.yaml", "tune.json", "tune.png", "tune.html"
Cell = str | int | float | None
_MORE = {
    f"char_precision@{BUDGET}t": f"prec@{BUDGET}t",
    f"char_iou@{BUDGET}t": f"IoU@{BUDGET}t",
    "precision_omega": "prec Ω",
    "hit@5": "hit@5",
}
"""Shown beside the metric, where it applies to any case."""
LEGEND = (
    "→ chosen, = tied with the best; 250t: at so many tokens sent; tokens: stored; "
    "embedded, seconds: by the embedder, in this run"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its name, and whether a narrow terminal may go without it."""

    name: str
    spare: bool = False


def curve(metric: str) -> str:
    """The metric's name without its budget: what the table and the plot show at each; hits, where it has none."""
    name, at, depth = metric.partition("@")
    return name if at and depth.endswith("t") else "hit"


def table(verdict: Verdict) -> tuple[list[Column], list[list[Cell]]]:
    """The columns and the rows of the table, the best value first."""
    stem = curve(verdict.metric)
    shown = {f"{stem}@{budget}t": f"{budget}t" for budget in TOKEN_BUDGETS}
    if verdict.metric not in shown:
        shown = {verdict.metric: verdict.metric, **shown}
    means = [judged.outcome.evaluation.metrics for judged in verdict.judged]
    more = {name: said for name, said in _MORE.items() if any(mean.get(name) is not None for mean in means)}
    shown |= {name: said for name, said in more.items() if name not in shown}
    columns = [Column("configuration"), Column("")]
    columns += [Column(said, spare=name in more) for name, said in shown.items()]
    columns += [Column(name) for name in ("95 %", "chunks", "tokens", "embedded", "seconds")]
    rows: list[list[Cell]] = []
    for judged in sorted(verdict.judged, key=lambda one: -one.value.mean):
        outcome, metrics = judged.outcome, judged.outcome.evaluation.metrics
        row: list[Cell] = [outcome.name, _mark(judged, verdict), *(metrics.get(name) for name in shown)]
        row += [f"{judged.value.low:.3f}–{judged.value.high:.3f}", outcome.chunks, outcome.tokens, outcome.embedded]
        rows.append([*row, f"{outcome.embedding_seconds:.1f}"])
    return columns, rows


def _mark(judged: Judged, verdict: Verdict) -> str:
    if judged is verdict.chosen:
        return "→"
    return "=" if judged.tied else ""


def in_text(cell: Cell) -> str:
    """A cell as text."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def shape(verdict: Verdict, *, notes: Sequence[str], seconds: float, files: Mapping[str, str]) -> dict[str, Any]:
    """The object of `ibid tune --json`."""
    return {
        "metric": verdict.metric,
        "cases": verdict.cases,
        "best": verdict.best.outcome.name,
        "chosen": verdict.chosen.outcome.name,
        "reason": " ".join(reason(verdict)),
        "configurations": [_configuration(one) for one in verdict.judged],
        "left_out": list(notes),
        "files": dict(files),
        "seconds": seconds,
    }


def _configuration(judged: Judged) -> dict[str, Any]:
    outcome = judged.outcome
    return {
        "name": outcome.name,
        "changes": outcome.configuration.changes,
        "collection": outcome.collection,
        "metrics": {name: value for name, value in outcome.evaluation.metrics.items() if value is not None},
        "intervals": {name: [one.low, one.high] for name, one in judged.intervals.items()},
        "behind_best": _interval(judged.behind),
        "tied": judged.tied,
        "chunks": outcome.chunks,
        "tokens": outcome.tokens,
        "embedded": outcome.embedded,
        "embedding_seconds": outcome.embedding_seconds,
        "seconds": outcome.seconds,
    }


def _interval(value: Interval) -> dict[str, float]:
    return {"mean": value.mean, "low": value.low, "high": value.high}


def best_yaml(verdict: Verdict) -> str:
    """The chosen configuration as a settings file, with the reason in comments."""
    import yaml

    chosen = verdict.chosen.outcome
    settings = chosen.configuration.loaded.settings
    ingest = settings.ingest.model_dump(mode="json", exclude_none=True)
    tree: Tree = {"ingest": {"chunking": {"inherit": False, **ingest["chunking"]}}}
    for key in _elsewhere(chosen.configuration.changes):
        put(tree, key, _at(settings.model_dump(mode="json"), key), said=BEST)
    said = ["Written by `ibid tune`; give it to --config, or copy it into ibid.yaml.", *reason(verdict)]
    comments = "".join(f"# {line}\n" for line in said)
    return comments + yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=120)


def _elsewhere(changes: Tree) -> list[str]:
    """What a configuration changes outside chunking, by sections of the second level and their keys."""
    found = []
    for top, section in changes.items():
        for key, value in section.items() if isinstance(section, dict) else ():
            if (top, key) == ("ingest", "chunking"):
                continue
            found += [f"{top}.{key}.{inner}" for inner in value] if isinstance(value, dict) else [f"{top}.{key}"]
    return found


def _at(tree: Any, key: str) -> Any:
    for part in key.split("."):
        tree = tree[part]
    return tree


def plot(verdict: Verdict) -> Picture:
    """The metric over the tokens sent (of a metric without budgets: hits over them)."""
    stem = curve(verdict.metric)
    lines = []
    for judged in sorted(verdict.judged, key=lambda one: _rank(one, verdict)):
        metrics = judged.outcome.evaluation.metrics
        values = tuple(metrics.get(f"{stem}@{budget}t") for budget in TOKEN_BUDGETS)
        band: tuple[tuple[float, float], ...] = ()
        if judged is verdict.chosen and None not in values:
            known = judged.intervals
            band = tuple((known[f"{stem}@{budget}t"].low, known[f"{stem}@{budget}t"].high) for budget in TOKEN_BUDGETS)
        lines.append(Line(judged.outcome.name, values, band, score=judged.value.mean))
    below = "tokens sent (the band: 95 % of the chosen one)"
    return chart(f"{stem}, by tokens sent", TOKEN_BUDGETS, lines, below=below, scored=verdict.metric)


def _rank(judged: Judged, verdict: Verdict) -> tuple[bool, bool, bool, float]:
    """Where it is drawn: the chosen one, the best, the present settings, the others by their scores."""
    present = judged.outcome.name == PRESENT
    return judged is not verdict.chosen, judged is not verdict.best, not present, -judged.value.mean


def page(verdict: Verdict, *, corpus: str, notes: Sequence[str]) -> str:
    """The report as one HTML page."""
    from ibid import html

    columns, rows = table(verdict)
    cells = [[cell if isinstance(cell, int) else in_text(cell) for cell in row] for row in rows]
    behind = [
        [one.outcome.name, in_words(one.behind), "tied" if one.tied else "worse"]
        for one in sorted(verdict.judged, key=lambda one: -one.value.mean)
        if one is not verdict.best
    ]
    parts = [
        f"<h1>{html.escape(corpus)}: {len(verdict.judged)} configurations, {verdict.cases} cases</h1>",
        *(f"<p>{html.escape(line)}</p>" for line in reason(verdict)),
        plot(verdict).svg(),
        html.table([column.name for column in columns], cells),
        f"<p>{html.escape(curve(verdict.metric))}. {html.escape(LEGEND)}</p>",
        f"<h2>{html.escape(verdict.best.outcome.name)} less the others, by {html.escape(verdict.metric)}</h2>",
        html.table(["configuration", "difference, 95 %", ""], behind),
        *(f"<p>{html.escape(note)}</p>" for note in notes),
        f"<h2>{BEST}</h2><pre>{html.escape(best_yaml(verdict))}</pre>",
    ]
    return html.page("ibid tune", "\n".join(parts), style="body { padding: 1rem 2rem 3rem }")


def write(folder: Path, verdict: Verdict, *, corpus: str, notes: Sequence[str], seconds: float) -> dict[str, str]:
    """Writes all files into a folder, made where it is not there; their paths.

    Raises:
        UsageError: they cannot be written.
    """
    files = {
        "config": str(folder / BEST),
        "json": str(folder / OBJECT),
        "plot": str(folder / PLOT),
        "html": str(folder / PAGE),
    }
    told = shape(verdict, notes=notes, seconds=seconds, files=files)
    contents = {
        BEST: best_yaml(verdict).encode(),
        OBJECT: (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace"),
        PLOT: plot(verdict).png(),
        PAGE: page(verdict, corpus=corpus, notes=notes).encode(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in contents.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise UsageError(f"--out: {str(folder)!r} cannot be written: {error.strerror}") from error
    return files
