"""The directory over HTTP: households, policies and their findings, explanations.

No figure of a household is in the public shapes, nor which clause on one holds: the household chooses. To readers to
whom ``figures`` says that figures are not shown, an explanation gives the standard of the type in the words of the law:
no sentence says whether it ``holds``, and all that rests on the household's own data is empty.
"""

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from shared.contracts.typing import TypeName
from shared.law.verifier.findings import FindingKind
from shared.platform.fields import Region, UsccLookup
from shared.platform.paging import PagedQuery


class DirectoryQuery(PagedQuery):
    """What to look for. ``name``: part of a name, or a code or part of one; width, case, dots, brackets and blanks do
    not matter. ``match``: names that begin so; names that resemble the words; or names and codes that hold them, and
    where there are none, names that resemble them.
    """

    name: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")] | None = None
    uscc: UsccLookup | None = None
    region: Region | None = None
    type: TypeName | None = None
    match: Literal["auto", "prefix", "similar"] = "auto"


class HouseholdView(BaseModel):
    """A household as the public finds it."""

    uscc: str
    name: str
    region: str
    region_name: str | None
    type: str
    type_label: str
    year: int
    policy: str
    run: uuid.UUID
    corrections: list[str] = Field(description="更正的理由：每个来源一条")
    upon_objection: bool = Field(description="其中是否有经异议处理的更正")


class SetNumberView(BaseModel):
    """A number that the text leaves open, as a document sets it from a day on."""

    parameter: str
    title: str
    value: str
    in_force_from: dt.date
    document: str


class PolicyView(BaseModel):
    """A policy in short. ``draft``: it was published for comments (征求意见稿) and is in force on no day."""

    id: str
    title: str
    document: str
    regions: list[str]
    in_force_from: dt.date | None
    in_force_until: dt.date | None
    draft: bool
    unset_parameters: list[str]
    set_numbers: list[SetNumberView]


class CitationView(BaseModel):
    """The passage of the law that a sentence is based on."""

    document: str
    article: str
    quote: str


class SentenceView(BaseModel):
    """One sentence of an explanation with the clause and the words it rests on."""

    text: str
    clause: str
    holds: bool | None = Field(description="是否符合；还不能判断的，或者不向查询人显示的，为空")
    citation: CitationView | None
    facts: list[str]


class TypeOutcomeView(BaseModel):
    """The type under some answers, or some numbers."""

    when: str
    type: str
    type_label: str


class MissingFactView(BaseModel):
    """A missing fact, the bureau that would know it, and what each answer would make of the household."""

    fact: str
    bureau: str
    text: str
    cases: list[TypeOutcomeView]


class UnsetParameterView(BaseModel):
    """A clause whose number the law left open; ``cases`` by the household's own figures, where they are shown."""

    clause: str
    parameters: list[str]
    set_by: str
    text: str
    if_held: str
    cases: list[TypeOutcomeView]
    citation: CitationView


class RecourseStepView(BaseModel):
    """One clause that would have to hold, or one defect that would have to end, by the smallest change."""

    text: str
    clause: str
    citation: CitationView


class RecourseView(BaseModel):
    """What leads to a type; ``day``: not before; ``until``: the day from which time ends it again."""

    type: str
    type_label: str
    clause: str
    text: str
    day: dt.date | None
    until: dt.date | None
    steps: list[RecourseStepView]


class ExpiryView(BaseModel):
    """A condition of the type that expires on ``day``, and the type from then on, all else unchanged."""

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
    """Why a household has its type. ``figures`` says whether what rests on its own figures is shown to this reader."""

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
    missing: list[MissingFactView] = Field(description="还缺的数据：每一项会怎样改变判定")
    possible: list[str] = Field(description="所缺数据补齐以后可能的类型；只有一个就是已经确定")
    together: str = Field(description="所缺数据合起来的结果，一句话")
    unset: list[UnsetParameterView] = Field(description="文件没有定的数额会怎样改变判定")
    nearest: list[RecourseView] = Field(description="距离更好的类型还差什么；只给经营者本人和有权的工作人员")
    endings: list[ExpiryView] = Field(description="现在符合、到期不再符合的条件；只给经营者本人和有权的工作人员")
    readings: list[ReadingView] = Field(description="会改变判定的其他读法；只给经营者本人和有权的工作人员")
    corrections: list[str] = Field(description="更正的理由：每个来源一条")
    upon_objection: bool = Field(description="其中是否有经异议处理的更正")


class WitnessView(BaseModel):
    """An invented household that demonstrates a finding: what is special about it, its type, its clauses."""

    side: str
    household: str
    type: str
    type_label: str
    sentences: list[SentenceView]


class FindingView(BaseModel):
    """One finding. ``attention``: the policy's authors should look at it; ``about``: the ids of what it is about."""

    kind: FindingKind
    text: str
    attention: bool
    about: list[str]
    households: list[WitnessView]


class FindingsView(BaseModel):
    """Everything that was proved of a policy as of a date; each household was typed by the engine too."""

    policy: str
    policy_hash: str
    as_of: dt.date
    needs_attention: bool
    set_numbers: list[SetNumberView] = Field(description="检查时用了的、由文件另行设定的数额；没有的为空")
    ordinary: str
    findings: list[FindingView]
