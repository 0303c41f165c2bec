"""How many messages a provider may be given now, and whether it answers: shared by all worker processes through one row
per provider.

A token bucket and a circuit breaker in one statement each. Tokens are taken before messages are claimed, in a
transaction of their own: nobody waits for another process's claim. A process that is killed loses the tokens it had
taken; the bucket has them again within a second.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from services.notification.channels.gateway import Accepted, Busy, Outcome, Provider, Refusal
from services.notification.delivery.domain import NotMade, is_failure
from shared import clock
from shared.database.connections import Database

KNOW = text(
    """
    INSERT INTO provider_standing (name, tokens, refilled_at) VALUES (:name, :burst, :now) ON CONFLICT (name) DO NOTHING
    """
)
TAKE = text(
    """
    UPDATE provider_standing p SET tokens = bucket.available - bucket.granted,
      refilled_at = GREATEST(p.refilled_at, :now),
      paused_until = CASE WHEN bucket.tried AND bucket.granted > 0 THEN :try_again ELSE p.paused_until END
    FROM (
      SELECT name, available, paused, tried, CASE WHEN paused THEN 0
        ELSE LEAST(FLOOR(available), CAST(:wanted AS integer), CASE WHEN tried THEN 1 END) END AS granted
      FROM (
        SELECT name, LEAST(CAST(:burst AS float), tokens + CAST(:rate AS float)
            * GREATEST(0, EXTRACT(EPOCH FROM CAST(:now AS timestamptz) - refilled_at))) AS available,
          (paused_until > :now IS TRUE OR refilled_at > :try_again) AS paused, failures >= :limit AS tried
        FROM provider_standing WHERE name = :name FOR UPDATE
      ) standing
    ) bucket
    WHERE p.name = bucket.name RETURNING CAST(bucket.granted AS integer) AS granted, bucket.paused
    """
)
GIVE_BACK = text("UPDATE provider_standing SET tokens = LEAST(:burst, tokens + :count) WHERE name = :name")
SUCCEEDED = text(
    """
    UPDATE provider_standing SET failures = 0, failing_since = NULL, paused_until = NULL
    WHERE name = :name AND failures > 0
    """
)
FAILED = text(
    """
    UPDATE provider_standing SET failures = failures + :count, failing_since = COALESCE(failing_since, :now),
      paused_until = CASE WHEN failures + :count >= :limit THEN CAST(:now AS timestamptz)
        + LEAST(:longest, GREATEST(CAST(:pause AS interval), :now - COALESCE(failing_since, :now))) END
    WHERE name = :name
    """
)
"""Paused for as long as it has been failing: each failed trial doubles that, and calls that were under way when it was
paused do not.
"""
WAIT = text(
    """
    UPDATE provider_standing SET tokens = 0, refilled_at = GREATEST(refilled_at, CAST(:until AS timestamptz))
    WHERE name = :name
    """
)
LONGEST_PAUSE = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Grant:
    """How many messages may go, and to which provider; 0: none now."""

    provider: Provider
    count: int


class ProviderGate:
    """`failures` in a row pause a provider, for `pause` at first."""

    def __init__(self, database: Database, *, failures: int, pause: dt.timedelta) -> None:
        self._database, self._limit, self._pause = database, failures, pause

    async def know(self, providers: Sequence[Provider]) -> None:
        """A full bucket for each that has none yet."""
        async with self._database.transaction() as session:
            for provider in providers:
                values = {"name": provider.name, "burst": _burst(provider), "now": clock.now()}
                await session.execute(KNOW, values)

    async def take(self, candidates: Sequence[Provider], wanted: int) -> Grant:
        """As many as the first candidate may be given now. Only if that one is paused, or said that it will be busy for
        longer than a pause, is the next one looked at: one that is merely busy is waited for.
        """
        for provider in candidates:
            granted, paused = await self._take(provider, wanted)
            if granted or not paused:
                return Grant(provider, granted)
        return Grant(candidates[0], 0)

    async def _take(self, provider: Provider, wanted: int) -> tuple[int, bool]:
        now = clock.now()
        values = {
            "name": provider.name,
            "burst": _burst(provider),
            "rate": provider.per_second,
            "wanted": wanted,
            "limit": self._limit,
            "now": now,
            "try_again": now + self._pause,
        }
        async with self._database.transaction() as session:
            row = (await session.execute(TAKE, values)).one()
        return row.granted, row.paused

    async def give_back(self, grant: Grant, used: int) -> None:
        """What was not used."""
        if grant.count > used:
            values = {"name": grant.provider.name, "burst": _burst(grant.provider), "count": grant.count - used}
            async with self._database.transaction() as session:
                await session.execute(GIVE_BACK, values)

    async def note(self, provider: Provider, outcomes: Sequence[Outcome | NotMade]) -> None:
        """What the provider did. One that said when it can take more is left alone until then."""
        now, name = clock.now(), provider.name
        failures = sum(map(is_failure, outcomes))
        waits = [
            outcome.retry_after
            for outcome in outcomes
            if isinstance(outcome, Busy) and outcome.retry_after and not outcome.of_message
        ]
        succeeded = any(isinstance(outcome, (Accepted, Refusal)) and not is_failure(outcome) for outcome in outcomes)
        async with self._database.transaction() as session:
            if waits:
                await session.execute(WAIT, {"name": name, "until": now + dt.timedelta(seconds=max(waits))})
            if succeeded:
                await session.execute(SUCCEEDED, {"name": name})
            elif failures:
                pause = {"pause": self._pause, "longest": LONGEST_PAUSE, "limit": self._limit}
                await session.execute(FAILED, {"name": name, "count": failures, "now": now, **pause})


def _burst(provider: Provider) -> float:
    """What a bucket holds: a second's worth, at least one."""
    return max(1.0, provider.per_second)
