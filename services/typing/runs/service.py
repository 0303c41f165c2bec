"""What officers decide about typing runs: order, confirm, compare again, discard, publish.

Publishing: the maker of a run cannot publish it; the switch of the counties and its events are one transaction.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER, HOUSEHOLD_TYPED_STREAM
from services.typing.numbers.service import policy_in_force
from services.typing.runs import repository as runs_repository
from services.typing.runs.domain import RUN_STATES, PublicationCase, RunPurpose, RunState, publication_refusals
from services.typing.runs.law_in_force import departures, typing_interpretations
from services.typing.runs.models import Run, counts_by_slug
from services.typing.runs.policies import POLICIES, compiled_policy, proof_of
from services.typing.runs.problems import PublicationRefused, TooManyWaiting
from services.typing.settings import TypingSettings
from shared import clock
from shared.contracts.typing import TypingRunPublished
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.model.policy import Policy
from shared.law.model.recognition import LEVEL_LABELS
from shared.law.verifier.findings import NEEDS_ATTENTION, FindingKind
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.stored_policies import PolicyUnusable, policy_problems

PROGRESS_WHEN_TYPED = 0.7
"""Progress of a run that is typed and not yet compared."""


@dataclass(frozen=True)
class RunOrder:
    """Type ``region`` under ``policy`` as things stood on ``as_of``; ``ordered_from``: the region of the bureau that
    orders it, None where a closing does.
    """

    policy: str
    region: str
    as_of: dt.date
    actor: str
    closing_id: uuid.UUID | None = None
    ordered_from: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


async def create_run(session: AsyncSession, order: RunOrder, *, cause: Event | None = None) -> Run:
    """Queue a run with the policy's exact content, with the numbers that are set; a worker takes it from there.

    With other numbers or readings than those in force, or under a draft for comments, it is a trial for ever.
    Errors: 422 for an unknown policy, setting or reading and for a required parameter without a value.
    """
    policy, departing = await resolve_policy(session, order)
    await POLICIES.store(session, policy)
    run = Run(
        region=order.region,
        policy=policy.id,
        policy_hash=policy.content_hash,
        as_of=order.as_of,
        created_by=order.actor,
        closing_id=order.closing_id,
        ordered_from=order.ordered_from,
        purpose=purpose_of(order, departing),
        departures=departing,
        warnings=[*await order_warnings(session, policy, order), *purpose_warnings(policy, order, departing)],
        chain=cause.link if cause else None,
    )
    session.add(run)
    await session.flush()
    details: dict[str, object] = {"run": str(run.id), "policy": policy.id, "as_of": order.as_of.isoformat()}
    details |= {"purpose": run.purpose, "departures": departing}
    if cause is not None:
        details["cause"] = cause.id
    await audit.record(session, run, order.actor, "run:create", details)
    return run


def require_room(waiting: tuple[int, int], settings: TypingSettings) -> None:
    """TooManyWaiting if so many orders of the person, or of the region, wait already that no more is taken."""
    of_person, of_region = waiting
    if of_person >= settings.waiting_per_person or of_region >= settings.waiting_per_region:
        raise TooManyWaiting


async def resolve_policy(session: AsyncSession, order: RunOrder) -> tuple[Policy, list[str]]:
    """The policy of an order, and where it departs from the law in force; what is wrong with it is a 422.

    Numbers and readings that say what is in force anyhow do not make another policy.
    """
    policy = law = await policy_in_force(session, order.policy)
    departing: list[str] = []
    if order.settings or order.readings:
        refuse_choices_beside_typing(law, order.settings, order.readings)
        policy = await policy_in_force(session, order.policy, settings=order.settings, readings=order.readings)
        departing = departures(policy, law, order.as_of)
    if law.draft:
        departing.append(f"“{law.title}”是征求意见稿，还没有施行")
    policy = policy if departing else law
    with policy_problems():
        compile_policy(policy, order.as_of)
    return policy, departing


def refuse_choices_beside_typing(law: Policy, settings: Mapping[str, str], readings: Mapping[str, str]) -> None:
    """422 for a number or a reading that decides nothing about types: an order with it would seem to do something."""
    others = {parameter.name for parameter in law.every_parameter()} - set(law.parameters)
    if numbers := sorted(others & set(settings)):
        raise PolicyUnusable(f"数额“{'、'.join(numbers)}”与分型无关，不能在分型时设定")
    other = [name for name in readings if name in law.interpretations and name not in typing_interpretations(law)]
    if other:
        raise PolicyUnusable(f"解释“{'、'.join(other)}”与分型无关，不能在分型时选")


def purpose_of(order: RunOrder, departing: Sequence[str]) -> RunPurpose:
    """What an order's run is for."""
    if departing:
        return RunPurpose.TRIAL
    return RunPurpose.STATISTICS if order.closing_id is None else RunPurpose.CENTRAL


def purpose_warnings(policy: Policy, order: RunOrder, departing: Sequence[str]) -> list[str]:
    """What an officer should know about the purpose of the run."""
    if departing:
        return [f"本批次是试算，不能发布：{'；'.join(departing)}"]
    if order.ordered_from is not None and not policy.may_decide_types(order.ordered_from):
        return [f"分型由{deciding_level(policy)}市场监管部门发起和发布；本批次只供统计分析，不能发布"]
    return [] if order.closing_id is not None else ["本批次不是每年的集中分型，供统计分析"]


def deciding_level(policy: Policy) -> str:
    """The level that types, in words."""
    return "" if policy.run_by is None else LEVEL_LABELS[policy.run_by.level]


