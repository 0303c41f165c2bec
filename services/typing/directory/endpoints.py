"""``/v1/households``, ``/v1/policies``, ``/v1/statistics``: what the public reads.

Anyone finds a household by name or code and reads why it has its type. Figures (revenue, staff, tax) go only to its
operator and to officers of its region: whether the annual report's figures are public is the household's own choice.

Statistics are in the order of region codes, never ranked: 促进个体工商户发展条例 art. 32 forbids league tables of
growth and of the annual-report rate.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Annotated

import asyncpg
import orjson
from fastapi import APIRouter, Path, Query, Response

from services.typing.directory import repository as directory_repository
from services.typing.directory.presenters import explanation_view, findings_view, household_json, household_view
from services.typing.directory.problems import HouseholdNotFound, PolicyNotFound, SearchTooWide
from services.typing.directory.schemas import (
    DirectoryQuery,
    ExplanationView,
    FindingsView,
    HouseholdView,
    PolicyView,
    StatisticView,
)
from services.typing.resources import ResourcesDep
from services.typing.runs import repository as runs_repository
from services.typing.runs.models import Statistic
from services.typing.runs.policies import prove
from shared import clock
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.language.errors import PolicyUnset
from shared.law.model.outcome import HouseholdType
from shared.law.reader.loading import load_policy, policy_ids
from shared.platform.annotations import AnnotationView, annotations_of, statement_of
from shared.platform.fields import Region, UsccLookup
from shared.platform.identity import Caller, Role, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page
from shared.platform.stored_policies import ParameterUnset
from shared.platform.unit_of_work import PoolDep, SessionDep, TransactionalRoute
from shared.reference.national_systems import System
from shared.reference.regions import region_name

router = APIRouter(prefix="/v1", tags=["households"])

UsccPath = Annotated[UsccLookup, Path()]
TYPE_SYSTEMS = (System.PROVINCE_DIRECTORY, System.NATIONAL_DIRECTORY, System.CREDIT_PUBLICITY)
"""Where types are published; 规则空档 and 待核 are held back, so nothing is to stand there."""
ROLES_SEEING_FIGURES = {Role.OFFICER, Role.APPROVER, Role.AUDITOR}


@router.get("/households", summary="按名称、代码、地区、类型查询名录")
async def search_households(
    pool: PoolDep, query: Annotated[DirectoryQuery, Query()], _: Annotated[Caller, anyone()]
) -> Page[HouseholdView]:
    """By exact code; by the beginning of the name, else by a similar name; or by region and type."""
    code = None if query.type is None else int(HouseholdType.from_slug(query.type))
    search = runs_repository.ResultFilter(name=query.name or "", scope=query.region or "", type=code, limit=query.limit)
    if query.uscc is not None:
        row = await directory_repository.by_uscc(pool, query.uscc, search.scope)
        return Page(items=[household_view(row)] if row is not None and code in (None, row["type"]) else [])
    if query.name is not None:
        return await search_by_name(pool, search, query)
    if query.region is None:
        raise SearchTooWide("请输入名称（至少两个字）、统一社会信用代码或区划代码")
    page = query.page(str, int, str)
    rows = await directory_repository.by_region(pool, replace(search, limit=page.wanted), page.after)
    return page.of(rows, household_view, lambda row: (row["region"], row["run_type"], row["uscc"]))


async def search_by_name(
    pool: asyncpg.Pool, search: runs_repository.ResultFilter, query: DirectoryQuery
) -> Page[HouseholdView]:
    """Search by name prefix; when nothing matches and the query allows it, by similarity."""
    if query.match != "similar":
        page = query.page(str, str)
        rows = await directory_repository.by_name_prefix(pool, replace(search, limit=page.wanted), page.after)
        if rows or query.cursor or query.match == "prefix":
            return page.of(rows, household_view, lambda row: (row["name"], row["uscc"]))
    try:
        similar = await directory_repository.by_similar_name(pool, search)
    except TimeoutError:
        raise SearchTooWide("这样的名称太多，请多输入几个字，或给出区划代码后再查询") from None
    return Page(items=[household_view(row) for row in similar])


@router.get("/households/{uscc}", summary="按统一社会信用代码查询", response_model=HouseholdView)
async def get_household(uscc: UsccPath, pool: PoolDep, _: Annotated[Caller, anyone()]) -> Response:
    """One household. The answer is encoded directly: this is the directory's busiest read."""
    row = or_404(await directory_repository.by_uscc(pool, uscc), HouseholdNotFound)
    return Response(orjson.dumps(household_json(row)), media_type="application/json")


