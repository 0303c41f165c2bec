"""The decision: a household becomes a 名特优新 household, within the quota, one per person and county.

What could change between two looks is looked at under locks: the application's row, then the row of the places; the
unique indexes of `recognition` are the last word on one per household and one per person.
"""

import secrets
from collections.abc import Set

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState, require_step, steps_before_decision
from services.recognition.domain.recognitions import last_day
from services.recognition.models import Application, Household, Recognition, Season
from services.recognition.repository import applications
from services.recognition.service import steps
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.eligibility import reasons_against
from services.recognition.service.endings import EXPIRES
from services.recognition.service.quotas import places_in
from services.recognition.service.reports import expect_report
from services.recognition.service.rules import policy_of, rules_of
from shared.contracts.recognition import RecognitionGranted
from shared.messaging import deadlines
from shared.policy.recognition.model import Recognition as Rules
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

BY_HANDING_IN = {StepKind.APPLICATION, StepKind.CONSENT, StepKind.RECOMMENDATION}
"""Steps that are done by handing in, without a task."""


async def grant(session: AsyncSession, application: Application, season: Season, caller: Caller) -> Recognition:
    """Recognise the household of a locked application. 409 with every reason, 403 for whoever took part before."""
    rules = await rules_of(session, season.policy_hash)
    await check_steps(session, application, rules, caller)
    household = await session.get_one(Household, application.uscc)
    await check_household(session, application, season, rules, household)
    places = await places_in(session, season.county, season.year, lock=True)
    if places.free < 1:
        said = f"{places.scope} 的名额 {places.places} 个，有效认定已有 {places.taken} 户"
        raise Problem(409, "quota-full", "名额已满", said)
    recognition = await insert(session, new_recognition(application, season, rules, household, caller))
    await begin_life(session, recognition)
    record = {"recognition": str(recognition.id), "category": recognition.category}
    await steps.finish_step(session, application, StepKind.DECISION, caller, passed=True, record=record)
    steps.advance(application, ApplicationState.RECOGNISED)
    await announce_recognition(
        session, RecognitionGranted, recognition, actor=caller.subject, granted_on=recognition.granted_on,
        benefits_from=recognition.benefits_from,
    )  # fmt: skip
    readings = {one.id: one.chosen for one in (await policy_of(session, season.policy_hash)).interpretations.values()}
    await steps.recorded(session, application, caller, "recognition:grant", record | {"readings": readings})
    return recognition


async def check_steps(session: AsyncSession, application: Application, rules: Rules, caller: Caller) -> None:
    """Every step of the policy before the decision was passed, and nobody who did one decides."""
    with steps.refusing():
        require_step(StepKind(application.step), StepKind.DECISION)
    needed = set(steps_before_decision(rules.paths[application.path].steps)) - BY_HANDING_IN
    done = await applications.done_steps(session, application.id)
    lacking = {step.value for step in needed} - done
    if lacking:
        raise Problem(409, "steps-missing", "程序没有走完", f"还没有完成：{'、'.join(sorted(lacking))}")
    if caller.subject in await makers(session, application):
        raise Problem(
            403, "maker-is-not-checker", "须由另一人认定", "经办过这份申报的人不能作出认定决定，请由另一名人员决定"
        )


async def makers(session: AsyncSession, application: Application) -> Set[str]:
    """Whoever handed in or worked on the application."""
    done_by = await applications.doers(session, application.id)
    return done_by | {application.created_by} | ({application.reviewed_by} if application.reviewed_by else set())


async def check_household(
    session: AsyncSession, application: Application, season: Season, rules: Rules, household: Household
) -> None:
    """What stood at the application must stand at the decision, too. 409 with every reason."""
    today = clock.today()
    reasons = []
    if today > season.decisions_until:
        reasons.append(f"认定截止日期 {season.decisions_until} 已过")
    if household.region != application.county:
        reasons.append("这一户已迁出本县")
    against = await reasons_against(
        session, rules, household, today, recommended=application.path == "recommendation",
        kinds=application.claims.get("kinds", []),
    )  # fmt: skip
    reasons += [f"{one.sentence}（依据：{one.citation}）" for one in against]
    if reasons:
        raise Problem(409, "not-recognisable", "不能认定", "；".join(reasons), reasons=reasons)


def new_recognition(
    application: Application, season: Season, rules: Rules, household: Household, caller: Caller
) -> Recognition:
    """The row: valid for the policy's years from today, benefits from the season's day."""
    today = clock.today()
    years = rules.value(rules.life.validity, today)
    if not isinstance(years, int):
        raise Problem(409, "parameter-unset", "政策数值未设定", f"政策没有设定有效期（{rules.life.validity}）")
    return Recognition(
        application_id=application.id, policy_hash=season.policy_hash, county=season.county, year=season.year,
        uscc=application.uscc, name=household.name, operator_ref=household.operator_ref,
        category=application.category, path=application.path, type_then=household.type or "undetermined",
        granted_on=today, valid_until=last_day(today, years), benefits_from=season.benefits_from,
        certificate=secrets.token_hex(10).upper(), reviewed_by=application.reviewed_by, decided_by=caller.subject,
    )  # fmt: skip


async def insert(session: AsyncSession, recognition: Recognition) -> Recognition:
    """Add the row; the unique indexes refuse a second one, also when two decide in the same instant."""
    try:
        async with session.begin_nested():
            session.add(recognition)
            await session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", "")
        if constraint == "ux_recognition_person":
            raise Problem(409, "one-per-person", "一人一户", "同一经营者在本县已有一户获得认定") from error
        if constraint in ("ux_recognition_household", "ux_recognition_application"):
            raise Problem(409, "recognised", "已经认定", "这一户已经是“名特优新”个体工商户") from error
        raise
    return recognition


async def begin_life(session: AsyncSession, recognition: Recognition) -> None:
    """What will be due: the end of validity, and the information report of the next year."""
    due_at = deadlines.after(recognition.valid_until)
    await deadlines.put(session, kind=EXPIRES, subject=str(recognition.id), due_at=due_at)
    await expect_report(session, recognition, recognition.granted_on.year + 1)
