"""The names of the metrics, as `--json` has them."""

from __future__ import annotations

from retrieval.metrics import DEPTHS, TOKEN_BUDGETS

_CHARACTERS = ("char_recall", "char_precision", "char_iou")
RETRIEVAL = (
    *(f"{name}@{k}" for name in ("hit", "file_hit", "answer_in_hits", "recall") for k in DEPTHS),
    "mrr",
    "ndcg@10",
    "precision_omega",
    *(f"hit@{budget}t" for budget in TOKEN_BUDGETS),
    *(f"{name}@{k}" for name in _CHARACTERS for k in DEPTHS),
    *(f"{name}@{budget}t" for name in _CHARACTERS for budget in TOKEN_BUDGETS),
)
ANSWER = (
    "answer_contains",
    "exact_match",
    "token_f1",
    "number_match",
    "citation_precision",
    "citation_recall",
    "quote_verbatim",
    "abstention_precision",
    "abstention_recall",
    "false_refusals",
)
METRICS = (*RETRIEVAL, *ANSWER)
