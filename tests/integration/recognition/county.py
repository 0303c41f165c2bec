"""A whole county and its people, for the scenario of a year: who calls what, many at once, and everything must answer.

Nobody here knows more than the people do: officers find their work on the work list, the public reads public lists.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.recognition.deadlines import deadline_handlers
from services.recognition.endpoints.bulk import MOST
from shared.contracts.typing import HouseholdTyped
from shared.messaging.deadlines import Deadline, Deadlines, Handler
from shared.service import clock
from shared.service.identity import Role
from tests.integration.recognition.bureau import COUNTY, Bureau, typed

AT_ONCE = 8
"""People who do something in the same moment."""
T = TypeVar("T")


@dataclass
class County:
    """The people of a county."""

    bureau: Bureau
    fired: list[tuple[str, str, dt.datetime]] = field(default_factory=list)
    """Every deadline that was carried out, with the instant it was due."""
    _headers: dict[tuple[Role, str], dict[str, str]] = field(default_factory=dict)

    async def call(self, path: str, body: Any, role: Role, who: str, *, status: int | None = None) -> Any:
        """Somebody posts something, on the version as it is, and is answered 200 or 201 unless told otherwise."""
        headers = self.headers(role, who) | {"If-Match": "*"}
        answer = await self.bureau.client.post(path, json=body, headers=headers)
        assert answer.status_code in ({200, 201} if status is None else {status}), answer.text
        return answer.json()

    async def in_bulk(self, path: str, bodies: Sequence[Any], role: Role, who: str) -> list[dict[str, Any]]:
        """Somebody does many things, as many at once as a call may carry; each must go well."""
        outcomes: list[dict[str, Any]] = []
        for start in range(0, len(bodies), MOST):
            outcomes += await self.call(path, bodies[start : start + MOST], role, who)
        assert {one["status"] for one in outcomes} <= {200}, outcomes
        return outcomes

    async def pages(self, path: str, role: Role = Role.OFFICER, **query: Any) -> list[dict[str, Any]]:
        """All pages of a list."""
        found: list[dict[str, Any]] = []
        while True:
            answer = await self.bureau.client.get(path, params=query, headers=self.headers(role, "reader"))
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["items"]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]

    async def work(self, step: str) -> list[str]:
        """The applications that the work list names for a step, most urgent first."""
        return [task["application"] for task in await self.pages("/v1/tasks", step=step, limit=100)]

    def headers(self, role: Role, who: str) -> dict[str, str]:
        """The token of a person; operators are named by their numbers."""
        if (role, who) not in self._headers:
            named = {"number": who, "subject": f"operator-{who}"} if role is Role.OPERATOR else {"subject": who}
            self._headers[role, who] = self.bureau.as_(role, COUNTY, **named)
        return self._headers[role, who]

    async def hear_types(self, households: Sequence[HouseholdTyped]) -> None:
        """A published run's households, as the consumer applies them: many in one transaction."""
        for start in range(0, len(households), 2000):
            await self.bureau.hear_together(households[start : start + 2000])

    async def day_passes(self, day: dt.date) -> None:
        """The day has come: two workers carry out what is due."""
        with clock.travel(day):
            handlers = {kind: self._noting(handler) for kind, handler in deadline_handlers().items()}
            workers = [Deadlines(self.bureau.resources.database, handlers) for _ in range(2)]
            await asyncio.gather(*(worker.fire_due() for worker in workers))

    def _noting(self, handler: Handler) -> Handler:
        async def carry_out(session: Any, deadline: Deadline) -> None:
            self.fired.append((deadline.kind, deadline.subject, deadline.due_at))
            await handler(session, deadline)

        return carry_out


async def all_of(items: Iterable[T], one: Callable[[T], Awaitable[object]]) -> None:
    """Everybody does his own, some at once."""
    waiting = iter(items)

    async def person() -> None:
        for item in waiting:
            await one(item)

    await asyncio.gather(*(person() for _ in range(AT_ONCE)))


def population(households: int) -> list[HouseholdTyped]:
    """Made-up households, in the county's mix of types."""
    return [typed(number, kind=type_of(number)) for number in range(households)]


def type_of(number: int) -> str:
    """The type of the first year: every fifth hundred of households is of the growth type."""
    return "growth" if number % 500 < 100 else "survival"
