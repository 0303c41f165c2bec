"""Who was taken off the pool of promising households."""

import datetime as dt
import uuid

from sqlalchemy import DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.models.base import Base, Subject


class PoolRemoval(Base):
    """An officer took an application's household off the pool, with the reason."""

    __tablename__ = "pool_removal"

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    removed_by: Mapped[Subject]
    removed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
