"""The order of a selection where the season has a scoring sheet: by the points that the meeting decided on."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.models import Application
from services.recognition.scoring.order import ScoredSeason, order_season
from services.recognition.scoring.ranking import Groups, ranks_of, undecided_groups
from services.recognition.season.models import Season
from services.recognition.selection.problems import SelectionNotReady


@dataclass(frozen=True)
class OrderByPoints:
    """Applications best first, their ranks (equals that all get a place share one) and totals; the excluded ones with
    the reasons.
    """

    order: list[Application]
    ranks: Mapping[uuid.UUID, int]
    totals: Mapping[uuid.UUID, Decimal]
    excluded: list[tuple[Application, tuple[str, ...]]]


async def rank_by_points(
    session: AsyncSession, season: Season, eligible: Sequence[Application], places: int, ranked_before: int
) -> OrderByPoints:
    """The order of eligible applications for so many places; first those whose selection an objection opened again.
    `ranked_before`: the last rank of earlier selections, which these ranks continue.

    409 while somebody has no points, the meeting has not decided, or equals that a place separates are undecided.
    """
    scored = await order_season(session, season, eligible)
    by_id = {application.id: application for application in eligible}
    groups = reopened_first(scored.groups, by_id)
    reasons = scoring_obstacles(scored) or tie_obstacles(undecided_groups(groups, places), by_id)
    if reasons:
        raise SelectionNotReady("；".join(reasons), reasons=reasons)
    ranked = [one for group in groups for one in group]
    return OrderByPoints(
        [by_id[one.application] for one in ranked],
        ranks_of(groups, ranked_before),
        {one.application: one.total for one in ranked},
        [(application, score.excluded) for application, score in scored.excluded],
    )


def reopened_first(groups: Groups, by_id: Mapping[uuid.UUID, Application]) -> Groups:
    """Those whose selection was opened again, in their order, before all others."""
    parts = [
        [[one for one in group if (by_id[one.application].reopened is None) is others] for group in groups]
        for others in (False, True)
    ]
    return [group for part in parts for group in part if group]


def scoring_obstacles(scored: ScoredSeason) -> list[str]:
    """Why the points cannot be used yet, in Chinese."""
    reasons = []
    if scored.unscored:
        reasons.append(f"还有 {len(scored.unscored)} 份申报没有按评分表得分，请先完成并结束评分")
    reasons += [f"第 {number} 轮评分还没有登记联席会议的决定" for number in scored.undecided_rounds]
    return reasons


def tie_obstacles(groups: Groups, by_id: Mapping[uuid.UUID, Application]) -> list[str]:
    """Which equals are undecided, in Chinese."""
    reasons = []
    for group in groups:
        names = "、".join(f"“{by_id[one.application].name}”（{one.application}）" for one in group)
        undecided = "按评分表的平分规则分不出先后，请由联席会议议定，登记在会议决定的 order 中"
        reasons.append(f"{names}都是 {group[0].total} 分，{undecided}")
    return reasons
