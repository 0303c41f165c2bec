"""The review of an application: passed with its points, returned once with everything missing, or refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.domain.claims import enough, points_of, to_verify
from services.recognition.models import Application, Season, Task
from services.recognition.repository import applications, documents, seasons
from services.recognition.service import steps
from services.recognition.service.announcing import announce_application, announce_applications
from services.recognition.service.applications import SUPPLEMENT
from services.recognition.service.rules import Standards, rules_of, standards_of
from shared.calendar import add_working_days
from shared.contracts.recognition import ApplicationRefused, ApplicationReturned
from shared.messaging import deadlines
from shared.policy.nodes import facts_in
from shared.policy.recognition.model import Recognition, StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

BREACH = "breach_recorded"
"""The fact that only a reviewer can state: no feed tells of it."""


@dataclass(frozen=True)
class Passed:
    """The criteria found met, and the category that they make: the most suitable one, with the reason.

    `verified`: those that another bureau was asked about; `breach_recorded`: what was found where the policy bars it.
    """

    category: str
    reason: str
    criteria: Sequence[str]
    verified: Sequence[str] = ()
    breach_recorded: bool | None = None


@dataclass(frozen=True)
class UnderReview:
    """What one review rests on. `evidence`: what documents were handed in for; `task`: the open one, if there is."""

    application: Application
    season: Season
    standards: Standards
    evidence: Collection[str]
    task: Task | None


async def under_review(session: AsyncSession, asked: Sequence[Application]) -> Mapping[UUID, UnderReview]:
    """What the reviews of locked applications rest on, by application, read with three statements for however many.

    409 unless all are at their review: a season that is not open yet has drafts, and no criteria.
    """
    for one in asked:
        steps.check_step(one, StepKind.REVIEW)
    known = await seasons.among(session, {one.season_id for one in asked})
    evidence = await documents.evidence_among(session, [one.id for one in asked])
    tasks = await applications.open_tasks(session, asked, StepKind.REVIEW)
    found = {}
    for one in asked:
        season = known[one.season_id]
        standards = await standards_of(session, season)
        found[one.id] = UnderReview(one, season, standards, evidence[one.id], tasks.get(one.id))
    return found


async def pass_review(session: AsyncSession, asked: UnderReview, found: Passed, caller: Caller) -> None:
    """The application goes on with its points. 422 when the criteria found met do not make the category, or a finding
    is missing without which nobody could tell.
    """
    application, season = asked.application, asked.season
    category = asked.standards.categories.get(found.category)
    if category is None or not enough(found.criteria, category):
        needed = (category or {}).get("points_needed")
        said = f"要达到 {needed} 分" if needed else "至少要符合一条本类标准"
        raise Problem(422, "category-not-met", "不够这一类的标准", f"所列标准不够认定为这一类：{said}")
    not_own(application, caller)
    unproven = to_verify(found.criteria, category, asked.evidence)
    check_findings(await rules_of(session, season.policy_hash), found, unproven)
    points = points_of(found.criteria, category)
    record = {
        "category": found.category, "criteria": list(found.criteria), "points": points,
        "verified": list(found.verified), "breach_recorded": found.breach_recorded,
    }  # fmt: skip
    await finish(session, asked, caller, passed=True, record=record)
    application.category, application.category_reason = found.category, found.reason
    application.score, application.reviewed_by = points, caller.subject
    application.breach_recorded = found.breach_recorded
    await steps.open_next(session, application, season)
    await steps.recorded(session, application, caller, "application:review", record)


async def finish(
    session: AsyncSession, asked: UnderReview, caller: Caller, *, passed: bool, record: Mapping[str, object]
) -> None:
    """The step is done."""
    await steps.finish_task(
        session, asked.application, asked.task, StepKind.REVIEW, caller, passed=passed, record=record
    )


def check_findings(rules: Recognition, found: Passed, unproven: Sequence[Mapping[str, str]]) -> None:
    """422 with all that the reviewer has not said: what another bureau proves, and whether the policy's bar of breaches
    holds. When it holds nothing can be passed.
    """
    lacking = [
        f"标准“{one['title']}”（{one['id']}）没有材料，应向{one['bureau']}核实后在 verified 中写明"
        for one in unproven
        if one["id"] not in found.verified
    ]
    bar = next((rule for rule in rules.disqualifiers if BREACH in facts_in(rule.expression.root)), None)
    if bar is not None and found.breach_recorded is None:
        lacking.append(f"应查明并在 breach_recorded 中写明有没有“{bar.title}”（依据：{bar.citation}）")
    if lacking:
        raise Problem(422, "findings-missing", "审核意见不完整", "；".join(lacking), reasons=lacking)
    if bar is not None and found.breach_recorded:
        said = f"查明有“{bar.title}”，不能通过（依据：{bar.citation}）；请作出不予通过的决定"
        raise Problem(422, "breach-recorded", "不能通过", said)


async def return_application(session: AsyncSession, asked: UnderReview, missing: Sequence[str], caller: Caller) -> None:
    """Back to the operator, once, with one complete list and a last day."""
    application = asked.application
    if application.returned:
        raise Problem(
            409, "returned-before", "只能退回一次", "这份申报已退回补正过一次，应一次告知全部；请作出通过或不通过的决定"
        )
    record = {"missing": list(missing)}
    await finish(session, asked, caller, passed=False, record=record)
    steps.advance(application, ApplicationState.RETURNED)
    application.returned, application.reason = True, "；".join(missing)
    application.due_on = add_working_days(clock.today(), asked.season.supplement_days).due
    due_at = deadlines.after(application.due_on)
    await deadlines.put(session, kind=SUPPLEMENT, subject=str(application.id), due_at=due_at)
    await announce_application(
        session, ApplicationReturned, application, actor=caller.subject, reason=application.reason,
        due_on=application.due_on,
    )  # fmt: skip
    await steps.recorded(session, application, caller, "application:return", record)


async def refuse_application(session: AsyncSession, asked: UnderReview, reason: str, caller: Caller) -> None:
    """The end of an application at its review, with the reason."""
    not_own(asked.application, caller)
    await finish(session, asked, caller, passed=False, record={"reason": reason})
    await refuse_and_tell(session, [asked.application], reason, caller)


async def refuse_and_tell(session: AsyncSession, refused: Sequence[Application], reason: str, caller: Caller) -> None:
    """Refuse, take the tasks away, tell the bus, write it down."""
    for application in refused:
        steps.refuse(application, reason)
        await steps.recorded(session, application, caller, "application:refuse", {"reason": reason})
    await applications.drop_task(session, *refused)
    told = [(application, {"reason": reason}) for application in refused]
    await announce_applications(session, ApplicationRefused, told, actor=caller.subject)


def not_own(application: Application, caller: Caller) -> None:
    """Nobody decides on what he handed in himself."""
    if caller.subject == application.created_by:
        raise Problem(403, "maker-is-not-checker", "须由另一人办理", "提交人不能审核自己提交的申报或推荐")
