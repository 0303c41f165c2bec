"""Receiving a delivery: one use case for uploads, watched folders and pulls.

Spool and digest → is it what came last? → check the file → count its rows in, with the row that names it and its audit
entry, in one transaction. A refused or interrupted delivery leaves nothing in the database, and its raw bytes are
removed in any case. What came last and had rejected rows is checked again: a day or a household later they may be
right, and then it is a new state.
"""

import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import anyio.to_thread
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.feeds.intake.absence import COVERS_NOTHING, NOTHING_ACCEPTED
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.refusals import (
    DeliveryRefused,
    digest_differs,
    full_disk_refused,
    reading_died,
    rows_differ,
)
from shared.file_store import Store, memory_file, sync_directory
from shared.platform import audit
from shared.platform.deliveries.coverage import Coverage
from shared.platform.deliveries.refused import add_refused
from shared.platform.deliveries.rows import DeliveryTable, find_same_delivery, lock_coverage
from shared.platform.deliveries.waiting import WaitingRows
from shared.platform.department_scope import require_feed_owner
from shared.platform.identity import Caller, Role, require_region
from shared.worker.failpoints import failpoint

if TYPE_CHECKING:
    from shared.feeds.validation.delivery import DeliveryReport

log = structlog.get_logger()


class Checked(Protocol):
    """What a service's check gives: at least the report."""

    @property
    def report(self) -> "DeliveryReport":
        """Counts, and the files written."""


C = TypeVar("C", bound=Checked)
D = TypeVar("D", bound=DeliveryTable)


@dataclass(frozen=True)
class Arrived:
    """A delivery whose bytes are those that were declared: its file in a workspace of its own. `rejects_file`: digest
    of the stored rejects, once the file is checked. `remarks`: warnings of the channel, told with those of the file.
    """

    caller: Caller
    intake: IntakeContext
    declared: Declaration
    file: Path
    size: int
    workspace: Path
    remarks: Sequence[str] = ()
    rejects_file: str = ""

    def columns(self, report: "DeliveryReport") -> dict[str, Any]:
        """Declaration, counts and what the delivery covers, as columns of `DeliveryTable`."""
        declared = {name: getattr(self.declared, name) for name in ("feed", "bureau", "region", "mode", "sha256")}
        counts = {name: getattr(report, name) for name in ("rows", "accepted", "rejected", "flagged", "unreadable")}
        none = self.declared.mode == "full" and self.intake.absence.covers_nothing(
            rows=report.rows, accepted=report.accepted, rejected=report.rejected
        )
        nothing = [NOTHING_ACCEPTED] if report.rows and not report.accepted else []
        covered = {
            "coverage": Coverage.NOTHING if none else Coverage.AS_DECLARED,
            "warnings": [*report.warnings, *self.remarks, *nothing, *([COVERS_NOTHING] if none else [])],
        }
        return declared | counts | covered | {"rejects_file": self.rejects_file}


@dataclass(frozen=True)
class Receipt(Generic[D]):
    """The delivery, and whether it is new; the same bytes with the same declaration count once, until others come."""

    delivery: D
    new: bool


