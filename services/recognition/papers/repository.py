"""SQL of the case file: what happened to one recognition, and to the application that it came from."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.models import Application, Consultation, Document, Task
from services.recognition.examination import repository as examination_repository
from services.recognition.examination.repository import OnNotice
from services.recognition.lifecycle.models import EndProceeding
from services.recognition.lifecycle.repository import proceedings_of
from services.recognition.papers.basis import granted_until
from services.recognition.recognitions.models import Ban, Confirmation, Evaluation, InformationReport, Recognition
from services.recognition.registers.models import ObjectionCopy
from services.recognition.registers.objections import objections_about
from services.recognition.scoring.models import ApplicationScore
from services.recognition.season.models import Criteria, Season
from services.recognition.supervision.repository import recognitions_of_season


@dataclass(frozen=True)
class Procedure:
    """An application with all that was handed in and done about it. `scored`: by a scoring sheet; `titles`: of
    its season's standards and kinds of operators, by id.
    """

    application: Application
    documents: Sequence[Document]
    tasks: Sequence[Task]
    consultations: Sequence[Consultation]
    scored: bool
    notices: Sequence[OnNotice]
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Life:
    """What followed the recognition."""

    reports: Sequence[InformationReport]
    confirmations: Sequence[Confirmation]
    evaluations: Sequence[Evaluation]
    proceedings: Sequence[EndProceeding]
    ban: Ban | None


class Granted(NamedTuple):
    """A recognition, and the last day that it was granted to."""

    recognition: Recognition
    until: dt.date


async def procedure_of(
    session: AsyncSession, application_id: uuid.UUID | None, scope: str, kinds: Mapping[str, str]
) -> Procedure | None:
    """How it came to the recognition; None where the application lies outside the region, the household has moved, or
    there is none here: the recognition was adopted from another system. `kinds`: the titles of kinds of operators, by
    what evidence of them begins with.
    """
    if application_id is None:
        return None
    application = await application_repository.get_application(session, application_id, scope)
    if application is None:
        return None
    asked = select(Consultation).filter_by(application_id=application_id).order_by(Consultation.due_on, Consultation.id)
    return Procedure(
        application,
        await application_repository.documents_of(session, application_id),
        (await application_repository.tasks_by_application(session, [application_id], lock=False))[application_id],
        (await session.execute(asked)).scalars().all(),
        await session.get(ApplicationScore, application_id) is not None,
        (await examination_repository.notices_by_application(session, [application_id]))[application_id],
        {**await titles_of(session, application.season_id), **kinds},
    )


async def titles_of(session: AsyncSession, season_id: uuid.UUID) -> Mapping[str, str]:
    """The titles of a season's standards, by id."""
    query = select(Criteria).join(Season, Season.criteria_id == Criteria.id).where(Season.id == season_id)
    criteria = (await session.execute(query)).scalar_one_or_none()
    categories = criteria.categories.values() if criteria is not None else ()
    return {one.id: one.title for category in categories for one in category.criteria}


async def life_of(session: AsyncSession, recognition: Recognition) -> Life:
    """Reports, confirmations, evaluations, proceedings, and the ban."""
    reports = select(InformationReport).filter_by(recognition_id=recognition.id).order_by(InformationReport.year)
    confirmations = select(Confirmation).filter_by(recognition_id=recognition.id).order_by(Confirmation.year)
    evaluations = select(Evaluation).filter_by(recognition_id=recognition.id).order_by(Evaluation.valid_until)
    return Life(
        (await session.execute(reports)).scalars().all(),
        (await session.execute(confirmations)).scalars().all(),
        (await session.execute(evaluations)).scalars().all(),
        (await proceedings_of(session, [recognition.id]))[recognition.id],
        await session.get(Ban, recognition.id),
    )


async def banned_until(session: AsyncSession, recognition: Recognition) -> dt.date | None:
    """The last day of the ban that was decided with the revocation."""
    ban = await session.get(Ban, recognition.id)
    return ban.until if ban is not None else None


async def granted_in(session: AsyncSession, season_id: uuid.UUID) -> Sequence[Granted]:
    """Every recognition of a season with the last day that it was granted to."""
    rows = await recognitions_of_season(session, season_id)
    ids = [row.id for row in rows]
    earliest = select(Evaluation.recognition_id, func.min(Evaluation.valid_until)).group_by(Evaluation.recognition_id)
    found = await session.execute(earliest.where(Evaluation.recognition_id.in_(ids)))
    evaluated: dict[uuid.UUID, dt.date] = {row[0]: row[1] for row in found}
    return [Granted(row, granted_until(row, [evaluated[row.id]] if row.id in evaluated else [])) for row in rows]


async def objections_of(session: AsyncSession, recognition: Recognition) -> Sequence[ObjectionCopy]:
    """Objections about the recognition and about its application, the earliest first."""
    subjects = [one for one in (recognition.application_id, recognition.id) if one is not None]
    found = await objections_about(session, subjects)
    return [one for rows in found.values() for one in rows]
