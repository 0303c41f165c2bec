"""Public notices: whom they show, what an upheld objection does, and that no early word lets anybody through."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared import clock
from shared.contracts.objection import ObjectionUpheld
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient
from tests.integration.recognition.test_selections import places
from tests.integration.recognition.walkthrough import DECIDES, VISITS, Walkthrough, start_walkthrough


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def to_notice(road: Walkthrough, *numbers: int, reserve: int = 0) -> tuple[list[str], list[str]]:
    """Households that wait for a notice, and so many on the reserve behind them."""
    ids = await road.apply(*numbers)
    for application in ids:
        await road.review(application)
    await places(road, len(ids) - reserve)
    found = await road.select()
    chosen, waiting = ([one["application"] for one in found[name]] for name in ("chosen", "reserve"))
    with clock.travel(VISITS):
        for application in chosen:
            await road.visit(application)
            await road.consult(application)
    return chosen, waiting


async def opened(road: Walkthrough, *only: str) -> httpx.Response:
    body: dict[str, Any] = {"season": road.season["id"]}
    with clock.travel(VISITS):
        return await road.do("/v1/public-notices", body | ({"applications": list(only)} if only else {}))


async def upheld(
    road: Walkthrough, application: str, against: Any = "public-notice", reason: str = "所报荣誉不属于本人"
) -> None:
    """The objection service's word."""
    code = (await road.look(application)).json()["uscc"]
    said = ObjectionUpheld(
        objection=uuid4(),
        against=against,
        uscc=code,
        region=COUNTY,
        subject=UUID(application),
        reason=reason,
        revision=1,
    )
    await road.bureau.hear(said)


async def test_an_upheld_objection_refuses_its_household_and_calls_up_the_reserve(road: Walkthrough):
    (one, other), (waiting,) = await to_notice(road, 1, 2, 3, reserve=1)
    notice = (await opened(road)).json()
    await upheld(road, one)
    refused = (await road.look(one)).json()
    assert (refused["state"], refused["reason"]) == ("refused", "公示期间的异议成立：所报荣誉不属于本人")
    (event,) = await road.bureau.events("ApplicationRefused")
    assert event["subject"] == refused["uscc"]
    assert (await road.look(waiting)).json()["step"] == "site-visit"
    await road.end_notice(notice)
    assert (await road.decide(other)).status_code == 201
    assert (await road.decide(one)).status_code == 409


async def test_it_is_refused_only_once_and_only_for_an_objection_to_the_notice(road: Walkthrough):
    (one,), _ = await to_notice(road, 1)
    await opened(road)
    for against in ("typing", "cancellation", "revocation"):
        await upheld(road, one, against)
    assert (await road.look(one)).json()["state"] == "in-progress"
    await upheld(road, one)
    await upheld(road, one)
    assert len(await road.bureau.events("ApplicationRefused")) == 1


async def test_the_longest_reason_of_an_objection_is_heard(road: Walkthrough):
    (one,), _ = await to_notice(road, 1)
    await opened(road)
    await upheld(road, one, reason="虚" * 2000)
    assert (await road.look(one)).json()["reason"] == f"公示期间的异议成立：{'虚' * 2000}"
    (event,) = await road.bureau.events("ApplicationRefused")
    assert (len(event["data"]["reason"]), event["data"]["reason"][-2:]) == (2000, "虚…")


async def test_a_word_that_comes_after_the_notice_was_cleared_counts_as_well(road: Walkthrough):
    one, two = await road.to_decision(1, 2)
    await upheld(road, one)
    assert (await road.look(one)).json()["state"] == "refused"
    assert (await road.decide(two)).status_code == 201
    await upheld(road, two)
    (row,) = await road.bureau.sql("select state, concerns from recognition")
    assert row["state"] == "valid"
    assert "公示期间的异议成立" in row["concerns"]


