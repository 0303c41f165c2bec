"""How the policy's rules on objections are shown: grounds, periods with their source, who does what."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from services.objection.registers.domain import Against
from services.objection.rules.domain import (
    AppliedRule,
    GroundKind,
    Period,
    PeriodName,
    deciders,
    explainers,
    receivers,
)
from services.objection.rules.grounds import GroundOption, grounds_of
from services.objection.rules.models import PeriodOrder
from services.objection.rules.service import period_of
from shared.law.explain.interpretations import OpenPoint, open_points_of_objection
from shared.law.language.units import Unit
from shared.law.model.clauses import fill_title, values_on
from shared.law.model.objections import ObjectionPeriod
from shared.law.model.policy import Policy
from shared.platform.fields import PublicText, Shape
from shared.reference.regions import full_region_name

UNIT_LABELS: Mapping[Unit, str] = {Unit.DAYS: "日", Unit.WORKING_DAYS: "个工作日"}


class GroundOptionView(Shape):
    """One thing that may be wrong, to choose as a ground."""

    kind: str
    id: str
    title: str
    citation: Annotated[str | None, Field(description="依据：文件和条")]
    quote: Annotated[str | None, Field(description="原文")]
    facts: Annotated[list[str], Field(description="这一条所看的事实，也可单独作为理由")]
    reading: Annotated[str | None, Field(description="这一条所依的读法，也可单独作为理由")]
    feed: str | None
    department: Annotated[str | None, Field(description="报送这项数据的部门")]
    department_label: str | None
    in_force: Annotated[str | None, Field(description="现行读法")]
    decides: Annotated[str | None, Field(description="有权改变读法的部门")]

    @classmethod
    def of(cls, option: GroundOption) -> "GroundOptionView":
        """From the policy's own words."""
        return cls(
            kind=option.kind.value,
            id=option.id,
            title=option.title,
            citation=str(option.citation) if option.citation else None,
            quote=option.citation.quote if option.citation else None,
            facts=list(option.facts),
            reading=option.reading,
            feed=option.feed,
            department=option.department.value if option.department else None,
            department_label=option.department.label if option.department else None,
            in_force=option.in_force,
            decides=option.decides,
        )


class ReadingChoiceView(Shape):
    """One way to read a phrase."""

    id: str
    title: str


class ChosenGroundView(GroundOptionView):
    """A ground that an objector chose; of a phrase with all of its readings, one of which a proposal names."""

    choices: Annotated[list[ReadingChoiceView], Field(description="这一处的各种读法；不是读法的为空")]

    @classmethod
    def all_of(cls, policy: Policy, against: Against, day: dt.date, chosen: Sequence[str]) -> "list[ChosenGroundView]":
        """Those with these ids, in the policy's order."""
        options = [one for one in grounds_of(policy, against, day) if one.id in chosen]
        return [cls(**dict(GroundOptionView.of(one)), choices=_choices(policy, one, day)) for one in options]


def _choices(policy: Policy, option: GroundOption, day: dt.date) -> list[ReadingChoiceView]:
    if option.kind is not GroundKind.READING:
        return []
    parameters = {**policy.parameters, **(policy.recognition.parameters if policy.recognition else {})}
    values = values_on(parameters, day)
    return [
        ReadingChoiceView(id=name, title=fill_title(reading.title, parameters, values))
        for name, reading in policy.interpretations[option.id].readings.items()
    ]


class PeriodView(Shape):
    """A period that applies, with its source; without days there is no last day."""

    name: str
    label: str
    days: int | None
    unit: str
    text: str
    verified: Annotated[bool, Field(description="有没有核对过原文；没有的标“未核对”")]
    source: str

    @classmethod
    def of(cls, period: Period) -> "PeriodView":
        """From a period of the policy."""
        source = period.document or period.citation
        remark = "" if period.verified else f"（未核对：{source}）"
        number = "未设定，没有最后一天" if period.days is None else f"{period.days}{UNIT_LABELS[period.unit]}"
        return cls(
            name=period.name.value,
            label=ObjectionPeriod(f"{period.name.value}_days").label,
            days=period.days,
            unit=period.unit.value,
            text=f"{number}{remark}",
            verified=period.verified,
            source=source,
        )


