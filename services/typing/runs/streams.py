"""Streams of bulk events: every registered stream that is not complete continues from its cursor."""

import asyncio
from uuid import UUID

import structlog

from services.typing.base import HOUSEHOLD_CHANGED_STREAM, HOUSEHOLD_TYPED_STREAM
from services.typing.deliveries.changed_households import household_changed_records
from services.typing.deliveries.models import Delivery
from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.publication_files import household_typed_records
from shared.messaging.bulk_stream import BulkStream, Fetch
from shared.messaging.bus import Bus
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()


async def run_streams(resources: Resources, bus: Bus, *, poll_seconds: float = 1.0) -> None:
    """Until cancelled: carry on the streams that are due, one after the other, oldest first."""
    streams = BulkStream(resources.database, bus)

    async def carry() -> None:
        while True:
            for stream_id in await streams.due():
                await run_stream(resources, streams, stream_id)
            await asyncio.sleep(poll_seconds)

    await run_forever("bulk streams", carry)


async def run_stream(resources: Resources, streams: BulkStream, stream_id: str) -> None:
    """Complete one stream. A fault of this stream alone (a lost file, say) is logged; the stream stays due."""
    try:
        await streams.run(stream_id, await stream_source(resources, stream_id))
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("stream_broken", stream=stream_id)


async def stream_source(resources: Resources, stream_id: str) -> Fetch:
    """Where a stream's records come from, by its kind."""
    if (run_id := HOUSEHOLD_TYPED_STREAM.origin_of(stream_id)) is not None:
        return await household_typed_source(resources, run_id)
    if (delivery_id := HOUSEHOLD_CHANGED_STREAM.origin_of(stream_id)) is not None:
        return await household_changed_source(resources, delivery_id)
    raise LookupError(stream_id)


async def household_typed_source(resources: Resources, run_id: UUID) -> Fetch:
    """HouseholdTyped of a published run."""
    async with resources.database.session() as session:
        run = await runs_repository.get_run(session, run_id, "")
        if run is None:
            raise LookupError(f"run {run_id}")
        corrections = sorted(await runs_repository.corrected_types(session, run.compared_with))
    corrected = {uscc: code for _, uscc, code in corrections}
    return household_typed_records(run, resources.workspace.announcement(run_id), corrected)


async def household_changed_source(resources: Resources, delivery_id: UUID) -> Fetch:
    """HouseholdChanged of a delivery of registrations."""
    async with resources.database.session() as session:
        delivery = await session.get(Delivery, delivery_id)
    if delivery is None or delivery.changes_file is None:
        raise LookupError(f"delivery {delivery_id}")
    return household_changed_records(delivery, resources.intake.store.path(delivery.changes_file))
