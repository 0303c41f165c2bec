"""Uploaded documents: size and content are checked, the file is stored under its hash before the row that names it.

The content says what a file is. Browsers, scanners and phones label the same file differently (`image/jpg`,
`application/x-pdf`, `application/octet-stream` or nothing), so a label is refused only when it names another kind.

An endpoint ends its transaction, reads the body (`store_document`), then adds the row; housekeeping removes files
without a row.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from anyio import to_thread
from fastapi import Request
from fastapi.responses import StreamingResponse
from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.database.columns import CreatedAt, Id, Subject
from shared.file_store import BLOCK, FileTooLargeError, Spooled, memory_file, spool
from shared.platform.errors import Invalid, NotFound, TooLarge, UnsupportedType
from shared.platform.image_metadata import PHOTOS, without_metadata
from shared.platform.malware_scanner import MalwareScanner
from shared.platform.sealed_documents import SealedStore

MAGIC_BYTES = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
"""Types that are taken, and how such files begin."""
OTHER_LABELS = {
    **dict.fromkeys(
        ("application/x-pdf", "application/acrobat", "application/vnd.pdf", "text/pdf", "text/x-pdf"), "application/pdf"
    ),
    **dict.fromkeys(("image/jpg", "image/pjpeg", "image/jpe", "image/x-jpeg", "image/jfif"), "image/jpeg"),
    **dict.fromkeys(("image/x-png", "image/apng"), "image/png"),
}
"""What else the types that are taken are called."""
NO_LABELS = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
"""What says nothing about a file."""
BEFORE_PDF = re.compile(rb"(?:\xef\xbb\xbf|[\x00\t\n\f\r ]){0,1000}%PDF-")
"""Readers of PDF take a byte order mark and blank lines before the file's own beginning, as some scanners write."""


class DocumentTypeRefused(UnsupportedType):
    """A file of a type that is not taken."""

    slug, title = "document-type", "不接受这种文件"
    detail = "只接受 PDF、JPEG 和 PNG 文件"


class DocumentContentMismatch(Invalid):
    """A file that is empty, or not of the type that it claims."""

    slug, title = "document-content", "文件内容不符"


class DocumentTooLarge(TooLarge):
    """A file above the largest size."""

    slug, title = "document-too-large", "文件太大"


class DocumentNotFound(NotFound):
    """No such document of an application that the caller may see."""

    slug, what = "document-not-found", "这份材料"


class DocumentTable:
    """The columns of a stored document; a service adds what the document belongs to."""

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(50))
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[Subject]
    added_at: Mapped[CreatedAt]


@dataclass(frozen=True)
class StoredDocument:
    """A file of the store, not yet named by a row."""

    media_type: str
    size: int
    sha256: str


async def store_document(files: SealedStore, request: Request, largest: int) -> StoredDocument:
    """Stores a request's body: 415 for a type that is not taken, 422 when it is another type, empty or has malware, 413
    when it has more than `largest` bytes, 503 while it cannot be looked through.
    """
    label = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    labelled = OTHER_LABELS.get(label, label)
    if labelled not in MAGIC_BYTES and labelled not in NO_LABELS:
        raise DocumentTypeRefused
    chunks = request.stream()
    head = await _first_block(chunks)
    media_type = media_type_of(head)
    if media_type is None and labelled in NO_LABELS and head:
        raise DocumentTypeRefused
    if media_type is None or (labelled in MAGIC_BYTES and media_type != labelled):
        raise DocumentContentMismatch(f"文件不是 {label or '可以接受的材料'}，或是空文件")
    scanner: MalwareScanner = request.app.state.malware_scanner
    stored = await _store(files, head, chunks, largest, media_type, scanner)
    return StoredDocument(media_type, stored.size, stored.sha256)


def media_type_of(head: bytes) -> str | None:
    """The type that a file's first bytes say it has; None: none that is taken."""
    if BEFORE_PDF.match(head):
        return "application/pdf"
    return next((kind for kind, beginning in MAGIC_BYTES.items() if head.startswith(beginning)), None)


async def document_response(files: SealedStore, document: DocumentTable) -> StreamingResponse:
    """The file itself, to download under its name. What cannot be unsealed is an error before anything is sent."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(document.name, safe='')}",
        "Content-Length": str(document.bytes),
    }
    chunks = files.content(document.sha256)
    first = await to_thread.run_sync(next, chunks, b"")
    return StreamingResponse(chain([first], chunks), media_type=document.media_type, headers=headers)


async def _store(
    files: SealedStore,
    head: bytes,
    rest: AsyncIterator[bytes],
    largest: int,
    media_type: str,
    scanner: MalwareScanner,
) -> Spooled:
    """What fits in a block is stored from memory, anything longer through a workspace; photos without what they say of
    place, time and camera.
    """
    if len(head) <= min(BLOCK, largest):
        await scanner.check([head])
        content = without_metadata(head, media_type)
        return Spooled(await to_thread.run_sync(files.keep_bytes, content), len(content))
    with files.workspace() as workspace, memory_file(incoming := workspace / "document"):  # in clear on no disk
        try:
            spooled = await spool(_prepend(head, rest), incoming, largest)
        except FileTooLargeError as error:
            raise DocumentTooLarge(f"一份材料最大 {largest // 2**20} MB") from error
        with incoming.open("rb") as clear:
            await scanner.check(iter(partial(clear.read, BLOCK), b""))
        if media_type in PHOTOS:
            return await to_thread.run_sync(_keep_photo, files, incoming, media_type)
        await to_thread.run_sync(files.keep, incoming)
    return spooled


def _keep_photo(files: SealedStore, incoming: Path, media_type: str) -> Spooled:
    content = without_metadata(incoming.read_bytes(), media_type)
    return Spooled(files.keep_bytes(content), len(content))


async def _first_block(chunks: AsyncIterator[bytes]) -> bytes:
    """The stream's beginning: all of it if that is at most a block, else more than a block."""
    head = bytearray()
    async for chunk in chunks:
        head += chunk
        if len(head) > BLOCK:
            break
    return bytes(head)


async def _prepend(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in rest:
        yield chunk
