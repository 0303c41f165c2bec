"""How the rules of support work are shown and set."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field, StringConstraints

from services.support.rules.domain import CallReason, CallRule, NumberInForce
from services.support.rules.models import SupportOrder
from services.support.rules.service import SupportRulesOnDay
from shared.law.model.support import SupportNumber
from shared.platform.fields import PublicText, Shape


class NumberView(Shape):
    """A number in force, with its source."""

    parameter: str
    title: str
    number: int | None
    unit: str
    text: str
    verified: Annotated[bool, Field(description="有没有核对过原文；没有的标“未核对”")]
    source: str

    @classmethod
    def of(cls, one: NumberInForce) -> "NumberView":
        """As it stands in a place on a day."""
        same = ("parameter", "title", "number", "text", "verified", "source")
        return cls(**{name: getattr(one, name) for name in same}, unit=one.unit.value)


class CallRuleView(Shape):
    """Whether a case of 必访 applies."""

    reason: str
    label: str
    parameter: Annotated[str, Field(description="另行设定时用的名称：1 实行，0 不再实行")]
    applies: bool
    source: Annotated[str | None, Field(description="依据；没有的，当地没有规定这种情形必访")]

    @classmethod
    def of(cls, rule: CallRule) -> "CallRuleView":
        """As it stands in a place on a day."""
        reason = rule.reason
        return cls(
            reason=reason.value,
            label=reason.label,
            parameter=reason.parameter,
            applies=rule.applies,
            source=rule.source,
        )


class SupportRulesView(Shape):
    """What is set for support work in a place."""

    region: str
    on: dt.date
    calls: list[CallRuleView]
    numbers: list[NumberView]

    @classmethod
    def of(cls, rules: SupportRulesOnDay, region: str) -> "SupportRulesView":
        """In a place."""
        calls = [CallRuleView.of(rules.call(reason, region)) for reason in CallReason]
        numbers = [NumberView.of(rules.number(name, region)) for name in SupportNumber]
        return cls(region=region, on=rules.day, calls=calls, numbers=numbers)


class SupportOrderBody(Shape):
    """A number that no text at hand gives, or a case of 必访, with the document that sets it."""

    parameter: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9_]+$")]
    number: Annotated[int, Field(ge=0, le=100_000)]
    document: Annotated[PublicText, Field(max_length=500, description="哪份文件定的")]


class SupportOrderView(Shape):
    """An order."""

    id: uuid.UUID
    region: str
    parameter: str
    number: int
    document: str
    ordered_on: dt.date

    @classmethod
    def of(cls, order: SupportOrder) -> "SupportOrderView":
        """From the row."""
        return cls(**{name: getattr(order, name) for name in cls.model_fields})
