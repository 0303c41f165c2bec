"""Events of the typing service. Topic `typing.events`."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.payload import OperatorRef, Payload, Region, StatePayload, Uscc, Year

TypeName = Literal["survival", "growth", "development", "ineligible", "gap", "undetermined"]
StatusName = Literal["registered", "revoked", "cancelled", "rescinded"]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Counts = dict[Region, dict[TypeName, Annotated[int, Field(ge=0)]]]
"""Households by county and type."""


class TypingPayload(Payload):
    """Events owned by the typing service."""

    topic: ClassVar[str] = "typing.events"


class TypingRunCompleted(TypingPayload):
    """A run has typed every household of its region; it is a draft until published. Subject: the region."""

    run: UUID
    region: Region
    year: Year
    policy: str
    counts: Counts
    digest: Digest


class TypingRunPublished(TypingRunCompleted):
    """An officer published the run: its types are in force. Subject: the region.

    HouseholdTyped follows for every household of the run.
    """


class HouseholdTyped(StatePayload, TypingPayload):
    """A household's type in force, after a published run or a correction. Subject: the uscc."""

    uscc: Uscc
    name: str
    region: Region
    operator_ref: OperatorRef | None
    type: TypeName
    previous_type: TypeName | None
    year: Year
    run: UUID


class TypingAdjusted(HouseholdTyped):
    """An objection was upheld: the household's type was corrected. Subject: the uscc."""

    objection: UUID
    reason: str


class HouseholdChanged(StatePayload, TypingPayload):
    """A household's register entry is new or has changed. Subject: the uscc."""

    uscc: Uscc
    name: str
    region: Region
    status: StatusName
    operator_ref: OperatorRef | None
