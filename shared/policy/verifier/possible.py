"""Which households there can be: what a snapshot's row can look like, whatever the bureaus deliver.

A feed that says nothing of a household leaves all its facts unknown; one that was delivered without a row of it
means the absent row of the contract: nothing paid, nobody insured, no report. A proof holds for every row that
the snapshot's join can produce and for no other: too narrow here would be a false proof, too wide a household
that nobody is. Tests hold this against real snapshots.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import z3

from shared.policy.facts import FACTS, Fact, Kind
from shared.policy.verifier.symbols import Cell, Symbols

_WHETHER_THERE: Mapping[str, str] = MappingProxyType(
    {
        "credit": "credit_recorded",
        "tax": "tax_recorded",
        "tax_registration": "tax_registered",
        "social_insurance": "insured_recorded",
        "intellectual_property": "ip_recorded",
    }
)
"""The flag of a feed that is known as soon as the feed says anything; where it is false, the row is absent."""
_ALWAYS_KNOWN = ("region_code", "established_on", "status", "seasonal")
"""Registration rejects a row without them; an empty `seasonal` is false."""


def possible(symbols: Symbols, as_of: date) -> z3.BoolRef:
    """The condition on the household of `symbols` that it can be a row of a snapshot as of a date."""
    cells = symbols.cells
    conditions = [cells[column].known for column in _ALWAYS_KNOWN]
    for fact in FACTS.values():
        conditions += _values(fact, symbols, as_of)
        if fact.feed in _WHETHER_THERE and fact.name != _WHETHER_THERE[fact.feed]:
            conditions += _of_a_row(fact, cells[_WHETHER_THERE[fact.feed]], cells)
    return z3.And([*conditions, *_report(cells)])


def _values(fact: Fact, symbols: Symbols, as_of: date) -> list[z3.BoolRef]:
    """No amount below zero, no day after the as-of date, no band upside down."""
    low, high = symbols.cells[fact.columns[0]], symbols.cells[fact.columns[-1]]
    if fact.kind is Kind.FLAG:
        return []
    if fact.kind in (Kind.CHOICE, Kind.TEXT):
        return [z3.Implies(low.known, z3.And(low.value >= 0, low.value < len(symbols.words(fact))))]
    if fact.kind is Kind.DATE:
        days = z3.And(low.value >= date.min.toordinal(), low.value <= as_of.toordinal())
        return [z3.Implies(low.known, days)]
    band = [z3.Implies(z3.And(low.known, high.known), low.value <= high.value)] if fact.interval else []
    return [*band, *(z3.Implies(cell.known, cell.value >= 0) for cell in (low, high))]


def _of_a_row(fact: Fact, there: Cell, cells: Mapping[str, Cell]) -> list[z3.BoolRef]:
    """A fact of a feed that says nothing is unknown; of a row that is absent, it is nothing or does not exist."""
    conditions = []
    for cell in (cells[column] for column in fact.columns):
        nothing = z3.Not(cell.value) if fact.kind is Kind.FLAG else cell.value == 0
        absent = z3.Not(cell.known) if fact.guard else z3.And(cell.known, nothing)
        conditions.append(z3.Implies(z3.Not(there.known), z3.Not(cell.known)))
        conditions.append(z3.Implies(z3.And(there.known, z3.Not(there.value)), absent))
    return conditions


def _report(cells: Mapping[str, Cell]) -> list[z3.BoolRef]:
    """Filed is what has a date of filing; a row without one has figures, but may not count."""
    reported, filed = cells["reported"], z3.And(cells["reported"].known, cells["reported"].value)
    figures = [cells[name].known for name in ("revenue", "employees")]
    return [
        filed == cells["reported_on"].known,
        z3.Implies(z3.And(reported.known, z3.Not(reported.value)), z3.Not(z3.Or(figures))),
    ]
