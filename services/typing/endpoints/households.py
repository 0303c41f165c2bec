"""``/v1/households``: the directory. Anyone finds a household by name or code and reads why it has its type.

Figures (revenue, staff, tax) go only to its operator and to officers of its region: whether the annual report's
figures are public is the household's own choice.
"""

from collections.abc import Sequence
from typing import Annotated

import asyncpg
import orjson
from fastapi import APIRouter, Path, Query, Response

from services.typing.repository import directory
from services.typing.repository.directory import Search
from services.typing.resources import ResourcesDep
from services.typing.schemas.explanations import ExplanationView
from services.typing.schemas.households import DirectoryQuery, HouseholdView, Uscc
from services.typing.serving.explanations import explanation_of
from services.typing.serving.views import household_json, household_view
from shared.policy.outcome import HouseholdType
from shared.service.database import PoolDep
from shared.service.identity import Caller, Role, anyone
from shared.service.pagination import Cursor, Page
from shared.service.problems import Problem

router = APIRouter(prefix="/v1", tags=["households"])

Code = Annotated[Uscc, Path()]
SEES_FIGURES = {Role.OFFICER, Role.APPROVER, Role.AUDITOR}


@router.get("/households", summary="按名称、代码、地区、类型查询名录")
async def search(
    pool: PoolDep, query: Annotated[DirectoryQuery, Query()], _: Annotated[Caller, anyone()]
) -> Page[HouseholdView]:
    """By exact code; by the beginning of the name, else by a similar name; or by region and type."""
    code = None if query.type is None else int(HouseholdType.from_slug(query.type))
    wanted = Search(name=query.name or "", scope=query.region or "", type=code, limit=query.limit)
    if query.uscc is not None:
        row = await directory.by_uscc(pool, query.uscc, wanted.scope)
        return page([row] if row is not None and code in (None, row["type"]) else [])
    if query.name is not None:
        return await by_name(pool, wanted, query)
    if query.region is None:
        raise too_wide("请输入名称（至少两个字）、统一社会信用代码或区划代码")
    rows = await directory.by_region(pool, wanted, Cursor.read(query.cursor, str, int, str))
    return page(rows, query.limit, "region", "run_type", "uscc")


async def by_name(pool: asyncpg.Pool, wanted: Search, query: DirectoryQuery) -> Page[HouseholdView]:
    """Names that begin so; when none does and any match will do, names that resemble the words."""
    if query.match != "similar":
        rows = await directory.by_name_prefix(pool, wanted, Cursor.read(query.cursor, str, str))
        if rows or query.cursor or query.match == "prefix":
            return page(rows, query.limit, "name", "uscc")
    try:
        return page(await directory.by_similar_name(pool, wanted))
    except TimeoutError:
        raise too_wide("这样的名称太多，请多输入几个字，或给出区划代码后再查询") from None


def page(rows: Sequence[asyncpg.Record], limit: int = 0, *keys: str) -> Page[HouseholdView]:
    """Rows as a page; a full one with ``keys`` has another behind it, after its last row's keys."""
    more = Cursor.write(*(rows[-1][key] for key in keys)) if keys and len(rows) == limit else None
    return Page(items=[household_view(row) for row in rows], next=more)


@router.get("/households/{uscc}", summary="按统一社会信用代码查询", response_model=HouseholdView)
async def get(uscc: Code, pool: PoolDep, _: Annotated[Caller, anyone()]) -> Response:
    """One household. The answer is encoded directly: this is the directory's busiest read."""
    row = await directory.by_uscc(pool, uscc)
    if row is None:
        raise not_found()
    return Response(orjson.dumps(household_json(row)), media_type="application/json")


@router.get("/households/{uscc}/explanation", summary="为什么是这个类型")
async def explanation(
    uscc: Code, resources: ResourcesDep, pool: PoolDep, caller: Annotated[Caller, anyone()]
) -> ExplanationView:
    """Why, in plain sentences with their citations; figures only for the operator and officers."""
    row = await directory.by_uscc(pool, uscc)
    if row is None:
        raise not_found()
    own = caller.operator_ref is not None and caller.operator_ref == row["operator_ref"]
    officer = bool(caller.roles & SEES_FIGURES) and caller.covers(row["region"])
    return await explanation_of(resources, row, with_figures=own or officer)


def not_found() -> Problem:
    """The same answer for a code that never existed and one outside the published runs."""
    return Problem(404, "household-not-found", "没有查到", "名录中没有这个统一社会信用代码")


def too_wide(detail: str) -> Problem:
    """More must be said before the directory is searched."""
    return Problem(422, "search-too-wide", "查询条件不足", detail)
