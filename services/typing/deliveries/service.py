"""Typing's part in receiving a delivery: the file is checked and stored, its row is added, and a registration delivery
is compared with what was known, so that the households it changed can be announced.

Files are durable before the row that names them.
"""

import anyio.to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER, HOUSEHOLD_CHANGED_STREAM
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.changed_households import find_changes
from services.typing.deliveries.domain import REGISTRATION
from services.typing.deliveries.intake import TypingDeclaration, ValidatedDelivery, evidence_of, validate_delivery
from services.typing.deliveries.models import Delivery
from shared import clock
from shared.platform.deliveries.receiving import Arrived, Receiving


async def check(_session: AsyncSession, arrived: Arrived) -> ValidatedDelivery:
    """The file checked row by row, and stored as accepted rows, rejects and rejected keys."""
    return await anyio.to_thread.run_sync(
        validate_delivery, arrived.intake.bench, arrived.file, arrived.declared, clock.today(), arrived.workspace
    )


async def count_in(session: AsyncSession, arrived: Arrived, checked: ValidatedDelivery) -> Delivery | None:
    """The row, and the order to stream HouseholdChanged for the households that changed."""
    row = delivery_row(arrived, checked)
    if row.feed == REGISTRATION:
        await record_household_changes(session, arrived, row)
    delivery = await deliveries_repository.add_delivery(session, row)
    if delivery is not None and delivery.changed:
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
        rejects_file=checked.rejects_file,
        rejected_keys_file=checked.rejected_keys_file,
        received_by=arrived.caller.subject,
        received_on=clock.today(),
        received_at=clock.now(),
    )


async def record_household_changes(session: AsyncSession, arrived: Arrived, row: Delivery) -> None:
    """What a registration delivery changes, on its row; later ones wait until this transaction has ended."""
    await deliveries_repository.lock_registration(session)
    intake, store = arrived.intake, arrived.intake.store
    before = [evidence_of(store, earlier) for earlier in await deliveries_repository.registration_deliveries(session)]
    accepted = store.path(row.accepted_file)
    changes = await anyio.to_thread.run_sync(
        find_changes, intake.bench, before, accepted, row.region, arrived.workspace
    )
    row.moved_in, row.changed, row.changes_file = changes.moved_in, changes.changed, changes.file
    if changes.changed:
        row.revision = await ANNOUNCER.next_revision(session)


RECEIVING = Receiving(Delivery, TypingDeclaration, check=check, count_in=count_in, officers=True)
