"""What pages for officers read of the notification service: what was told, and what stands in other systems."""

import datetime as dt

from services.portal.upstream.calls import Answer, Listed, Upstream, read
from services.portal.upstream.whole import read_all


class SentAnswer(Answer):
    """One attempt to tell."""

    channel_label: str
    state_label: str


class ToldAnswer(Answer):
    """What somebody was told, and how it went."""

    title: str
    body: str
    category_label: str
    told_at: dt.datetime
    read_at: dt.datetime | None
    messages: list[SentAnswer]


class KindCountAnswer(Answer):
    """How far the records of a kind are at a system."""

    kind_label: str
    waiting: int
    in_batch: int
    acknowledged: int
    rejected: int


class SystemAnswer(Answer):
    """A national system, and how far it is."""

    system: str
    system_label: str
    connection_label: str
    late: bool
    trouble_words: str | None
    kinds: list[KindCountAnswer]


class RowAnswer(Answer):
    """A record of a household at a system."""

    kind_label: str
    state_label: str
    message: str | None
    confirmed_at: dt.datetime | None


class AtSystemAnswer(Answer):
    """All records of a household at a system."""

    system_label: str
    rows: list[RowAnswer]


class PublishedHouseholdAnswer(Answer):
    """A household at all systems."""

    systems: list[AtSystemAnswer]


class UnreadAnswer(Answer):
    """Messages in the person's inboxes that are unread."""

    unread: int
    more: bool


async def told(upstream: Upstream, uscc: str) -> Listed[ToldAnswer]:
    """What a household was told, the latest first."""
    return await read(upstream, Listed[ToldAnswer], "/v1/notifications", {"uscc": uscc, "limit": 20})


async def systems(upstream: Upstream) -> list[SystemAnswer]:
    """The systems that results are published to."""
    return await read_all(upstream, SystemAnswer, "/v1/publications/systems")


async def published(upstream: Upstream, uscc: str) -> PublishedHouseholdAnswer:
    """A household's records at the systems."""
    return await read(upstream, PublishedHouseholdAnswer, f"/v1/publications/households/{uscc}")


async def unread(upstream: Upstream) -> UnreadAnswer:
    """How much is unread."""
    return await read(upstream, UnreadAnswer, "/v1/inbox/unread")
