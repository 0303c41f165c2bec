"""Tables of notifications, as they stand in an inbox, and of their messages on other channels."""

import datetime as dt
import uuid

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.messages.domain import Channel, Lane, MessageState, Suppression
from shared.database.columns import EnumText, Id
from shared.platform.audit import About, about

OPEN = "state in ('queued', 'sending', 'handed-over')"
DEAD = "state in ('failed', 'expired', 'uncertain') and text_emptied_at is null"
UNREAD = "read_at is null and not archived"
UNREAD_DUTY = """category = 'duty' and repeat = 0 and (uscc is not null or known_as is not null) and read_at is null
    and not archived"""
NOT_DIGESTED = "digest is not null and digested_on is null"
DUE = "due_on is not null and not archived"
OVER = """exists (select from ended_matter ended where ended.rule = notification.rule
    and ended.matter in (notification.matter, split_part(notification.matter, '/', 1))
    and ended.ended_at >= notification.occurred_at)"""
"""Of a notification: its matter has ended since, or the step of it that it is about."""
IN_ORDER = ("recipient", "told_at", "number")
"""The order of an inbox."""


class Notification(Base):
    """What one recipient is told because of one event by one rule: an entry of the inbox.

    The id follows from event, rule and recipient (`notification_id`), so nobody is told twice, whatever is read again.
    `rule` and `template` name versions. The words hold no personal data beside the household's name.

    `digest`: it has no messages of its own, the recipient's next digest lists it. `due_on`: when something is to be
    done about `matter`, which names what the event is about (an objection, a question) until that has ended.
    `known_as`: of whoever is not told as the operator of the household; a duty that they do not read is served to them.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_inbox", *IN_ORDER, postgresql_where=text("not archived")),
        Index(
            "ix_notification_category",
            "recipient",
            "category",
            "told_at",
            "number",
            postgresql_where=text("not archived"),
        ),
        Index("ix_notification_unread", *IN_ORDER, postgresql_include=["category"], postgresql_where=text(UNREAD)),
        Index("ix_notification_archived", *IN_ORDER, postgresql_where=text("archived")),
        Index("ix_notification_household", "uscc", "told_at", "number", postgresql_where=text("uscc is not null")),
        Index("ix_notification_digest", "digest", "recipient", postgresql_where=text(NOT_DIGESTED)),
        Index("ix_notification_letter", "region", "number", postgresql_where=text(UNREAD_DUTY)),
        Index("ix_notification_due", "recipient", "due_on", postgresql_where=text(DUE)),
        Index("ix_notification_told", "told_at", postgresql_using="brin", postgresql_with={"autosummarize": True}),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), comment="order of what is told at once")
    cause: Mapped[str] = mapped_column(String(100), comment="id of the event")
    rule: Mapped[str] = mapped_column(String(100))
    category: Mapped[str] = mapped_column(String(40), server_default="", comment="the rule's")
    repeat: Mapped[int] = mapped_column(
        Integer, server_default="0", comment="how many times an officer had it sent again"
    )
    repeat_of: Mapped[uuid.UUID | None] = mapped_column(comment="the first one")
    template: Mapped[str] = mapped_column(String(100), comment="name and version")
    recipient: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str | None] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(String(300), comment="where to go on, inside the portal")
    occurred_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), comment="when the event was written")
    told_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    read_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    read_by: Mapped[str | None] = mapped_column(String(200), comment="subject; who of a bureau read it first")
    archived: Mapped[bool] = mapped_column(Boolean, default=False)
    digest: Mapped[str | None] = mapped_column(String(10), comment="daily or weekly")
    digested_on: Mapped[dt.date | None] = mapped_column(Date, comment="day of the digest that listed it")
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    matter: Mapped[str | None] = mapped_column(String(100))
    known_as: Mapped[str | None] = mapped_column(
        String(100), comment="how a bureau knows whom no household stands for: the receipt of their objection"
    )
    emptied_at: Mapped[dt.datetime | None] = mapped_column(
        DateTime(timezone=True), comment="its term was over: words and recipient are gone"
    )

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.region, rule=self.rule)


class EndedMatter(Base):
    """What a rule's date is about has ended: nothing is due by it any more, nobody is reminded.

    Kept by itself, not with the notifications: an end may be heard before what it ends, and what began again after it
    is open.
    """

    __tablename__ = "ended_matter"

    rule: Mapped[str] = mapped_column(String(100), primary_key=True)
    matter: Mapped[str] = mapped_column(String(100), primary_key=True)
    ended_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), comment="when the event was written")


class Message(Base):
    """A notification on its way by a channel other than the inbox.

    `attempt` and the id make the key under which a provider that takes keys is given it (`key`). It grows when the
    message is surely not with the provider for good: after a definite refusal, and when an officer has it sent again.
    `given_to` says who was given the attempts before, and so may tell a receipt of them.
    A message is stored in the transaction of its notification, by one function, and neither is ever removed: no foreign
    key looks at each row once more.
    `tries` counts hand-overs under one key. `turn`: whether the channel's first provider is to take it or the fallback.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ux_message_channel", "notification_id", "channel", unique=True),
        Index("ix_message_queue", "channel", "lane", "turn", "try_at", "id", postgresql_where=text("state = 'queued'")),
        Index("ix_message_leased", "leased_until", postgresql_where=text("state = 'sending'")),
        Index("ix_message_asked", "try_at", postgresql_where=text("state = 'handed-over'")),
        Index("ix_message_open", "expires_at", postgresql_where=text(OPEN)),
        Index("ix_message_open_region", "region", "id", postgresql_where=text(OPEN)),
        Index("ix_message_dead_region", "region", "id", postgresql_where=text(DEAD)),
        Index("ix_message_dead_ended", "ended_at", postgresql_where=text(DEAD)),
        Index(
            "ix_message_reference",
            "provider_reference",
            "provider",
            postgresql_where=text("provider_reference is not null"),
        ),
        CheckConstraint(f"state in ({', '.join(repr(s.value) for s in MessageState)})", name="state_known"),
    )

    id: Mapped[Id]
    notification_id: Mapped[uuid.UUID]
    region: Mapped[str] = mapped_column(String(6), comment="the notification's")
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    lane: Mapped[Lane] = mapped_column(EnumText(Lane))
    state: Mapped[MessageState] = mapped_column(EnumText(MessageState), default=MessageState.QUEUED)
    suppression: Mapped[Suppression | None] = mapped_column(EnumText(Suppression))
    try_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), comment="queued: not before; handed over: when to ask for the receipt"
    )
    quiet: Mapped[str | None] = mapped_column(String(11), comment="hours in which nobody is disturbed, 21:00-08:00")
    expires_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    template_codes: Mapped[dict[str, str]] = mapped_column(JSON, comment="of the registered template, by gateway")
    parameters: Mapped[dict[str, str]] = mapped_column(JSON, comment="of the registered template, in its order")
    text: Mapped[str | None] = mapped_column(
        Text, comment="as the recipient reads it on this channel; null: the notification's body"
    )
    provider: Mapped[str | None] = mapped_column(String(40), comment="who was given it last")
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    given_to: Mapped[list[str]] = mapped_column(
        ARRAY(String(40)), server_default="{}", comment="of earlier attempts, in their order"
    )
    tries: Mapped[int] = mapped_column(Integer, server_default="0")
    asked: Mapped[int] = mapped_column(Integer, server_default="0", comment="how often what became of it was asked")
    turn: Mapped[int] = mapped_column(Integer, server_default="0")
    sent_at: Mapped[dt.datetime | None] = mapped_column(
        DateTime(timezone=True), comment="first hand-over under the present key"
    )
    leased_until: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    code: Mapped[str | None] = mapped_column(String(100), comment="the provider's, of a refusal")
    provider_reference: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    text_emptied_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def key(self) -> str:
        """Under which a provider is given it: the same until it is sure that the provider has not taken it."""
        return f"{self.id}:{self.attempt}" if self.attempt else str(self.id)

    def words(self, told: Notification) -> str:
        """As the recipient reads it on this channel; `told`: its notification."""
        return told.body if self.text is None else self.text

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.region, notification=str(self.notification_id), channel=self.channel.value)
