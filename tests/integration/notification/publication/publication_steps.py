"""Records that are to stand in a system, and its sender, for tests of how they get there."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches.sending import Sender
from services.notification.publication.records.domain import RecordDraft, Urgency
from services.notification.publication.records.service import fit_rows, want
from services.notification.publication.systems import Kind, System
from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from tests.fixtures.plain_system import PlainPeer, PlainSystem
from tests.fixtures.service_client import ISSUER
from tests.integration.notification.notification_client import COUNTY, VAULT_KEYS, uscc

FAST: dict[str, Any] = {
    "publication_batch_rows": 20,
    "publication_poll": 0.01,
    "publication_first_pause": 0.02,
    "publication_longest_pause": 0.1,
    "publication_longest_wait": 0.1,
    "publication_first_ask": 0.01,
    "publication_longest_ask": 0.05,
}
"""Settings with which nothing takes long."""
WRONG = """
    SELECT p.key, p.version, r.* FROM publication_row r JOIN publication_record p USING (kind, key)
    WHERE r.system = $1 AND (r.state <> 'acknowledged' OR r.acknowledged_version <> p.version OR r.batch_id IS NOT NULL
       OR r.acknowledged_digest IS DISTINCT FROM CASE WHEN p.removed THEN NULL ELSE p.digest END)
"""
ELSEWHERE = "99"
"""No record is there: the other systems are sent nothing."""
AGAIN = text("UPDATE publication_row SET state = 'waiting' WHERE state = 'rejected'")


def publication_settings(database_url: str, folder: Path, **changed: Any) -> NotificationSettings:
    """Settings of the publisher."""
    known: dict[str, Any] = {
        "database_url": database_url,
        "bus_url": database_url,
        "issuer": ISSUER,
        "jwks": str(folder / "jwks"),
        "data_dir": folder,
        "vault_keys": VAULT_KEYS,
    }
    return NotificationSettings(**(known | FAST | changed))


@dataclass
class Wanted:
    """What is to stand in one system, and what became of it."""

    database: Database
    settings: NotificationSettings
    revision: int = field(default=0, kw_only=True)

    def code(self, number: int) -> str:
        """A household's."""
        return uscc(number)

    async def want(
        self, numbers: Sequence[int], label: str = "成长型", *, urgent: bool = False, removed: bool = False
    ) -> None:
        """These households' types are to stand there, or no longer."""
        async with self.database.transaction() as session:
            await self.want_in(session, numbers, label, urgent=urgent, removed=removed)

    async def want_in(
        self,
        session: AsyncSession,
        numbers: Sequence[int],
        label: str = "成长型",
        *,
        urgent: bool = False,
        removed: bool = False,
    ) -> None:
        """The same in somebody's transaction."""
        self.revision += 1
        urgency = Urgency.URGENT if urgent else Urgency.BULK
        drafts = [
            RecordDraft(
                kind=Kind.TYPE,
                key=self.code(number),
                uscc=self.code(number),
                region=COUNTY,
                revision=self.revision,
                content={
                    "uscc": self.code(number),
                    "name": f"测试商户{number}号",
                    "type_label": label,
                    "year": 2026,
                    "region": COUNTY,
                },
                removed=removed,
                urgency=urgency,
                first_urgency=urgency,
            )
            for number in numbers
        ]
        await want(session, drafts)

    async def rows(self, query: str, *values: object) -> list[Any]:
        """Rows of the database."""
        return list(await (await self.database.pool()).fetch(query, *values))

    async def states(self) -> dict[str, int]:
        """How many rows are in each state."""
        found = await self.rows("select state, count(*) as count from publication_row group by state")
        return {row["state"]: row["count"] for row in found}

    async def execute(self, statement: str, **values: object) -> None:
        """Something done to the database behind everybody's back."""
        async with self.database.transaction() as session:
            await session.execute(text(statement), values)

    async def batches(self) -> list[dict[str, Any]]:
        """All batches, the first sealed first."""
        return [dict(row) for row in await self.rows("select * from publication_batch order by number")]

    async def batch(self) -> dict[str, Any]:
        """The batch that was sealed last."""
        return (await self.batches())[-1]

    async def send_again(self) -> None:
        """An officer has everything that was refused sent again."""
        async with self.database.transaction() as session:
            await session.execute(AGAIN)

    async def events(self, name: str) -> list[dict[str, Any]]:
        """What was announced under a name, in order."""
        envelopes = [
            orjson.loads(row["value"]) for row in await self.rows("select value from outbox order by position")
        ]
        return [one["data"] for one in envelopes if f".{name}." in one["type"]]

    async def not_acknowledged(self, system: System) -> list[str]:
        """Rows that are not acknowledged as their record is now."""
        return [str(dict(row)) for row in await self.rows(WRONG, system.value)]

    async def announced_otherwise(self) -> list[str]:
        """Batches of which not every record was announced, or one more than once."""
        told = Counter[str]()
        for name in ("PublicationAcknowledged", "PublicationRejected"):
            for event in await self.events(name):
                told[event["batch"]] += event.get("rows", 1)
        batches = {
            str(batch["id"]): batch["records"]
            for batch in await self.batches()
            if batch["state"] != "refused" or batch["rejected"]  # else its halves were sent again
        }
        return [] if told == batches else [f"announced {told} of {batches}"]

    async def published(self) -> dict[str, tuple[int, Any]]:
        """Version and content of what is to stand there, by key."""
        records = await self.rows("select key, version, content from publication_record where not removed")
        return {row["key"]: (row["version"], orjson.loads(row["content"])) for row in records}


@dataclass
class Publication(Wanted):
    """The same with a plain system, and its sender."""

    system: PlainSystem
    peer: PlainPeer
    sender: Sender = field(init=False)

    def __post_init__(self) -> None:
        self.sender = Sender(self.database, self.peer, self.settings)

    async def steps(self) -> int:
        """Steps until there is nothing to do and nothing is open; how many."""
        done = 0
        while True:
            if await self.sender.step():
                done += 1
                assert done < 500, "it never ends"
            elif not await self.rows("select 1 from publication_batch where ended_at is null"):
                return done

    async def wrong(self) -> list[str]:
        """What is not as it should be at the end: rows that are not acknowledged as their record is now, what the
        system holds and should not or the other way round, what no sender may do.
        """
        wrong, published = await self.not_acknowledged(self.peer.system), await self.published()
        held = {key: (record["version"], record["content"]) for (_, key), record in self.system.held.items()}
        keys = [key for key in published.keys() | held.keys() if published.get(key) != held.get(key)]
        wrong += [f"{key}: {published.get(key)} held as {held.get(key)}" for key in keys]
        return wrong + self.system.faults


@asynccontextmanager
async def publication_to(
    system: PlainSystem, database_url: str, folder: Path, **changed: Any
) -> AsyncIterator[Publication]:
    """One system over a database."""
    page_size = changed.pop("page_size", 5)
    database, peer = Database(database_url), PlainPeer(system.url, page_size=page_size)
    try:
        for one in System:
            await fit_rows(database, one, COUNTY if one is peer.system else ELSEWHERE)
        yield Publication(database, publication_settings(database_url, folder, **changed), system, peer)
    finally:
        await peer.close()
        await database.close()
