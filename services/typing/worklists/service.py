"""Reads the lists: what was delivered and heard of until now, a draft's file; the queries run beside the event loop."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.intake import evidence_of
from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.domain import RunPurpose, RunState
from services.typing.runs.models import Run
from services.typing.worklists.newly_ineligible import NewlyIneligible, list_newly_ineligible
from services.typing.worklists.problems import DraftNotReady, ReportsNotDelivered
from services.typing.worklists.unreported import (
    ANNUAL_REPORT,
    FEEDS_READ,
    UnreportedHousehold,
    Wanted,
    list_unreported,
)

LISTED_STATES = frozenset({RunState.DRAFT, RunState.PUBLISHED})


@dataclass(frozen=True)
class Unreported:
    """Households without a report, and when the last annual reports of the region were delivered."""

    households: list[UnreportedHousehold]
    delivered_at: dt.datetime


async def find_unreported(session: AsyncSession, resources: Resources, wanted: Wanted) -> Unreported:
    """By what was delivered until now. 409 while annual reports or the register were not delivered for the region."""
    rows = await deliveries_repository.deliveries_affecting(session, wanted.region, feeds=FEEDS_READ)
    codes = await runs_repository.filed_reports(session, wanted.year)
    missing = ReportsNotDelivered(
        f"{wanted.region} 的登记数据或 {wanted.year} 年度的年报数据还没有报送，不能说谁没有报"
    )
    reports = [row.received_at for row in rows if row.feed == ANNUAL_REPORT and row.year in (None, wanted.year)]
    if not reports:
        raise missing
    deliveries = [evidence_of(resources.intake.store, row) for row in rows]
    await session.close()  # nobody waits for a connection of those who wait for their turn
    files, limit = resources.workspace, resources.settings.memory_limit
    reckon = partial(list_unreported, deliveries, wanted, codes, memory_limit=limit, spill=files.root)
    found = await to_thread.run_sync(reckon, limiter=resources.queries)
    if found is None:
        raise missing
    return Unreported(found, max(reports))


async def find_newly_ineligible(
    resources: Resources, run: Run, region: str, after: tuple[str, str], most: int | None
) -> list[NewlyIneligible]:
    """Of a draft, or of a run that was published. 409 where there is none."""
    if run.state not in LISTED_STATES or run.purpose is RunPurpose.TRIAL:
        raise DraftNotReady
    path = resources.workspace.announcement(run.id)
    if not path.exists():
        raise DraftNotReady
    limit = resources.settings.memory_limit
    reckon = partial(list_newly_ineligible, path, region, after, most, memory_limit=limit)
    return await to_thread.run_sync(reckon, limiter=resources.queries)
