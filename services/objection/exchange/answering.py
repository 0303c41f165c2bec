"""Answers to the directory: once its objection is over here, or could not be taken; until it has confirmed.

An answer keeps its key through all tries, so that a try whose confirmation was lost is not counted twice there.
"""

import structlog

from services.objection.exchange import repository as exchange_repository
from services.objection.exchange.domain import Intake, pause_after
from services.objection.exchange.models import ExchangedObjection
from services.objection.exchange.peer import DirectoryPeer, PeerAnswer
from services.objection.exchange.problems import PeerRefused, PeerUnavailable
from services.objection.objections.domain import OBJECTION_STATES
from services.objection.objections.models import Objection
from services.objection.resources import Resources
from shared import clock
from shared.worker.failpoints import failpoint

log = structlog.get_logger()


async def send_answers(resources: Resources, peer: DirectoryPeer) -> int:
    """Tell the directory what is due to be told; how many answers it confirmed. One that it refuses holds up no other;
    A directory that is not there ends the round: the others would wait for nothing, too.
    """
    confirmed = 0
    while (result := await _send_next(resources, peer)) is not None:
        confirmed += result
    return confirmed


async def _send_next(resources: Resources, peer: DirectoryPeer) -> bool | None:
    """The next answer; whether it was confirmed. None: nothing is due, or nobody is there. No transaction is open while
    it is sent.
    """
    async with resources.database.transaction() as session:
        row = await exchange_repository.next_unanswered(session, clock.now())
        if row is None:
            return None
        objection = await session.get(Objection, row.objection_id) if row.objection_id is not None else None
        receipt, key, answer = row.peer_receipt, str(row.answer_key), answer_of(row, objection)
    try:
        await peer.answer(receipt, answer, key)
    except (PeerUnavailable, PeerRefused) as error:
        log.warning("directory_not_told", cause=type(error).__name__, code=str(error))
        await _note(resources, receipt, confirmed=False)
        return False if isinstance(error, PeerRefused) else None
    failpoint("directory.answered")
    await _note(resources, receipt, confirmed=True)
    return True


async def _note(resources: Resources, receipt: str, *, confirmed: bool) -> None:
    """What came of a try."""
    async with resources.database.transaction() as session:
        row = await session.get_one(ExchangedObjection, receipt, with_for_update=True)
        if confirmed:
            row.answered_at = clock.now()
            return
        row.failures += 1
        row.try_at = clock.now() + pause_after(row.failures)


def answer_of(row: ExchangedObjection, objection: Objection | None) -> PeerAnswer:
    """What the directory shows: the public answer, without what the departments wrote, which may hold figures."""
    if objection is None:
        return PeerAnswer(row.intake.value, None, None, row.reason or Intake(row.intake).label)
    label = OBJECTION_STATES.label(objection.state)
    text = objection.public_answer or objection.reason or f"异议{label}。"
    outcome = objection.outcome.value if objection.outcome else None
    return PeerAnswer(objection.state.value, objection.receipt, outcome, text)
