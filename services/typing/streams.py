"""Streams of bulk facts: every registered stream that is not complete is carried on from its cursor."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import structlog

from services.typing.intake.changes import changes_of
from services.typing.repository import deliveries, runs
from services.typing.resources import Resources
from services.typing.serving.announcement import records_of
from shared.messaging.bulk import BulkStream
from shared.messaging.bus import Bus, Record
from shared.messaging.faults import keep_doing, passes_by_itself

log = structlog.get_logger()

HOUSEHOLD_TYPED = "household-typed"
HOUSEHOLD_CHANGED = "household-changed"
Source = Callable[[int, int], Sequence[Record]]


async def carry_streams(resources: Resources, bus: Bus, *, poll_seconds: float = 1.0) -> None:
    """For ever: the streams that are due one after the other, the oldest first."""
    streams = BulkStream(resources.database, bus)

    async def carry() -> None:
        while True:
            for stream_id in await streams.due():
                await carry_one(resources, streams, stream_id)
            await asyncio.sleep(poll_seconds)

    await keep_doing("bulk streams", carry)


async def carry_one(resources: Resources, streams: BulkStream, stream_id: str) -> None:
    """One stream to its end. What is wrong with it alone (a lost file, say) holds up no other; it stays due."""
    try:
        await streams.run(stream_id, await source_of(resources, stream_id))
    except Exception as error:
        if passes_by_itself(error):
            raise
        log.exception("stream_broken", stream=stream_id)


async def source_of(resources: Resources, stream_id: str) -> Source:
    """Where a stream's records come from, by what its id begins with."""
    kind, _, identifier = stream_id.partition("/")
    if kind == HOUSEHOLD_TYPED:
        return await typed_households(resources, UUID(identifier))
    if kind == HOUSEHOLD_CHANGED:
        return await changed_households(resources, UUID(identifier))
    raise LookupError(stream_id)


async def typed_households(resources: Resources, run_id: UUID) -> Source:
    """HouseholdTyped of a published run."""
    async with resources.database.session() as session:
        run = await runs.get(session, run_id, "")
        if run is None:
            raise LookupError(f"run {run_id}")
        corrections = sorted(await runs.corrections(session, run.compared_with))
    corrected = {uscc: code for _, uscc, code in corrections}
    return records_of(run, resources.workspace.announcement(run_id), corrected)


async def changed_households(resources: Resources, delivery_id: UUID) -> Source:
    """HouseholdChanged of a delivery of registrations."""
    async with resources.database.session() as session:
        delivery = await deliveries.get(session, delivery_id, "", None)
    if delivery is None or delivery.changes_file is None:
        raise LookupError(f"delivery {delivery_id}")
    return changes_of(delivery, resources.desk.store.path(delivery.changes_file))
