"""Numbers that bureaus set, with the document of each."""

import datetime as dt

from sqlalchemy import CheckConstraint, Date, DateTime, Identity, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.base import Base
from services.typing.numbers.domain import NumberState, SetNumber
from shared.database.columns import CreatedAt, EnumText, Id, Subject, Version
from shared.platform.audit import About, about


class NumberSetting(Base):
    """A number that a policy's text leaves open, as a document sets it from a day on. Rows are kept: a later setting
    takes the place of an earlier one from its own day on. ``region``: of the bureau that proposed it.
    """

    __tablename__ = "number_setting"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in NumberState)})", name="state_known"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="maker_is_not_checker"),
        Index(
            "uq_number_setting_proposed",
            "policy",
            "parameter",
            "in_force_from",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Integer, Identity(always=True))
    state: Mapped[NumberState] = mapped_column(EnumText(NumberState), default=NumberState.PROPOSED)
    version: Mapped[Version]
    region: Mapped[str] = mapped_column(String(6))
    policy: Mapped[str] = mapped_column(String(100), index=True)
    parameter: Mapped[str] = mapped_column(String(100))
    value: Mapped[str] = mapped_column(String(100), comment="as it is written in a policy's file")
    in_force_from: Mapped[dt.date] = mapped_column(Date)
    document_number: Mapped[str] = mapped_column(String(200))
    document_title: Mapped[str] = mapped_column(String(500))
    document_date: Mapped[dt.date] = mapped_column(Date)
    proposed_by: Mapped[Subject]
    proposed_at: Mapped[CreatedAt]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)

    def as_set(self) -> SetNumber:
        """The number for a policy."""
        document = f"{self.document_number}《{self.document_title}》（{self.document_date}）"
        return SetNumber(self.parameter, self.value, self.in_force_from, document)

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.region)
