"""The worker's task that opens what is due, reminds of it and says what is overdue: at each start, and regularly."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from services.support.resources import Resources
from services.support.settings import SupportSettings
from services.support.work_reports import service as work_report_service
from shared import clock
from shared.platform.service import WorkerContext
from shared.worker.lease import exclusive_lease
from shared.worker.transient import run_forever

LEASE = "work-reports"
EVERY_SECONDS = 600.0


def work_report_task(context: WorkerContext[SupportSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Forever; by one process at a time."""

    async def keep() -> None:
        async with exclusive_lease(context.database, LEASE):
            while True:
                async with context.database.transaction() as session:
                    await work_report_service.keep_current(session, clock.today())
                await asyncio.sleep(EVERY_SECONDS)

    return run_forever("work-reports", keep)
