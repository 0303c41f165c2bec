"""What officers are shown of publication, and what they say to have a record sent again."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Row

from services.notification.publication.batches.domain import BATCH_STATES, WITHOUT_RESULT, BatchState
from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.oversight.domain import Punctuality
from services.notification.publication.oversight.held_back import HeldBackView
from services.notification.publication.oversight.models import PublicationRun
from services.notification.publication.oversight.repository import ListedRow
from services.notification.publication.oversight.watching import CutOff
from services.notification.publication.peers.explanations import explain
from services.notification.publication.records.domain import ROW_STATES, RowState, Urgency
from services.notification.publication.systems import KIND_LABELS, KINDS_OF, SYSTEM_LABELS, Kind, System
from shared.platform.etag import etag_of
from shared.platform.fields import ReasonBody, Region, Shape, UsccLookup
from shared.platform.paging import PagedQuery
from shared.reference.regions import full_region_name

RecordKeyText = Annotated[
    str, Field(min_length=1, max_length=64, description="记录编号：统一社会信用代码或所涉事项的编号")
]


OVERDUE_WORDS = (
    "对方收到这一批后长时间没有说明结果，其中的记录不能更正。请与对方核实；确实得不到结果的，由省级结束这一批。"
)


class KindCount(Shape):
    """How many records of a kind are in which state."""

    kind: Kind
    kind_label: str
    waiting: Annotated[int, Field(description="待上报")]
    in_batch: Annotated[int, Field(description="上报中")]
    acknowledged: Annotated[int, Field(description="对方已确认")]
    rejected: Annotated[int, Field(description="对方已退回，需要处理")]

    @classmethod
    def of(cls, system: System, kind: Kind, tallied: Mapping[tuple[System, Kind, RowState], int]) -> "KindCount":
        """From the tally."""
        counts = {state: tallied.get((system, kind, state), 0) for state in RowState}
        return cls(
            kind=kind,
            kind_label=KIND_LABELS[kind],
            waiting=counts[RowState.WAITING],
            in_batch=counts[RowState.IN_BATCH],
            acknowledged=counts[RowState.ACKNOWLEDGED],
            rejected=counts[RowState.REJECTED],
        )


class BatchView(Shape):
    """One batch, without its records."""

    id: uuid.UUID
    number: Annotated[int, Field(description="封存的次序")]
    system: System
    system_label: str
    state: BatchState
    state_label: str
    urgent: Annotated[bool, Field(description="更正、撤下等先行上报的")]
    records: Annotated[int, Field(description="记录条数")]
    pages: int
    rejected: Annotated[int, Field(description="对方退回的条数；办结前为 0")]
    accepted: Annotated[int | None, Field(description="对方采用的条数；办结前、没有得到结果的为空")]
    digest: Annotated[str, Field(description="整批的 SHA-256 摘要，封存后不变")]
    ticket: Annotated[str | None, Field(description="对方的受理号")]
    sealed_at: dt.datetime
    sent_at: dt.datetime | None
    ended_at: dt.datetime | None
    attempts: Annotated[int, Field(description="连续多少次没有办成")]
    next_try_at: dt.datetime
    trouble: Annotated[str | None, Field(description="最近一次没有办成的代码")]
    trouble_words: Annotated[str | None, Field(description="最近一次没有办成的原因")]
    overdue: Annotated[bool, Field(description="对方收到后长时间没有说明结果；可以由省级结束")]

    @classmethod
    def of(cls, batch: PublicationBatch, due: dt.datetime | None) -> "BatchView":
        """From the row. `due`: a batch that the system had before is overdue; none: it takes files, and officers
        bring its receipts.
        """
        over = batch.ended_at is not None
        overdue = not over and due is not None and batch.sent_at is not None and batch.sent_at < due
        same = ("id", "number", "system", "state", "records", "pages", "rejected", "digest", "ticket", "sealed_at")
        times = ("sent_at", "ended_at", "attempts", "next_try_at", "trouble")
        return cls(
            system_label=SYSTEM_LABELS[batch.system],
            state_label=BATCH_STATES.label(batch.state),
            urgent=batch.urgency == Urgency.URGENT,
            accepted=None if not over or batch.state in WITHOUT_RESULT else batch.records - batch.rejected,
            trouble_words=(OVERDUE_WORDS if overdue else "")
            + (trouble_words(batch.system, batch.trouble, over=over) or "")
            or None,
            overdue=overdue,
            **{name: getattr(batch, name) for name in (*same, *times)},
        )


OWN_TROUBLES = {
    "unreachable": "连接不上对方，平台会自动重试。",
    "no-turn": "调用对方的次数已到约定的上限，平台会自动重试。",
    "credentials": "对方不认可平台的接口凭证，须由运维人员更正；更正后自动继续上报。",
    "forgotten": "对方收到过的这一批又查不到了，平台会重新上报。",
}
"""Where the code is ours, not the system's"""


