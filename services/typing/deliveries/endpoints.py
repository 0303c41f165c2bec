"""``/v1/feeds/{feed}/deliveries`` and ``/v1/deliveries``: bureaus deliver, and see what became of it."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.intake import TypingDeclaration, TypingIntake
from services.typing.deliveries.models import Delivery
from services.typing.deliveries.problems import DeliveryNotFound
from services.typing.deliveries.schemas import DeliveryView
from services.typing.deliveries.service import receive_delivery, record_refusal
from shared.feeds.intake.declaration import Mode, digest_of, suffix_of
from shared.feeds.intake.refusals import DeliveryRefused
from shared.platform.deliveries import (
    DELIVERY_BODY,
    Bureau,
    Digest,
    Feed,
    Rows,
    problem_of_refusal,
    refusals_as_problems,
    rejects_response,
    require_acceptable,
)
from shared.platform.department_scope import readable_feeds
from shared.platform.fields import Region
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Cursor, Page
from shared.platform.tabular import CSV
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["deliveries"], route_class=TransactionalRoute)

DELIVERY_READERS = (Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
LARGEST_SEQUENCE = 2**63 - 1

Year = Annotated[int | None, Query(ge=2000, le=2100, description="所属年度；不分年度的数据源不填")]


@router.post(
    "/feeds/{feed}/deliveries",
    status_code=201,
    summary="报送一个数据源的一批数据",
    openapi_extra=DELIVERY_BODY,
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
    """Accept or refuse a delivery as a whole. 201 with its address; 200 when the same bytes were accepted before."""
    intake = intake_of(request)
    try:
        require_acceptable(request, intake.largest)
        suffix = suffix_of(request.headers.get("content-type", ""))
        declared = TypingDeclaration(feed, bureau, region, year, mode, rows, digest_of(digest), suffix)
    except DeliveryRefused as refusal:
        raise problem_of_refusal(refusal) from refusal

    async def record(refusal: DeliveryRefused) -> None:
        await session.rollback()  # frees the connection and the key before the refusal opens a session of its own
        async with request.app.state.database.transaction() as own:
            await record_refusal(own, caller, declared, refusal)

    async with refusals_as_problems(record):
        receipt = await receive_delivery(session, caller, intake, declared, request.stream())
    response.status_code = 201 if receipt.new else 200
    response.headers["Location"] = f"/v1/deliveries/{receipt.delivery.id}"
    return DeliveryView.of(receipt.delivery)


@router.get("/deliveries", summary="已收到的各批数据")
async def list_deliveries(
    session: SessionDep,
    caller: Annotated[Caller, allow(*DELIVERY_READERS)],
    feed: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
    bureau: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")] = None,
    region: Annotated[Region | None, Query(description="与该区划有关的各批：本级、上级和下级")] = None,
    year: Year = None,
    mode: Annotated[Mode | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[DeliveryView]:
    """Deliveries whose coverage is inside the caller's region, newest first; departments see their own feeds only."""
    after = Cursor.read(cursor, int)
    below = None if after is None else min(int(after[0]), LARGEST_SEQUENCE)
    filters = deliveries_repository.DeliveryFilter(feed, bureau, region, year, mode)
    rows = await deliveries_repository.list_deliveries(
        session, caller.region, readable_feeds(caller), filters, below, limit + 1
    )
    more = Cursor.write(rows[limit - 1].sequence) if len(rows) > limit else None
    return Page(items=[DeliveryView.of(row) for row in rows[:limit]], next=more)


@router.get("/deliveries/{delivery_id}", summary="一批数据的收讫情况")
async def get_delivery(
    delivery_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*DELIVERY_READERS)]
) -> DeliveryView:
    """One delivery with its counts."""
    return DeliveryView.of(await delivery_or_404(session, delivery_id, caller))


@router.get(
    "/deliveries/{delivery_id}/rejects",
    summary="下载未采用和有疑点的行",
    response_class=StreamingResponse,
    responses=CSV,
)
async def download_rejects(
    delivery_id: uuid.UUID, request: Request, session: SessionDep, caller: Annotated[Caller, allow(*DELIVERY_READERS)]
) -> StreamingResponse:
    """The rejected and flagged rows of one delivery, by row number, without personal data."""
    delivery = await delivery_or_404(session, delivery_id, caller)
    file = intake_of(request).store.path(delivery.rejects_file)
    return rejects_response(file, f"{delivery.feed}-{delivery.sequence}-rejects.csv")


def intake_of(request: Request) -> TypingIntake:
    """The intake that the service opened."""
    intake: TypingIntake = request.app.state.resources.intake
    return intake


async def delivery_or_404(session: SessionDep, delivery_id: uuid.UUID, caller: Caller) -> Delivery:
    """The delivery if it is the caller's to see; otherwise 404, whether or not it exists."""
    return or_404(
        await deliveries_repository.get_delivery(session, delivery_id, caller.region, readable_feeds(caller)),
        DeliveryNotFound,
    )
