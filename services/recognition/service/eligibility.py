"""Whether a household may apply or be recommended on a day: every reason against, with what it rests on."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.eligibility import Known, KnownPenalty, Objection, facts_of, objections
from services.recognition.models import Household
from services.recognition.repository.registers import Entry, Record, records_of
from shared.policy.recognition.model import Recognition

REGISTERED = "registered"


def known_from(
    household: Household | Entry,
    record: Record,
    *,
    recommended: bool,
    kinds: Collection[str],
    breach_recorded: bool | None = None,
) -> Known:
    """What is known of a household and its operator by a record that was read.

    `breach_recorded`: the reviewer's finding, kept with the application.
    """
    return Known(
        typed_as=household.type,
        recommended=recommended,
        operator_kinds=frozenset(kinds),
        penalties=[
            KnownPenalty(one.kind, one.decided_on, one.published_on, one.published_until, one.repaired_on)
            for one in record.penalties
        ],
        operator_listed=record.operator_listed,
        breach_recorded=breach_recorded,
        banned_until=record.banned_until,
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
    """Every reason: the policy's rules (a ban's among them), the register, one household per person and county."""
    records = await records_of(session, [household.uscc], day)
    known = known_from(household, records[household.uscc], recommended=recommended, kinds=kinds)
    return reasons_from(rules, household, records[household.uscc], known, day)


def reasons_from(
    rules: Recognition, household: Household | Entry, record: Record, known: Known, day: dt.date
) -> list[Objection]:
    """The same from what was read. Whom a ban bars, and until when, is the policy's rule alone to say."""
    found = objections(rules, facts_of(known, day), day)
    if household.status != REGISTERED:
        found.append(Objection("register", "个体工商户不在登记在册状态", str(rules.citation)))
    if record.recognised:
        found.append(Objection("recognised", "已经是“名特优新”个体工商户", str(rules.one_category)))
    if record.operators_other is not None:
        sentence = f"同一经营者在本县已有一户获得认定（{record.operators_other}）"
        found.append(Objection("one-per-person", sentence, str(rules.one_per_person)))
    return found
