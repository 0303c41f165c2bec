"""Spot checks, and lists of recognitions filed with the superior.

A superior draws a share of a region's applications. The policy names the level and the share; the draw rests on the
seeds published when the seasons opened, so that anyone can repeat it. A checked application passes, must be
supplemented by a day, or is rejected: if under way it is refused, if recognised its cancellation is proposed.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.models import Application
from services.recognition.applications.workflow import announce_application, bureau_of
from services.recognition.assessments.reports import check_due_date
from services.recognition.base import ANNOUNCER
from services.recognition.decisions.cases import took_part
from services.recognition.lifecycle.domain import ProposedEnd
from services.recognition.lifecycle.proceedings import Grounds, propose_end
from services.recognition.lifecycle.repository import lock_open
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import ConcernKind, RecognitionState
from services.recognition.recognitions.service import clear_concern, raise_concern
from services.recognition.rules.service import stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.domain import SeasonState
from services.recognition.season.models import Season
from services.recognition.selection.service import refuse_and_promote_reserve
from services.recognition.supervision import repository as supervision_repository
from services.recognition.supervision.domain import CHECK_OUTCOMES, CheckOutcome, common_seed, draw_sample
from services.recognition.supervision.models import Filing, SpotCheck, SpotCheckItem
from services.recognition.supervision.problems import (
    CheckDrawnBefore,
    CheckOfAnotherLevel,
    CheckOfOwnWork,
    CheckShareFixed,
    CheckSharesDiffer,
    CheckShareUnset,
    DrawNotReady,
    ListFiledInFuture,
    NothingToFile,
    SupplementDateUnset,
)
from services.recognition.supervision.repository import CheckItem
from shared import clock
from shared.contracts.recognition import RecognitionListFiled, SupplementDemanded, SupplementReceived
from shared.law.model.recognition import LEVEL_DIGITS, LEVEL_LABELS, level_of
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller, require_region
from shared.platform.system_callers import CLOCK
from shared.reference.regions import parents_of
from shared.worker import deadlines


async def draw_spot_check(
    session: AsyncSession, region: str, year: int, percent: int | None, caller: Caller
) -> SpotCheck:
    """Draw over a region's applications of a year, once; again only over counties that opened their season after that.
    409 with every reason while it cannot be drawn yet.

    Counties under different policies may have different shares: each share is a draw of its own, named by `percent`,
    which is the superior's own number only where the policy names none (422 otherwise).
    """
    require_region(caller, region)
    below = [one for one in await season_repository.list_seasons(session, region, year) if not season_was_missed(one)]
    if not below:
        raise DrawNotReady(f"{region} 在 {year} 年没有认定季")
    share, drawn_over = choose_share(await seasons_by_share(session, below, region), percent)
    earlier = await supervision_repository.draws_of(session, region, year, share)
    drawn_before = {county for check in earlier for county in check.seeds}
    drawn_over = [season for season in drawn_over if season.county not in drawn_before]
    repeated = CheckDrawnBefore(f"{region} 在 {year} 年已经按 {share}% 抽取过")
    if not drawn_over:
        raise repeated
    check_draw_ready(drawn_over)
    seeds = {season.county: season.seed or "" for season in drawn_over}
    check = SpotCheck(
        id=uuid.uuid4(),
        region=region,
        year=year,
        seed=common_seed(seeds.values()),
        percent=share,
        number=len(earlier) + 1,
        seeds=seeds,
        handed_in_before=deadlines.end_of_day(max(season.applications_until for season in drawn_over)),
        drawn_by=caller.subject,
        drawn_at=clock.now(),
    )
    population = await supervision_repository.population_by_code(session, check)
    check.population = len(population)
    async with refused_on_conflict(session, repeated):
        session.add(check)
    lots = [population[code] for code in draw_sample(population, share, check.seed)]
    session.add_all([SpotCheckItem(check_id=check.id, application_id=row.id, county=row.county) for row in lots])
    await session.flush()
    await audit.record(
        session,
        audit.about(check.id, region),
        caller,
        "spot-check:draw",
        {"year": year, "percent": share, "population": check.population, "drawn": len(lots)},
    )
    return check


def season_was_missed(season: Season) -> bool:
    """Whether a season was prepared and can no longer be opened: its application period is over."""
    return season.state == SeasonState.PREPARING and clock.today() > season.applications_until


def check_draw_ready(below: Sequence[Season]) -> None:
    """409 unless every season has its seed and its application period is over: nobody can wait for a better draw."""
    reasons = [
        f"{season.county} 的认定季还没有开始"
        if season.state == SeasonState.PREPARING
        else f"{season.county} 的申报期到 {season.applications_until}，还没有结束"
        for season in below
        if clock.today() <= season.applications_until
    ]
    if reasons:
        raise DrawNotReady("；".join(reasons), reasons=reasons)


async def seasons_by_share(
    session: AsyncSession, below: Sequence[Season], region: str
) -> dict[int | None, list[Season]]:
    """The seasons that a region's level checks, by the share in their policies; None where the level checks as it sees
    fit. 409 when there are none.
    """
    seasons: dict[int | None, list[Season]] = {}
    others = set()
    for season in below:
        rules = await stored_rules(session, season.policy_hash)
        supervision, level = rules.supervision, level_of(region)
        if level is not supervision.by and level not in supervision.may:
            others |= {supervision.by, *supervision.may}
            continue
        named = supervision.share if level is supervision.by else None
        share = rules.value(named, season.opens_on) if named else None
        seasons.setdefault(share if isinstance(share, int) else None, []).append(season)
    if not seasons:
        levels = "、".join(sorted(LEVEL_LABELS[level] for level in others))
        raise CheckOfAnotherLevel(f"按政策由{levels}市场监管部门在全域抽取")
    return seasons


def choose_share(shares: Mapping[int | None, list[Season]], percent: int | None) -> tuple[int, list[Season]]:
    """The share to draw and its seasons. 409 when several are possible, 422 for one that is not allowed."""
    named = sorted(share for share in shares if share is not None)
    detail = "、".join(f"{share}%" for share in named)
    if percent is None and len(shares) > 1:
        raise CheckSharesDiffer(f"范围内各县（市、区）的政策规定不同（{detail}），请写明 percent 分别抽取")
    if percent is None and named:
        return named[0], shares[named[0]]
    if percent is None:
        raise CheckShareUnset
    if percent in shares:
        return percent, shares[percent]
    if None in shares:
        return percent, shares[None]
    raise CheckShareFixed(f"政策规定抽查 {detail}，不能另定")


CHECK_SUPPLEMENT_DEADLINE = "spot-check-supplement"
"""Kind of the deadline of a supplement; its subject is `<check>:<application>`."""


@dataclass(frozen=True)
class CheckFinding:
    """What a superior found; for a supplement with `due_on`, and `finding` names what is missing."""

    outcome: CheckOutcome
    finding: str
    due_on: dt.date | None = None


async def conclude_check(
    session: AsyncSession, check_item: CheckItem, finding: CheckFinding, caller: Caller
) -> SpotCheckItem:
    """Record the outcome and its consequences; item and application are locked."""
    item, application = check_item
    await check_uninvolved(session, application, caller)
    demanded = item.outcome in supervision_repository.DEMANDED_OUTCOMES
    transition_check(item, finding.outcome)
    item.finding, item.checked_by, item.checked_at = finding.finding, caller.subject, clock.now()
    await deadlines.cancel(session, kind=CHECK_SUPPLEMENT_DEADLINE, subject=deadline_subject(item))
    match finding.outcome:
        case CheckOutcome.SUPPLEMENT:
            await require_supplement(session, item, finding.due_on)
            await announce_application(
                session,
                SupplementDemanded,
                application,
                actor=caller.subject,
                reason=finding.finding,
                due_on=item.due_on,
                decided_by_region=bureau_of(caller),
            )
        case CheckOutcome.REFUSED:
            await reject_application(session, application, finding.finding, caller)
    if finding.outcome is not CheckOutcome.SUPPLEMENT:
        await clear_check_concern(session, application)
    if demanded:
        outcome = finding.outcome.value
        await announce_application(session, SupplementReceived, application, actor=caller.subject, outcome=outcome)
    details = {"check": str(item.check_id), "finding": finding.finding, "due_on": str(item.due_on)}
    await audit.record(session, application, caller, f"spot-check:{finding.outcome}", details)
    return item


async def check_uninvolved(session: AsyncSession, application: Application, caller: Caller) -> None:
    """403 for a person who worked on the application."""
    if await took_part(session, application, caller):
        raise CheckOfOwnWork


def transition_check(item: SpotCheckItem, outcome: CheckOutcome) -> None:
    """Take the check of an application to another outcome, or answer 409."""
    CHECK_OUTCOMES.require(item.outcome, outcome)
    item.outcome = outcome
    item.version += 1


async def require_supplement(session: AsyncSession, item: SpotCheckItem, due_on: dt.date | None) -> None:
    """Demand a supplement until a day. 422 without one."""
    if due_on is None:
        raise SupplementDateUnset
    check_due_date(due_on)
    item.due_on = due_on
    await deadlines.schedule(
        session, kind=CHECK_SUPPLEMENT_DEADLINE, subject=deadline_subject(item), due_at=deadlines.end_of_day(due_on)
    )


async def reject_application(session: AsyncSession, application: Application, reason: str, caller: Caller) -> None:
    """Refuse the application, or propose the cancellation of its recognition. What has ended stays as it is."""
    detail = f"上级抽查，不予认定：{reason}"
    if application.state in application_repository.UNDER_WAY:
        await refuse_and_promote_reserve(session, application, detail, caller)
        return
    recognition = await recognition_repository.lock_recognition_of_application(session, application.id)
    if recognition is None or recognition.state != RecognitionState.VALID:
        return
    if await lock_open(session, recognition.id, ProposedEnd.CANCELLATION) is None:
        rules = await stored_rules(session, recognition.policy_hash)
        grounds = Grounds(detail, detail, [str(rules.supervision.citation)])
        await propose_end(session, recognition, ProposedEnd.CANCELLATION, grounds, caller)


async def clear_check_concern(session: AsyncSession, application: Application) -> None:
    """The check is over: clear the concern of an overdue supplement."""
    recognition = await recognition_repository.lock_recognition_of_application(session, application.id)
    if recognition is not None:
        clear_concern(recognition, ConcernKind.SPOT_CHECK)


async def expire_supplement(session: AsyncSession, check_item: CheckItem) -> None:
    """The last day for a supplement is over: refuse what is under way, raise a concern about what is recognised."""
    item, application = check_item
    if item.outcome != CheckOutcome.SUPPLEMENT:
        return
    detail = f"没有在 {item.due_on} 以前按上级抽查的要求补充材料"
    if application.state in application_repository.UNDER_WAY:
        transition_check(item, CheckOutcome.REFUSED)
        await refuse_and_promote_reserve(session, application, detail, CLOCK)
        return
    transition_check(item, CheckOutcome.OVERDUE)
    recognition = await recognition_repository.lock_recognition_of_application(session, application.id)
    if recognition is not None and recognition.state == RecognitionState.VALID:
        raise_concern(recognition, ConcernKind.SPOT_CHECK, detail)
    await audit.record(session, application, CLOCK, "spot-check:overdue", {"check": str(item.check_id)})


def deadline_subject(item: SpotCheckItem) -> str:
    """The subject of the supplement's deadline."""
    return f"{item.check_id}:{item.application_id}"


