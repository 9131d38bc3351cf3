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
ABSTENTION_AUROC = "abstention_auroc"
"""Of all cases together: no single case has it."""
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
    "unsure",
    ABSTENTION_AUROC,
)
METRICS = (*RETRIEVAL, *ANSWER)
LESS_IS_BETTER = frozenset({"false_refusals"})
COSTS = ("context_tokens", "input_tokens", "output_tokens", "cost", "seconds")
"""What an answer takes."""
SHOWN = (
    "hit@1", "hit@5", "hit@10", "file_hit@5", "answer_in_hits@5", "recall@5", "mrr", "ndcg@10", "hit@1000t",
    "char_recall@5", "char_iou@5", "char_recall@1000t", "char_precision@1000t",
    "answer_contains", "exact_match", "token_f1", "number_match", "citation_precision", "citation_recall",
    "quote_verbatim", "abstention_precision", "abstention_recall", "false_refusals", "abstention_auroc",
)  # fmt: skip
"""What is shown, and what two runs are compared by; `--json` has all."""
