"""Judging again whom a register, the registration or a new type tells something new about.

A recognised household is put before an officer while a disqualifier holds, and no longer once it is cured; an
application under way shows what stands against it today (its decision judges it anyway).
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import ConcernKind
from services.recognition.domain.register_feeds import RegisterFeed
from services.recognition.models import Application, Household, Recognition
from services.recognition.repository import applications, households, recognitions, seasons
from services.recognition.repository.registers import Record, records_of
from services.recognition.service import steps
from services.recognition.service.cases import reasons_today
from services.recognition.service.concerns import keep_concern, recorded
from services.recognition.service.rules import rules_of
from services.recognition.service.standing import barred, bars, facts_now, missed, unmet
from shared.policy.model import Rule
from shared.policy.nodes import facts_in
from shared.policy.recognition.facts import RECOGNITION_FACTS
from shared.policy.recognition.model import Recognition as Rules
from shared.service import clock
from shared.service.identity import Caller

CONCERNS = {RegisterFeed.PENALTY: ConcernKind.PENALTY, RegisterFeed.DEBTOR: ConcernKind.DEBTOR}
"""The register that a disqualifier reads → the concern that it raises."""
TYPING = "typing"
"""Where a type comes from, as `feeds_of` names it."""
AT_ONCE = 5_000


async def recheck(session: AsyncSession, codes: Sequence[str], caller: Caller) -> None:
    """Judge the households' applications and recognitions again; applications are locked first, as everywhere."""
    for start in range(0, len(codes), AT_ONCE):
        part = codes[start : start + AT_ONCE]
        running = await applications.running_of(session, part)
        valid = await recognitions.valid_among(session, part)
        named = {one.uscc for one in running} | {one.uscc for one in valid}
        if not named:
            continue
        known = await households.among(session, named)
        records = await records_of(session, named, clock.today())
        policies = await seasons.policies_of(session, {one.season_id for one in running})
        for application in running:
            rules = await rules_of(session, policies[application.season_id])
            await mark(session, application, known[application.uscc], records[application.uscc], rules, caller)
        for recognition in valid:
            await concern(session, recognition, known[recognition.uscc], records[recognition.uscc], caller)


async def mark(
    session: AsyncSession, application: Application, household: Household, record: Record, rules: Rules, caller: Caller
) -> None:
    """Show what stands against an application today, if that has become another."""
    against = reasons_today(application, household, record, rules)
    if against == application.judged.get("against", []):
        return
    application.judged = {"against": against, "on": clock.today().isoformat()}
    application.version += 1
    await steps.recorded(session, application, caller, "application:recheck", {"against": len(against)})


async def concern(
    session: AsyncSession, recognition: Recognition, household: Household, record: Record, caller: Caller
) -> None:
    """Raise what the registers and the type hold against a recognition, settle what they no longer hold."""
    rules, today = await rules_of(session, recognition.policy_hash), clock.today()
    facts, before = facts_now(recognition, household, record, today), recognition.concerns
    held = bars(rules, facts, today)
    for feed, kind in CONCERNS.items():
        keep_concern(recognition, kind, [barred(rules, rule, today) for rule in held if feed in feeds_of(rule)])
    failing = [missed(rules, rule, today) for rule in unmet(rules, facts, today) if TYPING in feeds_of(rule)]
    keep_concern(recognition, ConcernKind.TYPING, failing)
    if recognition.concerns != before:
        kinds = [one["kind"] for one in recognition.concerns]
        await recorded(session, recognition, caller, "recognition:recheck", {"concerns": kinds})


def feeds_of(rule: Rule) -> set[str]:
    """Where the facts come from that a rule reads."""
    return {RECOGNITION_FACTS[name].feed for name in facts_in(rule.expression.root)}
