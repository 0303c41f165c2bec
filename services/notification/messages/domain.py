"""Recipients, channels and lanes; the states of a message."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import sha1
from typing import Self

from shared.clock import CHINA
from shared.platform.state_machine import StateMachine

NAMESPACE = uuid.UUID("5b1c0d0e-7f3a-5c0e-9d52-7d4e2a6f9b10")
"""Of the ids of notifications, which follow from their keys."""


class RecipientKind(StrEnum):
    """Who is told: an operator, a household whose operator is unknown, the mailbox of a department in a region, one
    person who works on the platform, or an objector without an account, who is told on paper alone.
    """

    OPERATOR = "operator"
    HOUSEHOLD = "household"
    MAILBOX = "mailbox"
    PERSON = "person"
    OBJECTOR = "objector"


@dataclass(frozen=True)
class Recipient:
    """`name`: an operator's pseudonym, a uscc, `department:region`, the subject of a person's token, or the id of the
    objection that somebody without an account has filed.
    """

    kind: RecipientKind
    name: str

    @classmethod
    def of(cls, key: str) -> Self:
        """The recipient that a key names."""
        kind, _, name = key.partition(":")
        return cls(RecipientKind(kind), name)

    @cached_property
    def key(self) -> str:
        """The same for the same recipient, for good."""
        return f"{self.kind}:{self.name}"


class Channel(StrEnum):
    """How a message travels. The inbox is no channel: every notification is in it."""

    SMS = "sms"
    EMAIL = "email"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return "短信" if self is Channel.SMS else "电子邮件"


class Lane(StrEnum):
    """Urgent messages go before bulk ones."""

    URGENT = "urgent"
    BULK = "bulk"


class NotificationCategory(StrEnum):
    """What a notification is about: recipients choose by category what they want by SMS and e-mail. Of duties nobody
    can opt out: what a text obliges a bureau to tell, or the procedure, since a period begins or a right may be lost.
    """

    DUTY = "duty"
    TYPING = "typing"
    SEASON = "season"
    RECOGNITION = "recognition"
    OBJECTION = "objection"
    SUPPORT = "support"
    WORK = "work"

    @property
    def label(self) -> str:
        """Its Chinese name, as settings show it."""
        return CATEGORY_LABELS[self]


CATEGORY_LABELS: Mapping[NotificationCategory, str] = {
    NotificationCategory.DUTY: "依规定或办理程序必须告知的事项",
    NotificationCategory.TYPING: "分型结果",
    NotificationCategory.SEASON: "申报时间和提醒",
    NotificationCategory.RECOGNITION: "申报和认定",
    NotificationCategory.OBJECTION: "异议办理",
    NotificationCategory.SUPPORT: "扶持政策和服务",
    NotificationCategory.WORK: "工作提醒",
}
OPTIONAL_CATEGORIES = frozenset(NotificationCategory) - {NotificationCategory.DUTY}
"""What one can opt out of."""


TRIAL = "test/"
"""How the cause of what a rule's author sends themselves begins."""


class MessageState(StrEnum):
    """Where a message stands.

    `sending`: a provider may have it, and nobody knows until its answer is marked. `uncertain`: nobody could find out;
    it is never sent again by itself, and a late receipt still settles it.
    """

    QUEUED = "queued"
    SENDING = "sending"
    HANDED_OVER = "handed-over"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"
    SUPPRESSED = "suppressed"


