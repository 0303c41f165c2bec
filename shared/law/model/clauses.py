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
"""From this day on a setting counts."""


class ClauseRole(StrEnum):
    """What a clause is for: a defect excludes; all requirements and one condition make a type."""

    DEFECT = "defect"
    REQUIREMENT = "requirement"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Document:
    """The public document a rule rests on (`number` is 《title》 for a draft without one).

    `text` is its file under policies/texts, when it is held: then every quote is checked against it.
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
    """A parameter's value from a day on, and the document that set it when the citation's did not."""

    since: date
    value: Value
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law. Without values it is unset: the law says that it exists, not how much.

    One that is not `verified` comes from a document whose text is not held: it is shown so. `since`: the policy's
    first day in force.
    """

    name: str
    title: str
    unit: Unit
    required: bool
    values: tuple[DatedValue, ...]
    citation: Citation
    verified: bool = True
    since: date = date.max

    @property
    def setting(self) -> DatedValue | None:
        """The value that was set for one use of the policy, with the document that sets it."""
        return next((dated for dated in self.values if dated.since == ALWAYS), None)

    def on(self, day: date) -> Value | None:
        """The value in force on a day; None when unset.

        The value that the policy began with also holds before it: who types an earlier day is warned. A number that a
        bureau set later does not: until that day it was unset.
        """
        current: Value | None = None
        for dated in self.values:
            if dated.since <= day or (current is None and dated.since <= self.since):
                current = dated.value
        return current


def values_on(parameters: Mapping[str, Parameter], day: date) -> Values:
    """Every parameter's value on a day (None: unset), the built-in ones included."""
    return {name: parameter.on(day) for name, parameter in parameters.items()} | built_in_values(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule with an expression. `restore` says how a defect ends, where the text does."""

    id: str
    title: str
    expression: Expression
    citation: Citation
    interpretation: str | None = None
    restore: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Rule):
    """One rule of typing: evaluated for every household."""

    role: ClauseRole
    type: HouseholdType

    @classmethod
    def of(cls, rule: Rule, role: ClauseRole, kind: HouseholdType) -> "Clause":
        """A rule in its role for a type."""
        return cls(
            id=rule.id,
            title=rule.title,
            expression=rule.expression,
            citation=rule.citation,
            interpretation=rule.interpretation,
            restore=rule.restore,
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

    Where the phrase governs no clause but how something is reckoned, there are none: the reading's id is the choice.
    """

    id: str
    title: str
    expressions: Mapping[str, str]
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A phrase that the text leaves open, the reading taken, and who may decide otherwise.

    `level` (county, city, province) is the deciding bureau's; None: only the policy file can be changed.
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

    @property
    def reading(self) -> Reading:
        """The reading that this policy object uses."""
        return self.readings[self.chosen]


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(title: str) -> tuple[str, ...]:
    """The names of the parameters a title speaks of."""
    return tuple(_PLACEHOLDER.findall(title))


def fill_title(title: str, parameters: Mapping[str, Parameter], values: Values) -> str:
    """A title with its parameters' values; an unset one is shown as unset."""
    return _PLACEHOLDER.sub(lambda hit: format_value(values[hit[1]], parameters[hit[1]].unit), title)
