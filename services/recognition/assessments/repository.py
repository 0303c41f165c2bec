"""SQL of information reports, yearly confirmations and evaluations, with the recognitions they are about."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.models import Application
from services.recognition.recognitions.domain import RecognitionState, ReportState
from services.recognition.recognitions.models import Confirmation, Evaluation, InformationReport, Recognition
from services.recognition.rules.domain import PathKind
from shared.reference.departments import Department

OWED = (ReportState.DUE, ReportState.OVERDUE)
ReportKey = tuple[uuid.UUID, int]
"""Id of the recognition, and year."""
_REPORT_KEY = tuple_(InformationReport.recognition_id, InformationReport.year)
_REPORTS_OF = select(InformationReport).where(InformationReport.recognition_id == bindparam("recognition"))
REPORT_BY_KEY = _REPORTS_OF.where(InformationReport.year == bindparam("year"))
REPORT_LOCKED = REPORT_BY_KEY.with_for_update()
OVERDUE_REPORTS = _REPORTS_OF.where(InformationReport.state == ReportState.OVERDUE).order_by(InformationReport.year)


async def get_report(
    session: AsyncSession, recognition_id: uuid.UUID, year: int, *, lock: bool = False
) -> InformationReport | None:
    """One report."""
    result = await session.execute(
        REPORT_LOCKED if lock else REPORT_BY_KEY, {"recognition": recognition_id, "year": year}
    )
    return result.scalar_one_or_none()


async def reports_by_key(
    session: AsyncSession, keys: Collection[ReportKey], *, lock: bool = False
) -> Mapping[ReportKey, InformationReport]:
    """Reports of recognitions and years."""
    query = select(InformationReport).where(_REPORT_KEY.in_(keys)).order_by(*_REPORT_KEY.clauses)
    result = await session.execute(query.with_for_update() if lock else query)
    return {(report.recognition_id, report.year): report for report in result.scalars()}


Reported = tuple[InformationReport, Recognition]
_REPORTED = select(InformationReport, Recognition).join(Recognition, Recognition.id == InformationReport.recognition_id)


async def reports_of_operator(session: AsyncSession, operator_ref: str, year: int) -> Sequence[Reported]:
    """The reports of a year of a person's households."""
    query = _REPORTED.where(Recognition.operator_ref == operator_ref, InformationReport.year == year)
    return [(report, recognition) for report, recognition in await session.execute(query.order_by(Recognition.id))]


async def list_reports(
    session: AsyncSession, scope: str, year: int, state: str | None, after: uuid.UUID | None, limit: int
) -> Sequence[Reported]:
    """Reports of a year with their recognitions, inside a region. What has ended owes no report any more: it is not
    listed as due or overdue.
    """
    owed = or_(InformationReport.state.not_in(OWED), Recognition.state == RecognitionState.VALID)
    query = _REPORTED.where(Recognition.county.startswith(scope, autoescape=True), InformationReport.year == year, owed)
    if state is not None:
        query = query.where(InformationReport.state == state)
    if after is not None:
        query = query.where(Recognition.id > after)
    rows = await session.execute(query.order_by(Recognition.id).limit(limit))
    return [(report, recognition) for report, recognition in rows]


async def overdue_reports(session: AsyncSession, recognition_id: uuid.UUID) -> Sequence[InformationReport]:
    """The reports of a recognition that are overdue, by year."""
    return (await session.execute(OVERDUE_REPORTS, {"recognition": recognition_id})).scalars().all()


async def reviewed_reports(
    session: AsyncSession, recognitions: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[InformationReport]]:
    """The reviewed reports of each of the recognitions."""
    query = select(InformationReport).where(
        InformationReport.recognition_id.in_(recognitions), InformationReport.state == ReportState.CONFIRMED
    )
    reports = defaultdict[uuid.UUID, list[InformationReport]](list)
    for report in (await session.execute(query)).scalars():
        reports[report.recognition_id].append(report)
    return reports


Evaluated = tuple[Evaluation, Recognition]
_EVALUATED = select(Evaluation, Recognition).join(Recognition, Recognition.id == Evaluation.recognition_id)
_RECOMMENDED = select(Recognition, Application).join(Application, Application.id == Recognition.application_id)


async def get_evaluation(session: AsyncSession, evaluation_id: uuid.UUID, scope: str) -> Evaluated | None:
    """An evaluation with its recognition, inside a region."""
    query = _EVALUATED.where(Evaluation.id == evaluation_id, Recognition.county.startswith(scope, autoescape=True))
    row = (await session.execute(query)).first()
    return (row[0], row[1]) if row else None


async def lock_evaluations(
    session: AsyncSession, ids: Collection[uuid.UUID], scope: str
) -> Mapping[uuid.UUID, Evaluated]:
    """Evaluations with their recognitions, inside a region, by id; the recognitions are locked first, by id."""
    owners = select(Evaluation.recognition_id).where(Evaluation.id.in_(ids))
    first = select(Recognition.id).where(Recognition.id.in_(owners)).order_by(Recognition.id)
    await session.execute(first.with_for_update())
    query = _EVALUATED.where(Evaluation.id.in_(ids), Recognition.county.startswith(scope, autoescape=True))
    locked = query.order_by(Recognition.id).with_for_update().execution_options(populate_existing=True)
    return {evaluation.id: (evaluation, recognition) for evaluation, recognition in await session.execute(locked)}


