"""A department's recommendation: drafted, the operator's consent recorded first, then handed in for review."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.seasons import SeasonState
from services.recognition.domain.turns import day_of, step_of
from services.recognition.models import Application, Household, Season
from services.recognition.repository import documents, households
from services.recognition.repository.collisions import refused_as
from services.recognition.service import steps
from services.recognition.service.announcing import announce_application
from services.recognition.service.applications import list_to_verify
from services.recognition.service.eligibility import reasons_against
from services.recognition.service.rules import rules_of, standards_of
from services.recognition.service.turns import check_recommender
from shared.contracts.recognition import RecommendationSubmitted
from shared.policy.recognition.model import Recognition as Rules
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.departments import department_of
from shared.service.identity import Caller
from shared.service.problems import Problem

PATH = "recommendation"
EXISTS = ("application-exists", "已有申报或推荐", "这一户在本认定季已有申报或推荐")
CONSENT = "consent"
"""What a document of consent is handed in for."""


@dataclass(frozen=True)
class RecommendationOrder:
    """Whom a department recommends, as what and why."""

    uscc: str
    category: str
    reason: str
    criteria: Sequence[str]


async def draft_recommendation(
    session: AsyncSession, season: Season, order: RecommendationOrder, caller: Caller
) -> Application:
    """A recommendation that waits for consent. 404 for a household of another county, 409 when one is under way."""
    if season.state != SeasonState.OPEN:
        raise Problem(409, "season-not-open", "认定季没有开放", "本县本年度的认定季没有开始或已经结束")
    check_recommender(await rules_of(session, season.policy_hash), caller)
    department = department_of(caller)
    household = await households.get(session, order.uscc)
    if household is None or household.region != season.county:
        raise Problem(404, "household-not-found", "没有这一户", "本县没有这一户个体工商户")
    recommendation = Application(
        season_id=season.id, county=season.county, path=PATH, uscc=household.uscc, name=household.name,
        operator_ref=household.operator_ref, step=StepKind.CONSENT.value, category=order.category,
        category_reason=order.reason, claims={"criteria": list(order.criteria), "kinds": []},
        recommended_by=department, recommended_from=caller.region, created_by=caller.subject,
    )  # fmt: skip
    async with refused_as(session, *EXISTS):
        session.add(recommendation)
    await steps.recorded(session, recommendation, caller, "recommendation:draft", {"department": department})
    return recommendation


async def give_consent(session: AsyncSession, recommendation: Application, caller: Caller) -> Application:
    """The operator's own word."""
    return await _consented(session, recommendation, caller, {"by": "operator", "on": clock.today().isoformat()})


async def record_consent(
    session: AsyncSession, recommendation: Application, given_on: dt.date, document: uuid.UUID, caller: Caller
) -> Application:
    """Consent given on paper: the day, and the paper as a document of the recommendation."""
    handed_in = await documents.of_application(session, recommendation.id)
    if document not in {one.id for one in handed_in if one.evidence == CONSENT}:
        raise Problem(422, "no-evidence", "缺少同意的凭证", "请先上传经营者书面同意的材料（evidence 写 consent）")
    if given_on > clock.today():
        raise Problem(422, "future-date", "日期不对", "同意的日期不能晚于今天")
    consent = {"by": "document", "on": given_on.isoformat(), "document": str(document)}
    return await _consented(session, recommendation, caller, consent)


async def _consented(
    session: AsyncSession, recommendation: Application, caller: Caller, consent: dict[str, str]
) -> Application:
    """Keep the consent of the household's operator of today; a former operator's counts no more."""
    if recommendation.path != PATH or recommendation.state != ApplicationState.DRAFT:
        raise Problem(409, "state", "目前不能这样办理", "只有尚未提交的推荐可以登记同意")
    household = await known_household(session, recommendation)
    if recommendation.consent is not None and recommendation.operator_ref == household.operator_ref:
        raise Problem(409, "consent-recorded", "已经登记", "经营者的同意已经登记")
    recommendation.operator_ref, recommendation.name = household.operator_ref, household.name
    recommendation.consent, recommendation.step = consent, StepKind.RECOMMENDATION.value
    recommendation.version += 1
    await steps.recorded(session, recommendation, caller, "recommendation:consent", {"by": consent["by"]})
    return recommendation


async def submit_recommendation(
    session: AsyncSession, recommendation: Application, season: Season, caller: Caller
) -> Application:
    """Hand it in. 409 without consent or when it is not the time; 422 with every reason against the household (its
    type is no reason).
    """
    if recommendation.path != PATH or recommendation.state != ApplicationState.DRAFT:
        raise Problem(409, "state", "目前不能提交", "只有尚未提交的推荐可以提交；退回补正的，由经营者补正")
    rules = await rules_of(session, season.policy_hash)
    check_window(season, rules)
    household = await known_household(session, recommendation)
    if recommendation.consent is None:
        raise Problem(409, "no-consent", "尚未征得同意", "推荐前须先征得经营者本人同意，并登记在案")
    if recommendation.operator_ref != household.operator_ref:
        said = "登记同意以后经营者已变更，须重新征得现在的经营者本人同意"
        raise Problem(409, "operator-changed", "尚未征得同意", said)
    against = await reasons_against(session, rules, household, clock.today(), recommended=True)
    if against:
        sentences = [f"{one.sentence}（依据：{one.citation}）" for one in against]
        raise Problem(422, "not-recommendable", "不能推荐", "；".join(sentences), reasons=sentences)
    categories = (await standards_of(session, season)).categories
    list_to_verify(recommendation, categories, await documents.evidence_of(session, recommendation.id))
    steps.advance(recommendation, ApplicationState.IN_PROGRESS)
    recommendation.submitted_at = clock.now()
    await steps.begin(session, recommendation, season, StepKind.RECOMMENDATION)
    await announce_application(session, RecommendationSubmitted, recommendation, actor=caller.subject)
    await steps.recorded(session, recommendation, caller, "recommendation:submit", {})
    return recommendation


def check_window(season: Season, rules: Rules) -> None:
    """409 unless recommendations are taken today: by the policy's days for the step, else until the last decisions."""
    if season.state != SeasonState.OPEN:
        raise Problem(409, "season-not-open", "认定季没有开放", "本县本年度的认定季没有开始或已经结束")
    step = step_of(rules, PATH, StepKind.RECOMMENDATION)
    opens = (day_of(rules, step.opens, season.year) if step else None) or season.opens_on
    until = (day_of(rules, step.until, season.year) if step else None) or season.decisions_until
    if not opens <= clock.today() <= until:
        said = f"推荐在 {opens} 至 {until} 提交，今天是 {clock.today()}"
        raise Problem(409, "too-late", "不在推荐期内", said)


async def known_household(session: AsyncSession, recommendation: Application) -> Household:
    """The household as the register has it today, or 404."""
    household = await households.get(session, recommendation.uscc)
    if household is None:
        raise Problem(404, "household-not-found", "没有这一户", "名录中没有这一户个体工商户")
    return household
