"""Trials of drafts over HTTP."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.typing.engine.comparison import ChangedHousehold, TypeChange
from services.typing.runs.schemas import ChangeView, ParameterText
from services.typing.trials.domain import TRIAL_STATES, TrialState
from services.typing.trials.models import Trial
from shared.contracts.typing import TypeName
from shared.platform.fields import Region, Shape
from shared.platform.paging import PagedQuery

LONGEST_TEXT = 60_000


class TrialBody(Shape):
    """Try a shipped policy by its id, or the text of a draft (YAML), with settings and readings."""

    policy: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}$")] | None = None
    policy_text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)] | None = None
    settings: dict[ParameterText, ParameterText] = Field(default_factory=dict, max_length=50)
    readings: dict[ParameterText, ParameterText] = Field(default_factory=dict, max_length=50)

    @model_validator(mode="after")
    def one_policy(self) -> "TrialBody":
        """Either a policy id or a policy text is given."""
        if (self.policy is None) == (self.policy_text is None):
            raise ValueError("policy（政策编号）和 policy_text（政策文本）须给出其中一个，且只能给一个。")
        return self


class TrialView(BaseModel):
    """A trial as officers see it."""

    id: uuid.UUID
    run: uuid.UUID
    state: TrialState
    state_label: str
    policy: str
    policy_title: str
    policy_hash: str
    created_by: str
    created_at: dt.datetime
    finished_at: dt.datetime | None
    failure: str | None

    @classmethod
    def of(cls, trial: Trial) -> "TrialView":
        """The view of a stored trial."""
        shown = {name: getattr(trial, name) for name in TrialView.model_fields if hasattr(trial, name)}
        return cls(**{**shown, "run": trial.run_id, "state_label": TRIAL_STATES.label(trial.state)})


class TrialComparisonView(BaseModel):
    """Who changes from the run's policy to the draft: in total, and by county and types."""

    trial: uuid.UUID
    households: int
    changed: int
    changes: list[ChangeView]

    @classmethod
    def of(cls, trial: Trial, cells: Sequence[TypeChange]) -> "TrialComparisonView":
        """The view of a trial's stored matrix."""
        return cls(
            trial=trial.id,
            households=sum(cell.households for cell in cells),
            changed=sum(cell.households for cell in cells if cell.from_type != cell.to_type),
            changes=[ChangeView.of(cell) for cell in cells],
        )


class SelectionQuery(Shape):
    """Which households of a trial: of a region, from one type to another; without a type: those that change."""

    region: Region | None = None
    from_type: TypeName | None = None
    to_type: TypeName | None = None


class SelectionPageQuery(SelectionQuery, PagedQuery):
    """A `SelectionQuery`, page by page."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class ChangedHouseholdView(BaseModel):
    """A household under the run's policy and under the draft, with the clauses of each."""

    uscc: str
    name: str
    region: str
    from_type: str
    to_type: str
    clauses_before: list[str]
    unknown_before: list[str]
    clauses_after: list[str]
    unknown_after: list[str]

    @classmethod
    def of(cls, household: ChangedHousehold) -> "ChangedHouseholdView":
        """The view of a household."""
        return cls(
            uscc=household.uscc,
            name=household.name,
            region=household.region,
            from_type=household.from_type.slug,
            to_type=household.to_type.slug,
            clauses_before=list(household.clauses_before),
            unknown_before=list(household.unknown_before),
            clauses_after=list(household.clauses_after),
            unknown_after=list(household.unknown_after),
        )
