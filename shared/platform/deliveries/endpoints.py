"""How a bureau delivers a feed over HTTP, and sees what became of it.

    router = delivery_router(RECEIVING, DeliveryView, summary="报送一个数据源的一批数据")

`/v1/feeds/{feed}/deliveries` takes a delivery in, `/v1/deliveries/{id}` shows it, `…/rejects` is the file of rows that
were rejected or flagged; `…/removal` is an officer's word on what a full delivery does not list, where one is asked.
Beside them the refused deliveries (`refused_endpoints`) and the contracts of the feeds (`contract_endpoints`).
The service's resources have its `intake`.
"""

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path as File
from typing import Annotated, Any, Literal, Self, TypeVar

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.declaration import FORMATS, Mode, digest_of, suffix_of
from shared.feeds.intake.refusals import DeliveryRefused, EncodingUnsupported, too_large
from shared.platform.deliveries import rows as delivery_rows
from shared.platform.deliveries.contract_endpoints import Feed, add_contracts
from shared.platform.deliveries.coverage import COVERAGE, Coverage
from shared.platform.deliveries.problems import DeliveryNotFound, named_refusal
from shared.platform.deliveries.readers import Reader
from shared.platform.deliveries.receiving import Receiving
from shared.platform.deliveries.refused_endpoints import add_refused
from shared.platform.deliveries.rows import DeliveryTable
from shared.platform.deliveries.waiting import LISTED, WaitingRows
from shared.platform.deliveries.word import decide_unlisted, lock_waiting
from shared.platform.department_scope import readable_department, readable_feeds
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody, Region
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.problems import Problem
from shared.platform.tabular import CSV, CSV_TYPE
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

Bureau = Annotated[
    str,
    Query(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$", description="报送部门", examples=["郑州市税务局"]),
]
Digest = Annotated[str, Header(alias="Content-Digest", max_length=1000, examples=["sha-256=:Base64:"])]
Rows = Annotated[int, Header(alias="Minglu-Rows", ge=0, le=10**12, description="数据行数，不含表头")]
DELIVERY_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "文件原样上传，不是表单",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in FORMATS},
    }
}
Year = Annotated[int | None, Query(ge=2000, le=2100, description="所属年度；不分年度的数据源不填")]
D = TypeVar("D", bound=DeliveryTable)


class RemovalBody(ReasonBody):
    """An officer's word: `confirmed` false leaves what is not listed as it is."""

    confirmed: bool


class WaitingView(BaseModel):
    """Rows of a delivery that wait for their household."""

    waiting: int = Field(description="等待的行数")
    since: dt.datetime = Field(description="从什么时候起等待")
    rows: list[dict[str, str | int]] = Field(description=f"等待的各行的键，最多 {LISTED} 行")

    @classmethod
    def of(cls, found: WaitingRows) -> Self:
        """From what a service found."""
        rows = [{name: _told(value) for name, value in row.items()} for row in found.rows]
        return cls(waiting=found.waiting, since=found.since, rows=rows)


def _told(value: Any) -> str | int:  # noqa: ANN401 - a code, a date or a year
    return value if isinstance(value, int) else str(value)


class DeliveryShape(BaseModel):
    """An accepted delivery, as every service shows it; the rows that were not accepted are listed under `…/rejects`."""

    id: uuid.UUID
    feed: str
    feed_title: str
    bureau: str
    region: str
    mode: Literal["full", "incremental"]
    sha256: str = Field(description="收到的文件的 SHA-256（十六进制）")
    rows: int
    accepted: int = Field(description="采用的行数；完全相同的行只计一次")
    rejected: int
    flagged: int = Field(description="采用但有疑点的行数")
    changed: int = Field(description="记录因此有变化的个体工商户数")
    unreadable: int = Field(description="未采用的行中，认不出是哪一户的行数")
    coverage: Coverage = Field(description="没有列出的如何处理")
    coverage_label: str
    unlisted: int = Field(description="没有列出、须经确认才移除的记录数")
    warnings: list[str]

    @classmethod
    def of(cls, delivery: DeliveryTable) -> Self:
        """From the stored row."""
        labels = {"feed_title": FEEDS[delivery.feed].title, "coverage_label": COVERAGE.label(delivery.coverage)}
        stored = {name: getattr(delivery, name) for name in cls.model_fields.keys() - labels.keys()}
        return cls.model_validate(stored | labels)


