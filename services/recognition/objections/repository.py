"""SQL of applied objections, of late admissions, and of what an objection about a household finds."""

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.domain import ENDED_STATES
from services.recognition.applications.models import Application, LateAdmission
from services.recognition.objections.models import AppliedObjection
from services.recognition.recognitions.domain import RecognitionState
from services.recognition.recognitions.models import Ban, Confirmation, Recognition
from shared import clock
from shared.contracts.objection import ObjectionUpheld


async def begin_applying(session: AsyncSession, upheld: ObjectionUpheld) -> AppliedObjection | None:
    """The row of an upheld objection; None when it was applied before: a second event waits, and finds it."""
    known = {name: getattr(upheld, name) for name in ("objection", "against", "uscc", "region", "subject")}
    statement = insert(AppliedObjection).values(**known, applied_at=clock.now()).on_conflict_do_nothing()
    result = await session.execute(statement.returning(AppliedObjection))
    return result.scalar_one_or_none()


async def other_application(session: AsyncSession, application: Application) -> Application | None:
    """Another application of the household in the season that has not ended."""
    query = select(Application).where(
        Application.season_id == application.season_id,
        Application.uscc == application.uscc,
        Application.id != application.id,
        Application.state.not_in(ENDED_STATES),
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def other_recognition(session: AsyncSession, recognition: Recognition) -> Recognition | None:
    """Another recognition of the household that has not ended."""
    query = select(Recognition).where(
        Recognition.uscc == recognition.uscc,
        Recognition.id != recognition.id,
        Recognition.state == RecognitionState.VALID,
    )
    return (await session.execute(query)).scalar_one_or_none()


async def lock_withheld_confirmation(session: AsyncSession, recognition_id: uuid.UUID) -> Confirmation | None:
    """The latest year's confirmation if it was withheld, locked."""
    query = select(Confirmation).where(Confirmation.recognition_id == recognition_id)
    latest = query.order_by(Confirmation.year.desc()).limit(1).with_for_update()
    confirmation = (await session.execute(latest)).scalar_one_or_none()
    return confirmation if confirmation is not None and not confirmation.confirmed else None


async def lock_ban(session: AsyncSession, recognition_id: uuid.UUID) -> Ban | None:
    """The ban that a revocation brought, locked."""
    return await session.get(Ban, recognition_id, with_for_update=True)


async def lock_latest_recognition(session: AsyncSession, uscc: str) -> Recognition | None:
    """The household's newest recognition, valid or ended, locked."""
    query = select(Recognition).where(Recognition.uscc == uscc)
    newest = query.order_by(Recognition.granted_on.desc(), Recognition.id).limit(1).with_for_update()
    return (await session.execute(newest)).scalar_one_or_none()


async def admit_late(
    session: AsyncSession, season_id: uuid.UUID, uscc: str, objection: uuid.UUID, apply_by: dt.date
) -> bool:
    """A household may apply late; False when that was allowed before."""
    known = {"season_id": season_id, "uscc": uscc, "objection": objection, "apply_by": apply_by}
    statement = insert(LateAdmission).values(**known).on_conflict_do_nothing()
    return (await session.execute(statement.returning(LateAdmission.uscc))).scalar_one_or_none() is not None
