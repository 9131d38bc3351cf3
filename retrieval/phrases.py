"""Phrases: what people say, and how documents say it: `give back` is to return, `up front` in advance, `boss` manager.

No stemmer finds them, and hardly an embedder of words. English; lists from usage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from retrieval.inflections import GROUPS

_PHRASES = """
give back: return, send back: return, bring back: return, take back: return, hand back: return, pay back: repay refund
reimburse, get back: return refund recover, call back: return, hand in: submit, fill in: complete replace deputise,
fill out: complete, stand in: replace deputise, check in: register, move in: occupy, move into: occupy, break in:
burglary, break into: burglary, look into: investigate, let in: admit, call off: cancel, put off: postpone defer, take
off: leave absence, switch off: disconnect, turn off: disconnect, lay off: dismiss redundancy, drop off: deliver, pay
off: settle repay, take on: employ hire, carry on: continue, go on: continue, pass on: transfer forward, set up:
establish found install, give up: resign abandon cease, sign up: register enrol subscribe, pick up: collect, go up:
increase rise, put up: increase, speed up: accelerate, break up: separate dissolve, split up: divide separate, top up:
recharge, tidy up: clean, clean up: tidy, go down: decrease fall, come down: decrease fall, turn down: reject refuse
decline, break down: fail fault, cut down: reduce, shut down: close cease, close down: cease, burn down: fire, write
down: record, pull down: demolish, knock down: demolish, step down: resign, find out: learn discover, run out: expire,
carry out: perform conduct, throw out: discard evict, move out: vacate leave, work out: calculate, leave out: omit,
point out: indicate, pull out: withdraw, sort out: resolve, drop out: withdraw, take out: borrow withdraw remove, put
out: extinguish, give out: distribute, hand out: distribute, rule out: exclude, kick out: evict expel, rent out: let,
cut out: remove, take over: acquire, hand over: deliver transfer, carry over: transfer, look after: care, throw away:
discard dispose, take away: remove, give away: donate, put away: store, pass away: die, take part: participate, take
place: hold occur, get rid: dispose remove discard, in touch: contact, in charge: responsible head, up front: advance,
time off: leave holiday absence, let go: dismiss, make sure: ensure, deal with: handle, put right: repair correct,
turn up: attend arrive absent, show up: attend arrive absent, add up: total
"""
_WORDS = """
allow: permit, ask: request, ban: prohibit, banned: prohibited, bike: bicycle cycle, bill: invoice, bin: waste refuse,
bonus: incentive, borrow: loan, boss: manager supervisor, break: interval recess breach, broken: faulty defective
damaged, burglar: theft burglary, bus: coach, buy: purchase, car: vehicle, cat: animal pet, change: amend alter,
check: inspect verify, choose: select, complain: grievance, complaint: grievance, crash: collision, dad: father
paternity, dead: deceased, debt: arrears, decide: resolve, dentist: dental, discount: reduction concession, dog:
animal pet, drop: cancel withdraw, eat: meal, elderly: senior pensioner, end: expire terminate, fault: error, fee:
charge, fine: penalty, finish: complete, fired: dismiss terminate, fix: repair, flat: apartment, forbidden:
prohibited, free: complimentary, garbage: refuse waste, grease: lubricate, grown-up: adult, help: assist, hire:
appoint recruit, holiday: leave vacation, home: dwelling, hurt: injury, husband: spouse, ill: sickness illness,
illegal: unlawful, insurance: cover, internet: broadband, jab: vaccination, jail: prison, job: post position, keep:
retain, kid: child pupil, landlord: lessor, late: overdue, law: statute legislation, lawyer: solicitor, leave: vacate
resign, live: reside, loan: credit, lorry: truck vehicle, mark: grade, medicine: medication, mend: repair, mould:
damp, mum: mother maternity, need: require, neighbour: adjoining, noisy: nuisance, oil: lubricant, owe: arrears due,
owner: proprietor, pensioner: senior, phone: telephone, pill: tablet medication, poison: toxic, pregnant: maternity,
price: charge rate, promise: undertake warranty, quit: resign, raise: increase, rob: theft, rubbish: refuse waste,
rule: regulation, rust: corrosion, sack: dismiss, salary: remuneration, send: dispatch, shop: store, shut: close,
sleep: accommodation, smell: odour, split: share sharing division, staff: personnel employee, stall: pitch, start:
commence, steal: theft, stop: terminate cease, student: pupil, sue: proceedings, swap: exchange, tarmac: surfacing
resurfacing, taxman: revenue, teenager: youth, tell: notify inform, tenant: lessee, test: examination assessment, tip:
gratuity, trash: refuse waste, trip: excursion journey, vote: ballot, wage: remuneration, wife: spouse, wrong:
incorrect error, yearly: annual annum
"""
_VERBS_TEXT = """
allow ask ban borrow buy change check choose complain decide drop finish fix help hire keep leave live mend need owe
promise quit raise rob sack send split start steal stop sue swap tell vote end
"""
_VERBS = frozenset(_VERBS_TEXT.split())
"""Those of the words that have a verb's forms; of the others there are several."""
_BETWEEN = 3
"""Words that may stand within: `give the two keys back`."""
_WORD = re.compile(r"[\w'’-]+")


def said_in_a_word(question: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Of each phrase and word of a question, as they stand there, those that say it: of ("gave", "back") `return`.

    A word alone is both words of its key.
    """
    told = set(map(str.lower, _WORD.findall(question)))
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for second in told & _phrases().keys():
        for first, said in _phrases()[second]:
            if match := _pattern(first, second).search(question):
                found[match[1].lower(), second] = said
    return found | {(word, word): _words()[word] for word in told & _words().keys()}


def _entries(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The entries of a list, each as what is said and the words that say it."""
    for entry in " ".join(text.split()).split(", "):
        phrase, _, said = entry.partition(": ")
        yield phrase, tuple(said.split())


@cache
def _phrases() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """The phrases by their second words."""
    known: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for phrase, said in _entries(_PHRASES):
        first, second = phrase.split()
        known.setdefault(second, []).append((first, said))
    return known


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Of each form of a word those that say it."""
    return {
        form: said
        for word, said in _entries(_WORDS)
        for form in (_forms(word) if word in _VERBS else (word, _several(word)))
    }


@cache
def _pattern(first: str, second: str) -> re.Pattern[str]:
    forms = "|".join(_forms(first))
    return re.compile(rf"\b({forms})(?:[^\w'’-]++[\w'’-]++){{0,{_BETWEEN}}}?[^\w'’-]++{second}\b", re.IGNORECASE)


def _forms(verb: str) -> list[str]:
    others = next((group[1:] for group in GROUPS if group[0] == verb), ())
    stem = verb.removesuffix("e") if verb[-2:-1] not in "aeiou" else verb
    twice = f"{verb}{verb[-1]}"
    return [verb, f"{verb}s", f"{verb}es", f"{stem}ed", f"{stem}ing", f"{twice}ing", f"{twice}ed", *others]


def _several(noun: str) -> str:
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"
