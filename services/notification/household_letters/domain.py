"""How a letter is served, as 民事诉讼法 and 市场监督管理行政处罚程序规定 name the manners."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum


class ServiceManner(StrEnum):
    """How a letter reached the household."""

    DIRECT = "direct"
    LEFT = "left"
    MAILED = "mailed"
    ENTRUSTED = "entrusted"
    ANNOUNCED = "announced"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return MANNER_LABELS[self]


MANNER_LABELS: Mapping[ServiceManner, str] = {
    ServiceManner.DIRECT: "直接送达",
    ServiceManner.LEFT: "留置送达",
    ServiceManner.MAILED: "邮寄送达",
    ServiceManner.ENTRUSTED: "委托送达",
    ServiceManner.ANNOUNCED: "公告送达",
}


class ServedTo(StrEnum):
    """Whom a letter is for: the household's operator, or somebody who objects to another's notice."""

    HOUSEHOLD = "household"
    OBJECTOR = "objector"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return "经营者" if self is ServedTo.HOUSEHOLD else "异议人"


class WhyUnreached(StrEnum):
    """Why a household is on the list, as far as its messages say."""

    NO_CONTACT = "no-contact"
    NO_CONSENT = "no-consent"
    FAILED = "failed"
    MAILED = "mailed"
    UNREAD = "unread"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return WHY_LABELS[self]


WHY_LABELS: Mapping[WhyUnreached, str] = {
    WhyUnreached.NO_CONTACT: "没有联系方式，站内通知未读",
    WhyUnreached.NO_CONSENT: "未同意接收短信和邮件，站内通知未读",
    WhyUnreached.MAILED: "只发出了邮件（邮件没有送达回执），站内通知未读",
    WhyUnreached.FAILED: "短信或邮件没有送达，站内通知未读",
    WhyUnreached.UNREAD: "站内通知未读",
}


def may_be_served_on(day: dt.date, told_on: dt.date, today: dt.date) -> bool:
    """Neither before it was told nor in the future."""
    return told_on <= day <= today
