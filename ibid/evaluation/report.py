"""The report of an evaluation as one page of HTML that stands alone: figures, plots, and the cases, failures first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ibid.evaluation import plots, report_cases
from ibid.evaluation.abstaining import Calibration, Point, points
from ibid.evaluation.bootstrap import LEAST_CASES, interval
from ibid.evaluation.calibrating import in_words
from ibid.evaluation.comparing import Compared, Comparison, area_bounds
from ibid.evaluation.judge import VERSION, Judgements
from ibid.evaluation.names import ABSTENTION_AUROC, COSTS, SHOWN
from ibid.evaluation.outcomes import outcome
from ibid.evaluation.report_cases import Opening
from ibid.evaluation.run import Evaluation, Result
from ibid.html import Html, escape, page, table
from ibid.html.charts import bars
from retrieval.metrics import DEPTHS, TOKEN_BUDGETS

_STYLE = "body { padding: 1rem 2rem 3rem; max-width: 90rem; } .narrow { flex: 1 1 30rem; } figure { margin: 0; }"
_BY_TYPE = ("hit@5", "answer_contains", "citation_precision", "abstention_recall", "false_refusals")
_HISTOGRAM = 10
_MOST_CASES = 1_000


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported.

    Args:
        evaluation: the run.
        cases: the case file's name.
        opening: how its places are opened.
        comparison: with an earlier run.
        calibration: of the threshold.
        judgements: of a model.
    """

    evaluation: Evaluation
    cases: str
    opening: Opening
    comparison: Comparison | None = None
    calibration: Calibration | None = None
    judgements: Judgements | None = None


def page_of(report: Report) -> str:
    """The whole page."""
    results = report.evaluation.results
    failed = sum(bool(outcome(result).failed) for result in results)
    parts = [
        f"<h1>{escape(report.cases)}: {len(results)} cases, {failed} failed</h1>",
        f'<p class="dim">{escape(_about(report))} · <a href="#cases">cases, failures first</a></p>',
        *(f'<p class="warning">{escape(note)}</p>' for note in _notes(report)),
        f'<div class="plots"><div>{_metrics(report.evaluation)}</div>',
        f'<div class="plots narrow">{"".join(_plots(report))}</div></div>',
        _comparison(report.comparison),
        _calibration(report.calibration),
        _judge(report.judgements),
        _folded("By type", _types(report.evaluation)),
        _folded("What an answer takes", _taken(report.evaluation)),
        _cases(report),
    ]
    return page(f"{report.cases} – evaluation", "\n".join(parts), style=_STYLE + plots.STYLE + report_cases.STYLE)


def _folded(title: str, body: str) -> str:
    """A part that opens by a click; nothing of an empty one."""
    return f"<details><summary><b>{escape(title)}</b></summary>{body}</details>" if body else ""


def _about(report: Report) -> str:
    said = [f"collection {report.opening.collection}"]
    answers = [result.answer for result in report.evaluation.results if result.answer]
    if answers:
        first = answers[0]
        said.append(f"answered by {first.provider}{'' if first.model == first.provider else f' ({first.model})'}")
        said += [f"prompt {first.prompt}"] if first.prompt else []
    return ", ".join(said)


def _notes(report: Report) -> list[str]:
    notes = [f"not indexed, though a case names it: {name}" for name in report.evaluation.unknown_files]
    if len(report.evaluation.results) < LEAST_CASES:
        notes.append(f"Fewer than {LEAST_CASES} cases: the intervals are wide, and not to be built upon.")
    if report.comparison is not None and report.comparison.regressions:
        notes.append(f"Worse than before: {', '.join(report.comparison.regressions)}")
    return notes


def _metrics(evaluation: Evaluation) -> str:
    rows = []
    for name in SHOWN:
        mean = evaluation.metrics[name]
        if mean is None:
            continue
        values = [result.scores[name] for result in evaluation.results if name in result.scores]
        if name == ABSTENTION_AUROC:
            count, between = len(evaluation.weighed), area_bounds(evaluation.weighed)
        else:
            found = interval(values)
            count, between = found.cases, (found.low, found.high)
        rows.append((name, _number(mean), _between(between), count))
    return "<h2>Metrics</h2>" + table(("metric", "mean", "95 %", "cases"), rows)


def _number(value: float | None) -> Html:
    return Html(f'<span class="number">{"–" if value is None else f"{value:.3f}"}</span>')


def _between(bounds: tuple[float, float] | None) -> str:
    return "" if bounds is None else f"{bounds[0]:.3f} to {bounds[1]:.3f}"


def _plots(report: Report) -> list[Html]:
    metrics = report.evaluation.metrics
    drawn = []
    hits = [(f"@{k}", value) for k in DEPTHS if (value := metrics[f"hit@{k}"]) is not None]
    if hits:
        shown = [(name, round(value, 3)) for name, value in hits]
        drawn.append(_figure("hits at a place of the evidence, within the first k", bars(shown, label="hit@k")))
        over = tuple((float(t), value) for t in TOKEN_BUDGETS if (value := metrics[f"hit@{t}t"]) is not None)
        name = "hit, by tokens sent"
        drawn.append(plots.lines(name, [plots.Line("hit", over)], below="tokens", high=float(max(TOKEN_BUDGETS))))
    drawn += _abstention(report)
    seconds = [result.seconds for result in report.evaluation.results if result.answer]
    if seconds:
        drawn.append(
            _figure("cases, by seconds of an answer (up to)", bars(_histogram(seconds), label="cases by seconds"))
        )
    return drawn


