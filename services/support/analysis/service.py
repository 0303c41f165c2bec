"""An officer makes the analysis of a quarter that is over, once."""

from collections.abc import Sequence

import anyio.to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.analysis import repository as analysis_repository
from services.support.analysis.domain import AgeBands, Quarter, tables_of
from services.support.analysis.models import QuarterlyAnalysis
from services.support.analysis.problems import AnalysisMade, QuarterNotOver
from services.support.rules.service import rules_on
from services.support.surveys import repository as survey_repository, service as survey_service
from services.support.surveys.domain import QuestionResult
from services.support.surveys.models import Survey
from shared import clock
from shared.law.model.support import SupportNumber
from shared.platform import audit
from shared.platform.identity import Caller

AGE_BOUNDS = (SupportNumber.ANALYSIS_AGE_FIRST, SupportNumber.ANALYSIS_AGE_SECOND)
"""No text says in which bands ages are to be analysed: a province sets others with its document"""


async def make(session: AsyncSession, quarter: Quarter, caller: Caller) -> QuarterlyAnalysis:
    """Of the caller's region."""
    if not quarter.is_over(clock.today()):
        raise QuarterNotOver(
            f"{quarter.label}到{quarter.last}才结束，{quarter.last}以后才能形成分析；请选已经结束的季度。"
        )
    rules = await rules_on(session, quarter.last)  # the same bounds for the region and its parts, whenever each asks
    first, second = (rules.number(name, caller.region).number for name in AGE_BOUNDS)
    bands = AgeBands.of(first, second)
    groups = await analysis_repository.counts(session, caller.region, quarter, bands)
    tables = await anyio.to_thread.run_sync(tables_of, groups, bands)
    made = await analysis_repository.add(session, quarter, tables, caller)
    if made is None:
        raise AnalysisMade
    await audit.record(session, made, caller, "analysis:make")
    return made


async def survey_results(
    session: AsyncSession, analysis: QuarterlyAnalysis
) -> Sequence[tuple[Survey, int, list[QuestionResult]]]:
    """The region's surveys whose last day was in the quarter: how many were invited, and what was answered. Nobody can
    answer any more, so that they do not change either.
    """
    quarter = Quarter(analysis.year, analysis.quarter)
    found = []
    for survey in await analysis_repository.surveys_of(session, analysis.region, quarter):
        invited = sum((await survey_repository.invited(session, survey.id)).values())
        found.append((survey, invited, await survey_service.results(session, survey)))
    return found
