"""Work lists: `GET /v1/objections`, their totals, `GET /v1/deadlines`, `GET /v1/officers`."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.oversight import repository as list_repository
from services.objection.oversight.schemas import (
    LastDayQuery,
    ListedLastDay,
    ListedObjection,
    OfficerView,
    StateTotal,
    WorkListQuery,
)
from shared import clock
from shared.platform.fields import Region
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.officers import officers_by_subject, officers_for
from shared.platform.paging import Page
from shared.platform.unit_of_work import SessionDep
from shared.reference.departments import Department

router = APIRouter(prefix="/v1", tags=["oversight"])

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
ACTED_LATELY = dt.timedelta(days=180)
"""Whoever has not acted for so long is not listed: they may have left."""


def region_of(asked: str | None, caller: Caller) -> str:
    """The region that a list is for: the caller's, or one inside it; 403 for any other."""
    region = caller.region if asked is None else asked
    require_region(caller, region)
    return region


def position_of(row: RowMapping) -> tuple[dt.date, uuid.UUID]:
    """Where a page ends."""
    return row["due_on"], row["id"]


async def listed(session: AsyncSession, rows: Sequence[RowMapping]) -> list[ListedObjection]:
    """Rows as a list shows them, with the names of those whom they are assigned to."""
    people = await officers_by_subject(session, {row["assigned_to"] for row in rows if row["assigned_to"]})
    return [ListedObjection.of(row, people) for row in rows]


@router.get("/objections", summary="异议待办：按最后期限排列")
async def list_objections(
    query: Annotated[WorkListQuery, Query()], session: SessionDep, caller: Reader
) -> Page[ListedObjection]:
    """The open ones of the caller's region, what is due first first; those of one state also after they have ended."""
    page = query.page(dt.date, uuid.UUID)
    region, filters = region_of(query.region, caller), query.filters(caller.subject)
    rows = await list_repository.page_of_objections(session, region, filters, page.after, page.wanted)
    return Page(items=await listed(session, rows[: page.limit]), next=page.next(rows, position_of))


@router.get("/objections/totals", summary="未办结异议的件数，按办理状态")
async def count_objections(
    session: SessionDep, caller: Reader, region: Annotated[Region | None, Query()] = None
) -> list[StateTotal]:
    """How many stand where, of these how many are overdue, have climbed, have nobody who works on them."""
    rows = await list_repository.count_open(session, region_of(region, caller), clock.today())
    return [StateTotal.of(row) for row in rows]


@router.get("/deadlines", summary="未了结的期限：按最后一日排列")
async def list_deadlines(
    query: Annotated[LastDayQuery, Query()], session: SessionDep, caller: Reader
) -> Page[ListedLastDay]:
    """Every last day that runs in the caller's region, and how it was reckoned."""
    page = query.page(dt.date, uuid.UUID)
    region = region_of(query.region, caller)
    rows = await list_repository.page_of_last_days(session, region, query.filters(), page.after, page.wanted)
    return page.of(rows, ListedLastDay.listed, position_of)


@router.get("/officers", summary="可以分派给谁")
async def list_officers(
    session: SessionDep,
    caller: Reader,
    region: Annotated[Region | None, Query()] = None,
    department: Annotated[Department | None, Query()] = None,
) -> list[OfficerView]:
    """Those who have acted lately and are competent in a region, the nearest level first; officers of market
    supervision, or of a department those who answer for it.
    """
    wanted = region_of(region, caller)
    other = None if department is Department.MARKET else department
    role, since = Role.OFFICER if other is None else Role.BUREAU, clock.today() - ACTED_LATELY
    people = await officers_for(session, wanted, role, since=since, department=other)
    return [OfficerView.of(officer) for officer in people]
