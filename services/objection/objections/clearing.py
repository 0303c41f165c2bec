"""What recognition is told of a closed public notice: which of its applications an open objection holds (R3).

Said once the closing has been heard and the own clock has passed the notice's last day, whichever is later: until then
an objection may still be filed. Said again with every change of what is open, and never twice the same. A notice that
is known by its closing alone waits for its opening: which applications are on it, and so which objections hold them,
is not known before.

Whoever files, or ends an objection, leaves a deadline (`note_change`) and the worker says what has become of it.
Whether the notice is over is the worker's question alone: clocks of processes differ by minutes, and what one process
has said another must not think too early to correct. It is also why nobody waits for a notice who holds an objection.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.objections import repository as objection_repository
from services.objection.registers import repository as register_repository
from services.objection.registers.domain import NoticeState
from services.objection.registers.models import NoticeCopy
from shared import clock
from shared.contracts.objection import PublicNoticeCleared
from shared.messaging.events import Event
from shared.worker import deadlines
from shared.worker.deadlines import Deadline, Handlers, Together, end_of_day

NOTICE_DEADLINE = "notice-over"
"""Kind of the deadline at the end of a notice's last day, by the own clock. Its subject is the notice's id."""

CHANGE_DEADLINE = "notice-changed"
"""Kind of the deadline that is due at once when what a notice's objections hold has changed. Its subject is the
notice's id and one of its own, so that nobody waits for another's.
"""
AT_ONCE = dt.timedelta(days=1)
"""So far back lies what is due at once, whatever the clock of the process that fires it says."""


async def note_change(session: AsyncSession, notice: uuid.UUID) -> None:
    """An objection to a notice was filed or has ended: recognition is told as soon as this is stored, if the notice is
    over. One that has not been heard of is looked at when it is.
    """
    known = await register_repository.get_notice(session, notice)
    if known is None:
        return
    due_at = max(end_of_day(known.closes_on), clock.now() - AT_ONCE)
    await deadlines.schedule(session, kind=CHANGE_DEADLINE, subject=f"{notice}:{uuid.uuid4()}", due_at=due_at)


async def on_changed(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """Says of each of the notices what is true by now."""
    for notice in sorted({uuid.UUID(deadline.subject.partition(":")[0]) for deadline in due}):
        await announce_clearing(session, notice)


CHANGES: Handlers = {CHANGE_DEADLINE: Together(on_changed)}


async def announce_clearing(session: AsyncSession, notice: uuid.UUID, cause: Event | None = None) -> None:
    """Tell recognition how a closed notice stands, if it is over here too and something has changed. Once something
    was said it is kept true, also by a process whose clock has not come so far.

    For the worker alone. Locks the notice: filings against it that are under way are waited for.
    """
    known = await register_repository.lock_notice(session, notice)
    if known is None or not may_be_announced(known):
        return
    if known.announced is None and not is_over(known, clock.now()):
        return
    held = await objection_repository.held_applications(session, notice)
    standing = {"open": [str(application) for application in sorted(held)]}
    if known.announced == standing:
        return
    known.announced = standing
    cleared = PublicNoticeCleared(public_notice=notice, open_objections=len(held), held=sorted(set(held)))
    await ANNOUNCER.announce(session, cleared, subject=known.county, cause=cause)


async def watch_notice_end(session: AsyncSession, notice: uuid.UUID, closes_on: dt.date) -> None:
    """Announce at the end of the last day, if the own clock has not come to it when the closing is heard."""
    if clock.now() < end_of_day(closes_on):
        await deadlines.schedule(session, kind=NOTICE_DEADLINE, subject=str(notice), due_at=end_of_day(closes_on))


def is_over(notice: NoticeCopy, now: dt.datetime) -> bool:
    """Whether the notice's last day is over by the own clock: nothing can be filed against it any more."""
    return now >= end_of_day(notice.closes_on)


def may_be_announced(notice: NoticeCopy) -> bool:
    """Whether both its opening and its closing have been heard."""
    return notice.state is NoticeState.CLOSED and notice.opens_on is not None
