"""Taking in a file: its size, that it is what it says, stored once under its hash before the row that names it."""

import hashlib
import os
import tempfile
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Document
from services.recognition.service.steps import recorded
from shared.service.identity import Caller, Role
from shared.service.problems import Problem

VISIT = "visit"
"""What the photos of a site visit are handed in for; by officers alone."""
BEGINNINGS = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
"""Types that are taken, and how such files begin."""


@dataclass(frozen=True)
class Stored:
    """A file that lies in the folder of documents."""

    sha256: str
    bytes: int


def path_of(folder: Path, sha256: str) -> Path:
    """Where a file lies."""
    return folder / sha256[:2] / sha256


async def store(folder: Path, media_type: str, chunks: AsyncIterator[bytes], largest: int) -> Stored:
    """Take a stream in: 413 when too large, 415 for a type that is not taken, 422 when it is another type or empty."""
    beginning = BEGINNINGS.get(media_type)
    if beginning is None:
        raise Problem(415, "document-type", "不接受这种文件", "只接受 PDF、JPEG 和 PNG 文件")
    handle, name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    incoming = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            digest, size, head = hashlib.sha256(), 0, b""
            async for chunk in chunks:
                size += len(chunk)
                if size > largest:
                    raise Problem(413, "document-too-large", "文件太大", f"一份材料最大 {largest // 2**20} MB")
                head = (head + chunk[:16])[:16] if len(head) < 16 else head
                digest.update(chunk)
                file.write(chunk)
            if not head.startswith(beginning):
                raise Problem(422, "document-content", "文件内容不符", f"文件不是 {media_type}，或是空文件")
            file.flush()
            os.fsync(file.fileno())
        return keep(folder, incoming, Stored(digest.hexdigest(), size))
    finally:
        forget(incoming)


def forget(incoming: Path) -> None:
    """What was not kept goes."""
    incoming.unlink(missing_ok=True)


def keep(folder: Path, incoming: Path, stored: Stored) -> Stored:
    """Give the file its place for good; the same content once."""
    place = path_of(folder, stored.sha256)
    place.parent.mkdir(exist_ok=True, mode=0o700)
    incoming.replace(place)
    directory = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return stored


async def add_document(
    session: AsyncSession,
    application: Application,
    stored: Stored,
    *,
    evidence: str,
    name: str,
    media_type: str,
    caller: Caller,
) -> Document:
    """The row of a stored file. `evidence`: what it is for, `<criterion>:<document>`, `consent`, `visit`."""
    if evidence == VISIT and Role.OFFICER not in caller.roles:
        raise Problem(403, "not-an-officer", "须由经办人员上传", "走访的照片由走访的市场监管人员上传")
    document = Document(
        id=uuid.uuid4(), application_id=application.id, evidence=evidence, name=name, media_type=media_type,
        bytes=stored.bytes, sha256=stored.sha256, added_by=caller.subject,
    )  # fmt: skip
    session.add(document)
    await session.flush()
    await recorded(session, application, caller, "document:add", {"evidence": evidence, "sha256": stored.sha256})
    return document
