"""An application from a national system: matched with the one that is here, or drafted and submitted by the use cases
that operators go through, with the instant of handing in; answered once. What comes before recognition has heard of the
household is tried again every minute, and refused only after a term.

The system has identified the operator. Documents stay there: what a criterion takes can be uploaded here into a draft
before, which the hand-in then completes.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import ApplicationState
from services.recognition.applications.problems import ApplicationExists
from services.recognition.applications.schemas import ClaimBody
from services.recognition.applications.service import (
    ApplicationOrder,
    change_application,
    check_taken_over,
    complete_application,
    draft_application,
    submit_application,
)
from services.recognition.base import ANNOUNCER, shorten_reason
from services.recognition.handed_in import repository as handed_in_repository
from services.recognition.handed_in.models import HandedInApplication
from services.recognition.handed_in.problems import HandInRefused, NotYetKnown
from services.recognition.registers.repository import HOUSEHOLDS
from services.recognition.resources import Resources
from services.recognition.rules.domain import PathKind
from services.recognition.season import repository as season_repository
from services.recognition.season.models import Season
from services.recognition.season.problems import SeasonNotOpen
from shared import clock
from shared.contracts.notification import HandedIn, SealedApplication
from shared.contracts.recognition import ApplicationHandInAnswered
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.errors import ServiceError
from shared.platform.identity import NO_REGION, Caller, Role
from shared.platform.sealed_messages import SealBrokenError, SealOpener, UnknownSealingKeyError
from shared.worker.transient import is_transient

log = structlog.get_logger()

AT_ONCE = 200
"""Waiting ones that are read at a time"""
APPLICATION = "application"
"""The kind of hand-in that is heard here."""
OPERATORS_TURN = (ApplicationState.DRAFT, ApplicationState.RETURNED)
"""What was not submitted yet, or was returned: a hand-in submits or completes it."""
OTHER_CATEGORY = "平台已有这一户的申报，类别与这一份不同；以已有的为准，要改类别请先在平台撤回"
RECOMMENDED = "部门正在推荐这一户，推荐尚未提交或待补正；请在平台办理，这份申报没有采用"


@dataclass(frozen=True)
class Outcome:
    """What became of a hand-in."""

    outcome: str
    application: uuid.UUID | None = None
    reason: str | None = None


async def hear_hand_in(session: AsyncSession, event: Event, resources: Resources) -> None:
    """Take an application in and answer; whatever speaks against it is told as it would be told over HTTP. One that
    was told before is answered again in the same words.

    UnknownSealingKeyError when recognition holds no such key: that is no fault of the hand-in.
    """
    said = event.payload(HandedIn)
    if said.kind != APPLICATION:
        return
    known = await handed_in_repository.lock_hand_in(session, said.hand_in)
    if known is not None:
        if known.outcome is not None:
            await _answer(session, known, event)
        return
    row = HandedInApplication(
        hand_in=said.hand_in,
        system=said.system,
        reference=said.reference,
        uscc=said.uscc,
        region=said.region,
        year=said.year,
        filed_at=said.filed_at,
        sealed=said.sealed,
        told_at=clock.now(),
    )
    session.add(row)
    await session.flush()
    await _take(session, resources, row, event)


async def take_what_waited(resources: Resources) -> int:
    """Once a minute: what could not be taken yet, each in a transaction; how many were settled. One that fails waits on
    with the reason and stops none behind it.
    """
    settled, behind = 0, None
    while True:
        async with resources.database.session() as session:
            places = await handed_in_repository.waiting(session, behind, AT_ONCE)
        for _, hand_in in places:
            settled += await _take_waiting(resources, hand_in)
        if len(places) < AT_ONCE:
            return settled
        behind = places[-1]


async def _take_waiting(resources: Resources, hand_in: uuid.UUID) -> bool:
    try:
        async with resources.database.transaction() as session:
            row = await handed_in_repository.lock_hand_in(session, hand_in)
            return row is not None and row.outcome is None and await _take(session, resources, row, None)
    except UnknownSealingKeyError:
        log.warning("hand_in_without_key", hand_in=str(hand_in))
        reason = "没有解开内容的密钥"
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("hand_in_failed", hand_in=str(hand_in))
        reason = "处理出错，稍后再试"
    async with resources.database.transaction() as session:
        await handed_in_repository.note_waiting(session, hand_in, reason)
    return False


async def _take(session: AsyncSession, resources: Resources, row: HandedInApplication, cause: Event | None) -> bool:
    """Settle one and answer; False where it still waits: the household is not known yet, and the term in which it may
    become so is not over.
    """
    patience = dt.timedelta(hours=resources.settings.hand_in_wait_hours)
    waits = False
    try:
        async with session.begin_nested():
            outcome = await _apply(session, row, _unsealed(resources.hand_ins, row))
    except NotYetKnown as not_yet:
        outcome = Outcome("refused", reason=str(not_yet))
        waits = clock.now() < row.told_at + patience
    except ApplicationExists:  # made here at this moment
        outcome = await _match(session, row)
    except ServiceError as refusal:
        outcome = Outcome("refused", reason=refusal.detail)
    except HandInRefused as refusal:
        outcome = Outcome("refused", reason=str(refusal))
    await session.refresh(row)  # what was undone has forgotten it
    row.reason = outcome.reason
    if waits:
        log.info("hand_in_waits", hand_in=str(row.hand_in))
        return False
    row.sealed, row.outcome, row.application = None, outcome.outcome, outcome.application
    await _answer(session, row, cause)
    about = audit.about(row.application or row.hand_in, row.region)
    details = {"hand_in": str(row.hand_in), "reference": row.reference, "outcome": row.outcome}
    await audit.record(session, about, row.system, "application:handed-in", details)
    return True


async def _answer(session: AsyncSession, row: HandedInApplication, cause: Event | None) -> None:
    """Say what became of one."""
    answer = ApplicationHandInAnswered.model_validate(
        {
            "hand_in": row.hand_in,
            "system": row.system,
            "reference": row.reference,
            "uscc": row.uscc,
            "region": row.region,
            "outcome": row.outcome,
            "reason": shorten_reason(row.reason),
            "application": row.application,
        }
    )
    await ANNOUNCER.announce(session, answer, subject=row.uscc, actor=row.system, cause=cause)


async def _apply(session: AsyncSession, said: HandedInApplication, inside: SealedApplication) -> Outcome:
    """As the household's operator, on the day of handing in."""
    household = await HOUSEHOLDS.get(session, said.uscc)
    if household is None:
        raise NotYetKnown("平台还没有这一户的登记信息，请稍后另行提交")
    if household.type is None:
        raise NotYetKnown("平台还没有这一户的分型结果，请稍后另行提交")
    season = await _season(session, household.region, said.year)
    known = await application_repository.lock_not_ended(session, season.id, said.uscc)
    if known is not None and known.state not in OPERATORS_TURN:
        same = known.category == inside.category
        return Outcome("matched", known.id, None if same else OTHER_CATEGORY)
    operator = Caller(said.system, frozenset({Role.OPERATOR}), NO_REGION, household.operator_ref)
    order, at = _order(inside), min(said.filed_at, clock.now())
    if known is None:
        known = await draft_application(session, season, order, operator)
    elif known.path != PathKind.APPLICATION:
        raise HandInRefused(RECOMMENDED)
    else:
        check_taken_over(known, operator)
        known = await change_application(session, known, order, operator)
    if known.state == ApplicationState.RETURNED:
        await complete_application(session, known, season, operator, at)
    else:
        await submit_application(session, known, season, operator, at)
    return Outcome("taken", known.id)


