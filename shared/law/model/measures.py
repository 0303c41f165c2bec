"""Support measures (帮扶措施): what a department does for which households, on what basis.

Most measures are no rights: `entitlement` is decided by conditions, `priority` points to conditions in other documents,
`service` is an offer, `conduct` binds the authorities that inspect and punish, `office-work` has no household of its
own. What no text says (amount, term, department, channel) stays unset and is shown so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from shared.law.language.expressions import Expression
from shared.law.language.units import Unit, Value
from shared.law.model.clauses import Citation
from shared.law.model.recognition import Category
from shared.reference.departments import Department


class MeasureKind(StrEnum):
    """What a measure is to a household."""

    ENTITLEMENT = "entitlement"
    PRIORITY = "priority"
    SERVICE = "service"
    CONDUCT = "conduct"
    OFFICE_WORK = "office-work"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return KIND_LABELS[self]

    @property
    def for_households(self) -> bool:
        """Whether a household can be entitled, verified or invited; conduct and office work are no one household's."""
        return self not in (MeasureKind.CONDUCT, MeasureKind.OFFICE_WORK)


KIND_LABELS: Mapping[MeasureKind, str] = MappingProxyType(
    {
        MeasureKind.ENTITLEMENT: "享受的待遇",
        MeasureKind.PRIORITY: "优先或衔接的政策",
        MeasureKind.SERVICE: "服务或活动",
        MeasureKind.CONDUCT: "监管执法的做法",
        MeasureKind.OFFICE_WORK: "部门自己的工作",
    }
)


class MeasureField(StrEnum):
    """The field a measure belongs to; the first six are those of 涪陵区 二(三)."""

    MARKET_ACCESS = "market-access"
    EMPLOYMENT = "employment"
    FISCAL = "fiscal"
    FINANCING = "financing"
    SOCIAL_INSURANCE = "social-insurance"
    TRAINING = "training"
    INTELLECTUAL_PROPERTY = "intellectual-property"
    SUPERVISION = "supervision"
    DIGITAL = "digital"
    PREMISES = "premises"
    PARTY_BUILDING = "party-building"
    LEGAL = "legal"
    MARKET_DEVELOPMENT = "market-development"
    GENERAL = "general"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return FIELD_LABELS[self]


FIELD_LABELS: Mapping[MeasureField, str] = MappingProxyType(
    {
        MeasureField.MARKET_ACCESS: "市场准入",
        MeasureField.EMPLOYMENT: "就业创业",
        MeasureField.FISCAL: "财税支持",
        MeasureField.FINANCING: "融资增信",
        MeasureField.SOCIAL_INSURANCE: "社会保险",
        MeasureField.TRAINING: "教育培训",
        MeasureField.INTELLECTUAL_PROPERTY: "知识产权和品牌",
        MeasureField.SUPERVISION: "监管执法",
        MeasureField.DIGITAL: "数字化和流量",
        MeasureField.PREMISES: "场所和成本",
        MeasureField.PARTY_BUILDING: "党建",
        MeasureField.LEGAL: "法律服务",
        MeasureField.MARKET_DEVELOPMENT: "市场开拓",
        MeasureField.GENERAL: "综合",
    }
)


class MeasureLevel(StrEnum):
    """The level whose measure it is."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return LEVEL_LABELS[self]


LEVEL_LABELS: Mapping[MeasureLevel, str] = MappingProxyType(
    {
        MeasureLevel.NATIONAL: "国家",
        MeasureLevel.PROVINCE: "省级",
        MeasureLevel.CITY: "市级",
        MeasureLevel.COUNTY: "县级",
    }
)
REGION_LENGTHS: Mapping[MeasureLevel, int] = MappingProxyType(
    {MeasureLevel.NATIONAL: 0, MeasureLevel.PROVINCE: 2, MeasureLevel.CITY: 4, MeasureLevel.COUNTY: 6}
)
"""Digits of the region of each level's measures."""


class Channel(StrEnum):
    """How a household comes to a measure."""

    AUTOMATIC = "automatic"
    WINDOW = "window"
    PLATFORM = "platform"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return CHANNEL_LABELS[self]


CHANNEL_LABELS: Mapping[Channel, str] = MappingProxyType(
    {Channel.AUTOMATIC: "免申即享", Channel.WINDOW: "窗口办理", Channel.PLATFORM: "平台办理"}
)


class Need(StrEnum):
    """What a household has to do before it enjoys a measure."""

    COMMITMENT = "commitment"
    CONSENT = "consent"
    APPLICATION = "application"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return NEED_LABELS[self]


NEED_LABELS: Mapping[Need, str] = MappingProxyType(
    {Need.COMMITMENT: "告知承诺", Need.CONSENT: "经营者同意", Need.APPLICATION: "经营者申请"}
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that no feed proves: a department confirms it; None: no text says which."""

    title: str
    confirmed_by: Department | None


@dataclass(frozen=True, slots=True)
class Term:
    """An amount, share or period of a measure; None: the text gives no number."""

    title: str
    unit: Unit
    value: Value | None


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a measure is for. `expression` is the author's; `whole` adds the types, the categories, what recognised
    households inherit and that the household is registered.
    """

    types: tuple[str, ...]
    categories: tuple[Category, ...]
    expression: Expression | None
    whole: Expression


@dataclass(frozen=True, slots=True)
class Commitment:
    """告知承诺: what the household is told and promises, how it is checked later, what follows when it is untrue."""

    text: str
    checked_by: str
    consequence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure. `lead`: the departments responsible, empty where none is named (unassigned); `others`: parties that
    are no departments of the list; `placeholder`: the text leaves a place for measures still to be made; `unverified`:
    the parts that no text gives.
    """

    id: str
    title: str
    kind: MeasureKind
    field: MeasureField
    level: MeasureLevel
    region: str
    lead: tuple[Department, ...]
    joint: tuple[Department, ...]
    others: str | None
    addressees: Addressees
    conditions: tuple[Condition, ...]
    terms: tuple[Term, ...]
    since: date
    until: date | None
    channel: Channel | None
    needs: tuple[Need, ...]
    commitment: Commitment | None
    limits: str | None
    ends: str | None
    contact: str | None
    guide: str | None
    citation: Citation
    placeholder: bool = False
    unverified: tuple[str, ...] = ()

    @property
    def unassigned(self) -> bool:
        """Whether no department is named: it is still to be assigned."""
        return not self.lead

    def in_force_on(self, day: date) -> bool:
        """Whether a day lies within the measure's dates, both ends included."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class MeasureList:
    """The measures of one policy's text. A draft for comments is shown, never acted upon."""

    policy: str
    draft: bool
    measures: tuple[Measure, ...]
    inheritance: Citation | None
