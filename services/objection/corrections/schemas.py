"""HTTP shapes of correction items."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.objection.corrections.domain import ITEM_STATES, TYPE_LABELS, ItemState
from services.objection.corrections.models import CorrectionItem
from shared.feeds.contract.feeds import FEEDS
from shared.platform.fields import Region, Shape
from shared.platform.paging import PagedQuery
from shared.reference.departments import Department


class CorrectionItemQuery(PagedQuery):
    """Which items."""

    state: ItemState | None = None
    department: Department | None = None
    region: Region | None = None


class CorrectionItemView(Shape):
    """What a bureau is to mend, and what came of the correction. The row itself is in the verification."""

    id: uuid.UUID
    objection: uuid.UUID
    verification: uuid.UUID
    uscc: str
    county: str
    department: str
    department_label: str
    region: str
    feed: str
    feed_label: str
    year: int | None
    state: str
    state_label: str
    opened_on: dt.date
    outcome: Annotated[str | None, Field(description="changed、unchanged、waits 或 refused；没有答复的为空")]
    answer_reason: str | None
    type: str | None
    type_label: str | None
    lift_reason: str | None
    lift_outcome: str | None
    etag: Annotated[str, Field(description="版本，办理时在 If-Match 中给出")]

    @classmethod
    def of(cls, row: CorrectionItem) -> "CorrectionItemView":
        """From the row."""
        names = ("id", "uscc", "county", "region", "feed", "year", "opened_on", "answer_reason", "type", "lift_reason")
        return cls(
            **{name: getattr(row, name) for name in names},
            objection=row.objection_id,
            verification=row.verification_id,
            department=row.department.value,
            department_label=row.department.label,
            feed_label=FEEDS[row.feed].title,
            state=row.state.value,
            state_label=ITEM_STATES.label(row.state),
            outcome=row.outcome.value if row.outcome else None,
            type_label=TYPE_LABELS.get(row.type) if row.type else None,
            lift_outcome=row.lift_outcome.value if row.lift_outcome else None,
            etag=f'"{row.version}"',
        )
