"""Shape of the sheet that a decision is made by."""

import datetime as dt
import uuid
from typing import Annotated, Any

from pydantic import Field

from services.recognition.domain.applications import LABELS, STEP_LABELS, ApplicationState
from services.recognition.schemas.common import Shape
from services.recognition.schemas.rules import RulesView
from services.recognition.schemas.seasons import PlacesView
from services.recognition.service.decision_sheets import Sheet, StepDone
from shared.policy.recognition.model import StepKind


class StepDoneView(Shape):
    """A step of the policy's order, and what became of it."""

    step: StepKind
    label: str
    passed: Annotated[bool | None, Field(description="为空表示还没有办")]
    done_by: str | None
    done_at: dt.datetime | None
    record: dict[str, Any]

    @classmethod
    def of(cls, done: StepDone) -> "StepDoneView":
        """From the task that was done."""
        return cls(
            step=done.step, label=STEP_LABELS[done.step], passed=done.passed, done_by=done.done_by,
            done_at=done.done_at, record=dict(done.record),
        )  # fmt: skip


class DecisionSheetView(Shape):
    """What a decision on the application would rest on today."""

    application: uuid.UUID
    uscc: str
    name: str
    county: str
    state: ApplicationState
    state_label: str
    category: str | None
    decisions_until: dt.date
    steps: list[StepDoneView]
    against: Annotated[list[str], Field(description="今天不符合认定条件的情形，为空表示没有")]
    quota: PlacesView | None
    took_part: Annotated[bool, Field(description="您经办过这份申报，不能作出认定决定")]
    rules: Annotated[RulesView, Field(description="决定所依据的政策、另行设定的数额和采用的读法")]

    @classmethod
    def of(cls, sheet: Sheet, rules: RulesView) -> "DecisionSheetView":
        """From what was found."""
        row = sheet.application
        return cls(
            application=row.id, uscc=row.uscc, name=row.name, county=row.county, state=ApplicationState(row.state),
            state_label=LABELS[ApplicationState(row.state)], category=row.category,
            decisions_until=sheet.season.decisions_until, steps=[StepDoneView.of(one) for one in sheet.steps],
            against=list(sheet.against), quota=PlacesView.of(sheet.places) if sheet.places is not None else None,
            took_part=sheet.took_part, rules=rules,
        )  # fmt: skip
