"""Who took part in an application's steps: none of them handles an objection to what came of it."""

import uuid
from collections.abc import Collection, Mapping, Sequence, Set

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.models import Application, Consultation, NoticeItem, PublicNotice, Task
from services.recognition.rules.domain import PathKind
from shared.platform.system_callers import BUS, CLOCK

SCORERS = text(
    """
    SELECT application_id, assessor FROM assessor_score WHERE application_id = ANY(:applications) AND points IS NOT NULL
    UNION
    SELECT application_id, found_by FROM indicator_finding WHERE application_id = ANY(:applications)
    UNION
    SELECT application_id, jsonb_array_elements_text(found_before)
    FROM indicator_finding WHERE application_id = ANY(:applications)
    UNION
    SELECT score.application_id, official.subject
    FROM application_score score
    JOIN scoring_round closed ON closed.id = score.round_id
    CROSS JOIN LATERAL (
        SELECT closed.closed_by AS subject
        UNION SELECT closed.decided_by
        UNION SELECT decision ->> 'recorded_by' FROM jsonb_array_elements(closed.decisions) AS decision
        UNION SELECT sent ->> 'sent_by' FROM jsonb_array_elements(closed.sent_back) AS sent
    ) AS official
    WHERE score.application_id = ANY(:applications) AND official.subject IS NOT NULL
    """
)
"""Assessors and finders of applications; who closed their round or sent it back, and who recorded decisions on it."""
SYSTEM = frozenset({BUS.subject, CLOCK.subject})


def named_makers(*subjects: str | None) -> list[str]:
    """As an event names them: once each, sorted, without jobs."""
    return sorted({one for one in subjects if one is not None} - SYSTEM)


async def makers_of(session: AsyncSession, applications: Sequence[Application]) -> Mapping[uuid.UUID, Set[str | None]]:
    """Application → whose work it rests on: tasks, questions to departments, notices, the review, what was decided
    against it, its scores, findings and the meeting's decision. An operator who applied is no maker; a department's
    officer who recommended is.
    """
    found = {one.id: known_makers(one) for one in applications}
    workers = await load_workers(session, found.keys())
    for application_id, subject in (*workers, *await load_scorers(session, found.keys())):
        found[application_id].add(subject)
    return found


def known_makers(application: Application) -> set[str | None]:
    """Those whom the application itself names."""
    recommended = application.path is PathKind.RECOMMENDATION
    barred = application.reopened.barred if application.reopened is not None else ()
    named = {application.reviewed_by, application.turned_down_by, *barred}
    return named | {application.created_by} if recommended else named


async def load_workers(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Sequence[tuple[uuid.UUID, str | None]]:
    """Application and subject of everybody who finished a task, asked departments, or opened a notice."""
    done = select(Task.application_id, Task.done_by).where(
        Task.application_id.in_(applications), Task.done_by.is_not(None)
    )
    asked = select(Consultation.application_id, Consultation.asked_by).where(
        Consultation.application_id.in_(applications)
    )
    shown = (
        select(NoticeItem.application_id, PublicNotice.opened_by)
        .join(PublicNotice, PublicNotice.id == NoticeItem.notice_id)
        .where(NoticeItem.application_id.in_(applications))
    )
    found: list[tuple[uuid.UUID, str | None]] = []
    for query in (done, asked, shown):
        found += [(row[0], row[1]) for row in await session.execute(query.distinct())]
    return found


async def load_scorers(session: AsyncSession, applications: Collection[uuid.UUID]) -> Sequence[tuple[uuid.UUID, str]]:
    """Application and subject of everybody whose work its points by a scoring sheet are."""
    rows = await session.execute(SCORERS, {"applications": list(applications)})
    return [(row[0], row[1]) for row in rows]
