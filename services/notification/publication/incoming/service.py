"""Hand-ins: taken in page by page, each for good once; handed on; ended by the answer of the service that heard them.

Taking in and handing on are transactions of their own: whatever is killed between them is handed on later, by the next
round. Facts of annual reports are announced as typing expects them, and nobody answers; applications and objections are
sealed for the service that takes them and judges whether the same is there already.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.base import ANNOUNCER
from services.notification.publication.incoming import repository as incoming_repository
from services.notification.publication.incoming.domain import (
    CONCLUSIONS,
    ENDED,
    HAND_IN_STATES,
    SEALED_FOR,
    HandInKind,
    HandInState,
)
from services.notification.publication.incoming.items import (
    AnyItem,
    ApplicationItem,
    ObjectionItem,
    ReportFiledItem,
    ReportsClosedItem,
    Unfit,
    is_elsewhere,
    marks_of,
    read_item,
)
from services.notification.publication.incoming.models import PublicationHandIn
from services.notification.publication.peers.connections import peer_urls_of
from services.notification.publication.systems import System
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.contracts.annual_report import AnnualReportClosed, AnnualReportFiled
from shared.contracts.notification import HandedIn, SealedApplication, SealedHandIn, SealedObjection
from shared.contracts.objection import ObjectionClosed, ObjectionHandInAnswered
from shared.contracts.payload import HandInAnswer
from shared.contracts.recognition import ApplicationHandInAnswered
from shared.database.connections import Database
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.sealed_fields.values import PersonalText, SealedFieldUnreadable
from shared.platform.sealed_fields.vault import place_of
from shared.platform.sealed_messages import Sealer
from shared.worker.failpoints import failpoint

log = structlog.get_logger()

AT_ONCE = 100
"""Hand-ins that are handed on in one transaction."""
SHAPES: Mapping[HandInKind, type[SealedHandIn]] = {
    HandInKind.APPLICATION: SealedApplication,
    HandInKind.OBJECTION: SealedObjection,
}


@dataclass(frozen=True)
class Intake:
    """What hand-ins are taken in with. `sealers`: the kinds that can be handed on to whoever alone may read them."""

    database: Database
    resources: Resources
    sealers: Mapping[HandInKind, Sealer]

    @classmethod
    def of(cls, resources: Resources) -> Self:
        """With the keys that are set."""
        return cls(resources.database, resources, sealers_of(resources.settings))


def sealers_of(settings: NotificationSettings) -> Mapping[HandInKind, Sealer]:
    """Kinds whose receiver's public key is set."""
    keys = {
        HandInKind.APPLICATION: settings.handed_in_applications_key,
        HandInKind.OBJECTION: settings.handed_in_objections_key,
    }
    return {kind: Sealer(key) for kind, key in keys.items() if key is not None}


async def take_item(session: AsyncSession, resources: Resources, system: System, said: Mapping[str, Any]) -> bool:
    """Keep one item; False where it came before, or is another region's, of which nothing is kept and nobody is told.
    Whoever hands it in again is told again what became of it.
    """
    item = read_item(system, said)
    url = peer_urls_of(resources.settings).get(system)
    if url is not None and is_elsewhere(item, url.region):
        return False
    marks = marks_of(resources.settings.vault_keys, said)
    reference = item.reference or f"unreadable-{marks[0].hex()[:40]}"
    known = await incoming_repository.lock_by_reference(session, system, reference)
    if known is not None:
        if known.mark not in marks:
            known.repeated_otherwise += 1
            log.warning("handed_in_again_otherwise", system=system.value, reference=reference)
        if known.told_at is not None:
            known.told_at, known.try_at = None, clock.now()
        return False
    row = PublicationHandIn(
        id=uuid.uuid4(),
        system=system,
        reference=reference,
        mark=marks[0],
        received_at=clock.now(),
        state=HandInState.RECEIVED,
    )
    if isinstance(item, Unfit):
        row.kind, row.uscc, row.region = item.kind, item.uscc, item.region
        _end(row, HandInState.REFUSED, item.reason)
        row.try_at = None if item.reference is None else row.try_at
    else:
        await _fill(session, resources, row, item)
    session.add(row)
    await session.flush()
    return True


async def _fill(session: AsyncSession, resources: Resources, row: PublicationHandIn, item: AnyItem) -> None:
    """What was handed in; personal and confidential parts sealed."""
    row.kind, row.region, row.year = item.kind, item.place, item.year
    row.uscc = None if isinstance(item, ReportsClosedItem) else item.uscc
    if isinstance(item, ApplicationItem | ObjectionItem):
        row.filed_at = min(item.filed_at.astimezone(dt.UTC), clock.now())
        inside = sealed_of(row.id, item).model_dump_json()
        row.content = resources.vault.seal(place_of(row, PublicationHandIn.content), PersonalText(inside))
        return
    row.happened_on = item.closed_on if isinstance(item, ReportsClosedItem) else item.filed_on
    same = await incoming_repository.same_fact(session, item.kind, row.region, row.uscc, row.year)
    if same is None:
        return
    if isinstance(item, ReportFiledItem) or same.happened_on == row.happened_on:
        _end(row, HandInState.MATCHED, f"与先前编号 {same.reference} 的相同")
    else:
        _end(row, HandInState.REFUSED, f"编号 {same.reference} 已报该年度年报于 {same.happened_on} 结束")


