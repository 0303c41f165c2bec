"""Spot checks: a superior draws a share of a region's applications and says of each what was found.

The policy says which level draws and how many; the draw rests on the seeds that were published when the seasons opened
and on what was handed in while applications were taken, so it is the same whoever makes it, and whenever.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.sampling import drawn
from services.recognition.domain.seasons import SeasonState
from services.recognition.domain.spot_checks import common_seed
from services.recognition.models import Season, SpotCheck, SpotCheckItem
from services.recognition.repository import seasons, spot_checks
from services.recognition.service.rules import rules_of
from shared.messaging import deadlines
from shared.policy.recognition.model import Level
from shared.service import audit, clock
from shared.service.identity import Caller, within
from shared.service.problems import Problem

LENGTHS = {Level.CITY: 4, Level.PROVINCE: 2}
"""Digits of the region of a superior."""
TITLES = {Level.CITY: "市级", Level.PROVINCE: "省级"}


async def draw(session: AsyncSession, region: str, year: int, percent: int | None, caller: Caller) -> SpotCheck:
    """Draw over a region's applications of a year, once. 409 while it cannot be drawn yet, with every reason.

    `percent` only where the policy names no share (422 otherwise).
    """
    within(caller, region)
    below = await seasons.listed(session, region, year)
    check_ready(below, region, year)
    share = await share_of(session, below, region, percent)
    seeds = {season.county: season.seed or "" for season in below}
    check = SpotCheck(
        id=uuid.uuid4(), region=region, year=year, seed=common_seed(seeds.values()), percent=share, seeds=seeds,
        handed_in_before=deadlines.after(max(season.applications_until for season in below)), drawn_by=caller.subject,
        drawn_at=clock.now(),
    )  # fmt: skip
    population = await spot_checks.population(session, check)
    check.population = len(population)
    await add_once(session, check)
    chosen = [population[code] for code in drawn(population, share, check.seed)]
    session.add_all([SpotCheckItem(check_id=check.id, application_id=one.id, county=one.county) for one in chosen])
    await session.flush()
    await audit.record(
        session, actor=caller.subject, action="spot-check:draw", subject=str(check.id), region=region,
        details={"year": year, "percent": share, "population": check.population, "drawn": len(chosen)},
    )  # fmt: skip
    return check


def check_ready(below: Sequence[Season], region: str, year: int) -> None:
    """409 unless every season has its seed and takes no application any more: nobody can wait for a better draw."""
    reasons = [f"{one.county} 的认定季还没有开始" for one in below if one.state == SeasonState.PREPARING]
    reasons += [
        f"{one.county} 的申报期到 {one.applications_until}，还没有结束"
        for one in below
        if one.state != SeasonState.PREPARING and clock.today() <= one.applications_until
    ]
    if not below:
        reasons = [f"{region} 在 {year} 年没有认定季"]
    if reasons:
        raise Problem(409, "draw-not-ready", "还不能抽取", "；".join(reasons), reasons=reasons)


async def share_of(session: AsyncSession, below: Sequence[Season], region: str, percent: int | None) -> int:
    """The percent to draw: the policy's, else the superior's own. 409 when another level checks."""
    said = set()
    for content in sorted({season.policy_hash for season in below}):
        rules = await rules_of(session, content)
        share = rules.supervision.share
        said.add((rules.supervision.by, rules.value(share, below[0].opens_on) if share else None))
    if len(said) > 1:
        raise Problem(409, "policies-differ", "政策不一致", "范围内各县（市、区）的抽查规定不同，请分别抽取")
    level, value = said.pop()
    if len(region) != LENGTHS[level]:
        raise Problem(409, "another-level", "不由本级抽查", f"按政策由{TITLES[level]}市场监管部门在全域抽取")
    if isinstance(value, int):
        if percent not in (None, value):
            raise Problem(422, "share-set", "比例已有规定", f"政策规定抽查 {value}%，不能另定")
        return value
    if percent is None:
        raise Problem(422, "share-unset", "比例未定", "政策没有规定抽查比例，请在请求中写明 percent")
    return percent


async def add_once(session: AsyncSession, check: SpotCheck) -> None:
    """Add the check; 409 when the region's applications of the year were drawn before."""
    try:
        async with session.begin_nested():
            session.add(check)
            await session.flush()
    except IntegrityError as error:
        raise Problem(409, "drawn-before", "已经抽取", f"{check.region} 在 {check.year} 年已经抽取过") from error
