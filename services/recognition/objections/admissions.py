"""Late applications: an objection gave a household a type that may apply, and the application period was over."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.base import ANNOUNCER
from services.recognition.objections import repository as objection_repository
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import Household
from services.recognition.rules.procedure import procedure_terms
from services.recognition.rules.service import stored_rules
from services.recognition.season.domain import SeasonState
from services.recognition.season.models import Season
from shared import clock
from shared.contracts.recognition import LateApplicationAllowed
from shared.contracts.typing import TypingAdjusted
from shared.platform import audit
from shared.platform.system_callers import BUS
from shared.reference.calendar import add_working_days


async def admit_adjusted(session: AsyncSession, adjusted: Sequence[TypingAdjusted]) -> None:
    """Let those households apply late to which an adjusted type gave the right to apply after the period had closed."""
    households = await register_repository.HOUSEHOLDS.by_code(session, [one.uscc for one in adjusted])
    for one in sorted(adjusted, key=lambda each: each.uscc):
        household = households.get(one.uscc)
        if household is not None and household.typed_revision == one.revision:  # no later type is in force
            await admit(session, household, one)


async def admit(session: AsyncSession, household: Household, adjusted: TypingAdjusted) -> None:
    """Admit one household, once a season, in the season's own year."""
    season = await objection_repository.season_of_year(session, household.region, adjusted.year)
    if season is None or not await is_too_late(session, season, adjusted):
        return
    if await recognition_repository.get_valid_recognition(session, household.uscc) is not None:
        return
    terms = procedure_terms(household.region, clock.today())
    apply_by = add_working_days(clock.today(), terms.late_application_days).due
    if not await objection_repository.admit_late(session, season.id, household.uscc, adjusted.objection, apply_by):
        return
    allowed = LateApplicationAllowed(
        objection=adjusted.objection,
        uscc=household.uscc,
        region=household.region,
        season=season.id,
        apply_by=apply_by,
    )
    await ANNOUNCER.announce(session, allowed, subject=household.uscc, actor=BUS.subject)
    details = {"objection": str(adjusted.objection), "uscc": household.uscc, "apply_by": apply_by.isoformat()}
    await audit.record(session, season, BUS, "season:admit-late", details)


async def is_too_late(session: AsyncSession, season: Season, adjusted: TypingAdjusted) -> bool:
    """Whether the type came too late for the season's application period, in its year, and is what was lacking."""
    today, types = clock.today(), (await stored_rules(session, season.policy_hash)).quota.types
    gained = adjusted.type in types and adjusted.previous_type not in types
    over = season.state != SeasonState.PREPARING and season.applications_until < today
    return gained and over and today.year == season.year
