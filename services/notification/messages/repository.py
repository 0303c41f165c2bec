"""SQL of new notifications and messages: any number in one statement."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.staging import Staged

NOTIFICATIONS = Staged(
    "staged_notification",
    id="uuid",
    cause="text",
    rule="text",
    template="text",
    recipient="text",
    uscc="text",
    region="text",
    title="text",
    body="text",
    link="text",
    occurred_at="timestamptz",
    told_at="timestamptz",
    category="text",
    digest="text",
    due_on="date",
    matter="text",
    repeat="integer",
    repeat_of="uuid",
    known_as="text",
)
MESSAGES = Staged(
    "staged_message",
    id="uuid",
    notification_id="uuid",
    region="text",
    channel="text",
    lane="text",
    state="text",
    suppression="text",
    try_at="timestamptz",
    quiet="text",
    expires_at="timestamptz",
    template_codes="text",
    parameters="text",
    text="text",
    ended_at="timestamptz",
)
STORE_NOTIFICATIONS = text(
    """
    INSERT INTO notification (id, cause, rule, template, recipient, uscc, region, title, body, link, occurred_at,
                              told_at, archived, category, digest, due_on, matter, repeat, repeat_of, known_as)
    SELECT n.id, n.cause, n.rule, n.template, n.recipient, n.uscc, n.region, n.title, n.body, n.link, n.occurred_at,
           n.told_at, false, n.category, n.digest, n.due_on, n.matter, n.repeat, n.repeat_of, n.known_as
    FROM pg_temp.staged_notification n
    ORDER BY n.place
    ON CONFLICT (id) DO NOTHING
    RETURNING id
    """
)
STORE_MESSAGES = text(
    """
    INSERT INTO message (id, notification_id, region, channel, lane, state, suppression, try_at, quiet, expires_at,
                         template_codes, parameters, text, attempt, ended_at)
    SELECT m.id, m.notification_id, m.region, m.channel, m.lane, m.state, m.suppression, m.try_at, m.quiet,
           m.expires_at, CAST(m.template_codes AS json), CAST(m.parameters AS json), m.text, 0, m.ended_at
    FROM pg_temp.staged_message m
    ON CONFLICT (id) DO NOTHING
    """
)


async def store_notifications(session: AsyncSession, rows: Iterable[Sequence[object]]) -> set[uuid.UUID]:
    """New rows, as `NOTIFICATIONS` has the columns; those whose id is taken are left alone. Returns the ids of the rows
    that were stored.
    """
    await NOTIFICATIONS.copy(session, rows)
    return set((await session.execute(STORE_NOTIFICATIONS)).scalars())


async def store_messages(session: AsyncSession, rows: Iterable[Sequence[object]]) -> None:
    """New rows, as `MESSAGES` has the columns; those whose id is taken are left alone."""
    await MESSAGES.copy(session, rows)
    await session.execute(STORE_MESSAGES)
