"""`/v1/applications`, `/v1/recommendations`, `/v1/documents`, `/v1/tasks`.

Operators apply, complete and take over; departments recommend with the operator's consent; documents are uploaded and
read; officers claim tasks of the work list and release them.
"""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.recognition.applications import (
    recommendations,
    repository as application_repository,
    service as application_service,
)
from services.recognition.applications.documents import add_document
from services.recognition.applications.lookups import (
    OFFICIALS,
    READERS,
    ApplicationListQuery,
    check_writable,
    read_page,
    read_scope,
    require_file,
    require_readable,
    require_writable,
)
from services.recognition.applications.models import Application, Task
from services.recognition.applications.problems import ApplicationNotFound
from services.recognition.applications.recommendations import RecommendationOrder
from services.recognition.applications.repository import TASKS
from services.recognition.applications.schemas import (
    ApplicationBody,
    ApplicationFileView,
    ApplicationView,
    ClaimBody,
    ConsentBody,
    DocumentQuery,
    DocumentView,
    RecommendationBody,
    RecommendationView,
    TakeoverBody,
    TaskTotalView,
    TaskView,
)
from services.recognition.applications.service import ApplicationOrder, check_taken_over, take_over
from services.recognition.applications.visibility import department_scope
from services.recognition.applications.workflow import claim_step
from services.recognition.registers.objections import objections_about
from services.recognition.resources import ResourcesDep
from services.recognition.season.service import require_season
from shared import clock
from shared.law.model.recognition import StepKind
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.department_scope import department_of
from shared.platform.documents import DocumentNotFound, document_response, store_document
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tasks import release_task
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

application_router = APIRouter(prefix="/v1", tags=["applications"], route_class=TransactionalRoute)

Operator = Annotated[Caller, allow(Role.OPERATOR)]


@application_router.post("/applications", status_code=201, summary="起草申报")
async def create_application(
    body: ApplicationBody, response: Response, session: SessionDep, caller: Operator
) -> ApplicationView:
    """A draft for the operator's own household."""
    season = await require_season(session, body.season)
    return application_response(
        await application_service.draft_application(session, season, application_order(body), caller), response
    )


@application_router.put("/applications/{application_id}", summary="修改草稿或退回补正的申报")
async def update_application(
    application_id: uuid.UUID,
    body: ClaimBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Operator,
) -> ApplicationView:
    """Replace what the operator wrote."""
    application = await lock_own_application(session, application_id, caller, match)
    return application_response(
        await application_service.change_application(session, application, application_order(body), caller), response
    )


@application_router.post("/applications/{application_id}/submission", summary="提交申报")
async def submit_application(
    application_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Operator
) -> ApplicationView:
    """Submit a draft; the answer names every reason against it."""
    application = await lock_own_application(session, application_id, caller, match)
    season = await require_season(session, application.season_id)
    return application_response(
        await application_service.submit_application(session, application, season, caller), response
    )


@application_router.post("/applications/{application_id}/completion", summary="补正后再次提交")
async def complete_application(
    application_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Operator
) -> ApplicationView:
    """Submit a returned application again."""
    application = await lock_own_application(session, application_id, caller, match)
    season = await require_season(session, application.season_id)
    return application_response(
        await application_service.complete_application(session, application, season, caller), response
    )


@application_router.post(
    "/applications/{application_id}/adoption", summary="变更后的经营者接续办理（推荐的，等于本人同意）"
)
async def take_over_application(
    application_id: uuid.UUID,
    body: TakeoverBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Operator,
) -> ApplicationView:
    """The household's new operator continues what a former operator began; it is judged again."""
    application = await require_readable(session, application_id, caller, lock=True)
    check_match(match, application.version)
    season = await require_season(session, application.season_id)
    return application_response(await take_over(session, application, season, body.kinds, caller), response)


@application_router.get("/applications", summary="申报：经营者看自己的，经办人员看本辖区的")
async def list_applications(
    request: Request,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, *OFFICIALS)],
    query: Annotated[ApplicationListQuery, Query()],
) -> Page[ApplicationView]:
    """An operator's own, or those of an officer's region."""
    await record_read(session, request, about("applications", caller.region), caller, "application:list")
    return await read_page(session, read_scope(caller), query, ApplicationView.of)


