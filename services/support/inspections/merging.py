"""SQL that merges a delivered feed: rows are staged in a temporary table, then merged with one statement each.

A full delivery removes what its region had before and no longer has, or leaves it until an officer has said so. Rows
with the same key are replaced; rows of households with a rejected row stay.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.inspections.domain import InspectionFeed
from shared.database.direct import fetch
from shared.database.staging import Staged

INSIDE = "household h WHERE h.uscc = p.uscc AND starts_with(h.region, $1)"
NOT_LATER = """
    p.delivery_id <> $2 AND NOT EXISTS (
        SELECT FROM inspection_delivery later, inspection_delivery this
        WHERE later.id = p.delivery_id AND this.id = $2 AND later.sequence > this.sequence)
"""
"""The record was not in the delivery, and comes from no later one."""
UNREAD = """
    INSERT INTO unread_household (feed, uscc, region, delivery_id)
    SELECT $1, n.uscc, $4, $2 FROM unnest($3::text[]) AS n(uscc) ORDER BY n.uscc
    ON CONFLICT (feed, uscc, region) DO UPDATE SET delivery_id = excluded.delivery_id
"""
READ = "DELETE FROM unread_household u USING {staged} i WHERE u.feed = $1 AND u.uscc = i.uscc"
READ_ALL = """
    DELETE FROM unread_household u USING household h
    WHERE u.feed = $2 AND h.uscc = u.uscc AND starts_with(h.region, $1)
"""


@dataclass(frozen=True)
class Register:
    """The table of a feed: its columns with their types, and its key. The names are ours, never a caller's."""

    table: str
    columns: Mapping[str, str]
    key: Sequence[str]

    @cached_property
    def staged(self) -> Staged:
        """The delivered rows on their way."""
        return Staged(f"incoming_{self.table}", **self.columns)

    @cached_property
    def listed(self) -> str:
        """Whether a record `p` is among the delivered ones."""
        same = " AND ".join(f"i.{name} = p.{name}" for name in self.key)
        return f"EXISTS (SELECT FROM pg_temp.{self.staged.name} i WHERE {same})"

    @cached_property
    def put(self) -> str:
        """Records anew or as they are now; the households whose records changed. $1: delivery."""
        names, others = ", ".join(self.columns), [name for name in self.columns if name not in self.key]
        was, now = (", ".join(f"{of}.{name}" for name in others) for of in ("p", "excluded"))
        values = ", ".join(f"{name} = excluded.{name}" for name in others)
        return f"""
            INSERT INTO {self.table} AS p ({names}, delivery_id)
            SELECT {names}, $1 FROM pg_temp.{self.staged.name} ORDER BY {", ".join(self.key)}
            ON CONFLICT ({", ".join(self.key)}) DO UPDATE SET {values}, delivery_id = excluded.delivery_id
            WHERE ({was}) IS DISTINCT FROM ({now}) RETURNING uscc
        """

    @cached_property
    def remove(self) -> str:
        """$1: region, $2: households with a rejected row."""
        return f"""
            DELETE FROM {self.table} p USING {INSIDE} AND p.uscc <> ALL($2::text[]) AND NOT {self.listed}
            RETURNING p.uscc
        """

    @cached_property
    def unlisted(self) -> str:
        """How many records `remove` would remove, and of how many. $1: region, $2: as above."""
        return f"""
            SELECT count(*) FILTER (WHERE p.uscc <> ALL($2::text[]) AND NOT {self.listed}), count(*)
            FROM {self.table} p, {INSIDE}
        """

    @cached_property
    def keep(self) -> str:
        """Marks what is not to be removed when an officer confirms. $1: region, $2: as above, $3: delivery."""
        return f"""
            UPDATE {self.table} p SET delivery_id = $3 FROM {INSIDE} AND (p.uscc = ANY($2::text[]) OR {self.listed})
        """

    @cached_property
    def dismiss(self) -> str:
        """What a delivery did not list. $1: region, $2: delivery."""
        return f"DELETE FROM {self.table} p USING {INSIDE} AND {NOT_LATER} RETURNING p.uscc"


REGISTERS: Mapping[InspectionFeed, Register] = {
    InspectionFeed.CREDIT_RISK: Register(
        "credit_risk", {"uscc": "text", "risk_class": "text", "graded_on": "date"}, ("uscc",)
    ),
    InspectionFeed.VIOLATION: Register(
        "violation",
        {"uscc": "text", "found_on": "date", "field": "text", "outcome": "text", "corrected_on": "date"},
        ("uscc", "found_on", "field"),
    ),
}


@dataclass(frozen=True)
class Merging:
    """A delivery whose rows are staged. `unread`: households with a rejected row."""

    feed: InspectionFeed
    region: str
    delivery: uuid.UUID
    unread: Sequence[str]

    async def count_unlisted(self, session: AsyncSession) -> tuple[int, int]:
        """How many records of the region are not listed, and how many there are."""
        [(unlisted, before)] = await fetch(session, REGISTERS[self.feed].unlisted, self.region, self.unread)
        return int(unlisted), int(before)

    async def merge(self, session: AsyncSession, full: bool) -> int:
        """Merges what is staged; `full`: what is not listed goes. How many households' records changed."""
        register = REGISTERS[self.feed]
        removed = await fetch(session, register.remove, self.region, self.unread) if full else ()
        if full:
            await fetch(session, READ_ALL, self.region, self.feed.value)
        await fetch(session, READ.format(staged=f"pg_temp.{register.staged.name}"), self.feed.value)
        await fetch(session, UNREAD, self.feed.value, self.delivery, self.unread, self.region)
        put = await fetch(session, register.put, self.delivery)
        return len({row[0] for row in (*removed, *put)})

    async def keep_listed(self, session: AsyncSession) -> None:
        """Marks what is listed: it stays when an officer confirms that the rest is gone."""
        await fetch(session, REGISTERS[self.feed].keep, self.region, self.unread, self.delivery)


async def stage(session: AsyncSession, feed: InspectionFeed, rows: Iterable[Sequence[object]]) -> None:
    """The accepted rows of a delivery."""
    await REGISTERS[feed].staged.copy(session, rows)


async def dismiss_unlisted(session: AsyncSession, feed: InspectionFeed, region: str, delivery: uuid.UUID) -> int:
    """Removes what a merged delivery did not list; how many households' records changed."""
    return len({row[0] for row in await fetch(session, REGISTERS[feed].dismiss, region, delivery)})
