"""Typing's part in receiving a delivery: the file is checked and stored, its row is added, and a registration delivery
is compared with what was known, so that the households it changed can be announced.

Files are durable before the row that names them.
"""

import anyio.to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER, HOUSEHOLD_CHANGED_STREAM
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.changed_households import HouseholdChanges, RegistrationRows, find_changes
from services.typing.deliveries.domain import REGISTRATION
from services.typing.deliveries.intake import TypingDeclaration, ValidatedDelivery, evidence_of, validate_delivery
from services.typing.deliveries.models import Delivery, PendingMove
from services.typing.deliveries.waiting import list_waiting
from shared import clock
from shared.contracts.typing import HouseholdMoveDecided, HouseholdMovePending
from shared.database.row_scope import beyond_region
from shared.platform.deliveries.receiving import Arrived, Receiving


async def check(_session: AsyncSession, arrived: Arrived) -> ValidatedDelivery:
    """The file checked row by row, and stored as accepted rows and rejected keys."""
    return await anyio.to_thread.run_sync(
        validate_delivery, arrived.intake.bench, arrived.file, arrived.declared, clock.today(), arrived.workspace
    )


async def count_in(session: AsyncSession, arrived: Arrived, checked: ValidatedDelivery) -> Delivery:
    """The row, and the order to stream HouseholdChanged for the households that changed."""
    row = delivery_row(arrived, checked)
    changes = await record_household_changes(session, arrived, row) if row.feed == REGISTRATION else None
    delivery = await deliveries_repository.add_delivery(session, row)
    if changes is not None:
        await record_moves(session, arrived, delivery, changes)
    if delivery.changed:
        await HOUSEHOLD_CHANGED_STREAM.register(session, delivery.id, delivery.changed)
    return delivery


def delivery_row(arrived: Arrived, checked: ValidatedDelivery) -> Delivery:
    """The row of a checked delivery."""
    declared = arrived.declared
    return Delivery(
        **arrived.columns(checked.report),
        year=declared.year,
        channel=declared.channel,
        format=declared.suffix.removeprefix("."),
        bytes=arrived.size,
        accepted_file=checked.accepted_file,
        rejected_keys_file=checked.rejected_keys_file,
        received_by=arrived.caller.subject,
        received_on=clock.today(),
        received_at=clock.now(),
    )


async def record_household_changes(session: AsyncSession, arrived: Arrived, row: Delivery) -> HouseholdChanges:
    """What a registration delivery changes, on its row; later ones wait until this transaction has ended. Rows about
    households outside the deliverer's region are set aside.
    """
    await deliveries_repository.lock_registration(session)
    intake, store = arrived.intake, arrived.intake.store
    before = [evidence_of(store, earlier) for earlier in await deliveries_repository.registration_deliveries(session)]
    async with beyond_region(session):  # a household waits wherever it is asked for
        waiting = await deliveries_repository.waiting_moves(session)
    rows = RegistrationRows(store.path(row.accepted_file), row.region, arrived.caller.region, waiting)
    changes = await anyio.to_thread.run_sync(find_changes, intake.bench, before, rows, arrived.workspace)
    row.accepted_file = changes.accepted_file or row.accepted_file
    row.pending, row.pending_file = len(changes.claimed), changes.pending_file
    row.moved_in, row.changed, row.changes_file = changes.moved_in, changes.changed, changes.file
    if changes.changed:
        row.revision = await ANNOUNCER.next_revision(session)
    return changes


async def record_moves(session: AsyncSession, arrived: Arrived, delivery: Delivery, changes: HouseholdChanges) -> None:
    """Moves that the households' own counties have to confirm; those that no longer need it are over, between whichever
    counties they are.
    """
    async with beyond_region(session):
        asked = await deliveries_repository.record_moves(session, delivery, changes.claimed, clock.now())
        over = await deliveries_repository.supersede_moves(session, changes.counted, clock.now())
    told = [(move.uscc, pending_move_event(move)) for move in asked]
    decided = [(move.uscc, decided_move_event(move)) for move in over]
    if told or decided:
        await ANNOUNCER.announce_all(session, [*told, *decided], actor=arrived.caller.subject)


def pending_move_event(move: PendingMove) -> HouseholdMovePending:
    """A county is asked whether a household moves away."""
    return HouseholdMovePending(
        move=move.id,
        uscc=move.uscc,
        region=move.from_region,
        to_region=move.to_region,
        operator_changes=move.operator_changes,
    )


def decided_move_event(move: PendingMove) -> HouseholdMoveDecided:
    """What came of it."""
    return HouseholdMoveDecided(
        move=move.id, uscc=move.uscc, region=move.from_region, to_region=move.to_region, outcome=move.state.value
    )


RECEIVING = Receiving(Delivery, TypingDeclaration, check=check, count_in=count_in, waiting=list_waiting, officers=True)
