"""Tables of records and of their rows, one per system."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Index, Integer, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.records.domain import RowState
from services.notification.publication.systems import Kind, System
from shared.database.columns import EnumText

WAITING = f"state = '{RowState.WAITING}'"
REJECTED = f"state = '{RowState.REJECTED}'"
UNDER_WAY = "batch_id is not null"
OVERTAKEN = f"{UNDER_WAY} and wanted_version > sent_version"


class PublicationRecord(Base):
    """What is to stand in the systems: one content per record. `version` is ours and grows with every change;
    `revision` is the source's, for those who compare with it.
    """

    __tablename__ = "publication_record"
    __table_args__ = (
        Index("ix_publication_record_household", "uscc", postgresql_where=text("uscc is not null")),
        Index("ix_publication_record_county", "kind", "region", "key", postgresql_where=text("not removed")),
    )

    kind: Mapped[Kind] = mapped_column(EnumText(Kind, 30), primary_key=True)
    key: Mapped[str] = mapped_column(String(64, collation="C"), primary_key=True)
    uscc: Mapped[str | None] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6))
    version: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int | None] = mapped_column(BigInteger)
    removed: Mapped[bool] = mapped_column(Boolean)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the canonical content")
    changed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class PublicationUnnamed(Base):
    """What is to stand in the systems and came without the household's name: said under the register's name, and held
    back until that is known. Kept afterwards, since the register's name may change.
    """

    __tablename__ = "publication_unnamed"
    __table_args__ = (
        Index("ix_publication_unnamed_household", "uscc"),
        Index("ix_publication_unnamed_county", "region", "kind", "key"),
    )

    kind: Mapped[Kind] = mapped_column(EnumText(Kind, 30), primary_key=True)
    key: Mapped[str] = mapped_column(String(64, collation="C"), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6))
    revision: Mapped[int] = mapped_column(BigInteger)
    first_urgency: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    held_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class PublicationRow(Base):
    """How far one system is with a record. While it is in a batch that is not over, nothing else about it is sent, so
    nothing later is ever overtaken by something earlier.

    `sent_*`: what the batch holds, or the last one held; `acknowledged_*`: what the system has confirmed. `code`,
    `message`: why it refused. `outside`: the record is in a region that the system is not sent, so that what the system
    holds of it is to be taken back; `region` stays the last one that it was sent.
    """

    __tablename__ = "publication_row"
    __table_args__ = (
        Index(
            "ix_publication_row_waiting",
            "system",
            "urgency",
            "wanted_at",
            "kind",
            "key",
            postgresql_where=text(WAITING),
        ),
        Index(
            "ix_publication_row_halved",
            "system",
            "urgency",
            "together",
            postgresql_where=text(f"{WAITING} and together is not null"),
        ),
        Index("ix_publication_row_batch", "batch_id", postgresql_where=text(UNDER_WAY)),
        Index("ix_publication_row_overtaken", "batch_id", postgresql_where=text(OVERTAKEN)),
        Index("ix_publication_row_rejected", "system", "region", "kind", "key", postgresql_where=text(REJECTED)),
        Index("ix_publication_row_county", "region", "system", "kind", "state"),
        Index("ix_publication_row_listed", "system", "kind", "state", "region", "key"),
    )

    system: Mapped[System] = mapped_column(EnumText(System, 30), primary_key=True)
    kind: Mapped[Kind] = mapped_column(EnumText(Kind, 30), primary_key=True)
    key: Mapped[str] = mapped_column(String(64, collation="C"), primary_key=True)
    uscc: Mapped[str | None] = mapped_column(String(18))
    region: Mapped[str] = mapped_column(String(6))
    state: Mapped[RowState] = mapped_column(EnumText(RowState))
    urgency: Mapped[int] = mapped_column(SmallInteger)
    wanted_version: Mapped[int] = mapped_column(BigInteger)
    wanted_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    outside: Mapped[bool] = mapped_column(Boolean, server_default="false")
    batch_id: Mapped[uuid.UUID | None]
    together: Mapped[int | None] = mapped_column(
        Integer, comment="of a batch that was refused as a whole: so many records at most in the next one"
    )
    sent_before: Mapped[bool] = mapped_column(
        Boolean, server_default="false", comment="something was sent before what is in the batch"
    )
    sent_version: Mapped[int | None] = mapped_column(BigInteger)
    sent_revision: Mapped[int | None] = mapped_column(BigInteger)
    sent_digest: Mapped[bytes | None] = mapped_column(LargeBinary, comment="null: nothing, or a removal")
    sent_statement: Mapped[str | None] = mapped_column(String(100), comment="what it says in short")
    sent_region: Mapped[str | None] = mapped_column(String(6))
    acknowledged_version: Mapped[int | None] = mapped_column(BigInteger)
    acknowledged_digest: Mapped[bytes | None] = mapped_column(LargeBinary, comment="null: nothing, or a removal")
    acknowledged_region: Mapped[str | None] = mapped_column(String(6))
    acknowledged_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    code: Mapped[str | None] = mapped_column(String(100))
    message: Mapped[str | None] = mapped_column(Text, comment="in the system's words")


class PublicationScope(Base):
    """The region whose records a system is sent (empty: all), as the publisher was last set. No line: the system was
    never set, and records of all regions wait for it. `fitted_at`: since when its rows are those of this region.
    """

    __tablename__ = "publication_scope"

    system: Mapped[System] = mapped_column(EnumText(System, 30), primary_key=True)
    scope: Mapped[str] = mapped_column(String(6))
    fitted_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
