"""HTTP shapes of rounds, counties, differences and reports."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from services.notification.publication.reconciliation.domain import (
    COUNTY_LABELS,
    DIFFERENCE_LABELS,
    DIFFERENCE_STATES,
    ROUND_STATES,
    CountyState,
    DifferenceKind,
    DifferenceState,
    RoundState,
)
from services.notification.publication.reconciliation.models import (
    PublicationDifference,
    PublicationReconciliation,
    PublicationReconciliationCounty,
)
from services.notification.publication.systems import KIND_LABELS, SYSTEM_LABELS, Kind, System
from shared import clock
from shared.platform.etag import etag_of
from shared.platform.fields import Reason, Region, Shape

TABLE_HEADER = (
    *("系统", "数据", "差异", "区划", "统一社会信用代码", "记录", "我方版本", "对方版本", "我方摘要", "对方摘要"),
    *("状态", "首次发现", "处理人", "处理时间", "理由"),
)
FIGURES = ("ours", "theirs", "missing", "extra", "older", "different", "left_out")


class RoundOrder(Shape):
    """A round that an officer wants now."""

    system: System
    kind: Annotated[Kind | None, Field(description="只核对一类数据；不写为全部")] = None
    region: Annotated[Region | None, Field(description="只核对一个地区；不写为您的辖区")] = None


class RepairsOrder(Shape):
    """Open differences that are all to be repaired."""

    system: System
    difference: DifferenceKind
    kind: Kind | None = None
    region: Annotated[Region | None, Field(description="不写为您的辖区")] = None
    expected: Annotated[
        int | None, Field(ge=1, description="请对方撤下的应有多少条（difference 为 extra 时必填）；与实际不符的不办理")
    ] = None
    reason: Reason

    @model_validator(mode="after")
    def says_how_many_are_withdrawn(self) -> Self:
        """Whoever has records withdrawn from a national system has counted them."""
        if self.difference is DifferenceKind.EXTRA and self.expected is None:
            raise ValueError("请对方撤下的，须写明应有多少条（expected）")
        return self


class RepairsView(Shape):
    """How many repairs were ordered."""

    ordered: int


class TotalsView(Shape):
    """Sums over the counties of the caller's region. `left_out`: rows under way, not compared."""

    counties: int = 0
    waiting: Annotated[int, Field(description="尚未核对的县（按数据种类计）")] = 0
    ours: int = 0
    theirs: int = 0
    missing: int = 0
    extra: int = 0
    older: int = 0
    different: int = 0
    left_out: Annotated[int, Field(description="正在上报、待上报或被退回，本次没有核对的记录")] = 0


class RoundView(Shape):
    """A round, with sums of what the caller may see of it."""

    id: uuid.UUID
    system: System
    system_label: str
    kinds: list[Kind]
    region: str
    day: dt.date
    state: RoundState
    state_label: str
    daily: Annotated[bool, Field(description="每日对账；否则为经办人员安排的")]
    started_at: dt.datetime
    ended_at: dt.datetime | None
    trouble: str | None
    totals: TotalsView
    report_digest: str | None
    signed_by: str | None
    signed_name: str | None
    signed_at: dt.datetime | None
    etag: str

    @classmethod
    def of(cls, row: PublicationReconciliation, totals: Mapping[str, int]) -> Self:
        """From the row and its sums."""
        names = ("id", "system", "region", "day", "state", "started_at", "ended_at", "trouble")
        signature = ("report_digest", "signed_by", "signed_name", "signed_at")
        return cls(
            **{name: getattr(row, name) for name in (*names, *signature)},
            system_label=SYSTEM_LABELS[row.system],
            kinds=[Kind(one) for one in row.kinds],
            state_label=ROUND_STATES.label(row.state),
            daily=row.ordered_by is None,
            totals=TotalsView(**{name: totals[name] for name in TotalsView.model_fields if name in totals}),
            etag=etag_of(row.version),
        )


class CountyView(Shape):
    """One county and kind of a round."""

    kind: Kind
    kind_label: str
    region: str
    state: CountyState
    state_label: str
    ours: int
    theirs: int
    our_digest: str | None
    their_digest: str | None
    missing: int
    extra: int
    older: int
    different: int
    left_out: int
    compared_at: dt.datetime | None

    @classmethod
    def of(cls, row: PublicationReconciliationCounty) -> Self:
        """From the row."""
        names = ("kind", "region", "state", "our_digest", "their_digest", "compared_at")
        return cls(
            **{name: getattr(row, name) for name in (*names, *FIGURES)},
            kind_label=KIND_LABELS[row.kind],
            state_label=COUNTY_LABELS[row.state],
        )


class DifferenceView(Shape):
    """A record about which a system and we differ."""

    id: uuid.UUID
    system: System
    kind: Kind
    kind_label: str
    region: str
    key: str
    uscc: str | None
    difference: DifferenceKind
    difference_label: str
    our_version: int | None
    our_digest: str | None
    their_version: int | None
    their_digest: str | None
    state: DifferenceState
    state_label: str
    found_at: dt.datetime
    closed_at: dt.datetime | None
    acted_by: str | None
    acted_at: dt.datetime | None
    reason: str | None
    sent_at: dt.datetime | None
    etag: str

    @classmethod
    def of(cls, row: PublicationDifference) -> Self:
        """From the row."""
        names = ("id", "system", "kind", "region", "key", "uscc", "difference", "our_version", "their_version", "state")
        dates = ("found_at", "closed_at", "acted_by", "acted_at", "reason", "sent_at")
        return cls(
            **{name: getattr(row, name) for name in (*names, *dates)},
            kind_label=KIND_LABELS[row.kind],
            difference_label=DIFFERENCE_LABELS[row.difference],
            our_digest=row.our_digest.hex() if row.our_digest else None,
            their_digest=row.their_digest.hex() if row.their_digest else None,
            state_label=DIFFERENCE_STATES.label(row.state),
            etag=etag_of(row.version),
        )

    def cells(self) -> list[object]:
        """As a row of the downloaded table."""
        sides = (self.our_version, self.their_version, self.our_digest, self.their_digest)
        acted = (self.acted_by, _day(self.acted_at), self.reason)
        what = (SYSTEM_LABELS[self.system], self.kind_label, self.difference_label, self.region, self.uscc, self.key)
        line = (*what, *sides, self.state_label, _day(self.found_at), *acted)
        return ["" if cell is None else cell for cell in line]


class ReportView(Shape):
    """A round's report; `digest`: SHA-256 of its canonical JSON, once it is signed."""

    report: dict[str, Any]
    digest: str


def _day(at: dt.datetime | None) -> dt.date | None:
    return None if at is None else at.astimezone(clock.CHINA).date()
