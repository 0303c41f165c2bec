"""The end of a round: scores are closed and results computed, and the meeting's decision on them is recorded."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.models import Application
from services.recognition.registers.repository import records_of
from services.recognition.rules.service import stored_rules
from services.recognition.scoring import repository as scoring_repository
from services.recognition.scoring.assignments import applications_to_score, recusals_of
from services.recognition.scoring.domain import Evidence, ScoreResult, score_household
from services.recognition.scoring.facts import facts_of, facts_used
from services.recognition.scoring.models import Assessor, AssessorScore, IndicatorFinding, ScoringRound
from services.recognition.scoring.order import is_selected_again
from services.recognition.scoring.people import MeetingDecision, SendingBack
from services.recognition.scoring.problems import (
    AssessorClosesOrDecides,
    DecisionOfOwnClosing,
    DecisionWrong,
    RoundNotClosed,
    ScoringIncomplete,
    SendingBackOfOwnClosing,
)
from services.recognition.scoring.service import begin_round, require_scoring
from services.recognition.season.models import Season
from shared import clock
from shared.law.model.recognition import RecognitionRules
from shared.law.model.scoring import ScoringSheet
from shared.platform import audit
from shared.platform.identity import Caller

MOST_REASONS = 50
"""So many missing things are listed at once; how many there are besides is said."""
TOO_LATE = "打分以后又参与了这份申报的办理，或申明了回避的情形"


@dataclass(frozen=True)
class RoundClosing:
    """A closed round, how many applications it has, and how many of them are excluded."""

    round: ScoringRound
    applications: int
    excluded: int


async def close_round(
    session: AsyncSession, season: Season, missing_reason: str | None, caller: Caller
) -> RoundClosing:
    """Close the scores of all that wait and compute what they come to today. The season is locked.

    Assessors' parts that must not count are recused now. 409 while others may still apply, who would know the points
    that they have to reach; 409 with everything that is missing: evidence, scores, and,
    unless the caller says why they are missing, assessors.
    """
    sheet = await require_scoring(session, season, caller)
    assessors = await scoring_repository.assessors_of(session, season.id)
    require_no_assessor(assessors, caller)
    if clock.today() <= season.applications_until:
        reason = f"申报期到 {season.applications_until}，还没有结束；申报期结束以后才能结束评分"
        raise ScoringIncomplete(reason, reasons=[reason])
    waiting = await applications_to_score(session, season, None)
    closing = await begin_round(session, season)
    parts = await scoring_repository.scores_of(session, [one.id for one in waiting])
    await recuse_late(session, waiting, assessors, parts, caller)
    rules = await stored_rules(session, season.policy_hash)
    results = await compute_results(session, sheet, rules, waiting, parts)
    lacking = [] if missing_reason else missing_assessors(parts, assessors)
    lacking += missing_evidence(waiting, {application: result for application, (result, _) in results.items()})
    if lacking:
        raise ScoringIncomplete("；".join(lacking), reasons=lacking)
    rows = [
        result_row(closing, one.id, *results[one.id], sheet=sheet) | {"lifted": is_selected_again(one)}
        for one in waiting
    ]
    await scoring_repository.save_results(session, rows)
    closing.closed_by, closing.closed_at, closing.missing_reason = caller.subject, clock.now(), missing_reason
    closing.version += 1
    excluded = sum(1 for result, _ in results.values() if result.excluded)
    details = {"applications": len(rows), "excluded": excluded, "missing_reason": missing_reason}
    await audit.record(session, closing, caller, "scoring:close", details)
    return RoundClosing(closing, len(rows), excluded)


def require_no_assessor(assessors: Mapping[str, Assessor], caller: Caller) -> None:
    """403 for an assessor of the season."""
    if caller.subject in assessors:
        raise AssessorClosesOrDecides


async def recuse_late(
    session: AsyncSession,
    waiting: Sequence[Application],
    assessors: Mapping[str, Assessor],
    parts: Mapping[uuid.UUID, Sequence[AssessorScore]],
    caller: Caller,
) -> None:
    """Recuse those who have come to handle an application after they were given it."""
    recusals = await recusals_of(session, waiting, assessors)
    for rows in parts.values():
        for row in rows:
            if row.recusal is None and (row.application_id, row.assessor) in recusals:
                reason = recusals[row.application_id, row.assessor]
                row.recusal, row.recused_by = f"{TOO_LATE}：{reason}", caller.subject


async def compute_results(
    session: AsyncSession,
    sheet: ScoringSheet,
    rules: RecognitionRules,
    waiting: Sequence[Application],
    parts: Mapping[uuid.UUID, Sequence[AssessorScore]],
) -> Mapping[uuid.UUID, tuple[ScoreResult, dict[str, Any]]]:
    """Application → its result and the facts that it rests on, of today."""
    today = clock.today()
    records = await records_of(session, {one.uscc for one in waiting}, today)
    findings = await scoring_repository.findings_of(session, [one.id for one in waiting])
    found = {}
    for application in waiting:
        if application.category is None:
            raise LookupError(f"application {application.id} waits for the selection without a category")
        facts = facts_of(rules, application, records[application.uscc], today)
        evidence = evidence_of(facts, findings.get(application.id, ()), parts.get(application.id, ()))
        lifted = is_selected_again(application)
        result = score_household(sheet, application.category, evidence, today, lifted=lifted)
        found[application.id] = (result, facts_used(sheet, application.category, facts))
    return found


def evidence_of(
    facts: Mapping[str, object], findings: Sequence[IndicatorFinding], parts: Sequence[AssessorScore]
) -> Evidence:
    """What a household's points rest on: the parts of those who are recused never count."""
    scores = {row.assessor: row.points for row in parts if row.points is not None and row.recusal is None}
    return Evidence(facts, {finding.indicator: finding.level for finding in findings}, scores)


