"""Reads clauses: an id of the right shape, a title, an expression or an interpretation that gives it, a citation.

And choices: a field that names an interpretation whose readings are the words to choose from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from shared.policy.citing import CitationReader
from shared.policy.errors import Place, PolicyError
from shared.policy.expressions import Expression, read_expression
from shared.policy.fields import Fields, unique
from shared.policy.model import Interpretation, Rule
from shared.policy.units import Unit, nearest
from shared.policy.vocabulary import Part
from shared.policy.wording import placeholders

Choice = TypeVar("Choice", bound=StrEnum)
CLAUSE = ("id", "title", "expression", "interpretation", "citation", "restore")


@dataclass
class Governed:
    """The policy's interpretations, and which clauses and choices have been found to be governed by each."""

    interpretations: Mapping[str, Interpretation]
    clauses: dict[str, set[str]] = field(default_factory=dict)

    def named(self, fields: Fields, key: str, governs: str) -> Interpretation:
        """The interpretation that a field names, and that it governs this."""
        name = fields.text(key)
        if name not in self.interpretations:
            place = fields.item(key).place
            raise PolicyError(f"没有名为“{name}”的解释{nearest(name, self.interpretations)}", place)
        self.clauses.setdefault(name, set()).add(governs)
        return self.interpretations[name]

    def check(self) -> None:
        """Every clause that a reading speaks of must name the interpretation, and something every interpretation.

        Call when all is read.
        """
        for name, interpretation in self.interpretations.items():
            if name not in self.clauses and not any(one.expressions for one in interpretation.readings.values()):
                said = "请在它的读法里写 clauses，或在由它决定的地方写它的 id"
                raise PolicyError(f"解释“{name}”什么也没有决定；{said}", interpretation.place)
            for reading in interpretation.readings.values():
                for clause in reading.expressions:
                    if clause not in self.clauses.get(name, set()):
                        raise PolicyError(
                            f"解释“{name}”写了规则“{clause}”，但该规则没有写 interpretation: {name}",
                            reading.places[clause],
                        )


class ClauseReader:
    """Reads the clauses of one part of a policy."""

    def __init__(self, part: Part, units: Mapping[str, Unit], governed: Governed, citations: CitationReader) -> None:
        self._part = part
        self._units = units
        self._governed = governed
        self._citations = citations

    def rules(self, fields: Fields, key: str, pattern: str, example: str) -> tuple[Rule, ...]:
        """The clauses listed under a key; `pattern` is the shape of their ids, `example` one of that shape."""
        every = [Fields(item, f"{fields.what}的一条规则", CLAUSE) for item in fields.list(key)]
        apart = unique(every, lambda one: one.text("id"), lambda one: one.place, "规则")
        return tuple(self._rule(one, pattern, example) for one in apart)

    def choice(self, fields: Fields, key: str, words: type[Choice]) -> Choice:
        """What the chosen reading of the interpretation that a field names says; every reading must be a word."""
        interpretation = self._governed.named(fields, key, f"{fields.what} {key}")
        for reading in interpretation.readings.values():
            self._check_title(reading.title, f"读法“{reading.id}”", interpretation.place)
            if reading.id not in list(words):
                known = "、".join(words)
                said = f"解释“{interpretation.id}”决定{fields.what}的“{key}”，读法不能是“{reading.id}”，只能是 {known}"
                raise PolicyError(said, interpretation.place)
        return words(interpretation.chosen)

    def _rule(self, fields: Fields, pattern: str, example: str) -> Rule:
        name = fields.text("id")
        if not re.fullmatch(pattern, name):
            raise PolicyError(f"规则的 id“{name}”不对；这里应像 {example}", fields.item("id").place)
        fields.what = f"规则“{name}”"
        return Rule(
            id=name,
            title=self._title(fields),
            expression=self._expression(name, fields),
            citation=self._citations.read(fields),
            interpretation=fields.text_or_none("interpretation"),
            restore=fields.text_or_none("restore"),
        )

    def _title(self, fields: Fields) -> str:
        title = fields.text("title")
        self._check_title(title, fields.what, fields.item("title").place)
        return title

    def _check_title(self, title: str, what: str, place: Place) -> None:
        for name in placeholders(title):
            if name not in self._units:
                raise PolicyError(f"{what}的 title 里没有名为“{name}”的参数{nearest(name, self._units)}", place)

    def _expression(self, clause: str, fields: Fields) -> Expression:
        name = fields.text_or_none("interpretation")
        if (name is None) is ("expression" not in fields):
            raise PolicyError(f"{fields.what}应写 expression 或 interpretation 其中一项", fields.place)
        if name is None:
            place = fields.item("expression").place
            return read_expression(fields.text("expression"), self._units, place, self._part)
        interpretation = self._governed.named(fields, "interpretation", clause)
        return self._read(interpretation, clause, fields.item("interpretation").place)

    def _read(self, interpretation: Interpretation, clause: str, place: Place) -> Expression:
        """The clause under the chosen reading; the other readings are read too, so that all are right."""
        expressions = {}
        for reading in interpretation.readings.values():
            if clause not in reading.expressions:
                raise PolicyError(f"解释“{interpretation.id}”的读法“{reading.id}”没有写规则“{clause}”的表达式", place)
            where = reading.places.get(clause, place)
            self._check_title(reading.title, f"读法“{reading.id}”", where)
            expressions[reading.id] = read_expression(reading.expressions[clause], self._units, where, self._part)
        return expressions[interpretation.chosen]
