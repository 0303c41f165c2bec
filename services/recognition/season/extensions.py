"""A later last day of an open season, by a document: for applications while they are still taken, for decisions by a
superior. Every extension is kept and shown with the season.

The text has recognition done by the end of November (于11月底前完成分类), so a county does not move that day itself;
what a bureau above allows is seen by everybody.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.rules.domain import PathKind, find_step, parameter_date
from services.recognition.rules.service import stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.domain import SEASON_STATES, SeasonExtension, SeasonState
from services.recognition.season.models import Season
from services.recognition.season.problems import ExtensionOfAnotherLevel, ExtensionWrong, SeasonNotExtendable
from services.recognition.season.service import SEASON_DEADLINE
from shared import clock
from shared.law.model.recognition import LEVEL_DIGITS, Level, RecognitionRules, StepKind
from shared.platform import audit
from shared.platform.identity import Caller
from shared.worker import deadlines


@dataclass(frozen=True)
class ExtensionOrder:
    """The later last days, the document that allows them, and why."""

    applications_until: dt.date | None
    decisions_until: dt.date | None
    document: str
    reason: str


async def extend_season(session: AsyncSession, season: Season, order: ExtensionOrder, caller: Caller) -> Season:
    """Move the last days of a locked season. 409 unless it is open, 403 for a day that a superior moves, 422 for days
    that are no extension.
    """
    if season.state != SeasonState.OPEN:
        label = SEASON_STATES.label(season.state)
        raise SeasonNotExtendable(f"认定季当前为“{label}”，只有进行中的可以延期")
    rules = await stored_rules(session, season.policy_hash)
    check_level(rules, season, order, caller)
    reasons = list(extension_errors(season, order))
    if reasons:
        raise ExtensionWrong("；".join(reasons), reasons=reasons)
    before = season.decisions_until
    extension = SeasonExtension(
        applications_until=order.applications_until,
        decisions_until=order.decisions_until,
        document=order.document,
        reason=order.reason,
        region=caller.region,
        on=clock.today(),
    )
    season.extensions = (*season.extensions, extension)
    season.applications_until = order.applications_until or season.applications_until
    season.decisions_until = order.decisions_until or season.decisions_until
    season.version += 1
    if season.decisions_until != before:
        await season_repository.move_last_days(session, season.id, before, season.decisions_until)
        over = deadlines.end_of_day(season.decisions_until)
        await deadlines.schedule(session, kind=SEASON_DEADLINE, subject=str(season.id), due_at=over)
    details = {
        "applications_until": str(season.applications_until),
        "decisions_until": str(season.decisions_until),
        "document": order.document,
        "reason": order.reason,
    }
    await audit.record(session, season, caller, "season:extend", details)
    return season


def check_level(rules: RecognitionRules, season: Season, order: ExtensionOrder, caller: Caller) -> None:
    """403 where the policy names the day and the caller's bureau is not above the county's."""
    if len(caller.region) < LEVEL_DIGITS[Level.COUNTY]:
        return
    step = find_step(rules, PathKind.APPLICATION, StepKind.APPLICATION)
    named = step is not None and parameter_date(rules, step.until, season.year) is not None
    if order.decisions_until is not None or (named and order.applications_until is not None):
        detail = f"这个日期由政策规定，须由上级市场监管部门发文延长（依据：{rules.season.citation}）"
        raise ExtensionOfAnotherLevel(detail)


def extension_errors(season: Season, order: ExtensionOrder) -> list[str]:
    """Why the days are no extension, each as a Chinese sentence."""
    today, errors = clock.today(), []
    applications, decisions = order.applications_until, order.decisions_until
    if applications is None and decisions is None:
        errors.append("请写明新的申报截止日期（applications_until）或认定截止日期（decisions_until）")
    if applications is not None and today > season.applications_until:
        errors.append(f"申报期已于 {season.applications_until} 结束，抽签的种子已经公布，不能再延长申报")
    if applications is not None and applications <= season.applications_until:
        errors.append(f"申报截止日期只能延后，现在是 {season.applications_until}，写的是 {applications}")
    if decisions is not None and decisions <= season.decisions_until:
        errors.append(f"认定截止日期只能延后，现在是 {season.decisions_until}，写的是 {decisions}")
    if decisions is not None and decisions >= season.benefits_from:
        errors.append(f"认定应在开始享受政策（{season.benefits_from}）以前完成，写的是 {decisions}")
    last = decisions or season.decisions_until
    if applications is not None and applications > last:
        errors.append(f"申报截止日期 {applications} 晚于认定截止日期 {last}")
    return errors
