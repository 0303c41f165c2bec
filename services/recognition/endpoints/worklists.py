"""What is to be done in the lives of recognitions: concerns, what is due, one household's files, one's own."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from services.recognition.domain.recognitions import ConcernKind
from services.recognition.models import Recognition
from services.recognition.repository import recognitions, worklists
from services.recognition.repository.worklists import Seen
from services.recognition.schemas.life import OfficersView, OwnView
from services.recognition.schemas.seasons import Year
from shared.service import clock
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page, page_of
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["recognitions"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
CursorWord = Annotated[str | None, Query(max_length=500)]
Limit = Annotated[int, Query(ge=1, le=200)]
Uscc = Annotated[str, Query(pattern=r"^[0-9A-Z]{18}$", description="统一社会信用代码")]


@router.get("/recognitions/concerns", summary="待处理：处罚、失信、迁移、一人多户、逾期未报、待决定的提议和评估等")
async def concerned(
    session: SessionDep,
    caller: Reader,
    kind: Annotated[ConcernKind | None, Query()] = None,
    since_until: Annotated[dt.date | None, Query(description="只看这一天或更早就有的，上级据此督办")] = None,
    cursor: CursorWord = None,
    limit: Limit = 50,
) -> Page[OfficersView]:
    """Inside the caller's region, so that cities and provinces see what their counties leave undone."""
    since = since_until or clock.today()
    rows = await worklists.concerned(session, caller.region, kind, since, seen(cursor), limit + 1)
    return listed(rows, limit)


@router.get("/recognitions/due", summary="应办：最后一年内还没有评估决定的，某年度还没有确认的")
async def due(
    session: SessionDep,
    caller: Reader,
    what: Annotated[Literal["evaluation", "confirmation"], Query()],
    year: Annotated[Year | None, Query(description="确认的年度，不写是今年")] = None,
    cursor: CursorWord = None,
    limit: Limit = 50,
) -> Page[OfficersView]:
    """Valid ones inside the caller's region."""
    today, after = clock.today(), seen(cursor)
    if what == "evaluation":
        return listed(await worklists.unevaluated(session, caller.region, today, after, limit + 1), limit)
    wanted = year or today.year
    return listed(await worklists.unconfirmed(session, caller.region, wanted, after, limit + 1), limit)


@router.get("/recognitions/files", summary="按统一社会信用代码查一户的全部认定档案")
async def files(session: SessionDep, caller: Reader, uscc: Uscc) -> Page[OfficersView]:
    """Whatever has become of them."""
    found = await recognitions.all_of_household(session, uscc, caller.region)
    return Page(items=[OfficersView.of(one) for one in found])


@router.get("/recognitions/mine", summary="我的认定：证书、期限、需要留意的事项")
async def mine(session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]) -> Page[OwnView]:
    """Of all the households whose operator calls."""
    found = await recognitions.all_of_operator(session, caller.operator_ref or "")
    return Page(items=[OwnView.of(one) for one in found])


def seen(cursor: str | None) -> Seen | None:
    """The last row that a caller has seen."""
    read = Cursor.read(cursor, str, uuid.UUID)
    return (read[0], read[1]) if read else None


def listed(rows: Sequence[Recognition], limit: int) -> Page[OfficersView]:
    """A page out of the rows for it and one more."""
    return page_of(rows, limit, OfficersView.of, lambda row: (row.county, row.id))
