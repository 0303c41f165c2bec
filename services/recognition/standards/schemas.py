"""HTTP shapes of a region's own standards: the scoring sheet in words, for those who are scored by it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field

from services.recognition.sheets.models import StoredSheet
from services.recognition.sheets.service import sheet_of
from shared.law.model.clauses import Citation
from shared.law.model.recognition import Category
from shared.law.model.scoring import (
    INDICATOR_KIND_LABELS,
    TIE_LABELS,
    ExclusionKind,
    Indicator,
    IndicatorKind,
    ScoreLevel,
    ScoringSheet,
    Section,
    TieOrder,
)
from shared.platform.fields import Shape
from shared.reference.regions import region_name

AppliesTo = Annotated[list[str], Field(description="只适用于哪几类；空的适用于各类")]


class SheetCitationView(Shape):
    """Where it is written in the sheet's document, and in which words."""

    article: str
    quote: str

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """From the sheet."""
        return cls(article=citation.article, quote=citation.quote)


class LevelView(Shape):
    """One level of an indicator."""

    title: str
    points: Decimal
    when: Annotated[str | None, Field(description="据数据计算的，按什么条件；由人员查明的为空")]

    @classmethod
    def of(cls, level: ScoreLevel) -> Self:
        """From the sheet."""
        return cls(title=level.title, points=level.points, when=level.when.text if level.when else None)


class IndicatorView(Shape):
    """What gives points, takes them off, or excludes."""

    id: str
    title: str
    kind: IndicatorKind
    kind_label: str
    maximum: Annotated[Decimal, Field(description="最多几分；扣分项为扣几分")]
    levels: list[LevelView]
    categories: AppliesTo
    citation: SheetCitationView

    @classmethod
    def of(cls, indicator: Indicator) -> Self:
        """From the sheet."""
        return cls(
            id=indicator.id,
            title=indicator.title,
            kind=indicator.kind,
            kind_label=INDICATOR_KIND_LABELS[indicator.kind],
            maximum=indicator.maximum,
            levels=[LevelView.of(level) for level in indicator.levels],
            categories=labels_of(indicator.categories),
            citation=SheetCitationView.of(indicator.citation),
        )


class SectionView(Shape):
    """A part of the sheet: its weight times the share of its full points that a household reaches."""

    id: str
    title: str
    weight: Annotated[Decimal, Field(description="权重；每一类适用的各部分合计 100")]
    cap: Annotated[Decimal | None, Field(description="各项合计最多计几分；空的不封顶")]
    categories: AppliesTo
    indicators: list[IndicatorView]

    @classmethod
    def of(cls, section: Section) -> Self:
        """From the sheet."""
        return cls(
            id=section.id,
            title=section.title,
            weight=section.weight,
            cap=section.cap,
            categories=labels_of(section.categories),
            indicators=indicators_of(section.indicators),
        )


class TieView(Shape):
    """One rule for equal points."""

    rule: str
    title: str


class SheetStandardView(Shape):
    """A scoring sheet in force, item by item."""

    id: uuid.UUID
    region: Annotated[str, Field(description="哪一级公布的：区划代码；县没有的用市、省的")]
    region_name: str | None
    title: str
    document: str
    document_title: str
    issuer: str
    issued_on: dt.date | None
    valid_from: dt.date
    valid_until: dt.date
    decimals: Annotated[int, Field(description="总分保留几位小数，四舍五入")]
    points_needed: Annotated[Decimal | None, Field(description="入选分数线；没有的为空")]
    assessors_least: Annotated[int | None, Field(description="每户至少几名评审员打分")]
    without_extremes_from: Annotated[int | None, Field(description="几名以上的，去掉最高分和最低分")]
    sections: list[SectionView]
    deductions: list[IndicatorView]
    vetoes: Annotated[list[IndicatorView], Field(description="一票否决")]
    bars: Annotated[list[IndicatorView], Field(description="本地限制条件：有其一就不参加评分")]
    ties: Annotated[list[TieView], Field(description="平分时依次比较；仍分不出的由联席会议议定")]

    @classmethod
    def of(cls, stored: StoredSheet) -> Self:
        """From the stored sheet."""
        sheet = sheet_of(stored)
        return cls(
            id=stored.id,
            region=stored.region,
            region_name=region_name(stored.region),
            title=sheet.title,
            document=sheet.document.number,
            document_title=sheet.document.title,
            issuer=sheet.document.issuer,
            issued_on=sheet.document.issued_on,
            valid_from=sheet.valid_from,
            valid_until=sheet.valid_until,
            decimals=sheet.decimals,
            points_needed=sheet.points_needed,
            assessors_least=sheet.assessors.least if sheet.assessors else None,
            without_extremes_from=sheet.assessors.without_extremes_from if sheet.assessors else None,
            sections=[SectionView.of(section) for section in sheet.sections],
            deductions=indicators_of(sheet.deductions),
            vetoes=exclusions_of(sheet, ExclusionKind.VETO),
            bars=exclusions_of(sheet, ExclusionKind.BAR),
            ties=[TieView(rule=rule, title=tie_title(sheet, rule)) for rule in sheet.ties],
        )


class LocalStandardsView(Shape):
    """How those who apply in a region are compared on a day."""

    region: str
    region_name: str | None
    as_of: dt.date
    scoring_sheet: Annotated[SheetStandardView | None, Field(description="没有评分表的，按分类标准的分数择优")]

    @classmethod
    def of(cls, region: str, day: dt.date, stored: StoredSheet | None) -> Self:
        """From the sheet that applies."""
        sheet = SheetStandardView.of(stored) if stored else None
        return cls(region=region, region_name=region_name(region), as_of=day, scoring_sheet=sheet)


def labels_of(categories: Iterable[Category]) -> list[str]:
    """Categories in words."""
    return [category.label for category in categories]


def indicators_of(indicators: Sequence[Indicator]) -> list[IndicatorView]:
    """Indicators in the sheet's order."""
    return [IndicatorView.of(one) for one in indicators]


def exclusions_of(sheet: ScoringSheet, kind: ExclusionKind) -> list[IndicatorView]:
    """What excludes for one kind of reason."""
    return indicators_of([one for is_kind, one in sheet.exclusions if is_kind is kind])


def tie_title(sheet: ScoringSheet, rule: str) -> str:
    """A rule for equal points in words: its own, or the title of the part whose points decide."""
    if rule in set(TieOrder):
        return TIE_LABELS[TieOrder(rule)]
    titles = {section.id: section.title for section in sheet.sections}
    titles |= {one.id: one.title for section in sheet.sections for one in section.indicators}
    return f"“{titles[rule]}”得分高的"
