"""`/v1/quarterly-analyses`: a region's quarter in figures, as JSON and as a table."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.analysis import repository as analysis_repository, service as analysis_service
from services.support.analysis.domain import Quarter
from services.support.analysis.models import QuarterlyAnalysis
from services.support.analysis.problems import AnalysisNotFound
from services.support.analysis.schemas import HEADER, AnalysisView, MadeAnalysisView, QuarterBody, QuarterName
from services.support.surveys.schemas import QuestionResultView, ResultsView
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.tabular import TABLE, FileFormat, TableFormat, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["analyses"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
QuarterPath = Annotated[QuarterName, Path()]


@router.post("/quarterly-analyses", status_code=201, summary="形成一个已经结束的季度的分析")
async def make_analysis(
    body: QuarterBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> AnalysisView:
    """Of the caller's region, once; its numbers stay."""
    return await _view(session, await analysis_service.make(session, Quarter.named(body.quarter), caller))


@router.get("/quarterly-analyses", summary="本辖区已经形成的季度分析")
async def list_analyses(session: SessionDep, caller: Reader) -> list[MadeAnalysisView]:
    """The latest quarter first."""
    return [MadeAnalysisView.of(row) for row in await analysis_repository.list_all(session, caller.region)]


@router.get("/quarterly-analyses/{quarter}", summary="一个季度的分析：按类型、类别、县区")
async def read_analysis(quarter: QuarterPath, session: SessionDep, caller: Reader) -> AnalysisView:
    """Of the caller's own region, not of its parts."""
    return await _view(session, await _own(session, caller, Quarter.named(quarter)))


@router.get(
    "/quarterly-analyses/{quarter}/table",
    summary="一个季度的分析，存成表格",
    response_class=Response,
    responses=TABLE,
)
async def download_analysis(
    quarter: QuarterPath, session: SessionDep, caller: Reader, file_format: TableFormat = FileFormat.CSV
) -> Response:
    """The same numbers, one a line."""
    view = await _view(session, await _own(session, caller, Quarter.named(quarter)))
    return table_response(f"analysis-{quarter}", HEADER, view.lines(), file_format)


async def _own(session: AsyncSession, caller: Caller, quarter: Quarter) -> QuarterlyAnalysis:
    return or_404(await analysis_repository.get(session, caller.region, quarter), AnalysisNotFound)


async def _view(session: AsyncSession, analysis: QuarterlyAnalysis) -> AnalysisView:
    surveys = [
        ResultsView(
            survey=survey.id,
            title=survey.title,
            region=survey.region,
            invited=invited,
            results=[QuestionResultView.of(one) for one in results],
        )
        for survey, invited, results in await analysis_service.survey_results(session, analysis)
    ]
    return AnalysisView.with_surveys(analysis, surveys)