async def at_the_same_instant(road: Walkthrough, numbers: range) -> None:
    """An objection is upheld while a decider decides: refused, or recognised and put before an officer; never both."""
    ids = await road.to_decision(*numbers)
    with clock.travel(DECIDES):
        await asyncio.gather(*(act for one in ids for act in (road.decide(one), upheld(road, one))))
    rows = await road.bureau.sql(
        "select a.state as stands, r.state, r.concerns from application a "
        "left join recognition r on r.application_id = a.id"
    )
    for row in rows:
        assert row["stands"] == ("refused" if row["state"] is None else "recognised")
        assert row["state"] is None or "异议成立" in row["concerns"]


async def test_an_objection_and_a_decision_in_the_same_instant(road: Walkthrough):
    await at_the_same_instant(road, range(1, 7))


async def test_whoever_withdrew_or_was_refused_is_shown_no_longer(road: Walkthrough):
    (one, two, three), _ = await to_notice(road, 1, 2, 3)
    notice = (await opened(road)).json()
    assert len(notice["items"]) == 3
    await upheld(road, one)
    gone = (await road.look(two)).json()
    headers = road.bureau.as_(Role.OPERATOR, number=int(gone["uscc"][-8:])) | {"If-Match": "*"}
    answer = await road.bureau.client.post(f"/v1/applications/{two}/withdrawal", headers=headers)
    assert answer.status_code == 200, answer.text
    left = (await road.look(three)).json()["uscc"]
    public = await road.bureau.client.get(f"/v1/public-notices/{notice['id']}")
    assert left in public.text
    assert gone["uscc"] not in public.text
    assert (await road.look(one)).json()["uscc"] not in public.text


async def test_a_notice_may_show_only_some_so_that_an_objection_holds_nobody_else_up(road: Walkthrough):
    (one, two), _ = await to_notice(road, 1, 2)
    first, second = (await opened(road, one)).json(), (await opened(road, two)).json()
    assert [len(notice["items"]) for notice in (first, second)] == [1, 1]
    again = await opened(road, one)
    assert (again.status_code, one in again.json()["detail"]) == (409, True)
    await road.end_notice(first, objections=1)
    await road.end_notice(second)
    assert (await road.decide(one)).status_code == 409
    assert (await road.decide(two)).status_code == 201


async def test_a_word_before_the_last_day_lets_nobody_through(road: Walkthrough):
    (one,), _ = await to_notice(road, 1)
    notice = (await opened(road)).json()
    with clock.travel(VISITS):
        await road.clear(notice)
    with clock.travel(over(notice)):
        await road.bureau.fire_deadlines()
        assert (await road.decide(one)).status_code == 409
        await road.clear(notice)
    assert (await road.decide(one)).status_code == 201


def over(notice: dict[str, Any]) -> dt.date:
    """The day after a notice's last."""
    return dt.date.fromisoformat(notice["closes_on"]) + dt.timedelta(days=1)


async def test_a_word_of_before_the_last_day_s_end_that_is_heard_after_it_lets_nobody_through(road: Walkthrough):
    (one,), _ = await to_notice(road, 1)
    notice = (await opened(road)).json()
    with clock.travel(over(notice)):
        await road.bureau.fire_deadlines()
    with clock.travel(VISITS):
        await road.clear(notice)
    assert (await road.look(one)).json()["step"] == "public-notice"
    (row,) = await road.bureau.sql("select state, open_objections from public_notice")
    assert (row["state"], row["open_objections"]) == ("closed", None)


async def test_an_objection_that_is_heard_of_after_the_clearing_holds_decisions_up_until_it_is_settled(
    road: Walkthrough,
):
    (one, two), _ = await to_notice(road, 1, 2)
    first, second = (await opened(road, one)).json(), (await opened(road, two)).json()
    for notice in (first, second):
        await road.end_notice(notice)
    with clock.travel(over(first)):
        await road.clear(first, 1)
    held = await road.decide(one)
    assert (held.status_code, held.json()["title"]) == (409, "公示异议尚未办结")
    assert (await road.decide(two)).status_code == 201
    with clock.travel(over(first)):
        await road.clear(first)
    assert (await road.decide(one)).status_code == 201
