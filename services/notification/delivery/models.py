"""Tables of delivery: how each provider stands, and receipts that have been read and not yet applied."""

import datetime as dt

from sqlalchemy import Boolean, DateTime, Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from shared.database.columns import Id


class ProviderStanding(Base):
    """What all worker processes know together of one provider: how many messages it may be given now, and whether it
    answers.

    `tokens` at `refilled_at`: one is taken per hand-over, and they grow by the provider's rate. `failures` in a row
    pause it until `paused_until`; then one message at a time is tried, until one succeeds.
    """

    __tablename__ = "provider_standing"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    refilled_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    failing_since: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    paused_until: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class WaitingReceipt(Base):
    """A provider's receipt until it is applied. The id follows from what it says: told twice, it is kept once. One
    whose message is not known yet (the receipt was faster than the mark) is tried again until it is too old.
    """

    __tablename__ = "waiting_receipt"
    __table_args__ = (Index("ix_waiting_receipt_try", "try_at", "id"),)

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(40))
    key: Mapped[str | None] = mapped_column(String(100), comment="ours, where the provider repeats it")
    reference: Mapped[str | None] = mapped_column(String(200), comment="the provider's own")
    delivered: Mapped[bool] = mapped_column(Boolean)
    code: Mapped[str] = mapped_column(String(100))
    read_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    try_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer, server_default="0")
