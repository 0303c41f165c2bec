"""A whole county and its people, for the scenario of a year: who calls what, many at once, and everything must answer.

Nobody here knows more than the people do: officers find their work on the work list, the public reads public lists.
"""

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.recognition.deadlines import DEADLINES
from shared import clock
from shared.contracts.typing import HouseholdTyped
from shared.platform.bulk import MAX_ITEMS
from shared.platform.identity import Role
from shared.worker.deadlines import Deadline, Deadlines, Handler
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, household_typed
from tests.integration.recognition.second_process import Job, Method, SecondProcess

AT_ONCE = 8
"""People who do something in the same moment, in one process."""
LARGEST_ERRAND = 64
WORKERS = 4
Fired = tuple[str, str, dt.datetime]
"""A deadline's kind and subject, and the instant it was due."""
HEARD = 2_000
"""Events in one transaction."""


@dataclass
class County:
    """The people of a county."""

    office: RecognitionClient
    neighbours: SecondProcess | None = None
    """Who does half of it, in another process."""
    fired: list[Fired] = field(default_factory=list)
    """Every deadline that was carried out."""
    _headers: dict[tuple[Role, str], dict[str, str]] = field(default_factory=dict)

    async def call(self, path: str, body: Any, role: Role, who: str, *, status: int | None = None) -> Any:
        """Somebody posts something, on the version as it is, and is answered 200 or 201 unless told otherwise."""
        headers = self.headers(role, who) | {"If-Match": "*"}
        answer = await self.office.client.post(path, json=body, headers=headers)
        assert answer.status_code in ({200, 201} if status is None else {status}), answer.text
        return answer.json()

    async def all_of(self, doing: Method, items: Sequence[Any], *more: Any) -> list[Any]:
        """Everybody does his own, some at once, here and at the neighbours': what each came to, in the items' order."""
        left = list(enumerate(items))[::-1]
        done: dict[int, Any] = {}

        async def person() -> None:
            while left:
                number, item = left.pop()
                done[number] = await doing(item, *more)

        async def neighbours(others: SecondProcess) -> None:
            while left:
                some = [left.pop() for _ in range(min((len(left) + 1) // 2, LARGEST_ERRAND))]
                results = await others.do(doing, [item for _, item in some], *more)
                done.update(zip([number for number, _ in some], results, strict=True))

        others = [neighbours(self.neighbours)] if self.neighbours else []
        await asyncio.gather(*others, *(person() for _ in range(AT_ONCE)))
        return [done[number] for number in range(len(items))]

    async def in_bulk(self, path: str, bodies: Sequence[Any], role: Role, who: str) -> list[dict[str, Any]]:
        """Somebody does many things, as many at once as a call may carry; each must go well."""
        calls = [bodies[start : start + MAX_ITEMS] for start in range(0, len(bodies), MAX_ITEMS)]
        outcomes = [one for some in await self.all_of(self.call_many, calls, path, role, who) for one in some]
        assert {one["status"] for one in outcomes} <= {200}, outcomes
        return outcomes

    async def call_many(self, bodies: Sequence[Any], path: str, role: Role, who: str) -> list[dict[str, Any]]:
        """One bulk call."""
        outcomes: list[dict[str, Any]] = await self.call(path, bodies, role, who)
        return outcomes

    async def pages(
        self, path: str, role: Role = Role.OFFICER, who: str = "reader", **query: Any
    ) -> list[dict[str, Any]]:
        """All pages of a list."""
        found: list[dict[str, Any]] = []
        while True:
            answer = await self.office.client.get(path, params=query, headers=self.headers(role, who))
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
            self._headers[role, who] = self.office.as_(role, COUNTY, **named)
        return self._headers[role, who]

    async def hear_types(self, households: Sequence[HouseholdTyped]) -> None:
        """A published run's households, as the consumer applies them: many in one transaction."""
        await self.all_of(
            self.hear_some, [households[start : start + HEARD] for start in range(0, len(households), HEARD)]
        )

    async def hear_some(self, households: Sequence[HouseholdTyped]) -> None:
        """One transaction of the consumer."""
        await self.office.hear_together(households)

    async def day_passes(self, day: dt.date) -> None:
        """The day has come: workers, here and at the neighbours', carry out what is due."""
        with clock.travel(day):
            for fired in await self.all_of(self.worker, range(WORKERS)):
                self.fired += fired

    async def worker(self, _number: int) -> list[Fired]:
        """What one worker carries out until nothing is due."""
        fired: list[Fired] = []

        def noting(handler: Handler) -> Handler:
            async def carry_out(session: Any, deadline: Deadline) -> None:
                fired.append((deadline.kind, deadline.subject, deadline.due_at))
                await handler(session, deadline)

            return carry_out

        handlers = {kind: noting(handler) for kind, handler in DEADLINES.items()}
        await Deadlines(self.office.resources.database, handlers).fire_due()
        return fired


async def live(office: RecognitionClient, errand: Job) -> list[Any]:
    """An errand of the neighbours, over there."""
    county = County(office)
    people = county if errand.people is None else replace(errand.people, county=county)
    return await county.all_of(getattr(people, errand.doing), errand.items, *errand.more)


def population(households: int) -> list[HouseholdTyped]:
    """Made-up households, in the county's mix of types."""
    return [household_typed(number, kind=type_of(number)) for number in range(households)]


def type_of(number: int) -> str:
    """The type of the first year: every fifth hundred of households is of the growth type."""
    return "growth" if number % 500 < 100 else "survival"
