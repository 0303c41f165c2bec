"""Events of the objection service. Topic `objection.events`."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.payload import Payload, Region, Uscc


class ObjectionPayload(Payload):
    """Events owned by the objection service."""

    topic: ClassVar[str] = "objection.events"


class PublicNoticeCleared(ObjectionPayload):
    """How many objections against a closed public notice are still open; recognition decides only when none is.
    Published after PublicNoticeClosed, and again with every change; what is published before is ignored. Subject: the
    county.
    """

    public_notice: UUID
    open_objections: Annotated[int, Field(ge=0)]


class ObjectionUpheld(ObjectionPayload):
    """An objection was decided and upheld. Subject: the uscc.

    `subject`: the application on public notice, or the recognition that was cancelled or revoked; none against a typing
    result, which is corrected by another event. Not a state: each event counts, whatever follows it;
    `revision` grows with the household's events.
    """

    objection: UUID
    against: Literal["typing", "public-notice", "cancellation", "revocation"]
    uscc: Uscc
    region: Region
    subject: UUID | None = None
    reason: Annotated[str, Field(max_length=2000)]
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)]
