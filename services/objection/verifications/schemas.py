"""HTTP shapes of verifications."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from services.objection.objections.domain import NO_LAST_DAY, ObjectionState
from services.objection.verifications.domain import Finding, VerificationState
from services.objection.verifications.models import FactVerification
from services.objection.verifications.repository import WAITING
from shared import clock
from shared.feeds.contract.feeds import FEEDS
from shared.law.language.vocabulary import ALL_FACTS
from shared.platform.fields import Reason, Region, Shape, Year

Name = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Cell = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f]*$")]


class VerificationBody(Shape):
    """What a department is asked."""

    objection: uuid.UUID
    facts: Annotated[tuple[Name, ...], Field(max_length=20, description="核实哪些事实；写了就不必写 feed")] = ()
    feed: Annotated[Name | None, Field(description="核实哪一类数据")] = None
    year: Annotated[Year | None, Field(description="数据所属年度；不写为分型年度的上一年")] = None
    region: Annotated[Region | None, Field(description="向哪一级的部门核实；不写为该户所在的县")] = None
    question: Annotated[Reason, Field(description="请核实的内容")]


class AnswerBody(Shape):
    """What the department says."""

    finding: Annotated[Finding, Field(description="confirmed 无误；corrected 有误；cannot-say 无法核实")]
    row: Annotated[
        dict[Name, Cell] | None, Field(max_length=40, description="更正后的整行数据，列名同报送；空为不掌握")
    ] = None
    note: Annotated[Reason | None, Field(description="说明，异议人可见，不写具体数额")] = None


class VerificationView(Shape):
    """A question and its answer. `row` only to those who handle the objection."""

    id: uuid.UUID
    objection: uuid.UUID
    uscc: str
    county: str
    department: str
    department_label: str
    region: str
    feed: str
    feed_label: str
    year: int | None
    facts: list[str]
    fact_labels: Annotated[list[str], Field(description="核实的事实")]
    readings: Annotated[list[str], Field(description="政策现在怎样理解这些事实")]
    question: str
    due_on: dt.date | None
    state: str
    state_label: str
    finding: str | None
    finding_label: str | None
    note: str | None
    row: dict[str, str] | None
    etag: Annotated[str, Field(description="版本，答复时在 If-Match 中给出")]

    @classmethod
    def of(
        cls, row: FactVerification, objection: ObjectionState, corrected: Mapping[str, str] | None = None
    ) -> "VerificationView":
        """From the row and the state of its objection."""
        state = state_of(row, objection)
        names = ("id", "uscc", "county", "region", "feed", "year", "facts", "readings", "question", "note")
        return cls(
            **{name: getattr(row, name) for name in names},
            objection=row.objection_id,
            department=row.department.value,
            department_label=row.department.label,
            feed_label=FEEDS[row.feed].title,
            fact_labels=[ALL_FACTS[name].label for name in row.facts if name in ALL_FACTS],
            due_on=None if row.due_on == NO_LAST_DAY else row.due_on,
            state=state.value,
            state_label=state.label,
            finding=row.finding.value if row.finding else None,
            finding_label=row.finding.label if row.finding else None,
            row=dict(corrected) if corrected is not None else None,
            etag=f'"{row.version}"',
        )


def state_of(row: FactVerification, objection: ObjectionState) -> VerificationState:
    """Where a question stands."""
    if row.answered_at is not None:
        return VerificationState.ANSWERED
    if objection not in WAITING:
        return VerificationState.ENDED
    return VerificationState.OVERDUE if row.due_on < clock.today() else VerificationState.ASKED
