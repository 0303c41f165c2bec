"""Who withdraws, or is turned down by a spot check, after the selection makes room for the first of the reserve."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import text

from services.recognition.selection import service
from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.spot_check_steps import SUPPLEMENT_DUE, draw_check, record_finding
from tests.integration.recognition.walkthrough import VISITS, Walkthrough


async def selected(walkthrough: Walkthrough, *numbers: int, places: int) -> dict[str, int]:
    """Reviewed applications, best first, after a selection into so few places; whose each is."""
    ids = dict(zip(await walkthrough.apply(*numbers), numbers, strict=True))
    for application in ids:
        assert (await walkthrough.review(application)).status_code == 200
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(
            text("update county_quota set places = :places where county = '410105'"), {"places": places}
        )
    found = await walkthrough.select()
    assert len(found["chosen"]) == places
    return {one["application"]: ids[one["application"]] for one in [*found["chosen"], *found["reserve"]]}


async def withdraw(walkthrough: Walkthrough, application: str, number: int) -> httpx.Response:
    headers = walkthrough.office.as_(Role.OPERATOR, number=number) | {"If-Match": "*"}
    with clock.travel(VISITS):
        return await walkthrough.office.client.post(f"/v1/applications/{application}/withdrawal", headers=headers)


async def told_of_withdrawals(walkthrough: Walkthrough) -> list[tuple[str, str]]:
    """Application and actor of every ApplicationWithdrawn in the outbox."""
    return [
        (one["data"]["application"], one["actor"]) for one in await walkthrough.office.events("ApplicationWithdrawn")
    ]


async def states(walkthrough: Walkthrough, applications: list[str]) -> list[str]:
    return [(await walkthrough.look(one)).json()["state"] for one in applications]


async def the_reserve_follows(walkthrough: Walkthrough) -> None:
    ranked = await selected(walkthrough, 1, 2, 3, places=1)
    first, *others = ranked
    assert (await withdraw(walkthrough, first, ranked[first])).status_code == 200
    assert await states(walkthrough, list(ranked)) == ["withdrawn", "in-progress", "reserve"]
    (told,) = await walkthrough.office.events("ApplicationCalledUp")
    assert told["data"]["application"] == list(ranked)[1]
    assert (await walkthrough.look(others[0])).json()["step"] == "site-visit"
    assert [application for application, _ in await told_of_withdrawals(walkthrough)] == [first]


async def test_a_withdrawal_calls_up_the_first_of_the_reserve(walkthrough: Walkthrough):
    await the_reserve_follows(walkthrough)


async def test_a_withdrawal_that_forgets_the_reserve_would_be_caught(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""

    @asynccontextmanager
    async def forgetful(*_: object) -> AsyncIterator[None]:
        yield

    monkeypatch.setattr(service, "promoting_reserve", forgetful)
    with pytest.raises(AssertionError):
        await the_reserve_follows(walkthrough)


async def test_a_withdrawal_from_the_reserve_frees_nothing(walkthrough: Walkthrough):
    ranked = await selected(walkthrough, 1, 2, 3, places=1)
    chosen, second, third = ranked
    assert (await withdraw(walkthrough, second, ranked[second])).status_code == 200
    assert await states(walkthrough, [chosen, second, third]) == ["in-progress", "withdrawn", "reserve"]


async def test_many_withdraw_at_once_and_as_many_are_called_up(walkthrough: Walkthrough):
    ranked = await selected(walkthrough, *range(1, 9), places=4)
    leaving = list(ranked)[:3]
    with clock.travel(VISITS):
        answers = await asyncio.gather(*(withdraw(walkthrough, one, ranked[one]) for one in leaving))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert await states(walkthrough, list(ranked)) == ["withdrawn"] * 3 + ["in-progress"] * 4 + ["reserve"]


async def test_a_spot_check_that_turns_a_selected_one_down_calls_the_reserve_up(walkthrough: Walkthrough):
    ranked = await selected(walkthrough, 1, 2, 3, places=1)
    chosen, second, third = ranked
    check = await draw_check(walkthrough)
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("update spot_check_item set application_id = :one"), {"one": chosen})
    assert (await record_finding(walkthrough, check, "refused")).status_code == 200
    assert await states(walkthrough, [chosen, second, third]) == ["refused", "in-progress", "reserve"]


async def test_so_does_a_supplement_that_a_spot_check_waited_for_in_vain(walkthrough: Walkthrough):
    ranked = await selected(walkthrough, 1, 2, places=1)
    chosen, second = ranked
    check = await draw_check(walkthrough)
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("update spot_check_item set application_id = :one"), {"one": chosen})
    assert (await record_finding(walkthrough, check, "supplement", due_on=SUPPLEMENT_DUE)).status_code == 200
    with clock.travel(SUPPLEMENT_DUE + dt.timedelta(days=1)):
        await walkthrough.office.fire_deadlines()
    assert await states(walkthrough, [chosen, second]) == ["refused", "in-progress"]
