"""The table of chosen households."""

import datetime as dt

from sqlalchemy import Date, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from services.support.monitoring.domain import ChosenAs, ChosenState
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Uscc, Version
from shared.platform.audit import About, about

OPEN = text("state in ('proposed', 'listed')")


class ChosenHousehold(Base):
    """A household that a county has chosen, why, until when (`until`: the last day), and why it is no more."""

    __tablename__ = "chosen_household"
    __table_args__ = (
        Index("ux_chosen_household_open", "uscc", "chosen_as", unique=True, postgresql_where=OPEN),
        Index("ix_chosen_household_county", "county", "chosen_as", "id"),
    )

    id: Mapped[Id]
    uscc: Mapped[Uscc]
    county: Mapped[County]
    chosen_as: Mapped[ChosenAs] = mapped_column(EnumText(ChosenAs))
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[dt.date | None] = mapped_column(Date)
    state: Mapped[ChosenState] = mapped_column(EnumText(ChosenState))
    proposed_by: Mapped[Subject]
    approved_by: Mapped[str | None] = mapped_column(String(200))
    listed_on: Mapped[dt.date | None] = mapped_column(Date)
    ended_on: Mapped[dt.date | None] = mapped_column(Date)
    ended_because: Mapped[str | None] = mapped_column(Text)
    ended_by: Mapped[str | None] = mapped_column(String(200))
    proposed_at: Mapped[CreatedAt]
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about a choice says."""
        return about(self.id, self.county, uscc=self.uscc, chosen_as=self.chosen_as.value, state=self.state.value)
