"""``/v1/households`` and ``/v1/policies``: what the public reads.

Anyone finds a household by name or code and reads why it has its type. Figures (revenue, staff, tax) go only to its
operator and to officers of its region: whether the annual report's figures are public is the household's own choice.
"""

import asyncio
from dataclasses import replace
from typing import Annotated

import asyncpg
import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from services.typing.directory import repository as directory_repository
from services.typing.directory.presenters import explanation_view, household_json, household_view
from services.typing.directory.problems import HouseholdNotFound, SearchTooWide
from services.typing.directory.public_policies import public_findings, public_policies
from services.typing.directory.schemas import (
    DirectoryQuery,
    ExplanationView,
    FindingsView,
    HouseholdView,
    PolicyView,
)
from services.typing.directory.search import Search, TooMany
from services.typing.names.folding import WORD, code_part, fold_name
from services.typing.numbers import repository as numbers_repository
from services.typing.resources import ResourcesDep
from services.typing.runs import repository as runs_repository
from shared.law.model.outcome import HouseholdType
from shared.platform.annotations import AnnotationView, annotations_of, statement_of
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.caching import cacheable
from shared.platform.fields import UsccLookup
from shared.platform.identity import Caller, Role, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page
from shared.platform.unit_of_work import PoolDep, SessionDep, TransactionalRoute
from shared.reference.national_systems import System

router = APIRouter(prefix="/v1", tags=["households"])

USCC_LENGTH = 18
UsccPath = Annotated[UsccLookup, Path()]
TYPE_SYSTEMS = (System.PROVINCE_DIRECTORY, System.NATIONAL_DIRECTORY, System.CREDIT_PUBLICITY)
"""Where types are published; 规则空档 and 待核 are held back, so nothing is to stand there."""
TOO_FEW_CHARACTERS = (
    "按名称查询，请至少输入名称里连着的两个字或字母、数字（空格、间隔号、括号等不算），例如“老王”；"
    "也可以输入统一社会信用代码，或者不填名称、按地区和类型查询"
)
ROLES_SEEING_FIGURES = {Role.OFFICER, Role.APPROVER, Role.AUDITOR}


@router.get("/households", summary="按名称、代码、地区、类型查询名录")
async def search_households(
    pool: PoolDep, query: Annotated[DirectoryQuery, Query()], _: Annotated[Caller, anyone()]
) -> Page[HouseholdView]:
    """By exact code; by a part of the name, or of the code; or by region and type."""
    code = None if query.type is None else int(HouseholdType.from_slug(query.type))
    search = runs_repository.ResultFilter(scope=query.region or "", type=code, limit=query.limit)
    if query.uscc is not None:
        row = await directory_repository.by_uscc(pool, query.uscc, search.scope)
        return Page(items=[household_view(row)] if row is not None and code in (None, row["type"]) else [])
    if query.name is not None:
        return await search_by_name(pool, search, query)
    if query.region is None:
        raise SearchTooWide("请输入名称（至少两个字）、统一社会信用代码，或选择地区")
    page = query.page(str, int, str)
    rows = await directory_repository.by_region(pool, replace(search, limit=page.wanted), page.after)
    return page.of(rows, household_view, lambda row: (row["region"], row["run_type"], row["uscc"]))


async def search_by_name(
    pool: asyncpg.Pool, wanted: runs_repository.ResultFilter, query: DirectoryQuery
) -> Page[HouseholdView]:
    """Search by what was typed into the box of names: part of a name, a code, or part of a code; when nothing matches
    and the query allows it, similar names.
    """
    words = fold_name(query.name or "")
    if code_part(words) is not None and len(words) == USCC_LENGTH:
        row = await directory_repository.by_uscc(pool, words.upper(), wanted.scope)
        if row is not None:
            return Page(items=[household_view(row)] if wanted.type in (None, row["type"]) else [])
    if len(words) < WORD:
        raise SearchTooWide(TOO_FEW_CHARACTERS)
    try:
        if query.match != "similar":
            page, beginnings = query.page(int, str, int), query.match == "prefix"
            search = Search(pool, words, replace(wanted, limit=page.wanted))
            found = await search.page(beginnings=beginnings, after=page.after)
            if found or query.cursor or beginnings:
                return page.of(found, lambda one: household_view(one.row), lambda one: one.position)
        return Page(items=[household_view(row) for row in await Search(pool, words, wanted).alike()])
    except TooMany:
        raise SearchTooWide("这样的名称太多，请多输入几个字，或选择地区后再查询") from None


@router.get("/households/{uscc}", summary="按统一社会信用代码查询", response_model=HouseholdView)
async def get_household(uscc: UsccPath, pool: PoolDep, _: Annotated[Caller, anyone()]) -> Response:
    """One household. The answer is encoded directly: this is the directory's busiest read."""
    row = or_404(await directory_repository.by_uscc(pool, uscc), HouseholdNotFound)
    return Response(orjson.dumps(household_json(row)), media_type="application/json")


@router.get("/households/{uscc}/explanation", summary="为什么是这个类型")
async def get_explanation(
    uscc: UsccPath,
    request: Request,
    resources: ResourcesDep,
    pool: PoolDep,
    session: SessionDep,
    caller: Annotated[Caller, anyone()],
) -> ExplanationView:
    """Why, in plain sentences with their citations. The public reads the type and its standard; which clause holds, and
    the figures, are for the operator and officers.
    """
    row = or_404(await directory_repository.by_uscc(pool, uscc), HouseholdNotFound)
    own = caller.operator_ref is not None and caller.operator_ref == row["operator_ref"]
    officer = bool(caller.roles & ROLES_SEEING_FIGURES) and caller.covers(row["region"])
    if officer:
        await record_read(session, request, about(uscc, row["region"]), caller, "figures:read")
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


policies_router = APIRouter(prefix="/v1", tags=["policies"], route_class=TransactionalRoute)


@policies_router.get("/policies", dependencies=[cacheable()], summary="现行政策")
async def list_policies(session: SessionDep, _: Annotated[Caller, anyone()]) -> Page[PolicyView]:
    """All policies that ship with the platform, with the numbers that bureaus have set and those still unset."""
    numbers = await numbers_repository.all_in_force(session)
    await session.close()  # nobody waits for a connection of those who wait for the reckoning
    return Page(items=await asyncio.to_thread(public_policies, numbers))


@policies_router.get(
    "/policies/{policy_id}/findings", dependencies=[cacheable()], summary="政策的检查结果：空档、重叠、界限、换一种读法"
)
async def get_findings(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    policy_id: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$")],
) -> FindingsView:
    """What is proved of a policy as of today, with the numbers that bureaus have set; an invented household for every
    finding.

    Errors: 404 for an unknown policy, 422 for one that cannot type because a required number is unset.
    """
    numbers = await numbers_repository.numbers_in_force(session, policy_id)
    await session.close()  # nobody waits for a connection of those who wait for the reckoning
    return await asyncio.to_thread(public_findings, policy_id, numbers)
