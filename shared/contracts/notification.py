"""Events of the notification service. Topic `notification.events`."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.payload import Payload, Region, Uscc, Year

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
    `statement`: what they say in short, of a type `生存型 2026`, of a recognition `特色 2029-11-25` (its last day).
    `households`: whose records they are; none where they are about no household. `records`: the records' keys in the
    same order (of a recognition its id), where these are not the households' codes. A batch may lead to several events.
    """

    system: Word
    batch: UUID
    region: Region
    kind: Word
    rows: Annotated[int, Field(ge=1)]
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    removed: bool = False
    statement: Word | None = None
    households: list[Uscc] | None = None
    records: list[Word] | None = None


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


class HandedIn(NotificationPayload):
    """An application or objection that a household handed in at a national system. Subject: the uscc.

    `kind`: `application` (recognition takes it) or `objection` (the objection service does); `reference`: its number
    there; `filed_at`: when it was handed in there, which is what counts. `sealed`: a `SealedApplication` or
    `SealedObjection` that only the receiving service can open. Answered by one event of `HandInAnswer`'s kind.
    """

    hand_in: UUID
    system: Word
    kind: Word
    reference: Word
    uscc: Uscc
    region: Region
    year: Year | None
    filed_at: AwareDatetime
    sealed: str


class SealedHandIn(BaseModel):
    """What a hand-in says, for its receiver alone; it names what it belongs to, and the receiver compares."""

    model_config = ConfigDict(frozen=True)

    hand_in: UUID
    uscc: Uscc


class SealedApplication(SealedHandIn):
    """What an operator applies for: a category with its reason, criteria by their ids, kinds of operator."""

    category: Word
    category_reason: Annotated[str, Field(repr=False)]
    criteria: list[Word]
    kinds: list[Word]


class SealedObjection(SealedHandIn):
    """What an objector says, with name and contact where the system gives them."""

    statement: Annotated[str, Field(repr=False)]
    name: Annotated[str | None, Field(repr=False)] = None
    contact: Annotated[str | None, Field(repr=False)] = None


class PublicationLate(NotificationPayload):
    """The types of a year will not stand in a system by the day that the policy names, or do not. Subject: the region.

    Said at most once a day for a system and region. `left`: records of the region that it has not confirmed; `until`:
    the last day; `expected_end`: when it will have confirmed them at its present pace, if anybody can say.
    """

    system: Word
    region: Region
    year: Year
    left: Annotated[int, Field(ge=1)]
    until: date
    expected_end: AwareDatetime | None = None
