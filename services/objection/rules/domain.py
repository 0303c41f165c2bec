"""Periods of the policy, and the bureaus that receive, explain and decide an objection."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.objection.registers.domain import Against
from shared.law.language.units import Unit
from shared.law.model.objections import ObjectionRule
from shared.law.model.policy import Policy


class PeriodName(StrEnum):
    """The periods of an objection."""

    FILE = "file"
    ACCEPT = "accept"
    COMPLETE = "complete"
    EXPLAIN = "explain"
    RESPOND = "respond"
    VERIFY = "verify"
    DECIDE = "decide"
    EXTEND = "extend"
    REMIND = "remind"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Period:
    """A number of days that the policy gives, and where it comes from.

    `days` None: the policy sets none, so there is no last day. Not `verified`: no text at hand gives the number, and
    it is shown so. `document`: what sets the number, if it is not the citation's own document.
    """

    name: PeriodName
    parameter: str
    days: int | None
    unit: Unit
    verified: bool
    citation: str
    document: str | None


class GroundKind(StrEnum):
    """What a ground is about: a clause, a fact, a reading of the text, a step of the procedure, or something else."""

    CLAUSE = "clause"
    FACT = "fact"
    READING = "reading"
    STEP = "step"
    OTHER = "other"


class FiledObjection(Protocol):
    """What the rules need to know of an objection: its row has it."""

    @property
    def against(self) -> Against:
        """What it is against."""
        ...

    @property
    def county(self) -> str:
        """The county of the household."""
        ...

    @property
    def contested_region(self) -> str | None:
        """The region of the bureau whose decision is objected to; none until heard of."""
        ...

    @property
    def run(self) -> uuid.UUID | None:
        """The typing run whose result is objected to."""
        ...

    @property
    def filed_at(self) -> dt.datetime:
        """When it was filed."""
        ...

    @property
    def policy_hash(self) -> str | None:
        """The stored policy that it is handled by."""
        ...


@dataclass(frozen=True)
class AppliedRule:
    """A policy's rule on one kind of objection, as it applies in a place on a day."""

    policy: Policy
    rule: ObjectionRule
    place: FiledObjection
    day: dt.date


def receivers(rule: ObjectionRule, objection: FiledObjection) -> tuple[str, ...]:
    """The regions whose bureaus receive the objection: return, accept or decline it."""
    return rule.receivers(objection.county, contested_bureau(objection))


def explainers(rule: ObjectionRule, objection: FiledObjection) -> tuple[str, ...]:
    """The regions whose bureaus may explain: those that receive and decide among them."""
    return rule.explainers(objection.county, contested_bureau(objection))


def deciders(rule: ObjectionRule, objection: FiledObjection) -> tuple[str, ...]:
    """The regions whose bureaus decide."""
    return rule.deciders(objection.county, contested_bureau(objection))


def contested_bureau(objection: FiledObjection) -> str:
    """The bureau whose decision is objected to; as long as it is not known, that of the household's county."""
    return objection.contested_region or objection.county
