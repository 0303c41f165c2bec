"""Reads interpretations and clauses: an id, a title, an expression or the interpretation that gives it, a citation.

An interpretation is a phrase that the text leaves open: its readings, the one in force, why, who decides. It governs
clauses (each reading gives their expressions) or a choice (a field whose value is the id of the chosen reading).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from shared.law.language.errors import Place, PolicyError
from shared.law.language.expressions import Expression, parse_expression
from shared.law.language.units import Unit, suggestion
from shared.law.language.vocabulary import PolicyPart
from shared.law.model.clauses import Interpretation, Reading, Rule, placeholders
from shared.law.reader.citations import CitationReader
from shared.law.reader.fields import Fields, require_unique
from shared.law.reader.yaml_tree import YamlItem

_INTERPRETATION_FIELDS = (
    "id",
    "question",
    "in_force",
    "chosen",
    "readings",
    "why",
    "kept_by",
    "decides",
    "level",
    "verified",
)
_LEVELS = ("county", "city", "province")


def read_interpretations(items: list[YamlItem]) -> dict[str, Interpretation]:
    """The interpretations by id. The loader sets `chosen` when another reading is selected for one use."""
    every = [Fields(item, f"第 {number} 条解释", _INTERPRETATION_FIELDS) for number, item in enumerate(items, 1)]
    apart = require_unique(every, lambda entry: entry.text("id"), lambda entry: entry.place, "解释")
    return {fields.text("id"): _interpretation(fields) for fields in apart}


def _interpretation(fields: Fields) -> Interpretation:
    name = fields.text("id")
    readings = {
        reading: _reading(name, reading, item)
        for reading, item in fields.fields("readings", f"解释“{name}”的读法 readings").each()
    }
    if len(readings) < 2:
        raise PolicyError(f"解释“{name}”至少要有两种读法", fields.item("readings").place)
    in_force = fields.one_of("in_force", readings)
    chosen = fields.one_of("chosen", readings) if "chosen" in fields else in_force
    kept_by = fields.text_or_none("kept_by")
    if kept_by is not None and any(reading.expressions for reading in readings.values()):
        raise PolicyError(f"解释“{name}”写了 kept_by（怎样办理），读法里就不写 clauses", fields.item("kept_by").place)
    if kept_by is not None and chosen != in_force:
        raise PolicyError(
            f"解释“{name}”说的是怎样办理，平台只按“{readings[in_force].title}”办理，不能另选读法", fields.place
        )
    return Interpretation(
        id=name,
        question=fields.text("question"),
        in_force=in_force,
        chosen=chosen,
        readings=readings,
        why=fields.text("why"),
        decides=fields.text("decides"),
        level=fields.one_of("level", _LEVELS) if "level" in fields else None,
        place=fields.place,
        kept_by=kept_by,
        verified=fields.verified(),
    )


def _reading(interpretation: str, name: str, item: YamlItem) -> Reading:
    fields = Fields(item, f"解释“{interpretation}”的读法“{name}”", ("title", "clauses"))
    title = fields.text("title")
    if "clauses" not in fields:
        return Reading(name, title, expressions={}, places={})
    clauses = fields.fields("clauses", f"读法“{name}”的 clauses")
    return Reading(
        id=name,
        title=title,
        expressions={clause: clauses.text(clause) for clause, _ in clauses.each()},
        places={clause: part.place for clause, part in clauses.each()},
    )


Choice = TypeVar("Choice", bound=StrEnum)
_CLAUSE_FIELDS = ("id", "title", "expression", "interpretation", "citation", "restore", "idle", "verified")


@dataclass
class InterpretationIndex:
    """The policy's interpretations, and the clauses and choices that each governs, as far as they have been read."""

    interpretations: Mapping[str, Interpretation]
    clauses: dict[str, set[str]] = field(default_factory=dict)

    def named(self, fields: Fields, key: str, governs: str) -> Interpretation:
        """The interpretation that a field names; records that it governs `clause`."""
        name = fields.text(key)
        if name not in self.interpretations:
            place = fields.item(key).place
            raise PolicyError(f"没有名为“{name}”的解释{suggestion(name, self.interpretations)}", place)
        self.clauses.setdefault(name, set()).add(governs)
        return self.interpretations[name]

    def chosen(self, fields: Fields, key: str, words: Collection[str], units: Mapping[str, Unit]) -> str:
        """The reading chosen of the interpretation that a field names; each of its readings must be one of the options.
        `units`: the parameters that titles may contain.
        """
        interpretation = self.named(fields, key, f"{fields.what} {key}")
        for reading in interpretation.readings.values():
            check_title(reading.title, units, f"读法“{reading.id}”", interpretation.place)
            if reading.id not in words:
                options = "、".join(words)
                message = (
                    f"解释“{interpretation.id}”决定{fields.what}的“{key}”，读法不能是“{reading.id}”，只能是 {options}"
                )
                raise PolicyError(message, interpretation.place)
        return interpretation.chosen

    def choice(self, fields: Fields, key: str, words: type[Choice], units: Mapping[str, Unit]) -> Choice:
        """As `chosen`, of the words of an enumeration."""
        return words(self.chosen(fields, key, [word.value for word in words], units))

    def check(self) -> None:
        """Every clause in a reading must name its interpretation, and every interpretation must govern something. Call
        after everything has been read. Errors: PolicyError.
        """
        for name, interpretation in self.interpretations.items():
            ruled = any(reading.expressions for reading in interpretation.readings.values())
            if name not in self.clauses and not ruled and interpretation.kept_by is None:
                hint = "请在它的读法里写 clauses，或在由它决定的地方写它的 id，或写 kept_by 说明平台怎样办理"
                raise PolicyError(f"解释“{name}”什么也没有决定；{hint}", interpretation.place)
            for reading in interpretation.readings.values():
                for clause in reading.expressions:
                    if clause not in self.clauses.get(name, set()):
                        raise PolicyError(
                            f"解释“{name}”写了规则“{clause}”，但该规则没有写 interpretation: {name}",
                            reading.places[clause],
                        )


