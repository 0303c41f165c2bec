"""`/v1/recognitions`, `/v1/bans`: the public list, work lists, dossiers, proposals and endings.

Fixed paths (`/concerns`, `/due`, `/files`, `/mine`) are declared before `/{recognition_id}`, which would match them.
"""

import datetime as dt
import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from services.recognition.applications.lookups import require_recognition
from services.recognition.decisions.endpoints import recognition_response
from services.recognition.decisions.schemas import RecognitionView
from services.recognition.lifecycle import proceedings, repository as worklist_repository
from services.recognition.lifecycle.domain import ProposedEnd, Statement
from services.recognition.lifecycle.problems import NothingStated
from services.recognition.lifecycle.repository import WorklistPosition, proceedings_of
from services.recognition.lifecycle.schemas import (
    BanView,
    DossierView,
    EndBody,
    OwnRecognitionView,
    ProceedingView,
    ProposalBody,
    RecognitionFileView,
    ServiceBody,
    StatementBody,
)
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import ConcernKind, RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.problems import RecognitionNotFound
from services.recognition.registers.objections import objections_about
from shared import clock
from shared.law.model.recognition import Category
from shared.platform.annotations import AnnotationView, annotations_of, statement_of
from shared.platform.audited_access import record_read
from shared.platform.caching import cacheable
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody, Region, UsccLookup, Year
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.national_systems import System

router = APIRouter(prefix="/v1", tags=["recognitions"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
RECOGNITION_SYSTEMS = (System.CREDIT_PUBLICITY, System.CULTIVATION_PLATFORM)
"""Where recognitions are published."""
Worklist = Annotated[PageQuery[WorklistPosition], paged(str, uuid.UUID)]


@router.get("/recognitions/concerns", summary="待处理：处罚、失信、迁移、一人多户、逾期未报、待决定的提议和评估等")
async def list_concerns(
    session: SessionDep,
    caller: Reader,
    page: Worklist,
    kind: Annotated[ConcernKind | None, Query()] = None,
    since_until: Annotated[dt.date | None, Query(description="只看这一天或更早就有的，上级据此督办")] = None,
) -> Page[DossierView]:
    """Inside the caller's region, so that cities and provinces see what their counties have not dealt with."""
    since = since_until or clock.today()
    rows = await worklist_repository.list_concerned(session, caller.region, kind, since, page.after, page.wanted)
    return page.of(rows, DossierView.of, worklist_position)


@router.get("/recognitions/due", summary="应办：最后一年内还没有评估决定的，某年度还没有确认的")
async def list_due(
    session: SessionDep,
    caller: Reader,
    what: Annotated[Literal["evaluation", "confirmation"], Query()],
    page: Worklist,
    year: Annotated[Year | None, Query(description="确认的年度，不写是今年")] = None,
) -> Page[DossierView]:
    """Valid recognitions inside the caller's region."""
    today, region = clock.today(), caller.region
    if what == "evaluation":
        rows = await worklist_repository.list_unevaluated(session, region, today, page.after, page.wanted)
    else:
        rows = await worklist_repository.list_unconfirmed(session, region, year or today.year, page.after, page.wanted)
    return page.of(rows, DossierView.of, worklist_position)


@router.get("/recognitions/files", summary="按统一社会信用代码查一户的全部认定档案")
async def list_dossiers(session: SessionDep, caller: Reader, uscc: Annotated[UsccLookup, Query()]) -> Page[DossierView]:
    """All of a household's recognitions, valid or ended."""
    recognitions = await recognition_repository.recognitions_of_household(session, uscc, caller.region)
    return Page(items=[DossierView.of(recognition) for recognition in recognitions])


@router.get("/recognitions/mine", summary="我的认定：证书、期限、需要留意的事项")
async def list_own_recognitions(
    session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]
) -> Page[OwnRecognitionView]:
    """Recognitions of the operator's households."""
    own = await recognition_repository.recognitions_of_operator(session, caller.operator_ref or "")
    ids = [recognition.id for recognition in own]
    told, objections = await proceedings_of(session, ids), await objections_about(session, ids)
    return Page(items=[OwnRecognitionView.with_records(one, told[one.id], objections[one.id]) for one in own])


def worklist_position(row: Recognition) -> WorklistPosition:
    """What work lists are sorted by."""
    return row.county, row.id


@router.get("/recognitions", dependencies=[cacheable()], summary="“名特优新”个体工商户名单")
async def list_recognitions(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
    category: Annotated[Category | None, Query()] = None,
) -> Page[RecognitionView]:
    """Valid recognitions at or below a region."""
    rows = await recognition_repository.list_valid(session, region, category, page.after, page.wanted)
    return page.of(rows, RecognitionView.of, lambda row: row.id)


@router.get("/recognitions/{recognition_id}", summary="一户的认定")
async def get_recognition(
    recognition_id: uuid.UUID, response: Response, session: SessionDep, _: Annotated[Caller, anyone()]
) -> RecognitionView:
    """With its ETag."""
    recognition = or_404(
        await recognition_repository.get_recognition(session, recognition_id, ""), RecognitionNotFound("没有这项认定")
    )
    return recognition_response(recognition, response)


@router.get("/recognitions/{recognition_id}/annotations", summary="认定在各系统的标注情况")
async def list_annotations(
    recognition_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, anyone()]
) -> Page[AnnotationView]:
    """What the national systems say of the recognition, as far as they have confirmed it; why one refused it only to
    officers of the region.
    """
    recognition = or_404(
        await recognition_repository.get_recognition(session, recognition_id, ""), RecognitionNotFound("没有这项认定")
    )
    valid = recognition.state_on(clock.today()) is RecognitionState.VALID
    officer = bool(caller.roles & {Role.OFFICER, Role.APPROVER, Role.AUDITOR}) and caller.covers(recognition.county)
    return Page(
        items=await annotations_of(
            session,
            str(recognition.id),
            RECOGNITION_SYSTEMS,
            in_force=statement_of(recognition.category.label, recognition.valid_until) if valid else None,
            with_reasons=officer,
        )
    )


