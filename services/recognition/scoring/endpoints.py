"""`/v1/assessors`, `/v1/scoring/…` and the score of an application.

Assessors are appointed and given applications, score without seeing one another, and are recused; officers find what
data do not decide, close the scores, and record the meeting's decision, which the selection waits for.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.recognition.scoring import repository as scoring_repository
from services.recognition.scoring.assignments import (
    appoint_assessor,
    assign,
    declare_relations,
    recuse,
    require_may_recuse,
)
from services.recognition.scoring.evidence import record_findings, record_scores
from services.recognition.scoring.explanation import explain_score
from services.recognition.scoring.order import order_season
from services.recognition.scoring.result_schemas import ResultsView, ScoreView
from services.recognition.scoring.rounds import close_round, record_decision, send_back
from services.recognition.scoring.schemas import (
    AssessorBody,
    AssessorView,
    AssignmentBody,
    AssignmentView,
    ClosedView,
    ClosingBody,
    DoneView,
    FindingsBody,
    MeetingDecisionBody,
    MeetingDecisionView,
    OwnWorkView,
    ProgressView,
    RecusalBody,
    RelationsBody,
    ScoresBody,
    SendingBackBody,
    progress_view,
)
from services.recognition.scoring.service import require_assessor, season_sheet
from services.recognition.season.service import require_season
from shared.platform.audited_access import record_read
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["scoring"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
Approver = Annotated[Caller, allow(Role.APPROVER)]
Official = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
AssessingCaller = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
SeasonQuery = Annotated[uuid.UUID, Query(description="认定季")]


@router.post("/assessors", status_code=201, summary="指定本季的评审员")
async def appoint(body: AssessorBody, session: SessionDep, caller: Officer) -> AssessorView:
    """Anybody of the county or above it, from any department; with the households that they are tied to."""
    season = await require_season(session, body.season, caller.region)
    relations = [one.relation() for one in body.relations]
    return AssessorView.of(await appoint_assessor(session, season, body.assessor, body.name, relations, caller))


@router.get("/assessors", summary="本季的评审员和应当回避的户")
async def list_assessors(session: SessionDep, caller: Official, season: SeasonQuery) -> list[AssessorView]:
    """For officials of the region."""
    found = await require_season(session, season, caller.region)
    return [AssessorView.of(one) for one in (await scoring_repository.assessors_of(session, found.id)).values()]


@router.post("/assessors/relations", summary="申明与哪些户有关系，应当回避（本人申明，或经办人员登记）")
async def declare(body: RelationsBody, session: SessionDep, caller: AssessingCaller) -> AssessorView:
    """What was scored already counts no more."""
    season = await require_season(session, body.season, lock=True)
    subject = body.assessor or caller.subject
    await require_may_recuse(session, season, subject, caller)
    relations = [one.relation() for one in body.relations]
    return AssessorView.of(await declare_relations(session, season, subject, relations, caller))


@router.post("/scoring/assignments", status_code=201, summary="安排评审员打分；应当回避的自动回避")
async def assign_applications(body: AssignmentBody, session: SessionDep, caller: Officer) -> AssignmentView:
    """All that wait for the selection, or some."""
    season = await require_season(session, body.season, caller.region, lock=True)
    return AssignmentView.of(await assign(session, season, body.assessors, body.applications, caller))


@router.post("/scoring/recusals", summary="回避一份申报（本人），或由经办人员使其回避")
async def recuse_assessor(body: RecusalBody, session: SessionDep, caller: AssessingCaller) -> DoneView:
    """Scored or not, it counts no more."""
    season = await require_season(session, body.season)
    subject = body.assessor or caller.subject
    await require_may_recuse(session, season, subject, caller)
    await recuse(session, season, body.application, subject, body.reason, caller)
    return DoneView(applications=1)


@router.get("/scoring/mine", summary="我要打分的申报；别人的打分看不到")
async def list_own_work(
    session: SessionDep,
    caller: AssessingCaller,
    season: SeasonQuery,
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
) -> Page[OwnWorkView]:
    """In the open round: what the caller gives points for, and the caller's own points."""
    found = await require_season(session, season)
    await require_assessor(session, found, caller)
    sheet = await season_sheet(session, found)
    rows = await scoring_repository.own_work(session, found.id, caller.subject, page.after, page.wanted)
    return page.of(rows, lambda row: OwnWorkView.of(*row, sheet), lambda row: row[1].id)


