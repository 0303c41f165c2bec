"""Entitlements of a county's whole population in a few statements, or of single households: the same rule, the same
result. Only differences are written, announced (one event for each household and cause) and kept as history.

One task does it, under a lease, so that two reckonings of a household never overlap.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.base import ANNOUNCER
from services.support.catalogue.register import Register
from services.support.entitlements import repository as entitlement_repository
from services.support.entitlements.compiled import CompiledMeasures, States
from services.support.entitlements.domain import Cause, EntitlementState, granted_and_ended
from services.support.entitlements.repository import NOTHING_SAID, OwnWords, ProfileChange
from shared import clock
from shared.bounded_cache import BoundedCache
from shared.contracts.support import EntitlementsChanged
from shared.messaging.announcer import StateAt
from shared.platform.system_callers import BUS

ANNOUNCED_AT_ONCE = 5000
MOST_MARKED = 200
"""Households that are marked one by one; a published run has thousands in a batch"""
_compiled = BoundedCache[tuple[str, dt.date], CompiledMeasures](4)
"""By the register's digest and the day"""


@dataclass(frozen=True)
class Reckoner:
    """The register compiled for a day."""

    register: Register
    compiled: CompiledMeasures

    @classmethod
    def of(cls, register: Register) -> "Reckoner":
        """For today. Measures of drafts for comments entitle nobody."""
        day = clock.today()
        compiled = _compiled.get((register.digest, day))
        if compiled is None:
            compiled = CompiledMeasures.of(register.acted_upon(), day)
            _compiled.put((register.digest, day), compiled)
        return cls(register, compiled)

    def departments(self, measures: Sequence[str]) -> list[str]:
        """The departments that the measures belong to, sorted."""
        entries = [self.register.of(name) for name in measures]
        return sorted({one.value for entry in entries if entry is not None for one in entry.measure.lead})


def cause_of(last_digest: str, register: Register) -> str:
    """Why a county is reckoned: what was heard of many of its households, another register, or another day."""
    if last_digest in (Cause.TYPING, Cause.RECOGNITION):
        return last_digest
    return Cause.DATE if last_digest == register.digest else Cause.MEASURE


async def mark(session: AsyncSession, codes: Sequence[str], cause: Cause) -> None:
    """Something was heard of these households: the task reckons them again; many together with their counties."""
    if len(codes) > MOST_MARKED:
        await entitlement_repository.mark_counties(session, codes, cause, clock.today())
    elif codes:
        await entitlement_repository.mark(session, codes, cause)


async def mark_each(session: AsyncSession, codes: Sequence[str], cause: Cause) -> None:
    """The same one by one, however many: what was said is about these households alone."""
    if codes:
        await entitlement_repository.mark(session, codes, cause)


async def reckon_county(session: AsyncSession, reckoner: Reckoner, county: str) -> int:
    """Every household of a county, for today and this register; how many changed. What is heard meanwhile is reckoned
    after it.
    """
    compiled = reckoner.compiled
    last_digest = await entitlement_repository.lock_county(session, county, compiled.day, clock.now())
    await entitlement_repository.stage_county(session, compiled, county)
    alone = await entitlement_repository.take_alone(session)
    combined = await entitlement_repository.combinations(session, compiled)
    states = [compiled.states(region, entitlement_repository.masks_of(words)) for region, words in combined]
    profiles = await _profiles(session, states)
    found = [(region, words, profiles[digest_of(one)]) for (region, words), one in zip(combined, states, strict=True)]
    pairs = await entitlement_repository.write_staged(session, compiled, found)
    cause = cause_of(last_digest, reckoner.register)
    what = await _what_is_told(session, reckoner, pairs)
    if what:
        await _tell(session, reckoner, await entitlement_repository.staged_changes(session, list(what)), what, cause)
    reckoned = sum(pairs.values()) + await reckon_households(session, reckoner, alone, cause)
    await entitlement_repository.finish_pass(session, county, compiled.day, reckoner.register.digest, clock.now())
    return reckoned


