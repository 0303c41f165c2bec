"""What recognition is told of a closed public notice: which of its applications an undecided objection holds (R3).

Said once the closing has been heard and the own clock has passed the notice's last day, whichever is later: until then
an objection may still be filed. Said again with every change of what is open, and never twice the same. A notice that
is known by its closing alone waits for its opening: which applications are on it, and so which objections hold them,
is not known before.
"""

import datetime as dt
import uuid

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
from shared.worker.deadlines import end_of_day

NOTICE_DEADLINE = "notice-over"
"""Kind of the deadline at the end of a notice's last day, by the own clock. Its subject is the notice's id."""


async def announce_clearing(session: AsyncSession, notice: uuid.UUID, cause: Event | None = None) -> None:
    """Tell recognition how a closed notice stands, if it is over here too and something has changed.

    Locks the notice: filings against it that are under way are waited for. The caller holds no lock on it yet, or the
    whole of it; whoever also locks objections does that before.
    """
    known = await register_repository.get_notice(session, notice)
    if known is None or not is_over(known, clock.now()):
        return
    known = await register_repository.lock_notice(session, notice)
    if known is None or not may_be_announced(known):
        return
    held = await objection_repository.undecided_applications(session, notice)
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
