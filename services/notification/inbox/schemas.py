"""What is asked of inboxes, and what is shown of them and of what a household was told. No address is in any of it."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import RowMapping

from services.notification.inbox.repository import COUNTED, Position
from services.notification.messages.domain import (
    MESSAGE_STATES,
    SUPPRESSION_LABELS,
    Channel,
    Lane,
    MessageState,
    NotificationCategory,
    RecipientKind,
    Suppression,
    portal_path,
)
from services.notification.messages.models import Message, Notification
from shared.platform.fields import Shape, UsccLookup
from shared.platform.paging import PagedQuery, PageQuery

MOST_AT_ONCE = 200
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
LARGEST = ((dt.datetime(9999, 1, 1, tzinfo=dt.UTC) - EPOCH) // MICROSECOND, 2**63 - 1)


def position_of(row: Notification) -> tuple[int, int]:
    """Where a page ends, as a cursor holds it: microseconds and number."""
    return (row.told_at - EPOCH) // MICROSECOND, row.number


def seen(page: PageQuery[tuple[int, int]]) -> Position | None:
    """The place that a cursor names, inside what a database can hold."""
    if page.after is None:
        return None
    since, number = (min(max(value, 0), largest) for value, largest in zip(page.after, LARGEST, strict=True))
    return EPOCH + since * MICROSECOND, number


class InboxQuery(PagedQuery):
    """Which notifications a list shows."""

    unread: Annotated[bool, Field(description="只看未读的")] = False
    archived: Annotated[bool, Field(description="看已归档的；不写为未归档的")] = False
    category: Annotated[NotificationCategory | None, Field(description="事项类别")] = None
    uscc: Annotated[UsccLookup | None, Field(description="只看与这一户有关的")] = None
    since: Annotated[AwareDatetime | None, Field(description="只看这一时刻以来的")] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.unread and self.archived:
            raise PydanticCustomError("unread_archived", "已归档的通知不再算未读，请只选一项")
        return self

    def filters(self) -> Mapping[str, object]:
        """By the names of `repository.CONDITIONS`."""
        return {
            "unread": self.unread,
            "archived": self.archived,
            "category": self.category.value if self.category else None,
            "uscc": self.uscc,
            "since": self.since,
        }


class ToldQuery(PagedQuery):
    """Which household's notifications."""

    uscc: UsccLookup


class NotificationView(Shape):
    """One entry of an inbox. `link`: what to do next, a path inside the portal. `matter_over`: nothing is due any
    more.
    """

    id: uuid.UUID
    inbox: RecipientKind
    category: str
    category_label: str
    title: str
    body: str
    link: str | None
    uscc: str | None
    region: str
    rule: str
    template: str
    occurred_at: dt.datetime
    told_at: dt.datetime
    due_on: dt.date | None
    matter_over: bool
    read_at: dt.datetime | None
    read_by: Annotated[str | None, Field(description="本单位收件箱里最先阅读的人")]
    archived: bool

    @classmethod
    def of(cls, row: Notification, ended: Collection[uuid.UUID] = ()) -> "NotificationView":
        """From the row, and those of which the matter has ended."""
        return cls(**_shown(row, set(cls.model_fields) - {"matter_over"}), matter_over=row.id in ended)


class MessageView(Shape):
    """A message on a channel: its words and how it ended; never where it was sent to."""

    id: uuid.UUID
    channel: Channel
    channel_label: str
    lane: Lane
    state: MessageState
    state_label: str
    suppression: Suppression | None
    suppression_label: str | None
    text: str
    template_codes: dict[str, str]
    attempt: int
    code: str | None
    ended_at: dt.datetime | None

    @classmethod
    def of(cls, row: Message, told: Notification) -> "MessageView":
        """From the row and its notification's."""
        shown = {
            "text": row.words(told),
            "channel_label": row.channel.label,
            "state_label": MESSAGE_STATES.label(row.state),
            "suppression_label": SUPPRESSION_LABELS[row.suppression] if row.suppression else None,
        }
        named = set(cls.model_fields) - set(shown)
        return cls(**{name: getattr(row, name) for name in named}, **shown)


