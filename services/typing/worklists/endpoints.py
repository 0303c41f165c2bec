"""``/v1/annual-reports/unreported`` and ``/v1/runs/{run_id}/newly-ineligible``: lists for officers, page by page and as
CSV. Counties read their own part of what a city or province runs.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.resources import Resources, ResourcesDep
from services.typing.runs import repository as runs_repository
from services.typing.runs.endpoints import RUN_READERS
from services.typing.runs.models import Run
from services.typing.runs.policies import compiled_policy
from services.typing.runs.problems import RunNotFound
from services.typing.worklists.newly_ineligible import NewlyIneligible
from services.typing.worklists.schemas import (
    INELIGIBLE_COLUMNS,
    UNREPORTED_COLUMNS,
    IneligiblePageQuery,
    IneligibleQuery,
    NewlyIneligiblePage,
    NewlyIneligibleView,
    UnreportedPage,
    UnreportedPageQuery,
    UnreportedQuery,
    UnreportedView,
    ineligible_rows,
    unreported_rows,
)
from services.typing.worklists.service import Unreported, find_newly_ineligible, find_unreported
from services.typing.worklists.unreported import Wanted
from shared import clock
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.identity import Caller, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.tabular import CSV, FileFormat, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.annual_reports import last_day_of_reports
from shared.reference.regions import region_name

router = APIRouter(prefix="/v1", tags=["runs"], route_class=TransactionalRoute)

Official = Annotated[Caller, allow(*RUN_READERS)]
FIRST = ("", "")


@router.get("/annual-reports/unreported", summary="还没有报送年报的户（6 月 30 日以前催报）")
async def list_unreported_households(
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Official,
    query: Annotated[UnreportedPageQuery, Query()],
) -> UnreportedPage:
    """Registered households of a county without a report of the year, by what was delivered until now."""
    page, year = query.page(str, str), year_of(query.year)
    wanted = Wanted(query.region, year, page.after or FIRST, page.wanted)
    found = await read_unreported(session, request, resources, caller, wanted)
    return UnreportedPage(
        region=query.region,
        region_name=region_name(query.region),
        year=year,
        due_on=last_day_of_reports(year),
        delivered_at=found.delivered_at,
        items=[UnreportedView.of(one) for one in found.households[: page.limit]],
        next=page.next(found.households, lambda one: (one.region, one.uscc)),
    )


@router.get("/annual-reports/unreported.csv", summary="下载还没有报送年报的户", response_class=Response, responses=CSV)
async def download_unreported_households(
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Official,
    query: Annotated[UnreportedQuery, Query()],
) -> Response:
    """All of the county's."""
    year = year_of(query.year)
    found = await read_unreported(session, request, resources, caller, Wanted(query.region, year))
    rows = unreported_rows(found.households, year)
    return table_response(f"unreported-{query.region}-{year}", UNREPORTED_COLUMNS, rows, FileFormat.CSV)


@router.get("/runs/{run_id}/newly-ineligible", summary="草稿里新出现的不符合分型条件的户：发布以前先告知")
async def list_newly_ineligible_households(
    run_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Official,
    query: Annotated[IneligiblePageQuery, Query()],
) -> NewlyIneligiblePage:
    """Households that are typed otherwise today, or not at all, with what makes them ineligible and how it ends."""
    page = query.page(str, str)
    compiled, found = await read_ineligible(
        session, request, resources, caller, (run_id, query.region), page.after or FIRST, page.wanted
    )
    return NewlyIneligiblePage(
        run=run_id,
        items=[NewlyIneligibleView.of(one, compiled) for one in found[: page.limit]],
        next=page.next(found, lambda one: (one.region, one.uscc)),
    )


@router.get(
    "/runs/{run_id}/newly-ineligible.csv",
    summary="下载草稿里新出现的不符合分型条件的户",
    response_class=Response,
    responses=CSV,
)
async def download_newly_ineligible_households(
    run_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Official,
    query: Annotated[IneligibleQuery, Query()],
) -> Response:
    """All of the caller's region."""
    compiled, found = await read_ineligible(session, request, resources, caller, (run_id, query.region), FIRST, None)
    name = f"newly-ineligible-{query.region or caller.region or 'all'}"
    return table_response(name, INELIGIBLE_COLUMNS, ineligible_rows(found, compiled), FileFormat.CSV)


def year_of(asked: int | None) -> int:
    """The year that was asked for, else the one whose reports are due this year."""
    return asked if asked is not None else clock.today().year - 1


async def read_unreported(
    session: AsyncSession, request: Request, resources: Resources, caller: Caller, wanted: Wanted
) -> Unreported:
    """The households; that somebody reads the list is written down first."""
    require_region(caller, wanted.region)
    await record_read(session, request, about("unreported", wanted.region), caller, "reports:unreported")
    return await find_unreported(session, resources, wanted)


async def read_ineligible(
    session: AsyncSession,
    request: Request,
    resources: Resources,
    caller: Caller,
    asked: tuple[uuid.UUID, str | None],
    after: tuple[str, str],
    most: int | None,
) -> tuple[CompiledPolicy, list[NewlyIneligible]]:
    """The run's policy, and the households of the caller's region or of a part of it."""
    run_id, region = asked
    if region is not None:
        require_region(caller, region)
    run: Run = or_404(await runs_repository.get_run_about(session, run_id, caller.region), RunNotFound)
    compiled = await compiled_policy(session, run)
    part = region if region is not None else caller.region
    await record_read(session, request, run, caller, "run:newly-ineligible")
    await session.close()  # nobody waits for a connection of those who wait for their turn
    return compiled, await find_newly_ineligible(resources, run, part, after, most)
