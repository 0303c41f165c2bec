"""`/v1/publications/batches/{id}/…`: the file of a batch, that it was handed over, and its receipts."""

import hashlib
import uuid
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Request, Response

from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.repository import count_changed
from services.notification.publication.files import repository, service
from services.notification.publication.files.domain import Answer
from services.notification.publication.files.making import (
    BatchFile,
    content_digest,
    make_file,
    make_package,
    manifest_bytes,
)
from services.notification.publication.files.problems import ReceiptDigestDiffers, ReceiptTooLarge
from services.notification.publication.files.receipt_file import read_receipt, suffix_of
from services.notification.publication.files.schemas import (
    ConclusionBody,
    HandoverBody,
    HandoverView,
    ImportedView,
    ManifestView,
    ReceiptView,
    ReopeningBody,
)
from services.notification.resources import Resources, ResourcesDep
from shared import clock
from shared.feeds.intake.declaration import digest_of
from shared.feeds.intake.refusals import DeliveryRefused
from shared.file_store import memory_file
from shared.platform.deliveries.problems import named_refusal
from shared.platform.identity import Caller, Role, allow
from shared.platform.tabular import CSV_TYPE, TABLE, XLSX_TYPE, FileFormat, TableFormat
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1/publications/batches/{batch_id}", tags=["publications"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Officer = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]
MEDIA_TYPES = {FileFormat.CSV: CSV_TYPE, FileFormat.XLSX: XLSX_TYPE}
ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "description": "ZIP：数据文件和 manifest.json",
    }
}
RECEIPT_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "CSV（UTF-8）或 Excel；列：记录编号、种类、批次、结果（采用、退回）、退回代码、说明",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
LARGEST = 16 * 2**20
"""Bytes of one receipt"""


@router.get("/file", summary="下载一批的数据文件（CSV 或 Excel）", response_class=Response, responses=TABLE)
async def download_file(
    batch_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    file_format: TableFormat = FileFormat.CSV,
) -> Response:
    """The records, one per line; the same bytes every time, with their digest in `Content-Digest`."""
    _, file = await _file(session, resources, caller, batch_id, file_format)
    return _download(file.content, file.name, MEDIA_TYPES[file_format])


@router.get("/manifest", summary="一批数据文件的清单：行数、摘要、封存时间")
async def get_manifest(
    batch_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    file_format: TableFormat = FileFormat.CSV,
) -> ManifestView:
    """Of the file in this format."""
    _, file = await _file(session, resources, caller, batch_id, file_format)
    return ManifestView.model_validate_json(manifest_bytes(file))


@router.get("/package", summary="下载数据文件和清单（ZIP）", response_class=Response, responses=ZIP)
async def download_package(
    batch_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    file_format: TableFormat = FileFormat.CSV,
) -> Response:
    """Both in one."""
    batch, file = await _file(session, resources, caller, batch_id, file_format)
    content = await to_thread.run_sync(make_package, batch, file)
    return _download(content, f"{batch.system}-{batch.number}.zip", "application/zip")


@router.get("/handover", summary="文件上报的进展：送交、回执、尚未答复")
async def get_handover(batch_id: uuid.UUID, session: SessionDep, caller: Reader) -> HandoverView:
    """By whom and when it was handed over, its receipts, and how many records nobody has answered."""
    return await _handover(session, await service.batch_of(session, caller, batch_id))


@router.post("/handover", status_code=201, summary="登记一批文件已送交对方")
async def hand_over(
    batch_id: uuid.UUID, body: HandoverBody, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> HandoverView:
    """From now on the batch waits for receipts."""
    batch = await service.batch_for_files(session, resources.settings, caller, batch_id, lock=True)
    await service.hand_over(session, batch, caller, body.number)
    return await _handover(session, batch)


@router.post("/reopening", summary="拆回尚未送交的一批，按现在的内容重新封存（说明理由）")
async def reopen_batch(
    batch_id: uuid.UUID, body: ReopeningBody, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> HandoverView:
    """Its file is no longer valid; its records are in the next one, as they are then."""
    batch = await service.batch_for_files(session, resources.settings, caller, batch_id, lock=True)
    await service.reopen_batch(session, batch, caller, body.reason)
    return await _handover(session, batch)


@router.post("/receipts", status_code=201, summary="导入对方的回执（CSV 或 Excel）", openapi_extra=RECEIPT_BODY)
async def import_receipt(
    batch_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Officer,
    declared: Annotated[str | None, Header(alias="Content-Digest", max_length=1000)] = None,
) -> ImportedView:
    """All of a file or nothing; it may name some records only. The batch ends when all are answered. The same file
    again changes nothing.
    """
    try:
        expected = digest_of(declared) if declared is not None else None
    except DeliveryRefused as refusal:
        raise named_refusal(refusal) from refusal
    content = await _body(request)
    digest = hashlib.sha256(content).hexdigest()
    if expected not in (None, digest):
        raise ReceiptDigestDiffers
    batch = await service.batch_of(session, caller, batch_id)
    same = await repository.same_receipt(session, batch.id, digest)
    if same is None:
        answers = await to_thread.run_sync(_read, resources, content)
        batch = await service.batch_for_files(session, resources.settings, caller, batch_id, lock=True)
        same = await repository.same_receipt(session, batch.id, digest)
    if same is not None:
        response.status_code = 200
        shown = ReceiptView.of(same)
        return ImportedView(receipt=shown, new=False, fresh=0, handover=await _handover(session, batch))
    imported = await service.import_receipt(session, batch, caller, digest, answers)
    shown = ReceiptView.of(imported.receipt)
    return ImportedView(receipt=shown, new=True, fresh=imported.fresh, handover=await _handover(session, batch))


@router.post("/conclusion", summary="回执没有提到的都按已采用结清（说明理由）")
async def conclude_rest(
    batch_id: uuid.UUID, body: ConclusionBody, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> HandoverView:
    """For systems whose receipts name only what they have refused."""
    batch = await service.batch_for_files(session, resources.settings, caller, batch_id, lock=True)
    await service.conclude_rest(session, batch, caller, body.reason)
    return await _handover(session, batch)


async def _file(
    session: SessionDep, resources: Resources, caller: Caller, batch_id: uuid.UUID, file_format: FileFormat
) -> tuple[PublicationBatch, BatchFile]:
    batch = await service.batch_for_files(session, resources.settings, caller, batch_id)
    records = await service.unseal(session, batch)
    return batch, await to_thread.run_sync(make_file, batch, records, file_format)


def _download(content: bytes, name: str, media_type: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Digest": content_digest(content),
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


async def _handover(session: SessionDep, batch: PublicationBatch) -> HandoverView:
    handover = await repository.get_handover(session, batch.id)
    receipts = await repository.receipts_of(session, batch.id)
    answered = await repository.count_answered(session, batch.id)
    return HandoverView.of(batch, handover, receipts, answered, await count_changed(session, batch.id))


def _read(resources: Resources, content: bytes) -> list[Answer]:
    """What a file says; it lies in memory only, since nobody knows what others have written into it."""
    with resources.intake.store.workspace() as workspace:
        path = workspace / f"receipt{suffix_of(content)}"
        with memory_file(path):
            path.write_bytes(content)
            return read_receipt(path, clock.today())


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise ReceiptTooLarge
    return bytes(body)
