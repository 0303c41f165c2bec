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


class PublicationAcknowledged(NotificationPayload):
    """A system confirmed records of one kind of a batch. Subject: the region.

    `revision`: of the event (of typing or recognition) that the records state, `removed`: they no longer stand there.
    `households`: whose records they are; none where they are about no household. A batch may lead to several events.
    """

    system: Word
    batch: UUID
    region: Region
    kind: Word
    rows: Annotated[int, Field(ge=1)]
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    removed: bool = False
    households: list[Uscc] | None = None


class PublicationRejected(NotificationPayload):
    """A system refused a record. Subject: the uscc, or the region where it is about no household.

    `code` and `message` are the system's; `record` is the record's key.
    """

    system: Word
    batch: UUID
    kind: Word
    record: Word
    uscc: Uscc | None
    region: Region
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    code: Word
    message: Annotated[str, Field(max_length=500)]
