"""A whole policy, resolved and ready to compile, with its duties.

Everything is immutable and already resolved: `extends` is merged, settings and readings are applied. `Policy.content`
is that resolved text as plain JSON data: the content hash is computed from it, and `loading.restore_policy` rebuilds
the same policy from it after the file has changed.

Duties are sentences that bind the platform or a bureau and are met by how work is done; they are no rules about a
household: no charges, confidential figures, visits on some occasions, reports by a day of the month.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from shared.law.model.clauses import Citation, Clause, Document, Interpretation, Parameter, TypeRule
from shared.law.model.objections import Objections
from shared.law.model.publication import PublicationRules
from shared.law.model.recognition import Level, RecognitionRules, level_of


@dataclass(frozen=True, slots=True)
class RunBy:
    """The level of bureaus that types and decides that types are in force (“由省市场监管局……集中分型判定”)."""

    level: Level
    citation: Citation


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. `kind`: conduct (how it is done), call (必访: when to visit), report, calendar (a date of the year).

    `kept_by`: how it is kept; `features`: the platform's routes (`GET /v1/badges`) by which it is, none where bureaus
    keep it without the platform. `to_build`: what the platform still lacks.
    """

    id: str
    kind: str
    title: str
    kept_by: str
    citation: Citation
    features: tuple[str, ...] = ()
    to_build: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy, ready to compile. `parameters` are those of typing; the other parts have their own.

    `draft`: it was published for comments (征求意见稿), so that it is in force on no day. `run_by`: None where the text
    does not say.
    """

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
    draft: bool = False
    run_by: RunBy | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    content_hash: str = ""

    @property
    def words_digest(self) -> str:
        """SHA-256 of the typing standard in the law's own words: the document, and each condition with its article. The
        same whatever is set and however it is read.
        """
        types = [[rule.type.value, *map(_words, (*rule.requires, *rule.any))] for rule in self.types]
        said = [self.document.number, self.document.title, [_words(one) for one in self.eligibility], types]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def in_force_on(self, day: date) -> bool:
        """Whether a day lies within the policy's dates, both ends included; never for a draft for comments."""
        return not self.draft and self.within_dates(day)

    def within_dates(self, day: date) -> bool:
        """Whether a day lies within the policy's dates, also those of a draft for comments: what it says may be shown
        and helped by, while nobody is decided on by it.
        """
        return self.since <= day and (self.until is None or day <= self.until)

    def may_decide_types(self, region: str) -> bool:
        """Whether the bureau of a region is of the level that types; any is where the text does not say which."""
        return self.run_by is None or level_of(region) is self.run_by.level

    def clauses(self) -> tuple[Clause, ...]:
        """Every clause, defects first, then each type's requirements and conditions in testing order."""
        by_type = (clause for rule in self.types for clause in (*rule.requires, *rule.any))
        return (*self.eligibility, *by_type)

    def rules_before(self, rule: TypeRule) -> tuple[TypeRule, ...]:
        """The types' rules that are tested before one."""
        return self.types[: self.types.index(rule)]

    def every_parameter(self) -> tuple[Parameter, ...]:
        """The parameters of every part: typing, recognition, objections, publication."""
        parts = (self.recognition, self.objections, self.publication)
        others = (part.parameters.values() for part in parts if part is not None)
        return (*self.parameters.values(), *chain.from_iterable(others))

    def unset_names(self, day: date) -> list[str]:
        """The names of all parameters without a value on a day."""
        return [parameter.name for parameter in self.every_parameter() if parameter.on(day) is None]

    def unverified_names(self) -> list[str]:
        """The names of the numbers, rules, steps and interpretations that no text at hand verifies."""
        rules = (*self.clauses(), *(self.recognition.rules() if self.recognition else ()))
        paths = self.recognition.paths.values() if self.recognition else ()
        return [
            *(parameter.name for parameter in self.every_parameter() if not parameter.verified),
            *(rule.id for rule in rules if not rule.verified),
            *(f"{path.id}.{step.kind}" for path in paths for step in path.steps if not step.verified),
            *(one.id for one in self.interpretations.values() if not one.verified),
        ]

    def unset(self, day: date, *, required: bool) -> tuple[Parameter, ...]:
        """The parameters without a value on a day, either the required or the optional ones."""
        return tuple(
            parameter
            for parameter in self.parameters.values()
            if parameter.required is required and parameter.on(day) is None
        )


def _words(clause: Clause) -> list[str | None]:
    citation = clause.citation
    return [citation.document.number, citation.article, citation.quote]
