"""The yearly confirmation: whether a recognised household still meets the standards.

It is made once a year, after the information report was reviewed and the year's typing published.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.makers import named_makers
from services.recognition.applications.workflow import bureau_of
from services.recognition.assessments import repository as assessment_repository
from services.recognition.assessments.problems import ConfirmationByMaker, NotConfirmable
from services.recognition.recognitions.domain import (
    RECOGNITION_STATES,
    REPORT_LABELS,
    ConcernKind,
    RecognitionState,
    ReportState,
)
from services.recognition.recognitions.models import Confirmation, InformationReport, Recognition
from services.recognition.recognitions.service import (
    announce_recognitions,
    clear_concern,
    report_due_date,
    require_recognising_level,
    update_concern,
)
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import Household
from services.recognition.registers.repository import HouseholdRecord, records_of
from services.recognition.rules.domain import PathKind
from services.recognition.rules.eligibility import known_facts, recognition_facts, rule_title
from services.recognition.rules.life import policies_of_life
from services.recognition.rules.service import recognition_rules
from shared import clock
from shared.contracts.recognition import ConfirmationWithheld, RecognitionConfirmed
from shared.law.compiler.evaluator import evaluate_rules
from shared.law.model.clauses import Rule
from shared.law.model.policy import Policy
from shared.law.model.recognition import RecognitionRules
from shared.platform import audit
from shared.platform.identity import Caller


def compliance_failures(
    recognition: Recognition, household: Household, record: HouseholdRecord, rules: RecognitionRules
) -> list[str]:
    """Every confirmation rule that does not hold and every disqualifier that does, with its citation."""
    today = clock.today()
    facts = current_facts(rules, recognition, household, record, today)
    sentences = [unmet_rule_text(rules, rule, today) for rule in unmet_rules(rules, facts, today)]
    sentences += [disqualifier_text(rules, rule, today) for rule in active_disqualifiers(rules, facts, today)]
    if household.status != "registered":
        sentences.append("个体工商户不在登记在册状态")
    return sentences


def current_facts(
    rules: RecognitionRules, recognition: Recognition, household: Household, record: HouseholdRecord, day: dt.date
) -> Mapping[str, object]:
    """The facts about a recognised household today, and about its recognition."""
    recommended = recognition.path is PathKind.RECOMMENDATION
    known = known_facts(household, record, recommended=recommended, kinds=())
    return recognition_facts(rules, known, day) | {
        "typed_as_then": recognition.type_then,
        "recommended_then": recommended,
    }


def unmet_rules(rules: RecognitionRules, facts: Mapping[str, object], day: dt.date) -> list[Rule]:
    """The confirmation rules that certainly do not hold."""
    held = evaluate_rules(rules.lifecycle.confirmation, rules.parameters, day, facts)
    return [rule for rule in rules.lifecycle.confirmation if held[rule.id] is False]


def unmet_rule_text(rules: RecognitionRules, rule: Rule, day: dt.date) -> str:
    """A confirmation rule that does not hold, as a Chinese sentence."""
    return f"不再符合：{rule_title(rules, rule, day)}（依据：{rule.citation}）"


def active_disqualifiers(rules: RecognitionRules, facts: Mapping[str, object], day: dt.date) -> list[Rule]:
    """The disqualifiers that hold."""
    held = evaluate_rules(rules.disqualifiers, rules.parameters, day, facts)
    return [rule for rule in rules.disqualifiers if held[rule.id]]


def disqualifier_text(rules: RecognitionRules, rule: Rule, day: dt.date) -> str:
    """A disqualifier that holds, as a Chinese sentence."""
    return f"有不得认定的情形：{rule_title(rules, rule, day)}（依据：{rule.citation}）"


@dataclass(frozen=True)
class ConfirmationCase:
    """What one confirmation rests on. `before`: an earlier result for the same year; `policy`: the one in force
    today.
    """

    recognition: Recognition
    year: int
    household: Household
    record: HouseholdRecord
    report: InformationReport | None
    before: Confirmation | None
    policy: Policy


async def confirm_recognitions(
    session: AsyncSession, requests: Sequence[tuple[Recognition, int]], caller: Caller
) -> list[Confirmation]:
    """Judge locked recognitions for a year each: confirmed when the standards are met, else a concern with everything
    that is not. The data is read once for all, and the results are written together.

    Nothing is cancelled here: that needs a decision. A negative result may be judged again, a confirmation is final.
    409 with every reason why a year cannot be confirmed yet, 403 for another level than the one that recognised.
    """
    for recognition, _ in requests:
        require_recognising_level(recognition, caller)
    cases = await load_confirmation_cases(session, requests)
    for case in cases:
        if reasons := confirmation_obstacles(case, recognition_rules(case.policy)):
            raise NotConfirmable("；".join(reasons), reasons=list(reasons))
    confirmations = [await judge_confirmation(session, one, caller) for one in cases]
    known = {"decided_by_region": bureau_of(caller)}
    events = [
        (one.recognition, known | {"year": one.year})
        for one, confirmation in zip(cases, confirmations, strict=True)
        if confirmation.confirmed
    ]
    await announce_recognitions(session, RecognitionConfirmed, events, actor=caller.subject)
    withheld = [
        (
            one.recognition,
            known
            | {
                "year": one.year,
                "reason": "；".join(confirmation.failing),
                "makers": named_makers(
                    caller.subject,
                    *(confirmation.barred or ()),
                    one.report.reviewed_by if one.report is not None else None,
                ),
            },
        )
        for one, confirmation in zip(cases, confirmations, strict=True)
        if not confirmation.confirmed
    ]
    await announce_recognitions(session, ConfirmationWithheld, withheld, actor=caller.subject)
    return confirmations


async def load_confirmation_cases(
    session: AsyncSession, requests: Sequence[tuple[Recognition, int]]
) -> list[ConfirmationCase]:
    """What the confirmations rest on, read in six statements however many there are."""
    codes, keys = (
        [recognition.uscc for recognition, _ in requests],
        [(recognition.id, year) for recognition, year in requests],
    )
    households = await register_repository.HOUSEHOLDS.by_code(session, codes)
    records = await records_of(session, codes, clock.today())
    filed = await assessment_repository.reports_by_key(session, keys)
    before = await assessment_repository.confirmations_by_key(session, keys)
    policies = await policies_of_life(session, [recognition for recognition, _ in requests])
    return [
        ConfirmationCase(
            recognition,
            year,
            households[recognition.uscc],
            records[recognition.uscc],
            filed.get((recognition.id, year)),
            before.get((recognition.id, year)),
            policies[recognition.id],
        )
        for recognition, year in requests
    ]


async def judge_confirmation(session: AsyncSession, case: ConfirmationCase, caller: Caller) -> Confirmation:
    """Judge whether the standards are met and store everything that is not."""
    recognition = case.recognition
    if case.before is not None and caller.subject in case.before.barred:
        raise ConfirmationByMaker
    rules = recognition_rules(case.policy)
    sentences = compliance_failures(recognition, case.household, case.record, rules)
    confirmation = case.before or Confirmation(recognition_id=recognition.id, year=case.year)
    confirmation.confirmed, confirmation.failing = not sentences, sentences
    confirmation.confirmed_by, confirmation.confirmed_at = caller.subject, clock.now()
    session.add(confirmation)
    update_concern(recognition, ConcernKind.STANDARDS, sentences)
    clear_concern(recognition, ConcernKind.CONFIRMATION_REOPENED)
    if confirmation.confirmed:
        recognition.version += 1
    details = {"year": case.year, "failing": sentences, "policy": case.policy.content_hash}
    await audit.record(session, recognition, caller, "recognition:confirm", details)
    return confirmation


def confirmation_obstacles(case: ConfirmationCase, rules: RecognitionRules) -> Sequence[str]:
    """Why a year cannot be confirmed: the recognition has ended, it is confirmed already, or typing or report are
    missing.
    """
    found, recognition, year = [], case.recognition, case.year
    state = recognition.state_on(clock.today())
    if state is not RecognitionState.VALID:
        found.append(f"认定当前为“{RECOGNITION_STATES.label(state)}”，只有有效的认定才确认")
    if case.before is not None and case.before.confirmed:
        found.append(f"{year} 年度已经确认过")
    if (typed := case.household.typed_year) != year:
        found.append(f"该年分型结果尚未发布：要确认 {year} 年度，这一户现有的是 {typed} 年的分型结果")
    if report_due_date(rules, year) is not None:
        found += report_obstacles(case.report, year)
    return found


def report_obstacles(report: InformationReport | None, year: int) -> list[str]:
    """Why the year's information report does not allow a confirmation; empty when it was reviewed."""
    if report is None:
        return [f"{year} 年度没有应报送的信息报告，不需要确认"]
    if report.state == ReportState.CONFIRMED:
        return []
    return [f"须先审核 {year} 年度的信息报告，再确认（信息报告当前：{REPORT_LABELS[report.state]}）"]