@router.post("/scoring/scores", summary="评审员打分，结束评分以前可以改")
async def score(body: ScoresBody, session: SessionDep, caller: AssessingCaller) -> DoneView:
    """The caller's own points for applications that they were given."""
    season = await require_season(session, body.season)
    await record_scores(session, season, [one.score() for one in body.scores], caller)
    return DoneView(applications=len(body.scores))


@router.post("/scoring/findings", summary="查明分档的情况，和数据不能判断的情况")
async def find(body: FindingsBody, session: SessionDep, caller: Officer) -> DoneView:
    """By officers who do not score these applications. The season is locked: a finding is in the points, or refused."""
    season = await require_season(session, body.season, caller.region, lock=True)
    found = [(one.application, [part.finding() for part in one.findings]) for one in body.applications]
    await record_findings(session, season, found, caller)
    return DoneView(applications=len(found))


@router.get("/scoring/progress", summary="评分到了哪一步，谁还没有打分")
async def show_progress(session: SessionDep, caller: Official, season: SeasonQuery) -> ProgressView:
    """Numbers only: points are shown after the closing."""
    found = await require_season(session, season, caller.region)
    sheet = await season_sheet(session, found)
    latest = await scoring_repository.latest_round(session, found.id)
    progress = await scoring_repository.progress_of(session, latest.id) if latest is not None else []
    assessors = await scoring_repository.assessors_of(session, found.id)
    waiting = len(await scoring_repository.waiting_applications(session, found.id))
    return progress_view(sheet, latest, waiting, list(progress), dict(assessors))


@router.post("/scoring/closing", summary="结束评分，计算得分（评审员不能办理）")
async def close(body: ClosingBody, session: SessionDep, caller: Officer) -> ClosedView:
    """Everything that is missing is told; a missing assessor needs a reason."""
    season = await require_season(session, body.season, caller.region, lock=True)
    return ClosedView.of(await close_round(session, season, body.missing_reason, caller))


@router.post("/scoring/sending-back", summary="会议决定以前，把结束的评分退回重评（结束评分的人和评审员不能办理）")
async def send_round_back(body: SendingBackBody, session: SessionDep, caller: Approver) -> DoneView:
    """The results are taken back; findings can be corrected and what is missing scored, then it is closed again."""
    season = await require_season(session, body.season, caller.region, lock=True)
    _, taken_back = await send_back(session, season, body.reason, caller)
    return DoneView(applications=taken_back)


@router.get("/scoring/results", summary="结束评分后的得分和名次，供会议讨论")
async def show_results(request: Request, session: SessionDep, caller: Official, season: SeasonQuery) -> ResultsView:
    """With the equals that the meeting has to put in order."""
    found = await require_season(session, season, caller.region)
    await record_read(session, request, found, caller, "scoring:list")
    return ResultsView.of(await order_season(session, found))


@router.post("/scoring/decision", summary="登记联席会议的集体决定（结束评分的人和评审员不能登记）")
async def decide(body: MeetingDecisionBody, session: SessionDep, caller: Approver) -> MeetingDecisionView:
    """Who took part, by which document, on which day; the selection uses the scores from then on."""
    season = await require_season(session, body.season, caller.region, lock=True)
    decision = body.decision()
    decided = await record_decision(session, season, decision, caller)
    return MeetingDecisionView.of(decided.number, decision)


@router.get("/applications/{application_id}/score", summary="一份申报的评分表，逐项说明")
async def show_score(
    application_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> ScoreView:
    """Officials after the closing; the household and its recommender after the meeting; the season's other applicants
    after the notice.
    """
    score = await explain_score(session, application_id, caller)
    await record_read(session, request, score.application, caller, "scoring:read")
    return ScoreView.of(score)
