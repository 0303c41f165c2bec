"""Tables of objections and the documents handed in with them."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Index, Integer, Sequence, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from services.objection.objections.domain import (
    ENDED,
    BureauExplanation,
    DueDay,
    FiledBy,
    Ground,
    ObjectionState,
    Outcome,
)
from services.objection.registers.domain import Against
from shared.database.columns import County, CreatedAt, EnumText, Id, JsonOf, Subject, Uscc, Version
from shared.law.language.units import Unit
from shared.platform.audit import About, about
from shared.platform.documents import DocumentTable
from shared.platform.retention import RetainedKind

ENDED_VALUES = ", ".join(repr(state.value) for state in sorted(ENDED))
OPEN = f"state not in ({ENDED_VALUES})"
UNHEARD = f"(contested_on is null or not household_heard) and {OPEN}"
RUNNING = "settled_at is null"

RECEIPT_NUMBERS = Sequence("objection_receipt", metadata=Base.metadata)
"""Serial numbers of receipts: unique for good, with gaps."""


class Objection(Base):
    """One objection (异议). Who filed by name is in `objector`, sealed; here is only the operator's pseudonym.

    `subject`: the application or recognition that is objected to; none against a typing result, whose `run` and `year`
    are named instead. Days (`accept_by`, …): the last days in force, none where the policy sets no period.
    `handled_at`: the bureau that has it now: the receiving one, or the one it climbed to. `contested_on` is none as
    long as what it is against has not been heard of; once it has, and the objection is late or not the objector's to
    file, `barred` says so, and it is declined with that reason.
    """

    __tablename__ = "objection"
    __table_args__ = (
        Index("ux_objection_receipt", "receipt", unique=True),
        Index(
            "ux_objection_open",
            "against",
            "uscc",
            "objector_key",
            text("coalesce(subject, '00000000-0000-0000-0000-000000000000'::uuid)"),
            text("coalesce(year, 0)"),
            unique=True,
            postgresql_where=text(OPEN),
        ),
        Index("ix_objection_operator", "operator_ref", "id"),
        Index("ix_objection_household", "uscc", "id"),
        Index("ix_objection_subject", "subject", postgresql_where=text("subject is not null")),
        Index("ix_objection_county", "county", "id"),
        Index("ix_objection_open", "county", "due_on", "id", postgresql_where=text(OPEN)),
        Index("ix_objection_state", "county", "state", "due_on", "id"),
        Index("ix_objection_against", "county", "against", "due_on", "id", postgresql_where=text(OPEN)),
        Index("ix_objection_assigned", "assigned_to", "due_on", "id", postgresql_where=text(OPEN)),
        Index("ix_objection_handled", "handled_at", "due_on", "id", postgresql_where=text(OPEN)),
        Index("ix_objection_climbed", "county", "due_on", "id", postgresql_where=text(f"{OPEN} and climbs > 0")),
        Index("ix_objection_filed", "county", "filed_at"),
        Index("ix_objection_notice", "public_notice", postgresql_where=text("public_notice is not null")),
        Index("ix_objection_unheard", "uscc", postgresql_where=text(UNHEARD)),
        CheckConstraint(f"state in ({', '.join(repr(s.value) for s in ObjectionState)})", name="state_known"),
    )

    id: Mapped[Id]
    receipt: Mapped[str] = mapped_column(String(40), comment="number of the receipt")
    against: Mapped[Against] = mapped_column(EnumText(Against))
    subject: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    public_notice: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    run: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    year: Mapped[int | None] = mapped_column(Integer, comment="year of the typing that is objected to")
    uscc: Mapped[Uscc]
    county: Mapped[County]
    filed_by: Mapped[FiledBy] = mapped_column(EnumText(FiledBy))
    operator_ref: Mapped[str | None] = mapped_column(String(60))
    objector_key: Mapped[str] = mapped_column(String(80), comment="the same for one objector: no name, no number")
    entered_by: Mapped[Subject]
    filed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), comment="the instant that counts")
    contested_on: Mapped[dt.date | None] = mapped_column(Date, comment="published or served; none until heard of")
    contested_region: Mapped[str | None] = mapped_column(
        String(6), comment="region of the bureau whose decision is objected to; none until heard of"
    )
    household_heard: Mapped[bool] = mapped_column(default=True, comment="whether its register entry is known here")
    barred: Mapped[str | None] = mapped_column(
        Text, comment="why it cannot be accepted: found when what it is against was heard of; public"
    )
    policy_hash: Mapped[str | None] = mapped_column(ForeignKey("policy_version.content_hash"))
    grounds: Mapped[tuple[Ground, ...]] = mapped_column(JsonOf(tuple[Ground, ...]), default=())
    statement: Mapped[str] = mapped_column(Text, comment="what the objector says")
    state: Mapped[ObjectionState] = mapped_column(EnumText(ObjectionState), default=ObjectionState.FILED)
    due_on: Mapped[dt.date] = mapped_column(Date, comment="the next last day; the far future where there is none")
    accept_by: Mapped[dt.date | None] = mapped_column(Date)
    complete_by: Mapped[dt.date | None] = mapped_column(Date)
    respond_by: Mapped[dt.date | None] = mapped_column(Date)
    decide_by: Mapped[dt.date | None] = mapped_column(Date)
    returned: Mapped[bool] = mapped_column(default=False)
    missing: Mapped[list[str]] = mapped_column(JSONB, default=list, comment="what a return asked for")
    completion: Mapped[str | None] = mapped_column(Text, comment="what the objector added when it was returned")
    extended: Mapped[bool] = mapped_column(default=False)
    explanation: Mapped[BureauExplanation | None] = mapped_column(JsonOf(BureauExplanation))
    handled_at: Mapped[str] = mapped_column(String(6), comment="region of the bureau that has it")
    climbs: Mapped[int] = mapped_column(Integer, default=0, comment="how often it climbed to the bureau above")
    warning: Mapped[str | None] = mapped_column(
        Text, comment="what the objector was told before a decision that may be worse"
    )
    assigned_to: Mapped[str | None] = mapped_column(String(200))
    proposed_by: Mapped[str | None] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_by_region: Mapped[str | None] = mapped_column(String(6))
    decided_on: Mapped[dt.date | None] = mapped_column(Date)
    decline_kind: Mapped[str | None] = mapped_column(String(20))
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome))
    changed: Mapped[bool | None] = mapped_column(comment="whether what is objected to became another")
    reason: Mapped[str | None] = mapped_column(Text, comment="of a decline, an extension or the decision; public")
    answer: Mapped[str | None] = mapped_column(Text, comment="to the objector, with citations and remedies")
    public_answer: Mapped[str | None] = mapped_column(Text, comment="the same without the departments' own words")
    closed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about an objection says."""
        return about(self.id, self.county, receipt=self.receipt, against=self.against, state=self.state)


