"""Judging applications again before they take part in something: a selection, the reserve's turn, a public notice."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.domain import Recheck
from services.recognition.applications.models import Application
from services.recognition.registers.repository import records_of
from services.recognition.rules.eligibility import current_obstacles
from services.recognition.rules.service import stored_rules
from services.recognition.season.models import Season
from shared import clock

Obstacles = Mapping[uuid.UUID, tuple[str, ...]]
"""By application, what stands against it today; those against which nothing does are left out."""


async def find_obstacles(session: AsyncSession, season: Season, applications: Sequence[Application]) -> Obstacles:
    """What stands against applications today; nothing is stored."""
    rules = await stored_rules(session, season.policy_hash)
    records = await records_of(session, {application.uscc for application in applications}, clock.today())
    found = {}
    for application in applications:
        record = records[application.uscc]
        if against := current_obstacles(application, record.entry, record, rules):
            found[application.id] = tuple(against)
    return found


async def judge_again(session: AsyncSession, season: Season, applications: Sequence[Application]) -> Obstacles:
    """What stands against locked applications today; it is stored, so that everybody sees what."""
    obstacles = await find_obstacles(session, season, applications)
    for application in applications:
        against = obstacles.get(application.id, ())
        if against != application.judged.against:
            application.judged = Recheck(against, clock.today())
            application.version += 1
    return obstacles
