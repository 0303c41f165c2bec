"""Tables of subscriptions, their secrets, and of the events on their way to them."""

import datetime as dt
import uuid

from sqlalchemy import DateTime, ForeignKey, Index, Integer, LargeBinary, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.subscriptions.domain import DeliveryState, Failure, ReceiverKind, SubscriptionState
from shared.database.columns import CreatedAt, EnumText, Id, Subject, Version
from shared.platform.audit import About, about
from shared.platform.sealed_fields.values import SealedColumn, SealedText
from shared.reference.departments import Department


class WebhookSubscription(Base):
    """Where the events of some types go. It belongs to a department in a region, and gets nothing of another region.

    `verification_due`: a verification was asked for and has not been carried out; `failing_since`: the first failure
    after the last success.
    """

    __tablename__ = "webhook_subscription"
    __table_args__ = (
        Index(
            "ux_webhook_subscription_url",
            "department",
            "region",
            "url",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
        ),
        Index("ix_webhook_subscription_region", "region", "id"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100), comment="of the receiving system")
    receiver: Mapped[ReceiverKind] = mapped_column(EnumText(ReceiverKind))
    department: Mapped[Department] = mapped_column(EnumText(Department, 40))
    region: Mapped[str] = mapped_column(String(6))
    url: Mapped[str] = mapped_column(String(500))
    event_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[SubscriptionState] = mapped_column(EnumText(SubscriptionState))
    version: Mapped[Version]
    verification_due: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    verification_failure: Mapped[Failure | None] = mapped_column(EnumText(Failure), comment="of the last verification")
    verified_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    failing_since: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    failures: Mapped[int] = mapped_column(Integer, default=0, comment="since the last success")
    rests_until: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), comment="after a failure")
    disabled_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    disabled_because: Mapped[Failure | None] = mapped_column(EnumText(Failure))
    created_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.region, department=self.department.value)


class WebhookSecret(Base):
    """A secret that deliveries are signed with; several while they are changed over. Erased when it has expired."""

    __tablename__ = "webhook_secret"
    __table_args__ = (Index("ix_webhook_secret_subscription", "subscription_id"),)

    id: Mapped[Id]
    subscription_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("webhook_subscription.id"))
    secret: Mapped[SealedText] = mapped_column(SealedColumn)
    made_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class WebhookEvent(Base):
    """An event that somebody subscribes to, as it was published. Its id is the `webhook-id` of every delivery."""

    __tablename__ = "webhook_event"
    __table_args__ = (Index("ix_webhook_event_queued_at", "queued_at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    queued_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class WebhookDelivery(Base):
    """One event for one subscription, with what became of it. Removed together with its event."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_due", "subscription_id", "try_at", postgresql_where=text("state = 'pending'")),
        Index("ix_webhook_delivery_subscription", "subscription_id", "queued_at", "event_id"),
    )

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("webhook_event.id", ondelete="CASCADE"), primary_key=True)
    subscription_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("webhook_subscription.id"), primary_key=True)
    state: Mapped[DeliveryState] = mapped_column(EnumText(DeliveryState))
    queued_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    try_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer, comment="calls that are known to have ended")
    failure: Mapped[Failure | None] = mapped_column(EnumText(Failure), comment="of the last call")
    status: Mapped[int | None] = mapped_column(Integer, comment="HTTP status of the last call")
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