def trouble_words(system: System, code: str | None, *, over: bool = False) -> str | None:
    """Why a call led nowhere, and what happens now, in words; `over`: the batch was refused as a whole. Where no
    complete answer came nobody knows whether it was taken, and the words do not say so.
    """
    if code is None:
        return None
    meaning = explain(system, code)
    if over:
        why = f"{meaning.wrong}{meaning.right}" if meaning else ""
        return f"对方整批没有受理（{code}）。一批有多条记录的，平台分半重新上报，直到找出不被受理的记录。{why}"
    if code in OWN_TROUBLES:
        return OWN_TROUBLES[code]
    if meaning is not None:
        return f"{meaning.wrong}平台会先向对方查询，再自动处理（{code}）。"
    return f"没有得到对方受理的答复（{code}），平台会先向对方查询，再自动处理。"


class PageView(Shape):
    """One page of a batch."""

    number: int
    records: int
    digest: Annotated[str, Field(description="这一页的 SHA-256 摘要")]
    sent_at: dt.datetime | None


class BatchDetail(BatchView):
    """A batch with its pages."""

    page_list: Annotated[list[PageView], Field(description="各页，按次序")]

    @classmethod
    def with_pages(cls, batch: BatchView, pages: Sequence[Row[int, int, str, dt.datetime | None]]) -> "BatchDetail":
        """With its pages' rows."""
        shown = [PageView(number=one[0], records=one[1], digest=one[2], sent_at=one[3]) for one in pages]
        return cls(**batch.model_dump(), page_list=shown)


class CutOffView(Shape):
    """How a published run stands to the day by which the national directory must have it."""

    region: Region
    region_name: str | None
    year: int
    policy: str
    until: Annotated[dt.date, Field(description="最后一天（按政策在用的读法）")]
    households: Annotated[int, Field(description="这次发布中有类型的户数")]
    left: Annotated[int, Field(description="对方还没有确认的条数")]
    rejected: Annotated[int, Field(description="对方退回、等待处理的条数（不在 left 之内）")]
    rate: Annotated[float | None, Field(description="最近几批平均每秒确认的条数")]
    expected_end: Annotated[dt.datetime | None, Field(description="照此速度预计完成的时间")]
    state: Punctuality
    state_label: str

    @classmethod
    def of(cls, one: CutOff) -> "CutOffView":
        """From what was reckoned."""
        return cls(
            region=one.run.region,
            region_name=full_region_name(one.run.region),
            year=one.run.year,
            policy=one.run.policy,
            until=one.until,
            households=one.run.households,
            left=one.left,
            rejected=one.rejected,
            rate=one.rate,
            expected_end=one.expected_end,
            state=one.punctuality,
            state_label=one.punctuality.label,
        )


class MissingStandardView(Shape):
    """A published run whose typing standard does not go to the directories, since this release does not have it."""

    region: Region
    region_name: str | None
    year: int
    policy: Annotated[str, Field(description="实施办法的标识")]
    words: Annotated[str, Field(description="为什么没有上报，怎么办")]

    @classmethod
    def of(cls, run: PublicationRun) -> "MissingStandardView":
        """From the row."""
        policy = run.missing_standard or ""
        words = (
            f"分型标准没有上报：本平台现在的版本没有实施办法“{policy}”，或其文本与分型时的不同。"
            "请运维人员安装含有该文本的版本，装好后自动上报。"
        )
        name = full_region_name(run.region)
        return cls(region=run.region, region_name=name, year=run.year, policy=policy, words=words)


class SystemView(Shape):
    """How far one system is, with the caller's region."""

    system: System
    system_label: str
    connection: Annotated[str, Field(description="interface 已连接接口、files 以文件上报、none 未连接")]
    connection_label: str
    kinds: list[KindCount]
    oldest_waiting_at: Annotated[dt.datetime | None, Field(description="等得最久的一条从何时开始等（各地区中）")]
    open_batches: Annotated[list[BatchView], Field(description="尚未办结的、含本省记录的批次")]
    trouble_words: Annotated[str | None, Field(description="最近的困难")]
    rate: Annotated[float | None, Field(description="最近几批平均每秒确认的条数")]
    expected_end: Annotated[dt.datetime | None, Field(description="照此速度，现在等待的（各地区的）何时办完")]
    cut_offs: Annotated[list[CutOffView], Field(description="有最后一天的集中分型，各地区一项")]
    late: Annotated[bool, Field(description="其中有预计逾期或已逾期的")]
    standards_missing: Annotated[list[MissingStandardView], Field(description="没有上报的分型标准，各地区一项")]


class RowQueryBody(PagedQuery):
    """Which rows are listed."""

    system: Annotated[System | None, Field(description="系统")] = None
    kind: Annotated[Kind | None, Field(description="种类")] = None
    region: Annotated[Region | None, Field(description="只看其中一个地区；不写为您的辖区")] = None
    uscc: Annotated[UsccLookup | None, Field(description="只看一户")] = None


class StatesQuery(RowQueryBody):
    """Which rows are listed, of any state."""

    state: Annotated[RowState | None, Field(description="状态")] = None