@application_router.get("/applications/{application_id}", summary="一份申报")
async def get_application(
    application_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(*READERS)],
) -> ApplicationFileView:
    """With the objections about it, and its ETag, which a decision must name."""
    application = await require_file(session, application_id, caller)
    await record_read(session, request, application, caller, "application:read")
    application_response(application, response)
    objections = (await objections_about(session, [application.id]))[application.id]
    official = bool(caller.roles & set(OFFICIALS))
    return ApplicationFileView.with_objections(application, objections, official=official)


async def lock_own_application(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, match: str
) -> Application:
    """The operator's own application, locked, in the version that they read. 409 for a former operator's."""
    application = await require_readable(session, application_id, caller, lock=True)
    check_match(match, application.version)
    check_taken_over(application, caller)
    return application


def application_order(body: ClaimBody) -> ApplicationOrder:
    """What the operator wrote."""
    return ApplicationOrder(body.uscc, body.category, body.category_reason, body.criteria, body.kinds)


def application_response(application: Application, response: Response) -> ApplicationView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(application.version)
    response.headers["Location"] = f"/v1/applications/{application.id}"
    return ApplicationView.of(application)


recommendation_router = APIRouter(prefix="/v1", tags=["recommendations"], route_class=TransactionalRoute)

FromBureau = Annotated[Caller, allow(Role.BUREAU)]


@recommendation_router.post("/recommendations", status_code=201, summary="部门推荐一户")
async def create_recommendation(
    body: RecommendationBody, response: Response, session: SessionDep, caller: FromBureau
) -> RecommendationView:
    """A draft; it waits for the operator's consent."""
    season = await require_season(session, body.season)
    require_region(caller, season.county)
    order = RecommendationOrder(body.uscc, body.category, body.reason, body.criteria)
    return recommendation_response(await recommendations.draft_recommendation(session, season, order, caller), response)


@recommendation_router.post("/recommendations/{application_id}/consent", summary="经营者同意推荐")
async def consent_to_recommendation(
    application_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OPERATOR)],
) -> RecommendationView:
    """The operator consents online."""
    recommendation = await require_readable(session, application_id, caller, lock=True)
    check_match(match, recommendation.version)
    return recommendation_response(await recommendations.give_consent(session, recommendation, caller), response)


@recommendation_router.post("/recommendations/{application_id}/written-consent", summary="登记经营者的书面同意")
async def record_written_consent(
    application_id: uuid.UUID,
    body: ConsentBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: FromBureau,
) -> RecommendationView:
    """The department records a consent on paper, with the uploaded document."""
    recommendation = await lock_own_recommendation(session, application_id, caller, match)
    application = await recommendations.record_written_consent(
        session, recommendation, body.given_on, body.document, caller
    )
    return recommendation_response(application, response)


@recommendation_router.post("/recommendations/{application_id}/submission", summary="提交推荐")
async def submit_recommendation(
    application_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: FromBureau
) -> RecommendationView:
    """Submit a recommendation whose consent is recorded."""
    recommendation = await lock_own_recommendation(session, application_id, caller, match)
    season = await require_season(session, recommendation.season_id)
    return recommendation_response(
        await recommendations.submit_recommendation(session, recommendation, season, caller), response
    )


@recommendation_router.get("/recommendations", summary="推荐：部门看本部门推荐的，经营者看自己的，经办人员看本辖区的")
async def list_recommendations(
    request: Request,
    session: SessionDep,
    caller: Annotated[Caller, allow(*READERS)],
    query: Annotated[ApplicationListQuery, Query()],
) -> Page[RecommendationView]:
    """Recommendations that the caller may see, by county and id."""
    await record_read(session, request, about("recommendations", caller.region), caller, "recommendation:list")
    return await read_page(session, read_scope(caller).recommended(), query, RecommendationView.of)


@recommendation_router.get("/recommendations/{application_id}", summary="一份推荐，及经营者的同意")
async def get_recommendation(
    application_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(*READERS)],
) -> RecommendationView:
    """With its ETag."""
    sight = read_scope(caller).recommended()
    found = or_404(await application_repository.get_readable(session, application_id, sight), ApplicationNotFound)
    await record_read(session, request, found, caller, "application:read")
    return recommendation_response(found, response)


