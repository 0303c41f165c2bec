"""The review of an application: passed with its points, returned once with everything missing, or refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository, workflow
from services.recognition.applications.domain import ApplicationState
from services.recognition.applications.models import Application, Task
from services.recognition.applications.service import SUPPLEMENT_DEADLINE
from services.recognition.applications.workflow import announce_application, check_not_submitter, refuse_applications
from services.recognition.examination.problems import BreachRecorded, CategoryNotMet, FindingsMissing, ReturnedBefore
from services.recognition.registers.repository import records_of
from services.recognition.rules.claims import (
    CriterionToVerify,
    criteria_deficiencies,
    criteria_to_verify,
    meets_category,
    total_points,
)
from services.recognition.rules.domain import PathKind
from services.recognition.rules.eligibility import Ineligibility, undecided_obstacles
from services.recognition.rules.service import stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.models import Season
from services.recognition.season.service import SeasonCriteria, season_criteria
from shared import clock
from shared.contracts.recognition import ApplicationReturned
from shared.law.language.nodes import facts_in
from shared.law.language.units import Unit
from shared.law.model.recognition import Category, RecognitionRules, StepKind
from shared.platform import audit
from shared.platform.identity import Caller
from shared.worker.reckoning import Reckoning, schedule_reckoned


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
    breaches; `ruled_out`: disqualifiers that the registers do not decide and the reviewer found not to hold.
    """

    category: Category
    reason: str
    criteria: Sequence[str]
    verified: Sequence[str] = ()
    breach_recorded: bool | None = None
    ruled_out: Sequence[str] = ()


@dataclass(frozen=True)
class ReviewCase:
    """What one review rests on. `evidence`: what the documents are for; `undecided`: disqualifiers that the registers
    do not decide; `task`: the open task, if any.
    """

    application: Application
    season: Season
    standards: SeasonCriteria
    evidence: Collection[str]
    undecided: Sequence[Ineligibility]
    task: Task | None


async def load_review_cases(session: AsyncSession, applications: Sequence[Application]) -> Mapping[UUID, ReviewCase]:
    """What the reviews of locked applications rest on, by application, read in four statements however many there are.

    409 unless all are at their review: in a season that is not open there are drafts and no criteria.
    """
    for application in applications:
        workflow.check_step(application, StepKind.REVIEW)
    seasons = await season_repository.seasons_by_id(session, {one.season_id for one in applications})
    evidence = await application_repository.evidence_by_application(session, [one.id for one in applications])
    tasks = await application_repository.lock_tasks(session, applications, StepKind.REVIEW)
    records = await records_of(session, {one.uscc for one in applications}, clock.today())
    cases = {}
    for application in applications:
        season = seasons[application.season_id]
        rules = await stored_rules(session, season.policy_hash)
        cases[application.id] = ReviewCase(
            application,
            season,
            await season_criteria(session, season),
            evidence[application.id],
            undecided_obstacles(application, records[application.uscc], rules),
            tasks.get(application.id),
        )
    return cases


async def pass_review(session: AsyncSession, case: ReviewCase, review: PassedReview, caller: Caller) -> None:
    """The application continues with its points. 422 when the criteria met do not make the category, or a required
    finding is missing.
    """
    application, season = case.application, case.season
    category = case.standards.categories.get(review.category)
    if category is None or not meets_category(review.criteria, category):
        needed = category.points_needed if category is not None else None
        detail = f"要达到 {needed} 分" if needed else "至少要符合一条本类标准"
        raise CategoryNotMet(f"所列标准不够认定为这一类：{detail}")
    check_not_submitter(application, caller)
    check_documented(case, review)
    unproven = criteria_to_verify(review.criteria, category, case.evidence)
    check_findings(await stored_rules(session, season.policy_hash), review, unproven, case.undecided)
    points = total_points(review.criteria, category)
    record = {
        "category": review.category,
        "criteria": list(review.criteria),
        "points": points,
        "verified": list(review.verified),
        "breach_recorded": review.breach_recorded,
        "ruled_out": [one.rule for one in case.undecided],
    }
    await finish_review(session, case, caller, passed=True, record=record)
    application.category, application.category_reason = review.category, review.reason
    application.score, application.reviewed_by = points, caller.subject
    application.breach_recorded = review.breach_recorded
    await workflow.open_next_step(session, application, season)
    await audit.record(session, application, caller, "application:review", record)


