"""What all of a season's scoring goes by: its sheet, its open round, who handled an application before."""

import uuid
from collections.abc import Mapping, Sequence, Set

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.makers import known_makers, load_workers
from services.recognition.applications.models import Application
from services.recognition.applications.workflow import require_season_competence
from services.recognition.rules.domain import PathKind
from services.recognition.scoring import repository as scoring_repository
from services.recognition.scoring.models import ScoringRound
from services.recognition.scoring.problems import (
    AssessorOfAnotherCounty,
    NotAnAssessor,
    RoundNotClosed,
    SeasonWithoutSheet,
)
from services.recognition.season.models import Season
from services.recognition.sheets.models import StoredSheet
from services.recognition.sheets.service import sheet_of
from shared.law.model.recognition import StepKind
from shared.law.model.scoring import ScoringSheet
from shared.platform.department_scope import department_of
from shared.platform.identity import Caller, Role


async def season_sheet(session: AsyncSession, season: Season) -> ScoringSheet:
    """The sheet by which a season is scored. 409 when it has none."""
    if season.sheet_id is None:
        raise SeasonWithoutSheet
    return sheet_of(await session.get_one(StoredSheet, season.sheet_id))


async def require_scoring(session: AsyncSession, season: Season, caller: Caller) -> ScoringSheet:
    """The sheet, for an officer of a bureau that selects. 403 for another level, 409 without a sheet."""
    await require_season_competence(session, season, PathKind.APPLICATION, StepKind.SELECTION, caller)
    return await season_sheet(session, season)


async def begin_round(session: AsyncSession, season: Season) -> ScoringRound:
    """The season's open round, locked; a new one where there is none. The season is locked. 409 while the meeting's
    decision on the last one is missing.
    """
    latest = await scoring_repository.latest_round(session, season.id, lock=True)
    if latest is not None and latest.closed_at is None:
        return latest
    if latest is not None and latest.decided_by is None:
        raise RoundNotClosed(f"第 {latest.number} 轮评分已经结束，请先登记会议的决定，再开始下一轮")
    opened = ScoringRound(season_id=season.id, county=season.county, number=latest.number + 1 if latest else 1)
    session.add(opened)
    await session.flush()
    return opened


async def handlers_of(
    session: AsyncSession, applications: Sequence[Application]
) -> Mapping[uuid.UUID, Set[str | None]]:
    """Application → who took part in it before, or established what it is scored on: none of them scores it."""
    found = {one.id: known_makers(one) | {one.created_by} for one in applications}
    for application_id, subject in await load_workers(session, found.keys()):
        found[application_id].add(subject)
    for application_id, findings in (await scoring_repository.findings_of(session, found.keys())).items():
        found[application_id] |= {one for finding in findings for one in (finding.found_by, *finding.found_before)}
    return found


async def require_assessor(session: AsyncSession, season: Season, caller: Caller) -> None:
    """403 unless the caller, who speaks for a department or is an officer, was appointed for the season."""
    if Role.OFFICER not in caller.roles:
        department_of(caller)
    require_assessors_region(caller, season.county)
    if caller.subject not in await scoring_repository.assessors_of(session, season.id):
        raise NotAnAssessor


def require_assessors_region(caller: Caller, county: str) -> None:
    """403 unless an assessor's region holds the county."""
    if not caller.covers(county):
        detail = f"您的辖区是 {caller.region}，不能为 {county} 的申报打分；请由本县或上级的评审员打分"
        raise AssessorOfAnotherCounty(detail)
