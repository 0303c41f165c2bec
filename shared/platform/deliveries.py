"""How a bureau delivers a feed over HTTP, the same for every service that takes feeds: what it declares in the call,
what is refused before a byte is read, and how a refusal is answered.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path as File
from typing import Annotated, Any

from fastapi import Header, Path, Query, Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from shared.feeds.intake.declaration import FORMATS
from shared.feeds.intake.refusals import DeliveryRefused, too_large
from shared.feeds.validation.rejects import rejects_csv
from shared.platform.problems import Problem
from shared.platform.tabular import CSV_TYPE

Feed = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$", examples=["registration"])]
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


def require_acceptable(request: Request, largest: int) -> None:
    """DeliveryRefused before a byte is read, where the headers alone say that it cannot be taken."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise DeliveryRefused(415, "unsupported-encoding", "不支持的内容编码", "请不要压缩传输，直接上传文件")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > largest:
        raise too_large(largest)


@asynccontextmanager
async def refusals_as_problems(record: Callable[[DeliveryRefused], Awaitable[None]]) -> AsyncIterator[None]:
    """Around taking a delivery in: a refusal is recorded (in a transaction of its own), then answered as a problem."""
    try:
        yield
    except ClientDisconnect as gone:
        raise Problem(400, "upload-broken-off", "上传中断", "文件未传完，本批数据未保存；请重新报送。") from gone
    except DeliveryRefused as refusal:
        await record(refusal)
        raise problem_of_refusal(refusal) from refusal


def problem_of_refusal(refusal: DeliveryRefused) -> Problem:
    """The refusal as problem details."""
    return Problem(refusal.status, refusal.slug, refusal.title, refusal.detail)


def rejects_response(file: File, name: str) -> StreamingResponse:
    """The stored rejects as a CSV to download."""
    return StreamingResponse(
        rejects_csv(file),
        media_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
