"""`/v1/problems`: what households need solved; one department owns each at a time, and only it handles it."""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.problems import repository as problem_repository, service as problem_service
from services.support.problems.domain import ProblemKind, ProblemState
from services.support.problems.models import RaisedProblem
from services.support.problems.problems import ProblemNotFound
from services.support.problems.repository import OwnedBy, Wanted
from services.support.problems.schemas import (
    AnswerBody,
    ForwardBody,
    KindCountView,
    OwnProblemBody,
    ProblemBody,
    ProblemCountsView,
    ProblemView,
    ResponseBody,
)
from shared import clock
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.department_scope import OFFICIALS, department_of
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.departments import Department

router = APIRouter(prefix="/v1", tags=["problems"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Owner = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
"""Of the department that owns the problem now, in its region"""
Officer = Annotated[Caller, allow(Role.OFFICER)]
Operator = Annotated[Caller, allow(Role.OPERATOR)]
ById = Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)]


def owned_by(caller: Caller) -> OwnedBy:
    """For whom the caller handles problems; officers are of market supervision."""
    if caller.department is None and Role.OFFICER in caller.roles:
        return OwnedBy(Department.MARKET, caller.region)
    return OwnedBy(department_of(caller), caller.region)


async def problem_response(session: AsyncSession, problem: RaisedProblem, response: Response) -> ProblemView:
    """The view with what was done, and its ETag."""
    response.headers["ETag"] = etag_of(problem.version)
    return ProblemView.of(problem, await problem_repository.steps_of(session, problem.id))


async def locked_owned(session: AsyncSession, problem_id: uuid.UUID, caller: Caller, match: str) -> RaisedProblem:
    """A problem that the caller's department owns, at the version that they read."""
    found = await problem_repository.get_owned(session, problem_id, owned_by(caller), lock=True)
    problem = or_404(found, ProblemNotFound)
    check_match(match, problem.version)
    return problem


async def locked_inside(session: AsyncSession, problem_id: uuid.UUID, caller: Caller, match: str) -> RaisedProblem:
    """A problem of the caller's region, at the version that they read."""
    problem = or_404(
        await problem_repository.get_inside(session, problem_id, caller.region, lock=True), ProblemNotFound
    )
    check_match(match, problem.version)
    return problem


@router.post("/problems", status_code=201, summary="登记一件诉求问题")
async def create_problem(body: ProblemBody, response: Response, session: SessionDep, caller: Owner) -> ProblemView:
    """From associations, contact points, visits, meetings, objections that are really problems, the hotline, or taken
    down for a household.
    """
    return await problem_response(session, await problem_service.collect(session, body.raised(), caller), response)


@router.post("/problems/mine", status_code=201, summary="反映我这一户的问题")
async def create_my_problem(
    body: OwnProblemBody, response: Response, session: SessionDep, caller: Operator
) -> ProblemView:
    """By the operator."""
    return await problem_response(session, await problem_service.collect(session, body.raised(), caller), response)


@router.get("/problems", summary="诉求问题")
async def list_problems(
    request: Request,
    session: SessionDep,
    caller: Reader,
    page: ById,
    state: Annotated[ProblemState | None, Query(description="不写：还没有办结的")] = None,
    kind: Annotated[ProblemKind | None, Query()] = None,
    supervised: Annotated[bool, Query(description="只看逾期督办过的")] = False,
    mine: Annotated[bool, Query(description="只看由本部门办理的")] = False,
) -> Page[ProblemView]:
    """Of the region; to other departments those that they own."""
    owner = owned_by(caller) if mine or not caller.roles & OFFICIALS else None
    scope = caller.region if owner is None else None
    wanted = Wanted(scope=scope, owner=owner, state=state, kind=kind, supervised=supervised)
    rows = await problem_repository.list_problems(session, wanted, page.after, page.wanted)
    await record_read(session, request, about("problems", caller.region), caller, "problem:list")
    return page.of(rows, ProblemView.of, lambda row: row.id)


