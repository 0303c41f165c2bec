"""Trying a draft of the law on a run's frozen snapshot: nothing is published and nobody is told."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.domain import STATE_LABELS, TRIABLE, RunState
from services.typing.models import Run, Trial
from services.typing.service.runs import policy_problems
from shared.policy.compiled import compile_policy
from shared.policy.loading import draft_policy, load_policy
from shared.policy.model import Policy
from shared.service import audit
from shared.service.identity import Caller
from shared.service.problems import Problem


@dataclass(frozen=True)
class Draft:
    """A shipped policy by its id, or a text of one, with settings and readings."""

    policy: str | None
    text: str | None
    settings: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


async def try_policy(session: AsyncSession, run: Run, caller: Caller, draft: Draft) -> Trial:
    """Queue a trial of the draft against the run's own policy; a worker types the run's snapshot under both.

    Errors: 409 for a run without a snapshot; 422, with the line, for a draft that cannot be used.
    """
    if RunState(run.state) not in TRIABLE:
        label = STATE_LABELS[RunState(run.state)]
        raise Problem(409, "run-not-frozen", "批次没有可用的数据", f"批次当前为“{label}”，数据冻结之后才能试算")
    policy = await asyncio.to_thread(resolve_draft, run, draft)
    trial = Trial(
        run_id=run.id,
        region=run.region,
        policy=policy.id,
        policy_title=policy.title,
        policy_hash=policy.content_hash,
        content=dict(policy.content),
        created_by=caller.subject,
    )
    session.add(trial)
    await session.flush()
    await audit.record(
        session,
        actor=caller.subject,
        action="trial:create",
        subject=str(trial.id),
        region=run.region,
        details={"run": str(run.id), "policy": policy.id, "policy_hash": policy.content_hash},
    )
    return trial


def resolve_draft(run: Run, draft: Draft) -> Policy:
    """The draft as a policy that can be compiled for the run's date; what is wrong with it is a 422."""
    with policy_problems():
        if draft.text is not None:
            policy = draft_policy(draft.text, settings=draft.settings, readings=draft.readings)
        else:
            policy = load_policy(draft.policy or "", settings=draft.settings, readings=draft.readings)
        compile_policy(policy, run.as_of)
    return policy
