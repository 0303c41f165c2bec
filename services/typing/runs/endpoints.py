"""``/v1/runs`` and ``/v1/annual-report-closings``.

A run is ordered, followed, compared as a draft and published; a closing records that the annual reports of a region
and year closed, and orders runs.
"""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from services.typing.resources import ResourcesDep
from services.typing.runs import repository as runs_repository
from services.typing.runs.closings import ClosingNotice, close_annual_reports
from services.typing.runs.domain import RunState
from services.typing.runs.models import AnnualReportClosing, Run
from services.typing.runs.policies import compiled_policy, proof_of
from services.typing.runs.problems import RunNotFound, RunNotPublished
from services.typing.runs.publication_files import national_directory_file
from services.typing.runs.schemas import (
    ChangeView,
    ClosingOrder,
    ClosingView,
    ComparisonView,
    ProofView,
    PublicationBody,
    ResultQuery,
    ResultView,
    RunOrderBody,
    RunView,
)
from services.typing.runs.service import (
    RunOrder,
    compare_run_again,
    confirm_run,
    create_run,
    discard_run,
    inspect_run_again,
    publish_run,
    require_room,
)
from shared.law.model.outcome import HouseholdType
from shared.platform.audited_access import record_read
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import CSV, CSV_TYPE
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["runs"], route_class=TransactionalRoute)

RUN_READERS = (Role.OFFICER, Role.APPROVER, Role.AUDITOR)


async def run_or_404(session: SessionDep, run_id: uuid.UUID, caller: Caller, *, lock: bool = False) -> Run:
    """The run if it is inside the caller's region; otherwise 404, whether or not it exists."""
    return or_404(await runs_repository.get_run(session, run_id, caller.region, lock=lock), RunNotFound)


@router.post("/runs", status_code=202, summary="发起一次分型判定")
async def order_run(
    order: RunOrderBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> RunView:
    """Queue a run; its progress is at the address in Location."""
    require_region(caller, order.region)
    await runs_repository.lock_orders(session)
    waiting = await runs_repository.waiting_runs(session, caller.subject, order.region)
    require_room(waiting, resources.settings)
    run = await create_run(
        session,
        RunOrder(
            order.policy,
            order.region,
            order.as_of,
            caller.subject,
            ordered_from=caller.region,
            settings=order.settings,
            readings=order.readings,
        ),
    )
    return run_response(run, response)


@router.get("/runs", summary="判定批次")
async def list_runs(
    session: SessionDep,
    caller: Annotated[Caller, allow(*RUN_READERS)],
    page: Annotated[PageQuery[int], paged(int, limit=20, largest=100)],
) -> Page[RunView]:
    """Runs inside the caller's region, the newest first."""
    rows = await runs_repository.list_runs(session, caller.region, page.after, page.wanted)
    return page.of(rows, RunView.of, lambda run: run.number)


@router.get("/runs/{run_id}", summary="一个判定批次及其进度")
async def get_run(
    run_id: uuid.UUID, response: Response, session: SessionDep, caller: Annotated[Caller, allow(*RUN_READERS)]
) -> RunView:
    """One run with its ETag, which a decision must name."""
    return run_response(await run_or_404(session, run_id, caller), response)


@router.get("/runs/{run_id}/comparison", summary="草稿与现行结果的对比")
async def get_comparison(
    run_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*RUN_READERS)]
) -> ComparisonView:
    """The change matrix by county and type against what is published, and what is proved of the policy."""
    run = await run_or_404(session, run_id, caller)
    cells = await runs_repository.run_changes(session, run.number, caller.region)
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
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> RunView:
    """Send a draft back to be compared with what has been published since."""
    run = await locked_run(session, run_id, caller, match)
    return run_response(await compare_run_again(session, run, caller), response)


