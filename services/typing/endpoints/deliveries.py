"""``/v1/feeds/{feed}/deliveries`` and ``/v1/deliveries``: bureaus deliver, and see what became of it."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.typing.intake.declaration import Declaration
from services.typing.intake.desk import Desk
from services.typing.models.deliveries import Delivery
from services.typing.repository import deliveries as stored
from services.typing.repository.deliveries import Wanted
from services.typing.schemas.common import Region
from services.typing.schemas.deliveries import DeliveryView
from services.typing.service.deliveries import receive, record_refusal
from shared.feeds.intake.declaration import Mode, digest_of, suffix_of
from shared.feeds.intake.refusals import DeliveryRefused
from shared.service.delivering import (
    BODY,
    CSV,
    Bureau,
    Digest,
    Feed,
    Rows,
    answering,
    problem,
    rejects_answer,
    require_acceptable,
)
from shared.service.departments import feeds_in_sight
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["deliveries"], route_class=TransactionalRoute)

READERS = (Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
LARGEST_SEQUENCE = 2**63 - 1

Year = Annotated[int | None, Query(ge=2000, le=2100, description="所属年度；不分年度的数据源不填")]


@router.post(
    "/feeds/{feed}/deliveries",
    status_code=201,
    summary="报送一个数据源的一批数据",
    openapi_extra=BODY,
    responses={200: {"model": DeliveryView, "description": "同样的内容此前已收到，不重复计入"}},
)
async def deliver(
    feed: Feed,
    request: Request,
    response: Response,
    session: SessionDep,
    bureau: Bureau,
    region: Annotated[Region, Query(description="数据涵盖的区划")],
    mode: Annotated[Mode, Query(description="full：该区划（和年度）的全部数据；incremental：新增或更正的行")],
    digest: Digest,
    rows: Rows,
    caller: Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)],
    year: Year = None,
) -> DeliveryView:
    """Take in a delivery whole or refuse it whole. 201 with its address; 200 when the same bytes came before."""
    desk = desk_of(request)
    try:
        require_acceptable(request, desk.largest)
        suffix = suffix_of(request.headers.get("content-type", ""))
        declared = Declaration(feed, bureau, region, year, mode, rows, digest_of(digest), suffix)
    except DeliveryRefused as refusal:
        raise problem(refusal) from refusal

    async def record(refusal: DeliveryRefused) -> None:
        await session.rollback()  # so that nobody waits for this call's connection or key while it takes another
        async with request.app.state.database.transaction() as own:
            await record_refusal(own, caller, declared, refusal)

    async with answering(record):
        receipt = await receive(session, caller, desk, declared, request.stream())
    response.status_code = 201 if receipt.new else 200
    response.headers["Location"] = f"/v1/deliveries/{receipt.delivery.id}"
    return DeliveryView.of(receipt.delivery)


@router.get("/deliveries", summary="已收到的各批数据")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(*READERS)],
    feed: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
    bureau: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")] = None,
    region: Annotated[Region | None, Query(description="与该区划有关的各批：本级、上级和下级")] = None,
    year: Year = None,
    mode: Annotated[Mode | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[DeliveryView]:
    """Deliveries whose coverage lies inside the caller's region, the newest first; a department's own."""
    after = Cursor.read(cursor, int)
    below = None if after is None else min(int(after[0]), LARGEST_SEQUENCE)
    wanted = Wanted(feed, bureau, region, year, mode)
    rows = await stored.listed(session, caller.region, feeds_in_sight(caller), wanted, below, limit + 1)
    more = Cursor.write(rows[limit - 1].sequence) if len(rows) > limit else None
    return Page(items=[DeliveryView.of(row) for row in rows[:limit]], next=more)


@router.get("/deliveries/{delivery_id}", summary="一批数据的收讫情况")
async def get(delivery_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]) -> DeliveryView:
    """One delivery with its counts."""
    return DeliveryView.of(await found(session, delivery_id, caller))


@router.get(
    "/deliveries/{delivery_id}/rejects",
    summary="下载未采用和有疑点的行",
    response_class=StreamingResponse,
    responses=CSV,
)
async def rejects(
    delivery_id: uuid.UUID, request: Request, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> StreamingResponse:
    """The rejected and flagged rows of one delivery, by row number, without personal data."""
    delivery = await found(session, delivery_id, caller)
    file = desk_of(request).store.path(delivery.rejects_file)
    return rejects_answer(file, f"{delivery.feed}-{delivery.sequence}-rejects.csv")


def desk_of(request: Request) -> Desk:
    """The intake desk that the service opened."""
    desk: Desk = request.app.state.resources.desk
    return desk


async def found(session: SessionDep, delivery_id: uuid.UUID, caller: Caller) -> Delivery:
    """The delivery if it is the caller's to see; otherwise 404, whether or not it exists."""
    delivery = await stored.get(session, delivery_id, caller.region, feeds_in_sight(caller))
    if delivery is None:
        raise Problem(404, "delivery-not-found", "没有这批数据", "没有这批数据，或不在您的管辖范围内")
    return delivery