def check_title(title: str, units: Mapping[str, Unit], what: str, place: Place) -> None:
    """PolicyError unless every parameter that a title contains exists."""
    for name in placeholders(title):
        if name not in units:
            raise PolicyError(f"{what}的 title 里没有名为“{name}”的参数{suggestion(name, units)}", place)


class ClauseReader:
    """Reads the clauses of one part of a policy."""

    def __init__(
        self, part: PolicyPart, units: Mapping[str, Unit], index: InterpretationIndex, citations: CitationReader
    ) -> None:
        self._part = part
        self._units = units
        self._index = index
        self._citations = citations

    def rules(self, fields: Fields, key: str, pattern: str, example: str) -> tuple[Rule, ...]:
        """The clauses listed under a key; `pattern` is the shape of their ids, `example` one of that shape."""
        every = [Fields(item, f"{fields.what}的一条规则", _CLAUSE_FIELDS) for item in fields.list(key)]
        apart = require_unique(every, lambda entry: entry.text("id"), lambda entry: entry.place, "规则")
        return tuple(self._rule(entry, pattern, example) for entry in apart)

    def choice(self, fields: Fields, key: str, words: type[Choice]) -> Choice:
        """As `InterpretationIndex.choice`, with this part's parameters."""
        return self._index.choice(fields, key, words, self._units)

    def chosen(self, fields: Fields, key: str, words: Collection[str]) -> str:
        """As `InterpretationIndex.chosen`, with this part's parameters."""
        return self._index.chosen(fields, key, words, self._units)

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
            idle=fields.text_or_none("idle"),
            verified=fields.verified(),
        )

    def _title(self, fields: Fields) -> str:
        title = fields.text("title")
        check_title(title, self._units, fields.what, fields.item("title").place)
        return title

    def _expression(self, clause: str, fields: Fields) -> Expression:
        name = fields.text_or_none("interpretation")
        if (name is None) is ("expression" not in fields):
            raise PolicyError(f"{fields.what}应写 expression 或 interpretation 其中一项", fields.place)
        if name is None:
            place = fields.item("expression").place
            return parse_expression(fields.text("expression"), self._units, place, self._part)
        interpretation = self._index.named(fields, "interpretation", clause)
        return self._read(interpretation, clause, fields.item("interpretation").place)

    def _read(self, interpretation: Interpretation, clause: str, place: Place) -> Expression:
        """The clause under the chosen reading; the other readings are parsed too, so that errors in them are found."""
        expressions = {}
        for reading in interpretation.readings.values():
            if clause not in reading.expressions:
                raise PolicyError(f"解释“{interpretation.id}”的读法“{reading.id}”没有写规则“{clause}”的表达式", place)
            where = reading.places.get(clause, place)
            check_title(reading.title, self._units, f"读法“{reading.id}”", where)
            expressions[reading.id] = parse_expression(reading.expressions[clause], self._units, where, self._part)
        return expressions[interpretation.chosen]
