"""Tables of what other services and bureaus report: households, counts of published runs, penalties, dishonest debtors.

Also objections as the objection service last told of them, and the policy contents that seasons were prepared under.
"""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, Date, DateTime, Index, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.base import Base
from shared.database.columns import County, EnumText, Subject, Uscc
from shared.feeds.contract.feeds import FEEDS
from shared.platform.annotations import AnnotationTable
from shared.platform.deliveries.rows import DeliveryTable
from shared.platform.household_copy import HouseholdTable
from shared.platform.operator_changes import OperatorSince
from shared.platform.stored_policies import PolicyVersionTable
from shared.reference.departments import Department


class Household(HouseholdTable, OperatorSince, Base):
    """One household as typing last told of it."""


class RecognitionAnnotation(AnnotationTable, Base):
    """What a national system says of a household's recognition."""


class PublishedCount(Base):
    """Households of a county by type in a year's published run: the base of the quota."""

    __tablename__ = "published_count"

    county: Mapped[County] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    run: Mapped[uuid.UUID] = mapped_column(Uuid)
    published_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class PolicyVersion(PolicyVersionTable, Base):
    """The exact content a season goes by, whatever the file says later."""


class ObjectionCopy(Base):
    """One objection about an application or a recognition, as the objection service last told of it."""

    __tablename__ = "objection"
    __table_args__ = (Index("ix_objection_subject", "subject"), Index("ix_objection_household", "uscc"))

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    receipt: Mapped[str] = mapped_column(String(40))
    uscc: Mapped[Uscc]
    region: Mapped[str] = mapped_column(String(6))
    against: Mapped[str] = mapped_column(String(40))
    subject: Mapped[uuid.UUID | None] = mapped_column(comment="the application or recognition objected to")
    stage: Mapped[str] = mapped_column(String(40), comment="the name of the last event")
    is_open: Mapped[bool]
    outcome: Mapped[str | None] = mapped_column(String(40))
    filed_on: Mapped[dt.date | None] = mapped_column(Date)
    decide_by: Mapped[dt.date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(BigInteger)


class RegisterDelivery(DeliveryTable, Base):
    """A delivered file of a feed: a state of the register in its region. `waiting`: rows that waited for their
    household when it came.
    """

    __tablename__ = "register_delivery"
    __table_args__ = (Index("ix_register_delivery_newest", "feed", "region", "sequence"),)

    feed: Mapped[str] = mapped_column(String(30))
    bureau: Mapped[str] = mapped_column(String(200))
    waiting: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    department: Mapped[Department | None] = mapped_column(
        EnumText(Department, 30), comment="who delivered it; null: delivered before this was kept"
    )
    delivered_by: Mapped[Subject]
    delivered_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))

    @property
    def deliverer(self) -> str:
        """Who delivered it."""
        return self.delivered_by

    def is_readable_for(self, department: Department) -> bool:
        """Of a feed that several departments deliver each reads its own."""
        return not FEEDS[self.feed].others or self.department is department


class Penalty(Base):
    """A penalty of a household. The end of publicity and the repair have different effects."""

    __tablename__ = "penalty"

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    decided_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    published_on: Mapped[dt.date | None] = mapped_column(Date)
    published_until: Mapped[dt.date | None] = mapped_column(Date)
    repaired_on: Mapped[dt.date | None] = mapped_column(Date)
    delivery_id: Mapped[uuid.UUID]


class WaitingPenalty(Base):
    """A penalty of a household that was not known in the region when it was delivered. It counts for nobody yet."""

    __tablename__ = "waiting_penalty"
    __table_args__ = (Index("ix_waiting_penalty_delivery", "delivery_id"),)

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    decided_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    published_on: Mapped[dt.date | None] = mapped_column(Date)
    published_until: Mapped[dt.date | None] = mapped_column(Date)
    repaired_on: Mapped[dt.date | None] = mapped_column(Date)
    delivery_id: Mapped[uuid.UUID]
    since: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class DishonestDebtor(Base):
    """An operator on the courts' list, by pseudonym, as delivered for a region.

    Regions do not overwrite one another: only a delivery of the same or a wider region changes a row.
    """

    __tablename__ = "dishonest_debtor"
    __table_args__ = (Index("ix_dishonest_debtor_operator", "operator_ref"),)

    operator_ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    listed_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    removed_on: Mapped[dt.date | None] = mapped_column(Date)
    delivery_id: Mapped[uuid.UUID]


class RegisteredKind(Base):
    """A kind of operator (经营者身份) of a household's operator, as a department delivered it for a region.

    Departments and regions do not overwrite one another. It says something of whoever operated the household at
    `stated_at`; `delivery_id` is the last delivery after which it stands, which may not have been able to read it.
    """

    __tablename__ = "operator_kind"

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    department: Mapped[Department] = mapped_column(EnumText(Department, 30), primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    since: Mapped[dt.date | None] = mapped_column(Date)
    until: Mapped[dt.date | None] = mapped_column(Date, comment="the last day")
    delivery_id: Mapped[uuid.UUID]
    stated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), comment="when a delivery last said so")
