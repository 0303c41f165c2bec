"""`/v1/reviews`, `/v1/site-visits`, `/v1/consultations`, `/v1/public-notices`.

Officers review one or many applications, record visits, ask departments; departments answer; the public reads notices,
without personal data.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Response

from services.recognition.applications import repository as application_repository
from services.recognition.applications.endpoints import application_response
from services.recognition.applications.lookups import require_application, require_applications
from services.recognition.applications.makers import makers_of
from services.recognition.applications.models import Application, PublicNotice
from services.recognition.applications.schemas import ApplicationView
from services.recognition.examination import repository as examination_repository
from services.recognition.examination.inquiries import (
    SiteVisit,
    arrange_site_visit,
    conclude_consultations,
    consult_departments,
    decide_consultation,
    record_answer,
    record_site_visit,
)
from services.recognition.examination.notices import open_notice
from services.recognition.examination.problems import (
    ConsultationNotFound,
    MakerAnswers,
    PublicNoticeNotFound,
    ReviewIncomplete,
)
from services.recognition.examination.repository import AskedConsultation
from services.recognition.examination.reviews import (
    PassedReview,
    ReviewCase,
    ReviewOutcome,
    fail_review,
    load_review_cases,
    pass_review,
    return_application,
)
from services.recognition.examination.schemas import (
    AnswerBody,
    AnswerItem,
    ConclusionBody,
    ConsultationBody,
    ConsultationView,
    NoticeBody,
    NoticeItemView,
    NoticeSummary,
    NoticeView,
    OpenedNoticeView,
    ReviewBody,
    SiteVisitArrangementBody,
    SiteVisitBody,
)
from services.recognition.season.service import require_season
from shared import clock
from shared.platform.bulk import Outcome, check_size, run_bulk
from shared.platform.caching import cacheable
from shared.platform.department_scope import department_of, readable_department
from shared.platform.etag import OptionalMatch, RequiredMatch, check_if_given, check_match, check_version
from shared.platform.fields import OutcomeView, Region
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

review_router = APIRouter(prefix="/v1", tags=["reviews"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
T = TypeVar("T")


@review_router.post("/reviews", summary="审核一份申报：通过、一次退回补正、不通过")
async def review_application(
    body: ReviewBody, response: Response, session: SessionDep, caller: Officer, match: OptionalMatch = None
) -> ApplicationView:
    """Review one application."""
    (application,) = await carry_out_reviews(session, [body], caller, match)
    return application_response(application, response)


@review_router.post("/reviews/bulk", summary="批量审核，逐件给出结果")
async def review_applications(bodies: list[ReviewBody], session: SessionDep, caller: Officer) -> list[OutcomeView]:
    """Each item succeeds or fails on its own."""

    async def together(batch: Sequence[ReviewBody]) -> list[Outcome]:
        return [(application.id, application.state) for application in await carry_out_reviews(session, batch, caller)]

    return await run_bulk(
        session,
        bodies,
        lambda body: body.application,
        together,
        application_repository.lock_applications,
        caller.region,
    )


async def carry_out_reviews(
    session: SessionDep, bodies: Sequence[ReviewBody], caller: Caller, match: str | None = None
) -> list[Application]:
    """Carry out reviews; the data they rest on is read once for all."""
    applications = await require_applications(session, [body.application for body in bodies], caller)
    for body in bodies:
        check_version(applications[body.application].version, match, body.etag)
    cases = await load_review_cases(session, list(applications.values()))
    for body in bodies:
        await carry_out_review(session, cases[body.application], body, caller)
    return [applications[body.application] for body in bodies]


async def carry_out_review(session: SessionDep, case: ReviewCase, body: ReviewBody, caller: Caller) -> None:
    """Carry out one review."""
    match body.outcome:
        case ReviewOutcome.PASSED:
            review = PassedReview(
                required_field(body.category, "category"),
                required_field(body.reason, "reason"),
                body.criteria,
                body.verified,
                body.breach_recorded,
                body.ruled_out,
            )
            await pass_review(session, case, review, caller)
        case ReviewOutcome.RETURNED:
            await return_application(session, case, required_field(body.missing, "missing"), caller)
        case ReviewOutcome.REFUSED:
            await fail_review(session, case, required_field(body.reason, "reason"), caller)


def required_field(value: T | None, name: str) -> T:
    """A field that this outcome requires, or 422."""
    if not value:
        raise ReviewIncomplete(f"这一种审核意见须填写 {name}")
    return value


site_visit_router = APIRouter(prefix="/v1", tags=["site-visits"], route_class=TransactionalRoute)


@site_visit_router.post("/site-visits/arrangements", summary="通知经营者走访的日期（改期再通知一次）")
async def arrange_visit(
    body: SiteVisitArrangementBody,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ApplicationView:
    """The operator is told the day; nothing about the application changes."""
    application = await require_application(session, body.application, caller, lock=True)
    return application_response(await arrange_site_visit(session, application, body.visit_on, caller), response)


@site_visit_router.post("/site-visits", summary="登记走访核实的结果")
async def record_visit(
    body: SiteVisitBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ApplicationView:
    """A failed visit frees a place for the reserve, so the season is locked first, as in a selection. A successful one
    changes no place, and officers do not wait for one another.
    """
    if not body.confirmed:
        unlocked = await require_application(session, body.application, caller)
        await require_season(session, unlocked.season_id, lock=True)
        await application_repository.lock_with_reserve(session, unlocked)
    application = await require_application(session, body.application, caller, lock=True)
    season = await require_season(session, application.season_id)
    check_match(match, application.version)
    seen = SiteVisit(body.visited_on, body.visitors, body.finding, body.photos, body.confirmed)
    return application_response(await record_site_visit(session, application, season, seen, caller), response)


consultation_router = APIRouter(prefix="/v1", tags=["consultations"], route_class=TransactionalRoute)


@consultation_router.post("/consultations", status_code=201, summary="向有关部门征求意见")
async def ask_departments(
    body: ConsultationBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[ConsultationView]:
    """Each department is asked once; no answer by the last day means no objection."""
    return [ConsultationView.of(*consulted) for consulted in await create_consultations(session, [body], caller)]


@consultation_router.post("/consultations/bulk", summary="就多份申报征求意见，逐件给出结果")
async def ask_about_many(
    bodies: list[ConsultationBody], session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[OutcomeView]:
    """Each item succeeds or fails on its own."""

    async def together(batch: Sequence[ConsultationBody]) -> list[Outcome]:
        await create_consultations(session, batch, caller)
        return [(body.application, "asked") for body in batch]

    return await run_bulk(
        session,
        bodies,
        lambda body: body.application,
        together,
        application_repository.lock_applications,
        caller.region,
    )


@consultation_router.get("/consultations", summary="待答复的征求意见，按截止日期")
async def list_consultations(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)],
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID)],
) -> Page[ConsultationView]:
    """Open consultations of the region: a department reads its own, officers read all."""
    rows = await examination_repository.list_open_consultations(
        session, caller.region, readable_department(caller), clock.today(), page.after, page.wanted
    )
    return page.of(rows, lambda row: ConsultationView.of(*row), lambda row: (row[0].due_on, row[0].id))


@consultation_router.post("/consultations/{consultation_id}/answer", summary="部门答复")
async def answer_consultation(
    consultation_id: uuid.UUID,
    body: AnswerBody,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.BUREAU)],
) -> ConsultationView:
    """Until the last day."""
    (consulted,) = await record_answers(session, [(consultation_id, body)], caller)
    return ConsultationView.of(*consulted)


@consultation_router.post("/consultations/answers", summary="部门一并答复多次征求意见，逐件给出结果")
async def answer_consultations(
    bodies: list[AnswerItem], session: SessionDep, caller: Annotated[Caller, allow(Role.BUREAU)]
) -> list[OutcomeView]:
    """Each item succeeds or fails on its own."""
    check_size(bodies)
    about = await applications_asked_about(session, [body.consultation for body in bodies], caller)

    async def together(batch: Sequence[AnswerItem]) -> list[Outcome]:
        done = await record_answers(session, [(body.consultation, body) for body in batch], caller)
        return [(consultation.id, "agreed" if consultation.agrees else "objected") for consultation, _ in done]

    return await run_bulk(
        session,
        bodies,
        lambda body: body.consultation,
        together,
        application_repository.lock_applications,
        caller.region,
        locks=lambda body: about.get(body.consultation, body.consultation),
    )


@consultation_router.post(
    "/applications/{application_id}/consultation-conclusion", summary="部门有不同意见时，由经办人员决定"
)
async def conclude_consultation(
    application_id: uuid.UUID,
    body: ConclusionBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ApplicationView:
    """An officer decides on an objection, once all have answered or the last day is over."""
    unlocked = await require_application(session, application_id, caller)
    await require_season(session, unlocked.season_id, lock=True)
    await application_repository.lock_with_reserve(session, unlocked)
    application = await require_application(session, application_id, caller, lock=True)
    check_match(match, application.version)
    done = await decide_consultation(session, application, passed=body.passed, reason=body.reason, caller=caller)
    return application_response(done, response)


async def applications_asked_about(
    session: SessionDep, questions: Sequence[uuid.UUID], caller: Caller
) -> Mapping[uuid.UUID, uuid.UUID]:
    """Consultation of the caller's department in the caller's region → its application."""
    return await examination_repository.applications_by_consultation(
        session, questions, caller.region, department_of(caller)
    )


async def create_consultations(
    session: SessionDep, bodies: Sequence[ConsultationBody], caller: Caller
) -> list[AskedConsultation]:
    """Ask departments about applications."""
    applications = await require_applications(session, [body.application for body in bodies], caller)
    rows = await consult_departments(
        session, [(applications[body.application], body.departments) for body in bodies], caller
    )
    return [(consultation, applications[consultation.application_id]) for consultation in rows]


async def record_answers(
    session: SessionDep, answers: Sequence[tuple[uuid.UUID, AnswerBody]], caller: Caller
) -> list[AskedConsultation]:
    """Record answers about different applications; applications are locked before consultations."""
    about = await applications_asked_about(session, [id_ for id_, _ in answers], caller)
    if any(id_ not in about for id_, _ in answers):
        raise ConsultationNotFound
    applications = await require_applications(session, list(about.values()), caller)
    asked_of = await examination_repository.lock_consultations_of(session, list(applications))
    by_id = {consultation.id: consultation for rows in asked_of.values() for consultation in rows}
    makers = await makers_of(session, list(applications.values()))
    for consultation_id, body in answers:
        row = by_id[consultation_id]
        if caller.subject in makers[row.application_id] | {row.asked_by}:
            raise MakerAnswers
        await record_answer(session, row, applications[row.application_id], body.agrees, body.opinion, caller)
    await conclude_consultations(session, list(applications.values()), caller)
    return [(by_id[id_], applications[about[id_]]) for id_, _ in answers]


notice_router = APIRouter(prefix="/v1", tags=["public-notices"], route_class=TransactionalRoute)

ITEMS_PER_PAGE = 100
"""Default number of households on a page of a notice."""


@notice_router.post("/public-notices", status_code=201, summary="发布公示")
async def publish_notice(
    body: NoticeBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)], match: OptionalMatch = None
) -> OpenedNoticeView:
    """For all that wait for a notice in a season of the region, or some; `If-Match` names the season's ETag."""
    season = await require_season(session, body.season, caller.region, lock=True)
    check_if_given(season.version, match)
    notice, left_out = await open_notice(session, season, caller, body.applications)
    view = await notice_view(session, notice, PageQuery(None, ITEMS_PER_PAGE))
    return OpenedNoticeView.of_opening(view, left_out)


