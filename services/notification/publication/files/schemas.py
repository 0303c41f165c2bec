"""What officers are shown of files and receipts, and what they say when they hand a batch over."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from services.notification.publication.batches.domain import BATCH_STATES, BatchState
from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.files.models import PublicationHandover, PublicationReceipt
from shared.platform.fields import ReasonBody, Shape, ShortText


class ManifestView(Shape):
    """What a file holds, and by which digests it can be checked."""

    batch: uuid.UUID
    number: Annotated[int, Field(description="批次号")]
    system: str
    system_label: str
    file: Annotated[str, Field(description="文件名")]
    rows: Annotated[int, Field(description="记录行数，不含表头")]
    columns: list[str]
    file_digest: Annotated[str, Field(description="文件的 SHA-256 摘要（十六进制）")]
    batch_digest: Annotated[str, Field(description="这一批封存时的摘要，与格式无关")]
    sealed_at: dt.datetime


class HandoverBody(Shape):
    """The batch was handed over to the system, on a medium or over its web page."""

    number: Annotated[ShortText | None, Field(max_length=200, description="对方给的受理号，没有的不写")] = None


class ReopeningBody(ReasonBody):
    """Why a batch that nobody has handed over is taken apart: the file was lost, or much has changed since."""


class ConclusionBody(ReasonBody):
    """Why all records that no receipt names count as taken: for instance a letter of the system."""


class ReceiptView(Shape):
    """One receipt."""

    id: uuid.UUID
    digest: Annotated[str, Field(description="回执文件的 SHA-256 摘要")]
    rows: int
    taken: int
    rejected: int
    received_by: str
    received_at: dt.datetime

    @classmethod
    def of(cls, receipt: PublicationReceipt) -> "ReceiptView":
        """From the row."""
        same = ("id", "digest", "rows", "rejected", "received_by", "received_at")
        return cls(taken=receipt.rows - receipt.rejected, **{name: getattr(receipt, name) for name in same})


class HandoverView(Shape):
    """Where a batch is that goes as a file: handed over by whom and when, its receipts, what is not answered."""

    batch: uuid.UUID
    number: int
    state: BatchState
    state_label: str
    handed_by: str | None
    handed_at: dt.datetime | None
    ticket: Annotated[str | None, Field(description="对方的受理号")]
    records: int
    answered: Annotated[int, Field(description="回执已答复的条数")]
    left: Annotated[int, Field(description="还没有答复的条数；办结后为 0")]
    changed: Annotated[int, Field(description="封存后又有变化的条数：文件里不是现在的内容；办结后为 0")]
    receipts: list[ReceiptView]

    @classmethod
    def of(
        cls,
        batch: PublicationBatch,
        handover: PublicationHandover | None,
        receipts: Sequence[PublicationReceipt],
        answered: int,
        changed: int,
    ) -> "HandoverView":
        """From the rows."""
        return cls(
            batch=batch.id,
            number=batch.number,
            state=batch.state,
            state_label=BATCH_STATES.label(batch.state),
            handed_by=None if handover is None else handover.handed_by,
            handed_at=None if handover is None else handover.handed_at,
            ticket=batch.ticket,
            records=batch.records,
            answered=answered,
            left=0 if batch.ended_at is not None else batch.records - answered,
            changed=changed,
            receipts=[ReceiptView.of(one) for one in receipts],
        )


class ImportedView(Shape):
    """What came of a file."""

    receipt: ReceiptView
    new: Annotated[bool, Field(description="false：同一份文件先前已经导入，这次没有改变什么")]
    fresh: Annotated[int, Field(description="第一次得到答复的条数")]
    handover: HandoverView
