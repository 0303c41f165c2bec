"""SQL of scoring: rounds, assessors, scores, findings, results."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, delete, false, func, insert, or_, select, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB, insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.domain import ApplicationState
from services.recognition.applications.models import Application, NoticeItem
from services.recognition.scoring.models import (
    ApplicationScore,
    Assessor,
    AssessorScore,
    IndicatorFinding,
    ScoringRound,
)
from shared.law.model.recognition import StepKind

WAITING = (
    Application.step == StepKind.SELECTION,
    Application.state.in_([ApplicationState.IN_PROGRESS, ApplicationState.RESERVE]),
)


async def open_round(session: AsyncSession, season_id: uuid.UUID, *, share: bool) -> ScoringRound | None:
    """The season's round that is not closed, locked: with `share`, so that scores of several people do not wait for one
    another, but closing waits for them.
    """
    query = select(ScoringRound).where(ScoringRound.season_id == season_id, ScoringRound.closed_at.is_(None))
    return (await session.execute(query.with_for_update(read=share))).scalar_one_or_none()


async def latest_round(session: AsyncSession, season_id: uuid.UUID, *, lock: bool = False) -> ScoringRound | None:
    """The season's last round."""
    of_season = select(ScoringRound).where(ScoringRound.season_id == season_id)
    query = of_season.order_by(ScoringRound.number.desc()).limit(1)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def rounds_of(session: AsyncSession, season_id: uuid.UUID) -> Mapping[uuid.UUID, ScoringRound]:
    """All rounds of a season by id, the first one first."""
    query = select(ScoringRound).where(ScoringRound.season_id == season_id).order_by(ScoringRound.number)
    return {one.id: one for one in (await session.execute(query)).scalars()}


async def assessors_of(session: AsyncSession, season_id: uuid.UUID) -> Mapping[str, Assessor]:
    """A season's assessors by subject."""
    query = select(Assessor).where(Assessor.season_id == season_id).order_by(Assessor.subject)
    return {one.subject: one for one in (await session.execute(query)).scalars()}


async def waiting_applications(
    session: AsyncSession, season_id: uuid.UUID, among: Collection[uuid.UUID] | None = None
) -> Sequence[Application]:
    """The season's applications that wait for the selection and have no points yet; all, or those of some. Also those
    that were excluded before all points were known, once an objection to that was upheld.
    """
    again = func.coalesce(type_coerce(Application.reopened, JSONB)["step"].astext == StepKind.SELECTION, false())
    result = select(ApplicationScore.application_id).where(ApplicationScore.application_id == Application.id)
    scored = result.where(or_(ApplicationScore.total.is_not(None), ~again)).exists()
    query = select(Application).where(Application.season_id == season_id, *WAITING, ~scored).order_by(Application.id)
    if among is not None:
        query = query.where(Application.id.in_(among))
    return (await session.execute(query)).scalars().all()


async def scores_of(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, list[AssessorScore]]:
    """Application → its assessors' parts, by assessor."""
    query = select(AssessorScore).where(AssessorScore.application_id.in_(applications))
    found: dict[uuid.UUID, list[AssessorScore]] = defaultdict(list)
    for row in (await session.execute(query.order_by(AssessorScore.assessor))).scalars():
        found[row.application_id].append(row)
    return found


async def lock_own_scores(
    session: AsyncSession, round_id: uuid.UUID, assessor: str, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, AssessorScore]:
    """An assessor's parts in applications of a round, locked, by application."""
    query = select(AssessorScore).where(
        AssessorScore.round_id == round_id,
        AssessorScore.assessor == assessor,
        AssessorScore.application_id.in_(applications),
    )
    rows = await session.execute(query.order_by(AssessorScore.application_id).with_for_update())
    return {row.application_id: row for row in rows.scalars()}


async def own_work(
    session: AsyncSession, season_id: uuid.UUID, assessor: str, after: uuid.UUID | None, limit: int
) -> Sequence[tuple[AssessorScore, Application]]:
    """What an assessor has to score in the open round, by application."""
    query = (
        select(AssessorScore, Application)
        .join(Application, Application.id == AssessorScore.application_id)
        .join(ScoringRound, ScoringRound.id == AssessorScore.round_id)
        .where(ScoringRound.season_id == season_id, ScoringRound.closed_at.is_(None))
        .where(AssessorScore.assessor == assessor)
    )
    if after is not None:
        query = query.where(AssessorScore.application_id > after)
    rows = await session.execute(query.order_by(AssessorScore.application_id).limit(limit))
    return [(score, application) for score, application in rows]


