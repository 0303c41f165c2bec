"""Annual reports close: recorded once per region and year, and every policy in force gets its run."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.runs import repository as runs_repository
from services.typing.runs.domain import regions_to_type
from services.typing.runs.models import AnnualReportClosing, Run
from services.typing.runs.problems import ClosingDiffers, ClosingInFuture, ClosingOutOfSeason
from services.typing.runs.repository import runs_of_closing
from services.typing.runs.service import RunOrder, create_run
from shared import clock
from shared.contracts.annual_report import AnnualReportClosed
from shared.law.reader.loading import load_policy, policy_ids
from shared.messaging.events import Event
from shared.platform import audit


@dataclass(frozen=True)
class ClosingNotice:
    """The word that annual reports of ``year`` (the year of the figures) closed in ``region``."""

    region: str
    year: int
    closed_on: dt.date
    actor: str


@dataclass(frozen=True)
class RecordedClosing:
    """What is recorded of a closing, the runs that it ordered, and whether it was said for the first time."""

    closing: AnnualReportClosing
    runs: Sequence[Run]
    new: bool


async def close_annual_reports(
    session: AsyncSession, said: ClosingNotice, *, cause: Event | None = None
) -> RecordedClosing:
    """Record the closing and order one run for each policy that it concerns.

    The same word again, even at the same moment, answers what is stored and orders nothing. A different date for
    the same region and year is refused: a run may already rest on the first. A closing that did not come by the bus
    (no ``cause``) is announced there; the service hears itself and finds it recorded.
    """
    require_past(said)
    row = await runs_repository.add_closing(session, asdict(said))
    if row is None:
        known = await runs_repository.get_closing(session, said.region, said.year)
        require_same_day(known, said)
        return RecordedClosing(known, await runs_of_closing(session, known.id), new=False)
    await audit.record(
        session,
        audit.about(f"{said.region}/{said.year}", said.region),
        said.actor,
        "annual-report:close",
        {"closed_on": said.closed_on.isoformat()},
    )
    if cause is None:
        payload = AnnualReportClosed(region=said.region, year=said.year, closed_on=said.closed_on)
        cause = await ANNOUNCER.announce(session, payload, subject=said.region, actor=said.actor)
    runs = [
        await create_run(session, RunOrder(policy, region, said.closed_on, said.actor, closing_id=row.id), cause=cause)
        for policy, region in runs_due(said.region, said.closed_on)
    ]
    return RecordedClosing(row, runs, new=True)


def require_past(said: ClosingNotice) -> None:
    """Refuse a closing that has not happened yet, or not in the year after the figures'."""
    if said.closed_on > clock.today():
        raise ClosingInFuture(f"年报结束日期 {said.closed_on} 晚于今天，请在年报结束后登记")
    if said.closed_on.year != said.year + 1:
        raise ClosingOutOfSeason(f"{said.year} 年度年报应在 {said.year + 1} 年结束，而不是 {said.closed_on}")


def require_same_day(known: AnnualReportClosing, said: ClosingNotice) -> None:
    """409 when the annual reports of this region and year are known to have closed on another day."""
    if known.closed_on != said.closed_on:
        raise ClosingDiffers(
            f"{said.region} {said.year} 年度年报已记录于 {known.closed_on} 结束，不能再记为 {said.closed_on}"
        )


def runs_due(region: str, closed_on: dt.date) -> list[tuple[str, str]]:
    """(policy, region to type) for every policy in force that day whose regions meet the closing's."""
    due = []
    for name in policy_ids():
        policy = load_policy(name)
        if policy.in_force_on(closed_on) and not policy.unset(closed_on, required=True):
            due += [(name, part) for part in regions_to_type(region, list(policy.regions))]
    return due
