"""What a decision on an application rests on: its steps, its household's record, its notices, the free places.

Read for many applications at once, and shown on the decision sheet (reads only, without locks).
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository, workflow
from services.recognition.applications.domain import (
    ENDED_STATES,
    ApplicationState,
    Consent,
    TaskOutcome,
    steps_before_decision,
)
from services.recognition.applications.makers import load_scorers
from services.recognition.applications.models import Application, Task
from services.recognition.decisions.problems import DecisionByMaker, NotRecognisable, ObjectionsOpen, StepsMissing
from services.recognition.examination import repository as examination_repository
from services.recognition.examination.repository import OnNotice
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import Household, ObjectionCopy
from services.recognition.registers.objections import objections_about
from services.recognition.registers.repository import HouseholdRecord, records_of
from services.recognition.rules.eligibility import Ineligibility, current_obstacles, undecided_obstacles
from services.recognition.rules.service import stored_rules
from services.recognition.season.models import Season
from services.recognition.season.quotas import Places, count_places, find_quota_limit
from shared import clock
from shared.law.model.recognition import RecognitionRules, StepKind
from shared.platform.identity import Caller

STEPS_WITHOUT_TASK = {StepKind.APPLICATION, StepKind.CONSENT, StepKind.RECOMMENDATION}
"""Steps that are completed by the submission, without a task."""


@dataclass(frozen=True)
class Case:
    """What one decision rests on. `askers`: who asked departments about the application; `scorers`: whose work its
    points by a scoring sheet are.
    """

    application: Application
    tasks: Sequence[Task]
    askers: Set[str]
    scorers: Set[str]
    notices: Sequence[OnNotice]
    household: Household
    record: HouseholdRecord


async def load_cases(session: AsyncSession, applications: Sequence[Application], *, lock: bool = True) -> list[Case]:
    """What the decisions rest on, read in seven statements however many there are."""
    codes = [application.uscc for application in applications]
    ids = [application.id for application in applications]
    tasks = await application_repository.tasks_by_application(session, ids, lock=lock)
    askers = await examination_repository.askers_by_application(session, ids)
    scorers: dict[uuid.UUID, set[str]] = {one: set() for one in ids}
    for application_id, subject in await load_scorers(session, ids):
        scorers[application_id].add(subject)
    shown = await examination_repository.notices_by_application(session, ids)
    households = await register_repository.HOUSEHOLDS.by_code(session, codes)
    records = await records_of(session, codes, clock.today())
    return [
        Case(
            application,
            tasks[application.id],
            askers[application.id],
            scorers[application.id],
            shown[application.id],
            households[application.uscc],
            records[application.uscc],
        )
        for application in applications
    ]


def check_steps_done(case: Case, rules: RecognitionRules, caller: Caller) -> None:
    """409 unless every earlier step was passed and no objection is open; 403 for a person who did a step."""
    workflow.check_step(case.application, StepKind.DECISION)
    needed = set(steps_before_decision(rules.paths[case.application.path].steps)) - STEPS_WITHOUT_TASK
    lacking = needed - {task.step for task in case.tasks if task.outcome is TaskOutcome.PASSED}
    if lacking:
        raise StepsMissing(f"还没有完成：{'、'.join(sorted(lacking))}")
    if is_held(case):
        raise ObjectionsOpen
    if caller.subject in makers(case):
        raise DecisionByMaker
    workflow.check_not_barred(case.application, caller)
    workflow.require_open_task(decision_task(case), caller)


def is_held(case: Case) -> bool:
    """Whether an open objection to its notice holds the application."""
    return any(item.held for item, _ in case.notices)


def makers(case: Case) -> Set[str | None]:
    """Everybody who submitted the application, worked on it, scored it or settled its points, asked departments about
    it or opened its notice.
    """
    named = {case.application.created_by, case.application.reviewed_by, *(task.done_by for task in case.tasks)}
    return named | case.askers | case.scorers | {notice.opened_by for _, notice in case.notices}


async def took_part(session: AsyncSession, application: Application, caller: Caller) -> bool:
    """Whether the caller worked on the application."""
    (case,) = await load_cases(session, [application], lock=False)
    return caller.subject in makers(case)


def decision_task(case: Case) -> Task | None:
    """The open task of the decision."""
    return next((task for task in case.tasks if task.step == StepKind.DECISION and task.outcome is None), None)


def check_still_eligible(case: Case, season: Season, rules: RecognitionRules) -> None:
    """409 with every reason that bars the household today, or may bar it and nobody has ruled out."""
    reasons = current_obstacles(case.application, case.household, case.record, rules)
    reasons += [
        f"{one.sentence}，审核时也没有查明；补齐数据以后才能认定（依据：{one.citation}）"
        for one, ruled_out in undecided_of(case, rules)
        if not ruled_out
    ]
    if clock.today() > season.decisions_until and not case.application.late:
        reasons.insert(0, f"认定截止日期 {season.decisions_until} 已过")
    if reasons:
        raise NotRecognisable("；".join(reasons), reasons=reasons)


CONCLUDED_STATES = (*ENDED_STATES, ApplicationState.RECOGNISED)
"""States in which no decision is left."""


@dataclass(frozen=True)
class StepStatus:
    """A step in the policy's order: whether it was passed (None: not finished), by whom, when, and the record."""

    step: StepKind
    passed: bool | None
    done_by: str | None
    done_at: dt.datetime | None
    record: Mapping[str, object]