async def list_evaluations(
    session: AsyncSession, scope: str, decided: bool, after: tuple[dt.date, uuid.UUID] | None, limit: int
) -> Sequence[Evaluated]:
    """Decided or undecided evaluations inside a region, by the end of validity."""
    is_decided = Evaluation.decided_at.is_not(None)
    query = _EVALUATED.where(
        Recognition.county.startswith(scope, autoescape=True), is_decided if decided else ~is_decided
    )
    if after is not None:
        query = query.where(tuple_(Evaluation.valid_until, Evaluation.id) > after)
    rows = await session.execute(query.order_by(Evaluation.valid_until, Evaluation.id).limit(limit))
    return [(evaluation, recognition) for evaluation, recognition in rows]


async def recognitions_by_evaluation(
    session: AsyncSession, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, uuid.UUID]:
    """Evaluation → the recognition that it is about."""
    query = select(Evaluation.id, Evaluation.recognition_id).where(Evaluation.id.in_(ids))
    return {row.id: row.recognition_id for row in await session.execute(query)}


async def evaluations_by_recognition(
    session: AsyncSession, recognitions: Collection[Recognition]
) -> Mapping[uuid.UUID, Evaluation]:
    """The evaluations of the recognitions' current ends of validity, by recognition."""
    ends = [(recognition.id, recognition.valid_until) for recognition in recognitions]
    query = select(Evaluation).where(tuple_(Evaluation.recognition_id, Evaluation.valid_until).in_(ends))
    return {evaluation.recognition_id: evaluation for evaluation in (await session.execute(query)).scalars()}


def recommended_by(department: Department, scope: str) -> ColumnElement[bool]:
    """The application was recommended by this department, in the region or below it, wherever the household is now."""
    made = Application.recommended_from.startswith(scope, autoescape=True)
    return and_(Application.path == PathKind.RECOMMENDATION, Application.recommended_by == department, made)


async def lock_asked_evaluation(
    session: AsyncSession, evaluation_id: uuid.UUID, scope: str, department: Department
) -> Evaluated | None:
    """An evaluation on which the department of the region may give its opinion, and its recognition, which is locked
    first.
    """
    owner = select(Evaluation.recognition_id).where(Evaluation.id == evaluation_id).scalar_subquery()
    first = _RECOMMENDED.with_only_columns(Recognition.id).where(
        Recognition.id == owner, recommended_by(department, scope)
    )
    if (await session.execute(first.with_for_update(of=Recognition))).first() is None:
        return None
    query = _EVALUATED.where(Evaluation.id == evaluation_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(locked)).first()
    return (row[0], row[1]) if row else None


async def list_awaiting_department(
    session: AsyncSession, scope: str, department: Department, limit: int
) -> Sequence[tuple[Evaluation, Recognition, str]]:
    """Undecided evaluations of households recommended by the department of the region, without its opinion, each with
    the department.
    """
    query = (
        _RECOMMENDED.join(Evaluation, Recognition.id == Evaluation.recognition_id)
        .with_only_columns(Evaluation, Recognition, Application.recommended_by)
        .where(recommended_by(department, scope), Evaluation.decided_at.is_(None), Evaluation.agrees.is_(None))
    )
    rows = await session.execute(query.order_by(Evaluation.valid_until, Evaluation.id).limit(limit))
    return [(evaluation, recognition, str(whose)) for evaluation, recognition, whose in rows]


async def confirmations_by_key(session: AsyncSession, keys: Collection[ReportKey]) -> Mapping[ReportKey, Confirmation]:
    """Results of confirmations by recognition and year."""
    query = select(Confirmation).where(tuple_(Confirmation.recognition_id, Confirmation.year).in_(keys))
    return {
        (confirmation.recognition_id, confirmation.year): confirmation
        for confirmation in (await session.execute(query)).scalars()
    }


async def list_confirmations(
    session: AsyncSession, scope: str, year: int, confirmed: bool | None, after: uuid.UUID | None, limit: int
) -> Sequence[tuple[Confirmation, Recognition]]:
    """A year's confirmations inside a region, by recognition."""
    query = (
        select(Confirmation, Recognition)
        .join(Recognition, Recognition.id == Confirmation.recognition_id)
        .where(Confirmation.year == year, Recognition.county.startswith(scope, autoescape=True))
    )
    if confirmed is not None:
        query = query.where(Confirmation.confirmed == confirmed)
    if after is not None:
        query = query.where(Recognition.id > after)
    rows = await session.execute(query.order_by(Recognition.id).limit(limit))
    return [(confirmation, recognition) for confirmation, recognition in rows]
