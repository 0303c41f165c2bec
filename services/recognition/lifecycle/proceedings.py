"""Before a recognition is cancelled or revoked: the operator is told facts and reasons, and is heard; then another
person of the bureau that recognised decides, in a document that answers what was stated and names the remedies.

A proposal is one of the recognition's concerns, so that it is found on the work list; the proceeding keeps all of it.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.makers import named_makers
from services.recognition.applications.workflow import bureau_of
from services.recognition.lifecycle import repository as lifecycle_repository
from services.recognition.lifecycle.domain import (
    END_STATES,
    PROCEEDING_STATES,
    PROPOSAL_CONCERNS,
    EndDecision,
    ProceedingState,
    ProposedEnd,
    Remedy,
    ServedDocument,
    ServedNotice,
    ServiceForm,
    Statement,
)
from services.recognition.lifecycle.models import EndProceeding
from services.recognition.lifecycle.problems import (
    AnswerMissing,
    DayOutOfOrder,
    DecisionOnOwnProposal,
    NothingDecided,
    NoticeNotServed,
    NotProposed,
    ProposalOfAnother,
    ProposalOfSuperior,
    ProposedBefore,
    ServedBefore,
    StatementPeriodOpen,
    StatementRecordedByMaker,
    WaiverUnsigned,
)
from services.recognition.lifecycle.service import end_recognition
from services.recognition.recognitions.domain import RECOGNITION_STATES, period_end
from services.recognition.recognitions.models import Ban, Recognition
from services.recognition.recognitions.service import (
    announce_recognition,
    announce_recognitions,
    clear_concern,
    raise_concern,
    require_recognising_level,
)
from services.recognition.rules.life import rules_of_life
from services.recognition.rules.problems import ParameterUnset
from services.recognition.rules.procedure import procedure_terms
from shared import clock
from shared.contracts.recognition import (
    RecognitionCancelled,
    RecognitionEndDropped,
    RecognitionEndProposed,
    RecognitionRevoked,
)
from shared.platform import audit
from shared.platform.identity import Caller
from shared.reference.calendar import add_working_days


@dataclass(frozen=True)
class Grounds:
    """What a proposal rests on: the facts found, the reason, and the provisions."""

    facts: str
    reason: str
    citations: Sequence[str]


@dataclass(frozen=True)
class ServiceOrder:
    """How a document was served."""

    document: str
    on: dt.date
    how: ServiceForm
    note: str | None = None


async def propose_end(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, grounds: Grounds, caller: Caller
) -> EndProceeding:
    """An officer proposes a cancellation or revocation; the operator is told next, another person decides."""
    RECOGNITION_STATES.require(recognition.state, END_STATES[what])
    if await lifecycle_repository.lock_open(session, recognition.id, what) is not None:
        raise ProposedBefore
    proceeding = EndProceeding(
        id=uuid.uuid4(),
        recognition_id=recognition.id,
        what=what,
        state=ProceedingState.PROPOSED,
        facts=grounds.facts,
        reason=grounds.reason,
        citations=tuple(grounds.citations),
        proposed_by=caller.subject,
        proposed_from=bureau_of(caller),
        proposed_on=clock.today(),
    )
    session.add(proceeding)
    raise_concern(recognition, PROPOSAL_CONCERNS[what], grounds.reason, by=caller.subject)
    details = {"reason": grounds.reason, "citations": list(grounds.citations)}
    await audit.record(session, recognition, caller, f"recognition:propose-{what}", details)
    return proceeding


async def serve_notice(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, order: ServiceOrder, caller: Caller
) -> EndProceeding:
    """Facts and reasons were served on the operator, who may state and defend for the policy's number of days."""
    proceeding = await require_open(session, recognition, what)
    require_recognising_level(recognition, caller)
    check_served_day(order.on, proceeding.proposed_on)
    if proceeding.state is not ProceedingState.PROPOSED:
        raise ServedBefore
    terms = procedure_terms(recognition.county, clock.today())
    defend_by = add_working_days(order.on, terms.defence_days).due
    unverified = "defence_days" in terms.unverified
    proceeding.notice = ServedNotice(served_document(order, caller), defend_by, unverified)
    move(proceeding, ProceedingState.SERVED)
    recognition.version += 1
    await announce_recognition(
        session,
        RecognitionEndProposed,
        recognition,
        actor=caller.subject,
        reason=proceeding.reason,
        what=what,
        defend_by=defend_by,
        unverified=unverified,
        decided_by_region=bureau_of(caller),
    )
    details = {"document": order.document, "served_on": order.on.isoformat(), "defend_by": defend_by.isoformat()}
    await audit.record(session, recognition, caller, f"recognition:notify-{what}", details)
    return proceeding


