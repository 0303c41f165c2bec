"""The policy a run was typed by, and what is proved of it; both computed once per process.

The policy is restored from the content stored with the run. The proof is a function of policy content and date alone.
"""

import asyncio
import datetime as dt
import threading
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.runs.models import PolicyVersion, Run
from shared.bounded_cache import BoundedCache
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.compiler.evaluator import Facts
from shared.law.explain.minimal_change import is_settled
from shared.law.language.facts import FACTS
from shared.law.language.nodes import And, Never, Node, Or
from shared.law.verifier.findings import Verification
from shared.platform.stored_policies import StoredPolicies

POLICIES = StoredPolicies(PolicyVersion)
MOST_REMEMBERED = 64

_compiled = BoundedCache[tuple[str, dt.date], CompiledPolicy](MOST_REMEMBERED)
"""By content hash and as-of date."""
_proved = BoundedCache[tuple[str, dt.date], Verification](MOST_REMEMBERED)
_proof_lock = threading.Lock()


async def compiled_policy(session: AsyncSession, run: Run) -> CompiledPolicy:
    """The policy as it was when the run was ordered, settings and readings included, for the run's as-of date."""
    key = (run.policy_hash, run.as_of)
    if cached := _compiled.get(key):
        return cached
    return _compiled.put(key, compile_policy(await POLICIES.get(session, run.policy_hash), run.as_of))


def feeds_used(compiled: CompiledPolicy) -> frozenset[str]:
    """The feeds that some clause of the policy looks at: those a run of it cannot do without."""
    return frozenset(
        FACTS[name].feed for clause in compiled.clauses for name in facts_used(clause.bound) if name in FACTS
    )


def facts_in_clauses(compiled: CompiledPolicy) -> Mapping[str, int]:
    """The facts that clauses use, each with the bits of these clauses."""
    used: dict[str, int] = {}
    for clause in compiled.clauses:
        for name in facts_used(clause.bound):
            if name in FACTS:
                used[name] = used.get(name, 0) | 1 << clause.bit
    return used


def unknown_feeds(compiled: CompiledPolicy, facts: Facts, unknown_mask: int) -> list[str]:
    """The feeds of the unknown facts of one household's undecided clauses, sorted."""
    used = facts_in_clauses(compiled)
    return sorted({FACTS[name].feed for name in used if used[name] & unknown_mask and not is_settled(name, facts)})


def facts_used(node: Node) -> frozenset[str]:
    """The facts that a clause's tree names."""
    if isinstance(node, And | Or):
        return frozenset().union(*(facts_used(part) for part in node.parts))
    return frozenset() if isinstance(node, Never) else frozenset({node.fact})


async def proof_of(compiled: CompiledPolicy) -> Verification:
    """The verification of a policy on its day, without holding up the event loop."""
    cached = _proved.get(_proof_key(compiled))
    return await asyncio.to_thread(prove, compiled) if cached is None else cached


def prove(compiled: CompiledPolicy) -> Verification:
    """The verification of a policy on its day, blocking: about half a second unless it is cached."""
    # z3 is loaded only when a proof is needed
    from shared.law.verifier.verify import verify

    key = _proof_key(compiled)
    with _proof_lock:
        return _proved.get(key) or _proved.put(key, verify(compiled))


def _proof_key(compiled: CompiledPolicy) -> tuple[str, dt.date]:
    return compiled.policy.content_hash, compiled.as_of
