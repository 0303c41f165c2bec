"""An operator's application: drafted, submitted, completed when returned, taken over by a new operator (接续办理).

Applying is voluntary and a recommendation needs the operator's own consent (自愿; 事先征得经营者本人同意). When the
operator changes, nothing is decided until the new one takes the application over, and it is judged again.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository, workflow
from services.recognition.applications.domain import ApplicationState, Consent, ConsentForm, Recheck
from services.recognition.applications.models import Application
from services.recognition.applications.problems import (
    ApplicationExists,
    ApplicationNotAcceptable,
    ApplicationNotEditable,
    ApplicationSubmittedBefore,
    CompletionTooLate,
    HouseholdFixed,
    NothingToComplete,
    NotTransferable,
    OperatorKindUnknown,
    OperatorUnchanged,
    OutsideApplicationWindow,
    RecommendationNotEditable,
    TakeoverClosed,
    TakeoverNeeded,
)
from services.recognition.applications.workflow import announce_application
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import Household
from services.recognition.registers.problems import HouseholdNotFound
from services.recognition.registers.repository import records_of
from services.recognition.rules.claims import (
    Claims,
    LocalCategories,
    claim_deficiencies,
    criteria_to_verify,
    operator_kind_deficiencies,
    registered_kinds,
    unknown_kinds,
)
from services.recognition.rules.domain import PathKind
from services.recognition.rules.eligibility import current_obstacles
from services.recognition.rules.service import current_ineligibilities, stored_rules
from services.recognition.season.domain import SeasonState
from services.recognition.season.models import Season
from services.recognition.season.problems import SeasonNotOpen
from services.recognition.season.service import season_criteria
from shared import clock
from shared.contracts.recognition import ApplicationSubmitted, RecommendationSubmitted
from shared.law.model.recognition import Category, StepKind
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller
from shared.worker import deadlines

SUPPLEMENT_DEADLINE = "supplement-overdue"
"""Kind of the deadline of a returned application."""


@dataclass(frozen=True)
class ApplicationOrder:
    """What an operator writes: the category with its reason, the criteria claimed, and the kinds of operator."""

    uscc: str
    category: Category
    category_reason: str
    criteria: Sequence[str]
    kinds: Sequence[str]


async def draft_application(
    session: AsyncSession, season: Season, order: ApplicationOrder, caller: Caller
) -> Application:
    """A draft for the operator's own household. 404 for another's, 409 when one is under way, 422 for a kind of
    operator that the season's rules do not have.
    """
    household = await own_household(session, order.uscc, season.county, caller)
    proven = await check_kinds(session, season, household.uscc, order.kinds)
    application = Application(
        season_id=season.id,
        county=season.county,
        path=PathKind.APPLICATION,
        uscc=household.uscc,
        name=household.name,
        operator_ref=household.operator_ref,
        step=StepKind.APPLICATION,
        created_by=caller.subject,
    )
    write_claim(application, order, proven)
    async with refused_on_conflict(session, ApplicationExists()):
        session.add(application)
    await audit.record(session, application, caller, "application:draft")
    return application


async def change_application(
    session: AsyncSession, application: Application, order: ApplicationOrder, caller: Caller
) -> Application:
    """Replace what was written in a draft or a returned application; only the department changes a recommendation."""
    if application.path != PathKind.APPLICATION:
        raise RecommendationNotEditable
    if application.state not in (ApplicationState.DRAFT, ApplicationState.RETURNED):
        raise ApplicationNotEditable
    if order.uscc != application.uscc:
        raise HouseholdFixed
    season = await session.get_one(Season, application.season_id)
    write_claim(application, order, await check_kinds(session, season, order.uscc, order.kinds))
    application.version += 1
    await audit.record(session, application, caller, "application:change")
    return application


async def submit_application(
    session: AsyncSession, application: Application, season: Season, caller: Caller, at: dt.datetime | None = None
) -> Application:
    """Submit a draft. 409 outside the application period; 422 with every reason against it and everything missing.

    `at`: when it was handed in, where that was at another system; else now. The period is the one thing that this
    decides: what bars a household, and what is missing, is judged today.
    """
    if application.path != PathKind.APPLICATION or application.state != ApplicationState.DRAFT:
        raise ApplicationSubmittedBefore
    at = at or clock.now()
    late = await check_application_window(session, season, application.uscc, at.astimezone(clock.CHINA).date())
    household = await own_household(session, application.uscc, season.county, caller)
    await check_submission(session, application, season, household)
    workflow.change_state(application, ApplicationState.IN_PROGRESS)
    application.late = late
    application.submitted_at = at
    application.operator_ref, application.name = household.operator_ref, household.name
    await workflow.begin_steps(session, application, season, StepKind.APPLICATION)
    await announce_application(session, ApplicationSubmitted, application, actor=caller.subject)
    await audit.record(session, application, caller, "application:submit", {"category": application.category})
    return application


async def complete_application(
    session: AsyncSession, application: Application, season: Season, caller: Caller, at: dt.datetime | None = None
) -> Application:
    """Submit a returned application again, by the last day; it continues at the step that returned it. `at`: when it
    was handed in, where that was at another system; else now.
    """
    if application.state != ApplicationState.RETURNED:
        raise NothingToComplete
    day = clock.today() if at is None else at.astimezone(clock.CHINA).date()
    if application.due_on is not None and day > application.due_on:
        raise CompletionTooLate(f"补正截止日期是 {application.due_on}，已经过了")
    household = await own_household(session, application.uscc, season.county, caller)
    await check_submission(session, application, season, household)
    workflow.change_state(application, ApplicationState.IN_PROGRESS)
    await deadlines.cancel(session, kind=SUPPLEMENT_DEADLINE, subject=str(application.id))
    application.due_on = None
    await workflow.open_step_task(session, application, season)
    kind = ApplicationSubmitted if application.path == PathKind.APPLICATION else RecommendationSubmitted
    await announce_application(session, kind, application, actor=caller.subject)
    await audit.record(session, application, caller, "application:complete")
    return application


async def own_household(session: AsyncSession, uscc: str, county: str, caller: Caller) -> Household:
    """The caller's household in the county; 404 for any other, whether or not it exists."""
    household = await register_repository.HOUSEHOLDS.get(session, uscc)
    if household is None or household.region != county or household.operator_ref != caller.operator_ref:
        raise HouseholdNotFound("本县没有以您为经营者的这一户个体工商户")
    return household