async def hear_statement(
    session: AsyncSession,
    recognition: Recognition,
    what: ProposedEnd,
    statement: Statement,
    caller: Caller,
    *,
    at_counter: bool,
) -> EndProceeding:
    """The operator states and defends, or waives it; an officer who neither proposed nor told records what was said at
    the counter, a waiver with the document that the operator signed.
    """
    proceeding = await require_open(session, recognition, what)
    if proceeding.notice is None:
        raise NoticeNotServed
    check_served_day(statement.on, proceeding.notice.served.on)
    if at_counter:
        check_recorder(proceeding, statement, caller)
    proceeding.statements = (*proceeding.statements, statement)
    proceeding.version += 1
    recognition.version += 1
    details = {"waived": statement.waived, "on": statement.on.isoformat(), "document": statement.document}
    await audit.record(session, recognition, caller, f"recognition:state-{what}", details)
    return proceeding


async def reject_proposal(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, reason: str, caller: Caller
) -> EndProceeding:
    """Another person rejects a proposal, with the reason; the recognition stays as it is."""
    proceeding = await require_open(session, recognition, what)
    require_recognising_level(recognition, caller)
    check_not_maker(proceeding, caller)
    check_rejectable(recognition, proceeding)
    proceeding.drop_reason = reason
    details = {"proposed": proceeding.reason, "reason": reason}
    await drop(session, recognition, proceeding, ProceedingState.REJECTED, caller, reason)
    await audit.record(session, recognition, caller, f"recognition:reject-{what}", details)
    return proceeding


async def withdraw_proposal(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, caller: Caller
) -> EndProceeding:
    """The person who made a proposal withdraws it. 403 for anybody else."""
    proceeding = await require_open(session, recognition, what)
    if proceeding.proposed_by != caller.subject:
        raise ProposalOfAnother
    await drop(session, recognition, proceeding, ProceedingState.WITHDRAWN, caller, None)
    details = {"proposed": proceeding.reason}
    await audit.record(session, recognition, caller, f"recognition:withdraw-{what}", details)
    return proceeding


async def drop(
    session: AsyncSession,
    recognition: Recognition,
    proceeding: EndProceeding,
    state: ProceedingState,
    caller: Caller,
    reason: str | None,
) -> None:
    """Close a proceeding without a decision; an operator who was told of it is told so."""
    told = proceeding.notice is not None
    move(proceeding, state)
    proceeding.closed_on = clock.today()
    clear_concern(recognition, PROPOSAL_CONCERNS[proceeding.what])
    if told:
        await announce_recognition(
            session,
            RecognitionEndDropped,
            recognition,
            actor=caller.subject,
            reason=reason,
            what=proceeding.what,
            decided_by_region=bureau_of(caller),
        )


@dataclass(frozen=True)
class EndOrder:
    """The decision as it is written: number of the document, reason, and the answer to what the operator stated."""

    document: str
    reason: str
    answer: str | None = None


async def decide_end(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, order: EndOrder, caller: Caller
) -> EndProceeding:
    """Cancel: the standards are no longer met; or revoke: obtained by fraud, also after another ending.

    409 before the operator was told, and while they may still state and have not; 403 for who proposed or served, and
    for another level than the one that recognised.
    """
    proceeding = await require_open(session, recognition, what)
    require_recognising_level(recognition, caller)
    check_not_maker(proceeding, caller)
    check_heard(proceeding, order)
    terms = procedure_terms(recognition.county, clock.today())
    remedies = (
        Remedy("行政复议", f"自收到决定之日起 {terms.review_days} 日内", "review_days" in terms.unverified),
        Remedy("行政诉讼", f"自收到决定之日起 {terms.suit_months} 个月内", "suit_months" in terms.unverified),
    )
    proceeding.decision = EndDecision(
        document=order.document,
        reason=order.reason,
        answer=order.answer,
        remedies=remedies,
        by=caller.subject,
        region=caller.region,
        on=clock.today(),
        before=recognition.state_on(clock.today()),
    )
    proceeding.decided_by = caller.subject
    move(proceeding, ProceedingState.DECIDED)
    details = {"reason": order.reason, "document": order.document}
    await end_recognition(session, recognition, END_STATES[what], order.reason)
    if what is ProposedEnd.REVOCATION:
        details["until"] = (await ban(session, recognition, order.reason)).isoformat()
    await announce_end(session, recognition, proceeding)
    done = {ProposedEnd.CANCELLATION: "recognition:cancel", ProposedEnd.REVOCATION: "recognition:revoke"}
    await audit.record(session, recognition, caller, done[what], details)
    return proceeding


async def ban(session: AsyncSession, recognition: Recognition, reason: str) -> dt.date:
    """The household may not apply for the policy's number of years; the last day."""
    rules = await rules_of_life(session, recognition)
    today = clock.today()
    years = rules.value(rules.lifecycle.ban_years, today)
    if not isinstance(years, int):
        raise ParameterUnset(f"政策没有设定禁止期（{rules.lifecycle.ban_years}）")
    row = await session.get(Ban, recognition.id) or Ban(recognition_id=recognition.id, uscc=recognition.uscc)
    row.county, row.revoked_on, row.until = recognition.county, today, period_end(today, years)
    row.reason, row.lifted_on = reason, None
    session.add(row)
    await session.flush()
    return row.until


