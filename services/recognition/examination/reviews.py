"""The review of an application: passed with its points, returned once with everything missing, or refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications import workflow
from services.recognition.applications.domain import ApplicationState
from services.recognition.applications.models import Application, Task
from services.recognition.applications.service import SUPPLEMENT_DEADLINE
from services.recognition.applications.workflow import announce_application, check_not_submitter, refuse_applications
from services.recognition.examination.problems import BreachRecorded, CategoryNotMet, FindingsMissing, ReturnedBefore
from services.recognition.rules.claims import CriterionToVerify, criteria_to_verify, meets_category, total_points
from services.recognition.rules.service import stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.models import Season
from services.recognition.season.service import SeasonCriteria, season_criteria
from shared import clock
from shared.contracts.recognition import ApplicationReturned
from shared.law.language.nodes import facts_in
from shared.law.model.recognition import Category, RecognitionRules, StepKind
from shared.platform import audit
from shared.platform.identity import Caller
from shared.reference.calendar import add_working_days
from shared.worker import deadlines


class ReviewOutcome(StrEnum):
    """What a reviewer decides."""

    PASSED = "pass"
    RETURNED = "return"
    REFUSED = "refuse"


BREACH_FACT = "breach_recorded"
"""A fact that no feed delivers; a reviewer states it."""


@dataclass(frozen=True)
class PassedReview:
    """The criteria found met, and the category they make: the most suitable one, with the reason.

    `verified`: criteria that another department was asked about; `breach_recorded`: the finding where the policy bars
    breaches.
    """

    category: Category
    reason: str
    criteria: Sequence[str]
    verified: Sequence[str] = ()
    breach_recorded: bool | None = None


@dataclass(frozen=True)
class ReviewCase:
    """What one review rests on. `evidence`: what the documents are for; `task`: the open task, if any."""

    application: Application
    season: Season
    standards: SeasonCriteria
    evidence: Collection[str]
    task: Task | None


async def load_review_cases(session: AsyncSession, asked: Sequence[Application]) -> Mapping[UUID, ReviewCase]:
    """What the reviews of locked applications rest on, by application, read in three statements however many there are.

    409 unless all are at their review: in a season that is not open there are drafts and no criteria.
    """
    for one in asked:
        workflow.check_step(one, StepKind.REVIEW)
    known = await season_repository.seasons_by_id(session, {one.season_id for one in asked})
    evidence = await application_repository.evidence_by_application(session, [one.id for one in asked])
    tasks = await application_repository.lock_tasks(session, asked, StepKind.REVIEW)
    found = {}
    for one in asked:
        season = known[one.season_id]
        standards = await season_criteria(session, season)
        found[one.id] = ReviewCase(one, season, standards, evidence[one.id], tasks.get(one.id))
    return found


async def pass_review(session: AsyncSession, asked: ReviewCase, found: PassedReview, caller: Caller) -> None:
    """The application continues with its points. 422 when the criteria met do not make the category, or a required
    finding is missing.
    """
    application, season = asked.application, asked.season
    category = asked.standards.categories.get(found.category)
    if category is None or not meets_category(found.criteria, category):
        needed = category.points_needed if category is not None else None
        said = f"要达到 {needed} 分" if needed else "至少要符合一条本类标准"
        raise CategoryNotMet(f"所列标准不够认定为这一类：{said}")
    check_not_submitter(application, caller)
    unproven = criteria_to_verify(found.criteria, category, asked.evidence)
    check_findings(await stored_rules(session, season.policy_hash), found, unproven)
    points = total_points(found.criteria, category)
    record = {
        "category": found.category,
        "criteria": list(found.criteria),
        "points": points,
        "verified": list(found.verified),
        "breach_recorded": found.breach_recorded,
    }
    await finish_review(session, asked, caller, passed=True, record=record)
    application.category, application.category_reason = found.category, found.reason
    application.score, application.reviewed_by = points, caller.subject
    application.breach_recorded = found.breach_recorded
    await workflow.open_next_step(session, application, season)
    await audit.record(session, application, caller, "application:review", record)


async def finish_review(
    session: AsyncSession, asked: ReviewCase, caller: Caller, *, passed: bool, record: Mapping[str, object]
) -> None:
    """Close the task of the review."""
    await workflow.finish_task(
        session, asked.application, asked.task, StepKind.REVIEW, caller, passed=passed, record=record
    )


def check_findings(rules: RecognitionRules, found: PassedReview, unproven: Sequence[CriterionToVerify]) -> None:
    """422 with every finding that is missing: criteria that departments prove, and whether the policy's bar of breaches
    holds. With a breach nothing can be passed.
    """
    lacking = [
        f"标准“{one.title}”（{one.id}）没有材料，应向{one.bureau}核实后在 verified 中写明"
        for one in unproven
        if one.id not in found.verified
    ]
    bar = next((rule for rule in rules.disqualifiers if BREACH_FACT in facts_in(rule.expression.root)), None)
    if bar is not None and found.breach_recorded is None:
        lacking.append(f"应查明并在 breach_recorded 中写明有没有“{bar.title}”（依据：{bar.citation}）")
    if lacking:
        raise FindingsMissing("；".join(lacking), reasons=lacking)
    if bar is not None and found.breach_recorded:
        said = f"查明有“{bar.title}”，不能通过（依据：{bar.citation}）；请作出不予通过的决定"
        raise BreachRecorded(said)


async def return_application(session: AsyncSession, asked: ReviewCase, missing: Sequence[str], caller: Caller) -> None:
    """Return the application to its operator, once, with a complete list and a last day."""
    application = asked.application
    if application.returned:
        raise ReturnedBefore
    record = {"missing": list(missing)}
    await finish_review(session, asked, caller, passed=False, record=record)
    workflow.change_state(application, ApplicationState.RETURNED)
    application.returned, application.reason = True, "；".join(missing)
    application.due_on = add_working_days(clock.today(), asked.season.supplement_days).due
    due_at = deadlines.end_of_day(application.due_on)
    await deadlines.schedule(session, kind=SUPPLEMENT_DEADLINE, subject=str(application.id), due_at=due_at)
    await announce_application(
        session,
        ApplicationReturned,
        application,
        actor=caller.subject,
        reason=application.reason,
        due_on=application.due_on,
    )
    await audit.record(session, application, caller, "application:return", record)


async def fail_review(session: AsyncSession, asked: ReviewCase, reason: str, caller: Caller) -> None:
    """Refuse an application at its review, with the reason."""
    check_not_submitter(asked.application, caller)
    await finish_review(session, asked, caller, passed=False, record={"reason": reason})
    await refuse_applications(session, [asked.application], reason, caller)