M = MessageState
MESSAGE_STATES = StateMachine(
    "消息",
    {
        # delivered: a receipt of an attempt before an officer had it sent again
        M.QUEUED: {M.SENDING, M.SUPPRESSED, M.EXPIRED, M.DELIVERED},
        # queued: the provider has surely not taken it; delivered: the receipt came before the mark
        M.SENDING: {M.QUEUED, M.HANDED_OVER, M.DELIVERED, M.FAILED, M.UNCERTAIN, M.SUPPRESSED},
        M.HANDED_OVER: {M.DELIVERED, M.FAILED, M.UNCERTAIN},
        # failed: a mail that its server had taken came back
        M.DELIVERED: {M.FAILED},
        # queued: an officer has it sent again
        M.FAILED: {M.QUEUED},
        M.EXPIRED: {M.QUEUED},
        M.UNCERTAIN: {M.DELIVERED, M.FAILED, M.QUEUED},
        M.SUPPRESSED: set(),
    },
    {
        M.QUEUED: "待发送",
        M.SENDING: "发送中",
        M.HANDED_OVER: "已交运营商",
        M.DELIVERED: "已送达",
        M.FAILED: "发送失败",
        M.EXPIRED: "已过期",
        M.UNCERTAIN: "结果不明",
        M.SUPPRESSED: "只在站内",
    },
)
OPEN_STATES = frozenset({M.QUEUED, M.SENDING, M.HANDED_OVER})
"""What still moves by itself: until `expires_at` at most."""
FAILURES = frozenset({M.FAILED, M.EXPIRED, M.UNCERTAIN})
"""Ends at which the recipient was not reached, or nobody knows."""


class Suppression(StrEnum):
    """Why a message is only in the inbox."""

    NO_CONTACT = "no-contact"
    OPTED_OUT = "opted-out"
    NO_CONSENT = "no-consent"
    NO_PROVIDER = "no-provider"
    NO_TEMPLATE = "no-template"
    OPERATOR_CHANGED = "operator-changed"
    TOO_OLD = "too-old"


SUPPRESSION_LABELS: Mapping[Suppression, str] = {
    Suppression.NO_CONTACT: "没有联系方式",
    Suppression.OPTED_OUT: "收件人不要这一类消息",
    Suppression.NO_CONSENT: "收件人没有同意接收",
    Suppression.NO_PROVIDER: "没有开通这个渠道",
    Suppression.OPERATOR_CHANGED: "经营者已变更",
    Suppression.NO_TEMPLATE: "短信模板还没有在服务商处登记",
    Suppression.TOO_OLD: "事情已过去太久",
}
PORTAL_PATH = re.compile(r"/(?![/\\])[\w\-./~%?&=#:+,;@]{0,299}", re.ASCII)


def portal_path(link: str | None) -> str | None:
    """A link as it is: a path inside the portal; None for one that might lead elsewhere."""
    inside = link is not None and PORTAL_PATH.fullmatch(link) and "//" not in link.partition("?")[0]
    return link if inside else None


def notification_id(cause: str, rule: str, recipient: Recipient) -> uuid.UUID:
    """The id of a notification: the same event, rule and recipient are told once, for good."""
    return named_id(NAMESPACE.bytes, f"{cause}|{rule}|{recipient.key}")


VERSION_BITS, VERSION_5 = 0xF000 << 64 | 0xC000 << 48, 5 << 76 | 0x8000 << 48


def named_id(namespace: bytes, name: str) -> uuid.UUID:
    """What `uuid.uuid5` gives (RFC 9562, 5.5), in half the time: a published run has millions of them."""
    made = int.from_bytes(sha1(namespace + name.encode(), usedforsecurity=False).digest()[:16])
    return uuid.UUID(int=made & ~VERSION_BITS | VERSION_5)


def repeat_id(first: uuid.UUID, repeat: int) -> uuid.UUID:
    """The id of what an officer has sent again: another notification for each time."""
    return uuid.uuid5(first, f"again:{repeat}")


def message_id(notification: uuid.UUID, channel: Channel) -> uuid.UUID:
    """The id of a notification's message on a channel: one for each, for good."""
    return named_id(notification.bytes, channel)


@lru_cache(64)
def after_quiet(quiet: str | None, at: dt.datetime) -> dt.datetime:
    """The instant itself, or the end of the quiet hours (`21:00-08:00`) that it falls into, by China's clocks."""
    if quiet is None:
        return at
    begins, ends = (dt.time.fromisoformat(one) for one in quiet.split("-"))
    here = at.astimezone(CHINA)
    late, early = here.time() >= begins, here.time() < ends
    over_midnight = begins > ends
    if not (late or early if over_midnight else late and early):
        return at
    day = here.date() + dt.timedelta(days=1) if over_midnight and late else here.date()
    return dt.datetime.combine(day, ends, CHINA)
