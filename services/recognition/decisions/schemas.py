"""HTTP shapes of the decision, its sheet, and a recognition as anyone may read it."""

import datetime as dt
import uuid
from typing import Annotated, Any

from pydantic import Field

from services.recognition.applications.domain import (
    NOTICE_STATES,
    OBJECTIONS_DECIDED,
    STEP_LABELS,
    ApplicationState,
    NoticeState,
    application_label,
)
from services.recognition.applications.schemas import ObjectionView
from services.recognition.decisions.cases import DecisionSheet, StepStatus
from services.recognition.recognitions.domain import RECOGNITION_STATES, RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.registers.objections import decided_objections
from services.recognition.rules.schemas import RulesView
from services.recognition.season.schemas import PlacesView
from shared import clock
from shared.law.model.recognition import StepKind
from shared.platform.etag import ItemTag
from shared.platform.fields import Shape


class DecisionBody(Shape):
    """Recognise the household of an application; `etag` is the version of the application that was read, unless
    `If-Match` names it.
    """

    application: uuid.UUID
    etag: ItemTag | None = None


class RecognitionView(Shape):
    """A recognition as anyone may read it."""

    id: uuid.UUID
    uscc: str
    name: str
    county: str
    category: str
    category_label: str
    state: RecognitionState
    state_label: str
    granted_on: dt.date
    valid_until: dt.date
    benefits_from: dt.date
    certificate: str

    @classmethod
    def of(cls, row: Recognition) -> "RecognitionView":
        """From the stored row, as of today."""
        values = {name: getattr(row, name) for name in cls.model_fields if not name.endswith("_label")}
        state = row.state_on(clock.today())
        labels = {"category_label": row.category.label, "state_label": RECOGNITION_STATES.label(state)}
        return cls.model_validate(values | labels | {"state": state})


class StepStatusView(Shape):
    """A step in the policy's order, and its result."""

    step: StepKind
    label: str
    passed: Annotated[bool | None, Field(description="为空表示还没有办")]
    done_by: str | None
    done_at: dt.datetime | None
    record: dict[str, Any]

    @classmethod
    def of(cls, status: StepStatus) -> "StepStatusView":
        """From the task that was done."""
        return cls(
            step=status.step,
            label=STEP_LABELS[status.step],
            passed=status.passed,
            done_by=status.done_by,
            done_at=status.done_at,
            record=dict(status.record),
        )


class NoticeStatusView(Shape):
    """The notice that the application is on. `held`: an open objection to it holds the application."""

    public_notice: uuid.UUID
    closes_on: dt.date
    held: bool
    label: Annotated[str, Field(description="没有异议，还是异议已经办结，或者正等异议办结")]

    @classmethod
    def of(cls, sheet: DecisionSheet) -> "NoticeStatusView | None":
        """From the loaded sheet; None while it is on no notice."""
        if sheet.notice is None:
            return None
        item, notice = sheet.notice
        waiting = [one.receipt for one in sheet.objections if one.is_open and one.against == "public-notice"]
        numbers = f"（受理编号：{'、'.join(waiting)}）" if waiting else ""
        label = NOTICE_STATES.label(NoticeState.CLEARED)
        if notice.state == NoticeState.OPEN:
            label = NOTICE_STATES.label(notice.state)
        elif item.held or sheet.application.step == StepKind.PUBLIC_NOTICE:
            label = NOTICE_STATES.label(NoticeState.CLOSED) + numbers
        elif item.objected or any(one.against == "public-notice" for one in decided_objections(sheet.objections)):
            label = OBJECTIONS_DECIDED
        return cls(public_notice=notice.id, closes_on=notice.closes_on, held=sheet.held, label=label)


class UndecidedView(Shape):
    """A disqualifier that no register decides: nothing was delivered, or a day is missing."""

    rule: str
    sentence: str
    citation: str
    ruled_out: Annotated[bool, Field(description="审核人查明没有这种情形")]


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
    steps: list[StepStatusView]
    against: Annotated[list[str], Field(description="今天不符合认定条件的情形，为空表示没有")]
    undecided: Annotated[list[UndecidedView], Field(description="数据不能判断的不得认定情形，是否已由审核人查明")]
    quota: PlacesView | None
    took_part: Annotated[bool, Field(description="您经办过这份申报，不能作出认定决定")]
    notice: Annotated[NoticeStatusView | None, Field(description="公示，及公示期间的异议是否办结")]
    objections: list[ObjectionView]
    rules: Annotated[RulesView, Field(description="决定所依据的政策、另行设定的数额和采用的读法")]

    @classmethod
    def of(cls, sheet: DecisionSheet, rules: RulesView) -> "DecisionSheetView":
        """From the loaded sheet."""
        row = sheet.application
        return cls(
            application=row.id,
            uscc=row.uscc,
            name=row.name,
            county=row.county,
            state=row.state,
            state_label=application_label(row.state, unplaced=row.unplaced),
            category=row.category,
            decisions_until=sheet.season.decisions_until,
            steps=[StepStatusView.of(status) for status in sheet.steps],
            against=list(sheet.against),
            undecided=[
                UndecidedView(rule=one.rule, sentence=one.sentence, citation=one.citation, ruled_out=known)
                for one, known in sheet.undecided
            ],
            quota=PlacesView.of(sheet.places) if sheet.places is not None else None,
            took_part=sheet.took_part,
            notice=NoticeStatusView.of(sheet),
            objections=[ObjectionView.of(one, official=True) for one in sheet.objections],
            rules=rules,
        )