async def check_application_window(session: AsyncSession, season: Season, uscc: str, day: dt.date) -> bool:
    """409 where the day is outside the application period; True for a household that an objection lets apply late."""
    if season.state != SeasonState.PREPARING and day > season.applications_until:
        admission = await application_repository.get_late_admission(session, season.id, uscc)
        if admission is not None and day <= admission.apply_by:
            return True
    if season.state != SeasonState.OPEN:
        raise SeasonNotOpen
    if not season.opens_on <= day <= season.applications_until:
        window = f"{season.opens_on} 至 {season.applications_until}"
        said = "今天是" if day == clock.today() else "提交的日期是"
        raise OutsideApplicationWindow(f"申报期是 {window}，{said} {day}")
    return False


async def check_submission(
    session: AsyncSession, application: Application, season: Season, household: Household
) -> None:
    """422 with every reason against the household and everything the claim lacks (a recommendation has no claim)."""
    rules = await stored_rules(session, season.policy_hash)
    await look_at_kinds(session, application, season)
    claims, recommended = application.claims, application.path is not PathKind.APPLICATION
    against = await current_ineligibilities(
        session, rules, household, clock.today(), recommended=recommended, kinds=claims.kinds
    )
    categories = (await season_criteria(session, season)).categories
    evidence = await application_repository.evidence_of(session, application.id)
    lacking = []
    if not recommended and application.category is not None:
        lacking = claim_deficiencies(application.category, claims, categories, rules.operator_kinds, evidence)
    record_criteria_to_verify(application, categories, evidence)
    if not against and not lacking:
        return
    sentences = [f"{reason.sentence}（依据：{reason.citation}）" for reason in against] + lacking
    raise ApplicationNotAcceptable("；".join(sentences), reasons=sentences)


