"""A system that is only read: what it holds, in memory, with the faults that reading can meet; and our rows for it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from services.notification.publication.peers.peer import (
    BatchSeal,
    BatchState,
    CountySummary,
    HeldPage,
    HeldRecord,
    NotThere,
    Outcome,
    Page,
    PeerUnavailableError,
    Received,
)
from services.notification.publication.records.domain import content_digest, county_digest
from services.notification.publication.systems import Kind, System
from shared.database.connections import Database

SYSTEM = System.PROVINCE_DIRECTORY


def digest(key: str, version: int) -> bytes:
    """The digest of the content of a version of a record."""
    return content_digest({"key": key, "version": version})


def held_record(key: str, region: str, version: int = 1, kind: Kind = Kind.TYPE) -> HeldRecord:
    """A record as a system would hold it."""
    return HeldRecord(kind, key, key, region, version, digest(key, version).hex())


@dataclass
class HeldElsewhere:
    """One system. `with_digests`, `down`: its moods; `shuffled`: pages whose records come backwards; `by_key`: how it
    orders its keys; `before_page`: what happens before each page, for changes in the middle.
    """

    page_size: int = 2
    system: System = SYSTEM
    with_digests: bool = True
    with_versions: bool = True
    shuffled: bool = False
    by_key: Callable[[str], str] = str
    down: bool = False
    records: dict[tuple[Kind, str, str], HeldRecord] = field(default_factory=dict)
    before_page: Callable[[str], Awaitable[object]] | None = None
    calls: list[str] = field(default_factory=list)

    def hold(self, *records: HeldRecord) -> None:
        """Put records there."""
        self.records |= {(one.kind, one.region, one.key): one for one in records}

    def forget(self, key: str, kind: Kind = Kind.TYPE) -> None:
        """Lose a record, wherever it is."""
        self.records = {at: one for at, one in self.records.items() if (one.kind, one.key) != (kind, key)}

    async def summaries(self, kind: Kind) -> Sequence[CountySummary]:
        """By county."""
        self._called(f"summaries {kind}")
        found: dict[str, dict[str, bytes]] = {}
        for one in self.records.values():
            if one.kind is kind:
                found.setdefault(one.region, {})[one.key] = bytes.fromhex(one.digest)
        digests = {region: county_digest(one) if self.with_digests else None for region, one in found.items()}
        return [CountySummary(region, len(one), digests[region]) for region, one in found.items()]

    async def held(self, kind: Kind, region: str, after: str | None) -> HeldPage:
        """A page in the order of its own."""
        self._called(f"held {region} after {after}")
        if self.before_page is not None:
            await self.before_page(region)
        there = [one for one in self.records.values() if (one.kind, one.region) == (kind, region)]
        ordered = sorted(there, key=lambda one: self.by_key(one.key))
        left = [one for one in ordered if after is None or self.by_key(one.key) > self.by_key(after)]
        page = left[: self.page_size]
        last = page[-1].key if len(left) > len(page) else None
        shown = [one if self.with_versions else dataclasses.replace(one, version=None) for one in page]
        return HeldPage(shown[::-1] if self.shuffled else shown, last)

    def _called(self, what: str) -> None:
        if self.down:
            raise PeerUnavailableError("down")
        self.calls.append(what)

    async def look_up(self, uscc: str) -> Sequence[HeldRecord]:
        """Not asked here."""
        return [one for one in self.records.values() if one.uscc == uscc]

    async def send(self, _page: Page) -> Outcome:
        """Not sent here."""
        return Received()

    async def seal(self, _seal: BatchSeal) -> Outcome:
        """Nor here."""
        return Received()

    async def ask(self, _batch: uuid.UUID, _ticket: str | None) -> BatchState:
        """Nor asked."""
        return NotThere()

    async def close(self) -> None:
        """Nothing to close."""


RECORDS = text(
    """
    INSERT INTO publication_record (kind, key, uscc, region, version, removed, content, digest, changed_at)
    SELECT :kind, n.key, n.key, :region, :version, :removed, '{}', n.digest, now()
    FROM unnest(CAST(:keys AS text[]), CAST(:digests AS bytea[])) AS n(key, digest)
    ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version, digest = excluded.digest,
        removed = excluded.removed, region = excluded.region
    """
)
ROWS = text(
    """
    INSERT INTO publication_row (system, kind, key, uscc, region, state, urgency, wanted_version, wanted_at,
        sent_version, acknowledged_version, acknowledged_digest, acknowledged_at)
    SELECT :system, :kind, n.key, n.key, :region, :state, 1, :version, CAST(:at AS timestamptz),
        CAST(:acknowledged AS bigint), CAST(:acknowledged AS bigint), n.digest,
        CASE WHEN :acknowledged IS NOT NULL THEN CAST(:at AS timestamptz) END
    FROM unnest(CAST(:keys AS text[]), CAST(:digests AS bytea[])) AS n(key, digest)
    ON CONFLICT (system, kind, key) DO UPDATE SET state = excluded.state, region = excluded.region,
        wanted_version = excluded.wanted_version, sent_version = excluded.sent_version,
        acknowledged_version = excluded.acknowledged_version, acknowledged_digest = excluded.acknowledged_digest,
        acknowledged_at = excluded.acknowledged_at
    """
)
LONG_AGO = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


async def published(
    database: Database,
    region: str,
    *keys: str,
    version: int = 1,
    acknowledged: int | None = 1,
    state: str = "acknowledged",
    removed: bool = False,
    at: dt.datetime = LONG_AGO,
    kind: Kind = Kind.TYPE,
) -> None:
    """Records with their rows for the system, as a batch leaves them. `version`: what is wanted; `acknowledged`: what
    the system has confirmed (of a removal: that it is gone).
    """
    wanted = [digest(key, version) for key in keys]
    confirmed = [None if removed or acknowledged is None else digest(key, acknowledged) for key in keys]
    common = {"kind": kind.value, "region": region, "version": version, "keys": [*keys]}
    row = {"system": SYSTEM.value, "state": state, "acknowledged": acknowledged, "at": at}
    async with database.transaction() as session:
        await session.execute(RECORDS, common | {"digests": wanted, "removed": removed})
        await session.execute(ROWS, common | row | {"digests": confirmed})
