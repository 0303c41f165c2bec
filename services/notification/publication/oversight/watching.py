"""Lateness seen ahead: once a minute it is reckoned when the national directory will have a published run's types, and
said once a day when that is after the last day that the policy names.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.base import ANNOUNCER
from services.notification.publication.oversight import repository
from services.notification.publication.oversight.domain import Punctuality, expected_end, punctuality, rate_of
from services.notification.publication.oversight.models import PublicationRun
from services.notification.publication.oversight.repository import LEFT
from services.notification.publication.oversight.service import publish_missing_standards
from services.notification.publication.records.domain import RowState
from services.notification.publication.records.repository import was_ever_set
from services.notification.publication.systems import Kind, System
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.contracts.notification import PublicationLate
from shared.law.reader.loading import shipped_policies

log = structlog.get_logger()

SYSTEM = System.NATIONAL_DIRECTORY
"""The only system for which the texts name a last day."""
RUN_LEFT = Gauge("minglu_publication_run_left", "Types of a published run that a system lacks", ["system", "region"])
STANDARDS_MISSING = Gauge("minglu_publication_standards_missing", "Published runs whose standard this release lacks")
RUN_LATE = Gauge("minglu_publication_late", "1 while a run will miss its last day or has", ["system", "region"])
SETTLED_AFTER = dt.timedelta(days=1)
"""A run without anything left is complete only then: before, it may not even have been heard of."""


@dataclass(frozen=True)
class CutOff:
    """How a published run stands to its last day. `left`: also households that were not heard of yet; `rejected`
    records wait for an officer and are not in the `left`.
    """

    run: PublicationRun
    until: dt.date
    left: int
    rejected: int
    rate: float | None
    expected_end: dt.datetime | None
    punctuality: Punctuality


def until_of(run: PublicationRun) -> dt.date | None:
    """The last day by the run's policy, in its reading in force."""
    policy = next((one for one in shipped_policies() if one.id == run.policy), None)
    return policy.publication.directory_until(run.year) if policy is not None and policy.publication else None


async def cut_offs(
    session: AsyncSession, settings: NotificationSettings, runs: Sequence[PublicationRun]
) -> list[CutOff]:
    """How these runs stand. The directory takes what waits in the order in which it was wanted, whatever its region, so
    the end is reckoned from all that waits there.
    """
    if not runs:
        return []
    now, rate = clock.now(), rate_of(await repository.last_ended(session, SYSTEM))
    whole = sum(rows for (system, _, state), rows in (await repository.tallied(session, "")).items()
                if system is SYSTEM and state in LEFT)  # fmt: skip
    end = expected_end(whole, rate, now)
    warned_before = dt.timedelta(hours=settings.publication_warned_hours)
    found = []
    for run in runs:
        until = until_of(run)
        if until is None:
            continue
        here = await repository.tallied(session, run.region)
        left = sum(here.get((SYSTEM, Kind.TYPE, state), 0) for state in LEFT)
        rejected = here.get((SYSTEM, Kind.TYPE, RowState.REJECTED), 0)
        if run.completed_at is not None:
            found.append(CutOff(run, until, left, rejected, rate, None, Punctuality.DONE))
            continue
        rows = sum(here.get((SYSTEM, Kind.TYPE, state), 0) for state in RowState)
        if not left and rows < run.households:  # some were not heard of, or were withdrawn before they were sent
            left = max(run.households - await repository.count_records(session, Kind.TYPE, run.region), 0)
        own = end if left else None
        stand = punctuality(left, own, until, now, warned_before, rejected)
        found.append(CutOff(run, until, left, rejected, rate, own, stand))
    return found


async def watch(resources: Resources) -> None:
    """Once a minute: lines of the tally are made one, standards that were missing are published if they are there now,
    runs are reckoned, lateness is said. Nothing is late at a system
    that this platform does not publish to.
    """
    async with resources.database.transaction() as session:
        await repository.compact_tally(session)
    async with resources.database.transaction() as session:
        await publish_missing_standards(session)
        STANDARDS_MISSING.set(len(await repository.missing_standards(session, "")))
    async with resources.database.transaction() as session:
        if not await was_ever_set(session, SYSTEM):
            return
        now = clock.now()
        for one in await cut_offs(session, resources.settings, await repository.runs_to_watch(session)):
            is_late = one.punctuality is Punctuality.LATE
            RUN_LEFT.labels(SYSTEM, one.run.region).set(one.left)
            RUN_LATE.labels(SYSTEM, one.run.region).set(is_late)
            if is_late:
                await _tell(session, one)
            elif one.punctuality is Punctuality.DONE and now - one.run.published_at >= SETTLED_AFTER:
                one.run.completed_at = now


async def _tell(session: AsyncSession, late: CutOff) -> None:
    """At most once a day, by China's calendar."""
    run, today = late.run, clock.today()
    if run.told_on == today:
        return
    run.told_on = today
    said = PublicationLate(
        system=SYSTEM,
        region=run.region,
        year=run.year,
        left=late.left + late.rejected,
        until=late.until,
        expected_end=late.expected_end,
    )
    await ANNOUNCER.announce(session, said, subject=run.region, actor=None)
    log.warning(
        "publication_late",
        system=SYSTEM.value,
        region=run.region,
        year=run.year,
        left=late.left,
        rejected=late.rejected,
        until=late.until.isoformat(),
        expected_end=late.expected_end and late.expected_end.isoformat(),
    )
