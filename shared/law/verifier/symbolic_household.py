"""An unknown household as z3 sees it, and the constraints that make it a possible row of a snapshot.

For every snapshot column: whether it is known, and its value. Money is integer fen, a date its ordinal, a text its
index in a list: for a choice all its values, for a text those that some rule names and one other. `facts_in` reads a
household from a model, `as_model` is the inverse.

A feed that was not delivered for a household leaves all its facts unknown; one that was delivered without a row of it
means the contract's absent row: nothing paid, no insured staff, no report. A proof holds for every row that the
snapshot's join can produce and for no other: constraints that are too narrow give a false proof, too wide ones a
household that cannot exist. Tests compare them with real snapshots.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import z3

from shared.law.language.facts import FACTS, Fact, FactKind
from shared.law.language.nodes import Compare, Node, Operand, leaves

_RETAIL = "F5211"
_OTHER = "其他"
_WORDS = (FactKind.CHOICE, FactKind.TEXT)


@dataclass(frozen=True, slots=True)
class SymbolicColumn:
    """One column: `value` is meaningful only if `known`."""

    known: z3.BoolRef
    value: z3.ExprRef


class SymbolicHousehold:
    """The unknown household for questions about `clauses` (bound nodes), somewhere in `regions`."""

    def __init__(self, clauses: Iterable[Node], regions: Sequence[str] = ()) -> None:
        self._words = _words(clauses, {"region_code": "".join(regions[:1]).ljust(6, "0"), "industry_code": _RETAIL})
        self.cells: Mapping[str, SymbolicColumn] = {
            column: SymbolicColumn(z3.Bool(f"{column} known"), _variable(column, fact))
            for fact in FACTS.values()
            for column in fact.columns
        }

    def words(self, fact: Fact) -> tuple[str, ...]:
        """The possible values of a choice or a text."""
        return self._words[fact.name]

    def encode(self, fact: Fact, value: Operand) -> int | bool:
        """A value as the number that z3 compares; a text that no rule names is encoded as the other one."""
        if fact.kind in _WORDS:
            words = self._words[fact.name]
            return words.index(value) if value in words else len(words) - 1
        if isinstance(value, date):
            return value.toordinal()
        if isinstance(value, int):
            return value
        raise TypeError(f"{fact.name} is not {value!r}")

    def decode(self, fact: Fact, value: int | bool) -> object:
        """The value of a number, the inverse of `encode`."""
        if fact.kind in _WORDS:
            return self._words[fact.name][value]
        return date.fromordinal(value) if fact.kind is FactKind.DATE else value

    def facts_in(self, model: z3.ModelRef) -> dict[str, Any]:
        """The household of a model: snapshot column → value, None where unknown."""
        facts: dict[str, Any] = {}
        for fact in FACTS.values():
            for column in fact.columns:
                cell = self.cells[column]
                known = z3.is_true(model.eval(cell.known, model_completion=True))
                facts[column] = self.decode(fact, _read(model, cell)) if known else None
        return facts

    def as_model(self, facts: Mapping[str, Any], names: Iterable[str] = FACTS) -> z3.ModelRef:
        """A model with exactly these facts (by fact; those named)."""
        model = z3.Model()
        for fact in map(FACTS.__getitem__, names):
            for column in fact.columns:
                cell, value = self.cells[column], facts[column]
                model.update_value(cell.known, z3.BoolVal(value is not None))
                if value is not None:
                    number = self.encode(fact, value)
                    model.update_value(
                        cell.value, z3.BoolVal(number) if fact.kind is FactKind.FLAG else z3.IntVal(number)
                    )
        return model


def _variable(column: str, fact: Fact) -> z3.ExprRef:
    return z3.Bool(column) if fact.kind is FactKind.FLAG else z3.Int(column)


def _read(model: z3.ModelRef, cell: SymbolicColumn) -> int | bool:
    value = model.eval(cell.value, model_completion=True)
    return z3.is_true(value) if z3.is_bool(value) else int(value.as_long())


def _words(clauses: Iterable[Node], others: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    words = {fact.name: dict.fromkeys(fact.choices) for fact in FACTS.values() if fact.kind in _WORDS}
    for leaf in (leaf for node in clauses for leaf in leaves(node)):
        if isinstance(leaf, Compare) and isinstance(leaf.operand, str):
            words[leaf.fact].setdefault(leaf.operand)
    for name, other in others.items():
        words[name].setdefault(_OTHER if other in words[name] else other)
    return {name: tuple(some) for name, some in words.items()}


_PRESENCE_FLAGS: Mapping[str, str] = MappingProxyType(
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


def domain_constraints(symbols: SymbolicHousehold, as_of: date) -> z3.BoolRef:
    """The condition that the household of `symbols` can be a row of a snapshot as of a date."""
    cells = symbols.cells
    conditions = [cells[column].known for column in _ALWAYS_KNOWN]
    for fact in FACTS.values():
        conditions += _value_constraints(fact, symbols, as_of)
        if fact.feed in _PRESENCE_FLAGS and fact.name != _PRESENCE_FLAGS[fact.feed]:
            conditions += _row_constraints(fact, cells[_PRESENCE_FLAGS[fact.feed]], cells)
    return z3.And([*conditions, *_report_constraints(cells)])


def _value_constraints(fact: Fact, symbols: SymbolicHousehold, as_of: date) -> list[z3.BoolRef]:
    """No amount below zero, no day after the as-of date, no band whose lower end exceeds its upper one."""
    low, high = symbols.cells[fact.columns[0]], symbols.cells[fact.columns[-1]]
    if fact.kind is FactKind.FLAG:
        return []
    if fact.kind in (FactKind.CHOICE, FactKind.TEXT):
        return [z3.Implies(low.known, z3.And(low.value >= 0, low.value < len(symbols.words(fact))))]
    if fact.kind is FactKind.DATE:
        days = z3.And(low.value >= date.min.toordinal(), low.value <= as_of.toordinal())
        return [z3.Implies(low.known, days)]
    band = [z3.Implies(z3.And(low.known, high.known), low.value <= high.value)] if fact.interval else []
    return [*band, *(z3.Implies(cell.known, cell.value >= 0) for cell in (low, high))]


def _row_constraints(fact: Fact, there: SymbolicColumn, cells: Mapping[str, SymbolicColumn]) -> list[z3.BoolRef]:
    """The facts of a feed that was not delivered are unknown; those of an absent row are zero, false or
    do not exist.
    """
    conditions = []
    for cell in (cells[column] for column in fact.columns):
        nothing = z3.Not(cell.value) if fact.kind is FactKind.FLAG else cell.value == 0
        absent = z3.Not(cell.known) if fact.guard else z3.And(cell.known, nothing)
        conditions.append(z3.Implies(z3.Not(there.known), z3.Not(cell.known)))
        conditions.append(z3.Implies(z3.And(there.known, z3.Not(there.value)), absent))
    return conditions


def _report_constraints(cells: Mapping[str, SymbolicColumn]) -> list[z3.BoolRef]:
    """A report counts as filed only with a filing date; a row without one may have figures, but is not
    known to count.
    """
    reported, filed = cells["reported"], z3.And(cells["reported"].known, cells["reported"].value)
    figures = [cells[name].known for name in ("revenue", "employees")]
    return [
        filed == cells["reported_on"].known,
        z3.Implies(z3.And(reported.known, z3.Not(reported.value)), z3.Not(z3.Or(figures))),
    ]