async def lock_own_recommendation(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, match: str
) -> Application:
    """A recommendation of the caller's department, whatever their other roles; locked, in the version they read."""
    sight = department_scope(department_of(caller), caller.region)
    recommendation = or_404(
        await application_repository.get_readable(session, application_id, sight, lock=True), ApplicationNotFound
    )
    check_match(match, recommendation.version)
    return recommendation


def recommendation_response(recommendation: Application, response: Response) -> RecommendationView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(recommendation.version)
    response.headers["Location"] = f"/v1/recommendations/{recommendation.id}"
    return RecommendationView.of(recommendation)


@application_router.post(
    "/applications/{application_id}/documents", status_code=201, summary="上传申报材料（PDF、JPEG、PNG）"
)
async def upload_document(
    application_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    query: Annotated[DocumentQuery, Query()],
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.BUREAU)],
) -> DocumentView:
    """The file is stored first, without a transaction; then its row is added to the application."""
    await check_writable(session, application_id, caller)
    await session.rollback()  # no transaction stays open while the file comes in
    stored = await store_document(resources.documents, request, resources.settings.largest_document)
    application = await require_writable(session, application_id, caller)
    document = await add_document(session, application, stored, evidence=query.evidence, name=query.name, caller=caller)
    return DocumentView.of(document)


@application_router.get("/applications/{application_id}/documents", summary="一份申报的材料")
async def list_documents(
    application_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> Page[DocumentView]:
    """The documents of an application."""
    application = await require_file(session, application_id, caller)
    check_taken_over(application, caller)
    return Page(
        items=[
            DocumentView.of(document) for document in await application_repository.documents_of(session, application.id)
        ]
    )


@application_router.get("/documents/{document_id}", summary="下载一份材料", response_class=StreamingResponse)
async def download_document(
    document_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(*READERS)],
) -> StreamingResponse:
    """The file."""
    found = or_404(await application_repository.get_document(session, document_id), DocumentNotFound)
    document, application = found
    check_taken_over(await require_file(session, application.id, caller), caller)
    what = about(document.id, application.county, application=str(application.id))
    await record_read(session, request, what, caller, "document:read")
    return await document_response(resources.documents, document)


task_router = APIRouter(prefix="/v1", tags=["tasks"], route_class=TransactionalRoute)

TaskOfficer = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]


@task_router.get("/tasks", summary="待办，按截止日期")
async def list_tasks(
    session: SessionDep,
    caller: TaskOfficer,
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID, largest=100)],
    step: Annotated[StepKind | None, Query()] = None,
    mine: Annotated[bool, Query(description="只看自己领取的")] = False,
) -> Page[TaskView]:
    """Open tasks of the region, the most urgent first."""
    where = {"step": step, "claimed_by": caller.subject if mine else None}
    rows = await TASKS.page(session, caller.region, where, page.after, page.wanted)
    about = await application_repository.tasked(session, [row.application_id for row in rows])
    return page.of(rows, lambda row: TaskView.of(row, about[row.application_id]), lambda row: (row.due_on, row.id))


@task_router.get("/tasks/totals", summary="待办的件数，按步骤")
async def count_tasks(session: SessionDep, caller: TaskOfficer) -> list[TaskTotalView]:
    """Of the region; a step without open tasks is left out."""
    rows = await application_repository.task_totals(session, caller.region, clock.today(), caller.subject)
    return [TaskTotalView.of(row) for row in rows]


@task_router.post("/tasks/{task_id}/claim", summary="领取一项待办")
async def claim_open_task(task_id: uuid.UUID, session: SessionDep, caller: TaskOfficer) -> TaskView:
    """Claim a task; nobody else can work on it until it is released."""
    return await _view_of(session, await claim_step(session, await TASKS.lock(session, task_id, caller.region), caller))


@task_router.post("/tasks/{task_id}/release", summary="放回一项待办")
async def release_claimed_task(task_id: uuid.UUID, session: SessionDep, caller: TaskOfficer) -> TaskView:
    """Release one's own task; another person's as an approver of the county or an officer of a higher level."""
    task = await TASKS.lock(session, task_id, caller.region)
    return await _view_of(session, await release_task(session, task, caller, approvers="认定人员"))


async def _view_of(session: SessionDep, task: Task) -> TaskView:
    about = await application_repository.tasked(session, [task.application_id])
    return TaskView.of(task, about[task.application_id])
