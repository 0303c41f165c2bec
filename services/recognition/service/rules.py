"""What a season goes by: the recognition rules of its policy and its published criteria, read once per process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Criteria, Season
from services.recognition.repository import seasons
from shared.policy.loading import restore_policy
from shared.policy.model import Policy
from shared.policy.recognition.model import Recognition

_policies: dict[str, Policy] = {}
"""By content hash; few in a process's life."""


@dataclass(frozen=True)
class Standards:
    """Criteria once they are published: nobody changes them any more. `categories`: name → points needed, criteria."""

    categories: Mapping[str, Any]
    ties: Sequence[str]


_standards: dict[UUID | None, Standards] = {}


async def standards_of(session: AsyncSession, season: Season) -> Standards:
    """The published criteria of a season, which are there once it was opened."""
    if season.criteria_id not in _standards:
        found = await session.get_one(Criteria, season.criteria_id)
        if found.published_at is None:
            raise LookupError(f"criteria {found.id} of season {season.id} are not published")
        _standards[season.criteria_id] = Standards(found.categories, found.ties)
    return _standards[season.criteria_id]


async def policy_of(session: AsyncSession, content_hash: str) -> Policy:
    """The policy as it was stored."""
    if content_hash not in _policies:
        _policies[content_hash] = restore_policy(await seasons.policy_content(session, content_hash))
    return _policies[content_hash]


async def rules_of(session: AsyncSession, content_hash: str) -> Recognition:
    """Its recognition rules, which are there: a season is prepared only under a policy that has them."""
    rules = (await policy_of(session, content_hash)).recognition
    if rules is None:
        raise LookupError(f"policy {content_hash} has no recognition rules")
    return rules
