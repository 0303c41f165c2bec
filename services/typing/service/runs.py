"""Ordering, confirming and discarding typing runs. Publishing has a module of its own."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.domain import IllegalTransition, RunState, require_transition
from services.typing.models import Run
from services.typing.repository import closings, runs
from shared.messaging.events import Event
from shared.policy.compiled import compile_policy
from shared.policy.errors import PolicyError, PolicyUnset
from shared.policy.loading import load_policy
from shared.policy.model import Policy
from shared.service import audit
from shared.service.identity import Caller
from shared.service.problems import Problem

COMPARING = 0.7
"""Progress of a run that is typed and not yet compared."""


@dataclass(frozen=True)
class RunOrder:
    """Type ``region`` under ``policy`` as things stood on ``as_of``."""

    policy: str
    region: str
    as_of: dt.date
    actor: str
    closing_id: uuid.UUID | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


async def create_run(session: AsyncSession, order: RunOrder, *, cause: Event | None = None) -> Run:
    """Queue a run with the policy's exact content; a worker takes it from there.

    Errors: 422 for an unknown policy, setting or reading and for a required parameter without a value.
    """
    policy = resolve_policy(order)
    await runs.keep_policy(session, policy.content_hash, policy.id, policy.content)
    run = Run(
        region=order.region,
        policy=policy.id,
        policy_hash=policy.content_hash,
        as_of=order.as_of,
        created_by=order.actor,
        closing_id=order.closing_id,
        warnings=await warnings_of(session, policy, order),
    )
    session.add(run)
    await session.flush()
    details = {"run": str(run.id), "policy": policy.id, "as_of": order.as_of.isoformat()}
    if cause is not None:
        details["cause"] = cause.id
    await audit.record(
        session,
        actor=order.actor,
        action="run:create",
        subject=str(run.id),
        region=order.region,
        details=details,
    )
    return run


def resolve_policy(order: RunOrder) -> Policy:
    """The policy with the order's settings and readings; what is wrong with them is a 422."""
    with policy_problems():
        policy = load_policy(order.policy, settings=order.settings, readings=order.readings)
        compile_policy(policy, order.as_of)
    return policy


@contextmanager
def policy_problems() -> Iterator[None]:
    """Tell what is wrong with a policy as a 422, with the line where it is known."""
    try:
        yield
    except PolicyUnset as unset:
        raise Problem(422, "parameter-unset", "政策数值未设定", str(unset)) from unset
    except PolicyError as error:
        line = error.place.line if error.place else None
        raise Problem(422, "policy-unusable", "政策不能使用", str(error), line=line) from error


async def warnings_of(session: AsyncSession, policy: Policy, order: RunOrder) -> list[str]:
    """What an officer should know about the order before reading its results."""
    found = []
    if not policy.in_force_on(order.as_of):
        found.append(f"判定日 {order.as_of} 不在政策施行期内")
    if not any(order.region.startswith(region) or region.startswith(order.region) for region in policy.regions):
        found.append(f"政策的适用地区不包括 {order.region}")
    if await closings.covering(session, order.region, order.as_of) is None:
        found.append("该地区本年度年报尚未结束，“已报送”按目前数据认定，结果不能发布")
    return found


async def confirm_run(session: AsyncSession, run: Run, caller: Caller, reason: str) -> Run:
    """An officer's word that a run may go on although a feed is missing or has shrunk."""
    advance(run, RunState.QUEUED)
    run.confirmed_by, run.confirmation_reason = caller.subject, reason
    await recorded(session, run, caller, "run:confirm", {"reason": reason, "findings": run.findings})
    return run


async def compare_run_again(session: AsyncSession, run: Run, caller: Caller) -> Run:
    """Send a draft back to the worker, to be held against what has been published since."""
    advance(run, RunState.TYPED)
    run.progress = COMPARING
    await recorded(session, run, caller, "run:compare", {"compared_with": run.compared_with})
    return run


async def discard_run(session: AsyncSession, run: Run, caller: Caller, reason: str) -> Run:
    """Give up a run that was not published; its rows and files are removed by the worker."""
    advance(run, RunState.DISCARDED)
    await recorded(session, run, caller, "run:discard", {"reason": reason})
    return run


def advance(run: Run, target: RunState) -> None:
    """Take a run to another state, or answer 409 when the table of transitions forbids it."""
    try:
        require_transition(RunState(run.state), target)
    except IllegalTransition as illegal:
        raise Problem(409, "run-state", "批次状态不允许此操作", str(illegal)) from illegal
    run.state = target.value
    run.version += 1


async def recorded(session: AsyncSession, run: Run, caller: Caller, action: str, details: dict[str, object]) -> None:
    """The audit entry of an officer's step on a run."""
    await audit.record(
        session,
        actor=caller.subject,
        action=action,
        subject=str(run.id),
        region=run.region,
        details=details,
    )
