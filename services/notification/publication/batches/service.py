"""How a batch goes on and how it ends. At its end everything is in one transaction: the rows, what other services hear,
the emptied pages.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.base import ANNOUNCER
from services.notification.publication.batches import repository
from services.notification.publication.batches.domain import BATCH_STATES, GIVEN_UP, GIVEN_UP_MESSAGE, BatchState
from services.notification.publication.batches.metrics import CONCLUDED
from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.repository import RefusedRecord, TakenRecords
from services.notification.publication.peers.peer import RecordKey, Verdict
from shared import clock
from shared.contracts.notification import PublicationAcknowledged, PublicationRejected
from shared.contracts.payload import Payload, Region, Uscc, has_form
from shared.reference.personal_patterns import personal_pattern_in

log = structlog.get_logger()

HOUSEHOLDS_AT_ONCE = 2000
"""Of one event, which a bus must be able to carry."""
EVENTS_AT_ONCE = 500
LONGEST_CODE, LONGEST_MESSAGE = 100, 500
UNNAMED = "unnamed"
WITHHELD = "对方的说明里似乎有个人信息，没有保存。"


async def lock_open(session: AsyncSession, batch: uuid.UUID) -> PublicationBatch | None:
    """A batch that is not over, locked; None when it is over."""
    found = await repository.lock_batch(session, batch)
    return found if found is not None and found.ended_at is None else None


def move(batch: PublicationBatch, state: BatchState) -> None:
    """Changes a batch's state, as the table of states allows."""
    BATCH_STATES.require(batch.state, state)
    batch.state = state


async def conclude(session: AsyncSession, batch: PublicationBatch, verdicts: Mapping[RecordKey, Verdict]) -> None:
    """Ends a batch, which the caller has locked: the system has taken its records, except for those that it names.

    Verdicts are found by the record's key, whatever their order; those about other records are left aside.
    """
    await repository.lock_rows(session, batch.id)
    refused = [(record, *_words(verdict)) for record, verdict in verdicts.items() if storable(record[1]) == record[1]]
    rejected = await repository.reject(session, batch.id, refused) if refused else []
    if len(rejected) < len(verdicts):
        log.warning(
            "verdicts_on_other_records", system=batch.system, batch=str(batch.id), count=len(verdicts) - len(rejected)
        )
    taken = await repository.acknowledge(session, batch.id, clock.now())
    whole = BatchState.PARTLY if taken else BatchState.REFUSED
    await _end(session, batch, whole if rejected else BatchState.ACKNOWLEDGED, rejected, taken)


async def refuse(session: AsyncSession, batch: PublicationBatch, code: str, message: str) -> None:
    """Ends a batch, which the caller has locked, that was refused as a whole: an officer decides on its records."""
    await repository.lock_rows(session, batch.id)
    words = _words(Verdict(code, message))
    rejected = await repository.reject_all(session, batch.id, *words)
    await _end(session, batch, BatchState.REFUSED, rejected, [])
    batch.trouble = words[0]


async def halve(session: AsyncSession, batch: PublicationBatch, code: str, message: str) -> None:
    """Ends a batch, which the caller has locked, of which the system has refused a whole call. It may be because of a
    single record: both halves are sent again, each by itself, until what is refused is one record for an officer.
    """
    if batch.records == 1:
        await refuse(session, batch, code, message)
        return
    await repository.lock_rows(session, batch.id)
    await repository.halve(session, batch.id, batch.records)
    await _end(session, batch, BatchState.REFUSED, [], [])
    batch.trouble = kept_code(code)


async def give_up(session: AsyncSession, batch: PublicationBatch) -> None:
    """Ends a batch, which the caller has locked, of which the system does not say what became: nobody knows whether
    it has taken the records, so an officer has them sent again; the same version twice does no harm.
    """
    await repository.lock_rows(session, batch.id)
    rejected = await repository.reject_all(session, batch.id, GIVEN_UP, GIVEN_UP_MESSAGE)
    await _end(session, batch, BatchState.GIVEN_UP, rejected, [])


