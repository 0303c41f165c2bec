"""Spot checks: a superior draws a share of a region's applications and says of each what was found.

The policy says which level draws and how many; the draw rests on the seeds that were published when the seasons opened
and on what was handed in while applications were taken, so it is the same whoever makes it, and whenever.
"""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.sampling import drawn
from services.recognition.domain.seasons import SeasonState
from services.recognition.domain.spot_checks import common_seed
from services.recognition.domain.turns import DIGITS, LABELS
from services.recognition.models import Season, SpotCheck, SpotCheckItem
from services.recognition.repository import seasons, spot_checks
from services.recognition.repository.collisions import refused_as
from services.recognition.service.rules import rules_of
from shared.messaging import deadlines
from shared.service import audit, clock
from shared.service.identity import Caller, within
from shared.service.problems import Problem


async def draw(session: AsyncSession, region: str, year: int, percent: int | None, caller: Caller) -> SpotCheck:
    """Draw over a region's applications of a year, once. 409 while it cannot be drawn yet, with every reason.

    Counties under different policies may have different shares: each share is a draw of its own, named by `percent`,
    which is the superior's own number only where the policy names none (422 otherwise).
    """
    within(caller, region)
    below = [one for one in await seasons.listed(session, region, year) if not missed(one)]
    if not below:
        raise Problem(409, "draw-not-ready", "还不能抽取", f"{region} 在 {year} 年没有认定季")
    share, drawn_over = chosen(await by_share(session, below, region), percent)
    check_ready(drawn_over)
    seeds = {season.county: season.seed or "" for season in drawn_over}
    check = SpotCheck(
        id=uuid.uuid4(), region=region, year=year, seed=common_seed(seeds.values()), percent=share, seeds=seeds,
        handed_in_before=deadlines.after(max(season.applications_until for season in drawn_over)),
        drawn_by=caller.subject, drawn_at=clock.now(),
    )  # fmt: skip
    population = await spot_checks.population(session, check)
    check.population = len(population)
    said = f"{region} 在 {year} 年已经按 {share}% 抽取过"
    async with refused_as(session, "drawn-before", "已经抽取", said):
        session.add(check)
    lots = [population[code] for code in drawn(population, share, check.seed)]
    session.add_all([SpotCheckItem(check_id=check.id, application_id=one.id, county=one.county) for one in lots])
    await session.flush()
    await audit.record(
        session, actor=caller.subject, action="spot-check:draw", subject=str(check.id), region=region,
        details={"year": year, "percent": share, "population": check.population, "drawn": len(lots)},
    )  # fmt: skip
    return check


def missed(season: Season) -> bool:
    """Whether a season was prepared and can never be opened any more: its application window is over."""
    return season.state == SeasonState.PREPARING and clock.today() > season.applications_until


def check_ready(below: Sequence[Season]) -> None:
    """409 unless every season has its seed and takes no application any more: nobody can wait for a better draw."""
    reasons = [
        f"{one.county} 的认定季还没有开始"
        if one.state == SeasonState.PREPARING
        else f"{one.county} 的申报期到 {one.applications_until}，还没有结束"
        for one in below
        if clock.today() <= one.applications_until
    ]
    if reasons:
        raise Problem(409, "draw-not-ready", "还不能抽取", "；".join(reasons), reasons=reasons)


async def by_share(session: AsyncSession, below: Sequence[Season], region: str) -> dict[int | None, list[Season]]:
    """The seasons that a region's level checks, by the share that their policies name. 409 when there are none."""
    found: dict[int | None, list[Season]] = {}
    others = set()
    for season in below:
        rules = await rules_of(session, season.policy_hash)
        level, named = rules.supervision.by, rules.supervision.share
        if len(region) != DIGITS[level]:
            others.add(level)
            continue
        share = rules.value(named, season.opens_on) if named else None
        found.setdefault(share if isinstance(share, int) else None, []).append(season)
    if not found:
        levels = "、".join(sorted(LABELS[level] for level in others))
        raise Problem(409, "another-level", "不由本级抽查", f"按政策由{levels}市场监管部门在全域抽取")
    return found


def chosen(shares: Mapping[int | None, list[Season]], percent: int | None) -> tuple[int, list[Season]]:
    """The share to draw and its seasons. 409 when there are several to choose from, 422 for one that is not allowed."""
    named = sorted(share for share in shares if share is not None)
    said = "、".join(f"{share}%" for share in named)
    if percent is None and len(shares) > 1:
        raise Problem(
            409,
            "policies-differ",
            "抽查比例不同",
            f"范围内各县（市、区）的政策规定不同（{said}），请写明 percent 分别抽取",
        )
    if percent is None and named:
        return named[0], shares[named[0]]
    if percent is None:
        raise Problem(422, "share-unset", "比例未定", "政策没有规定抽查比例，请在请求中写明 percent")
    if percent in shares:
        return percent, shares[percent]
    if None in shares:
        return percent, shares[None]
    raise Problem(422, "share-set", "比例已有规定", f"政策规定抽查 {said}，不能另定")
