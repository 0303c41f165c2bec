"""What the pages read of the notification service."""

import datetime as dt
from urllib.parse import quote

from pydantic import Field

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read


class NotificationAnswer(Answer):
    """Something that somebody was told."""

    id: str
    title: str
    body: str
    category_label: str
    told_at: dt.datetime
    due_on: dt.date | None
    read_at: dt.datetime | None
    archived: bool
    uscc: str | None


class UnreadAnswer(Answer):
    """How many have not been read."""

    unread: int


class CategoryChoiceAnswer(Answer):
    """A kind of messages; `optional`: one may do without it."""

    category: str
    label: str
    optional: bool


class DeliveredContactAnswer(Answer):
    """How a household can be reached, as a bureau delivered it; masked."""

    uscc: str
    phone: str | None
    email: str | None


class OwnValuesAnswer(Answer):
    """What somebody set themselves; masked."""

    channels: list[str] | None = None
    email: str | None = None
    opted_out: list[str] = Field(default_factory=list)
    phone: str | None = None


class WordsAnswer(Answer):
    """The words that one consents to."""

    text: str
    version: str


class OwnContactAnswer(Answer):
    """How somebody is reached."""

    categories: list[CategoryChoiceAnswer]
    delivered: list[DeliveredContactAnswer]
    own: OwnValuesAnswer
    words: WordsAnswer


async def inbox(upstream: Upstream, *, archived: bool, cursor: str) -> Listed[NotificationAnswer]:
    """What was told, the newest first."""
    query: Query = {"archived": "true" if archived else "false", "cursor": cursor, "limit": 20}
    return await read(upstream, Listed[NotificationAnswer], "/v1/inbox", query)


async def unread(upstream: Upstream) -> int:
    """How many are unread."""
    return (await read(upstream, UnreadAnswer, "/v1/inbox/unread")).unread


async def own_contact(upstream: Upstream) -> OwnContactAnswer:
    """How the person is reached."""
    return await read(upstream, OwnContactAnswer, "/v1/own-contact")


def entry_path(notification_id: str, what: str) -> str:
    """Where an entry of the inbox is read, archived or restored."""
    return f"/v1/inbox/{quote(notification_id, safe='')}/{what}"