async def reopen(session: AsyncSession, batch: PublicationBatch) -> int:
    """Takes a sealed batch apart, which the caller has locked and nobody has handed over: what is wanted of its records
    now is sealed anew. Returns how many wait again.
    """
    await repository.lock_rows(session, batch.id)
    waiting = await repository.reopen(session, batch)
    await _end(session, batch, BatchState.REOPENED, [], [])
    return waiting


async def _end(
    session: AsyncSession,
    batch: PublicationBatch,
    state: BatchState,
    rejected: Sequence[RefusedRecord],
    taken: Sequence[TakenRecords],
) -> None:
    move(batch, state)
    batch.rejected, batch.ended_at = len(rejected), clock.now()
    batch.attempts, batch.trouble = 0, None
    said_taken, said_rejected = _sayable_taken(taken), _sayable_rejected(rejected)
    events = [*_acknowledgements(batch, said_taken), *_rejections(batch, said_rejected)]
    for first in range(0, len(events), EVENTS_AT_ONCE):
        await ANNOUNCER.announce_all(session, events[first : first + EVENTS_AT_ONCE], actor=None)
    await repository.empty_pages(session, batch.id)
    await session.flush()
    CONCLUDED.labels(batch.system, "acknowledged").inc(sum(one.records for one in taken))
    CONCLUDED.labels(batch.system, "rejected").inc(len(rejected))


def _sayable_taken(taken: Sequence[TakenRecords]) -> list[TakenRecords]:
    """What an event can say: a system may hold, and be told to take back, what is no household or region of ours."""
    known = [one for one in taken if has_form(Region, one.region)]
    with_codes = [one if one.households is None else _of_households(one) for one in known]
    return [one for one in with_codes if one.records]


def _of_households(taken: TakenRecords) -> TakenRecords:
    households = [one for one in taken.households or () if has_form(Uscc, one)]
    return replace(taken, households=households, records=len(households))


def _sayable_rejected(rejected: Sequence[RefusedRecord]) -> list[RefusedRecord]:
    known = [one for one in rejected if has_form(Region, one.region)]
    return [one for one in known if one.uscc is None or has_form(Uscc, one.uscc)]


def _acknowledgements(batch: PublicationBatch, taken: Sequence[TakenRecords]) -> Iterator[tuple[str, Payload]]:
    for one in taken:
        about = {"system": batch.system, "batch": batch.id, "region": one.region, "kind": one.kind}
        about |= {"revision": one.revision, "removed": one.removed, "statement": one.statement}
        if one.households is None:
            yield one.region, PublicationAcknowledged(**about, rows=one.records)
            continue
        for first in range(0, len(one.households), HOUSEHOLDS_AT_ONCE):
            some = list(one.households[first : first + HOUSEHOLDS_AT_ONCE])
            keys = one.keys and list(one.keys[first : first + HOUSEHOLDS_AT_ONCE])
            yield one.region, PublicationAcknowledged(**about, rows=len(some), households=some, records=keys)


def _rejections(batch: PublicationBatch, rejected: Sequence[RefusedRecord]) -> Iterator[tuple[str, Payload]]:
    for one in rejected:
        yield (
            one.uscc or one.region,
            PublicationRejected(
                system=batch.system,
                batch=batch.id,
                kind=one.kind,
                record=one.key,
                uscc=one.uscc,
                region=one.region,
                revision=one.revision,
                code=one.code,
                message=one.message,
            ),
        )


def _words(verdict: Verdict) -> tuple[str, str]:
    """Code and message as they are kept and told."""
    return kept_code(verdict.code), kept_message(verdict.message)


@lru_cache
def kept_code(code: str) -> str:
    """A system's code as it is kept, told and logged: not too long, without signs that no text may have; one that looks
    like somebody's number is none.
    """
    short = storable(code).strip()[:LONGEST_CODE]
    return UNNAMED if not short or personal_pattern_in(short) else short


@lru_cache
def kept_message(message: str) -> str:
    """A system's words as they are kept and told; thousands of records are refused in the same ones."""
    short = storable(message).strip()[:LONGEST_MESSAGE]
    return WITHHELD if personal_pattern_in(short) else short


def storable(text: str) -> str:
    """Without the sign that no text of PostgreSQL may have."""
    return text.replace("\0", "")
