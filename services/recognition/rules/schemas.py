"""HTTP shapes of the rules that a quota, season or decision follows: policy, settings, readings in force."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from services.recognition.rules.service import POLICIES, stored_rules
from shared import clock
from shared.law.explain.interpretations import OpenPoint, open_points, open_points_of_decision
from shared.law.language.units import format_value
from shared.law.model.operator_kinds import OperatorKind
from shared.law.model.policy import Policy
from shared.law.model.recognition import RecognitionRules
from shared.platform.fields import Shape
from shared.platform.unit_of_work import SessionDep


class SettingView(Shape):
    """A number that the policy leaves unset and an order set, with its document."""

    name: str
    title: str
    value: str
    document: str | None


class ReadingView(Shape):
    """A phrase that the text leaves open: the reading in force, the others, and who decides."""

    interpretation: str
    question: str
    reading: Annotated[str, Field(description="采用的读法")]
    others: Annotated[list[str], Field(description="其他读法")]
    why: str
    decides: Annotated[str, Field(description="由谁决定")]
    citations: list[str]
    sentence: str

    @classmethod
    def of(cls, point: OpenPoint) -> "ReadingView":
        """From the policy's data."""
        interpretation = point.interpretation
        return cls(
            interpretation=interpretation.id,
            question=interpretation.question,
            reading=point.reading,
            others=list(point.others),
            why=interpretation.why,
            decides=interpretation.decides,
            citations=[str(citation) for citation in point.citations],
            sentence=point.sentence,
        )


class OperatorKindView(Shape):
    """A kind of operator for whom the source is relaxed. `document`: what added it to those of the policy's text."""

    id: str
    title: str
    evidence: Annotated[list[str], Field(description="通常可以证明的材料，有一种即可")]
    proven_by: Annotated[str | None, Field(description="能由哪个部门证明")]
    document: str | None

    @classmethod
    def of(cls, kind: OperatorKind) -> "OperatorKindView":
        """From the policy's data."""
        return cls(
            id=kind.id,
            title=kind.title,
            evidence=list(kind.evidence),
            proven_by=kind.proven_by.label if kind.proven_by is not None else None,
            document=kind.document,
        )


class RulesView(Shape):
    """A policy as it is applied here."""

    policy: str
    title: str
    settings: list[SettingView]
    readings: list[ReadingView]
    operator_kinds: Annotated[list[OperatorKindView], Field(description="可以放宽分类来源的经营者身份")]

    @classmethod
    def of(cls, policy: Policy, rules: RecognitionRules, points: list[OpenPoint], day: dt.date) -> "RulesView":
        """From a stored policy and its open points."""
        settings = [
            SettingView(
                name=parameter.name,
                title=parameter.title,
                value=format_value(parameter.on(day), parameter.unit),
                document=parameter.setting.document,
            )
            for parameter in rules.parameters.values()
            if parameter.setting is not None
        ]
        readings = [ReadingView.of(point) for point in points]
        return cls(
            policy=policy.id,
            title=policy.title,
            settings=settings,
            readings=readings,
            operator_kinds=[OperatorKindView.of(kind) for kind in rules.operator_kinds.kinds],
        )


async def rules_view(session: SessionDep, content_hash: str, *, of_decision: bool = False) -> RulesView:
    """A stored policy with its settings and its readings in force: all, or those a decision rests on."""
    policy, rules = await POLICIES.get(session, content_hash), await stored_rules(session, content_hash)
    points = (open_points_of_decision if of_decision else open_points)(policy, rules, clock.today())
    return RulesView.of(policy, rules, points, clock.today())
