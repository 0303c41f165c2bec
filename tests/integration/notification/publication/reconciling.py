"""Rounds of reconciliation from their order to their end, and what they found."""

import datetime as dt
from typing import Any

from sqlalchemy import text

from services.notification.publication.peers.peer import Peer
from services.notification.publication.reconciliation.rounds import Pace, Reconciler
from shared.database.connections import Database

HERE, THERE = "410105", "410106"
KEYS = tuple(f"92410105MA{number:08d}" for number in range(7))
ROUND = """
    insert into publication_reconciliation
        (id, system, kinds, planned, region, day, state, ordered_by, started_at, next_try_at, version)
    values (gen_random_uuid(), 'province-directory', '["type"]', '[]', '', '2026-11-28', 'ordered', 'zhang', now(),
        now() - interval '1 hour', 1)
"""
PACE = Pace(
    at=None,
    patience=dt.timedelta(hours=1),
    pause=dt.timedelta(0),
    settle=dt.timedelta(0),
    repairs=frozenset(),
    most_repairs=1000,
)


async def start_round(database: Database) -> None:
    """An officer orders a round of types."""
    await execute(database, ROUND)


async def execute(database: Database, statement: str, **values: object) -> None:
    """Change the tables."""
    async with database.transaction() as session:
        await session.execute(text(statement), values)


async def rows(database: Database, query: str) -> list[dict[str, Any]]:
    """Read the tables."""
    return [dict(row) for row in await (await database.pool()).fetch(query)]


async def reconcile(database: Database, system: Peer, pace: Pace = PACE) -> dict[str, Any]:
    """A round from its order to its end; how it ended, with its sums."""
    await start_round(database)
    reconciler = Reconciler(database, system, pace)
    while await reconciler.step():
        pass
    [last] = await rows(
        database,
        """
        select r.number, r.state, sum(c.missing) missing, sum(c.extra) extra, sum(c.older) older,
            sum(c.different) different, sum(c.left_out) left_out, array_agg(c.state order by c.region) counties
        from publication_reconciliation r left join publication_reconciliation_county c on c.round_id = r.id
        group by r.id order by r.number desc limit 1
        """,
    )
    return last


async def differences(database: Database, closed: bool = False) -> list[tuple[str, str, str]]:
    """Key, kind of difference and state of those that are there, or that are over."""
    found = await rows(
        database,
        f"""select key, difference, state from publication_difference
        where closed_at is {"not" if closed else ""} null order by key, region""",
    )
    return [(one["key"], one["difference"], one["state"]) for one in found]
