"""``/v1/badges``: badge and list data for platforms that show who is recognised. Public."""

import codecs
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from services.recognition.endpoints.lists import csv_rows
from services.recognition.repository import recognitions
from services.recognition.resources import ResourcesDep
from services.recognition.schemas.applications import Uscc
from services.recognition.schemas.badges import BadgeView, ListedView
from services.recognition.schemas.common import Region
from shared.service.database import Database
from shared.service.identity import Caller, anyone
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep

router = APIRouter(prefix="/v1", tags=["badges"])

AT_ONCE = 1000
MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/x-ndjson"}


@router.get(
    "/badges",
    summary="“名特优新”个体工商户名单，供平台使用（CSV，或逐行 JSON）",
    response_class=StreamingResponse,
    responses={200: {"content": {kind: {"schema": {"type": "string"}} for kind in MEDIA.values()}}},
)
async def export(
    resources: ResourcesDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    format: Annotated[Literal["csv", "json"], Query()] = "csv",  # noqa: A002  the parameter's name is the API's
) -> StreamingResponse:
    """All valid ones at or below a region, whole."""
    lines = as_csv if format == "csv" else as_json
    headers = {"Content-Disposition": f'attachment; filename="recognised-{region}.{format}"'}
    return StreamingResponse(lines(parts(resources.database, region)), media_type=MEDIA[format], headers=headers)


@router.get("/badges/{uscc}", summary="一户的标识")
async def badge(uscc: Annotated[Uscc, Path()], session: SessionDep, _: Annotated[Caller, anyone()]) -> BadgeView:
    """Of a household that is recognised now."""
    found = await recognitions.valid_of_household(session, uscc)
    if found is None:
        raise Problem(404, "not-recognised", "没有标识", "这一户目前不是“名特优新”个体工商户")
    return BadgeView.of(found)


async def parts(database: Database, region: str) -> AsyncIterator[list[ListedView]]:
    """The list in pages, each read by itself: no transaction stays open while a slow reader takes it."""
    last: uuid.UUID | None = None
    while True:
        async with database.session() as session:
            rows = await recognitions.listed(session, region, None, last, AT_ONCE)
        if rows:
            yield [ListedView.of(one) for one in rows]
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


async def as_csv(pages: AsyncIterator[list[ListedView]]) -> AsyncIterator[bytes]:
    """With a header row."""
    yield codecs.BOM_UTF8 + csv_rows([list(ListedView.model_fields)])
    async for page in pages:
        yield csv_rows([list(one.model_dump().values()) for one in page])


async def as_json(pages: AsyncIterator[list[ListedView]]) -> AsyncIterator[bytes]:
    """One object a line."""
    async for page in pages:
        yield "".join(one.model_dump_json() + "\n" for one in page).encode()
