"""Households whose result is not published, why, and which department owes the data."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Annotated

from pydantic import Field

from services.notification.publication.records.models import PublicationUnnamed
from services.notification.publication.registers.models import PublicationHousehold
from services.notification.publication.systems import KIND_LABELS, Kind
from shared.feeds.contract.feeds import FEEDS
from shared.platform.fields import Shape
from shared.reference.departments import Department
from shared.reference.regions import full_region_name


class MissingFeed(Shape):
    """Data that are missing, and the department that owes them."""

    feed: str
    feed_label: str
    department: Department
    department_label: str


class HeldBackView(Shape):
    """A household whose result is not published: the texts know no label for it."""

    uscc: str
    name: str
    region: str
    region_name: str | None
    type: str
    type_label: str
    year: int | None
    typed_at: dt.datetime | None
    reason: str
    missing: Annotated[list[MissingFeed], Field(description="缺哪些数据、由哪个部门提供；规则空档的没有")]

    @classmethod
    def of(cls, household: PublicationHousehold) -> "HeldBackView":
        """From the row."""
        missing = missing_feeds(household.unknown_feeds or ())
        return cls(
            uscc=household.uscc,
            name=household.name,
            region=household.region,
            region_name=full_region_name(household.region),
            type=household.type or "",
            type_label=HELD_BACK_LABELS.get(household.type or "", "未分型"),
            year=household.typed_year,
            typed_at=household.typed_at,
            reason=held_back_reason(household.type, missing),
            missing=missing,
        )

    def cells(self) -> list[str]:
        """As a line of the table."""
        feeds = "；".join(one.feed_label for one in self.missing)
        departments = "；".join(dict.fromkeys(one.department_label for one in self.missing))
        year = "" if self.year is None else str(self.year)
        return [self.uscc, self.name, self.region, self.region_name or "", self.type_label, year, self.reason, feeds,
                departments]  # fmt: skip


class UnnamedView(Shape):
    """A record that is not published until the household's name is known."""

    kind: Kind
    kind_label: str
    key: Annotated[str, Field(description="申报编号，或认定编号和年度等")]
    uscc: str
    region: str
    region_name: str | None
    held_since: dt.datetime
    reason: str

    @classmethod
    def of(cls, row: PublicationUnnamed) -> "UnnamedView":
        """From the row."""
        return cls(
            kind=row.kind,
            kind_label=KIND_LABELS[row.kind],
            key=row.key,
            uscc=row.uscc,
            region=row.region,
            region_name=full_region_name(row.region),
            held_since=row.held_at,
            reason=UNNAMED_REASON,
        )


UNNAMED_REASON = "还不知道该户的名称，不上报；收到登记信息或分型结果后自动上报。"
HELD_BACK_HEADER = (
    *("统一社会信用代码", "名称", "区划代码", "地区", "结果", "年度", "为什么没有上报", "缺少的数据", "应提供的部门"),
)
HELD_BACK_LABELS = {"gap": "规则空档", "undetermined": "待核"}


def missing_feeds(feeds: Collection[str]) -> list[MissingFeed]:
    """The feeds that are known, with the departments that deliver them."""
    return [
        MissingFeed(
            feed=name,
            feed_label=FEEDS[name].title,
            department=FEEDS[name].department,
            department_label=FEEDS[name].department.label,
        )
        for name in feeds
        if name in FEEDS
    ]


def held_back_reason(kind: str | None, missing: Sequence[MissingFeed]) -> str:
    """Why a household is held back, in words."""
    if kind == "gap":
        return "符合基础标准，数据齐全，但三种类型的条件都不符合；文件没有规定怎样标注，不上报。请核对政策的解释。"
    if missing:
        named = "、".join(f"{one.department_label}的{one.feed_label}" for one in missing)
        return f"缺少{named}，不能判断属于哪一型；补齐后自动分型并上报。"
    return "数据不全，不能判断属于哪一型；缺哪些数据见该户的分型说明。"
