"""Tables of surveys. What somebody answered is kept nowhere: only how many in a county chose what."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from services.support.surveys.domain import PanelKind, SurveyState
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Uscc, Version
from shared.platform.audit import About, about


class Survey(Base):
    """A questionnaire and whom it goes to; `type`, `seed` and `size` are those of a sample."""

    __tablename__ = "survey"
    __table_args__ = (Index("ix_survey_region", "region", "id"),)

    id: Mapped[Id]
    region: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(200))
    panel: Mapped[PanelKind] = mapped_column(EnumText(PanelKind))
    type: Mapped[str | None] = mapped_column(String(20))
    seed: Mapped[str | None] = mapped_column(String(60))
    size: Mapped[int | None] = mapped_column(Integer)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    until: Mapped[dt.date] = mapped_column(Date, comment="the last day for answers")
    state: Mapped[SurveyState] = mapped_column(EnumText(SurveyState))
    proposed_by: Mapped[Subject]
    opened_by: Mapped[str | None] = mapped_column(String(200))
    opened_on: Mapped[dt.date | None] = mapped_column(Date)
    proposed_at: Mapped[CreatedAt]
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about a survey says."""
        return about(self.id, self.region, title=self.title, state=self.state.value)


class SurveyInvitation(Base):
    """A household that is asked, and whether it has answered."""

    __tablename__ = "survey_invitation"
    __table_args__ = (Index("ix_survey_invitation_household", "uscc"),)

    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    county: Mapped[County]
    answered: Mapped[bool] = mapped_column(Boolean, default=False)


class SurveyTally(Base):
    """How many of a county chose an option."""

    __tablename__ = "survey_tally"

    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    county: Mapped[County] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[str] = mapped_column(String(40), primary_key=True)
    answers: Mapped[int] = mapped_column(Integer)
