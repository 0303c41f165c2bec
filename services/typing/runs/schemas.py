"""Typing runs and annual report closings over HTTP."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from services.typing.deliveries.domain import FeedFinding
from services.typing.engine.comparison import TypeChange
from services.typing.runs.domain import PURPOSE_LABELS, RUN_STATES, RunPurpose, RunState
from services.typing.runs.models import Run, counts_by_slug
from shared.contracts.typing import TypeName
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.model.outcome import HouseholdType
from shared.law.verifier.findings import FindingKind, Verification
from shared.platform.fields import Reason, Region, Shape, refuse_personal_data
from shared.platform.paging import PagedQuery

ParameterText = Annotated[
    str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$"), AfterValidator(refuse_personal_data)
]


class RunOrderBody(Shape):
    """Type ``region`` under ``policy`` as of a date. With other numbers or readings than those in force it is a trial,
    which can never be published; numbers that the text leaves open are set at ``/v1/number-settings``.
    """

    policy: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}$")]
    as_of: dt.date = Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 1, 1))
    region: Region
    settings: dict[ParameterText, ParameterText] = Field(default_factory=dict, max_length=50)
    readings: dict[ParameterText, ParameterText] = Field(default_factory=dict, max_length=50)


class PublicationBody(Shape):
    """Publish; a reason is needed where the draft says so."""

    reason: Reason | None = None


class RunView(BaseModel):
    """A run as officers see it. ``counts``: county → type → households; ``departures``: the numbers and readings of a
    trial that are not those in force.
    """

    id: uuid.UUID
    number: int
    state: RunState
    state_label: str
    purpose: RunPurpose
    purpose_label: str
    departures: list[str]
    progress: float
    policy: str
    policy_hash: str
    region: str
    as_of: dt.date
    created_by: str
    created_at: dt.datetime
    warnings: list[str]
    findings: list[FeedFinding]
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
        shown = {name: getattr(run, name) for name in cls.model_fields if hasattr(run, name)}
        return cls(
            **{
                **shown,
                "state_label": RUN_STATES.label(run.state),
                "purpose_label": PURPOSE_LABELS[run.purpose],
                "snapshot_digest": run.snapshot,
                "counts": counts_by_slug(run.counts),
            }
        )


class ChangeView(BaseModel):
    """Households of a county that go from one type to another; null: not typed before, or no longer."""

    region: str
    from_type: str | None
    to_type: str | None
    households: int

    @classmethod
    def of(cls, change: TypeChange) -> "ChangeView":
        """The view of a cell."""
        return cls(
            region=change.region,
            from_type=type_slug(change.from_type),
            to_type=type_slug(change.to_type),
            households=change.households,
        )


class ProofView(BaseModel):
    """The findings in short: what an officer must know of the policy before publishing what it typed."""

    gap: bool
    undetermined_possible: bool
    unset_parameters: list[str]
    overlaps: list[str]
    open_readings: list[str]
    needs_attention: bool

    @classmethod
    def of(cls, verification: Verification) -> "ProofView":
        """The summary of a verification; an open reading is one that would give some household another type."""
        readings = verification.of(FindingKind.READING, FindingKind.READING_GAP)
        return cls(
            gap=bool(verification.of(FindingKind.GAP)),
            undetermined_possible=bool(verification.of(FindingKind.UNDETERMINED)),
            unset_parameters=[finding.about[0] for finding in verification.of(FindingKind.UNSET)],
            overlaps=[finding.text for finding in verification.of(FindingKind.OVERLAP, FindingKind.CONFLICT)],
            open_readings=list(dict.fromkeys("=".join(finding.about) for finding in readings)),
            needs_attention=verification.needs_attention,
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


class ResultQuery(PagedQuery):
    """Filters and page of a run's results."""

    region: Region | None = None
    type: TypeName | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


def type_slug(kind: HouseholdType | None) -> str | None:
    """The type's word in the contract."""
    return None if kind is None else kind.slug


class ClosingOrder(Shape):
    """The annual reports of ``year`` closed in ``region`` on ``closed_on``."""

    region: Region
    year: int = Field(ge=2000, le=2100, description="年报所属年度")
    closed_on: dt.date

    @model_validator(mode="after")
    def closes_in_its_season(self) -> "ClosingOrder":
        """Reports about a year are due in the year after (1 January to 30 June: 个体工商户年度报告暂行办法)."""
        if self.closed_on.year != self.year + 1:
            raise ValueError("closed_on 应在年报所属年度的次年，例如 2025 年度年报于 2026-06-30 结束")
        return self


class ClosingView(BaseModel):
    """A recorded closing and the runs that it ordered."""

    region: str
    year: int
    closed_on: dt.date
    actor: str
    runs: list[uuid.UUID] = []
