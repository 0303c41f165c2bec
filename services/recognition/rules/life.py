"""The rules of a recognised household's life: those in force on the day of the act, not those of its season.

A recognition lasts three years and more: numbers that are set and texts that change meanwhile apply to it, too. In a
county the rules are the policy in force today, with the numbers and readings of its newest season under that policy;
a season in preparation decides nothing yet, nor does one under a policy that is to come.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.rules.service import POLICIES, recognition_rules
from shared import clock
from shared.bounded_cache import BoundedCache
from shared.database.direct import fetch
from shared.law.model.clauses import ALWAYS
from shared.law.model.policy import Policy
from shared.law.model.recognition import RecognitionRules
from shared.law.reader.loading import recognition_policy_at, restore_policy

NEWEST_SEASONS = """
    SELECT DISTINCT ON (county, policy) county, policy, policy_hash
    FROM season JOIN policy_version ON content_hash = policy_hash
    WHERE county = ANY($1) AND state <> 'preparing' ORDER BY county, policy, year DESC
"""
_carried_over = BoundedCache[tuple[str, str], Policy](256)
"""By the hashes of the policy in force and of the newest season's."""


class RecognisedHere(Protocol):
    """The attributes of a recognition that its rules depend on."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def county(self) -> str: ...
    @property
    def policy_hash(self) -> str: ...


async def policies_of_life(session: AsyncSession, recognitions: Sequence[RecognisedHere]) -> Mapping[uuid.UUID, Policy]:
    """The policies that govern recognitions today, by recognition, stored, so that a decision can name the content that
    it rests on. Where none is in force in the county any more, that of the recognition's own season.
    """
    seasons = {
        (str(row[0]), str(row[1])): str(row[2])
        for row in await fetch(session, NEWEST_SEASONS, sorted({one.county for one in recognitions}))
    }
    found: dict[str, Policy] = {}
    policies = {}
    for one in recognitions:
        in_force = recognition_policy_at(one.county, clock.today())
        newest = None if in_force is None else seasons.get((one.county, in_force.id))
        policy = policy_today(in_force, await POLICIES.get(session, newest or one.policy_hash))
        if policy.content_hash not in found:
            await POLICIES.store(session, policy)
        policies[one.id] = found.setdefault(policy.content_hash, policy)
    return policies


async def rules_of_life(session: AsyncSession, recognition: RecognisedHere) -> RecognitionRules:
    """The rules that govern one recognition today."""
    return recognition_rules((await policies_of_life(session, [recognition]))[recognition.id])


def policy_today(in_force: Policy | None, newest: Policy) -> Policy:
    """The policy in force, with what the newest season under it set; `newest` is that season's policy."""
    if in_force is None or in_force.content_hash == newest.content_hash:
        return newest
    if in_force.id != newest.id:
        return in_force
    key = (in_force.content_hash, newest.content_hash)
    return _carried_over.get(key) or _carried_over.put(key, carry_over(in_force, newest))


def carry_over(in_force: Policy, earlier: Policy) -> Policy:
    """The policy in force with the numbers that an earlier order set and it still leaves unset, and with the readings
    that the order chose.
    """
    policy, here = in_force, recognition_rules(in_force).parameters
    for name, parameter in recognition_rules(earlier).parameters.items():
        if parameter.setting is not None and name in here and not here[name].values:
            stored = earlier.content["recognition"]["parameters"][name]["values"][ALWAYS.isoformat()]
            text = stored["value"] if isinstance(stored, Mapping) else stored
            policy = restore_policy(policy.content, settings={name: str(text)}, document=parameter.setting.document)
    readings = {
        name: chosen.chosen
        for name, chosen in earlier.interpretations.items()
        if chosen.chosen != chosen.in_force
        and name in in_force.interpretations
        and chosen.chosen in in_force.interpretations[name].readings
    }
    return restore_policy(policy.content, readings=readings) if readings else policy
