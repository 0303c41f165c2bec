"""SQL of consultations and public notices."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set

from sqlalchemy import Select, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.domain import ENDED_STATES, NoticeState
from services.recognition.applications.models import Application, Consultation, NoticeItem, PublicNotice
from services.recognition.registers.objections import decided_objections_to_notice
from shared.law.model.recognition import StepKind
from shared.platform.scope import in_region
from shared.reference.departments import Department

AskedConsultation = tuple[Consultation, Application]
OnNotice = tuple[NoticeItem, PublicNotice]
"""An application's place on a notice, and the notice."""


async def lock_consultations_of(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[Consultation]]:
    """All consultations about each of the applications, locked in the order of their ids and read again."""
    query = select(Consultation).where(Consultation.application_id.in_(applications)).order_by(Consultation.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    consultations = defaultdict[uuid.UUID, list[Consultation]](list)
    for consultation in (await session.execute(locked)).scalars():
        consultations[consultation.application_id].append(consultation)
    return consultations


async def list_open_consultations(
    session: AsyncSession,
    scope: str,
    department: Department | None,
    day: dt.date,
    after: tuple[dt.date, uuid.UUID] | None,
    limit: int,
) -> Sequence[AskedConsultation]:
    """Consultations of a department (None: of any) that can still be answered on a day, the most urgent first, with
    their applications.
    """
    query = (
        select(Consultation, Application)
        .join(Application, Application.id == Consultation.application_id)
        .where(Consultation.county.startswith(scope, autoescape=True))
        .where(Consultation.answered_at.is_(None), Consultation.due_on >= day)
    )
    if department is not None:
        query = query.where(Consultation.department == department)
    if after is not None:
        query = query.where(tuple_(Consultation.due_on, Consultation.id) > after)
    rows = await session.execute(query.order_by(Consultation.due_on, Consultation.id).limit(limit))
    return [(consultation, application) for consultation, application in rows]


async def applications_by_consultation(
    session: AsyncSession, ids: Collection[uuid.UUID], scope: str, department: Department
) -> Mapping[uuid.UUID, uuid.UUID]:
    """Consultation of a department inside a caller's region → its application."""
    query = select(Consultation.id, Consultation.application_id).where(
        Consultation.id.in_(ids),
        Consultation.county.startswith(scope, autoescape=True),
        Consultation.department == department,
    )
    return {row.id: row.application_id for row in await session.execute(query)}


async def askers_by_application(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Set[str]]:
    """Who asked departments about each of the applications."""
    query = select(Consultation.application_id, Consultation.asked_by)
    found = defaultdict[uuid.UUID, set[str]](set)
    for row in await session.execute(query.where(Consultation.application_id.in_(applications)).distinct()):
        found[row.application_id].add(row.asked_by)
    return found


async def get_notice(
    session: AsyncSession, notice_id: uuid.UUID, scope: str, *, lock: bool = False
) -> PublicNotice | None:
    """A notice inside a region."""
    query = select(PublicNotice).where(
        PublicNotice.id == notice_id, PublicNotice.county.startswith(scope, autoescape=True)
    )
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def list_notices(
    session: AsyncSession, scope: str, after: tuple[dt.date, uuid.UUID] | None, limit: int
) -> Sequence[PublicNotice]:
    """Notices below a region, the newest first; `after`: first day and id of the last one seen."""
    query = select(PublicNotice).where(in_region(PublicNotice.county, scope))
    if after is not None:
        query = query.where(tuple_(PublicNotice.opens_on, PublicNotice.id) < after)
    query = query.order_by(PublicNotice.opens_on.desc(), PublicNotice.id.desc())
    return (await session.execute(query.limit(limit))).scalars().all()


async def list_notice_applications(
    session: AsyncSession, notice_id: uuid.UUID, after: uuid.UUID | None, limit: int
) -> Sequence[Application]:
    """Some of the applications that are still on a notice, by id."""
    query = _remaining_on(notice_id)
    if after is not None:
        query = query.where(NoticeItem.application_id > after)
    return (await session.execute(query.limit(limit))).scalars().all()


async def lock_notice_items(session: AsyncSession, notice_id: uuid.UUID) -> Sequence[tuple[NoticeItem, Application]]:
    """All applications that are still on a notice, by id, locked and read again, with their places on it."""
    query = _remaining_on(notice_id).with_only_columns(NoticeItem, Application).with_for_update(of=Application)
    rows = await session.execute(query.execution_options(populate_existing=True))
    return [(item, application) for item, application in rows]


def _remaining_on(notice_id: uuid.UUID) -> Select[Application]:
    """Applications on a notice that were not refused or withdrawn since."""
    return (
        select(Application)
        .join(NoticeItem, NoticeItem.application_id == Application.id)
        .where(NoticeItem.notice_id == notice_id, ~NoticeItem.superseded, Application.state.not_in(ENDED_STATES))
        .order_by(NoticeItem.application_id)
    )


async def already_on_notice(session: AsyncSession, applications: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of the applications are on some notice already that still counts."""
    query = select(NoticeItem.application_id).where(NoticeItem.application_id.in_(applications), ~NoticeItem.superseded)
    return frozenset((await session.execute(query)).scalars())


async def notices_by_application(
    session: AsyncSession, applications: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[OnNotice]]:
    """The notices that each of the applications is on, and was on before, the first one first."""
    query = (
        select(NoticeItem, PublicNotice)
        .join(PublicNotice, PublicNotice.id == NoticeItem.notice_id)
        .where(NoticeItem.application_id.in_(applications))
        .order_by(PublicNotice.closes_on, PublicNotice.id)
    )
    notices = defaultdict[uuid.UUID, list[OnNotice]](list)
    rows = await session.execute(query.execution_options(populate_existing=True))
    for item, notice in rows:
        notices[item.application_id].append((item, notice))
    return notices


async def awaiting_objections(session: AsyncSession, applications: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of the applications an open objection to their notice holds, or may hold: the notice is not closed yet, or
    the objection service has not spoken since.

    A notice and its season may end at the same midnight, and nothing orders the two deadlines.
    """
    spoken_for = PublicNotice.state == NoticeState.CLEARED
    unheard = ~spoken_for & (Application.step == StepKind.PUBLIC_NOTICE)
    query = (
        select(NoticeItem.application_id)
        .join(PublicNotice, PublicNotice.id == NoticeItem.notice_id)
        .join(Application, Application.id == NoticeItem.application_id)
        .where(NoticeItem.application_id.in_(applications), ~NoticeItem.superseded, NoticeItem.held | unheard)
    )
    return frozenset((await session.execute(query)).scalars())


async def objected_notices(session: AsyncSession, notices: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of the notices had an objection that was not merely declined or withdrawn."""
    decided = NoticeItem.application_id.in_(decided_objections_to_notice())
    query = select(NoticeItem.notice_id).where(NoticeItem.notice_id.in_(notices), NoticeItem.objected | decided)
    return frozenset((await session.execute(query.distinct())).scalars())


async def supersede_notices(session: AsyncSession, application_id: uuid.UUID) -> None:
    """What the application is on no longer counts: it is to be shown anew."""
    query = update(NoticeItem).where(NoticeItem.application_id == application_id)
    await session.execute(query.values(superseded=True, held=False))