async def save_scores(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """New parts of assessors."""
    if rows:
        await session.execute(insert(AssessorScore), rows)


async def save_findings(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """What was found, in the place of what was found of the same indicator before; earlier finders are kept."""
    statement = upsert(IndicatorFinding)
    newer: dict[str, ColumnElement[Any]] = {
        name: statement.excluded[name] for name in ("level", "basis", "found_by", "found_at")
    }
    before, last = IndicatorFinding.found_before, func.to_jsonb(IndicatorFinding.found_by)
    known = or_(IndicatorFinding.found_by == newer["found_by"], before.contains(last))
    newer["found_before"] = case((known, before), else_=before.concat(last))
    keys = ["application_id", "indicator"]
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=newer), rows)


async def save_results(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """What applications came to, in the place of what excluded them before their points were known."""
    statement = upsert(ApplicationScore)
    newer = {column.name: column for column in statement.excluded if column.name != "application_id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["application_id"], set_=newer), rows)


async def delete_results(session: AsyncSession, round_id: uuid.UUID) -> int:
    """Take back what a round came to; how many applications that were."""
    gone = delete(ApplicationScore).where(ApplicationScore.round_id == round_id)
    return len((await session.execute(gone.returning(ApplicationScore.application_id))).all())


async def carry_over(session: AsyncSession, round_id: uuid.UUID, applications: Collection[uuid.UUID]) -> None:
    """Parts that nobody scored in an earlier round are to be scored in this one."""
    left = update(AssessorScore).where(
        AssessorScore.application_id.in_(applications),
        AssessorScore.points.is_(None),
        AssessorScore.recusal.is_(None),
        AssessorScore.round_id != round_id,
    )
    await session.execute(left.values(round_id=round_id))


async def findings_of(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[IndicatorFinding]]:
    """Application → what officers found."""
    query = select(IndicatorFinding).where(IndicatorFinding.application_id.in_(applications))
    found: dict[uuid.UUID, list[IndicatorFinding]] = defaultdict(list)
    for row in (await session.execute(query)).scalars():
        found[row.application_id].append(row)
    return found


async def results_of(session: AsyncSession, season_id: uuid.UUID) -> Sequence[tuple[ApplicationScore, Application]]:
    """All results of a season with their applications."""
    query = (
        select(ApplicationScore, Application)
        .join(Application, Application.id == ApplicationScore.application_id)
        .where(Application.season_id == season_id)
    )
    return [(score, application) for score, application in await session.execute(query)]


async def get_result(session: AsyncSession, application_id: uuid.UUID) -> ApplicationScore | None:
    """What an application came to."""
    return await session.get(ApplicationScore, application_id)


async def progress_of(session: AsyncSession, round_id: uuid.UUID) -> Sequence[tuple[str, int, int, int]]:
    """Assessor, how many applications they were given, have scored, and are recused from; no points."""
    query = (
        select(
            AssessorScore.assessor,
            func.count(),
            func.count().filter(AssessorScore.points.is_not(None), AssessorScore.recusal.is_(None)),
            func.count().filter(AssessorScore.recusal.is_not(None)),
        )
        .where(AssessorScore.round_id == round_id)
        .group_by(AssessorScore.assessor)
        .order_by(AssessorScore.assessor)
    )
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(query)]


async def is_on_notice(session: AsyncSession, application_id: uuid.UUID) -> bool:
    """Whether an application was shown in a public notice that still counts."""
    query = select(NoticeItem.application_id).where(NoticeItem.application_id == application_id, ~NoticeItem.superseded)
    return (await session.execute(query.limit(1))).first() is not None


async def applies_too(session: AsyncSession, season_id: uuid.UUID, operator_ref: str) -> bool:
    """Whether an operator has handed in an application in the season."""
    query = select(Application.id).where(
        Application.season_id == season_id,
        Application.operator_ref == operator_ref,
        Application.submitted_at.is_not(None),
    )
    return (await session.execute(query.limit(1))).first() is not None
