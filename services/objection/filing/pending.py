"""Objections that were filed before what they are against was heard of: judged as soon as it is.

Nothing is lost and nothing is decided here: the row gets what is known now; where it turns out that the objection was
late, or not its objector's to file, `barred` says so, and acceptance declines it with that reason.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.filing import repository as filing_repository
from services.objection.filing.admissibility import admit
from services.objection.filing.contested import find_contested
from services.objection.filing.domain import Target
from services.objection.filing.service import take_over
from services.objection.objections.models import Objection
from services.objection.rules.domain import receivers
from services.objection.rules.service import POLICIES
from shared.platform import audit
from shared.platform.errors import ServiceError
from shared.platform.system_callers import BUS


async def judge(session: AsyncSession, objections: Sequence[Objection]) -> None:
    """Look up again what each locked objection is against, and by which policy it is handled."""
    for objection in objections:
        await _judge_one(session, objection)


async def _judge_one(session: AsyncSession, objection: Objection) -> None:
    target = Target(
        objection.against,
        objection.uscc,
        objection.subject,
        objection.public_notice,
        objection.year if objection.contested_on is None else None,
        objection.county,
    )
    place = objection.county, objection.contested_region
    try:
        contested = await find_contested(session, target)
    except ServiceError as refusal:
        await _bar(session, objection, refusal.detail)
        return
    if contested.contested_on == objection.contested_on and contested.household_known == objection.household_heard:
        return
    take_over(objection, contested, target)
    try:
        admission = await admit(
            session, target, contested, objection.filed_by, objection.operator_ref, objection.filed_at
        )
    except ServiceError as refusal:
        await _bar(session, objection, refusal.detail)
    else:
        await POLICIES.store(session, admission.policy)
        objection.barred = None
        objection.policy_hash = admission.policy.content_hash
        if (objection.county, objection.contested_region) != place:
            objection.handled_at = next(iter(receivers(admission.rule, objection)), objection.county)
        objection.version += 1
        await session.flush()
        heard = {"contested_on": str(objection.contested_on), "household_heard": objection.household_heard}
        await audit.record(session, objection, BUS, "objection:heard", heard)
    if objection.county != place[0]:
        await filing_repository.move_due_days(session, objection)


async def _bar(session: AsyncSession, objection: Objection, reason: str) -> None:
    """It cannot be accepted, for a reason that is told to the objector when it is declined."""
    if objection.barred == reason:
        return
    objection.barred = reason
    objection.version += 1
    await session.flush()
    await audit.record(session, objection, BUS, "objection:barred")
