"""What applications are scored on: assessors' points, each without seeing the others', and officers' findings."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.models import Application
from services.recognition.registers.repository import records_of
from services.recognition.rules.service import stored_rules
from services.recognition.scoring import repository as scoring_repository
from services.recognition.scoring.assignments import applications_to_score, recusals_of
from services.recognition.scoring.domain import contradiction
from services.recognition.scoring.facts import facts_of
from services.recognition.scoring.problems import (
    AssessorFinds,
    AssessorRecused,
    FindingsWrong,
    NotAssigned,
    PointsKept,
    ScoresWrong,
)
from services.recognition.scoring.service import require_assessor, require_scoring, season_sheet
from services.recognition.season.models import Season
from shared import clock
from shared.law.language.units import suggestion
from shared.law.model.scoring import Indicator, IndicatorKind, ScoringSheet
from shared.platform import audit
from shared.platform.identity import Caller


@dataclass(frozen=True)
class GivenScore:
    """An assessor's points for one application, by indicator."""

    application: uuid.UUID
    points: Mapping[str, Decimal]


@dataclass(frozen=True)
class Finding:
    """The level of an indicator that an officer found (0: none), and what shows it."""

    indicator: str
    level: int
    basis: str


async def record_scores(session: AsyncSession, season: Season, given: Sequence[GivenScore], caller: Caller) -> None:
    """Store an assessor's points for some applications, all or none; they may be changed until the round is closed.

    403 for an assessor of another county, and for one who must not score it; 422 with everything that is wrong.
    """
    await require_assessor(session, season, caller)
    sheet = await season_sheet(session, season)
    opened = await scoring_repository.open_round(session, season.id, share=True)
    if opened is None:
        raise NotAssigned
    asked = [one.application for one in given]
    if repeated := [f"申报 {one} 写了两次" for one, times in Counter(asked).items() if times > 1]:
        raise ScoresWrong("；".join(repeated), reasons=repeated)
    waiting = {one.id: one for one in await scoring_repository.waiting_applications(session, season.id, asked)}
    own = await scoring_repository.lock_own_scores(session, opened.id, caller.subject, asked)
    if any(one.application not in own or one.application not in waiting for one in given):
        raise NotAssigned
    await check_not_recused(session, season, [waiting[one.application] for one in given], caller)
    wrong = [error for one in given for error in score_errors(sheet, waiting[one.application], one.points)]
    if wrong:
        raise ScoresWrong("；".join(wrong), reasons=wrong)
    for one in given:
        row = own[one.application]
        if row.recusal is not None:
            raise AssessorRecused(f"您已回避申报 {one.application}：{row.recusal}")
        if row.points is not None and opened.sent_back:
            raise PointsKept(f"第 {opened.number} 轮评分结束以后退回过，得分已经有人看过；退回前打的分不能改，只能回避")
        row.points, row.scored_at = dict(one.points), clock.now()
    await audit.record(session, opened, caller, "scoring:score", {"applications": len(given)})


async def check_not_recused(
    session: AsyncSession, season: Season, applications: Sequence[Application], caller: Caller
) -> None:
    """403 where the caller has taken part in an application since they were given it, or is tied to the household."""
    assessors = await scoring_repository.assessors_of(session, season.id)
    if caller.subject not in assessors:
        raise NotAssigned
    recusals = await recusals_of(session, applications, {caller.subject: assessors[caller.subject]})
    for application in applications:
        reason = recusals.get((application.id, caller.subject))
        if reason is not None:
            raise AssessorRecused(f"您应当回避“{application.name}”的申报：{reason}")


def score_errors(sheet: ScoringSheet, application: Application, points: Mapping[str, Decimal]) -> list[str]:
    """What is wrong with an assessor's points for an application, in Chinese."""
    if application.category is None:
        return [f"“{application.name}”还没有确定类别"]
    asked = {one.id: one for one in sheet.assessed_in(application.category)}
    missing = [one for name, one in asked.items() if name not in points]
    errors = [f"“{application.name}”没有给“{one.title}”（{one.id}）打分" for one in missing]
    for name, given in points.items():
        indicator = asked.get(name)
        if indicator is None:
            errors.append(f"“{application.name}”没有由评审员打分的指标“{name}”{suggestion(name, asked)}")
        elif given > indicator.most:
            errors.append(f"“{application.name}”的“{indicator.title}”最高 {indicator.most} 分，不能打 {given} 分")
    return errors


