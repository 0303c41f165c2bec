"""What a superior finds of a drawn application: passed, to be supplemented by a day, or not to be recognised.

An application under way is refused; a recognised household is proposed for cancellation, which another person decides.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain import spot_checks as life
from services.recognition.domain.recognitions import ConcernKind, RecognitionState
from services.recognition.domain.spot_checks import CheckOutcome
from services.recognition.models import Application, SpotCheckItem
from services.recognition.repository import applications, recognitions
from services.recognition.repository.spot_checks import Item
from services.recognition.service import proposals, steps
from services.recognition.service.cases import took_part
from services.recognition.service.clocked import CLOCK
from services.recognition.service.concerns import raise_concern, settle_concern
from services.recognition.service.last_days import check_last_day
from services.recognition.service.selections import free_place
from shared.messaging import deadlines
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

SUPPLEMENT = "spot-check-supplement"
"""Kind of the deadline of a supplement; its subject is `<check>:<application>`."""


@dataclass(frozen=True)
class Finding:
    """What was found; `due_on` with a supplement, `finding` then names what is missing."""

    outcome: CheckOutcome
    finding: str
    due_on: dt.date | None = None


async def conclude(session: AsyncSession, found: Item, said: Finding, caller: Caller) -> SpotCheckItem:
    """Keep the outcome and do what follows from it; item and application are locked by the caller."""
    item, application = found
    await check_checker(session, application, caller)
    turn(item, said.outcome)
    item.finding, item.checked_by, item.checked_at = said.finding, caller.subject, clock.now()
    await deadlines.lift(session, kind=SUPPLEMENT, subject=subject_of(item))
    match said.outcome:
        case CheckOutcome.SUPPLEMENT:
            await demand(session, item, said.due_on)
        case CheckOutcome.REFUSED:
            await turn_down(session, application, said.finding, caller)
    if said.outcome is not CheckOutcome.SUPPLEMENT:
        await settle(session, application)
    details = {"check": str(item.check_id), "finding": said.finding, "due_on": str(item.due_on)}
    await steps.recorded(session, application, caller, f"spot-check:{said.outcome}", details)
    return item


async def check_checker(session: AsyncSession, application: Application, caller: Caller) -> None:
    """403 for whoever worked on the application."""
    if await took_part(session, application, caller):
        raise Problem(403, "maker-is-not-checker", "须由另一人抽查", "经办过这份申报的人不能抽查它")


def turn(item: SpotCheckItem, outcome: CheckOutcome) -> None:
    """Take the check of an application to another outcome, or answer 409."""
    with steps.refusing():
        life.require_transition(CheckOutcome(item.outcome), outcome)
    item.outcome = outcome.value
    item.version += 1


async def demand(session: AsyncSession, item: SpotCheckItem, due_on: dt.date | None) -> None:
    """Until a day that the superior names. 422 without one."""
    if due_on is None:
        raise Problem(422, "date-unset", "期限未定", "要求限期补充材料的，请在 due_on 写明截止日期")
    check_last_day(due_on)
    item.due_on = due_on
    await deadlines.put(session, kind=SUPPLEMENT, subject=subject_of(item), due_at=deadlines.after(due_on))


async def turn_down(session: AsyncSession, application: Application, reason: str, caller: Caller) -> None:
    """Not to be recognised. What has ended otherwise stays as it is."""
    said = f"上级抽查，不予认定：{reason}"
    if application.state in applications.UNDER_WAY:
        await free_place(session, application, said, caller)
        return
    recognition = await recognitions.of_application(session, application.id)
    if recognition is None or recognition.state != RecognitionState.VALID:
        return
    if proposals.proposal(recognition, "cancellation") is None:
        await proposals.propose(session, recognition, "cancellation", said, caller)


async def settle(session: AsyncSession, application: Application) -> None:
    """The check is over: an overdue supplement is no concern any more."""
    recognition = await recognitions.of_application(session, application.id)
    if recognition is not None:
        settle_concern(recognition, ConcernKind.SPOT_CHECK)


async def supplement_over(session: AsyncSession, found: Item) -> None:
    """The last day for a supplement is over: what is under way is refused, what is recognised put before an officer."""
    item, application = found
    if item.outcome != CheckOutcome.SUPPLEMENT:
        return
    said = f"没有在 {item.due_on} 以前按上级抽查的要求补充材料"
    if application.state in applications.UNDER_WAY:
        turn(item, CheckOutcome.REFUSED)
        await free_place(session, application, said, CLOCK)
        return
    turn(item, CheckOutcome.OVERDUE)
    recognition = await recognitions.of_application(session, application.id)
    if recognition is not None and recognition.state == RecognitionState.VALID:
        raise_concern(recognition, ConcernKind.SPOT_CHECK, said)
    await steps.recorded(session, application, CLOCK, "spot-check:overdue", {"check": str(item.check_id)})


def subject_of(item: SpotCheckItem) -> str:
    """The subject of its deadline."""
    return f"{item.check_id}:{item.application_id}"
