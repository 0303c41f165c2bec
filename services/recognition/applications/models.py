"""Tables of applications and recommendations, and of the work on them.

Documents, tasks, consultations, public notices, removals from the pool.
"""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.applications.domain import (
    ENDED_STATES,
    ApplicationState,
    Consent,
    NoticeState,
    NoticeWord,
    Recheck,
    Reopening,
    TaskOutcome,
)
from services.recognition.base import Base
from services.recognition.rules.claims import Claims
from services.recognition.rules.domain import PathKind
from shared.database.columns import County, CreatedAt, EnumText, Id, JsonOf, Subject, Uscc, Version
from shared.law.model.recognition import Category, StepKind
from shared.platform.audit import About, about
from shared.platform.documents import DocumentTable
from shared.platform.retention import RetainedKind
from shared.platform.tasks import TaskTable
from shared.reference.departments import Department

_ENDED = ", ".join(repr(state.value) for state in ENDED_STATES)


class Application(Base):
    """One household's way to recognition in one season, by its own application or a department's recommendation."""

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "ux_application_running",
            "season_id",
            "uscc",
            unique=True,
            postgresql_where=text(f"state not in ({_ENDED})"),
        ),
        Index("ix_application_season", "season_id", "state", "step", "id"),
        Index("ix_application_household", "uscc"),
        Index("ix_application_operator", "operator_ref"),
        Index("ix_application_county", "county", "id"),
        Index("ix_application_county_state", "county", "state", "id"),
        Index("ix_application_recommended", "county", "id", postgresql_where=text("path = 'recommendation'")),
        Index(
            "ix_application_pool",
            "county",
            "id",
            postgresql_where=text("reviewed_by is not null and (state = 'reserve' or unplaced)"),
        ),
        CheckConstraint(f"state in ({', '.join(repr(s.value) for s in ApplicationState)})", name="state_known"),
    )

    id: Mapped[Id]
    season_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("season.id"))
    county: Mapped[County]
    path: Mapped[PathKind] = mapped_column(EnumText(PathKind))
    uscc: Mapped[Uscc]
    name: Mapped[str] = mapped_column(String(500))
    operator_ref: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[ApplicationState] = mapped_column(EnumText(ApplicationState), default=ApplicationState.DRAFT)
    step: Mapped[StepKind] = mapped_column(EnumText(StepKind), comment="the policy's step that it is at")
    category: Mapped[Category | None] = mapped_column(EnumText(Category))
    category_reason: Mapped[str | None] = mapped_column(Text)
    claims: Mapped[Claims] = mapped_column(
        JsonOf(Claims), default=Claims(), comment="criteria claimed, kind of operator"
    )
    recommended_by: Mapped[Department | None] = mapped_column(EnumText(Department, 30), comment="department")
    recommended_from: Mapped[str | None] = mapped_column(String(6), comment="region of the recommending department")
    consent: Mapped[Consent | None] = mapped_column(JsonOf(Consent))
    judged: Mapped[Recheck] = mapped_column(
        JsonOf(Recheck), default=Recheck(), comment="rule → true, false, null; with date"
    )
    breach_recorded: Mapped[bool | None] = mapped_column(
        comment="the reviewer's finding where the policy bars breaches; null: not stated"
    )
    returned: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[dt.date | None] = mapped_column(Date, comment="last day to complete a returned application")
    score: Mapped[int | None] = mapped_column(Integer)
    rank: Mapped[int | None] = mapped_column(Integer, comment="place in the selection; the reserve follows the places")
    reason: Mapped[str | None] = mapped_column(Text, comment="why it was returned or refused")
    unplaced: Mapped[bool] = mapped_column(default=False, comment="its season ended before it could be recognised")
    late: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        comment="an objection held it, opened it again or let it apply late: also decided after the season's end",
    )
    turned_down_by: Mapped[str | None] = mapped_column(
        String(200), comment="who refused it, or left it on the reserve, last"
    )
    turned_down_from: Mapped[str | None] = mapped_column(
        String(6), comment="region of the bureau that did; null: before this was kept"
    )
    reopened: Mapped[Reopening | None] = mapped_column(JsonOf(Reopening), comment="the step that an objection opened")
    created_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    submitted_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about an application says."""
        return about(self.id, self.county, step=self.step, state=self.state)


class Document(DocumentTable, Base):
    """An uploaded file, stored under its hash."""

    __tablename__ = "document"

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    evidence: Mapped[str] = mapped_column(String(100), comment="what it is to prove: a criterion, consent, a visit")


_OF_APPLICATION = "JOIN application a ON a.id = t.application_id"
RETAINED = (
    RetainedKind(
        "draft-document",
        "document",
        "a.created_at",
        where="a.submitted_at IS NULL",
        joined=_OF_APPLICATION,
        uscc="a.uscc",
    ),
    RetainedKind(
        "refused-document",
        "document",
        "a.submitted_at",
        where=f"a.state IN ({_ENDED})",
        joined=_OF_APPLICATION,
        uscc="a.uscc",
    ),
)
"""Documents of applications that came to nothing; their files go when no row names them"""


class Task(TaskTable, Base):
    """The work of one step on one application: opened when the step is reached, finished once."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ux_task_step", "application_id", "step", unique=True, postgresql_where=text("outcome is null")),
        Index("ix_task_worklist", "county", "due_on", "id", postgresql_where=text("outcome is null")),
        Index("ix_task_worklist_step", "county", "step", "due_on", "id", postgresql_where=text("outcome is null")),
        Index(
            "ix_task_worklist_mine",
            "claimed_by",
            "county",
            "due_on",
            "id",
            postgresql_where=text("outcome is null and claimed_by is not null"),
        ),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    step: Mapped[StepKind] = mapped_column(EnumText(StepKind))
    outcome: Mapped[TaskOutcome | None] = mapped_column(EnumText(TaskOutcome))
    record: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, comment="what was found: visit, scores, answers"
    )

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.county, application=str(self.application_id), step=self.step)


