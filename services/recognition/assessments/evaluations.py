"""The evaluation in the last year of validity: conditions judged by evidence, then decided by another person."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.makers import named_makers
from services.recognition.applications.models import Application
from services.recognition.applications.workflow import bureau_of
from services.recognition.assessments import repository as assessment_repository
from services.recognition.assessments.evidence import (
    EvidenceByFact,
    HeldRecords,
    gather_evidence,
    judge_conditions,
    load_held_records,
)
from services.recognition.assessments.problems import (
    AgreementNotNeeded,
    EvaluationDecided,
    EvaluationDecidedByMaker,
    EvaluationOutdated,
    EvaluationTooEarly,
)
from services.recognition.lifecycle.service import expire_recognition
from services.recognition.recognitions.domain import ConcernKind, RecognitionState, in_last_year, period_end
from services.recognition.recognitions.models import Evaluation, Recognition
from services.recognition.recognitions.service import (
    announce_recognitions,
    clear_concern,
    raise_concern,
    require_recognising_level,
    schedule_end,
    schedule_reports,
)
from services.recognition.rules.domain import PathKind
from services.recognition.rules.life import policies_of_life, rules_of_life
from services.recognition.rules.problems import ParameterUnset
from services.recognition.rules.service import recognition_rules
from shared import clock
from shared.contracts.recognition import EvaluationDue, ExtensionWithheld, RecognitionExtended
from shared.law.model.policy import Policy
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import CLOCK


async def flag_last_year(session: AsyncSession, recognition: Recognition) -> None:
    """The last year of validity has begun: raise a concern, so that the evaluation is not forgotten."""
    if recognition.state != RecognitionState.VALID or not in_last_year(clock.today(), recognition.valid_until):
        return
    if not await assessment_repository.evaluations_by_recognition(session, [recognition]):
        detail = f"有效期至 {recognition.valid_until}，已进入最后一年，请评估；不评估的到期失效"
        raise_concern(recognition, ConcernKind.LAST_YEAR, detail)
        recommender = await recommender_of(session, recognition)
        await announce_recognitions(session, EvaluationDue, [(recognition, recommender)], actor=CLOCK.subject)
        await audit.record(session, recognition, CLOCK, "recognition:last-year")


async def recommender_of(session: AsyncSession, recognition: Recognition) -> Mapping[str, object]:
    """The department that recommended it here, if one did; of one adopted from another system nobody did."""
    if recognition.application_id is None:
        return {}
    application = await session.get_one(Application, recognition.application_id)
    return {"department": application.recommended_by, "recommended_from": application.recommended_from}


@dataclass(frozen=True)
class EvaluationCase:
    """What one evaluation rests on; `policy`: in force on the day of the evaluation."""

    recognition: Recognition
    policy: Policy
    held: HeldRecords


async def evaluate_recognitions(
    session: AsyncSession, requests: Sequence[tuple[Recognition, EvidenceByFact]], caller: Caller
) -> list[Evaluation]:
    """Judge the conditions of locked recognitions, again with more evidence until a decision. The data is read once for
    all. 409 outside the last year, 403 for another level than the one that recognised.
    """
    for recognition, _ in requests:
        require_recognising_level(recognition, caller)
        check_last_year(recognition)
    recognitions = [recognition for recognition, _ in requests]
    before, held = (
        await assessment_repository.evaluations_by_recognition(session, recognitions),
        await load_held_records(session, recognitions),
    )
    policies = await policies_of_life(session, recognitions)
    evaluations = []
    for recognition, findings in requests:
        evaluation = before.get(recognition.id) or Evaluation(
            id=uuid.uuid4(), recognition_id=recognition.id, valid_until=recognition.valid_until, version=0
        )
        case = EvaluationCase(recognition, policies[recognition.id], held[recognition.id])
        await judge_evaluation(session, evaluation, case, findings, caller)
        evaluations.append(evaluation)
    return evaluations


def check_last_year(recognition: Recognition) -> None:
    """409 outside the last year of validity."""
    due = in_last_year(clock.today(), recognition.valid_until) or recognition.expiry_held
    if recognition.state != RecognitionState.VALID or not due:
        raise EvaluationTooEarly(f"有效期至 {recognition.valid_until}，在最后一年内才评估")


async def judge_evaluation(
    session: AsyncSession,
    evaluation: Evaluation,
    case: EvaluationCase,
    findings: EvidenceByFact,
    caller: Caller,
) -> None:
    """Judge one evaluation and raise the concern that asks for a decision."""
    check_undecided(evaluation)
    recognition, rules, held = case.recognition, recognition_rules(case.policy), case.held
    evaluation.evidence = dict(gather_evidence(recognition, rules, held, findings))
    evaluation.evaluated_by, evaluation.evaluated_at = caller.subject, clock.now()
    evaluation.judged = judge_conditions(evaluation, recognition, rules, held)
    evaluation.version += 1
    session.add(evaluation)
    clear_concern(recognition, ConcernKind.LAST_YEAR)
    detail = f"评估待决定；有效期至 {recognition.valid_until}，届时没有决定的到期失效"
    raise_concern(recognition, ConcernKind.UNDECIDED, detail, by=caller.subject)
    details = evaluation_details(evaluation) | {"policy": case.policy.content_hash}
    await audit.record(session, recognition, caller, "evaluation:judge", details)


async def record_agreement(
    session: AsyncSession,
    evaluation: Evaluation,
    recognition: Recognition,
    *,
    agrees: bool,
    opinion: str,
    caller: Caller,
) -> Evaluation:
    """The recommending department's opinion on the extension; the conditions are judged again."""
    if recognition.path is not PathKind.RECOMMENDATION:
        raise AgreementNotNeeded
    check_undecided(evaluation)
    evaluation.agrees, evaluation.opinion, evaluation.agreed_by = agrees, opinion, caller.subject
    rules, held = await rules_of_life(session, recognition), await load_held_records(session, [recognition])
    evaluation.judged = judge_conditions(evaluation, recognition, rules, held[recognition.id])
    evaluation.version += 1
    await audit.record(session, recognition, caller, "evaluation:agreement", {"agrees": agrees, "opinion": opinion})
    return evaluation


