"""A department's recommendation: drafted, the operator's consent recorded, then submitted for review."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository, workflow
from services.recognition.applications.domain import ApplicationState, Consent, ConsentForm
from services.recognition.applications.models import Application
from services.recognition.applications.problems import (
    ConsentClosed,
    ConsentInFuture,
    ConsentMissing,
    ConsentOfFormerOperator,
    ConsentRecorded,
    ConsentWithoutDocument,
    NotRecommendable,
    OutsideRecommendationWindow,
    RecommendationExists,
    RecommendationSubmittedBefore,
)
from services.recognition.applications.service import record_criteria_to_verify
from services.recognition.applications.workflow import announce_application, require_recommender
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import Household
from services.recognition.registers.problems import HouseholdNotFound
from services.recognition.rules.claims import Claims
from services.recognition.rules.domain import PathKind, find_step, parameter_date
from services.recognition.rules.service import current_ineligibilities, stored_rules
from services.recognition.season.domain import SeasonState
from services.recognition.season.models import Season
from services.recognition.season.problems import SeasonNotOpen
from services.recognition.season.service import season_criteria
from shared import clock
from shared.contracts.recognition import ConsentAsked, RecommendationSubmitted
from shared.law.model.recognition import Category, RecognitionRules, StepKind
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.department_scope import department_of
from shared.platform.identity import Caller
from shared.platform.lookups import or_404

CONSENT_EVIDENCE = "consent"
"""The purpose of a document of consent."""


@dataclass(frozen=True)
class RecommendationOrder:
    """Which household a department recommends, in which category and why."""

    uscc: str
    category: Category
    reason: str
    criteria: Sequence[str]


async def draft_recommendation(
    session: AsyncSession, season: Season, order: RecommendationOrder, caller: Caller
) -> Application:
    """A recommendation that waits for consent. 404 for a household of another county, 409 when one is under way."""
    if season.state != SeasonState.OPEN:
        raise SeasonNotOpen
    require_recommender(await stored_rules(session, season.policy_hash), caller)
    department = department_of(caller)
    household = await register_repository.HOUSEHOLDS.get(session, order.uscc)
    if household is None or household.region != season.county:
        raise HouseholdNotFound("本县没有这一户个体工商户")
    recommendation = Application(
        season_id=season.id,
        county=season.county,
        path=PathKind.RECOMMENDATION,
        uscc=household.uscc,
        name=household.name,
        operator_ref=household.operator_ref,
        step=StepKind.CONSENT,
        category=order.category,
        category_reason=order.reason,
        claims=Claims(tuple(order.criteria), category=order.category, reason=order.reason),
        recommended_by=department,
        recommended_from=caller.region,
        created_by=caller.subject,
    )
    async with refused_on_conflict(session, RecommendationExists()):
        session.add(recommendation)
    await audit.record(session, recommendation, caller, "recommendation:draft", {"department": department})
    await announce_application(session, ConsentAsked, recommendation, actor=caller.subject, department=department)
    return recommendation


async def give_consent(session: AsyncSession, recommendation: Application, caller: Caller) -> Application:
    """The operator consents online."""
    return await _store_consent(session, recommendation, caller, Consent(ConsentForm.OPERATOR, clock.today()))


async def record_written_consent(
    session: AsyncSession, recommendation: Application, given_on: dt.date, document: uuid.UUID, caller: Caller
) -> Application:
    """Consent given on paper: the day, and the paper as a document of the recommendation."""
    handed_in = await application_repository.documents_of(session, recommendation.id)
    if document not in {one.id for one in handed_in if one.evidence == CONSENT_EVIDENCE}:
        raise ConsentWithoutDocument
    if given_on > clock.today():
        raise ConsentInFuture
    consent = Consent(ConsentForm.DOCUMENT, given_on, document)
    return await _store_consent(session, recommendation, caller, consent)


async def _store_consent(
    session: AsyncSession, recommendation: Application, caller: Caller, consent: Consent
) -> Application:
    """Store the consent of the household's current operator; a former operator's consent is no longer valid."""
    if recommendation.path != PathKind.RECOMMENDATION or recommendation.state != ApplicationState.DRAFT:
        raise ConsentClosed
    household = await registered_household(session, recommendation)
    if recommendation.consent is not None and recommendation.operator_ref == household.operator_ref:
        raise ConsentRecorded
    recommendation.operator_ref, recommendation.name = household.operator_ref, household.name
    recommendation.consent, recommendation.step = consent, StepKind.RECOMMENDATION
    recommendation.version += 1
    await audit.record(session, recommendation, caller, "recommendation:consent", {"by": consent.by})
    return recommendation


async def submit_recommendation(
    session: AsyncSession, recommendation: Application, season: Season, caller: Caller
) -> Application:
    """Submit a recommendation. 409 without consent or outside the period; 422 with every reason against the household
    (its type is no reason).
    """
    if recommendation.path != PathKind.RECOMMENDATION or recommendation.state != ApplicationState.DRAFT:
        raise RecommendationSubmittedBefore
    rules = await stored_rules(session, season.policy_hash)
    check_recommendation_window(season, rules)
    household = await registered_household(session, recommendation)
    if recommendation.consent is None:
        raise ConsentMissing
    if recommendation.operator_ref != household.operator_ref:
        detail = "登记同意以后经营者已变更，须重新征得现在的经营者本人同意"
        raise ConsentOfFormerOperator(detail)
    against = await current_ineligibilities(session, rules, household, clock.today(), recommended=True)
    if against:
        sentences = [f"{reason.sentence}（依据：{reason.citation}）" for reason in against]
        raise NotRecommendable("；".join(sentences), reasons=sentences)
    categories = (await season_criteria(session, season)).categories
    record_criteria_to_verify(
        recommendation, categories, await application_repository.evidence_of(session, recommendation.id)
    )
    workflow.change_state(recommendation, ApplicationState.IN_PROGRESS)
    recommendation.submitted_at = clock.now()
    await workflow.begin_steps(session, recommendation, season, StepKind.RECOMMENDATION)
    await announce_application(session, RecommendationSubmitted, recommendation, actor=caller.subject)
    await audit.record(session, recommendation, caller, "recommendation:submit")
    return recommendation


def check_recommendation_window(season: Season, rules: RecognitionRules) -> None:
    """409 outside the period for recommendations: the policy's days for the step, else the season's."""
    if season.state != SeasonState.OPEN:
        raise SeasonNotOpen
    step = find_step(rules, PathKind.RECOMMENDATION, StepKind.RECOMMENDATION)
    opens = (parameter_date(rules, step.opens, season.year) if step else None) or season.opens_on
    until = (parameter_date(rules, step.until, season.year) if step else None) or season.decisions_until
    if not opens <= clock.today() <= until:
        detail = f"推荐在 {opens} 至 {until} 提交，今天是 {clock.today()}"
        raise OutsideRecommendationWindow(detail)


async def registered_household(session: AsyncSession, recommendation: Application) -> Household:
    """The household as currently registered, or 404."""
    return or_404(
        await register_repository.HOUSEHOLDS.get(session, recommendation.uscc),
        HouseholdNotFound("名录中没有这一户个体工商户"),
    )
