"""What the service knows of households and counties by itself: a copy fed by the typing service's events."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, DateTime, Index, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.models.base import Base, Code, County


class Household(Base):
    """One household as last heard of. `typed_*`: its type in force; `changed_revision`: its register entry."""

    __tablename__ = "household"
    __table_args__ = (Index("ix_household_region", "region", "uscc"), Index("ix_household_operator", "operator_ref"))

    uscc: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(500))
    region: Mapped[County]
    operator_ref: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20), default="registered")
    type: Mapped[str | None] = mapped_column(String(20))
    typed_year: Mapped[int | None] = mapped_column(Integer)
    typed_run: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    typed_revision: Mapped[int] = mapped_column(BigInteger, default=0)
    changed_revision: Mapped[int] = mapped_column(BigInteger, default=0)


class PublishedCount(Base):
    """Households of a county by type in a year's published run: the base of the quota."""

    __tablename__ = "published_count"

    county: Mapped[County] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    run: Mapped[uuid.UUID] = mapped_column(Uuid)
    published_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class PolicyVersion(Base):
    """The exact content a season goes by, whatever the file says later."""

    __tablename__ = "policy_version"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    policy: Mapped[str] = mapped_column(String(100))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
