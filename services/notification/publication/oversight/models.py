"""Tables of oversight: how many rows are in which state, and which published runs must be in the national directory."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, Date, DateTime, Identity, Integer, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.records.domain import RowState
from services.notification.publication.systems import Kind, System
from shared.database.columns import EnumText


class PublicationTally(Base):
    """By how many the rows in a state have grown or shrunk. Triggers of `publication_row` write it, one line per
    statement and group: nobody waits for a counter, and the sum is what a count of all rows would be. Once a minute the
    lines of a group are made one.
    """

    __tablename__ = "publication_tally"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    system: Mapped[System] = mapped_column(EnumText(System, 30))
    kind: Mapped[Kind] = mapped_column(EnumText(Kind, 30))
    region: Mapped[str] = mapped_column(String(6))
    state: Mapped[RowState] = mapped_column(EnumText(RowState))
    rows: Mapped[int] = mapped_column(BigInteger)


class PublicationRun(Base):
    """The run of a region and year whose types are published: the first one counts for the cut-off.

    `completed_at`: everything was in the national directory; what is corrected later has no cut-off. `told_on`: the
    last day on which it was said that it will be late.
    """

    __tablename__ = "publication_run"

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    run: Mapped[uuid.UUID] = mapped_column(Uuid)
    policy: Mapped[str] = mapped_column(String(100))
    households: Mapped[int] = mapped_column(Integer, comment="with a label that is published")
    published_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    completed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    told_on: Mapped[dt.date | None] = mapped_column(Date)
    missing_standard: Mapped[str | None] = mapped_column(
        String(100), comment="policy of the latest run whose standard this release lacks, so that it is not published"
    )
    missing_words: Mapped[str | None] = mapped_column(String(64), comment="digest of its words, where typing says it")
