"""Tables of what the other services told by events."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, Boolean, Date, Index, Integer, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from services.objection.registers.domain import SERVED, Against, NoticeState
from shared.database.columns import County, EnumText, Uscc
from shared.platform.household_copy import HouseholdTable
from shared.platform.stored_policies import PolicyVersionTable


class Household(HouseholdTable, Base):
    """One household as typing last told of it."""


class PolicyVersion(PolicyVersionTable, Base):
    """The exact content that an objection is handled by, whatever the file says later."""


class PublishedRun(Base):
    """A published typing run: which policy its results rest on, and since when they can be objected to."""

    __tablename__ = "published_run"

    run: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    policy: Mapped[str] = mapped_column(String(100), comment="id of the policy")
    published_on: Mapped[dt.date] = mapped_column(Date)
    published_by: Mapped[str | None] = mapped_column(String(200))


class ContestableDecision(Base):
    """A decision of recognition against which its household may object: the latest of each kind about each subject.

    `subject`: the application or recognition; of an application on notice there is a row once it was withdrawn.
    `stands`: false once a later event undid it. `decided_by`: subject of the person who decided last. `made_by`:
    everybody who took part in this decision or in an earlier one about the same, also if it was undone since; none of
    them handles an objection to it. The filing period begins the day after the decision; of a cancellation or
    revocation the day after it was served.
    """

    __tablename__ = "contestable_decision"
    __table_args__ = (Index("ix_contestable_decision_household", "uscc"),)

    against: Mapped[Against] = mapped_column(EnumText(Against), primary_key=True)
    subject: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    uscc: Mapped[Uscc]
    region: Mapped[County]
    decided_on: Mapped[dt.date] = mapped_column(Date)
    served_on: Mapped[dt.date | None] = mapped_column(Date, comment="of decisions that are served; none until then")
    decided_by: Mapped[str | None] = mapped_column(String(200))
    made_by: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"), comment="all who took part, ever")
    decided_by_region: Mapped[str | None] = mapped_column(String(6))
    reason: Mapped[str | None] = mapped_column(Text)
    stands: Mapped[bool] = mapped_column(Boolean, default=True)
    revision: Mapped[int] = mapped_column(BigInteger)

    @property
    def counted_from(self) -> dt.date | None:
        """The day from which the filing period runs; none as long as the decision has not been served."""
        return self.served_on if self.against in SERVED else self.decided_on


class NoticeCopy(Base):
    """A public notice of recognition. Known by its opening or, when that event is late, by its closing alone.

    `announced`: the numbers of the last PublicNoticeCleared, so that an unchanged state is not announced again.
    """

    __tablename__ = "public_notice"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    county: Mapped[County]
    state: Mapped[NoticeState] = mapped_column(EnumText(NoticeState))
    opens_on: Mapped[dt.date | None] = mapped_column(Date)
    closes_on: Mapped[dt.date] = mapped_column(Date, comment="the last day")
    opened_by: Mapped[str | None] = mapped_column(String(200))
    made_by: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"), comment="all who took part")
    decided_by_region: Mapped[str | None] = mapped_column(String(6))
    announced: Mapped[dict[str, list[str]] | None] = mapped_column(JSONB, comment="what was last announced")


class NoticeItem(Base):
    """One application on a public notice."""

    __tablename__ = "notice_item"
    __table_args__ = (Index("ix_notice_item_application", "application"), Index("ix_notice_item_uscc", "uscc"))

    notice: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    application: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    uscc: Mapped[Uscc]
    name: Mapped[str] = mapped_column(String(500))
    category: Mapped[str] = mapped_column(String(20))
