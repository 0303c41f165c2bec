"""The look at a draft over HTTP."""

import uuid
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, Field

from services.typing.engine.plausibility import ClauseCount, NearLimit, SampledHousehold
from services.typing.plausibility.domain import TypeShare
from services.typing.plausibility.service import ReadingEffect
from services.typing.runs.domain import PURPOSE_LABELS, RunPurpose
from services.typing.runs.models import Run
from shared.law.explain.phrases import fact_phrase, value_phrase
from shared.law.language.facts import COLUMNS
from shared.law.model.clauses import ClauseRole, fill_title
from shared.law.model.policy import Policy


class ClauseCountView(BaseModel):
    """A clause, the households it holds for, and those that would have another type without it."""

    clause: str
    title: str
    article: str
    holds: int
    decides: int

    @classmethod
    def of(cls, counted: ClauseCount) -> "ClauseCountView":
        """The view of a clause."""
        clause = counted.clause
        article = str(clause.citation)
        return cls(clause=clause.id, title=clause.title, article=article, holds=counted.holds, decides=counted.decides)


class ShareView(BaseModel):
    """A type's households, and per cent of all: now, and as published for last year."""

    type: str
    type_label: str
    households: int
    percent: float
    last_year: int | None
    last_year_percent: float | None

    @classmethod
    def of(cls, share: TypeShare) -> "ShareView":
        """The view of a share."""
        return cls(
            type=share.type.slug,
            type_label=share.type.label,
            households=share.households,
            percent=share.percent,
            last_year=share.last_year,
            last_year_percent=share.last_year_percent,
        )


class NearLimitView(BaseModel):
    """Households on a limit, and within one yuan or one person below and above it."""

    fact: str
    limit: str
    clauses: list[str]
    below: int
    at: int
    above: int

    @classmethod
    def of(cls, near: NearLimit) -> "NearLimitView":
        """The view of a limit."""
        fact, clauses = near.limit.fact, list(near.limit.clauses)
        said = value_phrase(fact, near.limit.value)
        return cls(fact=fact.label, limit=said, clauses=clauses, below=near.below, at=near.at, above=near.above)


class PlausibilityView(BaseModel):
    """Whether a draft makes sense: what an officer looks at before it is published."""

    run: uuid.UUID
    purpose: RunPurpose
    purpose_label: str
    deciding_nobody: list[str] = Field(description="去掉它也没有一户改变类型的规则")
    clauses: list[ClauseCountView]
    shares: list[ShareView]
    share_change_points: float = Field(description="占比与上年相差超过几个百分点就提示（平台设置，没有文件依据）")
    near_limits: list[NearLimitView]
    warnings: list[str]


def deciding_nobody(counted: Iterable[ClauseCount]) -> list[str]:
    """The clauses without which nobody's type would change; defects that nobody has are no sign of anything."""
    return [one.clause.id for one in counted if one.decides == 0 and one.clause.role is not ClauseRole.DEFECT]


class SampledHouseholdView(BaseModel):
    """A household to look at by hand: its type, the clauses that hold or could not be decided, what they rest on."""

    uscc: str
    name: str
    region: str
    type: str
    type_label: str
    clauses: list[str]
    unknown: list[str]
    facts: list[str]

    @classmethod
    def of(cls, household: SampledHousehold, used: Sequence[str]) -> "SampledHouseholdView":
        """The view of a household; ``used``: the facts that the policy's clauses use."""
        row = household.facts
        known = {column: row[column] for column in COLUMNS}
        return cls(
            uscc=row["uscc"],
            name=row["name"] or "",
            region=row["region_code"],
            type=household.type.slug,
            type_label=household.type.label,
            clauses=list(household.clauses),
            unknown=list(household.unknown),
            facts=list(dict.fromkeys(fact_phrase(name, known, with_figures=True) for name in used)),
        )


class SampleView(BaseModel):
    """The households that a seed draws from a run: the same whenever it is asked again."""

    run: uuid.UUID
    purpose: RunPurpose
    purpose_label: str
    seed: str
    households: list[SampledHouseholdView]


SAMPLE_COLUMNS = (
    "统一社会信用代码",
    "名称",
    "区划代码",
    "判定",
    "符合的规则",
    "待核的规则",
    "依据的数据",
    "批次用途",
    "种子",
)


def sample_rows(run: Run, view: SampleView) -> list[list[str]]:
    """The sample as the rows of a table."""
    purpose = PURPOSE_LABELS[run.purpose]
    return [
        [
            one.uscc,
            one.name,
            one.region,
            one.type_label,
            "；".join(one.clauses),
            "；".join(one.unknown),
            "；".join(one.facts),
            purpose,
            view.seed,
        ]
        for one in view.households
    ]


class MoveView(BaseModel):
    """Households that go from one type to another."""

    from_type: str
    to_type: str
    households: int


class ReadingEffectView(BaseModel):
    """An open question of the text, the reading in force, another reading, and the households that it would move."""

    interpretation: str
    question: str
    decides: str
    reading_in_force: str
    reading: str
    title: str
    households: int
    moves: list[MoveView]

    @classmethod
    def of(cls, effect: ReadingEffect) -> "ReadingEffectView":
        """The view of a reading."""
        asked, compiled = effect.reading.interpretation, effect.reading.compiled
        return cls(
            interpretation=asked.id,
            question=asked.question,
            decides=asked.decides,
            reading_in_force=asked.chosen,
            reading=effect.reading.reading.id,
            title=fill_title(effect.reading.reading.title, compiled.policy.parameters, compiled.values),
            households=sum(effect.moves.values()),
            moves=[
                MoveView(from_type=before.slug, to_type=after.slug, households=households)
                for (before, after), households in effect.moves.items()
            ],
        )


class PracticeView(BaseModel):
    """An open question about how things are done, which no rule computes: how the platform does it, and who decides."""

    interpretation: str
    question: str
    reading: str
    kept_by: str
    decides: str


class ReadingEffectsView(BaseModel):
    """How many households each open question of typing would move; those about how things are done move none by
    themselves and are named.
    """

    run: uuid.UUID
    readings: list[ReadingEffectView]
    practice: list[PracticeView]


def practice_of(policy: Policy) -> list[PracticeView]:
    """The open questions of a policy about how things are done."""
    return [
        PracticeView(
            interpretation=one.id,
            question=one.question,
            reading=one.reading.title,
            kept_by=one.kept_by,
            decides=one.decides,
        )
        for one in policy.interpretations.values()
        if one.kept_by is not None
    ]