def sealed_of(hand_in: uuid.UUID, item: ApplicationItem | ObjectionItem) -> SealedHandIn:
    """What only the receiving service reads."""
    if isinstance(item, ApplicationItem):
        return SealedApplication(
            hand_in=hand_in,
            uscc=item.uscc,
            category=item.category,
            category_reason=item.category_reason,
            criteria=item.criteria,
            kinds=item.operator_kinds,
        )
    return SealedObjection(
        hand_in=hand_in, uscc=item.uscc, statement=item.statement, name=item.name, contact=item.contact
    )


async def hand_on(intake: Intake) -> int:
    """Hand on whatever can be; how much. What cannot waits, with the reason."""
    done, after = 0, 0
    while True:
        async with intake.database.transaction() as session:
            rows = await incoming_repository.lock_to_hand_on(session, after, AT_ONCE)
            for row in rows:
                done += await _hand_on(session, intake, row)
            after = rows[-1].number if rows else after
            failpoint("publication.handed-on")
        if len(rows) < AT_ONCE:
            return done


async def _hand_on(session: AsyncSession, intake: Intake, row: PublicationHandIn) -> bool:
    """Announce one."""
    assert row.kind is not None  # noqa: S101 - only what could not be read has none
    if row.kind not in SEALED_FOR:
        await _announce_fact(session, row)
        HAND_IN_STATES.require(row.state, HandInState.TAKEN)
        _end(row, HandInState.TAKEN, None)
        await _record(session, row)
        return True
    sealer = intake.sealers.get(row.kind)
    if sealer is None:
        _wait(row, f"没有配置{SEALED_FOR[row.kind]}的公钥，暂存")
        return False
    try:
        sealed = _sealed_again(intake, row, sealer)
    except SealedFieldUnreadable as error:
        _wait(row, error.detail)
        return False
    event = HandedIn(
        hand_in=row.id,
        system=row.system.value,
        kind=row.kind.value,
        reference=row.reference,
        uscc=row.uscc or "",
        region=row.region,
        year=row.year,
        filed_at=row.filed_at or row.received_at,
        sealed=sealed,
    )
    await ANNOUNCER.announce(session, event, subject=event.uscc, actor=row.system.value)
    HAND_IN_STATES.require(row.state, HandInState.HANDED_ON)
    row.state, row.reason, row.content, row.handed_on_at = HandInState.HANDED_ON, None, None, clock.now()
    await _record(session, row)
    return True


def _sealed_again(intake: Intake, row: PublicationHandIn, sealer: Sealer) -> str:
    """What the row keeps sealed for this service, sealed for the receiver."""
    assert row.content is not None and row.kind is not None  # noqa: S101, PT018 - such kinds have it until then
    inside = intake.resources.vault.open(place_of(row, PublicationHandIn.content), row.content)
    return sealer.seal(SHAPES[row.kind].model_validate_json(inside.reveal()))


async def _announce_fact(session: AsyncSession, row: PublicationHandIn) -> None:
    """A closing or a late report, as typing expects it."""
    if row.kind is HandInKind.REPORTS_CLOSED:
        closed = AnnualReportClosed.model_validate(
            {"region": row.region, "year": row.year, "closed_on": row.happened_on}
        )
        await ANNOUNCER.announce(session, closed, subject=row.region, actor=row.system.value)
        return
    filed = AnnualReportFiled.model_validate({"uscc": row.uscc, "year": row.year, "filed_on": row.happened_on})
    await ANNOUNCER.announce(session, filed, subject=filed.uscc, actor=row.system.value)


def _wait(row: PublicationHandIn, reason: str) -> None:
    row.state, row.reason = HandInState.WAITING, reason


def _end(row: PublicationHandIn, state: HandInState, reason: str | None) -> None:
    """It is over, and its system is to be told."""
    row.state, row.reason = state, reason
    row.ended_at = row.try_at = clock.now()


async def _record(session: AsyncSession, row: PublicationHandIn) -> None:
    kind = row.kind.value if row.kind is not None else None
    details = {"kind": kind, "reference": row.reference}
    await audit.record(session, audit.about(row.id, row.region), row.system.value, "hand-in:hand-on", details)


async def on_objection_closed(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """An objection is over: the systems at which it was handed in, or joined to it, are told how; once."""
    closed = event.payload(ObjectionClosed)
    for row in await incoming_repository.lock_by_result(session, HandInKind.OBJECTION, closed.objection):
        HAND_IN_STATES.require(row.state, HandInState.CONCLUDED)
        _end(row, HandInState.CONCLUDED, f"{CONCLUSIONS.get(closed.outcome, '已办结')}。{closed.answer}")
        row.told_at, row.failures = None, 0


async def on_answer(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """The service that heard of it says what became of it; the first answer counts."""
    answer = event.data
    if not isinstance(answer, HandInAnswer):
        raise TypeError(f"{answer.event_type} answers no hand-in")
    row = await incoming_repository.lock_hand_in(session, answer.hand_in)
    if row is None or row.state in ENDED:
        return
    state = HandInState(answer.outcome)
    HAND_IN_STATES.require(row.state, state)
    row.content = None  # who answers has it
    _end(row, state, answer.reason)
    if isinstance(answer, ApplicationHandInAnswered):
        row.result = answer.application
    if isinstance(answer, ObjectionHandInAnswered):
        row.result = answer.objection