async def reckon_households(session: AsyncSession, reckoner: Reckoner, codes: Sequence[str], cause: str) -> int:
    """Single households, as the pass reckons them; how many changed."""
    if not codes:
        return 0
    facts = await entitlement_repository.facts_of(session, codes, reckoner.compiled.day)
    said = await entitlement_repository.own_words(session, codes)
    before = await entitlement_repository.profile_ids_of(session, codes)
    states = {uscc: states_with(reckoner.compiled, own, said.get(uscc, NOTHING_SAID)) for uscc, own in facts.items()}
    profiles = await _profiles(session, list(states.values()))
    after = {uscc: (facts[uscc]["region_code"], profiles[digest_of(one)]) for uscc, one in states.items()}
    changed = [
        ProfileChange(uscc, region, before[uscc][1] if uscc in before else None, profile)
        for uscc, (region, profile) in after.items()
        if before.get(uscc) != (region, profile)
    ]
    await entitlement_repository.write(session, changed, reckoner.compiled.day)
    what = await _what_is_told(session, reckoner, {(one.before, one.after) for one in changed})
    await _tell(session, reckoner, [one for one in changed if (one.before, one.after) in what], what, cause)
    return len(changed)


def states_with(compiled: CompiledMeasures, facts: Mapping[str, object], said: OwnWords) -> States:
    """The states of one household, with what departments and the household itself have said."""
    region = str(facts["region_code"])
    states = compiled.states(region, compiled.judge(facts), said.confirmed_of(compiled.within(region)))
    return {name: state for name, state in states.items() if name not in said.refused}


def digest_of(states: States) -> str:
    """What a profile is stored under."""
    return hashlib.sha256(orjson.dumps(dict(states), option=orjson.OPT_SORT_KEYS)).hexdigest()


async def _profiles(session: AsyncSession, states: Sequence[States]) -> Mapping[str, int]:
    return await entitlement_repository.profiles_of(session, {digest_of(one): one for one in states})


@dataclass(frozen=True)
class Told:
    """What every household that went from one profile to another is told."""

    granted: list[str]
    ended: list[str]
    departments: list[str]


Pair = tuple[int | None, int]
"""The profile before (None: there was none) and after"""


async def _what_is_told(session: AsyncSession, reckoner: Reckoner, pairs: Collection[Pair]) -> Mapping[Pair, Told]:
    """For those of the pairs between which something was granted or has ended."""
    named = sorted({profile for pair in pairs for profile in pair if profile is not None})
    states = await entitlement_repository.states_of_profiles(session, named) if named else {}
    nothing: Mapping[str, EntitlementState] = {}
    found = {pair: granted_and_ended(states[pair[0]] if pair[0] else nothing, states[pair[1]]) for pair in pairs}
    return {
        pair: Told(granted, ended, reckoner.departments([*granted, *ended]))
        for pair, (granted, ended) in found.items()
        if granted or ended
    }


async def _tell(
    session: AsyncSession,
    reckoner: Reckoner,
    changed: Sequence[ProfileChange],
    what: Mapping[Pair, Told],
    cause: str,
) -> None:
    for start in range(0, len(changed), ANNOUNCED_AT_ONCE):
        some = [(one, what[one.before, one.after]) for one in changed[start : start + ANNOUNCED_AT_ONCE]]
        rows = [(one.uscc, one.region, told.granted, told.ended) for one, told in some]
        await entitlement_repository.write_changes(session, rows, cause, reckoner.compiled.day)
        said: list[tuple[str, StateAt]] = [(one.uscc, partial(_event, one, told, cause)) for one, told in some]
        await ANNOUNCER.announce_states(session, said, actor=BUS.subject)


def _event(one: ProfileChange, told: Told, cause: str, revision: int) -> EntitlementsChanged:
    return EntitlementsChanged(
        uscc=one.uscc,
        region=one.region,
        cause=cause,
        granted=told.granted,
        ended=told.ended,
        departments=told.departments,
        revision=revision,
    )
