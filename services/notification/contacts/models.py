"""Tables of contacts. Every phone and e-mail is sealed to its row, and so moved to a new key with all others."""

import datetime as dt
import uuid

from sqlalchemy import ARRAY, Date, DateTime, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.messages.domain import Recipient, RecipientKind
from shared.database.columns import Subject, Uscc, Version
from shared.platform.audit import About, about
from shared.platform.deliveries.rows import DeliveryTable
from shared.platform.sealed_fields.values import SealedColumn, SealedText
from shared.reference.departments import Department


class Contact(Base):
    """A household's contact as a bureau delivered it, given for the operator that the household had then.

    It is used while the household has that operator, from the day of consent on. After a withdrawal only its time
    stays, until somebody consents on a later day.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_operator", "operator_ref", "uscc", postgresql_where=text("operator_ref is not null")),
    )

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    operator_ref: Mapped[str | None] = mapped_column(String(60), comment="whose contact it is")
    phone: Mapped[SealedText | None] = mapped_column(SealedColumn)
    mobile: Mapped[bool] = mapped_column(default=False, comment="the phone takes text messages")
    email: Mapped[SealedText | None] = mapped_column(SealedColumn)
    consented_on: Mapped[dt.date | None] = mapped_column(Date)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    delivery_id: Mapped[uuid.UUID]
    delivered_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class OwnContact(Base):
    """What an operator or a member of staff set themselves; outranks what was delivered.

    `channels` None: those for which an address is known. A value is only there with the consent to use it: the
    version of the words that were shown, and when. After a withdrawal only its time stays.
    """

    __tablename__ = "own_contact"

    recipient: Mapped[str] = mapped_column(String(220), primary_key=True, comment="key of the recipient")
    phone: Mapped[SealedText | None] = mapped_column(SealedColumn)
    mobile: Mapped[bool] = mapped_column(default=False, comment="the phone takes text messages")
    email: Mapped[SealedText | None] = mapped_column(SealedColumn)
    channels: Mapped[list[str] | None] = mapped_column(ARRAY(String(20)))
    opted_out: Mapped[list[str]] = mapped_column(ARRAY(String(60)), default=list, comment="categories of rules")
    consent_words: Mapped[str | None] = mapped_column(String(40), comment="version of the words that were shown")
    consented_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class Mailbox(Base):
    """Where the bureau of a department in a region is reached and found: no personal data, but sealed alike."""

    __tablename__ = "mailbox"
    __table_args__ = (Index("ix_mailbox_region", "region", "department"),)

    name: Mapped[str] = mapped_column(String(60), primary_key=True, comment="department:region")
    department: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(6))
    office: Mapped[str] = mapped_column(String(200), comment="name of the bureau")
    address: Mapped[str | None] = mapped_column(String(300))
    phone: Mapped[SealedText | None] = mapped_column(SealedColumn)
    mobile: Mapped[bool] = mapped_column(default=False, comment="the phone takes text messages")
    email: Mapped[SealedText | None] = mapped_column(SealedColumn)
    kept_by: Mapped[Subject]
    kept_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(f"mailbox/{self.name}", self.region, department=self.department)


class ContactDelivery(DeliveryTable, Base):
    """A delivered file of contacts. The file itself is kept nowhere, its rejects hold neither phones nor e-mails."""

    __tablename__ = "contact_delivery"
    __table_args__ = (Index("ix_contact_delivery_newest", "feed", "region", "sequence"),)

    delivered_by: Mapped[Subject]
    delivered_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))

    @property
    def deliverer(self) -> str:
        """Who delivered it."""
        return self.delivered_by


def mailbox_of(department: Department, region: str) -> Recipient:
    """The mailbox of a department in a region, as a recipient."""
    return Recipient(RecipientKind.MAILBOX, f"{department.value}:{region}")