async def order_warnings(session: AsyncSession, policy: Policy, order: RunOrder) -> list[str]:
    """What an officer should know about the order before reading its results."""
    warnings = []
    if not policy.in_force_on(order.as_of):
        warnings.append(f"判定日 {order.as_of} 不在政策施行期内")
    if not any(order.region.startswith(region) or region.startswith(order.region) for region in policy.regions):
        warnings.append(f"政策的适用地区不包括 {order.region}")
    if await runs_repository.find_closing_for(session, order.region, order.as_of) is None:
        warnings.append("该地区本年度年报尚未结束，“已报送”按目前数据认定，结果不能发布")
    return warnings


async def confirm_run(session: AsyncSession, run: Run, caller: Caller, reason: str) -> Run:
    """Let a blocked run continue although a feed is missing or has shrunk."""
    advance(run, RunState.QUEUED)
    run.confirmed_by, run.confirmation_reason = caller.subject, reason
    findings = [asdict(finding) for finding in run.findings]
    await audit.record(session, run, caller, "run:confirm", {"reason": reason, "findings": findings})
    return run


async def inspect_run_again(session: AsyncSession, run: Run, caller: Caller) -> Run:
    """Send a blocked run back to the worker: what was missing may have been delivered, and nobody confirms a lack that
    is none any more.
    """
    advance(run, RunState.QUEUED)
    findings = [asdict(finding) for finding in run.findings]
    await audit.record(session, run, caller, "run:inspect", {"findings": findings})
    return run


async def compare_run_again(session: AsyncSession, run: Run, caller: Caller) -> Run:
    """Send a draft back to the worker, to be compared with what has been published since."""
    advance(run, RunState.TYPED)
    run.progress = PROGRESS_WHEN_TYPED
    await audit.record(session, run, caller, "run:compare", {"compared_with": run.compared_with})
    return run


async def discard_run(session: AsyncSession, run: Run, caller: Caller, reason: str) -> Run:
    """Discard an unpublished run; the worker removes its rows and files."""
    advance(run, RunState.DISCARDED)
    await audit.record(session, run, caller, "run:discard", {"reason": reason})
    return run


def advance(run: Run, target: RunState) -> None:
    """Take a run to another state, or refuse when the table of transitions forbids it."""
    RUN_STATES.require(run.state, target)
    run.state = target
    run.version += 1


async def publish_run(session: AsyncSession, run: Run, caller: Caller, reason: str | None) -> Run:
    """Make a draft what its counties show. All or nothing, in the caller's transaction.

    The counties' current run, the year's statistics, the reasons of corrections in it, the audit entry,
    TypingRunPublished and the order to stream HouseholdTyped for every household commit together. The entry names what
    the proof of the policy found.
    Errors: 409 with every reason against it.
    """
    RUN_STATES.require(run.state, RunState.PUBLISHED)
    compiled = await compiled_policy(session, run)
    verification = await proof_of(compiled)
    await runs_repository.lock_publication(session)
    if refusals := publication_refusals(await publication_case(session, run, compiled.policy, caller, reason)):
        raise PublicationRefused("；".join(refusals), reasons=refusals)
    advance(run, RunState.PUBLISHED)
    run.published_by, run.published_at, run.publication_reason = caller.subject, clock.now(), reason
    run.revision = await ANNOUNCER.next_revision(session)
    await runs_repository.make_current(session, run, run.counts)
    await runs_repository.replace_statistics(session, run)
    await runs_repository.carry_over_reasons(session, run)
    findings = [finding.text for finding in verification.of(*NEEDS_ATTENTION, FindingKind.UNSET)]
    await audit.record(
        session,
        run,
        caller,
        "run:publish",
        {"reason": reason, "digest": run.digest, "findings": findings, "purpose": run.purpose},
    )
    await announce_publication(session, run, caller)
    return run


async def publication_case(
    session: AsyncSession, run: Run, policy: Policy, caller: Caller, reason: str | None
) -> PublicationCase:
    """The facts that decide whether the draft may be published, read under the publication lock."""
    current = await runs_repository.current_runs(session, run.region)
    law = await policy_in_force(session, run.policy)
    bureaus = [caller.region] if run.ordered_from is None else [caller.region, run.ordered_from]
    closing = await runs_repository.find_closing_for(session, run.region, run.as_of)
    return PublicationCase(
        approver=caller.subject,
        makers=frozenset(maker for maker in (run.created_by, run.confirmed_by) if maker),
        as_of=run.as_of,
        closed_on=closing.closed_on if closing else None,
        current_as_of=max((row.as_of for row in current), default=None),
        compared_with=tuple(run.compared_with),
        current_runs=tuple(sorted({row.run_number for row in current})),
        unset_parameters=tuple(parameter.title for parameter in policy.unset(run.as_of, required=False)),
        reason=reason,
        policy_applies=any(run.region.startswith(region) for region in policy.regions),
        policy_in_force=law.in_force_on(run.as_of),
        purpose=run.purpose,
        changed_law=tuple(departures(policy, law, run.as_of)),
        other_level=None if all(map(law.may_decide_types, bureaus)) else deciding_level(law),
    )


async def announce_publication(session: AsyncSession, run: Run, caller: Caller) -> None:
    """TypingRunPublished now; HouseholdTyped of every household as a resumable stream behind it."""
    published = await ANNOUNCER.announce(
        session,
        TypingRunPublished(
            run=run.id,
            region=run.region,
            year=run.as_of.year,
            policy=run.policy,
            counts=counts_by_slug(run.counts),
            digest=run.digest or "",
            central=run.purpose is RunPurpose.CENTRAL,
            words=(await compiled_policy(session, run)).policy.words_digest,
        ),
        subject=run.region,
        actor=caller.subject,
        cause=run.chain,
    )
    run.chain = published.link
    await HOUSEHOLD_TYPED_STREAM.register(session, run.id, run.households or 0)