def check_documented(case: ReviewCase, review: PassedReview) -> None:
    """422 where the review rests an application on criteria whose documents nobody handed in, claimed or not: another
    category may suit better (天津 附件2 三: 如满足多个类型条件，以更适宜类型认定), but it has to be met.
    """
    if case.application.path is not PathKind.APPLICATION:
        return
    lacking = criteria_deficiencies(review.category, review.criteria, case.standards.categories, case.evidence)
    if lacking:
        reasons = [f"{one}；请退回补正，或者不计这一条" for one in lacking]
        raise FindingsMissing("；".join(reasons), reasons=reasons)


async def finish_review(
    session: AsyncSession, case: ReviewCase, caller: Caller, *, passed: bool, record: Mapping[str, object]
) -> None:
    """Close the task of the review."""
    await workflow.finish_task(
        session, case.application, case.task, StepKind.REVIEW, caller, passed=passed, record=record
    )


def check_findings(
    rules: RecognitionRules,
    review: PassedReview,
    unproven: Sequence[CriterionToVerify],
    undecided: Sequence[Ineligibility],
) -> None:
    """422 with every finding that is missing: criteria that departments prove, disqualifiers that no register decides,
    and whether the policy's bar of breaches holds. With a breach nothing can be passed.
    """
    lacking = [
        f"标准“{criterion.title}”（{criterion.id}）没有材料，应向{criterion.bureau}核实后在 verified 中写明"
        for criterion in unproven
        if criterion.id not in review.verified
    ]
    lacking += [
        f"{one.sentence}；应查明没有这种情形，并在 ruled_out 中写 {one.rule}（依据：{one.citation}）"
        for one in undecided
        if one.rule not in review.ruled_out
    ]
    bar = next((rule for rule in rules.disqualifiers if BREACH_FACT in facts_in(rule.expression.root)), None)
    if bar is not None and review.breach_recorded is None:
        lacking.append(f"应查明并在 breach_recorded 中写明有没有“{bar.title}”（依据：{bar.citation}）")
    if lacking:
        raise FindingsMissing("；".join(lacking), reasons=lacking)
    if bar is not None and review.breach_recorded:
        detail = f"查明有“{bar.title}”，不能通过（依据：{bar.citation}）；请作出不予通过的决定"
        raise BreachRecorded(detail)


async def return_application(session: AsyncSession, case: ReviewCase, missing: Sequence[str], caller: Caller) -> None:
    """Return the application to its operator, once, with a complete list and a last day."""
    application = case.application
    if application.returned:
        raise ReturnedBefore
    record = {"missing": list(missing)}
    await finish_review(session, case, caller, passed=False, record=record)
    workflow.change_state(application, ApplicationState.RETURNED)
    application.returned, application.reason = True, "；".join(missing)
    reckoning = Reckoning(
        clock.today(), case.season.supplement_days, Unit.WORKING_DAYS, "supplement_days", unverified=True
    )
    application.due_on = reckoning.last.due
    await schedule_reckoned(session, kind=SUPPLEMENT_DEADLINE, subject=str(application.id), reckoning=reckoning)
    await announce_application(
        session,
        ApplicationReturned,
        application,
        actor=caller.subject,
        reason=application.reason,
        due_on=application.due_on,
        decided_by_region=workflow.bureau_of(caller),
    )
    await audit.record(session, application, caller, "application:return", record)


async def fail_review(session: AsyncSession, case: ReviewCase, reason: str, caller: Caller) -> None:
    """Refuse an application at its review, with the reason."""
    check_not_submitter(case.application, caller)
    await finish_review(session, case, caller, passed=False, record={"reason": reason})
    await refuse_applications(session, [case.application], reason, caller)