async def announce_end(session: AsyncSession, recognition: Recognition, proceeding: EndProceeding) -> None:
    """The recognition's state after the decision; again, with the day, once the decision was served, and when it stands
    again after a later revocation was undone. It names who decided and where, whoever has it announced.
    """
    served_on = proceeding.served.on if proceeding.served is not None else None
    told_by = proceeding.notice.served.by if proceeding.notice is not None else None
    known = {
        "reason": recognition.end_reason,
        "decided_by_region": proceeding.decision.region if proceeding.decision is not None else None,
        "served_on": served_on,
        "makers": named_makers(proceeding.proposed_by, told_by, proceeding.decided_by),
    }
    actor = proceeding.decided_by
    if proceeding.what is ProposedEnd.CANCELLATION:
        await announce_recognitions(session, RecognitionCancelled, [(recognition, known)], actor=actor)
        return
    row = await session.get_one(Ban, recognition.id)
    revoked = known | {"banned_until": row.until}
    await announce_recognitions(session, RecognitionRevoked, [(recognition, revoked)], actor=actor)


async def serve_decision(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, order: ServiceOrder, caller: Caller
) -> EndProceeding:
    """The decision was served on the operator: from that day the periods of the remedies count."""
    proceeding = await lifecycle_repository.lock_decided(session, recognition.id, what)
    if proceeding is None or proceeding.decision is None:
        raise NothingDecided
    require_recognising_level(recognition, caller)
    check_served_day(order.on, proceeding.decision.on)
    if proceeding.served is not None:
        raise ServedBefore
    proceeding.served = served_document(order, caller)
    proceeding.version += 1
    recognition.version += 1
    if recognition.state == END_STATES[what]:
        await announce_end(session, recognition, proceeding)
    details = {"document": order.document, "served_on": order.on.isoformat()}
    await audit.record(session, recognition, caller, f"recognition:serve-{what}", details)
    return proceeding


async def require_open(session: AsyncSession, recognition: Recognition, what: ProposedEnd) -> EndProceeding:
    """The proceeding that is not decided yet, locked; 409 without one."""
    proceeding = await lifecycle_repository.lock_open(session, recognition.id, what)
    if proceeding is None:
        raise NotProposed
    return proceeding


def check_rejectable(recognition: Recognition, proceeding: EndProceeding) -> None:
    """403 where a superior of the bureau that recognised proposed the end: the text gives 不予认定 to the superior."""
    recognised_from = recognition.decided_by_region or recognition.county
    if proceeding.proposed_from is not None and len(proceeding.proposed_from) < len(recognised_from):
        raise ProposalOfSuperior


def check_not_maker(proceeding: EndProceeding, caller: Caller) -> None:
    """403 for who proposed it, served the notice, or recorded what the operator said."""
    heard_by = {one.by for one in proceeding.statements}
    if caller.subject in heard_by or is_maker(proceeding, caller):
        raise DecisionOnOwnProposal


def is_maker(proceeding: EndProceeding, caller: Caller) -> bool:
    """Whether the caller proposed it or served the notice."""
    served = proceeding.notice.served.by if proceeding.notice is not None else None
    return caller.subject in (proceeding.proposed_by, served)


def check_recorder(proceeding: EndProceeding, statement: Statement, caller: Caller) -> None:
    """403 for who proposed it or served the notice; 422 for a waiver without the document that the operator signed.
    Else two officers could leave out the hearing between them.
    """
    if is_maker(proceeding, caller):
        raise StatementRecordedByMaker
    if statement.waived and statement.document is None:
        raise WaiverUnsigned


def check_heard(proceeding: EndProceeding, order: EndOrder) -> None:
    """409 before the operator was told or could state; 422 when what they stated is not answered."""
    if proceeding.notice is None:
        raise NoticeNotServed
    if not proceeding.statements and clock.today() <= proceeding.notice.defend_by:
        last = proceeding.notice.defend_by
        raise StatementPeriodOpen(f"经营者可以陈述、申辩到 {last}（含当日），现在还没有陈述，也没有表示放弃")
    if any(not one.waived for one in proceeding.statements) and not order.answer:
        raise AnswerMissing


def check_served_day(day: dt.date, earliest: dt.date) -> None:
    """422 for a day to come, or before the one that had to come first."""
    if not earliest <= day <= clock.today():
        raise DayOutOfOrder(f"日期应在 {earliest} 和今天（{clock.today()}）之间，写的是 {day}")


def served_document(order: ServiceOrder, caller: Caller) -> ServedDocument:
    """The document with who served it."""
    return ServedDocument(order.document, order.on, order.how, caller.subject, order.note, bureau_of(caller))


def move(proceeding: EndProceeding, state: ProceedingState) -> None:
    """Take a proceeding to another state."""
    PROCEEDING_STATES.require(proceeding.state, state)
    proceeding.state = state
    proceeding.version += 1
