"""HTTP shapes of lists of households to reach out to, and their rows as tables."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from services.typing.worklists.newly_ineligible import NewlyIneligible
from services.typing.worklists.unreported import UnreportedHousehold
from shared.contracts.typing import TypeName
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.model.clauses import fill_title
from shared.platform.fields import Region, Shape
from shared.platform.paging import PagedQuery

County = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{5}$"),
    Field(description="县（市、区）的 6 位区划代码", examples=["410105"]),
]
ReportYear = Annotated[int | None, Field(ge=2000, le=2100, description="年报所属年度；不填：上一年")]


class UnreportedQuery(Shape):
    """Which county and year."""

    region: County
    year: ReportYear = None


class UnreportedPageQuery(PagedQuery):
    """The same, page by page."""

    region: County
    year: ReportYear = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class UnreportedView(BaseModel):
    """A household without an annual report."""

    uscc: str
    name: str
    region: str
    established_on: dt.date
    unreadable: bool = Field(description="报送的数据里有这一户，但读不出来：请核实，不是没有报")

    @classmethod
    def of(cls, row: UnreportedHousehold) -> Self:
        """From what was listed."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class UnreportedPage(BaseModel):
    """Households without an annual report of the year, by what was delivered until `delivered_at`."""

    region: str
    region_name: str | None
    year: int
    due_on: dt.date
    delivered_at: dt.datetime = Field(description="最近一次报送年报数据的时间；此后报的还没有算进来")
    items: list[UnreportedView]
    next: str | None = Field(description="下一页的游标；为空表示没有更多")


UNREPORTED_COLUMNS = ("统一社会信用代码", "名称", "区划代码", "成立日期", "年度", "说明")


def unreported_rows(found: Sequence[UnreportedHousehold], year: int) -> list[list[object]]:
    """The households as a table."""
    said = {True: "报送的数据读不出来，请核实", False: "没有报送"}
    return [[one.uscc, one.name, one.region, one.established_on, year, said[one.unreadable]] for one in found]


class IneligibleQuery(Shape):
    """Of which part of the run's region."""

    region: Region | None = None


class IneligiblePageQuery(PagedQuery):
    """The same, page by page."""

    region: Region | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class DefectView(BaseModel):
    """What makes a household ineligible, and how that ends."""

    clause: str
    title: str
    restore: str | None


class NewlyIneligibleView(BaseModel):
    """A household that the draft finds ineligible and that is not so today."""

    uscc: str
    name: str
    region: str
    type_before: TypeName | None = Field(description="现在的类型；没有分过型的为空")
    type_before_label: str | None
    defects: list[DefectView]

    @classmethod
    def of(cls, row: NewlyIneligible, compiled: CompiledPolicy) -> Self:
        """From what was listed, in the words of the run's policy."""
        clauses = {clause.id: clause for clause in compiled.policy.eligibility}
        return cls(
            uscc=row.uscc,
            name=row.name,
            region=row.region,
            type_before=None if row.before is None else row.before.slug,
            type_before_label=None if row.before is None else row.before.label,
            defects=[
                DefectView(
                    clause=one,
                    title=fill_title(clauses[one].title, compiled.policy.parameters, compiled.values),
                    restore=clauses[one].restore,
                )
                for one in row.defects
            ],
        )


class NewlyIneligiblePage(BaseModel):
    """Households that a run makes ineligible, by county and code."""

    run: uuid.UUID
    items: list[NewlyIneligibleView]
    next: str | None = Field(description="下一页的游标；为空表示没有更多")


INELIGIBLE_COLUMNS = ("统一社会信用代码", "名称", "区划代码", "现在的类型", "不符合的条件", "怎样恢复")


def ineligible_rows(found: Sequence[NewlyIneligible], compiled: CompiledPolicy) -> list[list[object]]:
    """The households as a table."""
    views = [NewlyIneligibleView.of(one, compiled) for one in found]
    return [
        [
            one.uscc,
            one.name,
            one.region,
            one.type_before_label or "没有分过型",
            "；".join(defect.title for defect in one.defects),
            "；".join(defect.restore for defect in one.defects if defect.restore),
        ]
        for one in views
    ]
