"""``/v1/runs/{run_id}/plausibility``, ``/sample`` and ``/readings``: does a draft make sense, and what is left open?"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.typing.plausibility.domain import share_warnings, shares
from services.typing.plausibility.schemas import (
    SAMPLE_COLUMNS,
    ClauseCountView,
    NearLimitView,
    PlausibilityView,
    ReadingEffectsView,
    ReadingEffectView,
    SampledHouseholdView,
    SampleView,
    ShareView,
    deciding_nobody,
    practice_of,
    sample_rows,
)
from services.typing.plausibility.service import (
    clause_counts,
    counts_by_type,
    near_limits,
    policy_of,
    reading_effects,
    sample,
)
from services.typing.resources import Resources, ResourcesDep
from services.typing.runs.domain import PURPOSE_LABELS
from services.typing.runs.endpoints import RUN_READERS, run_or_404
from services.typing.runs.models import Run
from services.typing.runs.policies import facts_in_clauses
from shared.platform.audited_access import record_read
from shared.platform.identity import Caller, allow
from shared.platform.tabular import CSV, FileFormat, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["runs"], route_class=TransactionalRoute)

RunReader = Annotated[Caller, allow(*RUN_READERS)]
Seed = Annotated[
    str | None,
    Query(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$", description="不填：用批次的摘要"),
]


@router.get("/runs/{run_id}/plausibility", summary="草稿是否合理：规则、占比、界限附近的户")
async def get_plausibility(
    run_id: uuid.UUID, session: SessionDep, resources: ResourcesDep, caller: RunReader
) -> PlausibilityView:
    """Clauses that decide nobody, shares beside last year's, households within one yuan or one person of a limit."""
    run = await run_or_404(session, run_id, caller)
    compiled = await policy_of(session, run)
    now, before = await counts_by_type(session, run)
    await session.close()  # nobody waits for a connection of those who wait for their turn
    counted = await clause_counts(resources, run, compiled)
    found, points = shares(now, before), resources.settings.share_change_points
    idle = deciding_nobody(counted)
    said = [f"规则 {name} 没有决定任何一户的类型" for name in idle]
    return PlausibilityView(
        run=run.id,
        purpose=run.purpose,
        purpose_label=PURPOSE_LABELS[run.purpose],
        deciding_nobody=idle,
        clauses=[ClauseCountView.of(one) for one in counted],
        shares=[ShareView.of(one) for one in found],
        share_change_points=points,
        near_limits=[NearLimitView.of(one) for one in await near_limits(resources, run, compiled)],
        warnings=[*share_warnings(found, points), *said],
    )


@router.get("/runs/{run_id}/sample", summary="抽五十户人工核对（同一种子抽出的相同）")
async def get_sample(
    run_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: RunReader,
    seed: Seed = None,
) -> SampleView:
    """Fifty households of all types with the facts behind them, to look at by hand before a publication."""
    run = await run_or_404(session, run_id, caller)
    return await read_sample(session, request, resources, run, caller, seed)


@router.get("/runs/{run_id}/sample.csv", summary="下载抽出的五十户", response_class=Response, responses=CSV)
async def download_sample(
    run_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: RunReader,
    seed: Seed = None,
) -> Response:
    """The same fifty households as a table; a trial's says that it is one."""
    run = await run_or_404(session, run_id, caller)
    view = await read_sample(session, request, resources, run, caller, seed)
    name = f"{run.purpose}-sample-{run.region}-{run.as_of}"
    return table_response(name, SAMPLE_COLUMNS, sample_rows(run, view), FileFormat.CSV)


async def read_sample(
    session: SessionDep, request: Request, resources: Resources, run: Run, caller: Caller, seed: str | None
) -> SampleView:
    """The sample; that somebody reads figures of households is written down first."""
    compiled = await policy_of(session, run)
    drawn_by = seed or run.digest or ""
    used = list(facts_in_clauses(compiled))
    view = SampleView(
        run=run.id, purpose=run.purpose, purpose_label=PURPOSE_LABELS[run.purpose], seed=drawn_by, households=[]
    )
    await record_read(session, request, run, caller, "figures:read")
    households = await sample(resources, run, compiled, drawn_by)
    view.households = [SampledHouseholdView.of(one, used) for one in households]
    return view


@router.get("/runs/{run_id}/readings", summary="每个有待解释的问题，换一种读法会改变多少户")
async def get_readings(
    run_id: uuid.UUID, session: SessionDep, resources: ResourcesDep, caller: RunReader
) -> ReadingEffectsView:
    """Over the run's frozen snapshot, all readings in one pass; the largest effect first."""
    run = await run_or_404(session, run_id, caller)
    compiled = await policy_of(session, run)
    await session.close()
    effects = await reading_effects(resources, run, compiled)
    views = sorted(
        map(ReadingEffectView.of, effects), key=lambda one: (-one.households, one.interpretation, one.reading)
    )
    return ReadingEffectsView(run=run.id, readings=views, practice=practice_of(compiled.policy))
