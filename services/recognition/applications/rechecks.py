"""Judging applications again before they take part in something: a selection, the reserve's turn, a public notice."""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.domain import Recheck
from services.recognition.applications.models import Application
from services.recognition.registers.repository import records_of
from services.recognition.rules.eligibility import current_obstacles
from services.recognition.rules.service import stored_rules
from services.recognition.season.models import Season
from shared import clock


async def judge_again(
    session: AsyncSession, season: Season, applications: Sequence[Application]
) -> frozenset[uuid.UUID]:
    """Those against which something stands today; it is stored, so that everybody sees what."""
    rules, today = await stored_rules(session, season.policy_hash), clock.today()
    records = await records_of(session, {application.uscc for application in applications}, today)
    barred = set()
    for application in applications:
        record = records[application.uscc]
        against = tuple(current_obstacles(application, record.entry, record, rules))
        if against != application.judged.against:
            application.judged = Recheck(against, today)
            application.version += 1
        if against:
            barred.add(application.id)
    return frozenset(barred)
