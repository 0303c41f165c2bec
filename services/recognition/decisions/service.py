"""The decision: a household is recognised, within the quota and one per person and county, or it is refused.

Facts are read once for many applications, each is judged on its own, grants are written together. What may change
concurrently is read under locks: the applications, then the places; unique indexes of `recognition` guarantee the rest.
An officer refuses at any step of their level, an approver at the decision.
"""

import secrets
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import workflow
from services.recognition.applications.domain import APPLICATION_STATES, ApplicationState, TaskOutcome
from services.recognition.applications.models import Application
from services.recognition.applications.workflow import check_not_submitter, require_competence
from services.recognition.decisions.cases import (
    Case,
    check_steps_done,
    check_still_eligible,
    decision_task,
    load_cases,
    took_part,
)
from services.recognition.decisions.problems import AlreadyRecognised, OnePerPerson, QuotaFull, RefusalByMaker
from services.recognition.recognitions.domain import period_end
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.service import announce_recognitions, schedule_end, schedule_reports
from services.recognition.rules.problems import ParameterUnset
from services.recognition.rules.service import POLICIES, stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.models import Season
from services.recognition.season.quotas import Places, require_places
from services.recognition.selection.service import refuse_and_promote_reserve
from shared import clock
from shared.contracts.recognition import RecognitionGranted
from shared.database.row_scope import beyond_region
from shared.law.model.recognition import RecognitionRules, StepKind
from shared.platform import audit
from shared.platform.errors import ServiceError
from shared.platform.identity import Caller, Role

GrantOutcomes = dict[uuid.UUID, Recognition | ServiceError]
"""Application → its recognition, or the refusal."""


async def grant(session: AsyncSession, application: Application, season: Season, caller: Caller) -> Recognition:
    """Recognise the household of a locked application. 409 with every reason, 403 for a person who took part."""
    (outcome,) = (await grant_all(session, [application], season, caller)).values()
    if isinstance(outcome, ServiceError):
        raise outcome
    return outcome


async def grant_all(
    session: AsyncSession, applications: Sequence[Application], season: Season, caller: Caller
) -> GrantOutcomes:
    """Recognise the households of a season's locked applications, each on its own, in their order while places are
    left.
    """
    rules = await stored_rules(session, season.policy_hash)
    outcomes: GrantOutcomes = {}
    worthy = []
    for case in await load_cases(session, applications):
        try:
            await require_competence(session, case.application, StepKind.DECISION, caller)
            check_steps_done(case, rules, caller)
            check_still_eligible(case, season, rules)
            worthy.append(case)
        except ServiceError as refusal:
            outcomes[case.application.id] = refusal
    if not worthy:
        return outcomes
    places = await require_places(session, season.county, season.year, lock=True)
    async with beyond_region(session, places.scope):
        selected = await season_repository.count_held_places(session, places.scope, season.year, recommendations=False)
    placed = within_quota(worthy, places, selected)
    outcomes |= {case.application.id: quota_exhausted(places, selected) for case in worthy}
    new = {case.application.id: new_recognition(case, season, rules, caller) for case in placed}
    outcomes |= await insert_recognitions(session, new)
    granted = {id_: outcome for id_, outcome in outcomes.items() if isinstance(outcome, Recognition)}
    await complete_grants(session, [case for case in worthy if case.application.id in granted], granted, season, caller)
    return outcomes


def within_quota(worthy: Sequence[Case], places: Places, selected: int) -> list[Case]:
    """The cases that have a place, in their order. A selected application keeps its place even if a later
    recommendation is decided first. `selected`: how many selected applications are undecided, including these.
    """
    placed: list[Case] = []
    for case in worthy:
        has_his = was_selected(case)
        if places.ungranted - len(placed) > (0 if has_his else selected):
            placed.append(case)
            selected -= has_his
    return placed


def was_selected(case: Case) -> bool:
    """Whether the application passed a selection within the quota."""
    return any(task.step == StepKind.SELECTION and task.outcome is TaskOutcome.PASSED for task in case.tasks)


def quota_exhausted(places: Places, selected: int) -> ServiceError:
    """No place is left."""
    taken = f"有效认定已有 {places.taken} 户，已择优确定、尚未认定的有 {selected} 户"
    return QuotaFull(f"{places.scope} 的名额 {places.places} 个，{taken}")


