"""How quarterly analyses are shown, and written as a table."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from services.support.analysis.domain import Counted, Dimension, Quarter
from services.support.analysis.models import QuarterlyAnalysis
from services.support.suppression import SMALLEST
from services.support.surveys.schemas import ResultsView
from shared.platform.fields import Shape
from shared.reference.regions import full_region_name

NOTE = (
    f"数的都是户；一户以上、少于 {SMALLEST} 户的不给，会由此推算出来的也不给，户数少的县区、类型合在一起给，"
    "户数少的行业并为“其他行业”；这样还会由合计推算出来的，这张表不分县区，各县区合在一起给。"
    "类型、类别和成立年限是形成分析那一天的，行业是国民经济行业分类（GB/T 4754）的门类，没有户的门类不列；"
    "诉求问题只数写明了哪一户的。按区划代码排列，不排名。年限的界线没有文件规定的，标“未核对”，见 /v1/support-rules。"
)
HIDDEN = "不给"
HEADER = ("数的是什么", "分组", "区划代码", "地区", "列", "数")
QuarterName = Annotated[
    str, Field(pattern=r"^2[01][0-9]{2}-Q[1-4]$", description="季度，如 2026-Q3", examples=["2026-Q3"])
]


class QuarterBody(Shape):
    """Of which quarter an analysis is made."""

    quarter: QuarterName


class AnalysisCellView(Shape):
    """How many households are in a column, or in several together."""

    columns: list[str]
    label: str
    households: Annotated[int | None, Field(description=f"一户以上、少于 {SMALLEST} 户的不给；会由此推算出来的也不给")]


class AnalysisRowView(Shape):
    """A county, or several together; no county: all of the region."""

    counties: list[str]
    households: int
    cells: list[AnalysisCellView]


class AnalysisTableView(Shape):
    """A table; no rows: too few households to show anything."""

    counted: Counted
    counted_label: str
    dimension: Dimension
    dimension_label: str
    rows: list[AnalysisRowView]
    total: AnalysisRowView | None

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "AnalysisTableView":
        """In words."""
        counted, dimension = Counted(stored["counted"]), Dimension(stored["dimension"])
        named = {"counted_label": counted.label, "dimension_label": dimension.label}
        shown = stored["shown"]
        if shown is None:
            return cls(counted=counted, dimension=dimension, rows=[], total=None, **named)
        groups = [(group, dimension.label_of(group)) for group in shown["columns"]]
        lines = zip(shown["rows"], shown["row_sums"], shown["cells"], strict=True)
        rows = [_row(counties, number, groups, cells) for counties, number, cells in lines]
        total = _row([], sum(shown["row_sums"]), groups, shown["column_sums"])
        return cls(counted=counted, dimension=dimension, rows=rows, total=total, **named)


def _row(
    counties: Sequence[str], number: int, groups: Sequence[tuple[list[str], str]], cells: Sequence[int | None]
) -> AnalysisRowView:
    columns = [
        AnalysisCellView(columns=group, label=label, households=cell)
        for (group, label), cell in zip(groups, cells, strict=True)
    ]
    return AnalysisRowView(counties=list(counties), households=number, cells=columns)


class MadeAnalysisView(Shape):
    """An analysis in a list."""

    region: str
    quarter: str
    label: str
    made_on: dt.date

    @classmethod
    def of(cls, row: QuarterlyAnalysis) -> "MadeAnalysisView":
        """From the row."""
        quarter = Quarter(row.year, row.quarter)
        return cls(region=row.region, quarter=quarter.name, label=quarter.label, made_on=row.made_on)


class AnalysisView(MadeAnalysisView):
    """A region's quarter in figures."""

    first: dt.date
    last: dt.date
    tables: list[AnalysisTableView]
    surveys: Annotated[list[ResultsView], Field(description="截止日在本季度的问卷")]
    note: str

    @classmethod
    def with_surveys(cls, row: QuarterlyAnalysis, surveys: list[ResultsView]) -> "AnalysisView":
        """From the row and the surveys of the quarter."""
        quarter = Quarter(row.year, row.quarter)
        return cls(
            **MadeAnalysisView.of(row).model_dump(),
            first=quarter.first,
            last=quarter.last,
            tables=[AnalysisTableView.of(one) for one in row.tables],
            surveys=surveys,
            note=NOTE,
        )

    def lines(self) -> list[tuple[object, ...]]:
        """All numbers, one a line, under `HEADER`."""
        found: list[tuple[object, ...]] = []
        for table in self.tables:
            of = table.counted_label, table.dimension_label
            for row in (*table.rows, *([table.total] if table.total else [])):
                place = self._place(row.counties)
                found += [(*of, *place, cell.label, _said(cell.households)) for cell in row.cells]
                found.append((*of, *place, "合计", row.households))
        for survey in self.surveys:
            for result in survey.results:
                asked = f"问卷：{survey.title}", result.question.text
                for answered in (*result.rows, *([result.total] if result.total else [])):
                    place = self._place(answered.counties)
                    found += [(*asked, *place, option.label, _said(option.answers)) for option in answered.options]
                    found.append((*asked, *place, "合计", answered.answered))
        return found

    def _place(self, counties: Sequence[str]) -> tuple[str, str]:
        codes = counties or [self.region]
        return "、".join(codes), "、".join(full_region_name(code) or code for code in codes)


def _said(number: int | None) -> object:
    return HIDDEN if number is None else number
