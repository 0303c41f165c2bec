"""Receiving a delivery: one use case for uploads, watched folders and pulls.

Spool and digest → is it a duplicate? → check the file → count its rows in, with the row that names it and its audit
entry, in one transaction. A refused or interrupted delivery leaves nothing in the database, and its raw bytes are
removed in any case.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.refusals import DeliveryRefused, digest_differs, full_disk_refused, rows_differ
from shared.file_store import memory_file
from shared.platform import audit
from shared.platform.deliveries.rows import DeliveryTable, find_same_delivery
from shared.platform.department_scope import require_feed_owner
from shared.platform.identity import Caller, Role, require_region
from shared.worker.failpoints import failpoint

if TYPE_CHECKING:
    from shared.feeds.validation.delivery import DeliveryReport

log = structlog.get_logger()

C = TypeVar("C")
D = TypeVar("D", bound=DeliveryTable)


@dataclass(frozen=True)
class Arrived:
    """A delivery whose bytes are those that were declared: its file in a workspace of its own."""

    caller: Caller
    intake: IntakeContext
    declared: Declaration
    file: Path
    size: int
    workspace: Path

    def columns(self, report: "DeliveryReport") -> dict[str, Any]:
        """Declaration and counts, as columns of `DeliveryTable`."""
        declared = {name: getattr(self.declared, name) for name in ("feed", "bureau", "region", "mode", "sha256")}
        counts = {name: getattr(report, name) for name in ("rows", "accepted", "rejected", "flagged")}
        return declared | counts | {"warnings": list(report.warnings)}


@dataclass(frozen=True)
class Receipt(Generic[D]):
    """The delivery, and whether it is new; the same bytes with the same declaration count once."""

    delivery: D
    new: bool


@dataclass(frozen=True, eq=False)
class Receiving(Generic[C, D]):
    """How a service receives deliveries.

    `check` says what is in the file, or refuses it. `count_in` makes its rows the service's and gives the stored row,
    or None when the same delivery was counted in meanwhile. Both happen in one of the intake's slots, taken before the
    transaction begins: a call that holds the lock of an Idempotency-Key or of a feed never waits for a slot.
    `officers`: whether an officer may deliver what another department has handed over on paper. `in_memory`: the file
    holds what must not lie on a disk even while it is checked.
    """

    table: type[D]
    declaration: type[Declaration]
    check: Callable[[AsyncSession, Arrived], Awaitable[C]]
    count_in: Callable[[AsyncSession, Arrived, C], Awaitable[D | None]]
    officers: bool = False
    in_memory: bool = False

    @property
    def deliverers(self) -> tuple[Role, ...]:
        """Who may deliver."""
        return (Role.BUREAU, Role.OFFICER) if self.officers else (Role.BUREAU,)

    async def receive(
        self,
        session: AsyncSession,
        caller: Caller,
        intake: IntakeContext,
        declared: Declaration,
        body: AsyncIterator[bytes],
    ) -> Receipt[D]:
        """Takes a delivery in. The session's transaction begins only after the body has arrived.

        Errors: Forbidden (403) outside the caller's region, or for another department's feed; DeliveryRefused with the
        reason, to be recorded by the caller with `record_refusal` in a transaction of its own.
        """
        require_region(caller, declared.region)
        if not (self.officers and Role.OFFICER in caller.roles):
            require_feed_owner(caller, declared.feed)
        with full_disk_refused(declared.feed, declared.region), intake.store.workspace() as workspace:
            file = workspace / f"{declared.feed}{declared.suffix}"
            with memory_file(file) if self.in_memory else nullcontext():
                spooled = await intake.spool(body, file)
                failpoint("delivery.spooled")
                if spooled.sha256 != declared.sha256:
                    raise digest_differs()
                return await self._accept(session, Arrived(caller, intake, declared, file, spooled.size, workspace))

    async def receive_in_transaction(
        self,
        database: Database,
        caller: Caller,
        intake: IntakeContext,
        declared: Declaration,
        body: AsyncIterator[bytes],
    ) -> Receipt[D]:
        """`receive` in its own transaction, for deliveries that do not come as a request; a refusal is recorded, then
        raised.
        """
        try:
            async with database.transaction() as session:
                return await self.receive(session, caller, intake, declared, body)
        except DeliveryRefused as refusal:
            async with database.transaction() as session:
                await self.record_refusal(session, caller, declared, refusal)
            raise

    async def record_refusal(
        self, session: AsyncSession, caller: Caller, declared: Declaration, refusal: DeliveryRefused
    ) -> None:
        """The audit entry of a refused delivery; nothing else of it is kept."""
        log.info("delivery_refused", feed=declared.feed, region=declared.region, reason=refusal.slug)
        details = declared.details() | {"reason": refusal.slug, "detail": refusal.detail}
        subject = audit.about(f"{declared.feed}/{declared.sha256}", declared.region)
        await audit.record(session, subject, caller, "delivery:refuse", details)

    async def _accept(self, session: AsyncSession, arrived: Arrived) -> Receipt[D]:
        declared = arrived.declared
        async with arrived.intake.slot(arrived.size):
            if earlier := await find_same_delivery(session, self.table, declared):
                return receipt_of_known(earlier, declared)
            checked = await self.check(session, arrived)
            failpoint("delivery.stored")
            delivery = await self.count_in(session, arrived, checked)
        if delivery is None:
            earlier = await find_same_delivery(session, self.table, declared)
            if earlier is None:
                raise LookupError(f"delivery {declared.sha256} was not counted in, and is not there")
            return receipt_of_known(earlier, declared)
        log.info(
            "delivery_accepted",
            delivery=str(delivery.id),
            feed=delivery.feed,
            region=delivery.region,
            rows=delivery.rows,
        )
        details = declared.details() | {name: getattr(delivery, name) for name in delivery.AUDITED}
        subject = audit.about(delivery.id, delivery.region)
        await audit.record(session, subject, arrived.caller, "delivery:accept", details)
        return Receipt(delivery, new=True)


def receipt_of_known(delivery: D, declared: Declaration) -> Receipt[D]:
    """The receipt for bytes that came before; refused if this time another number of rows is declared."""
    if delivery.rows != declared.rows:
        raise rows_differ(declared.rows, delivery.rows)
    return Receipt(delivery, new=False)