async def look_at_kinds(session: AsyncSession, application: Application, season: Season) -> None:
    """Which of the claimed kinds a register proves today: no document is asked for them."""
    proven = await check_kinds(session, season, application.uscc, application.claims.kinds)
    application.claims = replace(application.claims, proven_kinds=proven)


def record_criteria_to_verify(application: Application, categories: LocalCategories, evidence: Collection[str]) -> None:
    """Record for the reviewer which claimed criteria have no document, and which department to ask."""
    category = categories.get(application.category) if application.category is not None else None
    to_verify = criteria_to_verify(application.claims.criteria, category, evidence) if category is not None else ()
    application.claims = replace(application.claims, to_verify=to_verify)


async def check_kinds(session: AsyncSession, season: Season, uscc: str, kinds: Collection[str]) -> tuple[str, ...]:
    """422 for kinds of operator that the season's rules do not have; else those of them that a register proves."""
    if not kinds:
        return ()
    known = (await stored_rules(session, season.policy_hash)).operator_kinds
    if unknown := unknown_kinds(kinds, known):
        raise OperatorKindUnknown("；".join(unknown), reasons=unknown)
    return registered_kinds(kinds, known, await register_repository.kinds_of(session, uscc, clock.today()))


def write_claim(application: Application, order: ApplicationOrder, proven: tuple[str, ...]) -> None:
    """Store what the operator wrote, and which of the kinds a register proves."""
    application.category, application.category_reason = order.category, order.category_reason
    application.claims = Claims(
        tuple(order.criteria), tuple(order.kinds), proven, category=order.category, reason=order.category_reason
    )


async def take_over(
    session: AsyncSession, application: Application, season: Season, kinds: Sequence[str], caller: Caller
) -> Application:
    """Make the household's current operator the applicant, or the one who consents. 422 with every reason against it.

    Documents about the former operator's person are deleted: they prove nothing about the new one.
    """
    household = await household_to_take_over(session, application)
    await application_repository.delete_kind_documents(session, application.id, of_others_than=caller.subject)
    application.operator_ref, application.name = household.operator_ref, household.name
    application.claims = replace(application.claims, kinds=tuple(kinds))
    await look_at_kinds(session, application, season)
    await check_new_operator(session, application, season, household)
    if application.path != PathKind.APPLICATION:
        application.consent = Consent(ConsentForm.OPERATOR, clock.today())
    application.judged = Recheck(on=clock.today())
    application.version += 1
    await audit.record(session, application, caller, "application:adopt")
    return application


async def household_to_take_over(session: AsyncSession, application: Application) -> Household:
    """The household; 409 unless the application (or its draft) is under way and another operator began it."""
    draft = application.state == ApplicationState.DRAFT and application.path == PathKind.APPLICATION
    if not draft and application.state not in application_repository.UNDER_WAY:
        detail = "只有办理中的申报、推荐和申报的草稿可以接续；尚未提交的推荐，请直接登记同意"
        raise TakeoverClosed(detail)
    household = await register_repository.HOUSEHOLDS.get(session, application.uscc)
    if household is None or household.operator_ref == application.operator_ref:
        raise OperatorUnchanged
    return household


async def check_new_operator(
    session: AsyncSession, application: Application, season: Season, household: Household
) -> None:
    """422 with everything that bars the household under its new operator."""
    records = await records_of(session, [household.uscc], clock.today())
    rules = await stored_rules(session, season.policy_hash)
    reasons = current_obstacles(application, household, records[household.uscc], rules)
    evidence = await application_repository.evidence_of(session, application.id)
    reasons += operator_kind_deficiencies(application.claims, rules.operator_kinds, evidence)
    if reasons:
        raise NotTransferable("；".join(reasons), reasons=reasons)


def check_taken_over(application: Application, caller: Caller) -> None:
    """409 while the current operator has not taken over a former operator's application."""
    if caller.operator_ref is not None and caller.operator_ref != application.operator_ref:
        detail = "经营者已变更，这份申报由前一位经营者提出；请先接续办理（adoption），或者撤回"
        raise TakeoverNeeded(detail)
