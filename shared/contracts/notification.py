"""Events of the notification service. Topic `notification.events`."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.payload import Payload, Region, Uscc

Word = Annotated[str, Field(max_length=100)]


class NotificationPayload(Payload):
    """Events owned by the notification service."""

    topic: ClassVar[str] = "notification.events"


class NotificationOutcome(NotificationPayload):
    """How a message on a channel ended. Subject: the uscc, or the region where it is about no household.

    `cause`: the id of the event that it tells of.
    """

    notification: UUID
    rule: Word
    cause: Word
    channel: Word
    uscc: Uscc | None
    region: Region
    state: Word
    code: Word | None = None


class NotificationDelivered(NotificationOutcome):
    """The message reached its recipient. `state`: `delivered`."""


class NotificationFailed(NotificationOutcome):
    """The message did not reach its recipient, or nobody knows. `state`: `failed`, `expired`, `uncertain`."""
