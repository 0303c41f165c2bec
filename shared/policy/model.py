"""A policy as the program holds it: documents, dated parameters, clauses, interpretations.

Everything is immutable and already resolved: `extends` is merged, settings and readings are applied.
`Policy.content` is that resolved text as plain JSON data: what the content hash is taken over, and what
`loading.restore_policy` makes the same policy from again when the file has long changed.

Amounts of money are integer fen; ages and periods are whole years; counts are whole numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shared.policy.errors import Place
from shared.policy.expressions import Expression
from shared.policy.outcome import HouseholdType
from shared.policy.units import Unit, Value

if TYPE_CHECKING:
    from shared.policy.duties import Duty
    from shared.policy.objections import Objections
    from shared.policy.recognition.model import Recognition

ALWAYS = date.min
"""From this day on a setting counts."""


class Role(StrEnum):
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

    role: Role
    type: HouseholdType

    @classmethod
    def of(cls, rule: Rule, role: Role, kind: HouseholdType) -> "Clause":
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


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy, ready to compile. `parameters` are typing's; recognition and objections have their own."""

    id: str
    title: str
    document: Document
    regions: tuple[str, ...]
    since: date
    until: date | None
    decided_by: str
    extends: str | None
    parameters: Mapping[str, Parameter]
    eligibility: tuple[Clause, ...]
    types: tuple[TypeRule, ...]
    interpretations: Mapping[str, Interpretation]
    recognition: "Recognition | None" = None
    objections: "Objections | None" = None
    duties: tuple["Duty", ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict)
    content_hash: str = ""

    def in_force_on(self, day: date) -> bool:
        """Whether a day lies within the policy's dates, both ends included."""
        return self.since <= day and (self.until is None or day <= self.until)

    def clauses(self) -> tuple[Clause, ...]:
        """Every clause, defects first, then each type's requirements and conditions in testing order."""
        by_type = (clause for rule in self.types for clause in (*rule.requires, *rule.any))
        return (*self.eligibility, *by_type)

    def unset(self, day: date, *, required: bool) -> tuple[Parameter, ...]:
        """The parameters without a value on a day, either the required or the optional ones."""
        return tuple(
            parameter
            for parameter in self.parameters.values()
            if parameter.required is required and parameter.on(day) is None
        )
