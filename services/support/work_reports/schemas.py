"""How work reports are shown, asked for and handed in."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from services.support.work_reports.domain import MOST_CASES, RHYTHM_LABELS, WORK_REPORT_STATES
from services.support.work_reports.models import WorkReport
from services.support.work_reports.service import Asked, Told
from shared.law.model.work_reports import WorkReportDuty
from shared.platform.fields import PublicText, Shape, ShortText
from shared.reference.departments import Department

FIGURE_LABELS: Mapping[str, str] = {
    "report:confirmed": "核实符合的户次",
    "report:refused": "核实不符合的户次",
    "report:used": "已享受的户次",
    "report:paid": "已发放的户次",
    "call:made": "走访次数",
    "problem:answer": "答复的诉求",
    "problem:satisfied": "经营者表示解决的诉求",
    "problem:supervise": "逾期督办的诉求",
}


class DutyView(Shape):
    """What a policy wants reported."""

    id: str
    region: str
    title: str
    by: Annotated[str, Field(description="departments：各成员单位；counties：各县区市场监管部门")]
    rhythm: str
    rhythm_label: str
    last_day: Annotated[int | None, Field(description="每月几日；没有这一日的月份，到月末为止")]
    on: dt.date | None
    unverified: Annotated[list[str], Field(description="文件没有写的项目（未核对）")]
    source: str
    quote: str

    @classmethod
    def of(cls, duty: WorkReportDuty) -> "DutyView":
        """As the text has it."""
        same = ("id", "region", "title", "last_day", "on")
        return cls(
            **{name: getattr(duty, name) for name in same},
            by=duty.by.value,
            rhythm=duty.rhythm.value,
            rhythm_label=RHYTHM_LABELS[duty.rhythm],
            unverified=list(duty.unverified),
            source=str(duty.citation),
            quote=duty.citation.quote,
        )


class CaseBody(Shape):
    """A case worth telling (典型案例)."""

    title: ShortText
    text: Annotated[PublicText, Field(max_length=3000)]


class HandInBody(Shape):
    """What a department reports."""

    person: Annotated[PublicText, Field(max_length=100, description="负责这项工作的专人，姓名或者岗位；不写电话")]
    statement: Annotated[PublicText, Field(description="开展情况")]
    cases: Annotated[tuple[CaseBody, ...], Field(max_length=MOST_CASES, description="典型案例")] = ()

    def told(self) -> Told:
        """As the service takes it."""
        return Told(self.person, self.statement, [one.model_dump() for one in self.cases])


class AskBody(Shape):
    """A bureau asks for something by a day."""

    title: Annotated[PublicText, Field(max_length=200, description="报送什么")]
    due_on: Annotated[dt.date, Field(description="最后一天")]
    departments: Annotated[
        tuple[Department, ...], Field(max_length=30, description="哪些部门；不写：各县区市场监管部门")
    ] = ()
    document: Annotated[PublicText, Field(max_length=500, description="哪份文件要求的")]

    def asked(self) -> Asked:
        """As the service takes it."""
        return Asked(self.title, self.due_on, self.departments, self.document)


class AskedView(Shape):
    """How many work reports were asked for."""

    opened: int


class FigureView(Shape):
    """What the platform knows of the period."""

    what: str
    label: str
    count: int
    amount_yuan: Annotated[str | None, Field(description="发放的金额，元；没有金额的为空")]


class WorkReportView(Shape):
    """A work report."""

    id: uuid.UUID
    duty: str
    period: str
    county: str
    department: str
    department_label: str
    title: str
    document: Annotated[str, Field(description="依据")]
    begins_on: dt.date
    due_on: dt.date
    unverified: Annotated[bool, Field(description="最后一天或者由谁报送，文件没有写（未核对）")]
    state: str
    state_label: str
    late: bool
    reminded_on: dt.date | None
    person: str | None
    statement: str | None
    cases: list[CaseBody]
    figures: Annotated[list[FigureView], Field(description="平台上这一期的办理情况；列表里不给")]
    handed_in_on: dt.date | None
    etag: Annotated[str, Field(description="版本，报送时在 If-Match 中给出")]

    @classmethod
    def of(cls, report: WorkReport, figures: Mapping[str, Mapping[str, Any]] | None = None) -> "WorkReportView":
        """From the row; `figures`: those of now, for one that is not handed in."""
        same = ("id", "duty", "period", "county", "title", "document", "begins_on", "due_on", "unverified", "late")
        more = ("reminded_on", "person", "statement", "handed_in_on")
        return cls(
            **{name: getattr(report, name) for name in (*same, *more)},
            department=report.department.value,
            department_label=report.department.label,
            state=report.state.value,
            state_label=WORK_REPORT_STATES.label(report.state),
            cases=[CaseBody.model_validate(one) for one in report.cases],
            figures=[_figure(what, one) for what, one in sorted((report.figures or figures or {}).items())],
            etag=f'"{report.version}"',
        )


def _figure(what: str, one: Mapping[str, Any]) -> FigureView:
    yuan = f"{one['fen'] / 100:.2f}" if one["fen"] else None
    return FigureView(what=what, label=FIGURE_LABELS.get(what, what), count=one["count"], amount_yuan=yuan)
