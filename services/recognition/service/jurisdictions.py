"""The recognition rules in force at a place: its newest season's, else those of the shipped policy that covers it."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.repository import seasons
from services.recognition.service.rules import rules_of
from shared.policy.recognition.model import Recognition
from shared.policy.recognition.shipped import policy_at
from shared.service import clock


async def rules_at(session: AsyncSession, county: str) -> Recognition | None:
    """What a county goes by today; None where no policy is known."""
    season = await seasons.newest(session, county)
    if season is not None:
        return await rules_of(session, season.policy_hash)
    policy = policy_at(county, clock.today())
    return policy.recognition if policy is not None else None
