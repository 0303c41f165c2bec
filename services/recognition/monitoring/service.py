"""Households are judged again when their records change, and recognitions follow the register.

A disqualifier raises a concern about a recognised household until it is cured; an application under way shows what bars
it. A changed operator, county or registration status is taken over from the household's entry.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.applications.domain import Recheck
from services.recognition.applications.models import Application
from services.recognition.assessments.confirmations import (
    active_disqualifiers,
    current_facts,
    disqualifier_text,
    unmet_rule_text,
    unmet_rules,
)
from services.recognition.monitoring.repository import RegisterFeed
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import ConcernKind
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.service import (
    announce_recognition,
    clear_concern,
    enforce_one_per_person,
    raise_concern,
    release_conflicts,
    update_concern,
)
from services.recognition.registers import repository as register_repository
from services.recognition.registers.models import Household
from services.recognition.registers.repository import HouseholdRecord, records_of
from services.recognition.rules.eligibility import current_obstacles, feeds_of
from services.recognition.rules.life import policies_of_life
from services.recognition.rules.service import recognition_rules, stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.service import rules_in_force
from shared import clock
from shared.contracts.recognition import RecognitionOperatorChanged, RecognitionTransferred
from shared.law.model.recognition import LEVEL_DIGITS, RecognitionRules
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import BUS

REGISTER_CONCERNS = {RegisterFeed.PENALTY: ConcernKind.PENALTY, RegisterFeed.DEBTOR: ConcernKind.DEBTOR}
"""The register that a disqualifier reads → the concern that it raises."""
TYPING_FEED = "typing"
"""The feed of a household's type."""
BATCH_SIZE = 5_000


async def reassess(session: AsyncSession, codes: Sequence[str], caller: Caller) -> None:
    """Judge the households' applications and recognitions again; applications are locked before recognitions."""
    for start in range(0, len(codes), BATCH_SIZE):
        part = codes[start : start + BATCH_SIZE]
        running = await application_repository.lock_running(session, part)
        valid = await recognition_repository.lock_valid(session, part)
        named = {one.uscc for one in running} | {one.uscc for one in valid}
        if not named:
            continue
        households = await register_repository.HOUSEHOLDS.by_code(session, named)
        records = await records_of(session, named, clock.today())
        governing = await policies_of_life(session, valid)
        policies = await season_repository.policy_hashes(session, {one.season_id for one in running})
        for application in running:
            rules = await stored_rules(session, policies[application.season_id])
            await update_application(
                session, application, households[application.uscc], records[application.uscc], rules, caller
            )
        for recognition in valid:
            rules = recognition_rules(governing[recognition.id])
            household, record = households[recognition.uscc], records[recognition.uscc]
            await update_concerns(session, recognition, household, record, rules, caller)


async def update_application(
    session: AsyncSession,
    application: Application,
    household: Household,
    record: HouseholdRecord,
    rules: RecognitionRules,
    caller: Caller,
) -> None:
    """Store what bars an application today, if that has changed."""
    against = current_obstacles(application, household, record, rules)
    if against == list(application.judged.against):
        return
    application.judged = Recheck(tuple(against), clock.today())
    application.version += 1
    await audit.record(session, application, caller, "application:recheck", {"against": len(against)})


async def update_concerns(
    session: AsyncSession,
    recognition: Recognition,
    household: Household,
    record: HouseholdRecord,
    rules: RecognitionRules,
    caller: Caller,
) -> None:
    """Raise the concerns that registers and type give cause for under the rules in force, and clear those that no
    longer hold.
    """
    today = clock.today()
    facts, before = current_facts(rules, recognition, household, record, today), recognition.concerns
    held = active_disqualifiers(rules, facts, today)
    for feed, kind in REGISTER_CONCERNS.items():
        update_concern(
            recognition, kind, [disqualifier_text(rules, rule, today) for rule in held if feed in feeds_of(rule)]
        )
    failing = [
        unmet_rule_text(rules, rule, today)
        for rule in unmet_rules(rules, facts, today)
        if TYPING_FEED in feeds_of(rule)
    ]
    update_concern(recognition, ConcernKind.TYPING, failing)
    if recognition.concerns != before:
        kinds = [concern.kind for concern in recognition.concerns]
        await audit.record(session, recognition, caller, "recognition:recheck", {"concerns": kinds})


