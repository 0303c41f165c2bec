"""``/v1/runs``: order a typing, follow it, compare its draft, publish it."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import FileResponse

from services.typing.domain import RunState
from services.typing.models import Run
from services.typing.repository import directory
from services.typing.repository import runs as stored
from services.typing.repository.directory import Search
from services.typing.resources import ResourcesDep
from services.typing.schemas.findings import ProofView
from services.typing.schemas.runs import (
    ChangeView,
    ComparisonView,
    PublicationBody,
    ReasonBody,
    ResultQuery,
    ResultView,
    RunOrderBody,
    RunView,
)
from services.typing.service.publication import publish_run
from services.typing.service.runs import RunOrder, compare_run_again, confirm_run, create_run, discard_run
from services.typing.serving.exports import directory_file
from services.typing.serving.policies import compiled_policy
from services.typing.serving.proofs import proof_of
from shared.policy.outcome import HouseholdType
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow, within
from shared.service.pagination import Cursor, Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["runs"], route_class=TransactionalRoute)

OFFICERS = (Role.OFFICER, Role.APPROVER, Role.AUDITOR)


async def found(session: SessionDep, run_id: uuid.UUID, caller: Caller, *, lock: bool = False) -> Run:
    """The run if it lies inside the caller's region; otherwise 404, whether or not it exists."""
    run = await stored.get(session, run_id, caller.region, lock=lock)
    if run is None:
        raise Problem(404, "run-not-found", "没有这个批次", "没有这个批次，或不在您的管辖范围内")
    return run


@router.post("/runs", status_code=202, summary="发起一次分型判定")
async def create(
    order: RunOrderBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> RunView:
    """Queue a run; its progress is at the address in Location."""
    within(caller, order.region)
    run = await create_run(
        session,
        RunOrder(
            order.policy,
            order.region,
            order.as_of,
            caller.subject,
            settings=order.settings,
            readings=order.readings,
        ),
    )
    return shown(run, response)


@router.get("/runs", summary="判定批次")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(*OFFICERS)],
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[RunView]:
    """Runs inside the caller's region, the newest first."""
    below = Cursor.read(cursor, int)
    rows = await stored.listed(session, caller.region, int(below[0]) if below else None, limit + 1)
    more = Cursor.write(rows[limit - 1].number) if len(rows) > limit else None
    return Page(items=[RunView.of(run) for run in rows[:limit]], next=more)


@router.get("/runs/{run_id}", summary="一个判定批次及其进度")
async def get(
    run_id: uuid.UUID, response: Response, session: SessionDep, caller: Annotated[Caller, allow(*OFFICERS)]
) -> RunView:
    """One run with its ETag, which a decision must name."""
    return shown(await found(session, run_id, caller), response)


@router.get("/runs/{run_id}/comparison", summary="草稿与现行结果的对比")
async def comparison(
    run_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*OFFICERS)]
) -> ComparisonView:
    """The change matrix by county and type against what is published, and what is proved of the policy."""
    run = await found(session, run_id, caller)
    cells = await stored.changes(session, run.number, caller.region)
    proved = await proof_of(await compiled_policy(session, run))
    return ComparisonView(
        run=run.id,
        compared_with=run.compared_with,
        changes=[ChangeView.of(cell) for cell in cells],
        proof=ProofView.of(proved),
    )


@router.post("/runs/{run_id}/comparison", status_code=202, summary="重新对比（有其他批次发布之后）")
async def compare_again(
    run_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> RunView:
    """Send a draft back to be compared with what has been published since."""
    run = await changeable(session, run_id, caller, match)
    return shown(await compare_run_again(session, run, caller), response)


@router.post("/runs/{run_id}/confirmation", status_code=202, summary="确认数据缺失或减少，继续判定")
async def confirm(
    run_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> RunView:
    """An officer's word, with a reason, that a run with findings goes on."""
    run = await changeable(session, run_id, caller, match)
    return shown(await confirm_run(session, run, caller, body.reason), response)


@router.post("/runs/{run_id}/discard", summary="作废一个未发布的批次")
async def discard(
    run_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> RunView:
    """Give up an unpublished run."""
    run = await changeable(session, run_id, caller, match)
    return shown(await discard_run(session, run, caller, body.reason), response)


@router.post("/runs/{run_id}/publication", summary="发布草稿（发起人不能发布）")
async def publish(
    run_id: uuid.UUID,
    body: PublicationBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> RunView:
    """Make the draft what its counties show."""
    run = await changeable(session, run_id, caller, match)
    return shown(await publish_run(session, run, caller, body.reason), response)


@router.get("/runs/{run_id}/results", summary="一个批次的分型结果")
async def results(
    run_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    query: Annotated[ResultQuery, Query()],
    caller: Annotated[Caller, allow(*OFFICERS)],
) -> Page[ResultView]:
    """Each household's type with the clauses behind it, of a draft or a published run, by county, type and code."""
    run = await found(session, run_id, caller)
    code = None if query.type is None else int(HouseholdType.from_slug(query.type))
    wanted = Search(scope=query.region or run.region, type=code, limit=query.limit)
    after = Cursor.read(query.cursor, str, int, str)
    rows = await directory.of_run(await resources.database.pool(), run.number, wanted, after)
    compiled = await compiled_policy(session, run)
    more = Cursor.write(*(rows[-1][key] for key in ("region", "type", "uscc"))) if len(rows) == query.limit else None
    return Page(items=[ResultView.of(row, compiled) for row in rows], next=more)


@router.get(
    "/runs/{run_id}/national-directory",
    summary="下载报送全国“个体工商户名录”的文件",
    response_class=FileResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "CSV（UTF-8）"}},
)
async def national_directory(
    run_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> FileResponse:
    """The CSV of a published run for the national directory; made once, since a published run does not change."""
    run = await found(session, run_id, caller)
    if run.state != RunState.PUBLISHED:
        raise Problem(409, "run-not-published", "批次尚未发布", "只有已发布的批次才能导出报送文件")
    path = await directory_file(session, resources, run)
    name = f"national-directory-{run.region}-{run.as_of}.csv"
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=name)


async def changeable(session: SessionDep, run_id: uuid.UUID, caller: Caller, match: str) -> Run:
    """The locked run, if the caller decides on the version that is stored; otherwise 412."""
    run = await found(session, run_id, caller, lock=True)
    check_match(match, run.version)
    return run


def shown(run: Run, response: Response) -> RunView:
    """The run's view, with its ETag and its address."""
    response.headers["ETag"] = etag_of(run.version)
    response.headers["Location"] = f"/v1/runs/{run.id}"
    return RunView.of(run)
