"""HTTP shapes of checks and of what they found."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field
from sqlalchemy import Row

from services.notification.publication.base_check.domain import (
    BASE_DIFFERENCE_LABELS,
    CHECK_STATES,
    STATUS_LABELS,
    BaseDifferenceKind,
    CheckState,
)
from services.notification.publication.base_check.models import PublicationBaseCheck, PublicationBaseDifference
from shared.platform.fields import Region, Shape

TABLE_HEADER = ("差异", "区划", "统一社会信用代码", "本平台", "法人库")


class CheckOrder(Shape):
    """A check that an officer wants now."""

    region: Annotated[Region | None, Field(description="不写为您的辖区")] = None


class CheckView(Shape):
    """A check, with how far it is."""

    id: uuid.UUID
    region: str
    day: dt.date
    state: CheckState
    state_label: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    trouble: str | None
    ours: Annotated[int, Field(description="已读的本平台存续户数")]
    theirs: Annotated[int, Field(description="已读的法人库户数")]

    @classmethod
    def of(cls, row: PublicationBaseCheck) -> Self:
        """From the row."""
        names = ("id", "region", "day", "state", "started_at", "ended_at", "trouble", "ours", "theirs")
        return cls(**{name: getattr(row, name) for name in names}, state_label=CHECK_STATES.label(row.state))


class CountView(Shape):
    """How many households of a county differ in one way."""

    region: str
    difference: BaseDifferenceKind
    difference_label: str
    households: int

    @classmethod
    def all_of(cls, rows: Sequence[Row[str, BaseDifferenceKind, int]]) -> list[Self]:
        """From the counts."""
        return [
            cls(region=region, difference=kind, difference_label=BASE_DIFFERENCE_LABELS[kind], households=households)
            for region, kind, households in rows
        ]


class BaseDifferenceView(Shape):
    """What differs about a household, as both sides have it."""

    uscc: str
    region: str
    difference: BaseDifferenceKind
    difference_label: str
    ours: str | None
    theirs: str | None

    @classmethod
    def of(cls, row: PublicationBaseDifference) -> Self:
        """From the row; our status in words."""
        ours = STATUS_LABELS.get(row.ours or "", row.ours) if row.difference is BaseDifferenceKind.STATUS else row.ours
        return cls(
            uscc=row.uscc,
            region=row.region,
            difference=row.difference,
            difference_label=BASE_DIFFERENCE_LABELS[row.difference],
            ours=ours,
            theirs=row.theirs,
        )

    def cells(self) -> list[object]:
        """As a row of the downloaded table."""
        return [self.difference_label, self.region, self.uscc, self.ours or "", self.theirs or ""]
