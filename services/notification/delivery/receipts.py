"""Receipts on their way: a call-back stores them at once, the worker applies them, in whatever order they come."""

import datetime as dt

import structlog

from services.notification.channels.gateway import Receipt
from services.notification.delivery import repository as delivery_repository
from services.notification.delivery.marking import settle
from services.notification.delivery.metrics import RECEIPTS
from shared import clock
from shared.database.connections import Database
from shared.worker.failpoints import failpoint

log = structlog.get_logger()

AT_ONCE = 500
LONGEST_WAIT = dt.timedelta(minutes=10)


async def apply_receipts(database: Database, kept_for: dt.timedelta) -> int:
    """Applies the next ones; how many there were. One whose message nobody knows (yet) waits, twice as long each time,
    and is dropped when it is older than `kept_for`.
    """
    now = clock.now()
    async with database.transaction() as session:
        waiting = await delivery_repository.take_receipts(session, now, AT_ONCE)
        if not waiting:
            return 0
        failpoint("receipt.read")
        heard = [(one.provider, Receipt(one.key, one.reference, one.delivered, one.code)) for one in waiting]
        known = await settle(session, heard)
        applied = [one for one, is_known in zip(waiting, known, strict=True) if is_known]
        old = [
            one for one, is_known in zip(waiting, known, strict=True) if not is_known and one.read_at + kept_for <= now
        ]
        for one, is_known in zip(waiting, known, strict=True):
            if not is_known:
                one.tries += 1
                one.try_at = now + min(dt.timedelta(seconds=1) * 2 ** min(one.tries, 20), LONGEST_WAIT)
        await session.flush()
        await delivery_repository.drop_receipts(session, [*applied, *old])
    RECEIPTS.labels("applied").inc(len(applied))
    if old:
        RECEIPTS.labels("unknown").inc(len(old))
        log.warning("receipts_of_unknown_messages", count=len(old), providers=sorted({one.provider for one in old}))
    return len(waiting)
