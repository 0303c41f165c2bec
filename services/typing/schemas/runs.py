"""Typing runs over HTTP."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from services.typing.domain import STATE_LABELS, RunState
from services.typing.models import Change, Run, counts_by_name
from services.typing.schemas.common import Reason, Region, Shape, TypeName
from services.typing.schemas.findings import ProofView
from shared.policy.compiled import CompiledPolicy
from shared.policy.outcome import HouseholdType

Word = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]


class RunOrderBody(Shape):
    """Type ``region`` under ``policy`` as of a date; settings and readings are for trials."""

    policy: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}$")]
    as_of: dt.date = Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 1, 1))
    region: Region
    settings: dict[Word, Word] = Field(default_factory=dict, max_length=50)
    readings: dict[Word, Word] = Field(default_factory=dict, max_length=50)


class ReasonBody(Shape):
    """An officer's reason for a decision."""

    reason: Reason


class PublicationBody(Shape):
    """Publish; a reason is needed where the draft says so."""

    reason: Reason | None = None


class RunView(BaseModel):
    """A run as officers see it. ``counts``: county → type → households."""

    id: uuid.UUID
    number: int
    state: RunState
    state_label: str
    progress: float
    policy: str
    policy_hash: str
    region: str
    as_of: dt.date
    created_by: str
    created_at: dt.datetime
    warnings: list[str]
    findings: list[dict[str, object]]
    confirmed_by: str | None
    confirmation_reason: str | None
    failure: str | None
    households: int | None
    left_out: int | None
    counts: dict[str, dict[str, int]]
    digest: str | None
    snapshot_digest: str | None
    published_by: str | None
    published_at: dt.datetime | None

    @classmethod
    def of(cls, run: Run) -> "RunView":
        """The view of a stored run."""
        state = RunState(run.state)
        shown = {name: getattr(run, name) for name in cls.model_fields if hasattr(run, name)}
        return cls(
            **{
                **shown,
                "state": state,
                "state_label": STATE_LABELS[state],
                "snapshot_digest": run.snapshot,
                "counts": counts_by_name(run.counts),
            }
        )


class ChangeView(BaseModel):
    """Households of a county that go from one type to another; null: not typed before, or no longer."""

    region: str
    from_type: str | None
    to_type: str | None
    households: int

    @classmethod
    def of(cls, change: Change) -> "ChangeView":
        """The view of a stored cell."""
        return cls(
            region=change.region,
            from_type=type_name(change.from_type),
            to_type=type_name(change.to_type),
            households=change.households,
        )


class ComparisonView(BaseModel):
    """What an officer publishes by: who changes against what is published now, and what is proved of the policy."""

    run: uuid.UUID
    compared_with: list[int]
    changes: list[ChangeView]
    proof: ProofView


class ResultView(BaseModel):
    """One household's result in a run."""

    uscc: str
    name: str
    region: str
    type: str
    clauses: list[str]
    unknown: list[str]

    @classmethod
    def of(cls, row: Mapping[str, Any], compiled: CompiledPolicy) -> "ResultView":
        """The view of a stored row, with the clauses of its masks spelled out."""
        return cls(
            uscc=row["uscc"],
            name=row["name"],
            region=row["region"],
            type=HouseholdType(row["type"]).slug,
            clauses=list(compiled.names(row["true_mask"])),
            unknown=list(compiled.names(row["unknown_mask"])),
        )


class ResultQuery(Shape):
    """Which results of a run."""

    region: Region | None = None
    type: TypeName | None = None
    cursor: str | None = Field(default=None, max_length=1000)
    limit: int = Field(default=100, ge=1, le=1000)


def type_name(code: int) -> str | None:
    """The type's word in the contract; -1 is none."""
    return None if code < 0 else HouseholdType(code).slug
