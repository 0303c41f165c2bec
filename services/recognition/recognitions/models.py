"""Tables of recognitions and of what happens to them: reports, confirmations, evaluations, bans."""

import datetime as dt
import uuid

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
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from services.recognition.recognitions.domain import (
    Concern,
    FactEvidence,
    RecognitionState,
    ReportContent,
    ReportState,
    state_on,
)
from services.recognition.rules.domain import PathKind
from shared.database.columns import County, CreatedAt, EnumText, Id, JsonOf, Subject, Uscc, Version
from shared.law.model.recognition import Category
from shared.platform.audit import About, about

_VALID = text(f"state = '{RecognitionState.VALID.value}'")


class Recognition(Base):
    """A 名特优新 household. Unique indexes allow one per household, and one per person and county.

    `person_conflict`: its new operator has another recognition in the county; an officer decides.
    """

    __tablename__ = "recognition"
    __table_args__ = (
        Index("ux_recognition_household", "uscc", unique=True, postgresql_where=_VALID),
        Index(
            "ux_recognition_person",
            "county",
            "operator_ref",
            unique=True,
            postgresql_where=text(f"state = '{RecognitionState.VALID.value}' and not person_conflict"),
        ),
        Index("ix_recognition_county", "county", "state", "id"),
        Index("ix_recognition_concerns", "county", "id", postgresql_where=text("concerns <> '[]'")),
        Index("ix_recognition_ended", "ended_on", postgresql_where=text("ended_on is not null")),
        Index("ix_recognition_last_day", "valid_until", postgresql_where=text("ended_on is null")),
        Index("ix_recognition_place", text("coalesce(transferred_from, county)"), postgresql_where=_VALID),
        Index("ix_recognition_household", "uscc"),
        Index("ix_recognition_operator", "operator_ref"),
        Index("ux_recognition_application", "application_id", unique=True),
        CheckConstraint(f"state in ({', '.join(repr(s.value) for s in RecognitionState)})", name="state_known"),
        CheckConstraint("decided_by <> reviewed_by", name="maker_is_not_checker"),
    )

    id: Mapped[Id]
    application_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("application.id"), comment="null: adopted from another system"
    )
    policy_hash: Mapped[str] = mapped_column(ForeignKey("policy_version.content_hash"))
    county: Mapped[County]
    year: Mapped[int] = mapped_column(Integer)
    uscc: Mapped[Uscc]
    name: Mapped[str] = mapped_column(String(500))
    operator_ref: Mapped[str | None] = mapped_column(String(60))
    category: Mapped[Category] = mapped_column(EnumText(Category))
    path: Mapped[PathKind] = mapped_column(EnumText(PathKind))
    type_then: Mapped[str] = mapped_column(String(20))
    state: Mapped[RecognitionState] = mapped_column(EnumText(RecognitionState), default=RecognitionState.VALID)
    granted_on: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date, comment="the last day")
    benefits_from: Mapped[dt.date] = mapped_column(Date)
    certificate: Mapped[str] = mapped_column(String(40), unique=True, comment="verification code")
    person_conflict: Mapped[bool] = mapped_column(Boolean, default=False)
    transferred_from: Mapped[str | None] = mapped_column(String(6))
    reviewed_by: Mapped[str | None] = mapped_column(
        String(200), comment="null: recommended, reviewed with the decision"
    )
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_by_region: Mapped[str | None] = mapped_column(
        String(6), comment="the bureau that recognised it; null: granted before this was kept"
    )
    expiry_held: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        comment="valid past its last day until an evaluation that an objection opened again is decided",
    )
    ended_on: Mapped[dt.date | None] = mapped_column(Date)
    end_reason: Mapped[str | None] = mapped_column(Text)
    concerns: Mapped[tuple[Concern, ...]] = mapped_column(
        JsonOf(tuple[Concern, ...]), default=(), comment="what an officer must look at"
    )
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]

    def state_on(self, day: dt.date) -> RecognitionState:
        """The state on a day, whether or not its end is stored yet."""
        return state_on(self.state, self.valid_until, day, expiry_held=self.expiry_held)

    def audited(self) -> About:
        """What an audit entry about a recognition says."""
        return about(self.id, self.county, state=self.state)


class InformationReport(Base):
    """A year's information report of a recognised household: due (and reminded of), filed, reviewed, or overdue."""

    __tablename__ = "information_report"

    recognition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("recognition.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[ReportState] = mapped_column(EnumText(ReportState), default=ReportState.DUE)
    due_on: Mapped[dt.date] = mapped_column(Date)
    reminded_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    filed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    content: Mapped[ReportContent | None] = mapped_column(
        JsonOf(ReportContent, none_as_empty=True), nullable=False, comment="confidential"
    )
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    finding: Mapped[str | None] = mapped_column(Text)


class Confirmation(Base):
    """A year's confirmation: whether the standards are still met, with everything that is not."""

    __tablename__ = "confirmation"

    recognition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("recognition.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    confirmed: Mapped[bool] = mapped_column(Boolean)
    failing: Mapped[list[str]] = mapped_column(JSONB)
    confirmed_by: Mapped[Subject]
    confirmed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    reopened_by: Mapped[uuid.UUID | None] = mapped_column(comment="the objection that opened it again")
    barred: Mapped[tuple[str, ...]] = mapped_column(
        JsonOf(tuple[str, ...]), default=(), server_default=text("'[]'"), comment="who withheld it before"
    )


class Evaluation(Base):
    """The evaluation in the last year of validity: evidence, the judgement of each condition, and the decision."""

    __tablename__ = "evaluation"
    __table_args__ = (UniqueConstraint("recognition_id", "valid_until"),)

    id: Mapped[Id]
    recognition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("recognition.id"))
    valid_until: Mapped[dt.date] = mapped_column(Date, comment="the end that is evaluated")
    evidence: Mapped[dict[str, FactEvidence]] = mapped_column(
        JsonOf(dict[str, FactEvidence]), comment="fact → value and source; confidential"
    )
    agrees: Mapped[bool | None] = mapped_column(Boolean, comment="the recommending department's word")
    opinion: Mapped[str | None] = mapped_column(Text)
    agreed_by: Mapped[str | None] = mapped_column(String(200))
    judged: Mapped[dict[str, bool | None]] = mapped_column(JSONB)
    extends: Mapped[bool | None] = mapped_column(Boolean)
    reason: Mapped[str | None] = mapped_column(Text)
    evaluated_by: Mapped[str | None] = mapped_column(String(200))
    evaluated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    reopened_by: Mapped[uuid.UUID | None] = mapped_column(comment="the objection that opened it again")
    barred: Mapped[tuple[str, ...]] = mapped_column(
        JsonOf(tuple[str, ...]), default=(), server_default=text("'[]'"), comment="who judged or decided it before"
    )
    version: Mapped[Version]


class Ban(Base):
    """After a revocation the household may not apply until the last day."""

    __tablename__ = "ban"
    __table_args__ = (Index("ix_ban_until", "until", "recognition_id"),)

    recognition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("recognition.id"), primary_key=True)
    uscc: Mapped[Uscc] = mapped_column(index=True)
    county: Mapped[County]
    revoked_on: Mapped[dt.date] = mapped_column(Date)
    until: Mapped[dt.date] = mapped_column(Date, comment="the last day")
    reason: Mapped[str] = mapped_column(Text)
    lifted_on: Mapped[dt.date | None] = mapped_column(Date, comment="the revocation was undone")