async def _match(session: AsyncSession, said: HandedInApplication) -> Outcome:
    """With the one that was made while this was being taken."""
    household = await HOUSEHOLDS.get(session, said.uscc)
    season = await _season(session, household.region if household is not None else said.region, said.year)
    known = await application_repository.lock_not_ended(session, season.id, said.uscc)
    return Outcome("matched", known.id if known is not None else None)


async def _season(session: AsyncSession, county: str, year: int | None) -> Season:
    """The county's season of the year; refused as one that is not open where there is none."""
    season = await season_repository.season_of_year(session, county, year or clock.today().year)
    if season is None:
        raise SeasonNotOpen
    return season


def _order(inside: SealedApplication) -> ApplicationOrder:
    """What is applied for, checked as a body over HTTP is."""
    try:
        claim = ClaimBody.model_validate(inside.model_dump(exclude={"hand_in"}))
    except ValidationError as error:
        fields = "、".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
        raise HandInRefused(f"这些栏目的内容不能采用：{fields}") from None
    return ApplicationOrder(claim.uscc, claim.category, claim.category_reason, claim.criteria, claim.kinds)


def _unsealed(seals: SealOpener, said: HandedInApplication) -> SealedApplication:
    """What the row seals; refused if it cannot be opened, or was sealed for another hand-in or household."""
    try:
        inside = seals.open(said.sealed or "", SealedApplication)
    except UnknownSealingKeyError:  # the keys are to be mended, then the event is replayed
        raise
    except SealBrokenError:
        raise HandInRefused("内容无法解密：不是为认定服务加密的，或在途中被改动") from None
    if (inside.hand_in, inside.uscc) != (said.hand_in, said.uscc):
        raise HandInRefused("加密内容属于另一户或另一项提交，未采用")
    return inside