@router.get("/households/{uscc}/explanation", summary="为什么是这个类型")
async def get_explanation(
    uscc: UsccPath, resources: ResourcesDep, pool: PoolDep, caller: Annotated[Caller, anyone()]
) -> ExplanationView:
    """Why, in plain sentences with their citations; figures only for the operator and officers."""
    row = or_404(await directory_repository.by_uscc(pool, uscc), HouseholdNotFound)
    own = caller.operator_ref is not None and caller.operator_ref == row["operator_ref"]
    officer = bool(caller.roles & ROLES_SEEING_FIGURES) and caller.covers(row["region"])
    return await explanation_view(resources, row, with_figures=own or officer)


annotations_router = APIRouter(prefix="/v1", tags=["households"], route_class=TransactionalRoute)


@annotations_router.get("/households/{uscc}/annotations", summary="分型结果在各系统的标注情况")
async def list_annotations(
    uscc: UsccPath, pool: PoolDep, session: SessionDep, caller: Annotated[Caller, anyone()]
) -> Page[AnnotationView]:
    """What the national systems say of the type, as far as they have confirmed it; why one refused it only to officers
    of the region.
    """
    row = or_404(await directory_repository.by_uscc(pool, uscc), HouseholdNotFound)
    kind = HouseholdType(row["type"])
    held_back = kind in (HouseholdType.GAP, HouseholdType.UNDETERMINED)
    in_force = None if held_back else statement_of(kind.label, row["as_of"].year)
    officer = bool(caller.roles & ROLES_SEEING_FIGURES) and caller.covers(row["region"])
    return Page(items=await annotations_of(session, uscc, TYPE_SYSTEMS, in_force=in_force, with_reasons=officer))


policies_router = APIRouter(prefix="/v1", tags=["policies"])


@policies_router.get("/policies", summary="现行政策")
def list_policies(_: Annotated[Caller, anyone()]) -> Page[PolicyView]:
    """All policies that ship with the platform."""
    return Page(items=[policy_view(name) for name in policy_ids()])


@policies_router.get("/policies/{policy_id}/findings", summary="政策的检查结果：空档、重叠、界限、换一种读法")
def get_findings(
    _: Annotated[Caller, anyone()], policy_id: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")]
) -> FindingsView:
    """What is proved of a policy as of today, with an invented household for every finding.

    Errors: 404 for an unknown policy, 422 for one that cannot type because a required number is unset.
    """
    if policy_id not in policy_ids():
        raise PolicyNotFound(f"没有名为“{policy_id}”的政策")
    try:
        compiled = compile_policy(load_policy(policy_id), clock.today())
    except PolicyUnset as unset:
        raise ParameterUnset(str(unset)) from unset
    return findings_view(prove(compiled))


def policy_view(name: str) -> PolicyView:
    """One policy in short."""
    policy, today = load_policy(name), clock.today()
    unset = (*policy.unset(today, required=True), *policy.unset(today, required=False))
    return PolicyView(
        id=policy.id,
        title=policy.title,
        document=policy.document.number,
        regions=list(policy.regions),
        in_force_from=policy.since,
        in_force_until=policy.until,
        unset_parameters=[parameter.name for parameter in unset],
    )


statistics_router = APIRouter(prefix="/v1", tags=["statistics"], route_class=TransactionalRoute)


@statistics_router.get("/statistics", summary="各地各年分型结果统计")
async def get_statistics(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region | None, Query()] = None,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Page[StatisticView]:
    """Counts by county and year below a region, as published, and what corrections have changed since."""
    rows = await runs_repository.list_statistics(session, region or "", year)
    corrected = await runs_repository.count_corrected(session, region or "", year)
    grouped = groupby(rows, key=lambda row: (row.year, row.region))
    return Page(items=[statistic_view(place, list(cells), corrected) for (_, place), cells in grouped])


def statistic_view(
    region: str, cells: list[Statistic], corrected: Mapping[tuple[uuid.UUID, str], Mapping[int, int]]
) -> StatisticView:
    """The statistics of a county in one year."""
    changes = corrected.get((cells[0].run_id, region), {})
    return StatisticView(
        region=region,
        region_name=region_name(region),
        year=cells[0].year,
        households={HouseholdType(cell.type).slug: cell.households for cell in cells},
        corrected={HouseholdType(code).slug: change for code, change in sorted(changes.items()) if change},
    )
