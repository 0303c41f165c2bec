"""The table of operators' consents for credit institutions."""

import datetime as dt

from sqlalchemy import Date, DateTime, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from shared.database.columns import County, CreatedAt, Id, Subject
from shared.platform.audit import About, about


class CreditConsent(Base):
    """An operator lets a credit institution read that the household is recognised, until a day; every use is audited.

    One is in force per household and institution; it ends when the household has another operator.
    """

    __tablename__ = "credit_consent"
    __table_args__ = (
        Index(
            "ux_credit_consent_standing",
            "uscc",
            "institution",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        Index("ix_credit_consent_operator", "operator_ref"),
    )

    id: Mapped[Id]
    uscc: Mapped[str] = mapped_column(String(18))
    county: Mapped[County]
    operator_ref: Mapped[str] = mapped_column(String(60))
    institution: Mapped[str] = mapped_column(String(200))
    until: Mapped[dt.date] = mapped_column(Date)
    given_by: Mapped[Subject]
    given_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))

    def audited(self) -> About:
        """What an audit entry about a consent says."""
        return about(self.uscc, self.county, institution=self.institution)
