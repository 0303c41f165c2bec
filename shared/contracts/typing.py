"""Events of the typing service. Topic `typing.events`."""

from datetime import date
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

    HouseholdTyped follows for every household of the run. `words`: SHA-256 of the standard in the law's own words by
    which it was typed (`Policy.words_digest`); whoever has another text under the policy's name does not have this one.
    Not given in events from before this was said. `central`: it is the year's typing, whose counts are the base of
    quotas (以每年个体工商户集中分型判定数量为基准); false for a run in between
    that the deciding level has put in force.
    """

    words: Digest | None = None
    central: bool = True


class HouseholdTyped(StatePayload, TypingPayload):
    """A household's type in force, after a published run or a correction. Subject: the uscc.

    `defects`: of an ineligible household the ids of the defects that hold (`base.abnormal`, …); not given in events
    from before this was said. `unknown_feeds`: feeds of which a clause needed a fact that is not known, because it was
    not delivered or could not be read; what is undetermined waits for them. Not given in events from before this was
    said. `industry_code`: the trade as the register has it (GB/T 4754), not checked; `established_on`: since when it is
    registered. Not given of a household that is typed again by itself, nor in events from before they were said.
    """

    uscc: Uscc
    name: str
    region: Region
    operator_ref: OperatorRef | None
    type: TypeName
    previous_type: TypeName | None
    year: Year
    run: UUID
    defects: list[Annotated[str, Field(max_length=60)]] | None = None
    unknown_feeds: list[Annotated[str, Field(max_length=40)]] | None = None
    industry_code: str | None = None
    established_on: date | None = None


class TypingAdjusted(HouseholdTyped):
    """An objection was upheld: the household's type was corrected. Subject: the uscc."""

    objection: UUID
    reason: str


class HouseholdChanged(StatePayload, TypingPayload):
    """A household's register entry is new or has changed. Subject: the uscc. `industry_code`, `established_on`: as in
    HouseholdTyped; null where the register has none.
    """

    uscc: Uscc
    name: str
    region: Region
    status: StatusName
    operator_ref: OperatorRef | None
    industry_code: str | None = None
    established_on: date | None = None


class HouseholdMovePending(TypingPayload):
    """A bureau delivered a household of another region as its own: it moves, and its operator changes, only when the
    county that it is registered in confirms. Subject: the uscc.

    `region`: the county that would lose it and is asked; `to_region`: the county that it would move to.
    """

    move: UUID
    uscc: Uscc
    region: Region
    to_region: Region
    operator_changes: bool


class HouseholdMoveDecided(TypingPayload):
    """What came of a move that waited: `confirmed` (HouseholdChanged follows), `refused`, or `superseded` (it is
    registered elsewhere by now). Subject: the uscc.
    """

    move: UUID
    uscc: Uscc
    region: Region
    to_region: Region
    outcome: Annotated[str, Field(max_length=40)]


class CorrectionAnswered(TypingPayload):
    """What came of a correction or of its lifting: exactly one for each EvidenceCorrected. Subject: the uscc.

    `outcome`: `changed` (the type), `unchanged`, `waits` (no published run of that year knows the household: the next
    one will use the correction), `refused` (with the reason: it could not be read or breaks the feed's rules),
    `worse` (nothing was applied: the `type` that the household would have is worse than `previous_type`, which it
    keeps, and the event did not say `worse_told`; sent again with that it is applied and answered again). Worse is a
    type that loses development or growth, or that becomes ineligible. Liftings are never `worse`.
    """

    correction: UUID
    objection: UUID
    uscc: Uscc
    region: Region
    outcome: Annotated[str, Field(max_length=40)]
    lifted: bool = False
    type: TypeName | None = None
    previous_type: TypeName | None = None
    reason: Annotated[str, Field(max_length=2000)] | None = None
    revision: Annotated[int, Field(ge=1, le=2**63 - 1)]


class CorrectionSettlement(TypingPayload):
    """A later delivery of a corrected row. Subject: the uscc. `bureau`: who delivered."""

    correction: UUID
    objection: UUID
    uscc: Uscc
    region: Region
    feed: Annotated[str, Field(max_length=40)]
    year: Year | None
    delivery: UUID
    bureau: Annotated[str, Field(max_length=200)]


class CorrectionMet(CorrectionSettlement):
    """The delivery agrees with the correction, which need not outrank deliveries any longer."""


class CorrectionContradicted(CorrectionSettlement):
    """The delivery says again what was corrected; the correction stays in force until it is lifted."""
