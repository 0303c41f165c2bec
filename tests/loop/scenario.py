"""A fortnight of objections in a county, to be lived undisturbed, or under kills, other clocks and downtime: two
objections to applications on notice, one to a typing result, and what follows.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from shared import clock
from shared.platform.identity import Role
from tests.loop.objection_case import NEIGHBOUR, Case, file_objection
from tests.loop.stages import COUNTY
from tests.loop.world import Person, World

Doing = Callable[[], Awaitable[Any]]
Points = Mapping[str, Sequence[str]]
FILED, OVER, DECIDED, ENDED = (dt.date(2026, 10, day) for day in (14, 20, 22, 26))
DEADLINE_POINTS = ["deadline.handled:1", "deadline.marked:1"]
ANSWER_POINTS = [
    *("correction.stored:1", "correction.answered:1", "consumer.applied:1", "consumer.committed:1"),
    *("log.appended:1", "relay.acked:1", "relay.marked:1"),
]
"""On typing's way from a correction to its answer"""
STAFF = {"year": "2025", "insured_staff": "12"}


class Conductor(Protocol):
    """Has the workers carry on, in one way or another."""

    async def step(self, doing: Doing | None = None, *, on: dt.date, first: Points | None = None) -> Any:
        """On a day something is done over HTTP, and the workers go on until there is nothing left to do."""
        ...


class Undisturbed:
    """The workers are moved by hand."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def step(self, doing: Doing | None = None, *, on: dt.date, first: Points | None = None) -> Any:  # noqa: ARG002
        """Nobody dies on the way."""
        with clock.travel(on):
            result = await doing() if doing is not None else None
            await self.world.settle(fire=True)
        return result


async def fortnight(world: World, conductor: Conductor) -> list[Case]:
    """From filing to the answers: one notice objection is upheld, one dismissed, the typing objection upheld."""
    refused, freed, other, _ = world.facts["shown"]
    uscc = await growing_household(world)

    async def file() -> list[Case]:
        return [
            await file_objection(world, "public-notice", subject=refused, by=NEIGHBOUR),
            await file_objection(world, "public-notice", subject=freed, by=NEIGHBOUR),
            await file_objection(world, "typing", uscc=uscc),
        ]

    first, second, third = cases = await conductor.step(file, on=FILED)
    overdue = dict.fromkeys(("recognition", "objection"), DEADLINE_POINTS)
    await conductor.step(on=OVER, first=overdue)
    row = STAFF | {"uscc": uscc}
    await conductor.step(lambda: third.corrected("social_insurance", row), on=OVER, first={"typing": ANSWER_POINTS})
    await conductor.step(lambda: recognise(world, other), on=OVER)
    await conductor.step(on=DECIDED)  # what fell due by then, before anybody decides: which comes first is not chance
    await conductor.step(lambda: first.decided("upheld"), on=DECIDED)
    await conductor.step(lambda: second.decided("dismissed"), on=DECIDED)
    await conductor.step(lambda: recognise(world, freed), on=DECIDED)
    await conductor.step(on=ENDED)
    return list(cases)


async def growing_household(world: World) -> str:
    """A household of the growth type that does not apply, whose operator has no other one."""
    query = """
        select uscc from household h where region = $1 and type = 'growth' and operator_ref is not null
            and not exists (select from household o where o.operator_ref = h.operator_ref and o.uscc <> h.uscc)
            and not exists (select from application a where a.uscc = h.uscc)
        order by uscc limit 1
    """
    (row,) = await world.sql("recognition", query, COUNTY)
    return str(row["uscc"])


async def recognise(world: World, application: str) -> None:
    """An approver who took no part decides."""
    decider = Person(Role.APPROVER, COUNTY, "decider")
    await world.do("recognition", "/v1/recognitions", decider, {"application": application})


async def assert_everything_once(world: World, cases: Sequence[Case]) -> None:
    """O2: each correction and each upheld objection was answered once, each objection closed once, nothing is left."""
    assert [(await case.view())["state"] for case in cases] == ["closed"] * len(cases)
    told = {topic: await world.told(topic) for topic in ("objection.events", "typing.events", "recognition.events")}

    def subjects(topic: str, name: str, of: str) -> list[str]:
        return sorted(one["data"][of] for one in told[topic] if f".{name}." in one["type"])

    corrected = subjects("objection.events", "EvidenceCorrected", "correction")
    assert subjects("typing.events", "CorrectionAnswered", "correction") == corrected
    assert len(set(corrected)) == len(corrected) == 1
    assert subjects("recognition.events", "ObjectionApplied", "objection") == [cases[0].id]
    assert subjects("objection.events", "ObjectionClosed", "objection") == sorted(case.id for case in cases)
