"""`/v1/surveys`: questionnaires to a sample or to contact points, answers, and results without small numbers."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.surveys import repository as survey_repository, service as survey_service
from services.support.surveys.models import Survey
from services.support.surveys.problems import SurveyNotFound
from services.support.surveys.schemas import (
    AnswersBody,
    InvitationView,
    OpenedView,
    QuestionResultView,
    ResultsView,
    SurveyBody,
    SurveyView,
    SurveyWithdrawalBody,
)
from shared import clock
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["surveys"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Operator = Annotated[Caller, allow(Role.OPERATOR)]


@router.post("/surveys", status_code=201, summary="提出一份问卷调查")
async def propose_survey(
    body: SurveyBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> SurveyView:
    """Of the caller's region; another person opens it."""
    return _shown(await survey_service.propose(session, body.proposal(), caller), response)


@router.get("/surveys", summary="本辖区的问卷调查")
async def list_surveys(
    session: SessionDep, caller: Reader, page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)]
) -> Page[SurveyView]:
    """By id."""
    rows = await survey_repository.list_some(session, caller.region, page.after, page.wanted)
    return page.of(rows, SurveyView.of, lambda row: row.id)


@router.get("/surveys/mine", summary="请我这一户回答的问卷")
async def list_my_surveys(session: SessionDep, caller: Operator) -> list[InvitationView]:
    """Until their last day."""
    rows = await survey_repository.open_to(session, caller.operator_ref or "", clock.today())
    return [InvitationView.of(survey, invitation) for survey, invitation in rows]


@router.get("/surveys/{survey_id}", summary="一份问卷调查")
async def read_survey(survey_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader) -> SurveyView:
    """With the version that a decision must name."""
    return _shown(or_404(await survey_repository.get_one(session, survey_id, caller.region), SurveyNotFound), response)


@router.post("/surveys/{survey_id}/opening", summary="批准发出")
async def open_survey(
    survey_id: uuid.UUID, session: SessionDep, match: RequiredMatch, caller: Annotated[Caller, allow(Role.APPROVER)]
) -> OpenedView:
    """By another person than who proposed it; the panel is drawn now."""
    survey = await _locked(session, survey_id, caller, match)
    return OpenedView(invited=await survey_service.open_survey(session, survey, caller))


@router.post("/surveys/{survey_id}/giving-up", summary="不发出")
async def give_up_survey(
    survey_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> SurveyView:
    """A draft that goes to nobody."""
    survey = await _locked(session, survey_id, caller, match)
    await survey_service.give_up(session, survey, caller)
    return _shown(survey, response)


@router.post("/surveys/{survey_id}/withdrawal", summary="撤回已经发出的问卷")
async def withdraw_survey(
    survey_id: uuid.UUID,
    body: SurveyWithdrawalBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> SurveyView:
    """Before its last day: nobody answers any more, nobody is reminded, and there are no results."""
    survey = await _locked(session, survey_id, caller, match)
    await survey_service.withdraw(session, survey, body.reason, caller)
    return _shown(survey, response)


@router.post("/surveys/{survey_id}/answers", status_code=204, summary="回答一份问卷（不记名，只能一次）")
async def answer_survey(survey_id: uuid.UUID, body: AnswersBody, session: SessionDep, caller: Operator) -> None:
    """By the household's own operator; only how many chose what is kept."""
    await survey_service.answer(session, survey_id, body.uscc, body.answers, caller)


@router.get("/surveys/{survey_id}/results", summary="问卷的结果：知晓率、满意度，按县区")
async def read_results(survey_id: uuid.UUID, session: SessionDep, caller: Reader) -> ResultsView:
    """After its last day."""
    survey = or_404(await survey_repository.get_one(session, survey_id, caller.region), SurveyNotFound)
    found = await survey_service.results(session, survey)
    invited = sum((await survey_repository.invited(session, survey.id)).values())
    return ResultsView(
        survey=survey.id,
        title=survey.title,
        region=survey.region,
        invited=invited,
        results=[QuestionResultView.of(one) for one in found],
    )


async def _locked(session: AsyncSession, survey: uuid.UUID, caller: Caller, match: str) -> Survey:
    row = or_404(await survey_repository.get_one(session, survey, caller.region, lock=True), SurveyNotFound)
    check_match(match, row.version)
    return row


def _shown(survey: Survey, response: Response) -> SurveyView:
    response.headers["ETag"] = etag_of(survey.version)
    return SurveyView.of(survey)
