"""Late applications: an objection gave a household a type that may apply, and the application period was over."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.base import ANNOUNCER
from services.recognition.objections import repository as objection_repository
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import Household
from services.recognition.rules.procedure import procedure_terms
from services.recognition.rules.service import stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.domain import SeasonState
from services.recognition.season.models import Season
from shared import clock
from shared.contracts.recognition import LateApplicationAllowed
from shared.contracts.typing import TypingAdjusted
from shared.platform import audit
from shared.platform.system_callers import BUS
from shared.reference.calendar import add_working_days


async def admit_adjusted(session: AsyncSession, adjusted: Sequence[TypingAdjusted]) -> None:
    """Let those households apply late to which an adjusted type gave the right to apply after the period had closed.

    Several changes of one household may come together: what counts is its type before the first and after the last.
    """
    changes = defaultdict[str, list[TypingAdjusted]](list)
    for one in sorted(adjusted, key=lambda each: (each.uscc, each.revision)):
        changes[one.uscc].append(one)
    households = await register_repository.HOUSEHOLDS.by_code(session, list(changes))
    for code, ones in changes.items():
        household = households.get(code)
        if household is not None and household.typed_revision == ones[-1].revision:  # no later type is in force
            await admit(session, household, [one for one in ones if one.year == ones[-1].year])


async def admit(session: AsyncSession, household: Household, changes: Sequence[TypingAdjusted]) -> None:
    """Admit one household, once a season, in the season's own year. `changes`: of its type, the first one first."""
    season = await season_repository.season_of_year(session, household.region, changes[-1].year)
    gained = await gained_too_late(session, season, changes) if season is not None else None
    if season is None or gained is None:
        return
    if await recognition_repository.get_valid_recognition(session, household.uscc) is not None:
        return
    terms = procedure_terms(household.region, clock.today())
    apply_by = add_working_days(clock.today(), terms.late_application_days).due
    if not await objection_repository.admit_late(session, season.id, household.uscc, gained.objection, apply_by):
        return
    allowed = LateApplicationAllowed(
        objection=gained.objection,
        uscc=household.uscc,
        region=household.region,
        season=season.id,
        apply_by=apply_by,
    )
    await ANNOUNCER.announce(session, allowed, subject=household.uscc, actor=BUS.subject)
    details = {"objection": str(gained.objection), "uscc": household.uscc, "apply_by": apply_by.isoformat()}
    await audit.record(session, season, BUS, "season:admit-late", details)


async def gained_too_late(
    session: AsyncSession, season: Season, changes: Sequence[TypingAdjusted]
) -> TypingAdjusted | None:
    """The change that gave the type that was lacking, if it came too late for the season's application period, in its
    year.
    """
    today, types = clock.today(), (await stored_rules(session, season.policy_hash)).quota.types
    over = season.state != SeasonState.PREPARING and season.applications_until < today
    if not over or today.year != season.year:
        return None
    if changes[-1].type not in types or changes[0].previous_type in types:
        return None
    return next(one for one in reversed(changes) if one is changes[0] or one.previous_type not in types)
