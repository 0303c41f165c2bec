"""What a decision on an application rests on, read for many at once, and whether it holds."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import steps_before_decision
from services.recognition.models import Application, Household, PublicNotice, Season, Task
from services.recognition.repository import applications, consultations, households, notices
from services.recognition.repository.registers import Entry, Record, records_of
from services.recognition.service import steps
from services.recognition.service.eligibility import known_from, reasons_from
from shared.policy.recognition.model import Recognition as Rules
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

BY_HANDING_IN = {StepKind.APPLICATION, StepKind.CONSENT, StepKind.RECOMMENDATION}
"""Steps that are done by handing in, without a task."""


@dataclass(frozen=True)
class Case:
    """What one decision rests on. `askers`: who asked departments about the application."""

    application: Application
    tasks: Sequence[Task]
    askers: Set[str]
    notices: Sequence[PublicNotice]
    household: Household
    record: Record


async def cases_of(session: AsyncSession, asked: Sequence[Application], *, lock: bool = True) -> list[Case]:
    """What the decisions rest on, read with six statements for however many."""
    codes = [one.uscc for one in asked]
    ids = [one.id for one in asked]
    tasks = await applications.tasks_of(session, ids, lock=lock)
    askers = await consultations.askers(session, ids)
    shown = await notices.of_applications(session, ids)
    known = await households.among(session, codes)
    records = await records_of(session, codes, clock.today())
    return [
        Case(one, tasks[one.id], askers[one.id], shown[one.id], known[one.uscc], records[one.uscc]) for one in asked
    ]


def check_steps(case: Case, rules: Rules, caller: Caller) -> None:
    """Every step before the decision was passed, no objection is open, and nobody who did a step decides."""
    steps.check_step(case.application, StepKind.DECISION)
    needed = set(steps_before_decision(rules.paths[case.application.path].steps)) - BY_HANDING_IN
    lacking = {step.value for step in needed} - {task.step for task in case.tasks if task.outcome == "passed"}
    if lacking:
        raise Problem(409, "steps-missing", "程序没有走完", f"还没有完成：{'、'.join(sorted(lacking))}")
    if left := open_objections(case):
        raise Problem(
            409, "objections-open", "公示异议尚未办结", f"公示期间的异议还有 {left} 件没有办结，办结后才能决定"
        )
    if caller.subject in makers(case):
        raise Problem(
            403, "maker-is-not-checker", "须由另一人认定", "经办过这份申报的人不能作出认定决定，请由另一名人员决定"
        )
    steps.open_task(decision_of(case), caller)


def open_objections(case: Case) -> int:
    """How many objections to the application's notices are not settled."""
    return sum(notice.open_objections or 0 for notice in case.notices)


def makers(case: Case) -> Set[str | None]:
    """Whoever handed the application in, worked on it, asked departments about it or opened its notice."""
    handed_in, opened = case.application.created_by, {notice.opened_by for notice in case.notices}
    return {task.done_by for task in case.tasks} | {handed_in, case.application.reviewed_by} | case.askers | opened


async def took_part(session: AsyncSession, application: Application, caller: Caller) -> bool:
    """Whether the caller is one of an application's makers."""
    (case,) = await cases_of(session, [application], lock=False)
    return caller.subject in makers(case)


def decision_of(case: Case) -> Task | None:
    """The open task of the decision."""
    return next((task for task in case.tasks if task.step == StepKind.DECISION and task.outcome is None), None)


def check_household(case: Case, season: Season, rules: Rules) -> None:
    """What stood at the application must stand at the decision, too. 409 with every reason."""
    reasons = reasons_today(case.application, case.household, case.record, rules)
    if clock.today() > season.decisions_until:
        reasons.insert(0, f"认定截止日期 {season.decisions_until} 已过")
    if reasons:
        raise Problem(409, "not-recognisable", "不能认定", "；".join(reasons), reasons=reasons)


class Judged(Protocol):
    """An application, as far as what stands against it is judged by it."""

    @property
    def county(self) -> str: ...
    @property
    def operator_ref(self) -> str | None: ...
    @property
    def path(self) -> str: ...
    @property
    def claims(self) -> Mapping[str, Any]: ...
    @property
    def breach_recorded(self) -> bool | None: ...


def reasons_today(application: Judged, household: Household | Entry, record: Record, rules: Rules) -> list[str]:
    """Whatever stands against the household of an application that is under way, as of today."""
    changed = [] if household.region == application.county else ["这一户已迁出本县"]
    if household.operator_ref != application.operator_ref:
        changed.append("经营者已变更，须由现在的经营者接续办理（推荐的，须由其本人同意）")
    known = known_from(
        household, record, recommended=application.path == "recommendation",
        kinds=application.claims.get("kinds", []), breach_recorded=application.breach_recorded,
    )  # fmt: skip
    against = reasons_from(rules, household, record, known, clock.today())
    return changed + [f"{one.sentence}（依据：{one.citation}）" for one in against]
