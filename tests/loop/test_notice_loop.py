"""R3 and O2 for public notices: an objection holds its own application alone, until it is decided, and then decides."""

import datetime as dt
from typing import Any

import pytest

from services.recognition import handlers
from services.recognition.examination import clearing
from shared import clock
from shared.contracts.objection import PublicNoticeCleared
from tests.integration.recognition.walkthrough import Walkthrough
from tests.loop.objection_case import NEIGHBOUR, Case, file_objection
from tests.loop.stages import COUNTY, operator_of
from tests.loop.world import Person, World

pytestmark = pytest.mark.parametrize("world", ["noticed"], indirect=True)

OBJECTED, CLEARED, DECIDED = dt.date(2026, 10, 14), dt.date(2026, 10, 20), dt.date(2026, 10, 22)


async def objected(world: World, application: str, by: Person = NEIGHBOUR) -> Case:
    """Somebody objects by name while the notice lasts."""
    with clock.travel(OBJECTED):
        case = await file_objection(world, "public-notice", subject=application, by=by)
        await world.settle()
    return case


async def decided(world: World, case: Case, outcome: str, on: dt.date = DECIDED) -> None:
    """The objection is decided, and everybody hears of it."""
    with clock.travel(on):
        await case.decided(outcome)
        await world.settle(fire=True)


async def recognise(world: World, application: str, on: dt.date = DECIDED) -> int:
    """An approver decides on the application; the status of the answer."""
    county = Walkthrough(world.recognition, {"id": world.facts["season"]})
    return (await county.decide(application, on=on)).status_code


async def application_state(world: World, application: str) -> tuple[str, str | None]:
    """Where an application stands."""
    found = (await world.recognition.get(f"/v1/applications/{application}")).json()
    return found["state"], found["step"]


async def clearings(world: World) -> list[dict[str, Any]]:
    """What was said of the notice, in order."""
    return [one["data"] for one in await world.told("objection.events", "PublicNoticeCleared")]


async def test_a_notice_clears_with_one_held_and_the_others_are_recognised(world: World) -> None:
    first, second, *_ = world.facts["shown"]
    case = await objected(world, first)
    await world.day(CLEARED)
    (said,) = await clearings(world)
    assert (said["open_objections"], said["held"]) == (1, [first])
    assert await recognise(world, second) == 201
    assert await recognise(world, first) == 409
    await decided(world, case, "dismissed")
    assert await recognise(world, first) == 201
    assert (await case.view())["state"] == "closed"


async def test_an_upheld_objection_refuses_the_application_and_calls_up_the_reserve(world: World) -> None:
    first, *_ = world.facts["shown"]
    best, *_ = world.facts["reserve"]
    case = await objected(world, first)
    await world.day(CLEARED)
    await decided(world, case, "upheld")
    assert (await application_state(world, first))[0] == "refused"
    assert await application_state(world, best) == ("in-progress", "site-visit")
    view = await case.view()
    assert (view["state"], view["outcome"], view["changed"]) == ("closed", "upheld", True)
    (applied,) = await world.told("recognition.events", "ObjectionApplied")
    assert applied["data"]["outcome"] == "refused"


async def test_a_decision_before_the_last_day_holds_nobody_up(world: World) -> None:
    first, second, third, _ = world.facts["shown"]
    dismissed, upheld = await objected(world, first), await objected(world, second)
    await decided(world, dismissed, "dismissed", OBJECTED)
    await decided(world, upheld, "upheld", OBJECTED)
    assert await clearings(world) == []
    await world.day(CLEARED)
    (said,) = await clearings(world)
    assert (said["open_objections"], said["held"]) == (0, [])
    assert [await recognise(world, one) for one in (first, third)] == [201, 201]
    assert (await application_state(world, second))[0] == "refused"


async def test_two_objections_to_one_application_hold_it_until_both_are_decided(world: World) -> None:
    first, *_ = world.facts["shown"]
    other = Person(NEIGHBOUR.role, COUNTY, "another", operator_ref="v1:" + "1" * 32)
    cases = [await objected(world, first), await objected(world, first, other)]
    await world.day(CLEARED)
    await decided(world, cases[0], "dismissed")
    assert await recognise(world, first) == 409
    await decided(world, cases[1], "dismissed")
    assert await recognise(world, first) == 201


async def test_a_notice_that_closed_while_the_objection_service_was_down_is_answered_when_it_is_back(
    world: World,
) -> None:
    first, second, *_ = world.facts["shown"]
    await objected(world, first)
    with clock.travel(CLEARED):
        recognition = world.workers["recognition"]
        await recognition.fire()
        await recognition.send()
    assert await recognise(world, second) == 409
    await world.day(DECIDED)
    (said,) = await clearings(world)
    assert said["held"] == [first]
    assert await recognise(world, second) == 201


async def test_an_application_that_is_withdrawn_ends_the_objections_to_it(world: World) -> None:
    first, *_ = world.facts["shown"]
    case = await objected(world, first)
    uscc = world.facts["applications"][first]
    with clock.travel(OBJECTED):
        await world.do("recognition", f"/v1/applications/{first}/withdrawal", await operator_of(world, uscc))
        await world.settle()
    assert (await case.view())["state"] in ("withdrawn", "closed")
    await world.day(CLEARED)
    (said,) = await clearings(world)
    assert (said["open_objections"], said["held"]) == (0, [])


async def test_recognising_what_is_held_would_be_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The naive way: an open objection does not count."""
    hear = clearing.on_notice_cleared

    async def overhear(session: Any, said: PublicNoticeCleared, at: dt.datetime) -> None:
        await hear(session, said.model_copy(update={"open_objections": 0, "held": []}), at)

    monkeypatch.setattr(handlers, "on_notice_cleared", overhear)
    with pytest.raises(AssertionError):
        await test_a_notice_clears_with_one_held_and_the_others_are_recognised(world)
