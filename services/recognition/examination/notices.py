"""Public notices: opened over the applications that wait for one, closed after their days.

Applications go on to the decision once no open objection holds them (`clearing.py`).
"""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import NOTICE_STATES, ApplicationState, NoticeState
from services.recognition.applications.makers import makers_of, named_makers
from services.recognition.applications.models import Application, NoticeItem, PublicNotice
from services.recognition.applications.problems import StepOfAnotherLevel
from services.recognition.applications.rechecks import judge_again
from services.recognition.applications.workflow import bureau_of, deciding_bureau, require_season_competence
from services.recognition.base import ANNOUNCER
from services.recognition.examination import repository as examination_repository
from services.recognition.examination.clearing import apply_word
from services.recognition.examination.problems import (
    BarredFromNotice,
    NobodyAwaitsNotice,
    NotAwaitingNotice,
    NoticeTooLarge,
    NoticeTooLate,
)
from services.recognition.season.models import Season
from shared import clock
from shared.contracts.recognition import PublicNoticeClosed, PublicNoticeItem, PublicNoticeOpened
from shared.law.model.recognition import StepKind
from shared.messaging.outbox import EventTooLargeError
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import CLOCK
from shared.reference.calendar import add_working_days
from shared.worker import deadlines

NOTICE_DEADLINE = "notice-closes"
"""Kind of the deadline at the end of a notice."""


async def open_notice(
    session: AsyncSession, season: Season, caller: Caller, only: Collection[uuid.UUID] | None = None
) -> tuple[PublicNotice, list[Application]]:
    """Publish a notice over the applications that wait for one, or some of them, for the season's number of working
    days. Those against which something stands today are not shown as households to be recognised; they keep waiting and
    are handed back beside the notice.
    """
    items, left_out = await notice_candidates(session, season, caller, only)
    last = add_working_days(clock.today(), season.notice_days)
    if last.due > season.decisions_until and not all(application.late for application in items):
        raise NoticeTooLate(f"公示要到 {last.due} 才满，已过认定截止日期 {season.decisions_until}")
    notice = PublicNotice(
        id=uuid.uuid4(),
        season_id=season.id,
        county=season.county,
        opens_on=clock.today(),
        closes_on=last.due,
        provisional=last.provisional,
        opened_by=caller.subject,
        opened_from=bureau_of(caller),
    )
    session.add(notice)
    await session.flush()
    session.add_all([NoticeItem(notice_id=notice.id, application_id=one.id) for one in items])
    await session.flush()
    await deadlines.schedule(
        session, kind=NOTICE_DEADLINE, subject=str(notice.id), due_at=deadlines.end_of_day(notice.closes_on)
    )
    await _announce_opening(session, notice, items, caller)
    details = {"items": len(items), "barred": [str(application.id) for application in left_out]}
    await audit.record(session, notice, caller, "public-notice:open", details)
    return notice, left_out


async def notice_candidates(
    session: AsyncSession, season: Season, caller: Caller, only: Collection[uuid.UUID] | None
) -> tuple[list[Application], list[Application]]:
    """The applications that wait for a notice at the caller's level and were on none: those against which nothing
    stands today, and those that keep waiting.

    Where `only` names some: 409 for those that do not wait or are barred, 403 for those of another level.
    """
    waiting = await application_repository.find_at_step(
        session, season.id, [ApplicationState.IN_PROGRESS], StepKind.PUBLIC_NOTICE, lock=True
    )
    shown = await examination_repository.already_on_notice(session, [application.id for application in waiting])
    items = [one for one in waiting if one.id not in shown and (only is None or one.id in only)]
    strangers = sorted(str(id_) for id_ in set(only or ()) - {application.id for application in items})
    if strangers:
        detail = f"下列申报不在本认定季公示这一步，或已经公示过：{'、'.join(strangers)}"
        raise NotAwaitingNotice(detail)
    if not items:
        raise NobodyAwaitsNotice
    own = await of_callers_level(session, season, items, caller, every=only is not None)
    barred = await judge_again(session, season, own)
    left_out = [application for application in own if application.id in barred]
    if left_out and (only is not None or len(left_out) == len(own)):
        reasons = [f"{one.name}（{one.uscc}）：{'；'.join(one.judged.against)}" for one in left_out]
        raise BarredFromNotice("；".join(reasons), reasons=reasons)
    return [application for application in own if application.id not in barred], left_out


async def of_callers_level(
    session: AsyncSession, season: Season, items: Sequence[Application], caller: Caller, *, every: bool
) -> list[Application]:
    """Those that the caller's level puts on a notice: a recommendation's is the department's own (同级). 403 when there
    are none, or not all of them where `every` is asked for.
    """
    own: list[Application] = []
    refusals: list[StepOfAnotherLevel] = []
    for application in items:
        try:
            await require_season_competence(
                session, season, application.path, StepKind.PUBLIC_NOTICE, caller, application.recommended_from
            )
            own.append(application)
        except StepOfAnotherLevel as refusal:
            refusals.append(refusal)
    if refusals and (every or not own):
        raise refusals[0]
    return own


async def close_notice(session: AsyncSession, notice: PublicNotice) -> None:
    """The last day is over. The objection service speaks once it has heard of the closing; if its clock is ahead, it
    may have spoken already.
    """
    NOTICE_STATES.require(notice.state, NoticeState.CLOSED)
    word, notice.word = notice.word, None
    notice.state = NoticeState.CLOSED
    notice.version += 1
    closed = PublicNoticeClosed(public_notice=notice.id, region=notice.county, closes_on=notice.closes_on)
    await ANNOUNCER.announce(session, closed, subject=notice.county, actor=CLOCK.subject)
    await audit.record(session, notice, CLOCK, "public-notice:close")
    if word is not None:
        await apply_word(session, notice, word)


async def _announce_opening(
    session: AsyncSession, notice: PublicNotice, items: list[Application], caller: Caller
) -> None:
    makers = await makers_of(session, items)
    opened = PublicNoticeOpened(
        public_notice=notice.id,
        region=notice.county,
        opens_on=notice.opens_on,
        closes_on=notice.closes_on,
        decided_by_region=await deciding_bureau(session, items[0], caller),
        makers=named_makers(caller.subject, *(one for each in makers.values() for one in each)),
        items=[
            PublicNoticeItem.model_validate(
                {
                    "application": application.id,
                    "uscc": application.uscc,
                    "name": application.name,
                    "category": application.category,
                }
            )
            for application in items
        ],
    )
    try:
        await ANNOUNCER.announce(session, opened, subject=notice.county, actor=caller.subject)
    except EventTooLargeError as error:
        detail = f"{len(items)} 户太多，一次公示发布不了；请在 applications 中写明其中一部分，分几次公示"
        raise NoticeTooLarge(detail) from error
