"""Why a household has its type, over HTTP, and what would make it another one.

``nearest``, ``endings`` and ``readings`` are said by the household's own figures: they are empty for readers to
whom ``figures`` says that figures are not shown.
"""

import datetime as dt

from pydantic import BaseModel, Field


class CitationView(BaseModel):
    """The words of the law a sentence rests on."""

    document: str
    article: str
    quote: str


class SentenceView(BaseModel):
    """One sentence of an explanation with the clause and the words it rests on."""

    text: str
    clause: str
    holds: bool | None
    citation: CitationView | None
    facts: list[str]


class CaseView(BaseModel):
    """The type under some answers, or some numbers."""

    when: str
    type: str
    type_label: str


class MissingView(BaseModel):
    """A missing fact, the bureau that would know it, and what each answer would make of the household."""

    fact: str
    bureau: str
    text: str
    cases: list[CaseView]


class UnsetView(BaseModel):
    """A clause whose number the law left open; ``cases`` by the household's own figures, where they are shown."""

    clause: str
    parameters: list[str]
    set_by: str
    text: str
    if_held: str
    cases: list[CaseView]
    citation: CitationView


class StepView(BaseModel):
    """One clause that would have to hold, or one defect that would have to end, by the smallest change."""

    text: str
    clause: str
    citation: CitationView


class WayView(BaseModel):
    """What leads to a type; ``day``: not before; ``until``: the day from which time ends it again."""

    type: str
    type_label: str
    clause: str
    text: str
    day: dt.date | None
    until: dt.date | None
    steps: list[StepView]


class EndingView(BaseModel):
    """A clause behind the type that stops to hold on ``day``, and the type then, all else unchanged."""

    clause: str
    day: dt.date
    type: str
    type_label: str
    text: str
    citation: CitationView


class ReadingView(BaseModel):
    """A reading that is not in force and would give another type."""

    interpretation: str
    reading: str
    question: str
    decides: str
    type: str
    type_label: str
    text: str


class ExplanationView(BaseModel):
    """Why a household has its type. ``figures`` says whether its own figures are shown to this reader."""

    uscc: str
    name: str
    type: str
    type_label: str
    as_of: dt.date
    policy: str
    policy_title: str
    figures: bool
    summary: str
    sentences: list[SentenceView]
    unknown: list[SentenceView]
    missing: list[MissingView] = Field(description="还缺的数据：每一项会怎样改变判定")
    possible: list[str] = Field(description="所缺数据补齐以后可能的类型；只有一个就是已经确定")
    together: str = Field(description="所缺数据合起来的结果，一句话")
    unset: list[UnsetView] = Field(description="文件没有定的数额会怎样改变判定")
    nearest: list[WayView] = Field(description="距离更好的类型还差什么；只给经营者本人和有权的工作人员")
    endings: list[EndingView] = Field(description="现在符合、到期不再符合的条件；只给经营者本人和有权的工作人员")
    readings: list[ReadingView] = Field(description="会改变判定的其他读法；只给经营者本人和有权的工作人员")
    corrections: list[str] = Field(description="判定以后的更正：每个来源一条理由")