class Consultation(Base):
    """A department's opinion, asked for about an application; no answer by the last day means no objection."""

    __tablename__ = "consultation"
    __table_args__ = (Index("ix_consultation_due", "due_on", postgresql_where=text("answered_at is null")),)

    id: Mapped[Id]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), index=True)
    county: Mapped[County]
    department: Mapped[Department] = mapped_column(EnumText(Department, 30))
    asked_by: Mapped[Subject]
    due_on: Mapped[dt.date] = mapped_column(Date)
    agrees: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class PublicNotice(Base):
    """A notice of a county. Decisions wait until it is closed and cleared, with no open objection."""

    __tablename__ = "public_notice"
    __table_args__ = (Index("ix_public_notice_county", "county", "opens_on"),)

    id: Mapped[Id]
    season_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("season.id"), index=True)
    county: Mapped[County]
    state: Mapped[NoticeState] = mapped_column(EnumText(NoticeState), default=NoticeState.OPEN)
    opens_on: Mapped[dt.date] = mapped_column(Date)
    closes_on: Mapped[dt.date] = mapped_column(Date, comment="the last day")
    provisional: Mapped[bool] = mapped_column(Boolean, comment="a year on the way has no announced holidays yet")
    cleared_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    open_objections: Mapped[int | None] = mapped_column(Integer)
    word: Mapped[NoticeWord | None] = mapped_column(
        JsonOf(NoticeWord), comment="what the objection service said before the notice was closed here"
    )
    opened_by: Mapped[Subject]
    opened_from: Mapped[str | None] = mapped_column(
        String(6), comment="region of the bureau that did; null: before this was kept"
    )
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about a notice says."""
        return about(self.id, self.county, state=self.state, closes_on=self.closes_on.isoformat())


class NoticeItem(Base):
    """One application on a notice. One that an objection opened again at its notice is shown anew: what it was on
    before is `superseded`.
    """

    __tablename__ = "notice_item"

    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("public_notice.id"), primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True, index=True)
    held: Mapped[bool] = mapped_column(default=False, server_default=false(), comment="by an open objection")
    objected: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="an objection to it was open after the last day"
    )
    superseded: Mapped[bool] = mapped_column(default=False, server_default=false())


class LateAdmission(Base):
    """A household that may still apply in a season, to a day: an upheld objection gave it a type that may, too late."""

    __tablename__ = "late_admission"

    season_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("season.id"), primary_key=True)
    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    objection: Mapped[uuid.UUID]
    apply_by: Mapped[dt.date] = mapped_column(Date, comment="the last day")
    created_at: Mapped[CreatedAt]


class PoolRemoval(Base):
    """An officer removed a household from the pool, with the reason."""

    __tablename__ = "pool_removal"

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    removed_by: Mapped[Subject]
    removed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
