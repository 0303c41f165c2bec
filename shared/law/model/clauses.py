"""The building blocks of a policy: citations, dated parameters, clauses, types, interpretations.

Amounts of money are integer fen; ages and periods are whole years; counts are whole numbers. Titles may contain
parameters: `{growth_tax_upto}（含）以下` is shown as `1万元（含）以下`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.law.language.errors import Place
from shared.law.language.expressions import Expression
from shared.law.language.units import Unit, Value, Values, format_value
from shared.law.language.vocabulary import built_in_values
from shared.law.model.outcome import HouseholdType

ALWAYS = date.min
"""The day from which a setting is valid: before any day that is typed."""


class ClauseRole(StrEnum):
    """The role of a clause: a defect excludes from typing; a type needs all requirements and one condition."""

    DEFECT = "defect"
    REQUIREMENT = "requirement"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Document:
    """The public document a rule rests on (`number` is 《title》 for a draft without one).

    `text` is its file under policies/texts, if there is one: every quote is then checked against it.
    """

    number: str
    title: str
    issuer: str
    issued_on: date | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """依据: the document, the article down to the item, and its exact words."""

    document: Document
    article: str
    quote: str

    def __str__(self) -> str:
        return f"{self.document.number} {self.article}"


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A parameter's value from a day on, and the document that set it, if it is not the citation's."""

    since: date
    value: Value
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law. Without values it is unset: the law says that it exists, but not how much. One that is not
    `verified` comes from a document whose text is not at hand, and is shown as such. `since`: the policy's first day in
    force. `differs`: why the number is not the one that the quote names.
    """

    name: str
    title: str
    unit: Unit
    required: bool
    values: tuple[DatedValue, ...]
    citation: Citation
    verified: bool = True
    since: date = date.max
    differs: str | None = None

    @property
    def setting(self) -> DatedValue | None:
        """The value set for one use of the policy, with the document that sets it; None when there is none."""
        return next((dated for dated in self.values if dated.since == ALWAYS), None)

    def on(self, day: date) -> Value | None:
        """The value in force on a day; None when unset."""
        dated = self.dated_on(day)
        return None if dated is None else dated.value

    def dated_on(self, day: date) -> DatedValue | None:
        """The value in force on a day, with the document that set it; None when unset.

        The policy's first value is also used for earlier days (a run for such a day carries a warning). A value that a
        bureau set later is not: until that day the parameter was unset.
        """
        current: DatedValue | None = None
        for dated in self.values:
            if dated.since <= day or (current is None and dated.since <= self.since):
                current = dated
        return current


def values_on(parameters: Mapping[str, Parameter], day: date) -> Values:
    """Every parameter's value on a day (None: unset), the built-in ones included."""
    return {name: parameter.on(day) for name, parameter in parameters.items()} | built_in_values(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule with an expression. `restore` says how a defect ends, if the text does. `idle`: why the rule stands here
    although it changes nobody's result. Not `verified`: it rests on a document whose text is not at hand.
    """

    id: str
    title: str
    expression: Expression
    citation: Citation
    interpretation: str | None = None
    restore: str | None = None
    idle: str | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Rule):
    """One rule of typing: evaluated for every household."""

    role: ClauseRole
    type: HouseholdType

    @classmethod
    def of(cls, rule: Rule, role: ClauseRole, kind: HouseholdType) -> "Clause":
        """The clause of a rule, with its role and its type."""
        return cls(
            id=rule.id,
            title=rule.title,
            expression=rule.expression,
            citation=rule.citation,
            interpretation=rule.interpretation,
            restore=rule.restore,
            idle=rule.idle,
            verified=rule.verified,
            role=role,
            type=kind,
        )


@dataclass(frozen=True, slots=True)
class TypeRule:
    """A type holds when all requirements and at least one condition are true; a residual one always."""

    type: HouseholdType
    requires: tuple[Clause, ...]
    any: tuple[Clause, ...]
    residual: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an open phrase: the expressions it gives to the clauses it governs, and where they stand.

    Where the phrase governs not a clause but a method of calculation, there are none, and the reading's id is the
    method.
    """

    id: str
    title: str
    expressions: Mapping[str, str]
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A phrase that the text leaves open, the reading taken, and who may decide otherwise.

    `kept_by`: how the platform keeps to the reading in force where the phrase governs no rule but how things are done;
    another reading cannot be chosen then: the program would have to be changed. None where the readings are rules.
    `level` (county, city, province) is the deciding bureau's; None: only the policy file can be changed. Not
    `verified`: its reason rests on a provision whose text is not at hand.
    """

    id: str
    question: str
    in_force: str
    chosen: str
    readings: Mapping[str, Reading]
    why: str
    decides: str
    level: str | None
    place: Place
    kept_by: str | None = None
    verified: bool = True

    @property
    def reading(self) -> Reading:
        """The reading that this policy object uses."""
        return self.readings[self.chosen]


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(title: str) -> tuple[str, ...]:
    """The names of the parameters in a title."""
    return tuple(_PLACEHOLDER.findall(title))


def fill_title(title: str, parameters: Mapping[str, Parameter], values: Values) -> str:
    """A title with its parameters' values filled in; an unset one is shown as unset."""
    return _PLACEHOLDER.sub(lambda hit: format_value(values[hit[1]], parameters[hit[1]].unit), title)
