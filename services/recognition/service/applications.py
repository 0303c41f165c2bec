"""An operator's application: drafted, handed in, completed when returned."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.claims import Claim, missing, to_verify
from services.recognition.domain.seasons import SeasonState
from services.recognition.models import Application, Household, Season
from services.recognition.repository import documents, households
from services.recognition.repository.collisions import refused_as
from services.recognition.service import steps
from services.recognition.service.announcing import announce_application
from services.recognition.service.eligibility import reasons_against
from services.recognition.service.rules import rules_of, standards_of
from shared.contracts.recognition import ApplicationSubmitted, RecommendationSubmitted
from shared.messaging import deadlines
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

PATH = "application"
EXISTS = ("application-exists", "已有申报", "这一户在本认定季已有申报，请继续办理或先撤回")
SUPPLEMENT = "supplement-overdue"
"""Kind of the deadline of a returned application."""


@dataclass(frozen=True)
class ApplicationOrder:
    """What an operator writes: the category with its reason, the criteria claimed, what kind of operator he is."""

    uscc: str
    category: str
    category_reason: str
    criteria: Sequence[str]
    kinds: Sequence[str]


async def draft_application(
    session: AsyncSession, season: Season, order: ApplicationOrder, caller: Caller
) -> Application:
    """A draft of the operator's own household. Errors: 404 for another's, 409 when one is under way."""
    household = await own_household(session, order.uscc, season.county, caller)
    application = Application(
        season_id=season.id, county=season.county, path=PATH, uscc=household.uscc, name=household.name,
        operator_ref=household.operator_ref, step=StepKind.APPLICATION.value, created_by=caller.subject,
    )  # fmt: skip
    write(application, order)
    async with refused_as(session, *EXISTS):
        session.add(application)
    await steps.recorded(session, application, caller, "application:draft", {})
    return application


async def change_application(
    session: AsyncSession, application: Application, order: ApplicationOrder, caller: Caller
) -> Application:
    """Write a draft or a returned application anew; what a department recommends is its own to word."""
    if application.path != PATH:
        raise Problem(409, "recommended", "不能修改", "部门推荐的内容由推荐的部门填写，经营者不能修改")
    if application.state not in (ApplicationState.DRAFT, ApplicationState.RETURNED):
        raise Problem(409, "state", "不能修改", "只有草稿和退回补正的申报可以修改")
    if order.uscc != application.uscc:
        raise Problem(422, "another-household", "不能换成另一户", "申报的个体工商户不能更换，请另行申报")
    write(application, order)
    application.version += 1
    await steps.recorded(session, application, caller, "application:change", {})
    return application


async def submit_application(
    session: AsyncSession, application: Application, season: Season, caller: Caller
) -> Application:
    """Hand a draft in. Late is late by the clock; every reason against it and everything missing is told at once."""
    if application.path != PATH or application.state != ApplicationState.DRAFT:
        raise Problem(409, "state", "目前不能提交", "只有申报的草稿可以这样提交；推荐由推荐的部门提交")
    check_window(season)
    household = await own_household(session, application.uscc, season.county, caller)
    await check_complete(session, application, season, household)
    steps.advance(application, ApplicationState.IN_PROGRESS)
    application.submitted_at = clock.now()
    application.operator_ref, application.name = household.operator_ref, household.name
    await steps.begin(session, application, season, StepKind.APPLICATION)
    await announce_application(session, ApplicationSubmitted, application, actor=caller.subject)
    await steps.recorded(session, application, caller, "application:submit", {"category": application.category})
    return application


async def complete_application(
    session: AsyncSession, application: Application, season: Season, caller: Caller
) -> Application:
    """Hand a returned application in again, on the last day at the latest; it goes on at the step that returned it."""
    if application.state != ApplicationState.RETURNED:
        raise Problem(409, "state", "目前不能补正", "只有退回补正的申报可以补正后再次提交")
    if application.due_on is not None and clock.today() > application.due_on:
        raise Problem(409, "too-late", "补正期限已过", f"补正截止日期是 {application.due_on}，已经过了")
    household = await own_household(session, application.uscc, season.county, caller)
    await check_complete(session, application, season, household)
    steps.advance(application, ApplicationState.IN_PROGRESS)
    await deadlines.lift(session, kind=SUPPLEMENT, subject=str(application.id))
    application.due_on = None
    await steps.put_on_list(session, application, season)
    kind = ApplicationSubmitted if application.path == PATH else RecommendationSubmitted
    await announce_application(session, kind, application, actor=caller.subject)
    await steps.recorded(session, application, caller, "application:complete", {})
    return application


async def own_household(session: AsyncSession, uscc: str, county: str, caller: Caller) -> Household:
    """The caller's household in the county; 404 for any other, whether or not it exists."""
    household = await households.get(session, uscc)
    if household is None or household.region != county or household.operator_ref != caller.operator_ref:
        raise Problem(404, "household-not-found", "没有这一户", "本县没有以您为经营者的这一户个体工商户")
    return household


def check_window(season: Season) -> None:
    """409 unless applications are taken today."""
    today: dt.date = clock.today()
    if season.state != SeasonState.OPEN:
        raise Problem(409, "season-not-open", "认定季没有开放", "本县本年度的认定季没有开始或已经结束")
    if not season.opens_on <= today <= season.applications_until:
        window = f"{season.opens_on} 至 {season.applications_until}"
        raise Problem(409, "too-late", "不在申报期内", f"申报期是 {window}，今天是 {today}")


async def check_complete(session: AsyncSession, application: Application, season: Season, household: Household) -> None:
    """422 with every reason against the household and all that its claim lacks; a recommendation has no claim."""
    rules = await rules_of(session, season.policy_hash)
    kinds, recommended = application.claims.get("kinds", []), application.path != PATH
    against = await reasons_against(session, rules, household, clock.today(), recommended=recommended, kinds=kinds)
    categories = (await standards_of(session, season)).categories
    claim = Claim(application.category or "", tuple(application.claims.get("criteria", ())), tuple(kinds))
    evidence = await documents.evidence_of(session, application.id)
    lacking = [] if recommended else missing(claim, categories, evidence)
    list_to_verify(application, categories, evidence)
    if not against and not lacking:
        return
    sentences = [f"{one.sentence}（依据：{one.citation}）" for one in against] + lacking
    raise Problem(422, "application-not-acceptable", "不能申报", "；".join(sentences), reasons=sentences)


def list_to_verify(application: Application, categories: Mapping[str, Any], evidence: Collection[str]) -> None:
    """Keep for the reviewer what is claimed without a document, and which bureau to ask."""
    category = categories.get(application.category or "", {"criteria": ()})
    asked = to_verify(application.claims.get("criteria", ()), category, evidence)
    application.claims = application.claims | {"to_verify": asked}


def write(application: Application, order: ApplicationOrder) -> None:
    """What the operator wrote."""
    application.category, application.category_reason = order.category, order.category_reason
    application.claims = {"criteria": list(order.criteria), "kinds": list(order.kinds)}
