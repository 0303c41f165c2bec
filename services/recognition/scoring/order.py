"""The order of a season's applications by their points: for the meeting to look at, and for the selection to use."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.models import Application
from services.recognition.scoring import repository as scoring_repository
from services.recognition.scoring.models import ApplicationScore
from services.recognition.scoring.ranking import Groups, Scored, decide_ties, rank_scored, ranks_of
from services.recognition.scoring.service import season_sheet
from services.recognition.season.models import Season
from shared.law.model.recognition import StepKind


@dataclass(frozen=True)
class ScoredSeason:
    """Applications by their points. `groups`: best first, equals together; `excluded`: with the reasons, of those that
    an upheld objection has not put back; `unscored`: without points yet; `undecided_rounds`: numbers of rounds that the
    meeting has not decided on.
    """

    groups: Groups
    excluded: Sequence[tuple[Application, ApplicationScore]]
    unscored: Sequence[Application]
    undecided_rounds: Sequence[int]

    def ranks(self) -> dict[uuid.UUID, int]:
        """Application → its place; equals share one."""
        return ranks_of(self.groups)


async def order_season(
    session: AsyncSession, season: Season, applications: Sequence[Application] | None = None
) -> ScoredSeason:
    """The order of some applications of a season, or of all that were scored."""
    sheet = await season_sheet(session, season)
    results = {one.id: (score, one) for score, one in await scoring_repository.results_of(session, season.id)}
    asked = applications if applications is not None else [one for _, one in results.values()]
    rounds = await scoring_repository.rounds_of(session, season.id)
    known = [results[one.id] for one in asked if one.id in results and not is_incomplete(*results[one.id])]
    counted = {one.id for _, one in known}
    ranked = [as_scored(score, one, sheet.decimals) for score, one in known if not is_excluded(score, one)]
    groups = rank_scored(ranked, sheet.ties, season.seed or "")
    for scored_round in rounds.values():
        for decision in scored_round.decisions:
            groups = decide_ties(groups, decision.order)
    undecided = {score.round_id for score, _ in known if rounds[score.round_id].decided_by is None}
    return ScoredSeason(
        groups,
        [(one, score) for score, one in known if is_excluded(score, one)],
        [one for one in asked if one.id not in counted],
        sorted(rounds[one].number for one in undecided),
    )


def is_excluded(score: ApplicationScore, application: Application) -> bool:
    """Whether a result excludes the application. No more once an objection to that was upheld, which opened its
    selection again: what excluded it was wrong. A result of after that counts.
    """
    return bool(score.excluded) and (score.lifted or not is_selected_again(application))


def is_incomplete(score: ApplicationScore, application: Application) -> bool:
    """Whether an application must be scored again: it was excluded before all its points were known, and an upheld
    objection has put that aside.
    """
    return score.total is None and is_selected_again(application)


def is_selected_again(application: Application) -> bool:
    """Whether an upheld objection opened its selection again."""
    return application.reopened is not None and application.reopened.step is StepKind.SELECTION


def as_scored(score: ApplicationScore, application: Application, decimals: int) -> Scored:
    """A stored result as it is ranked; its total with the sheet's decimals."""
    if score.total is None:
        raise LookupError(f"application {application.id} is ranked without its points")
    parts = {name: Fraction(points) for name, points in score.parts.items()}
    submitted = application.submitted_at or application.created_at
    return Scored(application.id, application.uscc, round(score.total, decimals), parts, submitted)
