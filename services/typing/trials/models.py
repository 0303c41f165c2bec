"""Trials: a draft of the law compared with a run's own policy, over the run's frozen snapshot."""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.base import Base
from services.typing.trials.domain import TrialState
from shared.database.columns import CreatedAt, EnumText, Id, Subject


class Trial(Base):
    """One trial, in the region of its run. ``content`` is the draft's own, which goes with the trial."""

    __tablename__ = "trial"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in TrialState)})", name="state_known"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Integer, Identity(always=True))
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("run.id"), index=True)
    region: Mapped[str] = mapped_column(String(6))
    state: Mapped[TrialState] = mapped_column(EnumText(TrialState), default=TrialState.QUEUED, index=True)
    policy: Mapped[str] = mapped_column(String(100))
    policy_title: Mapped[str] = mapped_column(Text)
    policy_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, object]] = mapped_column(JSONB)
    created_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[str | None] = mapped_column(Text)


class TrialChange(Base):
    """One cell of a trial's matrix: a county's households by type under the run's policy and under the draft."""

    __tablename__ = "trial_change"

    trial_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    from_type: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    to_type: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    households: Mapped[int] = mapped_column(BigInteger)