def new_recognition(case: Case, season: Season, rules: RecognitionRules, caller: Caller) -> Recognition:
    """The new row: valid for the policy's years from today, with benefits from the season's day."""
    today, application, household = clock.today(), case.application, case.household
    years = rules.value(rules.lifecycle.validity, today)
    if not isinstance(years, int):
        raise ParameterUnset(f"政策没有设定有效期（{rules.lifecycle.validity}）")
    return Recognition(
        id=uuid.uuid4(),
        application_id=application.id,
        policy_hash=season.policy_hash,
        county=season.county,
        year=season.year,
        uscc=application.uscc,
        name=household.name,
        operator_ref=household.operator_ref,
        category=application.category,
        path=application.path,
        type_then=household.type or "undetermined",
        granted_on=today,
        valid_until=period_end(today, years),
        benefits_from=season.benefits_from,
        certificate=secrets.token_hex(10).upper(),
        reviewed_by=application.reviewed_by,
        decided_by=caller.subject,
        decided_by_region=workflow.bureau_of(caller),
    )


async def insert_recognitions(session: AsyncSession, new: Mapping[uuid.UUID, Recognition]) -> GrantOutcomes:
    """Insert the rows, by application, together, or one by one if that fails: unique indexes refuse a second
    recognition of a household or person, also when two people decide at the same moment.
    """
    outcomes: GrantOutcomes = {**new}
    try:
        async with session.begin_nested():
            session.add_all(new.values())
            await session.flush()
    except IntegrityError as error:
        if len(new) == 1:
            return {application: duplicate_refusal(error) for application in new}
        for application, row in new.items():
            outcomes |= await insert_recognitions(session, {application: row})
    return outcomes


def duplicate_refusal(error: IntegrityError) -> ServiceError:
    """The refusal that a violated index stands for; any other error is raised again."""
    constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", "")
    if constraint == "ux_recognition_person":
        return OnePerPerson()
    if constraint in ("ux_recognition_household", "ux_recognition_application"):
        return AlreadyRecognised()
    raise error


async def complete_grants(
    session: AsyncSession,
    cases: Sequence[Case],
    granted: Mapping[uuid.UUID, Recognition],
    season: Season,
    caller: Caller,
) -> None:
    """Close the tasks and applications, schedule what falls due, publish the events and write the audit."""
    policy = await POLICIES.get(session, season.policy_hash)
    readings = {interpretation.id: interpretation.chosen for interpretation in policy.interpretations.values()}
    for case in cases:
        application, recognition = case.application, granted[case.application.id]
        record = {"recognition": str(recognition.id), "category": recognition.category}
        workflow.close_task(
            application, workflow.require_open_task(decision_task(case), caller), caller, passed=True, record=record
        )
        workflow.change_state(application, ApplicationState.RECOGNISED)
        await audit.record(session, application, caller, "recognition:grant", record | {"readings": readings})
    await begin_lifecycle(session, list(granted.values()))
    await workflow.note_late_ends(session, [case.application for case in cases])
    events = [
        (one, {"benefits_from": one.benefits_from, "application": one.application_id, "path": one.path})
        for one in granted.values()
    ]
    await announce_recognitions(session, RecognitionGranted, events, actor=caller.subject)


async def begin_lifecycle(session: AsyncSession, granted: Sequence[Recognition]) -> None:
    """Schedule the last year, the end of validity, and the next year's information report."""
    await schedule_end(session, granted)
    await schedule_reports(session, granted, clock.today().year + 1)


async def refuse_application(
    session: AsyncSession, application: Application, reason: str, caller: Caller
) -> Application:
    """Refuse a locked application; the season is locked before it. 403 for another level and for a person who took
    part.
    """
    APPLICATION_STATES.require(application.state, ApplicationState.REFUSED)
    await require_competence(session, application, application.step, caller)
    check_not_submitter(application, caller)
    workflow.check_not_barred(application, caller)
    if Role.OFFICER not in caller.roles:
        await check_may_decide(session, application, caller)
    await refuse_and_promote_reserve(session, application, reason, caller)
    return application


async def check_may_decide(session: AsyncSession, application: Application, caller: Caller) -> None:
    """409 before the decision; 403 for a person who worked on the application: a refusal is a decision, too."""
    workflow.check_step(application, StepKind.DECISION)
    if await took_part(session, application, caller):
        raise RefusalByMaker
