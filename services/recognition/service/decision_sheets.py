"""What a decision on an application would rest on today, for whoever is to make it. Reads only; nothing is locked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ENDED, ApplicationState
from services.recognition.models import Application, Season
from services.recognition.service.cases import BY_HANDING_IN, Case, cases_of, makers, reasons_today
from services.recognition.service.places import Places, limit_of, places_under
from services.recognition.service.rules import rules_of
from shared.policy.recognition.model import StepKind
from shared.service.identity import Caller

OVER = (*ENDED, ApplicationState.RECOGNISED)
"""States in which nothing is to be decided any more."""


@dataclass(frozen=True)
class StepDone:
    """A step of the policy's order: whether it was passed (None: not done yet), by whom, when, with what record."""

    step: StepKind
    passed: bool | None
    done_by: str | None
    done_at: dt.datetime | None
    record: Mapping[str, object]


@dataclass(frozen=True)
class Sheet:
    """Everything on one page. `took_part`: the reader worked on the application, and so cannot decide."""

    application: Application
    season: Season
    steps: Sequence[StepDone]
    against: Sequence[str]
    places: Places | None
    took_part: bool


async def sheet_of(session: AsyncSession, application: Application, caller: Caller) -> Sheet:
    """The sheet of an application as of today."""
    season = await session.get_one(Season, application.season_id)
    rules = await rules_of(session, season.policy_hash)
    (case,) = await cases_of(session, [application], lock=False)
    limit = await limit_of(session, season.county, season.year)
    over = application.state in OVER
    return Sheet(
        application=application,
        season=season,
        steps=[step_done(case, step.kind) for step in rules.paths[application.path].steps],
        against=[] if over else reasons_today(application, case.household, case.record, rules),
        places=await places_under(session, limit) if limit is not None else None,
        took_part=caller.subject in makers(case),
    )


def step_done(case: Case, step: StepKind) -> StepDone:
    """What became of a step: of several goes at it the last."""
    application = case.application
    if step is StepKind.CONSENT:
        return StepDone(step, application.consent is not None or None, None, None, application.consent or {})
    if step in BY_HANDING_IN:
        handed_in = application.submitted_at is not None or None
        return StepDone(step, handed_in, application.created_by, application.submitted_at, {})
    done = [task for task in case.tasks if task.step == step and task.done_at is not None]
    if not done:
        return StepDone(step, None, None, None, {})
    last = max(done, key=lambda task: task.done_at or task.opened_at)
    return StepDone(step, last.outcome == "passed", last.done_by, last.done_at, last.record)
