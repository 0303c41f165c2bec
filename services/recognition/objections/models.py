"""The table of upheld objections that were applied."""

import datetime as dt
import uuid

from sqlalchemy import DateTime, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from services.recognition.objections.domain import Outcome
from shared.database.columns import EnumText, Uscc


class AppliedObjection(Base):
    """An upheld objection and what was done about it. It is there before anything is done, so that each is applied, and
    answered, once.
    """

    __tablename__ = "applied_objection"

    objection: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    against: Mapped[str] = mapped_column(String(40))
    uscc: Mapped[Uscc]
    region: Mapped[str] = mapped_column(String(6))
    subject: Mapped[uuid.UUID | None]
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome, 40))
    reason: Mapped[str | None] = mapped_column(Text)
    applied_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