async def sync_recognitions(session: AsyncSession, codes: Sequence[str]) -> None:
    """Bring the valid recognitions of changed households up to date, in the order of their codes."""
    for code in sorted(codes):
        recognition = await recognition_repository.get_valid_recognition(session, code, lock=True)
        household = await session.get(Household, code, populate_existing=True)
        if recognition is not None and household is not None:
            await sync_recognition(session, recognition, household)


async def sync_recognition(session: AsyncSession, recognition: Recognition, household: Household) -> None:
    """Update one recognition from the register entry of its household."""
    recognition.name = household.name
    if household.region == recognition.county:
        clear_concern(recognition, ConcernKind.MOVED)
    else:
        await transfer_recognition(session, recognition, household.region)
    if household.operator_ref != recognition.operator_ref:
        await change_operator(session, recognition, household.operator_ref)
    gone = household.status != "registered"
    update_concern(recognition, ConcernKind.REGISTER, ["个体工商户不在登记在册状态，不再符合标准"] if gone else [])


async def change_operator(session: AsyncSession, recognition: Recognition, operator_ref: str | None) -> None:
    """The household has another operator, who may have a recognition in the county already."""
    before = recognition.operator_ref
    await enforce_one_per_person(session, recognition, operator_ref, recognition.county)
    await release_conflicts(session, before, recognition.county)
    conflict = recognition.person_conflict
    await announce_recognition(
        session,
        RecognitionOperatorChanged,
        recognition,
        actor=BUS.subject,
        conflict=conflict,
        former_operator_ref=before,
    )
    details = {"changed": before != operator_ref, "conflict": conflict}
    await audit.record(session, recognition, BUS, "recognition:operator", details)


async def transfer_recognition(session: AsyncSession, recognition: Recognition, county: str) -> None:
    """The household moved: the recognition is transferred, or a concern is raised where the destination does not accept
    it.

    It keeps its place while it stays within the scope of the quota (`transferred_from`: where that place is);
    transferred from outside, it takes none.
    """
    before = recognition.county
    if not (await in_same_quota(session, recognition, county) or await is_mutually_recognised(session, before, county)):
        detail = f"已迁往 {county}，当地的政策没有认可 {before} 认定结果的规定"
        if raise_concern(recognition, ConcernKind.MOVED, detail):
            await audit.record(session, recognition, BUS, "recognition:moved-away", {"to": county})
        return
    granted_in = recognition.transferred_from or before
    recognition.transferred_from = granted_in if granted_in != county else None
    recognition.version += 1
    clear_concern(recognition, ConcernKind.MOVED)
    await enforce_one_per_person(session, recognition, recognition.operator_ref, county)
    await release_conflicts(session, recognition.operator_ref, before)
    await announce_recognition(session, RecognitionTransferred, recognition, actor=BUS.subject, from_region=before)
    await audit.record(session, recognition, BUS, "recognition:transfer", {"from": before})


async def in_same_quota(session: AsyncSession, recognition: Recognition, county: str) -> bool:
    """Whether a county lies within the scope of the recognition's quota: the city, the municipality."""
    scope = (await stored_rules(session, recognition.policy_hash)).quota.scope
    return recognition.county[: LEVEL_DIGITS[scope]] == county[: LEVEL_DIGITS[scope]]


async def is_mutually_recognised(session: AsyncSession, before: str, county: str) -> bool:
    """Whether the destination's policy accepts recognitions of the former county (天津 二（六）: 迁入地予以认可)."""
    rules = await rules_in_force(session, county)
    return rules is not None and {before[:2], county[:2]} <= set(rules.lifecycle.mutual_with)
