"""What lists of objections are asked for, and what they show. The objector's name and contact are in none of them."""

import datetime as dt
import uuid
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Annotated, cast

from pydantic import Field, StringConstraints
from sqlalchemy import RowMapping

from services.objection.objections.domain import ENDED, NO_LAST_DAY, OBJECTION_STATES, DueDay, ObjectionState
from services.objection.objections.models import ObjectionDueDay
from services.objection.objections.schemas import DueDayView, due_day_shown
from services.objection.registers.domain import Against
from shared import clock
from shared.law.language.units import Unit
from shared.platform.fields import Region, Shape, fold_code
from shared.platform.officers import Officer
from shared.platform.paging import PagedQuery

ME = "me"


class RegionQuery(PagedQuery):
    """A page of what a region has."""

    region: Annotated[Region | None, Field(description="只看这一地区；不写为您的辖区")] = None


class WorkListQuery(RegionQuery):
    """Which objections a list shows: the open ones, or those of a state."""

    state: Annotated[ObjectionState | None, Field(description="办理状态；不写为所有未办结的")] = None
    against: Annotated[Against | None, Field(description="对什么提出异议")] = None
    assigned_to: Annotated[str | None, Field(max_length=200, description="经办人；me 为本人")] = None
    handled_at: Annotated[Region | None, Field(description="现在由哪一级市场监管部门负责")] = None
    overdue: Annotated[bool, Field(description="只看超期的")] = False
    climbed: Annotated[bool, Field(description="只看因超期上报过的")] = False
    q: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=2, max_length=40, pattern=r"^[^\x00]*$"),
        Field(description="回执号，或统一社会信用代码"),
    ] = None

    def filters(self, caller: str) -> Mapping[str, object]:
        """The filters of the list, by the names of `repository.CONDITIONS`."""
        return {
            "state": self.state.value if self.state else None,
            "against": self.against.value if self.against else None,
            "assigned_to": caller if self.assigned_to == ME else self.assigned_to,
            "handled_at": self.handled_at,
            "overdue_on": clock.today() if self.overdue else None,
            "climbed": self.climbed,
            "word": fold_code(self.q),
        }


class OversightQuery(WorkListQuery):
    """As the work list, and by age."""

    older_than: Annotated[int | None, Field(ge=1, le=3650, description="提交至今超过多少日历天")] = None

    def filters(self, caller: str) -> Mapping[str, object]:
        """The filters of the work list, and the age."""
        before = clock.today() - dt.timedelta(days=self.older_than) if self.older_than else None
        filed_before = dt.datetime.combine(before, dt.time(), clock.CHINA) if before else None
        return {**super().filters(caller), "filed_before": filed_before}


class LastDayQuery(RegionQuery):
    """Which last days a list shows."""

    what: Annotated[DueDay | None, Field(description="什么事项的期限")] = None
    overdue: Annotated[bool, Field(description="只看超期的")] = False

    def filters(self) -> Mapping[str, object]:
        """The filters of the list, by the names of `repository.CONDITIONS`."""
        return {"what": self.what.value if self.what else None, "overdue_on": clock.today() if self.overdue else None}


class ListedObjection(Shape):
    """One objection of a work list."""

    id: uuid.UUID
    receipt: Annotated[str, Field(description="回执号")]
    against: str
    against_label: str
    subject: uuid.UUID | None
    public_notice: uuid.UUID | None
    uscc: str
    name: Annotated[str | None, Field(description="户名")]
    county: str
    filed_at: dt.datetime
    age_days: Annotated[int, Field(description="提交至今的日历天数")]
    state: str
    state_label: str
    due_on: Annotated[dt.date | None, Field(description="下一个最后期限")]
    overdue: bool
    returned: bool
    extended: bool
    handled_at: Annotated[str, Field(description="现在由哪一级市场监管部门负责")]
    climbs: Annotated[int, Field(description="因超期上报的次数")]
    assigned_to: str | None
    assigned_name: Annotated[str | None, Field(description="经办人姓名")]
    etag: str

    @classmethod
    def of(cls, row: RowMapping, people: Mapping[str, Officer]) -> "ListedObjection":
        """From a row of the list and those who have acted."""
        known = {str(name): value for name, value in row.items() if name not in ("version", "due_on")}
        today, assigned = clock.today(), people.get(row["assigned_to"] or "")
        state = ObjectionState(row["state"])
        return cls(
            **known,
            against_label=Against(row["against"]).label,
            state_label=OBJECTION_STATES.label(state),
            age_days=(today - row["filed_at"].astimezone(clock.CHINA).date()).days,
            due_on=row["due_on"] if row["due_on"] < NO_LAST_DAY else None,
            overdue=state not in ENDED and row["due_on"] < today,
            assigned_name=assigned.name if assigned else None,
            etag=f'"{row["version"]}"',
        )


EXPORTED = {
    "receipt": "回执号",
    "against_label": "异议对象",
    "uscc": "统一社会信用代码",
    "name": "户名",
    "county": "县级区划",
    "filed_at": "提交时间",
    "age_days": "已过天数",
    "state_label": "办理状态",
    "due_on": "最后期限",
    "overdue": "是否超期",
    "returned": "退回过",
    "extended": "延长过",
    "handled_at": "现由何级负责",
    "climbs": "超期上报次数",
    "assigned_name": "经办人",
}
"""Columns of the exported list, and what they are called."""


def exported(one: ListedObjection) -> list[object]:
    """One row of the exported list."""
    return [_cell(getattr(one, name)) for name in EXPORTED]


def _cell(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(clock.CHINA).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else value


class StateTotal(Shape):
    """How many open objections stand in a state."""

    state: str
    state_label: str
    number: int
    overdue: int
    climbed: int
    unassigned: Annotated[int, Field(description="还没有分派的")]

    @classmethod
    def of(cls, row: RowMapping) -> "StateTotal":
        """From the counted row."""
        names = ("state", "number", "overdue", "climbed", "unassigned")
        return cls(
            **{name: row[name] for name in names}, state_label=OBJECTION_STATES.label(ObjectionState(row["state"]))
        )


class ListedLastDay(DueDayView):
    """One last day of the list, and its objection."""

    objection: uuid.UUID
    receipt: str
    uscc: str
    county: str
    against: str
    state: str

    @classmethod
    def listed(cls, row: RowMapping) -> "ListedLastDay":
        """From a row of the list."""
        own = {name: row[name] for name in ("receipt", "uscc", "against", "state", "county")}
        columns = {**row, "what": DueDay(row["what"]), "unit": Unit(row["unit"])}
        last_day = cast("ObjectionDueDay", SimpleNamespace(**columns))  # a hundred rows of the model cost twice as much
        return cls(**due_day_shown(last_day), **own, objection=row["objection_id"])


class OfficerView(Shape):
    """Somebody whom work in a region can be assigned to."""

    subject: str
    name: str | None
    roles: list[str]
    department: str | None
    region: str
    last_day: Annotated[dt.date, Field(description="最近一次办理业务的日期")]

    @classmethod
    def of(cls, officer: Officer) -> "OfficerView":
        """From those who have acted."""
        names = ("subject", "name", "department", "region", "last_day")
        return cls(**{name: getattr(officer, name) for name in names}, roles=sorted(officer.roles))