Officer = Annotated[Caller, allow(Role.OFFICER)]
Approver = Annotated[Caller, allow(Role.APPROVER)]


@router.get("/recognitions/{recognition_id}/file", summary="一户认定的档案（经办人员）")
async def get_dossier(
    recognition_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> RecognitionFileView:
    """With its concerns, proceedings and objections."""
    recognition = await require_recognition(session, recognition_id, caller)
    await record_read(session, request, recognition, caller, "recognition:read")
    return await file_response(session, recognition, response)


@router.post("/recognitions/{recognition_id}/proposals", summary="提议取消或撤销认定：事实、理由、依据")
async def propose(
    recognition_id: uuid.UUID,
    body: ProposalBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> RecognitionFileView:
    """The operator is told next, and heard; another person decides."""
    recognition = await lock_changeable(session, recognition_id, caller, match)
    await proceedings.propose_end(session, recognition, body.what, body.grounds(), caller)
    return await file_response(session, recognition, response)


@router.post("/recognitions/{recognition_id}/proposals/{what}/notice", summary="告知经营者事实、理由和依据，登记送达")
async def serve_notice(
    recognition_id: uuid.UUID,
    what: ProposedEnd,
    body: ServiceBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> RecognitionFileView:
    """From that day the operator may state and defend."""
    recognition = await lock_changeable(session, recognition_id, caller, match)
    await proceedings.serve_notice(session, recognition, what, body.order(), caller)
    return await file_response(session, recognition, response)


@router.post(
    "/recognitions/{recognition_id}/proposals/{what}/statement", summary="经营者陈述、申辩或放弃；窗口可以代为登记"
)
async def state(
    recognition_id: uuid.UUID,
    what: ProposedEnd,
    body: StatementBody,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER)],
) -> ProceedingView:
    """By the operator, or by an officer who was told at the counter and neither proposed nor served the notice;
    a waiver there with the document that the operator signed.
    """
    if (body.statement is None) is not body.waived:
        raise NothingStated
    if caller.operator_ref is not None:
        found = await recognition_repository.lock_own_recognition(session, recognition_id, caller.operator_ref)
        recognition = or_404(found, RecognitionNotFound)
    else:
        recognition = await require_recognition(session, recognition_id, caller, lock=True)
    on = clock.today() if body.on is None or caller.operator_ref is not None else body.on
    statement = Statement(on, caller.subject, body.statement, body.waived, body.document)
    heard = await proceedings.hear_statement(
        session, recognition, what, statement, caller, at_counter=caller.operator_ref is None
    )
    return ProceedingView.of(heard)


@router.post("/recognitions/{recognition_id}/proposals/{what}/rejection", summary="驳回提议（提议人不能决定）")
async def reject_proposal(
    recognition_id: uuid.UUID,
    what: ProposedEnd,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Approver,
) -> RecognitionFileView:
    """The recognition stays valid, with the reason."""
    recognition = await lock_changeable(session, recognition_id, caller, match)
    await proceedings.reject_proposal(session, recognition, what, body.reason, caller)
    return await file_response(session, recognition, response)


@router.post("/recognitions/{recognition_id}/proposals/{what}/withdrawal", summary="撤回自己的提议")
async def withdraw_proposal(
    recognition_id: uuid.UUID,
    what: ProposedEnd,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> RecognitionFileView:
    """Only by the person who made it."""
    recognition = await lock_changeable(session, recognition_id, caller, match)
    await proceedings.withdraw_proposal(session, recognition, what, caller)
    return await file_response(session, recognition, response)


@router.post("/recognitions/{recognition_id}/cancellation", summary="决定取消认定（提议人和送达告知的人不能决定）")
async def cancel_recognition(
    recognition_id: uuid.UUID,
    body: EndBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Approver,
) -> RecognitionFileView:
    """The standards are no longer met; after the operator was heard."""
    return await decide_end(session, recognition_id, ProposedEnd.CANCELLATION, body, (caller, match), response)


@router.post("/recognitions/{recognition_id}/revocation", summary="决定撤销认定（提议人和送达告知的人不能决定）")
async def revoke_recognition(
    recognition_id: uuid.UUID,
    body: EndBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Approver,
) -> RecognitionFileView:
    """Obtained by fraud; after the operator was heard. The household is banned from applying."""
    return await decide_end(session, recognition_id, ProposedEnd.REVOCATION, body, (caller, match), response)


async def decide_end(
    session: SessionDep,
    recognition_id: uuid.UUID,
    what: ProposedEnd,
    body: EndBody,
    asked: tuple[Caller, str],
    response: Response,
) -> RecognitionFileView:
    """Decide by a caller who names the version that they read."""
    caller, match = asked
    recognition = await lock_changeable(session, recognition_id, caller, match)
    await proceedings.decide_end(session, recognition, what, body.order(), caller)
    return await file_response(session, recognition, response)


@router.post("/recognitions/{recognition_id}/proposals/{what}/decision-service", summary="登记决定的送达")
async def serve_decision(
    recognition_id: uuid.UUID,
    what: ProposedEnd,
    body: ServiceBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> RecognitionFileView:
    """The periods of the remedies count from that day."""
    recognition = await lock_changeable(session, recognition_id, caller, match)
    await proceedings.serve_decision(session, recognition, what, body.order(), caller)
    return await file_response(session, recognition, response)


@router.get("/bans", summary="被撤销认定、尚在禁止申报期内的个体工商户")
async def list_bans(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID)],
    ended: Annotated[bool, Query(description="连已经期满的一起看")] = False,
) -> Page[BanView]:
    """Inside the caller's region, the earliest end first."""
    since = dt.date.min if ended else clock.today()
    rows = await worklist_repository.list_bans(session, caller.region, since, page.after, page.wanted)
    return page.of(rows, BanView.of, lambda row: (row.until, row.recognition_id))


async def lock_changeable(session: SessionDep, recognition_id: uuid.UUID, caller: Caller, match: str) -> Recognition:
    """The recognition, locked, in the version that the caller read."""
    recognition = await require_recognition(session, recognition_id, caller, lock=True)
    check_match(match, recognition.version)
    return recognition


async def file_response(session: SessionDep, recognition: Recognition, response: Response) -> RecognitionFileView:
    """The officers' view with its ETag."""
    response.headers["ETag"] = etag_of(recognition.version)
    ids = [recognition.id]
    about, objections = await proceedings_of(session, ids), await objections_about(session, ids)
    return RecognitionFileView.with_records(recognition, about[recognition.id], objections[recognition.id])
