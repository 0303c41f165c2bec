"""Objections that were handed in at a national system: notification tells of each, sealed. Filed as those of the
directory are, with the instant of handing in, and answered once. What cannot be taken yet is tried again every minute.
"""

from typing import Annotated
from uuid import UUID

import structlog
from pydantic import StringConstraints, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.exchange import repository as exchange_repository
from services.objection.exchange.domain import Intake
from services.objection.exchange.importing import NOT_YET, Source, file_for_operator
from services.objection.exchange.models import HandedInObjection
from services.objection.exchange.peer import PeerObjection
from services.objection.exchange.problems import HandInRefused
from services.objection.filing.service import Filed
from services.objection.objections.domain import FiledBy
from services.objection.objections.events import shorten
from services.objection.objections.lock_order import hold_unheard
from services.objection.objections.models import Objection
from services.objection.resources import Resources
from shared import clock
from shared.contracts.notification import HandedIn, SealedObjection
from shared.contracts.objection import ObjectionHandInAnswered
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.errors import ServiceError
from shared.platform.identity import Caller, Role
from shared.platform.sealed_messages import SealBrokenError, SealOpener, UnknownSealingKeyError
from shared.reference.national_systems import SYSTEM_LABELS
from shared.worker.transient import is_transient

log = structlog.get_logger()

OBJECTION = "objection"
"""The kind of hand-in that is heard here."""
AT_ONCE = 200
"""Waiting ones that are read at a time"""
ANSWERS = {Intake.TAKEN: "taken", Intake.JOINED: "matched", Intake.REFUSED: "refused"}


class NationalObjection(PeerObjection):
    """An objection from a national system: the number is the system's, as notification has taken it."""

    receipt: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$")]


async def hear_hand_in(session: AsyncSession, event: Event, resources: Resources) -> None:
    """Keep an objection and file it; one that was told before is answered again. The order of locks is in
    `objections.lock_order`: many events share a transaction, so what is unheard of is held before anything else.

    UnknownSealingKeyError when no such key is held: that is no fault of the hand-in.
    """
    said = event.payload(HandedIn)
    if said.kind != OBJECTION:
        return
    await hold_unheard(session)
    known = await session.get(HandedInObjection, said.hand_in, with_for_update=True)
    if known is not None:
        if known.intake is not Intake.WAITING:
            await _answer(session, known, event)
        return
    row = HandedInObjection(
        hand_in=said.hand_in,
        system=said.system,
        reference=said.reference,
        uscc=said.uscc,
        region=said.region,
        year=said.year,
        filed_at=said.filed_at,
        sealed=said.sealed,
        intake=Intake.WAITING,
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
            waiting = await exchange_repository.waiting_hand_ins(session, behind, AT_ONCE)
        for hand_in, _ in waiting:
            settled += await _take_waiting(resources, hand_in)
        if len(waiting) < AT_ONCE:
            return settled
        behind = waiting[-1]


async def _take_waiting(resources: Resources, hand_in: UUID) -> bool:
    try:
        async with resources.database.transaction() as session:
            await hold_unheard(session)
            row = await session.get_one(HandedInObjection, hand_in, with_for_update=True)
            return row.intake is Intake.WAITING and await _take(session, resources, row, None)
    except UnknownSealingKeyError:
        log.warning("hand_in_without_key", hand_in=str(hand_in))
        reason = "没有解开内容的密钥"
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("hand_in_failed", hand_in=str(hand_in))
        reason = "处理出错，稍后再试"
    async with resources.database.transaction() as session:
        await exchange_repository.note_waiting(session, hand_in, reason)
    return False


async def _take(session: AsyncSession, resources: Resources, row: HandedInObjection, cause: Event | None) -> bool:
    """File one and answer; False where it still waits."""
    source = source_of(row.system)
    filed: Filed | None = None
    try:
        async with session.begin_nested():
            filed = await file_for_operator(session, resources, _opened(resources.hand_ins, row), source)
        intake, reason = (Intake.JOINED if filed.joined else Intake.TAKEN), None
    except ServiceError as refusal:
        intake, reason = (Intake.WAITING if isinstance(refusal, NOT_YET) else Intake.REFUSED), refusal.detail
    except HandInRefused as refusal:
        intake, reason = Intake.REFUSED, str(refusal)
    await session.refresh(row)  # filing forgets what it looked up before
    row.intake, row.reason = intake, reason
    if intake is Intake.WAITING:
        log.info("hand_in_waits", hand_in=str(row.hand_in))
        return False
    row.sealed, row.objection_id = None, filed.objection.id if filed is not None else None
    answer = await _answer(session, row, cause)
    details = {"reference": row.reference, "outcome": answer.outcome}
    await audit.record(session, audit.about(row.hand_in, row.region), source.caller, "objection:handed-in", details)
    return True


async def _answer(session: AsyncSession, row: HandedInObjection, cause: Event | None) -> ObjectionHandInAnswered:
    """Say what became of one; again, with the same words, if it is told again."""
    filed = await session.get_one(Objection, row.objection_id) if row.objection_id is not None else None
    answer = ObjectionHandInAnswered.model_validate(
        {
            "hand_in": row.hand_in,
            "system": row.system,
            "reference": row.reference,
            "uscc": row.uscc,
            "region": row.region,
            "outcome": ANSWERS[row.intake],
            "reason": shorten(row.reason) if row.reason is not None else None,
            "objection": row.objection_id,
            "receipt": filed.receipt if filed is not None else None,
        }
    )
    await ANNOUNCER.announce(session, answer, subject=row.uscc, actor=row.system, cause=cause)
    return answer


def source_of(system: str) -> Source:
    """The system as a source of objections."""
    caller = Caller(subject=system, roles=frozenset({Role.SYSTEM}), region="")
    label = next((label for known, label in SYSTEM_LABELS.items() if known == system), "国家级系统")
    return Source(caller, FiledBy.NATIONAL, label)


def _opened(seals: SealOpener, row: HandedInObjection) -> PeerObjection:
    """What the row seals; refused if it cannot be opened, or was sealed for another hand-in or household."""
    try:
        inside = seals.open(row.sealed or "", SealedObjection)
    except UnknownSealingKeyError:  # the keys are to be mended, then the event is replayed
        raise
    except SealBrokenError:
        raise HandInRefused("内容无法解密：不是为异议服务加密的，或在途中被改动") from None
    if (inside.hand_in, inside.uscc) != (row.hand_in, row.uscc):
        raise HandInRefused("加密内容属于另一户或另一项提交，未采用")
    known = {"receipt": row.reference, "uscc": row.uscc, "county": row.region, "year": row.year}
    told = {"statement": inside.statement, "name": inside.name, "contact": inside.contact, "filed_at": row.filed_at}
    try:
        return NationalObjection.model_validate(known | told)
    except ValidationError as error:
        fields = "、".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
        raise HandInRefused(f"这些栏目的内容不能采用：{fields}") from None