def missing_assessors(
    parts: Mapping[uuid.UUID, Sequence[AssessorScore]], assessors: Mapping[str, Assessor]
) -> list[str]:
    """Who has not scored how many of the applications that they were given."""
    left: dict[str, int] = {}
    for rows in parts.values():
        for row in rows:
            if row.points is None and row.recusal is None:
                left[row.assessor] = left.get(row.assessor, 0) + 1
    hint = "请催促，或在 missing_reason 中写明缺席的原因"
    return [f"评审员 {assessors[one].name} 还有 {count} 份没有打分（{hint}）" for one, count in sorted(left.items())]


def missing_evidence(waiting: Sequence[Application], results: Mapping[uuid.UUID, ScoreResult]) -> list[str]:
    """What cannot be computed yet, and of whom."""
    lacking = [f"“{one.name}”：{'；'.join(missing)}" for one in waiting if (missing := results[one.id].missing)]
    more = len(lacking) - MOST_REASONS
    return lacking if more <= 0 else [*lacking[:MOST_REASONS], f"另有 {more} 份申报缺少打分或证明材料"]


def result_row(
    closing: ScoringRound,
    application: uuid.UUID,
    result: ScoreResult,
    facts: dict[str, Any],
    *,
    sheet: ScoringSheet,
) -> dict[str, Any]:
    """The stored row of a result."""
    parts = {name: str(result.parts.get(name, Fraction(0))) for name in sheet.ties if name in result.parts}
    return {
        "application_id": application,
        "round_id": closing.id,
        "as_of": clock.today(),
        "total": result.total,
        "excluded": result.excluded,
        "facts": facts,
        "parts": parts,
    }


async def send_back(session: AsyncSession, season: Season, reason: str, caller: Caller) -> tuple[ScoringRound, int]:
    """Open the closed round again before the meeting decides on it: its results are taken back, so that findings can
    be corrected and what is missing be scored. The round, and how many results. The season is locked. 403 for who
    closed it and for assessors, 409 unless a closed round waits for its decision.

    Points that were given stay as they are, since results were seen: a part that must not count is recused.
    """
    await require_scoring(session, season, caller)
    require_no_assessor(await scoring_repository.assessors_of(session, season.id), caller)
    closed = await scoring_repository.latest_round(session, season.id, lock=True)
    if closed is None or closed.closed_at is None or closed.closed_by is None:
        raise RoundNotClosed("没有结束的评分可以退回")
    if closed.decided_by is not None:
        raise RoundNotClosed(f"第 {closed.number} 轮评分的会议决定已经登记，不能再退回；对结果有异议的，按异议办理")
    if closed.closed_by == caller.subject:
        raise SendingBackOfOwnClosing
    sent = SendingBack(reason, caller.subject, clock.now(), closed.closed_by)
    closed.sent_back = (*closed.sent_back, sent)
    closed.closed_by = closed.closed_at = closed.missing_reason = None
    closed.version += 1
    taken_back = await scoring_repository.delete_results(session, closed.id)
    details = {"reason": reason, "closed_by": sent.closed_by, "results": taken_back}
    await audit.record(session, closed, caller, "scoring:send-back", details)
    return closed, taken_back


async def record_decision(
    session: AsyncSession, season: Season, decision: MeetingDecision, caller: Caller
) -> ScoringRound:
    """Record what the meeting decided on the closed round: who took part, by which document, on which day. A further
    decision puts equals in order that the selection cannot tell apart. The season is locked. 403 for who closed the
    round and for assessors, 422 for a decision that cannot be.
    """
    await require_scoring(session, season, caller)
    require_no_assessor(await scoring_repository.assessors_of(session, season.id), caller)
    closed = await scoring_repository.latest_round(session, season.id, lock=True)
    if closed is None or closed.closed_at is None:
        raise RoundNotClosed
    if closed.decisions and not decision.order:
        raise RoundNotClosed(f"第 {closed.number} 轮评分的决定已经登记；再登记的，要在 order 中写明平分的先后")
    if closed.closed_by == caller.subject:
        raise DecisionOfOwnClosing
    results = await scoring_repository.results_of(session, season.id)
    wrong = decision_errors(decision, {score.application_id for score, _ in results})
    if decision.decided_on < min(score.as_of for score, _ in results if score.round_id == closed.id):
        wrong.append(f"会议日期 {decision.decided_on} 早于评分结束的那一天")
    if wrong:
        raise DecisionWrong("；".join(wrong), reasons=wrong)
    closed.decisions = (*closed.decisions, replace(decision, recorded_by=caller.subject))
    closed.decided_by = caller.subject
    closed.version += 1
    details = {"document": decision.document, "decided_on": decision.decided_on.isoformat()}
    await audit.record(session, closed, caller, "scoring:decide", details)
    return closed


def decision_errors(decision: MeetingDecision, scored: set[uuid.UUID]) -> list[str]:
    """Why a decision cannot be, in Chinese."""
    errors = []
    if decision.decided_on > clock.today():
        errors.append(f"会议日期 {decision.decided_on} 晚于今天")
    if len(set(decision.order)) < len(decision.order):
        errors.append("平分的先后里，有申报写了两次")
    if others := set(decision.order) - scored:
        errors.append(f"平分的先后里，有没有评分的申报：{'、'.join(str(one) for one in sorted(others))}")
    return errors
