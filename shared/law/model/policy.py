"""A whole policy, resolved and ready to compile, with its duties.

Everything is immutable and already resolved: `extends` is merged, settings and readings are applied. `Policy.content`
is that resolved text as plain JSON data: the content hash is computed from it, and `loading.restore_policy` rebuilds
the same policy from it after the file has changed.

Duties are sentences that bind the platform or a bureau and are met by how work is done; they are no rules about a
household: no charges, confidential figures, visits on some occasions, reports by a day of the month.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.law.model.clauses import Citation, Clause, Document, Interpretation, Parameter, TypeRule
from shared.law.model.objections import Objections
from shared.law.model.publication import PublicationRules
from shared.law.model.recognition import RecognitionRules


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. `kind`: conduct (how it is done), call (必访: when to visit), report, calendar (a date of the year)."""

    id: str
    kind: str
    title: str
    kept_by: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy, ready to compile. `parameters` are those of typing; the other parts have their own."""

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
    recognition: RecognitionRules | None = None
    objections: Objections | None = None
    publication: PublicationRules | None = None
    duties: tuple[Duty, ...] = ()
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
