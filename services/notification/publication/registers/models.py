"""The copies of households, recognitions, open public notices and ended applications."""

import datetime as dt
import uuid

from sqlalchemy import ARRAY, BigInteger, Date, DateTime, ForeignKey, Index, Integer, String, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.registers.domain import Standing
from shared.database.columns import County, EnumText, Uscc

HELD_BACK = "type in ('gap', 'undetermined') and status = 'registered'"


class PublicationHousehold(Base):
    """One household. The register entry and the type have revisions of their own; until a register entry is heard, name
    and region are those of the latest type. `marks`: of every credit defect that it ever had the revision of the latest
    state with it.
    """

    __tablename__ = "publication_household"
    __table_args__ = (Index("ix_publication_household_held_back", "region", "uscc", postgresql_where=text(HELD_BACK)),)

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(500))
    region: Mapped[County]
    status: Mapped[str] = mapped_column(String(20))
    changed_revision: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str | None] = mapped_column(String(20))
    typed_year: Mapped[int | None] = mapped_column(Integer)
    typed_run: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    typed_revision: Mapped[int] = mapped_column(BigInteger)
    typed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    defects: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    unknown_feeds: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    marks: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")


class PublicationRecognition(Base):
    """One recognition, ended ones too."""

    __tablename__ = "publication_recognition"
    __table_args__ = (Index("ix_publication_recognition_household", "uscc"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    uscc: Mapped[Uscc]
    region: Mapped[County]
    name: Mapped[str | None] = mapped_column(String(500))
    category: Mapped[str] = mapped_column(String(20))
    granted_on: Mapped[dt.date | None] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    certificate: Mapped[str | None] = mapped_column(String(60))
    standing: Mapped[Standing] = mapped_column(EnumText(Standing))
    revision: Mapped[int] = mapped_column(BigInteger)


class PublicationNotice(Base):
    """One public notice that is open."""

    __tablename__ = "publication_notice"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    region: Mapped[County]
    opens_on: Mapped[dt.date] = mapped_column(Date)
    closes_on: Mapped[dt.date] = mapped_column(Date)
    opened_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class PublicationNoticeItem(Base):
    """One application on an open notice, with what the notice says of it. `position`: its place on the notice."""

    __tablename__ = "publication_notice_item"
    __table_args__ = (Index("ix_publication_notice_item_application", "application"),)

    notice: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication_notice.id", ondelete="CASCADE"), primary_key=True)
    application: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    uscc: Mapped[Uscc]
    name: Mapped[str] = mapped_column(String(500))
    category: Mapped[str] = mapped_column(String(20))


class PublicationEndedApplication(Base):
    """An application that was refused, withdrawn or not selected, and when last. One that is reopened goes onto a
    notice of its own, which is opened later.
    """

    __tablename__ = "publication_ended_application"

    application: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    ended_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
