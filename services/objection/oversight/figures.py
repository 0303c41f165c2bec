"""What is shown of a year's objections: everything to superiors, without small cells to the public, a summary in words.

Public figures are of one region that is asked for, never a table of regions (促进个体工商户发展条例 第三十二条).
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import RowMapping

from services.objection.objections.domain import DueDay, Outcome
from services.objection.oversight.domain import ROUNDED_TO, SMALLEST_SHOWN, public_counts, rounded
from services.objection.oversight.statistics import OPEN_RESULT, Figures, YearOfRegion
from services.objection.registers.domain import Against
from services.objection.rules.domain import GroundKind
from shared.platform.fields import Shape
from shared.reference.departments import Department
from shared.reference.regions import full_region_name

RESULT_LABELS = {
    **{outcome.value: outcome.label for outcome in Outcome},
    "declined": "不予受理",
    "withdrawn": "已撤回",
    OPEN_RESULT: "尚未办结",
}
GROUND_LABELS = {
    GroundKind.CLAUSE: "条款",
    GroundKind.FACT: "数据",
    GroundKind.READING: "对政策的理解",
    GroundKind.STEP: "办理程序",
    GroundKind.OTHER: "其他",
}


class ResultCount(Shape):
    """Objections of one kind that ended in one way."""

    against: str
    against_label: str
    result: str
    result_label: str
    number: Annotated[int | None, Field(description="件数；对公众，少于 5 件的不显示，其余按 5 的倍数取近似值")]
    median_days: Annotated[int | None, Field(description="从提交到办结的日历天数，中位数")]
    longest_days: int | None = None

    @classmethod
    def of(cls, row: RowMapping) -> "ResultCount":
        """From the counted row."""
        return cls(
            against=row["against"],
            against_label=Against(row["against"]).label,
            result=row["result"],
            result_label=RESULT_LABELS[row["result"]],
            number=row["number"],
            median_days=row["median_days"],
            longest_days=row["longest_days"],
        )


class GroundCount(Shape):
    """How often something was said to be wrong, and how often it was."""

    kind: str
    kind_label: str
    id: Annotated[str, Field(description="条款、数据、理解或步骤的编号")]
    number: int
    upheld: int
    dismissed: int
    explained: int

    @classmethod
    def of(cls, row: RowMapping) -> "GroundCount":
        """From the counted row."""
        names = ("kind", "id", "number", "upheld", "dismissed", "explained")
        return cls(**{name: row[name] for name in names}, kind_label=GROUND_LABELS[GroundKind(row["kind"])])


class DepartmentCount(Shape):
    """How often a department's data were asked about, and how often they were wrong."""

    department: str
    department_label: str
    feed: str
    asked: int
    at_fault: Annotated[int, Field(description="经核实数据有误的件数")]

    @classmethod
    def of(cls, row: RowMapping) -> "DepartmentCount":
        """From the counted row."""
        names = ("department", "feed", "asked", "at_fault")
        label = Department(row["department"]).label
        return cls(**{name: row[name] for name in names}, department_label=label)


class OverdueCount(Shape):
    """How often a last day passed."""

    what: str
    label: str
    number: int

    @classmethod
    def of(cls, row: RowMapping) -> "OverdueCount":
        """From the counted row."""
        return cls(what=row["what"], label=DueDay(row["what"]).label, number=row["number"])


