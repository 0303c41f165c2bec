"""The evaluation in the last year of validity: the policy's conditions judged by evidence, then decided by another."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.eligibility import facts_of
from services.recognition.domain.recognitions import RecognitionState, in_last_year, last_day
from services.recognition.models import Evaluation, Household, Recognition
from services.recognition.repository import reports
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.concerns import recorded
from services.recognition.service.eligibility import known_of
from services.recognition.service.endings import EXPIRES
from services.recognition.service.reports import expect_reports
from services.recognition.service.rules import rules_of
from shared.contracts.recognition import RecognitionExtended
from shared.messaging import deadlines
from shared.policy.recognition.facts import RECOGNITION_FACTS
from shared.policy.recognition.judging import judge
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

EVIDENCE = ("revenue_growth", "tax_growth", "staff_growth", "commended", "commended_on", "recommender_agrees")
"""Facts that an officer brings to an evaluation; the others are known."""


async def evaluate(
    session: AsyncSession, recognition: Recognition, evidence: Mapping[str, object], caller: Caller
) -> Evaluation:
    """Judge the conditions. 409 outside the last year or when this end was evaluated before."""
    today = clock.today()
    if recognition.state != RecognitionState.VALID or not in_last_year(today, recognition.valid_until):
        raise Problem(409, "not-last-year", "还不能评估", f"有效期至 {recognition.valid_until}，在最后一年内才评估")
    if await reports.open_evaluation(session, recognition.id, recognition.valid_until) is not None:
        raise Problem(409, "evaluated-before", "已经评估", "这一有效期已经评估过")
    rules = await rules_of(session, recognition.policy_hash)
    household = await session.get_one(Household, recognition.uscc)
    recommended = recognition.path == "recommendation"
    known = await known_of(session, household, today, recommended=recommended, kinds=())
    facts = facts_of(known, today) | {
        "typed_as_then": recognition.type_then,
        "recommended_then": recommended,
        **{name: evidence.get(name) for name in EVIDENCE if name in RECOGNITION_FACTS},
    }
    judged = judge(rules.life.extension, rules.parameters, today, facts)
    evaluation = Evaluation(
        recognition_id=recognition.id, valid_until=recognition.valid_until, evidence={}, judged=judged,
        evaluated_by=caller.subject, evaluated_at=clock.now(),
    )  # fmt: skip
    session.add(evaluation)
    await session.flush()
    await recorded(session, recognition, caller, "evaluation:judge", {"holds": [one for one in judged if judged[one]]})
    return evaluation


async def decide_evaluation(
    session: AsyncSession, evaluation: Evaluation, recognition: Recognition, reason: str, caller: Caller
) -> Evaluation:
    """Extended by the policy's years from its present end when any condition holds; else it will expire."""
    if evaluation.decided_at is not None:
        raise Problem(409, "decided-before", "已经决定", "这次评估已经作出决定")
    if evaluation.evaluated_by == caller.subject:
        raise Problem(403, "maker-is-not-checker", "须由另一人决定", "评估人不能决定自己的评估")
    if recognition.state != RecognitionState.VALID or recognition.valid_until != evaluation.valid_until:
        raise Problem(409, "state", "目前不能这样办理", "认定已经结束，或有效期已经变更")
    evaluation.extends = any(evaluation.judged.values())
    evaluation.reason, evaluation.decided_by, evaluation.decided_at = reason, caller.subject, clock.now()
    evaluation.version += 1
    if evaluation.extends:
        await extend(session, recognition, caller)
    await recorded(session, recognition, caller, "evaluation:decide", {"extends": evaluation.extends, "reason": reason})
    return evaluation


async def extend(session: AsyncSession, recognition: Recognition, caller: Caller) -> None:
    """A new last day, and the reports of the years that begin to count."""
    rules = await rules_of(session, recognition.policy_hash)
    years = rules.value(rules.life.extension_years, clock.today())
    if not isinstance(years, int):
        raise Problem(409, "parameter-unset", "政策数值未设定", f"政策没有设定延长几年（{rules.life.extension_years}）")
    before = recognition.valid_until
    recognition.valid_until = last_day(before, years)
    recognition.version += 1
    for year in (before.year, before.year + 1):
        await expect_reports(session, [recognition], year)
    due_at = deadlines.after(recognition.valid_until)
    await deadlines.put(session, kind=EXPIRES, subject=str(recognition.id), due_at=due_at)
    await announce_recognition(session, RecognitionExtended, recognition, actor=caller.subject)