@router.get("/problems/mine", summary="我反映的问题")
async def list_my_problems(
    session: SessionDep, caller: Operator, page: ById, state: Annotated[ProblemState | None, Query()] = None
) -> Page[ProblemView]:
    """Of the operator's households, whoever raised them."""
    wanted = Wanted(operator_ref=caller.operator_ref or "", state=state)
    rows = await problem_repository.list_problems(session, wanted, page.after, page.wanted)
    return page.of(rows, ProblemView.of, lambda row: row.id)


@router.get("/problems/statistics", summary="哪些问题反复出现（不排名）")
async def read_counts(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    first: Annotated[dt.date, Query(description="反映日期，自")],
    last: Annotated[dt.date | None, Query(description="至；不写：今天")] = None,
) -> ProblemCountsView:
    """Of the caller's region as a whole."""
    until = last or clock.today()
    found = await problem_service.counts(session, caller.region, first, until)
    kinds = [KindCountView.of(kind, one) for kind, one in found]
    return ProblemCountsView(region=caller.region, first=first, last=until, kinds=kinds)


@router.get("/problems/{problem_id}", summary="一件诉求问题")
async def get_problem(
    problem_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> ProblemView:
    """To officers of the region, its owner, and the operator."""
    if Role.OPERATOR in caller.roles:
        found = await problem_repository.get_own(session, problem_id, caller.operator_ref or "")
    elif caller.roles & OFFICIALS:
        found = await problem_repository.get_inside(session, problem_id, caller.region)
    else:
        found = await problem_repository.get_owned(session, problem_id, owned_by(caller))
    problem = or_404(found, ProblemNotFound)
    view = await problem_response(session, problem, response)
    await record_read(session, request, problem, caller, "problem:read")
    return view


@router.post("/problems/{problem_id}/forwarding", summary="转办")
async def forward_problem(
    problem_id: uuid.UUID,
    body: ForwardBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> ProblemView:
    """To the department that can solve it: its only owner from now on."""
    problem = await locked_inside(session, problem_id, caller, match)
    region = body.region or problem.county
    forwarded = await problem_service.forward(session, problem, body.department, region, body.note, caller)
    return await problem_response(session, forwarded, response)


@router.post("/problems/{problem_id}/acceptance", summary="开始处理")
async def accept_problem(
    problem_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Owner
) -> ProblemView:
    """By its owner."""
    problem = await locked_owned(session, problem_id, caller, match)
    return await problem_response(session, await problem_service.accept(session, problem, caller), response)


@router.post("/problems/{problem_id}/return", summary="不属于本部门，退回转办")
async def give_problem_back(
    problem_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Owner,
) -> ProblemView:
    """With the reason, before it is handled."""
    problem = await locked_owned(session, problem_id, caller, match)
    returned = await problem_service.give_back(session, problem, body.reason, caller)
    return await problem_response(session, returned, response)


@router.post("/problems/{problem_id}/answer", summary="答复")
async def answer_problem(
    problem_id: uuid.UUID,
    body: AnswerBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Owner,
) -> ProblemView:
    """By its owner; late answers count. What is handed over to enforcement names to whom."""
    problem = await locked_owned(session, problem_id, caller, match)
    return await problem_response(
        session, await problem_service.answer(session, problem, body.said(), caller), response
    )


@router.post("/problems/{problem_id}/response", summary="解决了，或者没有解决")
async def respond_to_answer(
    problem_id: uuid.UUID,
    body: ResponseBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Operator,
) -> ProblemView:
    """By the operator. Not solved: it is handled once more; the second time the superior closes it."""
    found = await problem_repository.get_own(session, problem_id, caller.operator_ref or "", lock=True)
    problem = or_404(found, ProblemNotFound)
    check_match(match, problem.version)
    done = await problem_service.respond(session, problem, body.comment, caller, solved=body.solved)
    return await problem_response(session, done, response)


@router.post("/problems/{problem_id}/closing", summary="办结")
async def close_problem(
    problem_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> ProblemView:
    """With the reason: one that needs no handling; as the superior one whose answer was refused twice."""
    problem = await locked_inside(session, problem_id, caller, match)
    return await problem_response(session, await problem_service.close(session, problem, body.reason, caller), response)
