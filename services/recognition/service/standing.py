"""Whether a recognised household still meets the standards: rules of confirmation, and disqualifiers."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.eligibility import facts_of, titled
from services.recognition.models import Household, Recognition
from services.recognition.repository.registers import Record, records_of
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.concerns import STANDARDS, raise_concern, recorded, settle_concern
from services.recognition.service.eligibility import known_from
from services.recognition.service.rules import rules_of
from shared.contracts.recognition import RecognitionConfirmed
from shared.policy.model import Rule
from shared.policy.recognition.judging import judge
from shared.policy.recognition.model import Recognition as Rules
from shared.service import clock
from shared.service.identity import Caller


async def failing(session: AsyncSession, recognition: Recognition, rules: Rules) -> list[str]:
    """Every rule of confirmation that does not hold and every disqualifier that does, with what it rests on."""
    household = await session.get_one(Household, recognition.uscc)
    today = clock.today()
    records = await records_of(session, [recognition.uscc], today)
    facts = facts_now(recognition, household, records[recognition.uscc], today)
    confirmed = judge(rules.life.confirmation, rules.parameters, today, facts)
    missed = [rule for rule in rules.life.confirmation if confirmed[rule.id] is False]
    said = [f"不再符合：{titled(rules, rule, today)}（依据：{rule.citation}）" for rule in missed]
    said += [barred(rules, rule, today) for rule in bars(rules, facts, today)]
    if household.status != "registered":
        said.append("个体工商户不在登记在册状态")
    return said


def facts_now(recognition: Recognition, household: Household, record: Record, day: dt.date) -> Mapping[str, object]:
    """What is known of a recognised household today, and what it was then."""
    recommended = recognition.path == "recommendation"
    known = known_from(household, record, recommended=recommended, kinds=())
    return facts_of(known, day) | {"typed_as_then": recognition.type_then, "recommended_then": recommended}


def bars(rules: Rules, facts: Mapping[str, object], day: dt.date) -> list[Rule]:
    """The disqualifiers that hold."""
    held = judge(rules.disqualifiers, rules.parameters, day, facts)
    return [rule for rule in rules.disqualifiers if held[rule.id]]


def barred(rules: Rules, rule: Rule, day: dt.date) -> str:
    """A disqualifier that holds, in words."""
    return f"有不得认定的情形：{titled(rules, rule, day)}（依据：{rule.citation}）"


async def confirm(session: AsyncSession, recognition: Recognition, year: int, caller: Caller) -> list[str]:
    """The yearly confirmation: told to the bus when the standards are met, else put before the deciders.

    Gives what is not met: a decision may cancel the recognition for it; nothing is cancelled here.
    """
    said = await failing(session, recognition, await rules_of(session, recognition.policy_hash))
    if said:
        raise_concern(recognition, STANDARDS, "；".join(said))
    else:
        settle_concern(recognition, STANDARDS)
        recognition.version += 1
        await announce_recognition(session, RecognitionConfirmed, recognition, actor=caller.subject, year=year)
    await recorded(session, recognition, caller, "recognition:confirm", {"year": year, "failing": list(said)})
    return said
