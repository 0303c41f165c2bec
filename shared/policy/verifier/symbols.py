"""A household as z3 sees it: of every snapshot column, whether it is known, and its value.

Money is integer fen, a date its ordinal, a word its place in a list: of a choice all its words, of a text those
that some rule names and one other. `facts_in` reads a household out of a model, `as_model` is the way back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import z3

from shared.policy.facts import FACTS, Fact, Kind
from shared.policy.nodes import Compare, Node, Operand, leaves

_RETAIL = "F5211"
_OTHER = "其他"
_WORDS = (Kind.CHOICE, Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Cell:
    """One column: `value` means something only where `known`."""

    known: z3.BoolRef
    value: z3.ExprRef


class Symbols:
    """The unknown household that questions about `clauses` (bound nodes) are asked of, somewhere in `regions`."""

    def __init__(self, clauses: Iterable[Node], regions: Sequence[str] = ()) -> None:
        self._words = _words(clauses, {"region_code": "".join(regions[:1]).ljust(6, "0"), "industry_code": _RETAIL})
        self.cells: Mapping[str, Cell] = {
            column: Cell(z3.Bool(f"{column} known"), _variable(column, fact))
            for fact in FACTS.values()
            for column in fact.columns
        }

    def words(self, fact: Fact) -> tuple[str, ...]:
        """The words that a choice or a text may be."""
        return self._words[fact.name]

    def encode(self, fact: Fact, value: Operand) -> int | bool:
        """A value as a number that z3 compares; a word that no rule names is the other one."""
        if fact.kind in _WORDS:
            words = self._words[fact.name]
            return words.index(value) if value in words else len(words) - 1
        if isinstance(value, date):
            return value.toordinal()
        if isinstance(value, int):
            return value
        raise TypeError(f"{fact.name} is not {value!r}")

    def decode(self, fact: Fact, value: int | bool) -> object:
        """The way back."""
        if fact.kind in _WORDS:
            return self._words[fact.name][value]
        return date.fromordinal(value) if fact.kind is Kind.DATE else value

    def facts_in(self, model: z3.ModelRef) -> dict[str, Any]:
        """The household of a model: snapshot column → value, None where it is not known."""
        facts: dict[str, Any] = {}
        for fact in FACTS.values():
            for column in fact.columns:
                cell = self.cells[column]
                known = z3.is_true(model.eval(cell.known, model_completion=True))
                facts[column] = self.decode(fact, _read(model, cell)) if known else None
        return facts

    def as_model(self, facts: Mapping[str, Any], names: Iterable[str] = FACTS) -> z3.ModelRef:
        """A model that says exactly these facts (those named, by fact)."""
        model = z3.Model()
        for fact in map(FACTS.__getitem__, names):
            for column in fact.columns:
                cell, value = self.cells[column], facts[column]
                model.update_value(cell.known, z3.BoolVal(value is not None))
                if value is not None:
                    number = self.encode(fact, value)
                    model.update_value(cell.value, z3.BoolVal(number) if fact.kind is Kind.FLAG else z3.IntVal(number))
        return model


def _variable(column: str, fact: Fact) -> z3.ExprRef:
    return z3.Bool(column) if fact.kind is Kind.FLAG else z3.Int(column)


def _read(model: z3.ModelRef, cell: Cell) -> int | bool:
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
