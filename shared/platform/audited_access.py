"""The audit of what is only looked at: staff who read somebody's data, and calls that were refused.

A read is written down before it is answered: what cannot be written down is not shown.
Refused calls (401, 403) are counted by caller, address and route, and written every few seconds into a chain of their
own: whoever sends a thousand of them adds a few entries. Both say from which address the call came.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Scope

from shared.database.connections import Database
from shared.platform import audit
from shared.platform.audit import About, Audited, about
from shared.platform.identity import CALLER, STAFF, Caller
from shared.worker.transient import run_forever

REFUSED: Final = frozenset({401, 403})
REFUSALS_CHAIN: Final = "access"
"""Chain of refused calls: most name no region, and those of one region tell the same as those of another"""
EVERY_SECONDS = 5.0
MOST_KINDS: Final = 200
"""Of one writing: those beyond it are counted together"""
NOBODY: Final = "anonymous"
MANY: Final = "*"


async def record_read(
    session: AsyncSession, request: Request, subject: Audited | About, caller: Caller, action: str
) -> None:
    """An entry that a member of staff reads somebody's data. People who read their own leave none.

    It is written with the session that the request reads with, and before the answer: a second connection beside the
    one that is held would let many readers at once wait for one another.
    """
    if not caller.roles & STAFF or caller.operator_ref is not None:
        return
    await audit.record(session, subject, caller, action, {"address": address_of(request.scope)})
    await session.commit()


def address_of(scope: Scope) -> str:
    """The address that a call came from, as the server knows it (behind a proxy: as the proxy says)."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


@dataclass(frozen=True, slots=True)
class RefusedAccess:
    """What was refused to whom; `route` is the pattern, since a path can name a household."""

    actor: str
    address: str
    method: str
    route: str
    status: int

    def details(self, times: int) -> Mapping[str, object]:
        """What its entry says."""
        return {"address": self.address, "method": self.method, "status": self.status, "times": times}


@dataclass
class Refusals:
    """Refused calls that are not written yet."""

    waiting: Counter[RefusedAccess] = field(default_factory=Counter)

    def note(self, scope: Scope, route: str, status: int) -> None:
        """Counts a call."""
        caller: Caller | None = scope.get(CALLER)
        actor = caller.subject if caller is not None and not caller.anonymous else NOBODY
        call = RefusedAccess(actor, address_of(scope), scope["method"], route, status)
        if call not in self.waiting and len(self.waiting) >= MOST_KINDS:
            call = RefusedAccess(MANY, MANY, MANY, MANY, status)
        self.waiting[call] += 1

    async def write(self, database: Database) -> int:
        """Writes what was counted; how many entries. What cannot be written is kept for the next time."""
        written = dict(self.waiting)
        if not written:
            return 0
        async with database.transaction() as session:
            for call, times in written.items():
                what = about(call.route, REFUSALS_CHAIN)
                await audit.record(session, what, call.actor, "access:refused", call.details(times))
        self.waiting -= Counter(written)
        return len(written)

    async def write_regularly(self, database: Database) -> None:
        """Until cancelled."""

        async def write_and_wait() -> None:
            while True:
                await asyncio.sleep(EVERY_SECONDS)
                await self.write(database)

        await run_forever("refused calls", write_and_wait)
