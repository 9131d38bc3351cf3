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
_OPERATING = "operating income, operating profit, income from operations"
_NET = "net income, net earnings"
_INFLOW = "net cash provided by operating activities"
_COST = "cost of sales, cost of goods sold, cost of products sold, cost of revenue"
_PLANT = "property, plant and equipment"
_OUTLAYS = f"purchases of {_PLANT}, additions to {_PLANT}, capital expenditures"
_EQUITY = "stockholders' equity, shareholders' equity"
_DEBT = "current portion of long-term debt, long-term debt, short-term debt"
_MEASURES = {
    r"working capital|current ratio": ("current assets, current liabilities", _BALANCE),
    r"quick ratio|acid[- ]test": ("cash, receivables, inventories, current assets, current liabilities", _BALANCE),
    r"cash ratio": ("cash and cash equivalents, current liabilities", _BALANCE),
    r"cash conversion cycle": (f"inventories, receivables, payables, {_COST}, {_SALES}", _BALANCE, _INCOME),
    r"EBITDA": (f"{_OPERATING}, depreciation, amortization", _INCOME, _CASH),
    r"EBIT": (f"{_OPERATING}, interest expense", _INCOME),
    r"gross (?:profit )?margin|gross profit": (f"{_SALES}, {_COST}", _INCOME),
    r"operating (?:profit |income )?margin": (f"{_OPERATING}, {_SALES}", _INCOME),
    r"(?:net |profit )(?:profit |income )?margin": (f"{_NET}, {_SALES}", _INCOME),
    r"effective (?:income )?tax rate": ("provision for income taxes, income before income taxes", _INCOME),
    r"COGS": (_COST, _INCOME),
    r"free cash ?flow|FCF": (f"{_INFLOW}, {_OUTLAYS}", _CASH),
    r"operating cash ?flow|cash(?: flow)? from operations": (_INFLOW, _CASH),
    r"capital[- ]intensi(?:ve|ty)": (f"capital expenditures, {_PLANT}, {_SALES}", _BALANCE, _CASH),
    r"capital expenditures?|cap-?ex": (_OUTLAYS, _CASH),
    r"inventory turnover|days(?: of)? inventory|DIO": (f"{_COST}, inventories", _INCOME, _BALANCE),
    r"receivables? turnover|days(?: of)? sales outstanding|DSO": (f"receivables, {_SALES}", _INCOME, _BALANCE),
    r"payables? turnover|days(?: of)? payables?|DPO": (f"accounts payable, inventories, {_COST}", _INCOME, _BALANCE),
    r"fixed[- ]asset turnover": (f"{_PLANT}, {_SALES}", _INCOME, _BALANCE),
    r"asset turnover": (f"total assets, {_SALES}", _INCOME, _BALANCE),
    r"return on (?:total )?assets|ROA": (f"{_NET}, total assets", _INCOME, _BALANCE),
    r"return on (?:[a-z]+['’]? )?equity|ROE": (f"{_NET}, {_EQUITY}", _INCOME, _BALANCE),
    r"return on (?:invested )?capital(?: employed)?|ROIC|ROCE": (f"{_OPERATING}, {_EQUITY}", _INCOME, _BALANCE),
    r"debt[- /](?:to[- ])?equity|gearing ratio|leverage ratio": (f"{_DEBT}, {_EQUITY}", _BALANCE),
    r"debt ratio": ("total liabilities, total assets", _BALANCE),
    r"total debt": (_DEBT, _BALANCE),
    r"net debt": (f"{_DEBT}, cash and cash equivalents", _BALANCE),
    r"interest coverage|times interest earned": (f"{_OPERATING}, interest expense", _INCOME),
    r"pay-?out ratio|retention ratio": (f"dividends, {_NET}", _CASH, _INCOME),
    r"SG&A": ("selling, general and administrative expenses",),
    r"PP&E|PPNE": (_PLANT, _BALANCE),
    r"D&A": ("depreciation and amortization", _CASH),
    r"R&D": ("research and development",),
}
"""Names, those first that others are part of; the lines; and the statements that have them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure, or a statement itself, as it is asked for."""

    names: re.Pattern[str]
    lines: tuple[str, ...]
    """Names of the lines, other ones for the same line among them; of a statement itself none."""
    statements: Collection[str]


def _pattern(names: str) -> re.Pattern[str]:
    """Of the names as whole words, in whatever case; what is in capitals is found in capitals only."""
    each = (name if name.upper() == name else f"(?i:{name})" for name in re.split(r"\|(?![^(]*\))", names))
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")


def _each(lines: str) -> tuple[str, ...]:
    """The names of several lines; the commas of `property, plant and equipment` part none."""
    return tuple(re.split(r", (?!plant |general )", lines))


_KNOWN = (
    *(Measure(_pattern(names), (), (key,)) for key, (names, _) in _STATEMENTS.items()),
    *(Measure(_pattern(names), _each(lines), statements) for names, (lines, *statements) in _MEASURES.items()),
)


def with_lines(asked: Asked) -> Asked:
    """A question for which the lines are looked up, too, from which what it asks for is worked out; itself where none.

    Args:
        asked: of no words, where none are looked up, it stays as it is.
    """
    found = _found(asked.text)[0] if asked.weights else []
    statements = dict.fromkeys(key for one in found for key in one.statements)
    texts = [*(line for one in found for line in one.lines), *(_STATEMENTS[key][1] for key in statements)]
    more = {term: _WEIGHT for term in query_terms(", ".join(texts)) if term not in asked.weights} if found else {}
    return replace(asked, weights={**asked.weights, **more}) if more else asked


def measures(question: str) -> list[Measure]:
    """The measures that a question names, and the statements."""
    return _found(question)[0]


def without_measures(question: str) -> str:
    """A question without the measures and statements that it names: documents need not have these names."""
    return _found(question)[1]


def _found(question: str) -> tuple[list[Measure], str]:
    """The measures of a question, and what is left of it: the turnover of fixed assets is none of assets."""
    found = []
    for one in _KNOWN:
        question, count = one.names.subn(" ", question)
        found += [one] if count else []
    return found, question
