"""Corrections of evidence over HTTP: what was corrected and what became of it, never the corrected values."""

import datetime as dt
import uuid
from typing import Literal

from pydantic import Field

from services.typing.corrections.domain import CORRECTION_STATES
from services.typing.corrections.models import EvidenceCorrection
from shared.feeds.contract.feeds import FEEDS
from shared.platform.fields import Shape

CorrectionStateName = Literal["in-force", "contradicted", "met", "lifted", "refused"]


class EvidenceCorrectionView(Shape):
    """A correction of a delivered row, upon an upheld objection."""

    id: uuid.UUID
    objection: uuid.UUID
    uscc: str
    region: str
    feed: str
    feed_title: str
    year: int | None
    columns: list[str] = Field(description="更正了哪些列；不含数值")
    state: CorrectionStateName
    state_label: str
    reason: str = Field(description="对外公开的理由；撤销以后是撤销的理由")
    refusal: str | None = Field(description="未采用的原因")
    settled_by: uuid.UUID | None = Field(description="最近一次与它核对的报送批次")
    heard_at: dt.datetime
    changed_at: dt.datetime

    @classmethod
    def of(cls, row: EvidenceCorrection) -> "EvidenceCorrectionView":
        """The view of a stored correction."""
        same = ("id", "objection", "uscc", "region", "feed", "year", "columns", "refusal", "settled_by")
        return cls.model_validate(
            {name: getattr(row, name) for name in (*same, "heard_at", "changed_at")}
            | {
                "feed_title": FEEDS[row.feed].title if row.feed in FEEDS else row.feed,
                "state": row.state.value,
                "state_label": CORRECTION_STATES.label(row.state),
                "reason": row.lifting_reason or row.reason,
            }
        )
