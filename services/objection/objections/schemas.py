"""What is shown of an objection. The objector's name and contact are never part of it."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.objection.objections.domain import OBJECTION_STATES, BureauExplanation, Ground
from services.objection.objections.models import Objection
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
    extended: bool
    explanation: ExplanationView | None
    outcome: str | None
    changed: bool | None
    reason: str | None
    answer: str | None
    etag: Annotated[str, Field(description="版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, objection: Objection) -> "ObjectionView":
        """From the row."""
        names = ("id", "receipt", "subject", "public_notice", "year", "uscc", "county", "filed_at", "statement")
        days = ("accept_by", "complete_by", "respond_by", "decide_by")
        result = ("returned", "missing", "extended", "changed", "reason", "answer")
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
            etag=f'"{objection.version}"',
        )
