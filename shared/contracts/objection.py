"""Events of the objection service. Topic `objection.events`."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.payload import Payload


class ObjectionPayload(Payload):
    """Events owned by the objection service."""

    topic: ClassVar[str] = "objection.events"


class PublicNoticeCleared(ObjectionPayload):
    """Every objection against a closed public notice is decided, or how many are not: recognition decides only
    when none is open. Subject: the county.
    """

    public_notice: UUID
    open_objections: Annotated[int, Field(ge=0)]
