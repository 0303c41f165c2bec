"""aiokafka's errors and endings, as the rest of the transport wants to see them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, OffsetOutOfRangeError, ProducerClosed

from shared.messaging.bus import BusDownError, OutOfBoundsError

log = structlog.get_logger()

PATIENCE = 10.0
"""Seconds that a broker may take to answer before it counts as down."""

logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # says on every retry what our loops say once


@asynccontextmanager
async def in_time(seconds: float = PATIENCE) -> AsyncIterator[None]:
    """Gives the block that long; what goes wrong with Kafka in it is BusDownError or OutOfBoundsError."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except OffsetOutOfRangeError as error:
        raise OutOfBoundsError(str(error)) from error
    except (KafkaError, OSError) as error:
        raise BusDownError(type(error).__name__) from error


async def ended(closing: Coroutine[Any, Any, None]) -> None:
    """Waits for a connection's end, however it ends.

    While a broker is down aiokafka cancels tasks of its own and lets their CancelledError out, which must not be
    taken for ours.
    """
    task = asyncio.ensure_future(closing)
    await asyncio.wait([task])
    if not task.cancelled() and task.exception():
        log.info("closing_failed", error=type(task.exception()).__name__)


async def abandon(producer: AIOKafkaProducer) -> None:
    """Stops the producer without its flush, which would wait for a broker that is down: there is no public way.

    Whoever waits for an acknowledgement learns that it will not come.
    """
    await producer._sender.close()  # noqa: SLF001
    accumulator = producer._message_accumulator  # noqa: SLF001
    unsent = accumulator._pending_batches  # noqa: SLF001
    unsent.update(*accumulator._batches.values())  # noqa: SLF001  where each batch's own callback expects it
    for batch in list(unsent):
        if not batch.future.done():
            batch.future.set_exception(ProducerClosed())
            batch.future.exception()  # seen, even if nobody waits any more
    await producer.stop()
