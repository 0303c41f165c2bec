"""Shapes of the rules that something goes by: its policy, the numbers set for it, the readings of what is open."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from services.recognition.schemas.common import Shape
from shared.policy.model import Policy
from shared.policy.recognition.model import Recognition
from shared.policy.recognition.open_points import OpenPoint
from shared.policy.units import say


class SettingView(Shape):
    """A number that the policy leaves unset and somebody set, and the document that sets it."""

    name: str
    title: str
    value: str
    document: str | None


class ReadingView(Shape):
    """A phrase that the text leaves open: the reading in force, the others, who decides, and all of it in words."""

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
        one = point.interpretation
        return cls(
            interpretation=one.id, question=one.question, reading=point.reading, others=list(point.others),
            why=one.why, decides=one.decides, citations=[str(citation) for citation in point.citations],
            sentence=point.sentence,
        )  # fmt: skip


class RulesView(Shape):
    """A policy as it is applied here."""

    policy: str
    title: str
    settings: list[SettingView]
    readings: list[ReadingView]

    @classmethod
    def of(cls, policy: Policy, rules: Recognition, points: list[OpenPoint], day: dt.date) -> "RulesView":
        """From a stored policy and its open points."""
        settings = [
            SettingView(name=one.name, title=one.title, value=say(one.on(day), one.unit), document=one.setting.document)
            for one in rules.parameters.values()
            if one.setting is not None
        ]
        readings = [ReadingView.of(point) for point in points]
        return cls(policy=policy.id, title=policy.title, settings=settings, readings=readings)