@dataclass(frozen=True, eq=False)
class Receiving(Generic[C, D]):
    """How a service receives deliveries.

    `check` says what is in the file, or refuses it. `count_in` makes its rows the service's and gives the stored row;
    meanwhile no other delivery of that feed and coverage is counted in. Both happen in one of the intake's slots, taken
    before the transaction begins: a call that holds the lock of an Idempotency-Key or of a feed never waits for a slot.
    `remove_unlisted` removes what a delivery that waited for an officer's word does not list, and says of how many
    households; None: no delivery waits. `waiting` gives the rows of a delivery that still wait for their household;
    None: none ever wait. `officers`: whether an officer may deliver what another department has handed over on paper.
    `in_memory`: the file holds what must not lie on a disk even while it is checked.
    """

    table: type[D]
    declaration: type[Declaration]
    check: Callable[[AsyncSession, Arrived], Awaitable[C]]
    count_in: Callable[[AsyncSession, Arrived, C], Awaitable[D]]
    remove_unlisted: Callable[[AsyncSession, D, Caller], Awaitable[int]] | None = None
    waiting: Callable[[AsyncSession, IntakeContext, D, int], Awaitable[WaitingRows]] | None = None
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
        remarks: Sequence[str] = (),
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
                return await self._accept(
                    session, Arrived(caller, intake, declared, file, spooled.size, workspace, remarks)
                )

    async def receive_in_transaction(
        self,
        database: Database,
        caller: Caller,
        intake: IntakeContext,
        declared: Declaration,
        body: AsyncIterator[bytes],
        *,
        remarks: Sequence[str] = (),
    ) -> Receipt[D]:
        """`receive` in its own transaction, for deliveries that do not come as a request; a refusal is recorded, then
        raised.
        """
        try:
            async with database.transaction() as session:
                return await self.receive(session, caller, intake, declared, body, remarks)
        except DeliveryRefused as refusal:
            async with database.transaction() as session:
                await self.record_refusal(session, caller, declared, refusal)
            raise

    async def record_refusal(
        self, session: AsyncSession, caller: Caller, declared: Declaration, refusal: DeliveryRefused
    ) -> None:
        """The audit entry of a refused delivery, and its line in the list of refused ones; nothing else is kept."""
        log.info("delivery_refused", feed=declared.feed, region=declared.region, reason=refusal.slug)
        details = declared.details() | {"reason": refusal.slug, "detail": refusal.detail}
        subject = audit.about(f"{declared.feed}/{declared.sha256}", declared.region)
        await audit.record(session, subject, caller, "delivery:refuse", details)
        await add_refused(session, caller, declared, refusal)

    async def _accept(self, session: AsyncSession, arrived: Arrived) -> Receipt[D]:
        declared = arrived.declared
        async with arrived.intake.slot(arrived.size):
            earlier = await find_same_delivery(session, self.table, declared)
            if earlier is not None and not earlier.rejected:
                return receipt_of_known(earlier, declared)
            with nullcontext() if declared.channel == "upload" else noted_attempt(arrived.intake.store, declared):
                failpoint("delivery.checking")
                checked = await self.check(session, arrived)
            keep = arrived.intake.store.keep
            arrived = replace(arrived, rejects_file=await anyio.to_thread.run_sync(keep, checked.report.rejects_path))
            failpoint("delivery.stored")
            await lock_coverage(session, declared.feed, declared.region)
            earlier = await find_same_delivery(session, self.table, declared)
            if earlier is not None and judged_alike(earlier, checked.report, arrived.rejects_file):
                return receipt_of_known(earlier, declared)
            delivery = await self.count_in(session, arrived, checked)
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


@contextmanager
def noted_attempt(store: Store, declared: Declaration) -> Iterator[None]:
    """Around checking a file that is offered again and again until it is dealt with: the attempt is noted durably
    before it is made, and the note removed whatever comes of it, unless this process dies. A second attempt refuses the
    file, once; handed in anew, it gets another chance. A note that another process holds is no death.
    """
    notes = store.data / "attempts"
    notes.mkdir(exist_ok=True, mode=0o700)
    name = "\n".join([declared.feed, declared.region, declared.mode, declared.sha256])
    note = notes / hashlib.sha256(name.encode()).hexdigest()
    handle = os.open(note, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not locked(handle):
            yield
            return
        try:
            found = os.fstat(handle)
            if found.st_size and found.st_nlink:  # not removed by another process in this moment
                log.error("delivery_killed_its_reader", feed=declared.feed, region=declared.region)
                raise reading_died()
            os.write(handle, b"1")
            os.fsync(handle)
            sync_directory(notes)
            yield
        finally:
            note.unlink(missing_ok=True)
    finally:
        os.close(handle)


def locked(handle: int) -> bool:
    """Whether the file is now ours; the lock ends with the process."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def judged_alike(delivery: DeliveryTable, report: "DeliveryReport", rejects_file: str) -> bool:
    """Whether the same rows are accepted and rejected as when the same bytes came last."""
    counted = ("accepted", "rejected", "flagged")
    return delivery.rejects_file == rejects_file and all(
        getattr(delivery, name) == getattr(report, name) for name in counted
    )


def receipt_of_known(delivery: D, declared: Declaration) -> Receipt[D]:
    """The receipt for bytes that came before; refused if this time another number of rows is declared."""
    if delivery.rows != declared.rows:
        raise rows_differ(declared.rows, delivery.rows)
    return Receipt(delivery, new=False)
