"""Publishing a draft: maker is not checker, the switch is one transaction, and the bus hears of it."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.domain import Publication, RunState, publication_refusals
from services.typing.models import Run, counts_by_name
from services.typing.repository import closings, runs
from services.typing.service.runs import advance, recorded
from services.typing.serving.policies import compiled_policy
from services.typing.serving.proofs import proof_of
from shared.contracts.typing import TypingRunPublished
from shared.messaging.bulk import BulkStream
from shared.messaging.outbox import emit
from shared.policy.verifier.findings import ATTENTION, Kind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem


async def publish_run(session: AsyncSession, run: Run, caller: Caller, reason: str | None) -> Run:
    """Make a draft what its counties show. All or nothing, in the caller's transaction.

    The counties' current run, the year's statistics, the audit entry, TypingRunPublished and the order to
    stream HouseholdTyped for every household commit together. The entry names what the proof of the policy found.
    Errors: 409 with every reason against it.
    """
    compiled = await compiled_policy(session, run)
    proved = await proof_of(compiled)
    await runs.lock_publication(session)
    before, policy = await runs.current(session, run.region), compiled.policy
    closing = await closings.covering(session, run.region, run.as_of)
    refusals = publication_refusals(
        Publication(
            approver=caller.subject,
            makers=frozenset(who for who in (run.created_by, run.confirmed_by) if who),
            as_of=run.as_of,
            closed_on=closing.closed_on if closing else None,
            current_as_of=max((row.as_of for row in before), default=None),
            compared_with=tuple(run.compared_with),
            current_runs=tuple(sorted({row.run_number for row in before})),
            unset_parameters=tuple(one.title for one in policy.unset(run.as_of, required=False)),
            reason=reason,
            policy_applies=any(run.region.startswith(region) for region in policy.regions),
        )
    )
    advance(run, RunState.PUBLISHED)
    if refusals:
        raise Problem(409, "publication-refused", "不能发布", "；".join(refusals), reasons=refusals)
    run.published_by, run.published_at, run.publication_reason = caller.subject, clock.now(), reason
    run.revision = await runs.next_revision(session)
    await runs.make_current(session, run, run.counts)
    await runs.replace_statistics(session, run)
    found = [finding.text for finding in proved.of(*ATTENTION, Kind.UNSET)]
    await recorded(session, run, caller, "run:publish", {"reason": reason, "digest": run.digest, "findings": found})
    await announce(session, run, caller)
    return run


async def announce(session: AsyncSession, run: Run, caller: Caller) -> None:
    """TypingRunPublished now; HouseholdTyped of every household as a resumable stream behind it."""
    await emit(
        session,
        TypingRunPublished(
            run=run.id,
            region=run.region,
            year=run.as_of.year,
            policy=run.policy,
            counts=counts_by_name(run.counts),
            digest=run.digest or "",
        ),
        subject=run.region,
        source="/typing",
        actor=caller.subject,
    )
    await BulkStream.register(
        session, stream_id=f"household-typed/{run.id}", topic="typing.events", total=run.households or 0
    )
