"""SQL of new notifications and messages: any number in one statement, as columns."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

Columns = Mapping[str, Sequence[object]]
"""Column → its values, one for each new row."""

STORE_NOTIFICATIONS = text(
    """
    INSERT INTO notification (id, cause, rule, template, recipient, uscc, region, title, body, link, occurred_at,
                              told_at, archived, category, digest, due_on, matter, repeat, repeat_of, known_as)
    SELECT n.id, n.cause, n.rule, n.template, n.recipient, n.uscc, n.region, n.title, n.body, n.link, n.occurred_at,
           n.told_at, false, n.category, n.digest, n.due_on, n.matter, n.repeat, n.repeat_of, n.known_as
    FROM unnest(CAST(:id AS uuid[]), CAST(:cause AS text[]), CAST(:rule AS text[]), CAST(:template AS text[]),
                CAST(:recipient AS text[]), CAST(:uscc AS text[]), CAST(:region AS text[]), CAST(:title AS text[]),
                CAST(:body AS text[]), CAST(:link AS text[]), CAST(:occurred_at AS timestamptz[]),
                CAST(:told_at AS timestamptz[]), CAST(:category AS text[]), CAST(:digest AS text[]),
                CAST(:due_on AS date[]), CAST(:matter AS text[]), CAST(:repeat AS int[]),
                CAST(:repeat_of AS uuid[]), CAST(:known_as AS text[])) WITH ORDINALITY
        AS n(id, cause, rule, template, recipient, uscc, region, title, body, link, occurred_at, told_at, category,
             digest, due_on, matter, repeat, repeat_of, known_as, place)
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
    FROM unnest(CAST(:id AS uuid[]), CAST(:notification_id AS uuid[]), CAST(:region AS text[]),
                CAST(:channel AS text[]), CAST(:lane AS text[]), CAST(:state AS text[]), CAST(:suppression AS text[]),
                CAST(:try_at AS timestamptz[]), CAST(:quiet AS text[]), CAST(:expires_at AS timestamptz[]),
                CAST(:template_codes AS text[]), CAST(:parameters AS text[]), CAST(:text AS text[]),
                CAST(:ended_at AS timestamptz[]))
        AS m(id, notification_id, region, channel, lane, state, suppression, try_at, quiet, expires_at, template_codes,
             parameters, text, ended_at)
    ON CONFLICT (id) DO NOTHING
    """
)


async def store_notifications(session: AsyncSession, columns: Columns) -> set[uuid.UUID]:
    """New rows; those whose id is taken are left alone. Returns the ids of the rows that were stored."""
    return set((await session.execute(STORE_NOTIFICATIONS, dict(columns))).scalars())


async def store_messages(session: AsyncSession, columns: Columns) -> None:
    """New rows; those whose id is taken are left alone."""
    await session.execute(STORE_MESSAGES, dict(columns))
