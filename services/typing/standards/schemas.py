"""The standards of a region over HTTP: every clause and number with the words of the law behind it."""

import datetime as dt

from pydantic import BaseModel, Field

from services.typing.directory.schemas import CitationView


class ClauseView(BaseModel):
    """One rule in words, with its numbers filled in."""

    id: str
    title: str
    restore: str | None = Field(description="怎样恢复；原文没有写的为空")
    interpretation: str | None = Field(description="决定这一条的解释的编号")
    verified: bool = Field(description="否：依据的文件没有原文，没有核对过")
    citation: CitationView


class TypeStandardView(BaseModel):
    """A type's rule: all of ``requires`` and one of ``conditions``; a residual type is whatever is left."""

    type: str
    type_label: str
    residual: bool
    requires: list[ClauseView]
    conditions: list[ClauseView]
    citation: CitationView


class TypingStandardView(BaseModel):
    """Who is not typed at all, and the types in the order in which they are tested."""

    decided_by: str
    ineligible: list[ClauseView] = Field(description="有其中一种情形的，不符合分型条件")
    types: list[TypeStandardView] = Field(description="按判定的先后")


class NumberView(BaseModel):
    """A number of the law on the day."""

    name: str
    title: str
    value: str | None = Field(description="没有定的为空")
    in_force_from: dt.date | None
    document: str | None = Field(description="数额由另一份文件定的，是哪一份")
    verified: bool = Field(description="否：依据的文件没有原文，没有核对过")
    differs: str | None = Field(description="为什么不是引文里的那个数")
    next_value: str | None = Field(description="以后哪一天起改为多少；没有的为空")
    next_from: dt.date | None
    citation: CitationView


class OtherReadingView(BaseModel):
    """A way to read an open phrase."""

    id: str
    title: str


class ReadingInForceView(BaseModel):
    """A phrase that the text leaves open, and how it is read."""

    id: str
    question: str
    in_force: OtherReadingView
    others: list[OtherReadingView]
    why: str
    decides: str
    verified: bool = Field(description="否：理由所依据的条文没有原文，没有核对过")


class CriterionView(BaseModel):
    """A reference condition of a category."""

    id: str
    title: str
    evidence: list[str] = Field(description="要交的材料")
    proven_by: str | None = Field(description="由哪个部门的数据证明；那样就不要求交材料")
    otherwise: list[str] = Field(description="原文用“或”并列、那些部门不掌握的，凭这些材料")
    besides: list[str] = Field(description="数据证明以外仍然要交的材料")
    points: int | None
    citation: CitationView


class OperatorKindView(BaseModel):
    """A kind of operator for whom the source is relaxed. A season may add others with a document."""

    id: str
    title: str
    evidence: list[str] = Field(description="通常可以证明的材料，有一种即可")
    proven_by: str | None = Field(description="能由哪个部门证明")


class CategoryStandardView(BaseModel):
    """A category. A county's own criteria are published by recognition (``GET /v1/criteria``)."""

    category: str
    category_label: str
    points_needed: int | None
    criteria: list[CriterionView] = Field(description="符合一条即可；按分数认定的，加起来达到 points_needed")
    citation: CitationView


class QuotaView(BaseModel):
    """The quota and its arithmetic."""

    share: str
    scope: str = Field(description="按哪一级的户数计算")
    scope_region: str | None = Field(description="这一级在本地区是哪个区划；查询的地区比它大的为空")
    apportioned_by: str | None = Field(description="由哪一级分配到县；不须分配的为空")
    may_apportion: str | None = Field(description="原文没有要求分配，哪一级可以分配；没有的为空")
    arithmetic: str
    year: int
    base: int | None = Field(description="已发布的当年集中分型里的户数，统计分析的批次不作基数；还没有发布的为空")
    places: int | None = Field(description="按 base 计算的数；核定的名额以认定服务的 /v1/quotas 为准")
    citation: CitationView


class StepView(BaseModel):
    """One step of a path to recognition."""

    step: str
    by: list[str]
    opens_on: dt.date | None
    until: dt.date | None
    days: str | None = Field(description="办理的期限（工作日）")
    verified: bool = Field(description="否：依据的文件没有原文，没有核对过")
    citation: CitationView


class PathView(BaseModel):
    """A path to recognition: its steps in order."""

    path: str
    path_label: str
    steps: list[StepView]


class LifeView(BaseModel):
    """What follows from recognition."""

    valid_years: str | None
    information_report_until: dt.date | None
    confirmation: list[ClauseView] = Field(description="每年确认：都要成立")
    extension: list[ClauseView] = Field(description="期满延长：符合一条即可")
    extension_years: str | None
    ban_years: str | None = Field(description="被撤销认定以后多久不得再次申报")
    recognised_from: list[str] = Field(description="互认哪些省（直辖市）的认定：区划代码")


class RecognitionStandardView(BaseModel):
    """The rules of recognition in a year."""

    recognised_by: list[str]
    sources: list[ClauseView] = Field(description="来源：有其一就可以")
    operator_kinds: list[OperatorKindView] = Field(description="可以放宽分类来源的经营者身份")
    disqualifiers: list[ClauseView] = Field(description="有其一就不得申报或推荐")
    criteria_set_by: list[str]
    criteria_filed_with: str | None
    categories: list[CategoryStandardView]
    quota: QuotaView
    opens_on: dt.date | None
    recognised_until: dt.date | None
    benefits_from: dt.date | None
    paths: list[PathView]
    life: LifeView


class PeriodView(BaseModel):
    """A period for objections in words; unset and unverified ones say so."""

    period: str
    period_label: str
    text: str
    verified: bool


class ObjectionStandardView(BaseModel):
    """Who does what with objections against one kind of decision."""

    against: str
    against_label: str
    sentence: str
    periods: list[PeriodView]
    citation: CitationView


class StandardsView(BaseModel):
    """Everything that applies in a region on a day."""

    region: str
    region_name: str | None
    as_of: dt.date
    policy: str
    title: str
    document: str
    document_title: str
    issuer: str
    draft: bool = Field(description="征求意见稿：只供查看，不据以判定、认定")
    in_force_from: dt.date
    in_force_until: dt.date | None
    typing: TypingStandardView
    numbers: list[NumberView]
    readings: list[ReadingInForceView]
    recognition: RecognitionStandardView | None
    objections: list[ObjectionStandardView]
    directory_until: dt.date | None = Field(description="最迟哪一天汇总至全国名录")
    unset: list[str] = Field(description="还没有定的数额的名称")
    unverified: list[str] = Field(description="没有核对过原文的数额、规则、步骤和解释的名称")
