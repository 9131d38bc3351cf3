"""Measures: what figures of a business are worked out from, what the lines are called in which that stands, and where.

Who asks for a ratio names it as textbooks do; a balance sheet has no working capital, but current assets and current
liabilities. The definitions are those of accounting (as in the glossary of the CFA Institute); the lines and statements
are named as US GAAP and IFRS name them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from retrieval.lexical import query_terms
from retrieval.spelling import Asked

_WEIGHT = 0.6
"""How much a word of the lines and statements counts beside one that was asked for."""
_LAST_LINES = "income before income taxes, provision for income taxes, net income per share"
_BALANCE, _INCOME, _CASH = "balance", "income", "cash"
_STATEMENTS = {
    _BALANCE: (
        r"balance sheets?|statements? of financial position",
        "consolidated balance sheets, total assets, total liabilities",
    ),
    _INCOME: (
        r"income statements?|statements? of (?:income|operations|earnings|profit or loss)|profit and loss|P&L",
        f"consolidated statements of income, of operations, of earnings, {_LAST_LINES}",
    ),
    _CASH: (
        r"cash[- ]?flow statements?|statements? of cash ?flows?",
        "consolidated statements of cash flows, net cash provided by operating activities",
    ),
}
"""Names of each statement, its title, and lines that every one has."""
_SALES = "net sales, revenue"
_COST = "cost of sales, cost of goods sold, cost of products sold, cost of revenue"
_PLANT = "property, plant and equipment"
_EQUITY = "stockholders' equity, shareholders' equity"
_DEBT = "current portion of long-term debt, long-term debt, short-term debt"
_MEASURES = {
    r"working capital|current ratio": ("current assets, current liabilities", _BALANCE),
    r"quick ratio|acid[- ]test": ("cash, receivables, inventories, current assets, current liabilities", _BALANCE),
    r"cash ratio": ("cash and cash equivalents, current liabilities", _BALANCE),
    r"cash conversion cycle": (f"inventories, receivables, payables, {_COST}, {_SALES}", _BALANCE, _INCOME),
    r"EBITDA": ("operating income, depreciation, amortization", _INCOME, _CASH),
    r"EBIT": ("operating income, interest expense", _INCOME),
    r"gross (?:profit )?margin|gross profit": (f"{_SALES}, {_COST}", _INCOME),
    r"operating (?:profit |income )?margin": (f"operating income, operating profit, {_SALES}", _INCOME),
    r"(?:net |profit )(?:profit |income )?margin": (f"net income, net earnings, {_SALES}", _INCOME),
    r"effective (?:income )?tax rate": ("", _INCOME),
    r"COGS": (_COST, _INCOME),
    r"free cash ?flow|FCF": (f"purchases of {_PLANT}, capital expenditures", _CASH),
    r"operating cash ?flow|cash(?: flow)? from operations": ("", _CASH),
    r"capital[- ]intensi(?:ve|ty)": (f"capital expenditures, {_PLANT}, {_SALES}", _BALANCE, _CASH),
    r"capital expenditures?|cap-?ex": (f"purchases of {_PLANT}", _CASH),
    r"inventory turnover|days(?: of)? inventory|DIO": (f"{_COST}, inventories", _INCOME, _BALANCE),
    r"receivables? turnover|days(?: of)? sales outstanding|DSO": (f"receivables, {_SALES}", _INCOME, _BALANCE),
    r"payables? turnover|days(?: of)? payables?|DPO": (f"accounts payable, inventories, {_COST}", _INCOME, _BALANCE),
    r"fixed[- ]asset turnover": (f"{_PLANT}, {_SALES}", _INCOME, _BALANCE),
    r"asset turnover": (_SALES, _INCOME, _BALANCE),
    r"return on (?:total )?assets|ROA": ("net income", _INCOME, _BALANCE),
    r"return on (?:[a-z]+['’]? )?equity|ROE": (f"net income, {_EQUITY}", _INCOME, _BALANCE),
    r"return on (?:invested )?capital(?: employed)?|ROIC|ROCE": (f"operating income, {_EQUITY}", _INCOME, _BALANCE),
    r"debt[- /](?:to[- ])?equity|gearing ratio|leverage ratio": (f"{_DEBT}, {_EQUITY}", _BALANCE),
    r"debt ratio": ("", _BALANCE),
    r"total debt": (_DEBT, _BALANCE),
    r"net debt": (f"{_DEBT}, cash and cash equivalents", _BALANCE),
    r"interest coverage|times interest earned": ("operating income, interest expense", _INCOME),
    r"pay-?out ratio|retention ratio": ("dividends, net income", _CASH, _INCOME),
    r"SG&A": ("selling, general and administrative expenses",),
    r"PP&E|PPNE": (_PLANT, _BALANCE),
    r"D&A": ("depreciation and amortization", _CASH),
    r"R&D": ("research and development",),
}
"""Names, those first that others are part of; the lines; and the statements that have them."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A measure, or a statement itself, as it is asked for."""

    names: re.Pattern[str]
    lines: str
    statements: Collection[str]


def _pattern(names: str) -> re.Pattern[str]:
    """Of the names as whole words, in whatever case; what is in capitals is found in capitals only."""
    each = (name if name.upper() == name else f"(?i:{name})" for name in re.split(r"\|(?![^(]*\))", names))
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")


_KNOWN = (
    *(_Measure(_pattern(names), "", (key,)) for key, (names, _) in _STATEMENTS.items()),
    *(_Measure(_pattern(names), lines, statements) for names, (lines, *statements) in _MEASURES.items()),
)


def with_lines(asked: Asked) -> Asked:
    """A question for which the lines are looked up, too, from which what it asks for is worked out; itself where none.

    Args:
        asked: of no words, where none are looked up, it stays as it is.
    """
    found = _found(asked.text)[0] if asked.weights else []
    statements = dict.fromkeys(key for one in found for key in one.statements)
    texts = [*(one.lines for one in found), *(_STATEMENTS[key][1] for key in statements)]
    more = {term: _WEIGHT for term in query_terms(", ".join(texts)) if term not in asked.weights} if found else {}
    return replace(asked, weights={**asked.weights, **more}) if more else asked


def without_measures(question: str) -> str:
    """A question without the measures and statements that it names: documents need not have these names."""
    return _found(question)[1]


def _found(question: str) -> tuple[list[_Measure], str]:
    """The measures of a question, and what is left of it: the turnover of fixed assets is none of assets."""
    found = []
    for one in _KNOWN:
        question, count = one.names.subn(" ", question)
        found += [one] if count else []
    return found, question
