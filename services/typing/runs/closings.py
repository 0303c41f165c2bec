"""Annual reports close: recorded once per region and year, and every policy in force gets its run."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.numbers.service import policy_in_force
from services.typing.runs import repository as runs_repository
from services.typing.runs.domain import regions_to_type
from services.typing.runs.models import AnnualReportClosing, Run
from services.typing.runs.problems import (
    ClosingDiffers,
    ClosingInFuture,
    ClosingOfAnotherLevel,
    ClosingOutOfSeason,
    PoliciesOverlap,
)
from services.typing.runs.service import RunOrder, create_run, deciding_level
from shared import clock
from shared.contracts.annual_report import AnnualReportClosed
from shared.law.model.policy import Policy
from shared.law.reader.loading import policy_ids, rival_policies
from shared.messaging.events import Event
from shared.platform import audit


@dataclass(frozen=True)
class ClosingNotice:
    """Annual reports of ``year`` (the year of the figures) closed in ``region`` on ``closed_on``; ``said_from``: the
    region of the bureau whose officer says so, None where the system of annual reports does.
    """

    region: str
    year: int
    closed_on: dt.date
    actor: str
    said_from: str | None = None


@dataclass(frozen=True)
class RecordedClosing:
    """A recorded closing, the runs that it ordered, and whether it was recorded just now."""

    closing: AnnualReportClosing
    runs: Sequence[Run]
    new: bool


async def close_annual_reports(
    session: AsyncSession, notice: ClosingNotice, *, cause: Event | None = None
) -> RecordedClosing:
    """Record the closing and order one run for each policy that it concerns.

    Recording the same closing again, even concurrently, returns what is stored and orders nothing. A different date
    for the same region and year is refused: a run may already be based on the first. A closing that did not come from
    the bus (no ``cause``) is announced there; the service receives its own event and finds the closing recorded.
    What can be refused is refused before anything is written.
    """
    require_past(notice)
    due = await runs_due(session, notice.region, notice.closed_on)
    require_competence([policy for policy, _ in due], notice)
    values: dict[str, object] = {"region": notice.region, "year": notice.year, "closed_on": notice.closed_on}
    row = await runs_repository.add_closing(session, values | {"actor": notice.actor})
    if row is None:
        recorded = await runs_repository.get_closing(session, notice.region, notice.year)
        require_same_day(recorded, notice)
        return RecordedClosing(recorded, await runs_repository.runs_of_closing(session, recorded.id), new=False)
    await audit.record(
        session,
        audit.about(f"{notice.region}/{notice.year}", notice.region),
        notice.actor,
        "annual-report:close",
        {"closed_on": notice.closed_on.isoformat()},
    )
    if cause is None:
        payload = AnnualReportClosed(region=notice.region, year=notice.year, closed_on=notice.closed_on)
        cause = await ANNOUNCER.announce(session, payload, subject=notice.region, actor=notice.actor)
    runs = [
        await create_run(
            session, RunOrder(policy.id, region, notice.closed_on, notice.actor, closing_id=row.id), cause=cause
        )
        for policy, region in due
    ]
    return RecordedClosing(row, runs, new=True)


def require_past(notice: ClosingNotice) -> None:
    """Refuse a closing that has not happened yet, or not in the year after the figures'."""
    if notice.closed_on > clock.today():
        raise ClosingInFuture(f"年报结束日期 {notice.closed_on} 晚于今天，请在年报结束后登记")
    if notice.closed_on.year != notice.year + 1:
        raise ClosingOutOfSeason(f"{notice.year} 年度年报应在 {notice.year + 1} 年结束，而不是 {notice.closed_on}")


def require_competence(policies: Sequence[Policy], notice: ClosingNotice) -> None:
    """403 for an officer of a level that does not type: the closing orders the year's typing (郑州 三（一）2: 由省市场
    监管局进行一次个体工商户集中分型判定), which is the base of the quotas.
    """
    if notice.said_from is None:
        return
    region = notice.said_from
    levels = sorted({deciding_level(policy) for policy in policies if not policy.may_decide_types(region)})
    if levels:
        raise ClosingOfAnotherLevel(
            f"登记年报结束就是发起集中分型，由{'、'.join(levels)}市场监管部门或者年报系统登记；统计分析请另行发起批次"
        )


def require_same_day(recorded: AnnualReportClosing, notice: ClosingNotice) -> None:
    """409 when the annual reports of this region and year are known to have closed on another day."""
    if recorded.closed_on != notice.closed_on:
        raise ClosingDiffers(
            f"{notice.region} {notice.year} 年度年报已记录于 {recorded.closed_on} 结束，不能再记为 {notice.closed_on}"
        )


async def runs_due(session: AsyncSession, region: str, closed_on: dt.date) -> list[tuple[Policy, str]]:
    """(policy, region to type) for every policy in force that day whose regions meet the closing's. PoliciesOverlap
    where two of them are for one region.
    """
    due = []
    for name in policy_ids():
        policy = await policy_in_force(session, name)
        if policy.in_force_on(closed_on) and not policy.unset(closed_on, required=True):
            due += [(policy, part) for part in regions_to_type(region, list(policy.regions))]
    rivals = rival_policies({policy.id: policy for policy, _ in due}.values())
    if rivals:
        raise PoliciesOverlap("；".join(rivals))
    return due