class ObjectionDueDay(Base):
    """A last day of an objection and how it was reckoned: `days` (working days, mostly) from the day after `starts_on`.

    Rows are kept: a day that is set anew ends the row (`replaced`) and begins another one. `item`: the verification,
    where several are asked at once. `provisional`: it depends on a year whose holidays are not announced. `passed_at`:
    when it was noticed that the day had passed; `climbs`: how often the objection climbed because of it since.
    """

    __tablename__ = "objection_due_day"
    __table_args__ = (
        Index("ix_objection_due_day_objection", "objection_id", "created_at"),
        Index("ix_objection_due_day_running", "county", "due_on", "id", postgresql_where=text(RUNNING)),
        Index(
            "ux_objection_due_day_running",
            "objection_id",
            "what",
            "item",
            unique=True,
            postgresql_where=text(RUNNING),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Id]
    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"))
    county: Mapped[County]
    what: Mapped[DueDay] = mapped_column(EnumText(DueDay))
    item: Mapped[uuid.UUID | None] = mapped_column(Uuid, comment="the verification, where several are asked")
    starts_on: Mapped[dt.date] = mapped_column(Date, comment="counted from the day after")
    days: Mapped[int] = mapped_column(Integer)
    unit: Mapped[Unit] = mapped_column(EnumText(Unit), comment="working days, or days of the calendar")
    parameter: Mapped[str] = mapped_column(String(100), comment="of the policy")
    verified: Mapped[bool] = mapped_column(comment="whether a text at hand gives the number")
    source: Mapped[str] = mapped_column(Text, comment="what sets the number, or where the text speaks of it")
    provisional: Mapped[bool] = mapped_column(comment="whether holidays that it depends on are not announced")
    due_on: Mapped[dt.date] = mapped_column(Date)
    previously_due_on: Mapped[dt.date | None] = mapped_column(Date, comment="before holidays were announced")
    reminded_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    passed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    climbs: Mapped[int] = mapped_column(Integer, default=0)
    settled_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), comment="done, or no longer needed")
    replaced: Mapped[bool] = mapped_column(default=False, comment="by another day for the same")
    created_at: Mapped[CreatedAt]


class ObjectionDocument(DocumentTable, Base):
    """An uploaded file, stored under its hash."""

    __tablename__ = "objection_document"

    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(40), comment="evidence, consent, hearing, answer")


ENDED_DOCUMENTS = RetainedKind(
    "ended-document",
    "objection_document",
    "t.added_at",
    where=f"o.state IN ({ENDED_VALUES})",
    joined="JOIN objection o ON o.id = t.objection_id",
    uscc="o.uscc",
)
"""Documents of objections that have ended; their files go when no row names them"""
