"""`/v1/measures`, public, and `/v1/measure-revisions`, where bureaus and departments enter theirs."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue import repository as catalogue_repository, service as catalogue_service
from services.support.catalogue.domain import RevisionState
from services.support.catalogue.models import MeasureRevision
from services.support.catalogue.problems import MeasureNotFound, RevisionNotFound
from services.support.catalogue.register import RegisteredMeasure, read_register
from services.support.catalogue.repository import RevisionScope
from services.support.catalogue.schemas import MeasureBody, MeasureIdField, MeasureView, RevisionView
from shared import clock
from shared.law.model.measures import MeasureField, MeasureKind
from shared.law.model.recognition import Category
from shared.platform.department_scope import readable_department
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody, Region
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.departments import Department

router = APIRouter(prefix="/v1", tags=["measures"], route_class=TransactionalRoute)

Clerk = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
Approver = Annotated[Caller, allow(Role.APPROVER)]
Reader = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
TypeName = Annotated[str | None, Query(alias="type", pattern="^(survival|growth|development)$")]


@router.get("/measures", summary="帮扶措施")
async def list_measures(
    session: SessionDep,
    _caller: Annotated[Caller, anyone()],
    page: Annotated[PageQuery[str], paged(str)],
    region: Annotated[Region | None, Query(description="所在地区；连同上级的措施")] = None,
    kind: MeasureKind | None = None,
    field: MeasureField | None = None,
    department: Annotated[Department | None, Query(description="负责或配合的部门")] = None,
    type_name: TypeName = None,
    category: Category | None = None,
    unassigned: Annotated[bool, Query(description="只看文件没有写由哪个部门办的")] = False,
) -> Page[MeasureView]:
    """By id; ended ones and drafts for comments are shown as such."""
    day = clock.today()

    def wanted(entry: RegisteredMeasure) -> bool:
        one = entry.measure
        return (
            (region is None or region.startswith(one.region))
            and (kind is None or one.kind is kind)
            and (field is None or one.field is field)
            and (department is None or department in (*one.lead, *one.joint))
            and (type_name is None or type_name in one.addressees.types)
            and (category is None or category in one.addressees.categories)
            and (one.unassigned or not unassigned)
            and (page.after is None or one.id > page.after)
        )

    rows = [entry for entry in (await read_register(session)).entries if wanted(entry)][: page.wanted]
    return page.of(rows, lambda row: MeasureView.of(row, day), lambda row: row.measure.id)


@router.get("/measures/{measure}", summary="一项帮扶措施")
async def get_measure(
    measure: MeasureIdField, session: SessionDep, _caller: Annotated[Caller, anyone()]
) -> MeasureView:
    """As it counts today."""
    return MeasureView.of(or_404((await read_register(session)).of(measure), MeasureNotFound), clock.today())


@router.post("/measures/{measure}/retirement", summary="停止一项措施")
async def retire_measure(
    measure: MeasureIdField, body: ReasonBody, session: SessionDep, caller: Approver
) -> RevisionView:
    """What households are entitled to by it ends with the reason."""
    return RevisionView.of(await catalogue_service.retire(session, measure, body.reason, caller))


@router.post("/measure-revisions", status_code=201, summary="录入一项措施，或者修订一项")
async def enter_measure(body: MeasureBody, response: Response, session: SessionDep, caller: Clerk) -> RevisionView:
    """A draft until a second person has checked it."""
    return _shown(await catalogue_service.enter(session, body.content(), caller), response)


@router.get("/measure-revisions", summary="本辖区录入的措施")
async def list_revisions(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
    state: RevisionState | None = None,
) -> Page[RevisionView]:
    """By id."""
    rows = await catalogue_repository.list_revisions(session, _scope(caller), state, page.after, page.wanted)
    return page.of(rows, RevisionView.of, lambda row: row.id)


@router.get("/measure-revisions/{revision_id}", summary="一份录入的措施")
async def get_revision(revision_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader) -> RevisionView:
    """With its ETag."""
    found = await catalogue_repository.get_revision(session, revision_id, _scope(caller))
    return _shown(or_404(found, RevisionNotFound), response)


@router.put("/measure-revisions/{revision_id}", summary="修改还没有发布的")
async def rewrite_revision(
    revision_id: uuid.UUID,
    body: MeasureBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Clerk,
) -> RevisionView:
    """It is checked anew."""
    revision = await _locked(session, revision_id, caller, match)
    await catalogue_service.rewrite(session, revision, body.content(), caller)
    return _shown(revision, response)


@router.post("/measure-revisions/{revision_id}/check", summary="复核：与文件一致")
async def check_revision(
    revision_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Clerk
) -> RevisionView:
    """By another person than the one who entered it."""
    revision = await _locked(session, revision_id, caller, match)
    await catalogue_service.check(session, revision, caller)
    return _shown(revision, response)


@router.post("/measure-revisions/{revision_id}/return", summary="退回修改")
async def return_revision(
    revision_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Clerk,
) -> RevisionView:
    """With what is wrong."""
    revision = await _locked(session, revision_id, caller, match)
    await catalogue_service.send_back(session, revision, body.reason, caller)
    return _shown(revision, response)


@router.post("/measure-revisions/{revision_id}/publication", summary="发布")
async def publish_revision(
    revision_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Approver
) -> RevisionView:
    """It counts from now on."""
    revision = await _locked(session, revision_id, caller, match)
    await catalogue_service.publish(session, revision, caller)
    return _shown(revision, response)


def _scope(caller: Caller) -> RevisionScope:
    return RevisionScope(caller.region, readable_department(caller))


async def _locked(session: AsyncSession, revision_id: uuid.UUID, caller: Caller, match: str) -> MeasureRevision:
    found = await catalogue_repository.get_revision(session, revision_id, _scope(caller), lock=True)
    revision = or_404(found, RevisionNotFound)
    check_match(match, revision.version)
    return revision


def _shown(revision: MeasureRevision, response: Response) -> RevisionView:
    response.headers["ETag"] = etag_of(revision.version)
    return RevisionView.of(revision)
