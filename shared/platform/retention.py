"""How long a service keeps what, and what is erased after its term: one table of kinds, one job, and the legal hold.

The table (`shared/reference/data/retention.csv`) says for each kind its term, the way it is erased and the legal
ground. Terms that no text gives are marked unverified there, and settings may change them (`RETENTION_DAYS`). A service
declares where the rows of its kinds are; the kit erases them in small batches, audits how many, and leaves what is on
hold. A hold is for a kind or all, and for a household or all. Files go once no row names them.
"""

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, Uuid, func, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database.connections import Database
from shared.platform import audit
from shared.platform.audit import about
from shared.platform.system_callers import CLOCK

TABLE: Final = Path(__file__).parents[1] / "reference" / "data" / "retention.csv"
EVERY_SERVICE: Final = "*"
CHAIN: Final = "retention"
BATCH: Final = 500
BATCHES: Final = 20
"""Of a kind in one round"""


def retention_tables(metadata: MetaData) -> None:
    """Adds the table of holds to a service's metadata."""
    Table(
        "legal_hold",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("kind", String(60), comment="null: all kinds"),
        Column("uscc", String(18), comment="null: all households"),
        Column("document", Text, nullable=False, comment="the order or the case that demands it"),
        Column("placed_by", String(200), nullable=False),
        Column("placed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("lifted_by", String(200)),
        Column("lifted_at", DateTime(timezone=True)),
    )


@dataclass(frozen=True)
class ErasureTerm:
    """A row of the table. `verified`: a text gives the term; otherwise it is our proposal."""

    service: str
    kind: str
    title: str
    days: int
    way: str
    ground: str
    verified: bool


@dataclass(frozen=True)
class RetainedKind:
    """Where the rows of a kind are, as SQL: `delete` names the table as t, `since` the instant from which the term runs
    and `where` further conditions (`joined`: other tables to look at); `uscc` the household, where there is one.
    """

    name: str
    table: str
    since: str
    where: str = "true"
    joined: str = ""
    uscc: str | None = None

    def statement(self) -> str:
        """Deletes a batch of what was kept for its term and is not on hold."""
        held = "h.uscc IS NULL" if self.uscc is None else f"(h.uscc IS NULL OR h.uscc = {self.uscc})"
        return (
            f"DELETE FROM {self.table} WHERE ctid = ANY(ARRAY(SELECT t.ctid FROM {self.table} t {self.joined} "
            f"WHERE {self.since} < :before AND ({self.where}) AND NOT EXISTS (SELECT FROM legal_hold h "
            f"WHERE h.lifted_at IS NULL AND (h.kind IS NULL OR h.kind = :kind) AND {held}) LIMIT :many))"
        )


OF_EVERY_SERVICE: Final = (
    RetainedKind("dead-letter", "dead_letter", "t.settled_at"),
    RetainedKind("refused-delivery", "refused_delivery", "t.last_refused_at"),
)


@dataclass(frozen=True)
class Retention:
    """What a service erases: its kinds, with the terms of the table or of its settings."""

    kinds: Sequence[RetainedKind]
    terms: Mapping[str, ErasureTerm]

    @classmethod
    def of(cls, service: str, own: Sequence[RetainedKind], changed: Mapping[str, int]) -> "Retention":
        """Those of every service and its own. LookupError unless the table has exactly these, and those changed."""
        kinds = (*OF_EVERY_SERVICE, *own)
        terms = terms_of(service, changed)
        if {kind.name for kind in kinds} != set(terms) or set(changed) - set(terms):
            raise LookupError(f"kinds of {service} and the table of terms differ: {sorted(terms)}")
        return cls(kinds, terms)

    async def erase(self, database: Database) -> Mapping[str, int]:
        """Erases, kind by kind, what was kept for its term; how many rows of each."""
        return {kind.name: await _erase(database, kind, self.terms[kind.name]) for kind in self.kinds}


@cache
def retention_table() -> Sequence[ErasureTerm]:
    """The table of terms."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            ErasureTerm(service, kind, title, int(days), way, ground, verified == "yes")
            for service, kind, title, days, way, ground, verified in islice(csv.reader(file), 1, None)
        ]


def terms_of(service: str, changed: Mapping[str, int]) -> Mapping[str, ErasureTerm]:
    """The terms of a service by kind, with those that its settings change."""
    own = [term for term in retention_table() if term.service in (service, EVERY_SERVICE)]
    return {term.kind: replace(term, days=changed.get(term.kind, term.days)) for term in own}


async def _erase(database: Database, kind: RetainedKind, term: ErasureTerm) -> int:
    before, erased = clock.now() - dt.timedelta(days=term.days), 0
    for _ in range(BATCHES):
        async with database.transaction() as session:
            number = await _batch(session, kind, term, before)
        erased += number
        if number < BATCH:
            break
    return erased


async def _batch(session: AsyncSession, kind: RetainedKind, term: ErasureTerm, before: dt.datetime) -> int:
    values = {"before": before, "kind": kind.name, "many": BATCH}
    number = len((await session.execute(text(f"{kind.statement()} RETURNING 1"), values)).all())
    if number:
        details = {"rows": number, "before": before.isoformat(), "days": term.days, "ground": term.ground}
        await audit.record(session, about(kind.name, CHAIN), CLOCK, "retention:erase", details)
    return number