@notice_router.get("/public-notices", dependencies=[cacheable()], summary="公示")
async def list_notices(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID, limit=20, largest=50)],
) -> Page[NoticeSummary]:
    """Notices at or below a region, the newest first, without their households."""
    rows = await examination_repository.list_notices(session, region, page.after, page.wanted)
    objected = await examination_repository.objected_notices(session, [row.id for row in rows])
    return page.of(
        rows, lambda row: NoticeSummary.of(row, objected=row.id in objected), lambda row: (row.opens_on, row.id)
    )


@notice_router.get("/public-notices/{notice_id}", summary="一次公示及其名单")
async def get_notice(
    notice_id: uuid.UUID,
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID, limit=ITEMS_PER_PAGE, largest=500)],
) -> NoticeView:
    """One notice with a page of its households."""
    notice = or_404(await examination_repository.get_notice(session, notice_id, ""), PublicNoticeNotFound)
    return await notice_view(session, notice, page)


async def notice_view(session: SessionDep, notice: PublicNotice, page: PageQuery[uuid.UUID]) -> NoticeView:
    """A notice with the households still on it: withdrawn and refused ones are not shown."""
    rows = await examination_repository.list_notice_applications(session, notice.id, page.after, page.wanted)
    objected = bool(await examination_repository.objected_notices(session, [notice.id]))
    return NoticeView.with_items(notice, page.of(rows, NoticeItemView.of, lambda row: row.id), objected=objected)
