"""How an objection is examined: accepted, returned once with all that is missing, completed, declined, explained.

All take a locked objection. Who may do what, and by when, is the policy's (`AppliedRules`); each refusal says what is
possible now (`next_steps`).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.examination.domain import (
    EXPLAINED_AND_CONTENT,
    EXPLAINED_AND_SILENT,
    INCOMPLETE,
    DeclineKind,
    Response,
    decline_reason,
)
from services.objection.examination.participation import require_no_part
from services.objection.examination.problems import (
    ConsentMissing,
    DocumentUnknown,
    ExplainedBefore,
    ExtendedBefore,
    ExtensionTooLate,
    NoExtension,
    ObjectorHasTime,
    ReturnedBefore,
)
from services.objection.objections import repository as objection_repository
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.closing import close
from services.objection.objections.domain import BureauExplanation, ObjectionState, Outcome
from services.objection.objections.due_days import DueDay, extend_due, schedule_due, settle_due
from services.objection.objections.events import announce_state, shorten
from services.objection.objections.models import Objection
from services.objection.objections.next_steps import (
    Actor,
    Step,
    awaits_objector_until,
    may_take,
    require_acceptable,
    require_step,
)
from services.objection.objections.service import move
from services.objection.rules.domain import Period, PeriodName
from shared import clock
from shared.contracts import objection as contract
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import CLOCK


async def accept(session: AsyncSession, objection: Objection, caller: Caller) -> Objection:
    """Accept it: from the day after, the period for the decision runs."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.ACCEPT, rules)
    rules.require_receiver(objection, caller)
    await require_no_part(session, objection, caller)
    require_acceptable(objection)
    today = clock.today()
    await settle_due(session, objection, DueDay.ACCEPT)
    await schedule_period(session, objection, rules, DueDay.DECIDE, today)
    if rules.rule.explained_by:
        await schedule_period(session, objection, rules, DueDay.EXPLAIN, today)
    objection.handled_at = caller.region
    return await announce_accepted(session, objection, rules, caller)


async def announce_accepted(
    session: AsyncSession, objection: Objection, rules: AppliedRules, caller: Caller, **audited: object
) -> Objection:
    """It is examined, for the first time or again: when the decision is due, and whether a text gives that period."""
    period = rules.period(PeriodName.DECIDE, clock.today())
    details = {"decide_by": objection.decide_by, "unverified": not period.verified}
    return await move(
        session,
        objection,
        ObjectionState.ACCEPTED,
        contract.ObjectionAccepted,
        caller,
        details=details,
        audited=audited,
    )


async def return_for_completion(
    session: AsyncSession, objection: Objection, missing: Sequence[str], caller: Caller
) -> Objection:
    """Send it back, once, with everything that is missing."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.RETURN, rules)
    rules.require_receiver(objection, caller)
    await require_no_part(session, objection, caller)
    if objection.returned:
        raise ReturnedBefore
    objection.returned, objection.missing = True, list(missing)
    await settle_due(session, objection, DueDay.ACCEPT)
    due_on = await schedule_period(session, objection, rules, DueDay.COMPLETE, clock.today())
    details = {"missing": [shorten(one) for one in missing], "due_on": due_on}
    return await move(
        session,
        objection,
        ObjectionState.RETURNED,
        contract.ObjectionReturned,
        caller,
        details=details,
        audited={"missing": len(missing)},
    )


async def complete(
    session: AsyncSession,
    objection: Objection,
    caller: Caller,
    *,
    text: str,
    documents: Collection[uuid.UUID] = (),
    consent: str | None = None,
) -> Objection:
    """The objector hands in what was missing: it waits for acceptance again, with a new last day."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.COMPLETE, rules)
    audited: dict[str, object] = {"documents": len(documents), **require_objector(objection, caller, consent)}
    await require_documents(session, objection, documents)
    objection.completion = text
    return await file_again(session, objection, rules, caller, audited)


async def file_again(
    session: AsyncSession, objection: Objection, rules: AppliedRules, caller: Caller, audited: Mapping[str, object]
) -> Objection:
    """A returned objection waits for acceptance again, with a new last day."""
    today = clock.today()
    await settle_due(session, objection, DueDay.COMPLETE)
    accept_by = await schedule_period(session, objection, rules, DueDay.ACCEPT, today)
    period = rules.period(PeriodName.ACCEPT, today)
    details = {
        "filed_on": objection.filed_at.astimezone(clock.CHINA).date(),
        "accept_by": accept_by,
        "unverified": not period.verified,
        "public_notice": objection.public_notice,
    }
    return await move(
        session,
        objection,
        ObjectionState.FILED,
        contract.ObjectionFiled,
        caller,
        details=details,
        audited=audited,
    )


