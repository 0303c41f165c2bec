"""HTTP shapes of reviews, site visits, consultations and public notices."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from services.recognition.applications.domain import NOTICE_STATES, OBJECTIONS_DECIDED, NoticeState
from services.recognition.applications.models import Application, Consultation, PublicNotice
from services.recognition.applications.schemas import CriterionId
from services.recognition.examination.reviews import ReviewOutcome
from services.recognition.selection.schemas import BarredView
from shared.law.model.recognition import Category
from shared.platform.etag import ItemTag
from shared.platform.fields import Reason, Shape, ShortText
from shared.platform.paging import Page
from shared.reference.departments import Department


class ReviewBody(Shape):
    """A review's outcome; `etag` is the version of the application that was read, unless `If-Match` names it."""

    application: uuid.UUID
    etag: ItemTag | None = None
    outcome: ReviewOutcome
    category: Category | None = None
    criteria: list[CriterionId] = Field(default_factory=list, description="查明符合的标准")
    verified: list[CriterionId] = Field(
        default_factory=list, description="没有材料、已向能证明的部门核实的标准（申报的 to_verify）；通过时须写全"
    )
    breach_recorded: bool | None = Field(
        default=None, description="查明有没有违法违规、严重失信记录等情况；政策有这一条的，通过时须写明"
    )
    ruled_out: list[ShortText] = Field(
        default_factory=list,
        description="数据不能判断（登记数据没有交付、处罚没有写公示日期）而查明没有的不得认定情形，写其编号；通过时须写全",
    )
    reason: Reason | None = Field(default=None, description="认定为这一类的理由，或不通过的理由")
    missing: list[ShortText] = Field(default_factory=list, max_length=50, description="一次告知的全部应补材料")


class SiteVisitBody(Shape):
    """The record of a site visit; its photos are documents that an officer uploaded for it."""

    application: uuid.UUID
    visited_on: dt.date
    visitors: Annotated[list[ShortText], Field(min_length=2, max_length=10, description="两人以上")]
    finding: Reason
    photos: Annotated[list[uuid.UUID], Field(max_length=50, description="至少一张")]
    confirmed: bool


class SiteVisitArrangementBody(Shape):
    """On which day officers will come."""

    application: uuid.UUID
    visit_on: dt.date


class ConsultationBody(Shape):
    """Ask departments about an application."""

    application: uuid.UUID
    departments: Annotated[list[Department], Field(min_length=1, max_length=len(Department))]


class AnswerBody(Shape):
    """A department's answer."""

    agrees: bool
    opinion: Reason


class AnswerItem(AnswerBody):
    """One answer in a bulk call."""

    consultation: uuid.UUID


class ConclusionBody(Shape):
    """An officer's decision on an objection."""

    passed: bool
    reason: Reason


class ConsultationView(Shape):
    """A consultation about a household, and its answer."""

    id: uuid.UUID
    application: uuid.UUID
    uscc: str
    name: str
    category: str | None
    department: Department
    department_label: str
    due_on: dt.date
    agrees: bool | None
    opinion: str | None

    @classmethod
    def of(cls, row: Consultation, about: Application) -> "ConsultationView":
        """From the stored rows."""
        values = {name: getattr(row, name) for name in ("id", "department", "due_on", "agrees", "opinion")}
        household = {name: getattr(about, name) for name in ("uscc", "name", "category")}
        more = {"application": row.application_id, "department_label": row.department.label}
        return cls.model_validate(values | household | more)


class NoticeBody(Shape):
    """Open a notice over all that wait for one in a season, or only over some of them."""

    season: uuid.UUID
    applications: Annotated[list[uuid.UUID], Field(min_length=1, max_length=5000)] | None = Field(
        default=None, description="只公示其中几件；不写就是全部"
    )


class NoticeItemView(Shape):
    """One household on a notice: nothing about its operator or its business."""

    uscc: str
    name: str
    category: str

    @classmethod
    def of(cls, row: Application) -> "NoticeItemView":
        """From the stored row."""
        return cls(uscc=row.uscc, name=row.name, category=row.category or "")


class NoticeSummary(Shape):
    """A notice in a list, with the right to object."""

    id: uuid.UUID
    county: str
    state: NoticeState
    state_label: str
    opens_on: dt.date
    closes_on: Annotated[dt.date, Field(description="最后一天")]
    provisional: Annotated[bool, Field(description="期间有尚未公布放假安排的年份，期限可能调整")]
    right: Annotated[str, StringConstraints(max_length=500)]

    @classmethod
    def of(cls, row: PublicNotice, *, objected: bool) -> "NoticeSummary":
        """From the stored row; `objected`: there was an objection to it, which is decided once it is cleared."""
        values = {
            name: getattr(row, name) for name in ("id", "county", "state", "opens_on", "closes_on", "provisional")
        }
        right = f"对公示有异议的，可以在 {row.closes_on} 以前（含当日）提出"
        decided = objected and row.state == NoticeState.CLEARED
        label = OBJECTIONS_DECIDED if decided else NOTICE_STATES.label(row.state)
        return cls.model_validate(values | {"state_label": label, "right": right})


class NoticeView(NoticeSummary):
    """A notice as the public reads it, with a page of its households."""

    items: list[NoticeItemView]
    next: str | None = Field(default=None, description="名单下一页的游标；为空表示没有更多")

    @classmethod
    def with_items(cls, row: PublicNotice, page: Page[NoticeItemView], *, objected: bool) -> "NoticeView":
        """From the stored row and the page."""
        return cls(**dict(NoticeSummary.of(row, objected=objected)), items=page.items, next=page.next)


class OpenedNoticeView(NoticeView):
    """A notice as the officer who opened it is answered."""

    barred: Annotated[list[BarredView], Field(description="今天不符合认定条件，没有公示，仍在公示这一步等待")]

    @classmethod
    def of_opening(cls, view: NoticeView, left_out: Sequence[Application]) -> "OpenedNoticeView":
        """From the notice and the applications that it left out."""
        return cls(**dict(view), barred=[BarredView.of(one, one.judged.against) for one in left_out])
