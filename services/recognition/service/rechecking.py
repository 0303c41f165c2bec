"""Judging again whom a register or the registration tells something new about.

A recognised household is put before an officer while a disqualifier holds, and no longer once it is cured; an
application under way shows what stands against it today (its decision judges it anyway).
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.register_feeds import RegisterFeed
from services.recognition.models import Application, Household, Recognition, Season
from services.recognition.repository import applications, households, recognitions
from services.recognition.repository.registers import Record, records_of
from services.recognition.service import steps
from services.recognition.service.cases import reasons_today
from services.recognition.service.concerns import DEBTOR, PENALTY, raise_concern, recorded, settle_concern
from services.recognition.service.rules import rules_of
from services.recognition.service.standing import barred, bars, facts_now
from shared.policy.model import Rule
from shared.policy.nodes import facts_in
from shared.policy.recognition.facts import RECOGNITION_FACTS
from shared.service import clock
from shared.service.identity import Caller

CONCERNS = {RegisterFeed.PENALTY: PENALTY, RegisterFeed.DEBTOR: DEBTOR}
"""The register that a disqualifier reads → the concern that it raises."""
AT_ONCE = 5_000


async def recheck(session: AsyncSession, codes: Sequence[str], caller: Caller) -> None:
    """Judge the households' applications and recognitions again; applications are locked first, as everywhere."""
    for start in range(0, len(codes), AT_ONCE):
        part = codes[start : start + AT_ONCE]
        running = await applications.running_of(session, part)
        valid = await recognitions.valid_among(session, part)
        named = {one.uscc for one in running} | {one.uscc for one in valid}
        known = await households.among(session, named)
        records = await records_of(session, named, clock.today())
        for application in running:
            await mark(session, application, known[application.uscc], records[application.uscc], caller)
        for recognition in valid:
            await concern(session, recognition, known[recognition.uscc], records[recognition.uscc], caller)


async def mark(
    session: AsyncSession, application: Application, household: Household, record: Record, caller: Caller
) -> None:
    """Show what stands against an application today, if that has become another."""
    season = await session.get_one(Season, application.season_id)
    against = reasons_today(application, household, record, await rules_of(session, season.policy_hash))
    if against == application.judged.get("against", []):
        return
    application.judged = {"against": against, "on": clock.today().isoformat()}
    application.version += 1
    await steps.recorded(session, application, caller, "application:recheck", {"against": len(against)})


async def concern(
    session: AsyncSession, recognition: Recognition, household: Household, record: Record, caller: Caller
) -> None:
    """Raise what a register holds against a recognition, settle what it no longer holds."""
    rules, today = await rules_of(session, recognition.policy_hash), clock.today()
    held = by_register(bars(rules, facts_now(recognition, household, record, today), today))
    before = recognition.concerns
    for feed, kind in CONCERNS.items():
        if held[feed]:
            raise_concern(recognition, kind, "；".join(barred(rules, rule, today) for rule in held[feed]))
        else:
            settle_concern(recognition, kind)
    if recognition.concerns != before:
        kinds = [one["kind"] for one in recognition.concerns]
        await recorded(session, recognition, caller, "recognition:recheck", {"concerns": kinds})


def by_register(rules: Sequence[Rule]) -> Mapping[RegisterFeed, Sequence[Rule]]:
    """Rules by the register that they read."""
    read = {rule.id: {RECOGNITION_FACTS[name].feed for name in facts_in(rule.expression.root)} for rule in rules}
    return {feed: [rule for rule in rules if feed.value in read[rule.id]] for feed in RegisterFeed}