class BureauView(Shape):
    """A market-supervision bureau, by its region."""

    region: str
    name: str

    @classmethod
    def all_of(cls, regions: Sequence[str]) -> "list[BureauView]":
        """Those of some regions."""
        return [cls(region=region, name=full_region_name(region) or region) for region in regions]


class OpenQuestionView(Shape):
    """What the text leaves open about the objection itself: the reading in force, and who decides."""

    question: str
    in_force: str
    decides: str

    @classmethod
    def of(cls, point: OpenPoint) -> "OpenQuestionView":
        """From the policy's interpretation."""
        return cls(question=point.interpretation.question, in_force=point.reading, decides=point.interpretation.decides)


class GroundsView(Shape):
    """Everything that somebody needs to know before filing: what may be wrong, until when, and who handles it."""

    against: str
    against_label: str
    policy: str
    policy_title: str
    citation: str
    filed_by: Annotated[str, Field(description="谁可以提出")]
    received_by: Annotated[list[BureauView], Field(description="由谁受理")]
    explained_by: Annotated[list[BureauView], Field(description="由谁解释")]
    decided_by: Annotated[list[BureauView], Field(description="由谁决定")]
    unverified: Annotated[list[str], Field(description="以上各项中，文件没有写、由平台暂定的（未核对）")]
    open_questions: list[OpenQuestionView]
    periods: list[PeriodView]
    last_day: Annotated[dt.date | None, Field(description="提出的最后一天；没有设定或不便公开时为空")]
    last_day_text: str
    grounds: list[GroundOptionView]

    @classmethod
    def of(cls, applied: AppliedRule, last_day: dt.date | None) -> "GroundsView":
        """As it applies to one place on one day."""
        policy, rule, place, day = applied.policy, applied.rule, applied.place, applied.day
        periods = [PeriodView.of(period_of(rule, name, day)) for name in PeriodName]
        text = (
            f"最后一天是 {last_day}" if last_day else next(one.text for one in periods if one.name == PeriodName.FILE)
        )
        return cls(
            against=place.against.value,
            against_label=place.against.label,
            policy=policy.id,
            policy_title=policy.title,
            citation=f"{rule.citation}：{rule.citation.quote}",
            filed_by=rule.filed_by.label,
            received_by=BureauView.all_of(receivers(rule, place)),
            explained_by=BureauView.all_of(explainers(rule, place)),
            decided_by=BureauView.all_of(deciders(rule, place)),
            unverified=sorted(rule.unverified),
            open_questions=[OpenQuestionView.of(point) for point in open_points_of_objection(policy, rule, day)],
            periods=periods,
            last_day=last_day,
            last_day_text=text,
            grounds=[GroundOptionView.of(option) for option in grounds_of(policy, place.against, day)],
        )


class PeriodOrderBody(Shape):
    """A number of days that no text at hand gives, with the document that gives it."""

    policy: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9-]+$")]
    parameter: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9_]+$")]
    days: Annotated[int, Field(ge=1, le=3660)]
    document: Annotated[PublicText, Field(max_length=500, description="哪份文件定的")]


class PeriodOrderView(Shape):
    """An order that set a period."""

    id: uuid.UUID
    policy: str
    region: str
    parameter: str
    days: int
    document: str
    ordered_on: Annotated[dt.date, Field(description="自这一天起提交的异议适用")]

    @classmethod
    def of(cls, order: PeriodOrder) -> "PeriodOrderView":
        """From the row."""
        return cls(**{name: getattr(order, name) for name in cls.model_fields})
