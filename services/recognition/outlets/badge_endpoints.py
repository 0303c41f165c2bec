"""`/v1/badges`: who may be shown as recognised, each one's badge as data and as a picture, and which were withdrawn.

Anybody reads them. Answers carry tags and are kept for a minute, so that whoever shows a badge learns of its withdrawal
soon after.
"""

import codecs
import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from services.recognition.outlets import badge_repository
from services.recognition.outlets.badge_image import draw_badge
from services.recognition.outlets.problems import BadgeAddressUnset
from services.recognition.outlets.schemas import BadgeView, ListedHouseholdView, WithdrawnBadgeView, face_of
from services.recognition.outlets.service import shown_badge
from services.recognition.resources import ResourcesDep
from shared.database.connections import Database
from shared.database.row_scope import EVERYWHERE
from shared.platform.caching import cacheable
from shared.platform.fields import Region, UsccLookup
from shared.platform.identity import Caller, anyone
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import CSV_TYPE, csv_rows
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

badge_router = APIRouter(prefix="/v1", tags=["badges"], route_class=TransactionalRoute)

PAGE_SIZE = 1000
MEDIA_TYPES = {"csv": CSV_TYPE, "json": "application/x-ndjson"}
SVG_TYPE = "image/svg+xml"
SVG: dict[int | str, dict[str, Any]] = {200: {"content": {SVG_TYPE: {"schema": {"type": "string"}}}}}
HARMLESS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
"""A picture that a browser opens by itself runs nothing and loads nothing."""


@badge_router.get(
    "/badges",
    summary="“名特优新”个体工商户名单，供平台使用（CSV，或逐行 JSON）",
    response_class=StreamingResponse,
    responses={200: {"content": {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()}}},
)
async def export_badges(
    resources: ResourcesDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    format: Annotated[Literal["csv", "json"], Query()] = "csv",  # noqa: A002  the parameter's name is the API's
) -> StreamingResponse:
    """All whose badge may be shown at or below a region, as one file."""
    lines = as_csv if format == "csv" else as_json
    headers = {"Content-Disposition": f'attachment; filename="recognised-{region}.{format}"'}
    return StreamingResponse(
        lines(badge_pages(resources.database, region)), media_type=MEDIA_TYPES[format], headers=headers
    )


@badge_router.get("/badges/withdrawn", dependencies=[cacheable()], summary="某日以来失效的标识，供平台撤下")
async def list_withdrawn_badges(
    resources: ResourcesDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    since: Annotated[dt.date, Query(description="从这一天（含）起失效的")],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID, limit=200, largest=1000)],
) -> Page[WithdrawnBadgeView]:
    """At or below a region, those that are withdrawn now; one that may be shown again is left out. In no order of time:
    whoever asks each hour for today and yesterday misses none.
    """
    async with resources.database.reading(EVERYWHERE) as session:
        rows = await badge_repository.list_withdrawn(session, region, since, page.after, page.wanted)
    return page.of(rows, WithdrawnBadgeView.of_recognition, lambda row: row.id)


@badge_router.get(
    "/badges/{uscc}.svg",
    dependencies=[cacheable()],
    response_class=Response,
    responses=SVG,
    summary="一户的标识图样，带核验二维码",
)
async def get_badge_image(
    uscc: Annotated[UsccLookup, Path()], session: SessionDep, resources: ResourcesDep, _: Annotated[Caller, anyone()]
) -> Response:
    """To be shown or printed; its QR code leads to the portal's page of the certificate."""
    portal = resources.settings.portal_address
    if not portal:
        raise BadgeAddressUnset
    face = face_of(await shown_badge(session, uscc))
    return Response(draw_badge(face, portal), media_type=SVG_TYPE, headers=HARMLESS)


@badge_router.get("/badges/{uscc}", dependencies=[cacheable()], summary="一户的标识")
async def get_badge(
    uscc: Annotated[UsccLookup, Path()], session: SessionDep, _: Annotated[Caller, anyone()]
) -> BadgeView:
    """For a household that is recognised now; of one that was, why its badge is withdrawn (410)."""
    return BadgeView.of(await shown_badge(session, uscc))


async def badge_pages(database: Database, region: str) -> AsyncIterator[list[ListedHouseholdView]]:
    """The list in pages, each read in its own session: no transaction stays open while a client downloads slowly."""
    last: uuid.UUID | None = None
    while True:
        async with database.reading(EVERYWHERE) as session:
            rows = await badge_repository.list_shown(session, region, last, PAGE_SIZE)
        if rows:
            yield [ListedHouseholdView.of(recognition) for recognition in rows]
        if len(rows) < PAGE_SIZE:
            return
        last = rows[-1].id


async def as_csv(pages: AsyncIterator[list[ListedHouseholdView]]) -> AsyncIterator[bytes]:
    """As CSV, with a header row."""
    yield codecs.BOM_UTF8 + csv_rows([list(ListedHouseholdView.model_fields)])
    async for page in pages:
        yield csv_rows([list(household.model_dump().values()) for household in page])


async def as_json(pages: AsyncIterator[list[ListedHouseholdView]]) -> AsyncIterator[bytes]:
    """As JSON, one object per line."""
    async for page in pages:
        yield "".join(household.model_dump_json() + "\n" for household in page).encode()