@dataclass(frozen=True)
class DecisionSheet:
    """What a decision rests on, on one page. `undecided`: what may bar it and no register decides, with whether the
    reviewer found it not to hold; `took_part`: the reader worked on the application and cannot decide; `notice`: the
    last one that it is on; `held`: by an open objection; `objections`: all about the application.
    """

    application: Application
    season: Season
    steps: Sequence[StepStatus]
    against: Sequence[str]
    undecided: Sequence[tuple[Ineligibility, bool]]
    places: Places | None
    took_part: bool
    notice: OnNotice | None
    held: bool
    objections: Sequence[ObjectionCopy]


async def load_decision_sheet(session: AsyncSession, application: Application, caller: Caller) -> DecisionSheet:
    """The decision sheet of an application as of today."""
    season = await session.get_one(Season, application.season_id)
    rules = await stored_rules(session, season.policy_hash)
    (case,) = await load_cases(session, [application], lock=False)
    limit = await find_quota_limit(session, season.county, season.year)
    over = application.state in CONCLUDED_STATES
    return DecisionSheet(
        application=application,
        season=season,
        steps=[step_status(case, step.kind) for step in rules.paths[application.path].steps],
        against=[] if over else current_obstacles(application, case.household, case.record, rules),
        undecided=[] if over else undecided_of(case, rules),
        places=await count_places(session, limit) if limit is not None else None,
        took_part=caller.subject in makers(case),
        notice=case.notices[-1] if case.notices else None,
        held=is_held(case),
        objections=(await objections_about(session, [application.id]))[application.id],
    )


def undecided_of(case: Case, rules: RecognitionRules) -> list[tuple[Ineligibility, bool]]:
    """What no register decides about a case, each with whether its review ruled it out."""
    passed = [task for task in case.tasks if task.step == StepKind.REVIEW and task.outcome is TaskOutcome.PASSED]
    ruled_out = {rule for task in passed for rule in task.record.get("ruled_out", ())}
    return [(one, one.rule in ruled_out) for one in undecided_obstacles(case.application, case.record, rules)]


def consent_record(consent: Consent | None) -> Mapping[str, object]:
    """The consent as a step's record."""
    if consent is None:
        return {}
    record: dict[str, object] = {"by": consent.by.value, "on": consent.on.isoformat()}
    return record | ({"document": str(consent.document)} if consent.document is not None else {})


def step_status(case: Case, step: StepKind) -> StepStatus:
    """The latest result of a step."""
    application = case.application
    if step is StepKind.CONSENT:
        return StepStatus(
            step, application.consent is not None or None, None, None, consent_record(application.consent)
        )
    if step in STEPS_WITHOUT_TASK:
        handed_in = application.submitted_at is not None or None
        return StepStatus(step, handed_in, application.created_by, application.submitted_at, {})
    tasks = [task for task in case.tasks if task.step == step and task.done_at is not None]
    if not tasks:
        return StepStatus(step, None, None, None, {})
    last = max(tasks, key=lambda task: task.done_at or task.opened_at)
    return StepStatus(step, last.outcome is TaskOutcome.PASSED, last.done_by, last.done_at, last.record)
