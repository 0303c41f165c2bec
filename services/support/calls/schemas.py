"""Bodies and views of calls and of the officials who are in touch with households."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from services.support.calls.domain import CALL_STATES
from services.support.calls.models import Call, CallOccasion, HouseholdOfficial
from services.support.calls.repository import shown_last_day
from services.support.calls.service import ByHand, Official, Opened, Visit
from services.support.problems.domain import ProblemKind
from services.support.registers.models import Household
from services.support.rules.domain import CallReason
from shared.platform.fields import County, PublicText, Shape, ShortText, UsccEntry
from shared.reference.departments import Department

MOST_CODES = 5000
UnitName = Annotated[ShortText, Field(max_length=60, description="片区：市场监管所、街道等")]
StaffSubject = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$"),
    Field(description="工作人员的账号（令牌的 sub）"),
]


class OfficialBody(Shape):
    """Somebody who visits households."""

    subject: StaffSubject
    name: Annotated[PublicText, Field(max_length=100, description="姓名，经营者看得到")]
    department: Department

    def official(self) -> Official:
        """As the service takes it."""
        return Official(self.subject, self.name, self.department)


class CallsBody(Shape):
    """Households to be visited, by a case that the data do not show."""

    reason: CallReason
    households: Annotated[list[UsccEntry], Field(min_length=1, max_length=MOST_CODES)]
    happened_on: Annotated[dt.date, Field(description="情况发生或者查到的日期；同一日期、同一情形再登记一次不会重复")]
    note: Annotated[PublicText | None, Field(max_length=500, description="说明，例如名单出自哪里")] = None

    def by_hand(self) -> ByHand:
        """As the service takes it."""
        return ByHand(self.reason, self.households, self.happened_on, self.note)


class CallsOpenedView(Shape):
    """What came of a list of households."""

    opened: Annotated[int, Field(description="新增的必访")]
    joined: Annotated[int, Field(description="并入已有的必访，一次走访")]
    known: Annotated[int, Field(description="以前登记过，没有再登记")]
    not_found: Annotated[list[str], Field(description="不是本辖区已知的户，没有登记")]

    @classmethod
    def of(cls, opened: Opened, not_found: list[str]) -> "CallsOpenedView":
        """From the service's answer."""
        return cls(opened=opened.opened, joined=opened.joined, known=opened.known, not_found=not_found)


class FoundProblemBody(Shape):
    """A problem that a visit found."""

    kind: ProblemKind
    statement: Annotated[PublicText, Field(max_length=2000)]


class VisitBody(Shape):
    """A visit that was made."""

    visited_on: dt.date
    finding: Annotated[PublicText, Field(description="了解到的情况；不要写证件号码和电话")]
    problems: Annotated[tuple[FoundProblemBody, ...], Field(max_length=10, description="发现的问题，各成一件诉求")] = ()

    def visit(self) -> Visit:
        """As the service takes it."""
        return Visit(self.visited_on, self.finding, [(one.kind, one.statement) for one in self.problems])


class OccasionView(Shape):
    """What made a call due."""

    reason: str
    label: str
    happened_on: dt.date
    note: str | None

    @classmethod
    def of(cls, one: CallOccasion) -> "OccasionView":
        """From the row."""
        return cls(reason=one.reason.value, label=one.reason.label, happened_on=one.happened_on, note=one.note)


class CallView(Shape):
    """A call."""

    id: uuid.UUID
    uscc: str
    name: Annotated[str | None, Field(description="字号名称")]
    county: str
    unit: str | None
    state: str
    state_label: str
    occasions: Annotated[list[OccasionView], Field(description="为什么要走访；几个情形，一次走访，已经不存在的不列")]
    opened_on: dt.date
    due_on: Annotated[dt.date | None, Field(description="最后一天；没有设定天数的为空")]
    unverified: Annotated[bool, Field(description="天数没有文件原文可以核对")]
    provisional: Annotated[bool, Field(description="其间有年份的放假安排尚未公布，最后一天可能调整")]
    assigned_to: str | None
    assigned_name: str | None
    department: str | None
    department_label: str | None
    visited_on: dt.date | None
    finding: str | None
    waived_because: str | None
    etag: Annotated[str, Field(description="版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, call: Call, occasions: Sequence[CallOccasion], household: Household | None) -> "CallView":
        """From the rows."""
        same = ("id", "uscc", "county", "opened_on", "unverified", "provisional", "assigned_to", "assigned_name")
        ended = ("visited_on", "finding", "waived_because")
        return cls(
            **{name: getattr(call, name) for name in (*same, *ended)},
            name=household.name if household else None,
            unit=household.unit if household else None,
            state=call.state.value,
            state_label=CALL_STATES.label(call.state),
            occasions=[
                OccasionView.of(one) for one in occasions if one.settled_on is None or call.ended_at is not None
            ],
            due_on=shown_last_day(call.due_on),
            department=call.department.value if call.department else None,
            department_label=call.department.label if call.department else None,
            etag=f'"{call.version}"',
        )


class OwnVisitView(Shape):
    """A visit that was made, to the household's operator: when, by whom, why. What the visitor wrote down for the
    bureau is not told.
    """

    id: uuid.UUID
    uscc: str
    name: Annotated[str, Field(description="字号名称")]
    visited_on: dt.date
    visitor: Annotated[str | None, Field(description="走访的人")]
    department_label: str | None
    reasons: Annotated[list[str], Field(description="为什么走访")]

    @classmethod
    def of(cls, call: Call, name: str, occasions: Sequence[CallOccasion]) -> "OwnVisitView":
        """From the rows of a visit that was made."""
        if call.visited_on is None:
            raise LookupError(f"{call.id} was not made")
        return cls(
            id=call.id,
            uscc=call.uscc,
            name=name,
            visited_on=call.visited_on,
            visitor=call.assigned_name,
            department_label=call.department.label if call.department else None,
            reasons=list(dict.fromkeys(one.reason.label for one in occasions)),
        )


class AppointmentBody(Shape):
    """Who is in touch with a household, or with a unit of a county."""

    uscc: UsccEntry | None = None
    county: County | None = None
    unit: UnitName | None = None
    official: OfficialBody


class AppointmentView(Shape):
    """Who is in touch with a household or a unit."""

    id: uuid.UUID
    county: str
    uscc: str | None
    unit: str | None
    subject: Annotated[str | None, Field(description="账号；经营者看不到")]
    name: str
    department: str
    department_label: str

    @classmethod
    def of(cls, row: HouseholdOfficial, *, to_operator: bool = False) -> "AppointmentView":
        """From the row."""
        return cls(
            id=row.id,
            county=row.county,
            uscc=row.uscc,
            unit=row.unit,
            subject=None if to_operator else row.subject,
            name=row.name,
            department=row.department.value,
            department_label=row.department.label,
        )


class UnitBody(Shape):
    """Households that belong to a unit of a county."""

    county: County
    unit: UnitName
    households: Annotated[list[UsccEntry], Field(min_length=1, max_length=MOST_CODES)]


class UnitView(Shape):
    """How many households of the county were put into the unit."""

    county: str
    unit: str
    households: int