def delivery_router(receiving: Receiving[Any, D], view: type[DeliveryShape], *, summary: str) -> APIRouter:
    """The endpoints of a service's deliveries. `summary` says what is delivered."""
    router = APIRouter(prefix="/v1", tags=["deliveries"], route_class=TransactionalRoute)
    _add_delivering(router, receiving, view, summary)
    _add_reading(router, receiving, view)
    add_refused(router)
    add_contracts(router, receiving.declaration.taken)
    if receiving.waiting is not None:
        _add_waiting(router, receiving, receiving.waiting)
    if receiving.remove_unlisted is not None:
        _add_removal(router, receiving, view)
    return router


def declared_year(year: Year = None) -> int | None:
    """The year that a delivery is declared to be about."""
    return year


def no_year() -> None:
    """For services none of whose feeds is about a year."""


def _add_delivering(router: APIRouter, receiving: Receiving[Any, D], view: type[DeliveryShape], summary: str) -> None:
    yearly = any(FEEDS[feed].has("year") for feed in receiving.declaration.taken)
    coverage = "该区划（和年度）" if yearly else "该区划"

    @router.post(
        "/feeds/{feed}/deliveries",
        status_code=201,
        summary=summary,
        openapi_extra=DELIVERY_BODY,
        response_model=view,
        responses={200: {"model": view, "description": "同样的内容此前已收到，不重复计入"}},
    )
    async def deliver(
        feed: Feed,
        request: Request,
        response: Response,
        session: SessionDep,
        bureau: Bureau,
        region: Annotated[Region, Query(description="数据涵盖的区划")],
        mode: Annotated[Mode, Query(description=f"full：{coverage}的全部数据；incremental：新增或更正的行")],
        digest: Digest,
        rows: Rows,
        caller: Annotated[Caller, allow(*receiving.deliverers)],
        year: Annotated[int | None, Depends(declared_year if yearly else no_year)],
    ) -> DeliveryShape:
        """Accept or refuse a delivery as a whole. 201 with its address; 200 when the same bytes came before."""
        intake = intake_of(request)
        try:
            require_acceptable(request, intake.largest)
            suffix = suffix_of(request.headers.get("content-type", ""))
            declared = receiving.declaration(feed, bureau, region, year, mode, rows, digest_of(digest), suffix)
        except DeliveryRefused as refusal:
            raise named_refusal(refusal) from refusal

        async def record(refusal: DeliveryRefused) -> None:
            await session.rollback()  # so that nobody waits for this call's connection or key while it takes another
            async with request.app.state.database.transaction() as own:
                await receiving.record_refusal(own, caller, declared, refusal)

        async with refusals_named(record):
            receipt = await receiving.receive(session, caller, intake, declared, request.stream())
        response.status_code = 201 if receipt.new else 200
        response.headers["Location"] = f"/v1/deliveries/{receipt.delivery.id}"
        return view.of(receipt.delivery)


