"""How hand-ins are shown to officers."""

import datetime as dt
import uuid
from typing import Annotated

from pydantic import Field

from services.notification.publication.incoming.domain import HAND_IN_STATES, SEALED_FOR, HandInKind, HandInState
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


class WaitingHandInQuery(PagedQuery):
    """Filters of the list of what waits."""

    system: System | None = None
    kind: HandInKind | None = None

    def wanted(self) -> HandInFilter:
        """As the repository takes them."""
        return HandInFilter(self.system, self.kind)


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


class WaitingHandInView(Shape):
    """An application or objection from a system that is not matched yet: why, and since when; never what it says."""

    id: uuid.UUID
    system: System
    system_label: str
    reference: Annotated[str, Field(description="在该系统的编号")]
    kind: HandInKind
    kind_label: str
    state: HandInState
    state_label: str
    uscc: str | None
    region: str
    year: int | None
    filed_at: Annotated[dt.datetime | None, Field(description="在该系统提交的时间")]
    waiting_since: Annotated[dt.datetime, Field(description="收到的时间；已转交的，转交的时间")]
    reason: Annotated[str, Field(description="为什么还没有结果")]

    @classmethod
    def of(cls, row: PublicationHandIn) -> "WaitingHandInView":
        """From the row of an application or objection."""
        assert row.kind is not None  # noqa: S101 - only what could not be read has none, and that is refused
        receiver = SEALED_FOR[row.kind]
        handed_on = row.state is HandInState.HANDED_ON
        told = f"已转交{receiver}，尚未答复" if handed_on else f"已收到，等待转交{receiver}"
        return cls(
            id=row.id,
            system=row.system,
            system_label=SYSTEM_LABELS[row.system],
            reference=row.reference,
            kind=row.kind,
            kind_label=row.kind.label,
            state=row.state,
            state_label=HAND_IN_STATES.label(row.state),
            uscc=row.uscc,
            region=row.region,
            year=row.year,
            filed_at=row.filed_at,
            waiting_since=(row.handed_on_at if handed_on else None) or row.received_at,
            reason=row.reason or told,
        )
