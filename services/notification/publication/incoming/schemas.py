"""How hand-ins are shown to officers."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.notification.publication.incoming.domain import HAND_IN_STATES, HandInKind, HandInState
from services.notification.publication.incoming.models import PublicationHandIn
from services.notification.publication.incoming.repository import HandInFilter
from services.notification.publication.systems import SYSTEM_LABELS, System
from shared.platform.fields import Shape
from shared.platform.paging import PagedQuery


class HandInQuery(PagedQuery):
    """Filters of the list."""

    system: System | None = None
    kind: HandInKind | None = None
    state: HandInState | None = None

    def wanted(self) -> HandInFilter:
        """As the repository takes them."""
        return HandInFilter(self.system, self.kind, self.state)


class HandInView(Shape):
    """Something that was handed in at a system, and what became of it; never what it says."""

    id: uuid.UUID
    system: System
    system_label: str
    reference: Annotated[str, Field(description="在该系统的编号")]
    kind: HandInKind | None
    kind_label: str | None
    state: HandInState
    state_label: str
    uscc: str | None
    region: str
    year: int | None
    filed_at: Annotated[dt.datetime | None, Field(description="在该系统提交的时间")]
    happened_on: Annotated[dt.date | None, Field(description="年报结束或补报的日期")]
    repeated_otherwise: Annotated[int, Field(description="同一编号又送来不同内容的次数；以先到的为准")]
    reason: str | None
    result: Annotated[uuid.UUID | None, Field(description="本平台的申报或异议")]
    received_at: dt.datetime
    handed_on_at: dt.datetime | None
    ended_at: dt.datetime | None
    told_at: Annotated[dt.datetime | None, Field(description="该系统确认收到结果的时间")]
    failures: Annotated[int, Field(description="结果没有送达的次数")]

    @classmethod
    def of(cls, row: PublicationHandIn) -> "HandInView":
        """From the row."""
        labels = {
            "system_label": SYSTEM_LABELS[row.system],
            "kind_label": row.kind.label if row.kind is not None else None,
            "state_label": HAND_IN_STATES.label(row.state),
        }
        return cls(**labels, **{name: getattr(row, name) for name in cls.model_fields if name not in labels})