@router.post("/runs/{run_id}/confirmation", status_code=202, summary="确认数据缺失或减少，继续判定")
async def confirm(
    run_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> RunView:
    """Let a run with findings continue, with a reason."""
    run = await locked_run(session, run_id, caller, match)
    return run_response(await confirm_run(session, run, caller, body.reason), response)


@router.post("/runs/{run_id}/inspection", status_code=202, summary="缺的数据补报以后，重新检查数据")
async def inspect_again(
    run_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> RunView:
    """Look at the evidence of a blocked run again; it stays blocked by what is still found."""
    run = await locked_run(session, run_id, caller, match)
    return run_response(await inspect_run_again(session, run, caller), response)


@router.post("/runs/{run_id}/discard", summary="作废一个未发布的批次")
async def discard(
    run_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> RunView:
    """Discard an unpublished run."""
    run = await locked_run(session, run_id, caller, match)
    return run_response(await discard_run(session, run, caller, body.reason), response)


@router.post("/runs/{run_id}/publication", summary="发布草稿（发起人不能发布）")
async def publish(
    run_id: uuid.UUID,
    body: PublicationBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> RunView:
    """Make the draft what its counties show."""
    run = await locked_run(session, run_id, caller, match)
    return run_response(await publish_run(session, run, caller, body.reason), response)


@router.get("/runs/{run_id}/results", summary="一个批次的分型结果")
async def list_results(
    run_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    query: Annotated[ResultQuery, Query()],
    caller: Annotated[Caller, allow(*RUN_READERS)],
) -> Page[ResultView]:
    """Each household's type with the clauses behind it, of a draft or a published run, by county, type and code."""
    run = await run_or_404(session, run_id, caller)
    await record_read(session, request, run, caller, "run:list")
    code = None if query.type is None else int(HouseholdType.from_slug(query.type))
    page = query.page(str, int, str)
    search = runs_repository.ResultFilter(scope=query.region or run.region, type=code, limit=page.wanted)
    rows = await runs_repository.list_results(await resources.database.pool(), run.number, search, page.after)
    compiled = await compiled_policy(session, run)
    return page.of(
        rows, lambda row: ResultView.of(row, compiled), lambda row: (row["region"], row["type"], row["uscc"])
    )


@router.get(
    "/runs/{run_id}/national-directory",
    summary="下载报送全国“个体工商户名录”的文件",
    response_class=FileResponse,
    responses=CSV,
)
async def download_national_directory(
    run_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> FileResponse:
    """The CSV of a published run for the national directory; made once, since a published run does not change."""
    run = await run_or_404(session, run_id, caller)
    if run.state != RunState.PUBLISHED:
        raise RunNotPublished
    path = await national_directory_file(session, resources, run)
    name = f"national-directory-{run.region}-{run.as_of}.csv"
    return FileResponse(path, media_type=CSV_TYPE, filename=name)


async def locked_run(session: SessionDep, run_id: uuid.UUID, caller: Caller, match: str) -> Run:
    """The locked run, if the caller decides on the version that is stored; otherwise 412."""
    run = await run_or_404(session, run_id, caller, lock=True)
    check_match(match, run.version)
    return run


def run_response(run: Run, response: Response) -> RunView:
    """The run's view, with its ETag and its address."""
    response.headers["ETag"] = etag_of(run.version)
    response.headers["Location"] = f"/v1/runs/{run.id}"
    return RunView.of(run)


closings_router = APIRouter(prefix="/v1", tags=["annual-report-closings"], route_class=TransactionalRoute)


@closings_router.post(
    "/annual-report-closings",
    status_code=201,
    summary="登记年报结束，按现行政策自动发起判定",
    responses={200: {"model": ClosingView, "description": "此前已登记，内容相同"}},
)
async def record_closing(
    order: ClosingOrder,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.SYSTEM, Role.OFFICER)],
) -> ClosingView:
    """Record a closing inside the caller's region; 200 when it is already recorded. Officers are of the level that
    types.
    """
    require_region(caller, order.region)
    said_from = None if Role.SYSTEM in caller.roles else caller.region
    closed = await close_annual_reports(
        session, ClosingNotice(order.region, order.year, order.closed_on, caller.subject, said_from)
    )
    response.status_code = 201 if closed.new else 200
    return closing_view(closed.closing, closed.runs)


@closings_router.get("/annual-report-closings", summary="已登记的年报结束")
async def list_closings(
    session: SessionDep, caller: Annotated[Caller, allow(Role.SYSTEM, Role.OFFICER, Role.APPROVER)]
) -> Page[ClosingView]:
    """All closings inside the caller's region."""
    rows = await runs_repository.list_closings(session, caller.region)
    return Page(items=[closing_view(row, await runs_repository.runs_of_closing(session, row.id)) for row in rows])


def closing_view(closing: AnnualReportClosing, runs: Sequence[Run]) -> ClosingView:
    """A closing with the runs that it ordered."""
    return ClosingView(
        region=closing.region,
        year=closing.year,
        closed_on=closing.closed_on,
        actor=closing.actor,
        runs=[run.id for run in runs],
    )
