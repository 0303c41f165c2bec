"""What is shown of an objection. The objector's name and contact are never part of it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from services.objection.objections.domain import OBJECTION_STATES, BureauExplanation, Ground
from services.objection.objections.models import Objection, ObjectionDueDay
from services.objection.objections.next_steps import NextStep
from shared import clock
from shared.law.language.units import Unit
from shared.platform.fields import Shape


class GroundView(Shape):
    """What the objector says is wrong."""

    kind: str
    id: str

    @classmethod
    def of(cls, ground: Ground) -> "GroundView":
        """From a stored ground."""
        return cls(kind=ground.kind.value, id=ground.id)


class ExplanationView(Shape):
    """What a bureau explained."""

    text: str
    region: str
    on: dt.date

    @classmethod
    def of(cls, explanation: BureauExplanation) -> "ExplanationView":
        """Without the person."""
        return cls(text=explanation.text, region=explanation.region, on=dt.date.fromisoformat(explanation.on))


class NextStepView(Shape):
    """A step that the caller may take now."""

    step: str
    label: Annotated[str, Field(description="可以办理什么")]

    @classmethod
    def of(cls, step: NextStep) -> "NextStepView":
        """From a step of the table."""
        return cls(step=step.step.value, label=step.step.label)


class ObjectionView(Shape):
    """An objection, to its objector and to officers."""

    id: uuid.UUID
    receipt: Annotated[str, Field(description="回执号")]
    against: str
    against_label: Annotated[str, Field(description="对什么提出异议")]
    subject: uuid.UUID | None
    public_notice: uuid.UUID | None
    year: int | None
    uscc: str
    county: str
    filed_by: str
    filed_by_label: str
    filed_at: dt.datetime
    grounds: list[GroundView]
    statement: str
    state: str
    state_label: Annotated[str, Field(description="办理状态")]
    accept_by: dt.date | None
    complete_by: dt.date | None
    respond_by: dt.date | None
    decide_by: dt.date | None
    returned: bool
    missing: list[str]
    completion: Annotated[str | None, Field(description="补正时的说明")]
    extended: bool
    explanation: ExplanationView | None
    warning: Annotated[str | None, Field(description="作出决定前告知您的：结果可能变差，您可以撤回")]
    decline_kind: Annotated[str | None, Field(description="不予受理的情形")]
    outcome: str | None
    changed: bool | None
    reason: str | None
    answer: str | None
    next_steps: Annotated[list[NextStepView], Field(description="您现在可以办理的")]
    etag: Annotated[str, Field(description="版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, objection: Objection, steps: Sequence[NextStep] = ()) -> "ObjectionView":
        """From the row, and what the caller may do with it."""
        names = ("id", "receipt", "subject", "public_notice", "year", "uscc", "county", "filed_at", "statement")
        days = ("accept_by", "complete_by", "respond_by", "decide_by")
        result = (
            "returned",
            "missing",
            "extended",
            "changed",
            "reason",
            "answer",
            "completion",
            "decline_kind",
            "warning",
        )
        return cls(
            **{name: getattr(objection, name) for name in (*names, *days, *result)},
            against=objection.against.value,
            against_label=objection.against.label,
            filed_by=objection.filed_by.value,
            filed_by_label=objection.filed_by.label,
            grounds=[GroundView.of(ground) for ground in objection.grounds],
            state=objection.state.value,
            state_label=OBJECTION_STATES.label(objection.state),
            explanation=ExplanationView.of(objection.explanation) if objection.explanation else None,
            outcome=objection.outcome.value if objection.outcome else None,
            next_steps=[NextStepView.of(step) for step in steps],
            etag=f'"{objection.version}"',
        )


class DueDayView(Shape):
    """A last day, and how it was reckoned."""

    what: str
    label: Annotated[str, Field(description="什么事项的期限")]
    item: Annotated[uuid.UUID | None, Field(description="哪一件核实；不分件的为空")]
    due_on: Annotated[dt.date, Field(description="最后一日")]
    starts_on: Annotated[dt.date, Field(description="自这一日的次日起算")]
    days: Annotated[int, Field(description="日数")]
    unit: Annotated[str, Field(description="working-days 工作日，days 日历日")]
    parameter: Annotated[str, Field(description="政策中的数额")]
    unverified: Annotated[bool, Field(description="天数没有核对到出处")]
    source: Annotated[str, Field(description="天数的出处")]
    provisional: Annotated[bool, Field(description="涉及的年度还没有公布节假日安排")]
    previously_due_on: Annotated[dt.date | None, Field(description="公布节假日安排之前的最后一日")]
    status: Annotated[str, Field(description="running、overdue、settled 或 replaced")]
    climbs: Annotated[int, Field(description="因超期上报的次数")]
    reckoning: Annotated[str, Field(description="怎样算出来的")]

    @classmethod
    def of(cls, row: ObjectionDueDay) -> "DueDayView":
        """From the row."""
        return cls(**due_day_shown(row))


def due_day_shown(row: ObjectionDueDay) -> dict[str, Any]:
    """What `DueDayView` shows of a row."""
    names = ("item", "due_on", "starts_on", "days", "parameter", "source", "previously_due_on", "climbs", "provisional")
    return {name: getattr(row, name) for name in names} | {
        "what": row.what.value,
        "unit": row.unit.value,
        "label": row.what.label,
        "unverified": not row.verified,
        "status": due_day_status(row),
        "reckoning": reckoning_text(row),
    }


def due_day_status(row: ObjectionDueDay) -> str:
    """Whether a last day still runs."""
    if row.settled_at is not None:
        return "replaced" if row.replaced else "settled"
    return "overdue" if row.due_on < clock.today() else "running"


def reckoning_text(row: ObjectionDueDay) -> str:
    """How a last day was reckoned, in words."""
    said = f"自 {row.starts_on} 的次日起第 {row.days} {'个工作日' if row.unit is Unit.WORKING_DAYS else '日'}"
    if not row.verified:
        said += f"；天数未核对（{row.source}）"
    if row.provisional:
        said += "；涉及年度的节假日安排尚未公布，公布后重新计算"
    if row.previously_due_on is not None:
        said += f"；原为 {row.previously_due_on}，节假日安排公布后重新计算"
    return said
