"""The copies of households and of recognitions."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, Boolean, Date, Index, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from shared.database.columns import County, Uscc
from shared.platform.household_copy import HouseholdTable
from shared.platform.operator_changes import OperatorSince


class Household(HouseholdTable, OperatorSince, Base):
    """One household as typing last told of it. `unit`: the part of its county that looks after it (a station, a
    street), where an officer has said so; a filter and a way to assign, never a right. `industry_section`: its trade
    (`shared.reference.industries`); both it and the day of establishment are unknown until typing tells them.
    """

    unit: Mapped[str | None] = mapped_column(String(60))
    industry_section: Mapped[str | None] = mapped_column(String(1), comment="门类 of GB/T 4754")
    established_on: Mapped[dt.date | None] = mapped_column(Date)


class HouseholdYearType(Base):
    """What a household's type was in each year's typing, as last told."""

    __tablename__ = "household_year_type"

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(20))


class RecognitionCopy(Base):
    """A household's recognition as recognition last told of it. `valid`: it was neither cancelled nor revoked and
    has not expired; its benefits begin on `benefits_from`, where that was told.
    """

    __tablename__ = "recognition"
    __table_args__ = (Index("ix_recognition_household", "uscc"),)

    recognition: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    uscc: Mapped[Uscc]
    region: Mapped[County]
    category: Mapped[str] = mapped_column(String(20))
    valid: Mapped[bool] = mapped_column(Boolean)
    benefits_from: Mapped[dt.date | None] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date, comment="the last day")
    revision: Mapped[int] = mapped_column(BigInteger)
