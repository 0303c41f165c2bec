"""A household is proposed with the reason, approved by another person, and leaves the list with a reason."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.monitoring import repository as monitoring_repository
from services.support.monitoring.domain import CHOSEN_STATES, TERM_OVER, ChosenAs, ChosenState
from services.support.monitoring.models import ChosenHousehold
from services.support.monitoring.problems import ChosenAlready, HouseholdNotFound, OwnProposal, TermWrong
from services.support.registers.repository import HOUSEHOLDS
from shared import clock
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller
from shared.platform.system_callers import BUS, CLOCK
from shared.worker import deadlines

TERM_DEADLINE = "choice-term"
"""Kind of the deadline that fires when the last day of a choice is over. Its subject is the choice's id."""


@dataclass(frozen=True)
class Choice:
    """Whom a county chooses as what, why, until when."""

    uscc: str
    chosen_as: ChosenAs
    reason: str
    until: dt.date | None


async def propose(session: AsyncSession, choice: Choice, caller: Caller) -> ChosenHousehold:
    """An officer proposes a registered household of the region."""
    day = clock.today()
    household = await HOUSEHOLDS.get(session, choice.uscc)
    if household is None or household.status != "registered" or not caller.covers(household.region):
        raise HouseholdNotFound
    without_term = choice.until is None and choice.chosen_as is ChosenAs.WHITE_LIST
    if without_term or (choice.until is not None and choice.until < day):
        raise TermWrong
    standing = await monitoring_repository.open_of(session, [choice.uscc])
    if any(one.chosen_as is choice.chosen_as for one in standing):
        raise ChosenAlready
    row = ChosenHousehold(
        id=uuid.uuid4(),
        uscc=choice.uscc,
        county=household.region,
        chosen_as=choice.chosen_as,
        reason=choice.reason,
        until=choice.until,
        state=ChosenState.PROPOSED,
        proposed_by=caller.subject,
        version=1,
    )
    async with refused_on_conflict(session, ChosenAlready()):
        session.add(row)
    await audit.record(session, row, caller, "choice:propose")
    return row


async def approve(session: AsyncSession, row: ChosenHousehold, caller: Caller) -> ChosenHousehold:
    """Another person approves a locked proposal."""
    CHOSEN_STATES.require(row.state, ChosenState.LISTED)
    if row.proposed_by == caller.subject:
        raise OwnProposal
    if row.until is not None and row.until < clock.today():
        raise TermWrong
    row.state, row.approved_by, row.listed_on = ChosenState.LISTED, caller.subject, clock.today()
    if row.until is not None:
        over = deadlines.end_of_day(row.until)
        await deadlines.schedule(session, kind=TERM_DEADLINE, subject=str(row.id), due_at=over)
    return await _changed(session, row, caller, "choice:approve")


async def end(session: AsyncSession, row: ChosenHousehold, reason: str, caller: Caller) -> ChosenHousehold:
    """A locked choice is over, for a reason."""
    CHOSEN_STATES.require(row.state, ChosenState.ENDED)
    row.state, row.ended_on, row.ended_because, row.ended_by = ChosenState.ENDED, clock.today(), reason, caller.subject
    await deadlines.cancel_all(session, [TERM_DEADLINE], [str(row.id)])
    return await _changed(session, row, caller, "choice:end")


async def end_terms(session: AsyncSession, choices: Sequence[uuid.UUID]) -> None:
    """The last days of these choices are over; what has ended since stays as it is."""
    for row in await monitoring_repository.lock_all(session, choices):
        if row.state is ChosenState.LISTED:
            await end(session, row, TERM_OVER, CLOCK)


async def end_of_households(session: AsyncSession, codes: Sequence[str], because: str) -> None:
    """Households that moved, or are registered no more, are in no list of the county."""
    for row in await monitoring_repository.open_of(session, codes) if codes else ():
        await end(session, row, because, BUS)


async def _changed(session: AsyncSession, row: ChosenHousehold, caller: Caller, action: str) -> ChosenHousehold:
    row.version += 1
    await session.flush()
    await audit.record(session, row, caller, action)
    return row