def _add_reading(router: APIRouter, receiving: Receiving[Any, D], view: type[DeliveryShape]) -> None:
    async def delivery_or_404(delivery_id: uuid.UUID, session: SessionDep, caller: Reader) -> D:
        return await require_readable(session, receiving, delivery_id, caller)

    @router.get("/deliveries/{delivery_id}", summary="一批数据的收讫情况", response_model=view)
    async def get_delivery(
        delivery_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader
    ) -> DeliveryShape:
        """One delivery with its counts."""
        delivery = await delivery_or_404(delivery_id, session, caller)
        response.headers["ETag"] = etag_of(delivery.version)
        return view.of(delivery)

    @router.get(
        "/deliveries/{delivery_id}/rejects",
        summary="下载未采用和有疑点的行",
        response_class=StreamingResponse,
        responses=CSV,
    )
    async def download_rejects(
        delivery_id: uuid.UUID, request: Request, session: SessionDep, caller: Reader
    ) -> StreamingResponse:
        """The rejected and flagged rows of one delivery, by row number, without personal data."""
        delivery = await delivery_or_404(delivery_id, session, caller)
        file = intake_of(request).store.path(delivery.rejects_file)
        return rejects_response(file, f"{delivery.feed}-{delivery.number}-rejects.csv")


async def require_readable(
    session: SessionDep, receiving: Receiving[Any, D], delivery_id: uuid.UUID, caller: Caller
) -> D:
    """A delivery that the caller may read: of its region and feeds, and not another department's of the same feed."""
    feeds, department = readable_feeds(caller), readable_department(caller)
    found = await delivery_rows.get_delivery(session, receiving.table, delivery_id, caller.region, feeds)
    own = found is None or department is None or found.is_readable_for(department)
    return or_404(found if own else None, DeliveryNotFound)


def _add_waiting(
    router: APIRouter, receiving: Receiving[Any, D], waiting: Callable[..., Awaitable[WaitingRows]]
) -> None:
    @router.get("/deliveries/{delivery_id}/waiting", summary="等待登记信息到达的行")
    async def list_waiting_rows(
        delivery_id: uuid.UUID, request: Request, session: SessionDep, caller: Reader
    ) -> WaitingView:
        """Accepted rows of households that are not registered yet: they count once these are registered."""
        delivery = await require_readable(session, receiving, delivery_id, caller)
        return WaitingView.of(await waiting(session, intake_of(request), delivery, LISTED))


def _add_removal(router: APIRouter, receiving: Receiving[Any, D], view: type[DeliveryShape]) -> None:
    @router.post(
        "/deliveries/{delivery_id}/removal",
        summary="确认或否决：没有列出的记录确已不存在",
        response_model=view,
    )
    async def decide_removal(
        delivery_id: uuid.UUID,
        body: RemovalBody,
        response: Response,
        session: SessionDep,
        match: RequiredMatch,
        caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
    ) -> DeliveryShape:
        """An officer's word on what a full delivery does not list, by somebody else than who delivered it, while
        nothing has come after it.
        """
        delivery = await lock_waiting(session, receiving.table, delivery_id, caller)
        check_match(match, delivery.version)
        await decide_unlisted(session, receiving, delivery, caller, confirmed=body.confirmed, reason=body.reason)
        response.headers["ETag"] = etag_of(delivery.version)
        return view.of(delivery)


def intake_of(request: Request) -> IntakeContext:
    """The intake that the service opened."""
    intake: IntakeContext = request.app.state.resources.intake
    return intake


def require_acceptable(request: Request, largest: int) -> None:
    """DeliveryRefused before a byte is read, where the headers alone say that it cannot be taken."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise EncodingUnsupported("请不要压缩传输，直接上传文件")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > largest:
        raise too_large(largest)


@asynccontextmanager
async def refusals_named(record: Callable[[DeliveryRefused], Awaitable[None]]) -> AsyncIterator[None]:
    """Around taking a delivery in: a refusal is recorded (in a transaction of its own), then told by its name."""
    try:
        yield
    except ClientDisconnect as gone:
        raise Problem(400, "upload-broken-off", "上传中断", "文件未传完，本批数据未保存；请重新报送。") from gone
    except DeliveryRefused as refusal:
        await record(refusal)
        raise named_refusal(refusal) from refusal


def rejects_response(file: File, name: str) -> StreamingResponse:
    """The stored rejects as a CSV to download."""
    from shared.feeds.validation.rejects import rejects_csv  # a worker that shows none loads neither DuckDB nor Arrow

    return StreamingResponse(
        rejects_csv(file),
        media_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
