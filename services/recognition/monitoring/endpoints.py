"""`/v1/feeds/{feed}/deliveries`, `/v1/deliveries`: other bureaus deliver penalties and dishonest debtors."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.recognition.monitoring import repository as monitoring_repository
from services.recognition.monitoring.deliveries import RegisterDeclaration, audit_refusal, receive_delivery
from services.recognition.monitoring.problems import DeliveryNotFound
from services.recognition.monitoring.schemas import DeliveryView
from services.recognition.registers.models import RegisterDelivery
from services.recognition.resources import ResourcesDep
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
from shared.platform.tabular import CSV
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["deliveries"], route_class=TransactionalRoute)

READERS = (Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)


@router.post(
    "/feeds/{feed}/deliveries",
    status_code=201,
    summary="报送行政处罚（penalty）或失信被执行人（dishonest_debtor）",
    openapi_extra=DELIVERY_BODY,
    responses={200: {"model": DeliveryView, "description": "同样的内容此前已收到，不重复计入"}},
)
async def deliver(
    feed: Feed,
    request: Request,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    bureau: Bureau,
    region: Annotated[Region, Query(description="数据涵盖的区划")],
    mode: Annotated[Mode, Query(description="full：该区划的全部数据；incremental：新增或更正的行")],
    digest: Digest,
    rows: Rows,
    caller: Annotated[Caller, allow(Role.BUREAU)],
) -> DeliveryView:
    """A delivery is accepted or refused as a whole. 201 with its address; 200 when the same bytes were delivered
    before.
    """
    try:
        require_acceptable(request, resources.desk.largest)
        suffix = suffix_of(request.headers.get("content-type", ""))
        declared = RegisterDeclaration(feed, bureau, region, None, mode, rows, digest_of(digest), suffix)
    except DeliveryRefused as refusal:
        raise problem_of_refusal(refusal) from refusal

    async def record(refusal: DeliveryRefused) -> None:
        await session.rollback()  # release this call's connection and idempotency key before taking another connection
        async with resources.database.transaction() as own:
            await audit_refusal(own, caller, declared, refusal)

    async with refusals_as_problems(record):
        receipt = await receive_delivery(session, caller, resources.desk, declared, request.stream())
    response.status_code = 201 if receipt.new else 200
    response.headers["Location"] = f"/v1/deliveries/{receipt.delivery.id}"
    return DeliveryView.of(receipt.delivery)


@router.get("/deliveries/{delivery_id}", summary="一批数据的收讫情况")
async def get_delivery(
    delivery_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> DeliveryView:
    """One delivery with its counts."""
    return DeliveryView.of(await require_delivery(session, delivery_id, caller))


@router.get(
    "/deliveries/{delivery_id}/rejects",
    summary="下载未采用和有疑点的行",
    response_class=StreamingResponse,
    responses=CSV,
)
async def download_rejects(
    delivery_id: uuid.UUID, resources: ResourcesDep, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> StreamingResponse:
    """The rejected and flagged rows of one delivery, by row number, without personal data."""
    delivery = await require_delivery(session, delivery_id, caller)
    file = resources.desk.store.path(delivery.rejects_file)
    return rejects_response(file, f"{delivery.feed}-{delivery.id}-rejects.csv")


async def require_delivery(session: SessionDep, delivery_id: uuid.UUID, caller: Caller) -> RegisterDelivery:
    """The delivery if the caller may see it; otherwise 404, whether or not it exists."""
    return or_404(
        await monitoring_repository.get_delivery(session, delivery_id, caller.region, readable_feeds(caller)),
        DeliveryNotFound,
    )