class RejectionQuery(RowQueryBody):
    """Which rejected rows are listed."""

    code: Annotated[str | None, Field(max_length=100, description="对方的代码")] = None


class MeaningView(Shape):
    """What a system's code means, in our words."""

    wrong: Annotated[str, Field(description="哪里不对")]
    right: Annotated[str, Field(description="怎样才对")]
    who: Annotated[str, Field(description="应由谁办理")]

    @classmethod
    def of(cls, system: System, code: str | None) -> "MeaningView | None":
        """Of a code that the system's table has; any other is told in the system's own words alone."""
        meaning = None if code is None else explain(system, code)
        return None if meaning is None else cls(wrong=meaning.wrong, right=meaning.right, who=meaning.who)


class RowView(Shape):
    """One record at one system."""

    system: System
    system_label: str
    kind: Kind
    kind_label: str
    key: RecordKeyText
    uscc: str | None
    region: str
    state: RowState
    state_label: str
    removal: Annotated[bool, Field(description="这一条是要对方撤下")]
    content: Annotated[dict[str, Any], Field(description="我们要求对方登载的内容")]
    version: Annotated[int, Field(description="我们的版本，每次变化加一")]
    wanted_at: Annotated[dt.datetime, Field(description="何时要求上报")]
    confirmed_version: Annotated[int | None, Field(description="对方确认的版本；为空表示从未确认")]
    confirmed_at: dt.datetime | None
    batch: uuid.UUID | None
    code: Annotated[str | None, Field(description="对方退回的代码")]
    message: Annotated[str | None, Field(description="对方退回的原话")]
    meaning: Annotated[MeaningView | None, Field(description="对方代码的含义：哪里不对、怎样才对、由谁办理")]
    etag: Annotated[str, Field(description="重新上报时写在 If-Match 里")]

    @classmethod
    def of(cls, listed: ListedRow) -> "RowView":
        """From the rows."""
        return cls(**cls.fields_of(listed))

    @classmethod
    def fields_of(cls, listed: ListedRow) -> dict[str, Any]:
        """Values of the fields."""
        row, record = listed
        same = ("system", "kind", "key", "uscc", "region", "state", "wanted_at", "code", "message")
        return {
            "system_label": SYSTEM_LABELS[row.system],
            "kind_label": KIND_LABELS[row.kind],
            "state_label": ROW_STATES.label(row.state),
            "removal": record.removed,
            "content": record.content,
            "version": row.wanted_version,
            "confirmed_version": row.acknowledged_version,
            "confirmed_at": row.acknowledged_at,
            "batch": row.batch_id,
            "meaning": MeaningView.of(row.system, row.code),
            "etag": etag_of(row.wanted_version),
            **{name: getattr(row, name) for name in same},
        }


class GivingUpBody(ReasonBody):
    """Why a batch is ended without a result: what the system says when it is asked."""


class ResendingBody(ReasonBody):
    """Why a record is sent again: what was put right, or why the system was wrong."""


class BulkResendingBody(ReasonBody):
    """Which rejected records of a system are sent again, and why: those that are named, or all that a filter finds."""

    system: System
    kind: Kind | None = None
    region: Annotated[Region | None, Field(description="只限其中一个地区；不写为您的辖区")] = None
    code: Annotated[str | None, Field(max_length=100, description="只限对方的这个代码")] = None
    keys: Annotated[
        list[RecordKeyText] | None,
        Field(max_length=500, description="只限这些记录编号；不写为筛选到的全部"),
    ] = None


class ResentView(Shape):
    """What came of sending many again."""

    resent: Annotated[int, Field(description="已重新上报的条数")]
    more: Annotated[bool, Field(description="还有同样的记录：一次最多 5,000 条，请再办一次")]


class HeldView(Shape):
    """What a system itself says that it holds."""

    kind: Kind
    kind_label: str
    key: str
    content: dict[str, Any] | None
    version: int | None
    since: dt.datetime | None


class AtSystem(Shape):
    """One household at one system: what we want, what it has confirmed, and, if asked, what it says itself."""

    system: System
    system_label: str
    rows: Annotated[list[RowView], Field(description="我们要求的和对方确认的，每种记录一行")]
    asked: Annotated[bool, Field(description="是否当场向对方查询")]
    answer: Annotated[list[HeldView] | None, Field(description="对方现在登载的；没有查询或查询不到的为空")]
    answer_words: Annotated[str | None, Field(description="查询的结果：一致、不一致，或为什么查询不到")]


class HouseholdView(Shape):
    """One household in all systems, side by side."""

    uscc: str
    name: str | None
    region: str
    region_name: str | None
    held_back: Annotated[HeldBackView | None, Field(description="分型结果没有上报的原因；正常上报的为空")]
    systems: list[AtSystem]


def kinds_of(system: System) -> list[Kind]:
    """A system's kinds, in the order of their list."""
    return [kind for kind in Kind if kind in KINDS_OF[system]]