class ToldView(Shape):
    """What a household was told: in which words, by which version of rule and template, on which channels, and what
    became of it. `repeat`: the how-manieth time it was sent again.
    """

    id: uuid.UUID
    recipient: RecipientKind
    category: str
    category_label: str
    title: str
    body: str
    link: str | None
    uscc: str | None
    region: str
    rule: str
    template: str
    cause: str
    occurred_at: dt.datetime
    told_at: dt.datetime
    read_at: dt.datetime | None
    repeat: int
    messages: list[MessageView]

    @classmethod
    def of(cls, row: Notification, messages: Sequence[Message]) -> "ToldView":
        """From the row and the rows of its messages."""
        values = _shown(row, set(cls.model_fields) - {"messages"})
        return cls(**values, messages=[MessageView.of(one, row) for one in messages])


class InboxUnread(Shape):
    """How much is unread in one inbox, by category; `more`: at least so many."""

    inbox: RecipientKind
    name: Annotated[str | None, Field(description="本单位收件箱：部门和地区；本户：统一社会信用代码")]
    unread: int
    more: bool
    by_category: dict[str, int]


class UnreadView(Shape):
    """How much is unread in all of the caller's inboxes."""

    unread: int
    more: bool
    by_category: dict[str, int]
    inboxes: list[InboxUnread]

    @classmethod
    def of(cls, rows: Sequence[RowMapping], recipients: Sequence[str]) -> "UnreadView":
        """From counts by recipient and category."""
        counts: dict[str, dict[str, int]] = {recipient: {} for recipient in recipients}
        total: dict[str, int] = {}
        for row in rows:
            counts[row["recipient"]][row["category"]] = row["unread"]
            total[row["category"]] = total.get(row["category"], 0) + row["unread"]
        inboxes = [cls._one(recipient, by_category) for recipient, by_category in counts.items()]
        more = any(one.more for one in inboxes)
        return cls(unread=sum(total.values()), more=more, by_category=total, inboxes=inboxes)

    @staticmethod
    def _one(recipient: str, by_category: dict[str, int]) -> InboxUnread:
        """One inbox; who a pseudonym or a subject is, its owner knows."""
        kind, _, name = recipient.partition(":")
        shown = name if kind in (RecipientKind.MAILBOX, RecipientKind.HOUSEHOLD) else None
        unread = sum(by_category.values())
        return InboxUnread(
            inbox=RecipientKind(kind), name=shown, unread=unread, more=unread >= COUNTED, by_category=by_category
        )


class ReadingsBody(Shape):
    """Which notifications have been read: these, or all that were told up to an instant, of one category or of all."""

    notifications: Annotated[list[uuid.UUID], Field(min_length=1, max_length=MOST_AT_ONCE)] | None = None
    until: AwareDatetime | None = None
    category: NotificationCategory | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.notifications is None) is (self.until is None):
            raise PydanticCustomError("which_ones", "请写 notifications 或 until 中的一项")
        if self.category is not None and self.until is None:
            raise PydanticCustomError("which_ones", "category 只能和 until 一起写")
        return self

    def narrowed(self) -> Mapping[str, object]:
        """As `repository.mark_read` takes them."""
        category = self.category.value if self.category else None
        return {"ids": self.notifications, "until": self.until, "category": category}


class ReadingsView(Shape):
    """How many were marked; `left`: there may be more, the same call goes on."""

    marked: int
    left: bool


def _shown(row: Notification, names: set[str]) -> dict[str, Any]:
    """The fields of a view, as the row has them or put into words."""
    kind, category = RecipientKind(row.recipient.partition(":")[0]), row.category
    known = category in set(NotificationCategory)
    made: dict[str, Any] = {
        "inbox": kind,
        "recipient": kind,
        "category_label": NotificationCategory(category).label if known else category,
        "link": portal_path(row.link),
        "read_by": row.read_by if kind is RecipientKind.MAILBOX else None,
    }
    return {name: made[name] if name in made else getattr(row, name) for name in names}