class StatisticsView(Shape):
    """A year's objections, to those who oversee them."""

    region: str
    region_name: str | None
    year: int
    filed: int
    open: int
    returned: int
    extended: int
    climbed: Annotated[int, Field(description="因超期上报过的件数")]
    median_days: int | None
    results: list[ResultCount]
    grounds: list[GroundCount]
    departments: list[DepartmentCount]
    overdue: list[OverdueCount]
    summary: Annotated[str, Field(description="年度小结")]

    @classmethod
    def of(cls, figures: Figures) -> "StatisticsView":
        """From the counted rows."""
        names = ("filed", "open", "returned", "extended", "climbed", "median_days")
        return cls(
            region=figures.of.region,
            region_name=full_region_name(figures.of.region),
            year=figures.of.year,
            **{name: figures.handling[name] for name in names},
            results=[ResultCount.of(row) for row in figures.results],
            grounds=[GroundCount.of(row) for row in figures.grounds],
            departments=[DepartmentCount.of(row) for row in figures.departments],
            overdue=[OverdueCount.of(row) for row in figures.overdue],
            summary=summary_of(figures),
        )

    def table(self) -> list[list[object]]:
        """The figures as rows of one table: part, what is counted, number, of which upheld, median of days."""
        rows: list[list[object]] = [["合计", "提出", self.filed, "", _blank(self.median_days)]]
        named = {"尚未办结": self.open, "退回补正": self.returned, "延长期限": self.extended, "超期上报": self.climbed}
        rows += [["合计", label, number, "", ""] for label, number in named.items()]
        rows += [
            [f"按结果：{one.against_label}", one.result_label, one.number, "", _blank(one.median_days)]
            for one in self.results
        ]
        rows += [[f"按理由：{one.kind_label}", one.id, one.number, one.upheld, ""] for one in self.grounds]
        rows += [[f"按部门：{one.department_label}", one.feed, one.asked, one.at_fault, ""] for one in self.departments]
        return rows + [["超期事项", one.label, one.number, "", ""] for one in self.overdue]


TABLE_HEADER = ("项目", "内容", "件数", "其中成立或数据有误", "办结天数中位数")


class PublicStatistics(Shape):
    """A year's objections of one region, to the public: no names, no small cells."""

    region: str
    region_name: str | None
    year: int
    filed: Annotated[int | None, Field(description="提出的异议；太少时不显示")]
    results: list[ResultCount]
    note: str

    @classmethod
    def of(cls, of: YearOfRegion, rows: Sequence[RowMapping]) -> "PublicStatistics":
        """From the counted rows."""
        counts = public_counts({(row["against"], row["result"]): row["number"] for row in rows})
        shown = []
        for row in rows:
            number = counts.cells[row["against"], row["result"]]
            days = row["median_days"]
            known = number is not None and days is not None
            hidden = {"number": number, "longest_days": None, "median_days": rounded(days) if known else None}
            shown.append(ResultCount.of(row).model_copy(update=hidden))
        return cls(
            region=of.region,
            region_name=full_region_name(of.region),
            year=of.year,
            filed=counts.total,
            results=shown,
            note=(
                f"少于 {SMALLEST_SHOWN} 件的不显示，件数和天数按 {ROUNDED_TO} 的倍数取近似值。"
                "本统计不用于地区之间的比较或排名。"
            ),
        )


def summary_of(figures: Figures) -> str:
    """The year's summary in words: how many, how they ended, how long it took, what was most often wrong."""
    handling, ended = figures.handling, figures.handling["filed"] - figures.handling["open"]
    place = full_region_name(figures.of.region) or figures.of.region
    said = [f"{figures.of.year} 年，{place}共收到异议 {handling['filed']} 件，办结 {ended} 件"]
    by_result: dict[str, int] = {}
    for row in figures.results:
        if row["result"] != OPEN_RESULT:
            by_result[row["result"]] = by_result.get(row["result"], 0) + row["number"]
    if by_result:
        said.append("其中" + "、".join(f"{RESULT_LABELS[name]} {number} 件" for name, number in by_result.items()))
    if handling["median_days"] is not None:
        said.append(f"办结用时的中位数为 {handling['median_days']} 天")
    if handling["climbed"]:
        said.append(f"因超期上报 {handling['climbed']} 件")
    if upheld := [row for row in figures.grounds if row["upheld"]][:3]:
        said.append("成立较多的理由是" + "、".join(f"{row['id']}（{row['upheld']} 件）" for row in upheld))
    if wrong := [row for row in figures.departments if row["at_fault"]][:3]:
        named = [f"{Department(row['department']).label}（{row['at_fault']} 件）" for row in wrong]
        said.append("数据有误较多的部门是" + "、".join(named))
    return "；".join(said) + "。"


def _blank(value: int | None) -> object:
    return "" if value is None else value
