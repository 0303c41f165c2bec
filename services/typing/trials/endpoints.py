"""``/v1/runs/{run_id}/trials`` and ``/v1/trials``: what a draft of the law would change, over a run's frozen snapshot.

Nothing is published and no event is sent. A trial is computed by the worker, kept for some days, and readable by
everyone who may read its run.
"""

import asyncio
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from services.typing.engine.comparison import ChangeSelection
from services.typing.resources import ResourcesDep
from services.typing.runs import repository as runs_repository
from services.typing.runs.domain import RunState
from services.typing.runs.endpoints import RUN_READERS, run_or_404 as found_run
from services.typing.runs.policies import compiled_policy
from services.typing.runs.service import require_room
from services.typing.trials import repository as trials_repository
from services.typing.trials.domain import TrialState
from services.typing.trials.models import Trial
from services.typing.trials.problems import TrialGone, TrialNotDone, TrialNotFound
from services.typing.trials.schemas import (
    ChangedHouseholdView,
    SelectionPageQuery,
    SelectionQuery,
    TrialBody,
    TrialComparisonView,
    TrialView,
)
from services.typing.trials.service import (
    TrialPolicy,
    both_versions,
    changed_households_page,
    create_trial,
    resolve_trial_policy,
    write_changed_csv,
)
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.model.outcome import HouseholdType
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import CSV, CSV_TYPE
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["trials"], route_class=TransactionalRoute)


@dataclass(frozen=True)
class OpenTrial:
    """A finished trial, the two policies, and the file of its households."""

    trial: Trial
    versions: PooledPolicies
    path: Path


@router.post("/runs/{run_id}/trials", status_code=202, summary="用批次的数据试算另一政策或政策草案（不发布）")
async def order_trial(
    run_id: uuid.UUID,
    body: TrialBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> TrialView:
    """Queue a trial; its result is at the address in Location."""
    run = await found_run(session, run_id, caller)
    draft = TrialPolicy(body.policy, body.policy_text, body.settings, body.readings)
    policy = await resolve_trial_policy(session, resources, run, draft)
    await runs_repository.lock_orders(session)
    waiting = await trials_repository.waiting_trials(session, caller.subject, run.region)
    require_room(waiting, resources.settings)
    trial = await create_trial(session, run, caller, policy)
    response.headers["Location"] = f"/v1/trials/{trial.id}"
    return TrialView.of(trial)


@router.get("/runs/{run_id}/trials", summary="一个批次的试算")
async def list_trials(
    run_id: uuid.UUID,
    session: SessionDep,
    caller: Annotated[Caller, allow(*RUN_READERS)],
    page: Annotated[PageQuery[int], paged(int, limit=20, largest=100)],
) -> Page[TrialView]:
    """A run's trials, the newest first."""
    run = await found_run(session, run_id, caller)
    rows = await trials_repository.list_trials(session, run.id, page.after, page.wanted)
    return page.of(rows, TrialView.of, lambda trial: trial.number)


@router.get("/trials/{trial_id}", summary="一次试算及其状态")
async def get_trial(
    trial_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*RUN_READERS)]
) -> TrialView:
    """One trial."""
    return TrialView.of(await trial_or_404(session, trial_id, caller))


@router.get("/trials/{trial_id}/comparison", summary="试算与批次所用政策的对比")
async def get_trial_comparison(
    trial_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(*RUN_READERS)]
) -> TrialComparisonView:
    """The change matrix by county, from the run's policy to the draft."""
    trial = await finished_trial(session, trial_id, caller)
    return TrialComparisonView.of(trial, await trials_repository.trial_changes(session, trial.id))


@router.get("/trials/{trial_id}/households", summary="试算中类型有变化的户，或某一格里的户")
async def list_changed_households(
    trial_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    query: Annotated[SelectionPageQuery, Query()],
    caller: Annotated[Caller, allow(*RUN_READERS)],
) -> Page[ChangedHouseholdView]:
    """Households with their clauses under both policies, by county and code."""
    opened = await open_trial(session, resources, trial_id, caller)
    page = query.page(str, str)
    await record_read(session, request, about(opened.trial.id, opened.trial.region), caller, "trial:list")
    await session.close()  # nobody waits for a connection of those who wait for their turn
    rows = await to_thread.run_sync(
        changed_households_page,
        opened.path,
        opened.versions,
        selection_of(query),
        page.after or ("", ""),
        page.wanted,
        limiter=resources.queries,
    )
    return page.of(rows, ChangedHouseholdView.of, lambda one: (one.region, one.uscc))


@router.get(
    "/trials/{trial_id}/households.csv",
    summary="下载试算中类型有变化的户，或某一格里的户",
    response_class=FileResponse,
    responses=CSV,
)
async def download_changed_households(
    trial_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    query: Annotated[SelectionQuery, Query()],
    caller: Annotated[Caller, allow(*RUN_READERS)],
) -> FileResponse:
    """All households of the selection as CSV; the file is removed when it has been sent."""
    opened = await open_trial(session, resources, trial_id, caller)
    policy, out = opened.trial.policy, opened.path.with_name(f"{secrets.token_hex(8)}.csv")
    selection = selection_of(query)
    await record_read(session, request, about(opened.trial.id, opened.trial.region), caller, "trial:download")
    await session.close()
    await to_thread.run_sync(
        write_changed_csv, opened.path, opened.versions, selection, policy, out, limiter=resources.queries
    )
    name = f"trial-{policy}-{opened.versions.as_of}.csv"
    sent = BackgroundTask(out.unlink, missing_ok=True)
    return FileResponse(out, media_type=CSV_TYPE, filename=name, background=sent)


async def trial_or_404(session: SessionDep, trial_id: uuid.UUID, caller: Caller) -> Trial:
    """The trial if it is inside the caller's region; otherwise 404, whether or not it exists."""
    return or_404(await trials_repository.get_trial(session, trial_id, caller.region), TrialNotFound)


async def finished_trial(session: SessionDep, trial_id: uuid.UUID, caller: Caller) -> Trial:
    """A trial that has its result; 409 while it has none."""
    trial = await trial_or_404(session, trial_id, caller)
    if trial.state != TrialState.DONE:
        detail = trial.failure or "试算尚未完成，请稍后再看"
        raise TrialNotDone(detail)
    return trial


async def open_trial(session: SessionDep, resources: ResourcesDep, trial_id: uuid.UUID, caller: Caller) -> OpenTrial:
    """A finished trial with its file; 410 when its run was discarded and the files are gone."""
    trial = await finished_trial(session, trial_id, caller)
    run = await runs_repository.get_run(session, trial.run_id, caller.region)
    if run is None or run.state == RunState.DISCARDED:
        raise TrialGone
    versions = await asyncio.to_thread(both_versions, await compiled_policy(session, run), trial.content)
    return OpenTrial(trial, versions, resources.workspace.trial(run.id, trial.id))


def selection_of(query: SelectionQuery) -> ChangeSelection:
    """The households that a query asks for."""
    kinds = (None if name is None else HouseholdType.from_slug(name) for name in (query.from_type, query.to_type))
    return ChangeSelection(query.region or "", *kinds)
