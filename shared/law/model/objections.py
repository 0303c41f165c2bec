"""The rules on objections: against what, who files, receives, explains and decides them, and in how many days.

Levels are those of a bureau, or relative to the bureau whose decision is objected to. `ObjectionRule.receivers`,
`explainers` and `deciders` turn them into regions; `ObjectionRule.on` gives a period's days on a day, with the
document that sets them. What no text gives is `unverified` and must be shown so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from shared.law.language.errors import Place
from shared.law.language.units import Unit, format_value
from shared.law.model.clauses import Citation, Parameter
from shared.reference.regions import parents_of


class _Labelled(StrEnum):
    """A word of the policy file with its Chinese name."""

    label: str

    def __new__(cls, word: str, label: str = "") -> Self:
        """One member: the word, and what readers see."""
        member = str.__new__(cls, word)
        member._value_, member.label = word, label
        return member


class ObjectionKind(_Labelled):
    """What is objected to; `against` in the policy file and in the events."""

    TYPING = "typing", "分型结果"
    PUBLIC_NOTICE = "public-notice", "公示"
    REFUSAL = "refusal", "不予认定"
    NON_SELECTION = "non-selection", "未予选入"
    CONFIRMATION = "confirmation", "未予确认"
    EXTENSION = "extension", "未予延长"
    CANCELLATION = "cancellation", "取消认定"
    REVOCATION = "revocation", "撤销认定"


class ObjectionPeriod(_Labelled):
    """The periods of an objection, each a number of days that the policy names."""

    FILE = "file_days", "提出异议的期限"
    ACCEPT = "accept_days", "受理期限"
    COMPLETE = "complete_days", "补正期限"
    EXPLAIN = "explain_days", "作出解释的期限"
    RESPOND = "respond_days", "对解释表示意见的期限"
    VERIFY = "verify_days", "部门核实期限"
    DECIDE = "decide_days", "作出决定的期限"
    EXTEND = "extend_days", "可以延长一次的期限"
    REMIND = "remind_days", "到期前提醒"
    WARN = "warn_days", "告知结果将变差后撤回或放弃的期限"


class ObjectionLevel(_Labelled):
    """A bureau of a level, or one relative to the bureau whose decision is objected to."""

    COUNTY = "county", "县（市、区）级"
    CITY = "city", "市（地）级"
    PROVINCE = "province", "省（自治区、直辖市）级"
    SAME_LEVEL = "same-level", "作出决定的市场监管部门"
    SUPERIOR = "superior", "它的上一级"


class Objector(_Labelled):
    """Who may file."""

    OPERATOR = "operator", "经营者"
    ANYONE = "anyone", "写明姓名的任何人"


class FilingStart(_Labelled):
    """From which day the period for filing runs."""

    PUBLISHED = "published", "自结果公布的次日起算"
    SERVED = "served", "自告知经营者的次日起算"
    DURING_NOTICE = "during-notice", "公示期内"


LEVEL_DIGITS: Mapping[ObjectionLevel, int] = {
    ObjectionLevel.COUNTY: 6,
    ObjectionLevel.CITY: 4,
    ObjectionLevel.PROVINCE: 2,
}
"""Digits of a bureau's region by its level; a municipality under the central government is a province."""


@dataclass(frozen=True, slots=True)
class PeriodOnDay:
    """A period's days on a day. `days` None: unset, so there is no last day. Not `verified`: no text at hand gives the
    number. `document`: what sets it, if it is not the citation's own document.
    """

    period: ObjectionPeriod
    parameter: str
    days: int | None
    unit: Unit
    verified: bool
    citation: Citation
    document: str | None

    @property
    def source(self) -> str:
        """What sets the number, or where the text speaks of it; shown with the number."""
        return self.document or str(self.citation)

    @property
    def text(self) -> str:
        """The period in words, with a remark where it is not verified."""
        if self.days is None:
            return "未定（文件没有规定）"
        number = format_value(self.days, self.unit)
        return number if self.verified else f"{number}（未核对：{self.source}）"


@dataclass(frozen=True, slots=True)
class ObjectionRule:
    """Objections against one kind of decision.

    `unverified` names the fields that no text gives. `interpretations` are those that decided one of the fields.
    """

    against: ObjectionKind
    filed_by: Objector
    received_by: tuple[ObjectionLevel, ...]
    explained_by: tuple[ObjectionLevel, ...]
    decided_by: tuple[ObjectionLevel, ...]
    counted_from: FilingStart | None
    periods: Mapping[ObjectionPeriod, Parameter]
    interpretations: tuple[str, ...]
    unverified: frozenset[str]
    citation: Citation
    place: Place

    def on(self, period: ObjectionPeriod, day: date) -> PeriodOnDay | None:
        """A period's days on a day; None when the policy does not speak of it."""
        parameter = self.periods.get(period)
        return None if parameter is None else _on_day(period, parameter, day)

    def receivers(self, household: str, contested: str | None = None) -> tuple[str, ...]:
        """The regions whose bureaus receive an objection; `household` is the county of the household, `contested` the
        region of the bureau whose decision is objected to, if it is known.
        """
        return _regions(self.received_by, household, contested)

    def deciders(self, household: str, contested: str | None = None) -> tuple[str, ...]:
        """The regions whose bureaus decide."""
        return _regions(self.decided_by, household, contested)

    def explainers(self, household: str, contested: str | None = None) -> tuple[str, ...]:
        """The regions whose bureaus explain: those that may do only that, and those that receive or decide."""
        levels = dict.fromkeys((*self.explained_by, *self.received_by, *self.decided_by))
        return _regions(tuple(levels), household, contested)


@dataclass(frozen=True, slots=True)
class Objections:
    """The rules on objections: their parameters, and one rule per kind of decision."""

    parameters: Mapping[str, Parameter]
    rules: Mapping[str, ObjectionRule]
    place: Place

    def missing(self) -> tuple[ObjectionKind, ...]:
        """The kinds that the policy does not speak of."""
        return tuple(kind for kind in ObjectionKind if kind not in self.rules)


def _on_day(period: ObjectionPeriod, parameter: Parameter, day: date) -> PeriodOnDay:
    value = parameter.on(day)
    if isinstance(value, date):
        raise TypeError(f"{parameter.name} is a date, not a number of days")
    in_force = parameter.dated_on(day)
    document = in_force.document if in_force else None
    # a number that a bureau sets for one use names the document that it read itself
    by_order = document is not None and in_force is parameter.setting
    return PeriodOnDay(
        period=period,
        parameter=parameter.name,
        days=value,
        unit=parameter.unit,
        verified=parameter.verified or by_order,
        citation=parameter.citation,
        document=document,
    )


def _regions(levels: tuple[ObjectionLevel, ...], household: str, contested: str | None) -> tuple[str, ...]:
    """The regions of the levels, each once, in the levels' order; a level that the place does not have gives none."""
    found = [region for level in levels if (region := _region(level, household, contested)) is not None]
    return tuple(dict.fromkeys(found))


def _region(level: ObjectionLevel, household: str, contested: str | None) -> str | None:
    if level in LEVEL_DIGITS:
        chain = (household, *parents_of(household))
        return next((region for region in chain if len(region) == LEVEL_DIGITS[level]), None)
    if contested is None or level is ObjectionLevel.SAME_LEVEL:
        return contested
    # above a province there is no bureau on the platform: it decides itself
    return next(iter(parents_of(contested)), contested)
