"""The recognition rules that a season goes by: its policy as stored, restored once per process."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.repository import seasons
from shared.policy.loading import restore_policy
from shared.policy.model import Policy
from shared.policy.recognition.model import Recognition

_policies: dict[str, Policy] = {}
"""By content hash; few in a process's life."""


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