def _figure(title: str, chart: Html) -> Html:
    return Html(f"<figure><figcaption class='dim'>{escape(title)}</figcaption>{chart}</figure>")


def _abstention(report: Report) -> list[Html]:
    """How right the answers are when only the surest are given; what each threshold refuses."""
    found: Sequence[Point] = report.calibration.curve if report.calibration else points(report.evaluation.weighed)
    line = tuple((point.coverage, point.accuracy) for point in found if point.accuracy is not None)
    if len(line) < 2:
        return []
    title = "right answers among those given, the surest first"
    drawn = [plots.lines(title, [plots.Line("right", line)], below="share of the questions answered")]
    known = [point for point in found if point.threshold is not None]
    if known and None not in (known[0].false_refusals, known[0].abstention_recall):
        refused = tuple((point.threshold or 0, point.false_refusals or 0) for point in known)
        abstained = tuple((point.threshold or 0, point.abstention_recall or 0) for point in known)
        both = [plots.Line("abstained rightly", abstained), plots.Line("refused wrongly", refused)]
        low, high = known[0].threshold or 0, known[-1].threshold or 1
        drawn.append(plots.lines("what a threshold refuses", both, below="threshold", low=low, high=high))
    return drawn


def _histogram(values: Sequence[float]) -> list[tuple[str, float]]:
    most = max(values) or 1.0
    step = most / _HISTOGRAM
    counts = [0] * _HISTOGRAM
    for value in values:
        counts[min(_HISTOGRAM - 1, int(value / step))] += 1
    return [(f"{(number + 1) * step:.2g}", count) for number, count in enumerate(counts)]


def _types(evaluation: Evaluation) -> str:
    if len(evaluation.by_type) < 2:
        return ""
    rows = []
    for kind, means in evaluation.by_type.items():
        count = sum(result.case.type == kind for result in evaluation.results)
        rows.append((kind or "(no type)", count, *(_number(means[name]) for name in _BY_TYPE)))
    return table(("type", "cases", *_BY_TYPE), rows)


def _taken(evaluation: Evaluation) -> str:
    """What the answers took."""
    found = {name: getattr(evaluation, name) for name in COSTS}
    rows = [(name, *map(plots.short, asdict(one).values())) for name, one in found.items() if one]
    return table(("", "p50", "p95", "total"), rows) if rows else ""


def _comparison(found: Comparison | None) -> str:
    if found is None:
        return ""
    head = f"<h2>Beside the earlier run</h2><p>{found.shared} cases that both have; what may be chance is a tie.</p>"
    columns = ("metric", "before", "after", "difference", "95 %", "")
    apart = [row for row in found.rows if row.verdict != "tie"]
    ties = table(columns, [_compared(row) for row in found.rows if row.verdict == "tie"])
    shown = table(columns, map(_compared, apart)) if apart else "<p>Nothing but ties.</p>"
    return head + shown + _folded(f"{len(found.rows) - len(apart)} ties", ties)


def _compared(row: Compared) -> tuple[object, ...]:
    between = None if row.low is None or row.high is None else (row.low, row.high)
    difference = "" if row.difference is None else f"{row.difference:+.4g}"
    return row.metric, _number(row.before), _number(row.after), difference, _between(between), row.verdict


def _calibration(found: Calibration | None) -> str:
    if found is None:
        return ""
    return "<h2>Threshold</h2>" + "".join(f"<p>{escape(line)}</p>" for line in in_words(found))


def _judge(found: Judgements | None) -> str:
    if found is None:
        return ""
    rows = [
        ("judged", len(found.verdicts)),
        ("unclear replies", found.unclear),
        ("right", _number(found.right)),
        ("agrees with answer_contains", _number(found.agreement)),
        ("kappa", _number(found.kappa)),
    ]
    head = f"<h2>Judge</h2><p>{escape(found.model)}, prompt {VERSION}: a second opinion beside the metrics by rule.</p>"
    return head + table(("", ""), rows)


def _cases(report: Report) -> str:
    """The cases, those that failed first, those that are not judged last."""
    order = {True: 0, False: 1, None: 2}
    ranked = sorted(report.evaluation.results, key=lambda result: order[outcome(result).failed])
    shown = ranked[:_MOST_CASES]
    more = f"<p>{len(ranked) - len(shown)} more are left out.</p>" if len(ranked) > len(shown) else ""
    sections = (report_cases.section(one, report.opening, judged=_judged(one, report.judgements)) for one in shown)
    return '<h2 id="cases">Cases, failures first</h2>' + "".join(sections) + more


def _judged(result: Result, found: Judgements | None) -> str:
    """What the judge says, where it says otherwise."""
    if found is None or result.case.id not in found.disagreements:
        return ""
    return "; the judge says right" if found.verdicts[result.case.id] else "; the judge says wrong"
