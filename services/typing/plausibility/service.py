"""Computes what an officer looks at before a draft is published, once per run and process: a run's files do not change.

At most `queries_at_once` such computations run at a time; each reads the run's files once. The effect of all open
readings is one pass over the snapshot for all of them together (`PooledPolicies`).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.engine.plausibility import (
    ClauseCount,
    NearLimit,
    SampledHousehold,
    count_clauses,
    count_moves,
    count_near_limits,
    draw_households,
)
from services.typing.plausibility.domain import SAMPLED, TYPED_STATES
from services.typing.plausibility.problems import RunNotTyped
from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.models import Run
from services.typing.runs.policies import compiled_policy
from shared.bounded_cache import BoundedCache
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.explain.alternative_readings import AlternativeReading, alternative_readings
from shared.law.model.outcome import HouseholdType

T = TypeVar("T")
Counts = Counter[HouseholdType]
_kept: BoundedCache[tuple[str, str, str], object] = BoundedCache(64)
"""By what it is, the run's digest, and what else it depends on."""


@dataclass(frozen=True)
class ReadingEffect:
    """Households that a reading would move, by the type from which and to which."""

    reading: AlternativeReading
    moves: dict[tuple[HouseholdType, HouseholdType], int]


async def policy_of(session: AsyncSession, run: Run) -> CompiledPolicy:
    """The policy of a run that has results. RunNotTyped for any other."""
    if run.state not in TYPED_STATES:
        raise RunNotTyped
    return await compiled_policy(session, run)


async def clause_counts(resources: Resources, run: Run, compiled: CompiledPolicy) -> list[ClauseCount]:
    """What each clause of the run's policy decided."""
    files, limit = resources.workspace, resources.settings.memory_limit
    reckon = partial(count_clauses, files.results(run.id), compiled, memory_limit=limit)
    return await _once(resources, ("clauses", run.digest or "", ""), reckon)


async def near_limits(resources: Resources, run: Run, compiled: CompiledPolicy) -> list[NearLimit]:
    """Households on the limits of the run's policy."""
    files, limit = resources.workspace, resources.settings.memory_limit
    reckon = partial(count_near_limits, files.snapshot(run.id), files.results(run.id), compiled, memory_limit=limit)
    return await _once(resources, ("limits", run.digest or "", ""), reckon)


async def sample(resources: Resources, run: Run, compiled: CompiledPolicy, seed: str) -> list[SampledHousehold]:
    """The households that the seed draws."""
    files, limit = resources.workspace, resources.settings.memory_limit
    reckon = partial(
        draw_households,
        files.snapshot(run.id),
        files.results(run.id),
        compiled,
        seed,
        SAMPLED,
        memory_limit=limit,
    )
    return await _once(resources, ("sample", run.digest or "", seed), reckon)


async def reading_effects(resources: Resources, run: Run, compiled: CompiledPolicy) -> Sequence[ReadingEffect]:
    """How many households each reading that is not taken would move, all in one pass over the run's snapshot."""
    snapshot, limit = resources.workspace.snapshot(run.id), resources.settings.memory_limit

    def reckon() -> Sequence[ReadingEffect]:
        others = alternative_readings(compiled)
        versions = PooledPolicies([compiled, *(one.compiled for one in others)])
        moves = count_moves(snapshot, versions, memory_limit=limit) if others else []
        return [ReadingEffect(one, moved) for one, moved in zip(others, moves, strict=True)]

    return await _once(resources, ("readings", run.digest or "", ""), reckon)


async def counts_by_type(session: AsyncSession, run: Run) -> tuple[Counts, Counts]:
    """Households by type: of the run, and as published for the year before in the same counties."""
    now, before = Counts(), Counts()
    for by_type in run.counts.values():
        now.update(by_type)
    for row in await runs_repository.list_statistics(session, run.region, run.as_of.year - 1):
        before[HouseholdType(row.type)] += row.households
    return now, before


async def _once(resources: Resources, key: tuple[str, str, str], reckon: Callable[[], T]) -> T:
    """What is kept under the key, reckoned now in a thread if there is none."""
    known: T | None = _kept.get(key)  # type: ignore[assignment]  # put under this key below
    if known is not None:
        return known
    found = await to_thread.run_sync(reckon, limiter=resources.queries)
    _kept.put(key, found)
    return found