async def decline(
    session: AsyncSession, objection: Objection, kind: DeclineKind, reason: str, caller: Caller
) -> Objection:
    """Do not examine it, for a reason; where another road leads on, the objector is told which."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.DECLINE, rules)
    rules.require_receiver(objection, caller)
    await require_no_part(session, objection, caller)
    return await end_declined(session, objection, kind, reason, caller)


async def decline_incomplete(session: AsyncSession, objection: Objection) -> None:
    """The last day for completing a returned objection is over. One that was completed or ended meanwhile stays."""
    if objection.state is ObjectionState.RETURNED:
        await end_declined(session, objection, DeclineKind.NOT_COMPLETED, INCOMPLETE, CLOCK)


async def end_declined(
    session: AsyncSession, objection: Objection, kind: DeclineKind, reason: str, caller: Caller
) -> Objection:
    """Declined, with its reason told."""
    objection.decline_kind, objection.reason = kind.value, decline_reason(kind, reason)
    await settle_due(session, objection)
    return await move(
        session,
        objection,
        ObjectionState.DECLINED,
        contract.ObjectionDeclined,
        caller,
        details={"reason": shorten(objection.reason)},
        audited={"kind": kind.value},
    )


async def explain(session: AsyncSession, objection: Objection, text: str, caller: Caller) -> Objection:
    """A bureau explains the result, in words that all may read; the objector is content or insists."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.EXPLAIN, rules)
    rules.require_explainer(objection, caller)
    if objection.explanation is not None:
        raise ExplainedBefore
    today = clock.today()
    objection.explanation = BureauExplanation(text, caller.subject, caller.region, today.isoformat())
    await settle_due(session, objection, DueDay.EXPLAIN)
    respond_by = await schedule_period(session, objection, rules, DueDay.RESPOND, today)
    details = {"explanation": shorten(text), "explained_by": caller.region, "respond_by": respond_by}
    return await move(
        session,
        objection,
        ObjectionState.EXPLAINED,
        contract.ObjectionExplained,
        caller,
        details=details,
        audited={"explained_by": caller.region},
    )


async def respond(
    session: AsyncSession,
    objection: Objection,
    response: Response,
    caller: Caller,
    consent: str | None = None,
) -> Objection:
    """The objector is content, which closes the objection, or insists, and it is examined on."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.RESPOND, rules)
    recorded = require_objector(objection, caller, consent)
    await settle_due(session, objection, DueDay.RESPOND)
    if response is Response.INSISTS:
        return await announce_accepted(session, objection, rules, caller, response=response.value, **recorded)
    answer = EXPLAINED_AND_CONTENT
    return await close(
        session, objection, Outcome.EXPLAINED, changed=False, answer=answer, caller=caller, audited=recorded
    )


async def resume(session: AsyncSession, objection: Objection, caller: Caller) -> Objection:
    """Go on without the objector, who has not completed it or not responded, where the policy sets no period for that:
    a returned one waits for acceptance again, an explained one is examined on. Nothing is lost by silence.
    """
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.RESUME, rules)
    if not may_take(Actor.HANDLER, objection, rules, caller):
        rules.require_receiver(objection, caller)
    last_day = awaits_objector_until(objection)
    if last_day is not None:
        raise ObjectorHasTime(f"异议人可以在 {last_day} 之前回应；期满没有回应的，系统会办结，不必另行办理。")
    if objection.state is ObjectionState.EXPLAINED:
        return await announce_accepted(session, objection, rules, caller, resumed=True)
    return await file_again(session, objection, rules, caller, {"resumed": True})


async def close_unanswered(session: AsyncSession, objection: Objection) -> None:
    """The last day for responding to the explanation is over. One that was answered meanwhile stays."""
    if objection.state is ObjectionState.EXPLAINED:
        await close(session, objection, Outcome.EXPLAINED, changed=False, answer=EXPLAINED_AND_SILENT, caller=CLOCK)


async def extend(session: AsyncSession, objection: Objection, reason: str, caller: Caller) -> Objection:
    """More time for the decision, once, for a reason that the objector is told."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.EXTEND, rules)
    rules.require_decider(objection, caller)
    if objection.extended:
        raise ExtendedBefore
    last_day, period = extension_of(objection, rules)
    decide_by = await extend_due(session, objection, DueDay.DECIDE, last_day=last_day, period=period)
    objection.extended, objection.reason = True, reason
    objection.version += 1
    await session.flush()
    await audit.record(session, objection, caller, "objection:extended", {"decide_by": str(decide_by)})
    details = {"decide_by": decide_by, "reason": shorten(reason)}
    await announce_state(session, objection, contract.ObjectionExtended, details, caller)
    return objection


def extension_of(objection: Objection, rules: AppliedRules) -> tuple[dt.date, Period]:
    """The last day as it is now, and by how much it is extended; 409 where there is none, or it is over."""
    last_day = objection.decide_by
    period = rules.period(PeriodName.EXTEND, clock.today())
    if last_day is None or period.days is None:
        raise NoExtension(f"政策 {rules.policy.id} 没有设定作出决定的期限，或者没有设定可以延长的天数。")
    if clock.today() > last_day:
        raise ExtensionTooLate(f"作出决定的期限已于 {last_day} 届满，不能再延长；请尽快作出决定。")
    return last_day, period


async def schedule_period(
    session: AsyncSession,
    objection: Objection,
    rules: AppliedRules,
    what: DueDay,
    start: dt.date,
    *,
    item: uuid.UUID | None = None,
) -> dt.date | None:
    """Set a last day by the policy's period of the same name; None where it sets none. `item`: the verification."""
    period = rules.period(PeriodName(what.value), start)
    return await schedule_due(session, objection, what, start=start, period=period, item=item)


def require_objector(objection: Objection, caller: Caller, consent: str | None) -> dict[str, object]:
    """The objector, or an officer at the counter with how the objector agreed: kept sealed by `keep_consent`; the
    audit says that it is.
    """
    own = caller.operator_ref is not None and caller.operator_ref == objection.operator_ref
    if not own and consent is None:
        raise ConsentMissing
    return {"consent": "recorded"} if consent is not None else {}


async def require_documents(session: AsyncSession, objection: Objection, documents: Collection[uuid.UUID]) -> None:
    """422 unless all of these were handed in with the objection."""
    known = {one.id for one in await objection_repository.documents_of(session, objection.id)} if documents else set()
    if not set(documents) <= known:
        raise DocumentUnknown
