"""The decision: a household becomes a 名特优新 household, within the quota, one per person and county.

Decided one at a time or many together: what they rest on is read once for all, each is judged by itself, and what
was granted is written together. What could change between two looks is looked at under locks: the applications' rows,
then the row of the places; the unique indexes of `recognition` are the last word on one per household and per person.
"""

import secrets
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.recognitions import last_day
from services.recognition.models import Application, Recognition, Season
from services.recognition.repository import applications
from services.recognition.service import steps
from services.recognition.service.announcing import announce_recognitions
from services.recognition.service.cases import Case, cases_of, check_household, check_steps, decision_of
from services.recognition.service.endings import expect_end
from services.recognition.service.places import Places, places_in
from services.recognition.service.reports import expect_reports
from services.recognition.service.rules import policy_of, rules_of
from services.recognition.service.turns import check_turn
from shared.contracts.recognition import RecognitionGranted
from shared.policy.recognition.model import Recognition as Rules
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

Outcomes = dict[uuid.UUID, Recognition | Problem]
"""Application → its recognition, or why there is none."""


async def grant(session: AsyncSession, application: Application, season: Season, caller: Caller) -> Recognition:
    """Recognise the household of a locked application. 409 with every reason, 403 for whoever took part before."""
    (outcome,) = (await grant_all(session, [application], season, caller)).values()
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


async def grant_all(session: AsyncSession, asked: Sequence[Application], season: Season, caller: Caller) -> Outcomes:
    """Recognise the households of a season's locked applications, each on its own, in their order while places last."""
    rules = await rules_of(session, season.policy_hash)
    outcomes: Outcomes = {}
    worthy = []
    for case in await cases_of(session, asked):
        try:
            await check_turn(session, case.application, StepKind.DECISION, caller)
            check_steps(case, rules, caller)
            check_household(case, season, rules)
            worthy.append(case)
        except Problem as problem:
            outcomes[case.application.id] = problem
    if not worthy:
        return outcomes
    places = await places_in(session, season.county, season.year, lock=True)
    selected = await applications.with_place_in_sight(session, places.scope, season.year, recommendations=False)
    placed = in_places(worthy, places, selected)
    outcomes |= {case.application.id: full(places, selected) for case in worthy}
    outcomes |= await insert(session, [new_recognition(case, season, rules, caller) for case in placed])
    granted = {id_: one for id_, one in outcomes.items() if isinstance(one, Recognition)}
    await carry_out(session, [case for case in worthy if case.application.id in granted], granted, season, caller)
    return outcomes


def in_places(worthy: Sequence[Case], places: Places, selected: int) -> list[Case]:
    """Those for whom a place is left, in their order: whoever was selected has his, also when a recommendation that
    came later is decided first. `selected`: how many of them are not decided yet, these here among them.
    """
    placed: list[Case] = []
    for case in worthy:
        has_his = was_selected(case)
        if places.free - len(placed) > (0 if has_his else selected):
            placed.append(case)
            selected -= has_his
    return placed


def was_selected(case: Case) -> bool:
    """Whether the application came through a selection within the quota."""
    return any(task.step == StepKind.SELECTION and task.outcome == "passed" for task in case.tasks)


def full(places: Places, selected: int) -> Problem:
    """No place is left."""
    taken = f"有效认定已有 {places.taken} 户，已择优确定、尚未认定的有 {selected} 户"
    return Problem(409, "quota-full", "名额已满", f"{places.scope} 的名额 {places.places} 个，{taken}")


def new_recognition(case: Case, season: Season, rules: Rules, caller: Caller) -> Recognition:
    """The row: valid for the policy's years from today, benefits from the season's day."""
    today, application, household = clock.today(), case.application, case.household
    years = rules.value(rules.life.validity, today)
    if not isinstance(years, int):
        raise Problem(409, "parameter-unset", "政策数值未设定", f"政策没有设定有效期（{rules.life.validity}）")
    return Recognition(
        id=uuid.uuid4(), application_id=application.id, policy_hash=season.policy_hash, county=season.county,
        year=season.year, uscc=application.uscc, name=household.name, operator_ref=household.operator_ref,
        category=application.category, path=application.path, type_then=household.type or "undetermined",
        granted_on=today, valid_until=last_day(today, years), benefits_from=season.benefits_from,
        certificate=secrets.token_hex(10).upper(), reviewed_by=application.reviewed_by, decided_by=caller.subject,
    )  # fmt: skip


async def insert(session: AsyncSession, new: Sequence[Recognition]) -> Outcomes:
    """Add the rows, together if it goes, else one by one: the unique indexes refuse a second of a household or person,
    also when two decide in the same instant.
    """
    try:
        async with session.begin_nested():
            session.add_all(new)
            await session.flush()
    except IntegrityError as error:
        if len(new) == 1:
            return {new[0].application_id: doubled(error)}
        return {id_: one for row in new for id_, one in (await insert(session, [row])).items()}
    return {one.application_id: one for one in new}


def doubled(error: IntegrityError) -> Problem:
    """What the index that refused means; any other error rises."""
    constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", "")
    if constraint == "ux_recognition_person":
        return Problem(409, "one-per-person", "一人一户", "同一经营者在本县已有一户获得认定")
    if constraint in ("ux_recognition_household", "ux_recognition_application"):
        return Problem(409, "recognised", "已经认定", "这一户已经是“名特优新”个体工商户")
    raise error


async def carry_out(
    session: AsyncSession,
    cases: Sequence[Case],
    granted: Mapping[uuid.UUID, Recognition],
    season: Season,
    caller: Caller,
) -> None:
    """What a recognition brings about: its step is done, its life begins, the bus hears of it, it is written down."""
    policy = await policy_of(session, season.policy_hash)
    readings = {one.id: one.chosen for one in policy.interpretations.values()}
    for case in cases:
        application, recognition = case.application, granted[case.application.id]
        record = {"recognition": str(recognition.id), "category": recognition.category}
        steps.close(application, steps.open_task(decision_of(case), caller), caller, passed=True, record=record)
        steps.advance(application, ApplicationState.RECOGNISED)
        await steps.recorded(session, application, caller, "recognition:grant", record | {"readings": readings})
    await begin_lives(session, list(granted.values()))
    told = [(one, {"granted_on": one.granted_on, "benefits_from": one.benefits_from}) for one in granted.values()]
    await announce_recognitions(session, RecognitionGranted, told, actor=caller.subject)


async def begin_lives(session: AsyncSession, granted: Sequence[Recognition]) -> None:
    """What will be due: the last year and the end of validity, and the information report of the next year."""
    await expect_end(session, granted)
    await expect_reports(session, granted, clock.today().year + 1)
