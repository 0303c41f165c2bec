"""The table of whose turn it is to call a system."""

import datetime as dt

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.systems import System
from shared.database.columns import EnumText


class PublicationTurn(Base):
    """When a system may be called next. Not logged: after a crash of the database turns begin anew."""

    __tablename__ = "publication_turn"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    system: Mapped[System] = mapped_column(EnumText(System, 30), primary_key=True)
    next_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