async def file_recognition_list(
    session: AsyncSession, season: Season, document: str, filed_on: dt.date, caller: Caller
) -> Filing:
    """Record that the season's list was filed with the level that the policy names, else with the bureau next above: a
    district of a municipality has no city over it. 409 when nobody is recognised, 422 for a future day.
    """
    if filed_on > clock.today():
        raise ListFiledInFuture(f"报送日期 {filed_on} 还没有到")
    on_it = await supervision_repository.recognitions_of_season(session, season.id)
    if not on_it:
        raise NothingToFile
    level = (await stored_rules(session, season.policy_hash)).supervision.filed_with
    above = season.county[: LEVEL_DIGITS[level]] if level is not None else parents_of(season.county)[0]
    filing = Filing(
        id=uuid.uuid4(),
        season_id=season.id,
        filed_with=above,
        document=document,
        filed_on=filed_on,
        households=len(on_it),
        filed_by=caller.subject,
        filed_at=clock.now(),
    )
    session.add(filing)
    await session.flush()
    await audit.record(
        session,
        audit.about(season.id, season.county),
        caller,
        "season:file",
        {"filed_with": filing.filed_with, "document": document, "households": filing.households},
    )
    filed = RecognitionListFiled(
        filing=filing.id,
        region=season.county,
        year=season.year,
        filed_with=filing.filed_with,
        document=document,
        filed_on=filed_on,
        households=filing.households,
    )
    await ANNOUNCER.announce(session, filed, subject=season.county, actor=caller.subject)
    return filing
