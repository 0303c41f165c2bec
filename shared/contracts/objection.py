"""Events of the objection service. Topic `objection.events`."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.payload import Payload, Region, Uscc


class ObjectionPayload(Payload):
    """Events owned by the objection service."""

    topic: ClassVar[str] = "objection.events"


class PublicNoticeCleared(ObjectionPayload):
    """Every objection against a closed public notice is decided, or how many are not: recognition decides only
    when none is open. Said after PublicNoticeClosed, and anew with every change; what is said before counts for
    nothing. Subject: the county.
    """

    public_notice: UUID
    open_objections: Annotated[int, Field(ge=0)]


class ObjectionUpheld(ObjectionPayload):
    """An objection was found right, and decided so. Subject: the uscc.

    `subject`: the application on public notice, or the recognition that was cancelled or revoked; none against a typing
    result, whose correction travels to typing by itself. Not a state: each counts, whatever is heard after it;
    `revision` grows with the household's events.
    """

    objection: UUID
    against: Literal["typing", "public-notice", "cancellation", "revocation"]
    uscc: Uscc
    region: Region
    subject: UUID | None = None
    reason: Annotated[str, Field(max_length=2000)]
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)]
