"""A batch as bytes: CSV or workbook, its manifest, and both in one ZIP. The same batch gives the same bytes every
time, so that a digest can be compared with what was handed over.
"""

import base64
import codecs
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.files.domain import table_of
from services.notification.publication.peers.peer import Record
from services.notification.publication.systems import SYSTEM_LABELS
from shared.clock import CHINA
from shared.feeds.validation.csv_text import csv_lines
from shared.platform.tabular import FileFormat, workbook

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class BatchFile:
    """A file, its name and its manifest."""

    name: str
    content: bytes
    manifest: dict[str, Any]


def content_digest(content: bytes) -> str:
    """A `Content-Digest` header."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def make_file(batch: PublicationBatch, records: Sequence[Record], file_format: FileFormat) -> BatchFile:
    """Uses CPU: run it in a thread."""
    header, lines = table_of(batch.number, records)
    if file_format is FileFormat.XLSX:
        content = workbook(header, lines, created=batch.sealed_at)
    else:
        content = codecs.BOM_UTF8 + csv_lines([header, *lines])  # for a machine: what is escaped is another name
    name = f"{batch.system}-{batch.number}.{file_format.value}"
    manifest = {
        "batch": str(batch.id),
        "number": batch.number,
        "system": batch.system.value,
        "system_label": SYSTEM_LABELS[batch.system],
        "file": name,
        "rows": len(lines),
        "columns": header,
        "file_digest": hashlib.sha256(content).hexdigest(),
        "batch_digest": batch.digest,
        "sealed_at": batch.sealed_at.astimezone(CHINA).isoformat(),
    }
    return BatchFile(name, content, manifest)


def manifest_bytes(file: BatchFile) -> bytes:
    """The manifest as JSON."""
    return json.dumps(file.manifest, ensure_ascii=False, indent=2).encode() + b"\n"


def make_package(batch: PublicationBatch, file: BatchFile) -> bytes:
    """File and manifest in one ZIP."""
    stream, at = io.BytesIO(), batch.sealed_at.astimezone(dt.UTC).timetuple()[:6]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in ((file.name, file.content), (MANIFEST, manifest_bytes(file))):
            package.writestr(zipfile.ZipInfo(name, at), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
