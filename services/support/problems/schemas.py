"""Bodies and views of problems."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from services.support.problems.domain import (
    PROBLEM_STATES,
    AnswerOutcome,
    ProblemKind,
    ProblemSource,
    ProblemState,
)
from services.support.problems.models import ProblemStep, RaisedProblem
from services.support.problems.repository import KindCount
from services.support.problems.service import Answer, Raised
from shared.platform.fields import County, PublicText, Region, Shape, UsccEntry
from shared.reference.departments import Department

StatementText = Annotated[PublicText, Field(description="什么问题、要什么；不要写证件号码和电话")]


class ProblemBody(Shape):
    """A problem of a household, or of a county's households in general."""

    uscc: UsccEntry | None = None
    county: Annotated[County | None, Field(description="不是单独一户的问题，写所在县区")] = None
    source: ProblemSource = ProblemSource.HOUSEHOLD
    raised_by: Annotated[PublicText | None, Field(max_length=200, description="反映的组织、会议、联系点名称")] = None
    kind: ProblemKind
    statement: StatementText

    def raised(self) -> Raised:
        """As the service takes it."""
        return Raised(self.uscc, self.county, self.source, self.kind, self.statement, self.raised_by)


class OwnProblemBody(Shape):
    """A problem that an operator raises."""

    uscc: UsccEntry
    kind: ProblemKind
    statement: StatementText

    def raised(self) -> Raised:
        """As the service takes it."""
        return Raised(self.uscc, None, ProblemSource.HOUSEHOLD, self.kind, self.statement)


class ForwardBody(Shape):
    """The next owner."""

    department: Department
    region: Annotated[Region | None, Field(description="哪一级的部门；不写就是本县区的")] = None
    note: Annotated[PublicText | None, Field(max_length=500)] = None


class AnswerBody(Shape):
    """What the owner answers."""

    answer: Annotated[PublicText, Field(max_length=2000, description="办了什么；没有办成的，是什么原因")]
    outcome: AnswerOutcome
    enforcement: Annotated[Department | None, Field(description="移交执法查处的，由哪个部门查处")] = None

    def said(self) -> Answer:
        """As the service takes it."""
        return Answer(self.answer, self.outcome, self.enforcement)


class ResponseBody(Shape):
    """Whether it is solved, as the household sees it."""

    solved: bool
    comment: Annotated[PublicText | None, Field(max_length=1000)] = None


class StepView(Shape):
    """Something that was done."""

    at: dt.datetime
    what: str
    state: str
    state_label: str
    department: str
    region: str
    note: str | None

    @classmethod
    def of(cls, step: ProblemStep) -> "StepView":
        """From the row."""
        return cls(
            at=step.at,
            what=step.what,
            state=step.state.value,
            state_label=PROBLEM_STATES.label(step.state),
            department=step.department.value,
            region=step.owner_region,
            note=step.note,
        )


class ProblemView(Shape):
    """A problem."""

    id: uuid.UUID
    receipt: Annotated[str, Field(description="回执号")]
    uscc: str | None
    county: str
    source: str
    source_label: str
    raised_by: str | None
    kind: str
    kind_label: str
    statement: str
    raised_on: dt.date
    state: str
    state_label: str
    department: Annotated[str, Field(description="现在由哪个部门办理；同一时间只有一个")]
    department_label: str
    owner_region: str
    due_on: Annotated[dt.date | None, Field(description="这一步的最后一天；没有设定天数的为空")]
    unverified: Annotated[bool, Field(description="天数没有文件原文可以核对")]
    supervised_by: Annotated[str | None, Field(description="逾期的，由哪个地区的市场监管部门督办")]
    answer: str | None
    outcome: str | None
    outcome_label: str | None
    enforcement: str | None
    respond_by: dt.date | None
    may_respond: Annotated[bool, Field(description="经营者现在可以表示满意或者没有解决")]
    closed_because: str | None
    steps: list[StepView]
    etag: Annotated[str, Field(description="版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, problem: RaisedProblem, steps: Sequence[ProblemStep] = ()) -> "ProblemView":
        """From the rows; lists show no steps."""
        same = ("id", "receipt", "uscc", "county", "raised_by", "statement", "raised_on", "owner_region", "due_on")
        more = ("unverified", "supervised_by", "answer", "respond_by", "closed_because")
        outcome = problem.outcome
        return cls(
            **{name: getattr(problem, name) for name in (*same, *more)},
            source=problem.source.value,
            source_label=problem.source.label,
            kind=problem.kind.value,
            kind_label=problem.kind.label,
            state=problem.state.value,
            state_label=PROBLEM_STATES.label(problem.state),
            department=problem.department.value,
            department_label=problem.department.label,
            outcome=outcome.value if outcome else None,
            outcome_label=outcome.label if outcome else None,
            enforcement=problem.enforcement.value if problem.enforcement else None,
            may_respond=problem.state is ProblemState.ANSWERED and problem.awaits_household,
            steps=[StepView.of(step) for step in steps],
            etag=f'"{problem.version}"',
        )


class KindCountView(Shape):
    """How often a kind of problem came up."""

    kind: str
    label: str
    count: int
    refused: Annotated[int, Field(description="经营者表示没有解决过的")]
    overdue: Annotated[int, Field(description="逾期督办过的")]
    households_again: Annotated[int, Field(description="不止一次反映同一类问题的户数")]

    @classmethod
    def of(cls, kind: ProblemKind, one: KindCount) -> "KindCountView":
        """From the counts."""
        return cls(
            kind=kind.value,
            label=kind.label,
            count=one.count,
            refused=one.refused,
            overdue=one.overdue,
            households_again=one.households_again,
        )


class ProblemCountsView(Shape):
    """What comes up again and again in a region, in a fixed order; no regions are compared."""

    region: str
    first: dt.date
    last: dt.date
    kinds: list[KindCountView]
