"""Whether a household may apply or be recommended on a day: every reason against, with what it rests on."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.eligibility import Known, KnownPenalty, Objection, facts_of, objections
from services.recognition.models import Household
from services.recognition.repository import recognitions, registers
from shared.policy.recognition.model import Recognition

REGISTERED = "registered"


async def known_of(
    session: AsyncSession, household: Household, day: dt.date, *, recommended: bool, kinds: Collection[str]
) -> Known:
    """What is known of a household and its operator on a day."""
    ban = await registers.latest_ban(session, household.uscc)
    return Known(
        typed_as=household.type,
        recommended=recommended,
        operator_kinds=frozenset(kinds),
        penalties=[
            KnownPenalty(one.kind, one.decided_on, one.published_on, one.repaired_on)
            for one in await registers.penalties_of(session, household.uscc)
        ],
        operator_listed=await registers.is_listed(session, household.operator_ref, day),
        revoked_on=ban.revoked_on if ban else None,
    )


async def reasons_against(
    session: AsyncSession,
    rules: Recognition,
    household: Household,
    day: dt.date,
    *,
    recommended: bool,
    kinds: Collection[str] = (),
) -> list[Objection]:
    """Every reason: the policy's rules, the register, a ban to its last day, one household per person and county."""
    known = await known_of(session, household, day, recommended=recommended, kinds=kinds)
    found = objections(rules, facts_of(known, day), day)
    if household.status != REGISTERED:
        found.append(Objection("register", "个体工商户不在登记在册状态", str(rules.citation)))
    ban = await registers.latest_ban(session, household.uscc)
    if ban is not None and day <= ban.until:
        found.append(
            Objection("ban", f"被撤销认定后，{ban.until} 以前（含当日）不得再次申报", str(rules.life.revocation))
        )
    if await recognitions.valid_of_household(session, household.uscc) is not None:
        found.append(Objection("recognised", "已经是“名特优新”个体工商户", str(rules.one_category)))
    other = await recognitions.valid_of_person(session, household.region, household.operator_ref)
    if other is not None and other.uscc != household.uscc:
        sentence = f"同一经营者在本县已有一户获得认定（{other.name}）"
        found.append(Objection("one-per-person", sentence, str(rules.one_per_person)))
    return found
