"""Who may act at a step today: a bureau of the level that the policy names, from the day that it names."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import STEP_LABELS
from services.recognition.domain.turns import LABELS, acting_levels, day_of, level_of, step_of
from services.recognition.models import Application, Season
from services.recognition.service.rules import rules_of
from shared.departments import Department
from shared.policy.recognition.model import Level, Step, StepKind
from shared.policy.recognition.model import Recognition as Rules
from shared.service import clock
from shared.service.departments import department_of
from shared.service.identity import Caller
from shared.service.problems import Problem


async def check_turn(session: AsyncSession, application: Application, kind: StepKind, caller: Caller) -> None:
    """403 for a bureau of another level than the application's path names for the step, 409 before its first day."""
    season = await session.get_one(Season, application.season_id)
    await check_season_turn(session, season, application.path, kind, caller, application.recommended_from)


async def check_season_turn(
    session: AsyncSession,
    season: Season,
    path: str,
    kind: StepKind,
    caller: Caller,
    recommended_from: str | None = None,
) -> None:
    """The same for what is done with a whole season at once. 409 also where the policy has no such step."""
    rules = await rules_of(session, season.policy_hash)
    step = step_of(rules, path, kind)
    if step is None:
        raise Problem(409, "no-such-step", "没有这一步", f"按政策没有“{STEP_LABELS[kind]}”这一步")
    check_level(step, recommended_from, caller)
    check_begun(rules, season, step)


def check_level(step: Step, recommended_from: str | None, caller: Caller) -> None:
    """403 unless the step is for bureaus of the caller's level; names those that it is for."""
    levels = acting_levels(step, recommended_from)
    if level_of(caller.region) in levels:
        return
    why = "部门推荐的由同级市场监管部门认定，" if recommended_from else ""
    said = f"按政策，{why}“{STEP_LABELS[step.kind]}”由{named(levels)}办理（依据：{step.citation}）"
    raise Problem(403, "another-level", "不由本级办理", said)


def named(levels: Sequence[Level]) -> str:
    """Bureaus of these levels, in words."""
    return "、".join(LABELS[level] for level in levels) + "市场监管部门" if levels else "经营者或推荐部门"


def check_begun(rules: Rules, season: Season, step: Step) -> None:
    """409 before the step's first day in the season's year."""
    begins = day_of(rules, step.opens, season.year)
    if begins is not None and clock.today() < begins:
        said = f"按政策，“{STEP_LABELS[step.kind]}”自 {begins} 起办理，今天是 {clock.today()}"
        raise Problem(409, "too-early", "还没有到时候", said)


def check_recommender(rules: Rules, caller: Caller) -> None:
    """403 for market supervision, which recognises what others recommend, and for a department of a level at which the
    policy lets no bureau decide: nobody could recognise for it.
    """
    if department_of(caller) is Department.MARKET:
        said = "部门推荐由其他部门办理，市场监管部门负责审核和认定"
        raise Problem(403, "another-department", "不由本部门推荐", said)
    decision = step_of(rules, "recommendation", StepKind.DECISION)
    if decision is not None and not acting_levels(decision, caller.region):
        bureaus = named(acting_levels(decision, None))
        said = f"按政策，部门推荐的由同级市场监管部门认定，而认定由{bureaus}办理（依据：{decision.citation}）"
        raise Problem(403, "another-level", "不由本级推荐", said)