async def decide_evaluations(
    session: AsyncSession, requests: Sequence[tuple[Evaluation, Recognition, str]], caller: Caller
) -> None:
    """Decide locked evaluations, each with its recognition and the reason: validity is extended by the policy's years
    when any condition holds, else it will expire.
    """
    for evaluation, recognition, _ in requests:
        check_decidable(evaluation, recognition, caller)
    for evaluation, recognition, reason in requests:
        evaluation.extends = any(evaluation.judged.values())
        evaluation.reason, evaluation.decided_by, evaluation.decided_at = reason, caller.subject, clock.now()
        evaluation.version += 1
        clear_concern(recognition, ConcernKind.UNDECIDED)
        await audit.record(
            session, recognition, caller, "evaluation:decide", evaluation_details(evaluation) | {"reason": reason}
        )
    extended = [recognition for evaluation, recognition, _ in requests if evaluation.extends]
    await extend_validity(session, extended, caller)
    known = {"decided_by_region": bureau_of(caller)}
    withheld = [
        (recognition, known | {"reason": reason, "makers": evaluation_makers(evaluation)})
        for evaluation, recognition, reason in requests
        if not evaluation.extends
    ]
    await announce_recognitions(session, ExtensionWithheld, withheld, actor=caller.subject)
    for _, recognition, _ in requests:
        if recognition.expiry_held:
            recognition.expiry_held = False
            await expire_recognition(session, recognition)


def evaluation_makers(evaluation: Evaluation) -> list[str]:
    """Who judged it, agreed or decided, also before an objection opened it again."""
    return named_makers(evaluation.evaluated_by, evaluation.agreed_by, evaluation.decided_by, *evaluation.barred)


def check_decidable(evaluation: Evaluation, recognition: Recognition, caller: Caller) -> None:
    """409 once decided or when the recognition has changed since, 403 for a person who judged or agreed."""
    check_undecided(evaluation)
    require_recognising_level(recognition, caller)
    if caller.subject in (evaluation.evaluated_by, evaluation.agreed_by, *evaluation.barred):
        raise EvaluationDecidedByMaker
    state = recognition.state_on(clock.today())
    if state is not RecognitionState.VALID or recognition.valid_until != evaluation.valid_until:
        raise EvaluationOutdated


async def extend_validity(session: AsyncSession, recognitions: Sequence[Recognition], caller: Caller) -> None:
    """Set the new last day and schedule the reports of the additional years."""
    beginning = defaultdict[tuple[str, int], list[Recognition]](list)
    for recognition in recognitions:
        before, years = recognition.valid_until, await extension_years(session, recognition)
        recognition.valid_until = period_end(before, years)
        recognition.version += 1
        for year in (before.year, before.year + 1):
            beginning[recognition.county, year].append(recognition)
    for (_, year), batch in beginning.items():
        await schedule_reports(session, batch, year)
    await schedule_end(session, recognitions)
    await announce_recognitions(
        session,
        RecognitionExtended,
        [(extended, {"decided_by_region": bureau_of(caller)}) for extended in recognitions],
        actor=caller.subject,
    )


async def extension_years(session: AsyncSession, recognition: Recognition) -> int:
    """By how many years the policy extends; 409 where it does not say."""
    rules = await rules_of_life(session, recognition)
    years = rules.value(rules.lifecycle.extension_years, clock.today())
    if not isinstance(years, int):
        raise ParameterUnset(f"政策没有设定延长几年（{rules.lifecycle.extension_years}）")
    return years


def check_undecided(evaluation: Evaluation) -> None:
    """409 once the evaluation is decided: a decision is final."""
    if evaluation.decided_at is not None:
        raise EvaluationDecided


def evaluation_details(evaluation: Evaluation) -> dict[str, object]:
    """Details for the audit: which conditions hold and which facts they rest on, without figures."""
    holds = [condition for condition, judged in evaluation.judged.items() if judged]
    return {"holds": holds, "evidence": sorted(evaluation.evidence), "extends": evaluation.extends}
