"""The score of one application, line by line: computed again from what was stored, for those who may see it."""

import uuid
from dataclasses import dataclass, replace
from fractions import Fraction

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.lookups import OFFICIALS, read_scope
from services.recognition.applications.models import Application
from services.recognition.scoring import repository as scoring_repository
from services.recognition.scoring.domain import LineKind, ScoreLine, ScoreResult, score_household
from services.recognition.scoring.facts import restored_facts
from services.recognition.scoring.models import ApplicationScore, Assessor, AssessorScore, ScoringRound
from services.recognition.scoring.problems import ScoreNotShown
from services.recognition.scoring.rounds import evidence_of
from services.recognition.scoring.service import season_sheet
from services.recognition.season.models import Season
from shared.law.model.scoring import ScoringSheet
from shared.platform.department_scope import readable_department
from shared.platform.identity import Caller

log = structlog.get_logger()


@dataclass(frozen=True)
class ExplainedScore:
    """All that a score sheet of an application shows. `named`: whether the reader may know who the assessors are."""

    application: Application
    sheet: ScoringSheet
    round: ScoringRound
    stored: ApplicationScore
    result: ScoreResult
    parts: list[tuple[AssessorScore, Assessor | None]]
    named: bool


async def explain_score(session: AsyncSession, application_id: uuid.UUID, caller: Caller) -> ExplainedScore:
    """The score of an application. 404 where the caller may not see it (yet): officials after the closing, the
    household and who recommended it after the meeting, the season's other applicants after its notice.
    """
    if caller.operator_ref is None:
        readable_department(caller)  # 403 for a department's token that names none
    application = await session.get(Application, application_id)
    stored = await scoring_repository.get_result(session, application_id)
    if application is None or stored is None or application.category is None:
        raise ScoreNotShown
    season = await session.get_one(Season, application.season_id)
    closed = await session.get_one(ScoringRound, stored.round_id)
    if not await may_see(session, application, closed, caller):
        raise ScoreNotShown
    sheet = await season_sheet(session, season)
    parts = (await scoring_repository.scores_of(session, [application_id])).get(application_id, [])
    findings = (await scoring_repository.findings_of(session, [application_id])).get(application_id, ())
    evidence = evidence_of(restored_facts(stored.facts), findings, parts)
    result = score_household(sheet, application.category, evidence, stored.as_of, lifted=stored.lifted)
    assessors = await scoring_repository.assessors_of(session, season.id)
    named = bool(caller.roles & set(OFFICIALS))
    return ExplainedScore(
        application,
        sheet,
        closed,
        stored,
        as_stored(result, stored, sheet.decimals),
        [(row, assessors.get(row.assessor)) for row in parts],
        named,
    )


def as_stored(result: ScoreResult, stored: ApplicationScore, decimals: int) -> ScoreResult:
    """What was decided on stays, in the words of then. Lines that no longer come to its total explain nothing, and are
    not shown; that is logged.
    """
    if result.total == stored.total:
        return replace(result, excluded=stored.excluded)
    log.error("score_does_not_follow", application=str(stored.application_id), round=str(stored.round_id))
    total = None if stored.total is None else round(stored.total, decimals)
    points = None if total is None else Fraction(total)
    line = ScoreLine(LineKind.TOTAL, "total", "总分", points, "结束评分时的总分；现存的依据与它不符，不能逐项说明")
    return replace(result, total=total, excluded=stored.excluded, lines=(line,))


async def may_see(session: AsyncSession, application: Application, closed: ScoringRound, caller: Caller) -> bool:
    """Whether the caller may see a result."""
    readable = await application_repository.is_readable(session, application.id, read_scope(caller))
    if readable and caller.roles & set(OFFICIALS):
        return True
    if closed.decided_by is None:
        return False
    if readable:
        return True
    if caller.operator_ref is None or not await scoring_repository.is_on_notice(session, application.id):
        return False
    return await scoring_repository.applies_too(session, application.season_id, caller.operator_ref)
