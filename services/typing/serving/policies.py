"""The policy a run was typed by: restored from what was stored with it, compiled once per process."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.models import Run
from services.typing.repository import runs
from shared.policy.compiled import CompiledPolicy, compile_policy
from shared.policy.facts import FACTS
from shared.policy.loading import restore_policy
from shared.policy.nodes import Either, Every, Never, Node

_compiled: dict[tuple[str, dt.date], CompiledPolicy] = {}
"""By content hash and as-of date; a policy has few of either in a process's life."""


async def compiled_policy(session: AsyncSession, run: Run) -> CompiledPolicy:
    """The policy as it was when the run was ordered, settings and readings included, for the run's as-of date."""
    key = (run.policy_hash, run.as_of)
    if key not in _compiled:
        content = await runs.policy_content(session, run.policy_hash)
        _compiled[key] = compile_policy(restore_policy(content), run.as_of)
    return _compiled[key]


def feeds_used(compiled: CompiledPolicy) -> frozenset[str]:
    """The feeds that some clause of the policy looks at: those a run of it cannot do without."""
    return frozenset(
        FACTS[name].feed for clause in compiled.clauses for name in facts_used(clause.bound) if name in FACTS
    )


def facts_used(node: Node) -> frozenset[str]:
    """The facts that a clause's tree names."""
    if isinstance(node, Every | Either):
        return frozenset().union(*(facts_used(part) for part in node.parts))
    return frozenset() if isinstance(node, Never) else frozenset({node.fact})
