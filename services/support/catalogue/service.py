"""A measure is entered by a clerk, checked by a second person, published, revised by another revision, or retired."""

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue import repository as catalogue_repository
from services.support.catalogue.domain import NEXT_STATES, RevisionState
from services.support.catalogue.models import MeasureRevision
from services.support.catalogue.problems import (
    MeasureNotFound,
    MeasureOfAnotherDepartment,
    MeasureOfAnotherRegion,
    MeasureWrong,
    OwnRevision,
    RevisionElsewhere,
    RevisionOpen,
)
from services.support.catalogue.register import read_register
from shared import clock
from shared.law.language.errors import PolicyError
from shared.law.model.measures import Measure
from shared.law.reader.measures import read_entered
from shared.platform import audit
from shared.platform.department_scope import COORDINATORS, department_of
from shared.platform.identity import Caller, require_region


async def enter(session: AsyncSession, content: dict[str, Any], caller: Caller) -> MeasureRevision:
    """A new measure, or a revision of one that counts. 422 with what is wrong; 409 while another revision of it is open
    or where its id is another region's.
    """
    measure = read_checked(content, caller)
    known = (await read_register(session)).of(measure.id)
    if known is not None and known.measure.region != measure.region:
        raise MeasureOfAnotherRegion(f"“{measure.id}”是区划“{known.measure.region}”的措施，请换一个编号")
    if await catalogue_repository.open_of(session, measure.id) is not None:
        raise RevisionOpen(f"“{measure.id}”有一份修订还没有发布，请先办完那一份")
    revision = MeasureRevision(
        id=uuid.uuid4(),
        measure=measure.id,
        number=await catalogue_repository.next_number(session, measure.id),
        region=measure.region,
        state=RevisionState.DRAFT,
        content=content,
        entered_by=caller.subject,
        department=caller.department,
        version=1,
    )
    session.add(revision)
    await session.flush()
    await session.refresh(revision)
    await audit.record(session, revision, caller, "measure:enter")
    return revision


def read_checked(content: dict[str, Any], caller: Caller) -> Measure:
    """The measure that the content says, inside the caller's region and, of a department, its own."""
    try:
        measure = read_entered(content)
    except PolicyError as error:
        raise MeasureWrong(str(error)) from error
    require_region(caller, measure.region)
    if not caller.roles & COORDINATORS and department_of(caller) not in (*measure.lead, *measure.joint):
        raise MeasureOfAnotherDepartment
    return measure


async def rewrite(session: AsyncSession, revision: MeasureRevision, content: dict[str, Any], caller: Caller) -> None:
    """Other content of a draft, which is then checked anew."""
    measure = read_checked(content, caller)
    if measure.id != revision.measure or measure.region != revision.region:
        raise MeasureWrong(f"修改时编号和区划不能变；应是“{revision.measure}”和“{revision.region}”")
    await _move(session, revision, RevisionState.DRAFT, caller, "measure:rewrite")
    revision.content, revision.entered_by, revision.returned_because = content, caller.subject, None


async def check(session: AsyncSession, revision: MeasureRevision, caller: Caller) -> None:
    """A second person, of the department or of market supervision, has compared it with its document."""
    read_checked(revision.content, caller)
    _require_another(revision, caller)
    await _move(session, revision, RevisionState.CHECKED, caller, "measure:check")
    revision.checked_by = caller.subject


async def send_back(session: AsyncSession, revision: MeasureRevision, reason: str, caller: Caller) -> None:
    """It is wrong: back to whoever entered it, with the reason."""
    read_checked(revision.content, caller)
    _require_another(revision, caller)
    await _move(session, revision, RevisionState.DRAFT, caller, "measure:send-back")
    revision.returned_because, revision.checked_by = reason, None


async def publish(session: AsyncSession, revision: MeasureRevision, caller: Caller) -> None:
    """It counts from now on; the revision before it is over."""
    _require_another(revision, caller)
    before = await catalogue_repository.published_of(session, revision.measure)
    if before is not None:
        await _move(session, before, RevisionState.REPLACED, caller, "measure:replace")
        before.ended_on, before.ended_because = clock.today(), "已修订"
        await session.flush()
    await _move(session, revision, RevisionState.PUBLISHED, caller, "measure:publish")
    revision.published_by, revision.published_at = caller.subject, clock.now()


async def retire(session: AsyncSession, name: str, reason: str, caller: Caller) -> MeasureRevision:
    """The measure is over: entitlements to it end with this reason. One that ships gets a revision that says so."""
    entry = (await read_register(session)).of(name)
    if entry is None:
        raise MeasureNotFound
    require_region(caller, entry.measure.region)
    if await catalogue_repository.open_of(session, name) is not None:
        raise RevisionOpen(f"“{name}”有一份修订还没有发布，请先办完那一份，再停止这项措施")
    revision = await catalogue_repository.published_of(session, name)
    if revision is None:
        revision = MeasureRevision(
            id=uuid.uuid4(),
            measure=name,
            number=await catalogue_repository.next_number(session, name),
            region=entry.measure.region,
            state=RevisionState.PUBLISHED,
            content={},
            entered_by=caller.subject,
            department=caller.department,
            version=1,
        )
        session.add(revision)
    await _move(session, revision, RevisionState.RETIRED, caller, "measure:retire", reason)
    revision.ended_on, revision.ended_because = clock.today(), reason
    await session.flush()
    await session.refresh(revision)
    return revision


def _require_another(revision: MeasureRevision, caller: Caller) -> None:
    if revision.entered_by == caller.subject:
        raise OwnRevision


async def _move(
    session: AsyncSession, revision: MeasureRevision, to: RevisionState, caller: Caller, action: str, reason: str = ""
) -> None:
    if to not in NEXT_STATES[revision.state]:
        raise RevisionElsewhere(f"这份措施{revision.state.label}，不能改为“{to.label}”")
    revision.state = to
    revision.version += 1
    await audit.record(session, revision, caller, action, {"reason": reason} if reason else {})