async def record_findings(
    session: AsyncSession, season: Season, given: Sequence[tuple[uuid.UUID, Sequence[Finding]]], caller: Caller
) -> None:
    """Store what an officer found of some applications, all or none. The season is locked. 403 for their assessors, 409
    where one is scored, 422 for what the sheet does not ask for or the data contradict.

    What data decide stays as the data say; a finding counts where they do not.
    """
    sheet = await require_scoring(session, season, caller)
    found = dict(given)
    if repeated := repetitions(given):
        raise FindingsWrong("；".join(repeated), reasons=repeated)
    waiting = {one.id: one for one in await applications_to_score(session, season, found.keys())}
    parts = (await scoring_repository.scores_of(session, found.keys())).values()
    if any(row.assessor == caller.subject and row.recusal is None for rows in parts for row in rows):
        raise AssessorFinds
    pairs = [(waiting[application], finding) for application, findings in found.items() for finding in findings]
    facts = await current_facts(session, season, list(waiting.values()))
    wrong = [
        error for one, finding in pairs if (error := finding_error(sheet, one, finding, facts[one.id])) is not None
    ]
    if wrong:
        raise FindingsWrong("；".join(wrong), reasons=wrong)
    rows = [
        {
            "application_id": application.id,
            "indicator": finding.indicator,
            "level": finding.level,
            "basis": finding.basis,
            "found_by": caller.subject,
            "found_at": clock.now(),
        }
        for application, finding in pairs
    ]
    await scoring_repository.save_findings(session, rows)
    for application in waiting.values():
        levels = {finding.indicator: finding.level for finding in found[application.id]}
        await audit.record(session, application, caller, "scoring:find", {"levels": levels})


def repetitions(given: Sequence[tuple[uuid.UUID, Sequence[Finding]]]) -> list[str]:
    """What is written twice in one body, in Chinese: which of the two would count is nobody's word."""
    applications = Counter(application for application, _ in given)
    errors = [f"申报 {application} 写了两次，请合在一处" for application, times in applications.items() if times > 1]
    for application, findings in given:
        indicators = Counter(finding.indicator for finding in findings)
        errors += [f"申报 {application} 的“{one}”写了两次" for one, times in indicators.items() if times > 1]
    return errors


async def current_facts(
    session: AsyncSession, season: Season, applications: Sequence[Application]
) -> Mapping[uuid.UUID, Mapping[str, object]]:
    """Application → what is known of its household today."""
    today = clock.today()
    rules = await stored_rules(session, season.policy_hash)
    records = await records_of(session, {one.uscc for one in applications}, today)
    return {one.id: facts_of(rules, one, records[one.uscc], today) for one in applications}


def finding_error(
    sheet: ScoringSheet, application: Application, finding: Finding, facts: Mapping[str, object]
) -> str | None:
    """What is wrong with a finding, in Chinese; None: nothing."""
    asked: dict[str, Indicator] = {}
    if application.category is not None:
        asked = {one.id: one for one in sheet.indicators_of(application.category)}
    indicator = asked.get(finding.indicator)
    if indicator is None:
        return f"这一类没有指标“{finding.indicator}”{suggestion(finding.indicator, asked)}"
    if indicator.kind is IndicatorKind.ASSESSED:
        return f"“{indicator.title}”由评审员打分，不用查明"
    if finding.level > len(indicator.levels):
        levels = "、".join(f"{number} {one.title}" for number, one in enumerate(indicator.levels, 1))
        return f"“{indicator.title}”没有第 {finding.level} 档；0 表示都不属于，可选：{levels}"
    if (against := contradiction(indicator, finding.level, facts, clock.today())) is not None:
        return f"“{application.name}”的{against}"
    return None
