"""Which requests are let in: so many at once, so many a second from one address and by one subject, and bodies that
arrive in time. Health checks and metrics are always let in. Each process counts for itself.
"""

import asyncio
import math
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope

from shared.bounded_cache import BoundedCache
from shared.platform.problems import Problem, status_problem
from shared.platform.settings import ServiceSettings

ALWAYS_LET_IN = frozenset({"/healthz", "/readyz", "/metrics"})
BUDGETS = "minglu.budgets"
REMEMBERED = 100_000
"""Addresses and subjects whose requests are counted; those not seen for longest are forgotten."""
BODY_GRACE_SECONDS = 30.0
"""From then on a body must have arrived at its least speed."""


@dataclass(frozen=True)
class Budget:
    """What is left of a key's budget: `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10)."""

    name: str
    most: int
    window: int
    left: int
    full_in: int

    @property
    def limit(self) -> str:
        """What is left, and in how many seconds it is full again."""
        return f'"{self.name}";r={self.left};t={self.full_in}'

    @property
    def policy(self) -> str:
        """How much it holds, for how many seconds."""
        return f'"{self.name}";q={self.most};w={self.window}'


def tell_budgets(scope: Scope, headers: MutableHeaders) -> None:
    """Puts what is left of the caller's budgets into the answer's head; nothing where nothing is limited."""
    budgets: list[Budget] = scope.get(BUDGETS, [])
    if budgets:
        headers["RateLimit"] = ", ".join(one.limit for one in budgets)
        headers["RateLimit-Policy"] = ", ".join(one.policy for one in budgets)


class Rate:
    """A budget for each key that fills at so many a second, up to so many seconds' worth."""

    def __init__(self, name: str, per_second: float, burst_seconds: float) -> None:
        self._name, self._window = name, math.ceil(burst_seconds)
        self._per_second, self._most = per_second, max(1.0, per_second * burst_seconds)
        self._budgets = BoundedCache[str, tuple[float, float]](REMEMBERED)

    def take(self, key: str, scope: Scope) -> None:
        """One of the key's budget, which is noted for the answer, or 429, which says when there will be one again."""
        now = time.monotonic()
        left, at = self._budgets.get(key) or (self._most, now)
        left = min(self._most, left + (now - at) * self._per_second)
        rest = max(0.0, left - 1)
        full_in = math.ceil((self._most - rest) / self._per_second)
        budget = Budget(self._name, int(self._most), self._window, int(rest), full_in)
        scope.setdefault(BUDGETS, []).append(budget)
        if left < 1:
            wait = math.ceil((1 - left) / self._per_second)
            raise status_problem(429, {"Retry-After": str(wait)})
        self._budgets.put(key, (left - 1, now))


class Admission:
    """The limits of one application, as its settings say."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._at_once, self._now = settings.requests_at_once, 0
        self._least_speed, self._patience = settings.body_bytes_per_second, settings.body_seconds
        self._addresses = _rate("address", settings.address_rate, settings.rate_burst_seconds)
        self._subjects = _rate("subject", settings.subject_rate, settings.rate_burst_seconds)

    def enter(self, scope: Scope) -> None:
        """Lets a request in, to be followed by `leave`; 503 when there are too many, 429 for too many of its address.
        An error leaves nothing to be left.
        """
        if scope["path"] in ALWAYS_LET_IN:
            self._now += 1
            return
        if self._now >= self._at_once:
            raise status_problem(503, {"Retry-After": "1"})
        if self._addresses is not None:
            self._addresses.take(network_of(scope), scope)
        self._now += 1

    def leave(self) -> None:
        """A request that was let in has ended."""
        self._now -= 1

    def count_subject(self, subject: str, scope: Scope) -> None:
        """429 for too many requests by one subject."""
        if self._subjects is not None and subject:
            self._subjects.take(subject, scope)

    def timed(self, receive: Receive) -> Receive:
        """The request's body, which must arrive: 408 when nothing comes for long, or too little for longer."""
        return _TimedBody(receive, self._patience, self._least_speed)


class _TimedBody:
    """Once the body is there, waiting for the caller to go away takes as long as it takes."""

    def __init__(self, receive: Receive, patience: float, least_speed: float) -> None:
        self._receive, self._patience, self._least_speed = receive, patience, least_speed
        self._began = time.monotonic()
        self._size, self._whole = 0, False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout(self._patience):
                message = await self._receive()
        except TimeoutError:
            raise _too_slow() from None
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        took = time.monotonic() - self._began
        if not self._whole and took > BODY_GRACE_SECONDS and self._size < took * self._least_speed:
            raise _too_slow()
        return message


def _too_slow() -> Problem:
    return status_problem(408, {"Connection": "close"})


def _rate(name: str, per_second: float | None, burst_seconds: float) -> Rate | None:
    return None if per_second is None else Rate(name, per_second, burst_seconds)


def network_of(scope: Scope) -> str:
    """Whose requests are counted together: an IPv4 address, or the network of an IPv6 address."""
    client = scope.get("client")
    try:
        address = ip_address(client[0]) if client else None
    except ValueError:
        return str(client[0]) if client else ""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or int(address) >> 64)
    return str(address or "")
