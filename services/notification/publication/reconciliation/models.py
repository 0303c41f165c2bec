"""Tables of rounds, their counties, what a system was seen to hold, and differences."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Identity, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.reconciliation.domain import (
    CountyState,
    DifferenceKind,
    DifferenceState,
    RoundState,
)
from services.notification.publication.systems import Kind, System
from shared.database.columns import EnumText, Subject, Version
from shared.platform.audit import About, about

UNDER_WAY = "ended_at is null"
DAILY = "ordered_by is null"
STILL_THERE = "closed_at is null"
TO_BE_SENT = f"state = '{DifferenceState.REPAIRING}' and sent_at is null"


class PublicationReconciliation(Base):
    """A round: one system, some kinds, the counties of a region. Its report is frozen when it is signed."""

    __tablename__ = "publication_reconciliation"
    __table_args__ = (
        Index("uq_publication_reconciliation_open", "system", unique=True, postgresql_where=text(UNDER_WAY)),
        Index("uq_publication_reconciliation_daily", "system", "day", unique=True, postgresql_where=text(DAILY)),
        Index("ix_publication_reconciliation_number", "number", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), comment="order of rounds")
    system: Mapped[System] = mapped_column(EnumText(System, 30))
    kinds: Mapped[list[str]] = mapped_column(JSONB)
    planned: Mapped[list[str]] = mapped_column(JSONB, comment="kinds whose counties are listed")
    region: Mapped[str] = mapped_column(String(6), comment="whose counties; empty: all of the system's")
    day: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[RoundState] = mapped_column(EnumText(RoundState))
    ordered_by: Mapped[Subject | None] = mapped_column(comment="null: the daily round")
    started_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    next_try_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    trouble: Mapped[str | None] = mapped_column(String(100), comment="why the system could not be read at last")
    report: Mapped[str | None] = mapped_column(Text, comment="canonical JSON; kept when it is signed")
    report_digest: Mapped[str | None] = mapped_column(String(64))
    signed_by: Mapped[Subject | None]
    signed_name: Mapped[str | None] = mapped_column(String(100))
    signed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(f"reconciliation/{self.id}", self.region, system=self.system.value, day=self.day.isoformat())


class PublicationReconciliationCounty(Base):
    """One county and kind of a round: counts and digests of both sides, how far the rows are read, what was found.
    `left_out`: rows under way, of which nobody can say yet what the system holds.
    """

    __tablename__ = "publication_reconciliation_county"

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication_reconciliation.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(EnumText(Kind, 30), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    state: Mapped[CountyState] = mapped_column(EnumText(CountyState))
    ours: Mapped[int] = mapped_column(Integer)
    theirs: Mapped[int] = mapped_column(Integer)
    our_digest: Mapped[str | None] = mapped_column(String(64))
    their_digest: Mapped[str | None] = mapped_column(String(64), comment="null: it gives none")
    since: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), comment="when reading its rows began")
    after: Mapped[str | None] = mapped_column(Text, comment="where the next page of the system's rows begins")
    missing: Mapped[int] = mapped_column(Integer, server_default="0")
    extra: Mapped[int] = mapped_column(Integer, server_default="0")
    older: Mapped[int] = mapped_column(Integer, server_default="0")
    different: Mapped[int] = mapped_column(Integer, server_default="0")
    left_out: Mapped[int] = mapped_column(Integer, server_default="0")
    compared_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class PublicationHeldRecord(Base):
    """What a system was seen to hold in the county that is being compared; forgotten when the county is done."""

    __tablename__ = "publication_held_record"

    round_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(EnumText(Kind, 30), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    key: Mapped[str] = mapped_column(String(64, collation="C"), primary_key=True)
    uscc: Mapped[str | None] = mapped_column(String(18))
    version: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class PublicationDifference(Base):
    """A record about which a system and we differ, from the round that found it first to the one that found it no
    more. `region`: the county that it was found in.
    """

    __tablename__ = "publication_difference"
    __table_args__ = (
        Index(
            "uq_publication_difference_there",
            "system",
            "kind",
            "region",
            "key",
            unique=True,
            postgresql_where=text(STILL_THERE),
        ),
        Index("ix_publication_difference_to_be_sent", "system", "id", postgresql_where=text(TO_BE_SENT)),
        Index("ix_publication_difference_rounds", "system", "last_round", "region", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    system: Mapped[System] = mapped_column(EnumText(System, 30))
    kind: Mapped[Kind] = mapped_column(EnumText(Kind, 30))
    region: Mapped[str] = mapped_column(String(6))
    key: Mapped[str] = mapped_column(String(64, collation="C"))
    uscc: Mapped[str | None] = mapped_column(String(18))
    difference: Mapped[DifferenceKind] = mapped_column(EnumText(DifferenceKind))
    our_version: Mapped[int | None] = mapped_column(BigInteger)
    our_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    their_version: Mapped[int | None] = mapped_column(BigInteger)
    their_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[DifferenceState] = mapped_column(EnumText(DifferenceState))
    first_round: Mapped[int] = mapped_column(BigInteger, comment="number of the round that found it first")
    last_round: Mapped[int] = mapped_column(BigInteger, comment="number of the last round that found it")
    found_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    acted_by: Mapped[Subject | None] = mapped_column(comment="who decided or had it repaired; null: by itself")
    acted_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), comment="when its row began to wait")
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        names = {"system": self.system.value, "kind": self.kind.value, "difference": self.difference.value}
        return about(f"publication-difference/{self.id}", self.region, key=self.key, **names)
