"""Public notices: whom they show, what an upheld objection does, and that no early word lets anybody through."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.contracts.objection import ObjectionUpheld
from shared.platform.identity import Role
from tests.integration.recognition.examination_steps import bring_to_notice, open_notice
from tests.integration.recognition.recognition_client import COUNTY
from tests.integration.recognition.walkthrough import DECIDES, VISITS, Walkthrough


async def upheld(
    walkthrough: Walkthrough, application: str, against: Any = "public-notice", reason: str = "所报荣誉不属于本人"
) -> None:
    """The objection service's word."""
    code = (await walkthrough.look(application)).json()["uscc"]
    said = ObjectionUpheld(
        objection=uuid4(),
        against=against,
        uscc=code,
        region=COUNTY,
        subject=UUID(application),
        reason=reason,
        revision=1,
    )
    await walkthrough.office.hear(said)


async def test_an_upheld_objection_refuses_its_household_and_calls_up_the_reserve(walkthrough: Walkthrough):
    (one, other), (waiting,) = await bring_to_notice(walkthrough, 1, 2, 3, reserve=1)
    notice = (await open_notice(walkthrough)).json()
    await upheld(walkthrough, one)
    refused = (await walkthrough.look(one)).json()
    assert (refused["state"], refused["reason"]) == ("refused", "公示期间的异议成立：所报荣誉不属于本人")
    (event,) = await walkthrough.office.events("ApplicationRefused")
    assert event["subject"] == refused["uscc"]
    assert (await walkthrough.look(waiting)).json()["step"] == "site-visit"
    await walkthrough.end_notice(notice)
    assert (await walkthrough.decide(other)).status_code == 201
    assert (await walkthrough.decide(one)).status_code == 409


async def test_it_is_refused_only_once_and_only_for_an_objection_to_the_notice(walkthrough: Walkthrough):
    (one,), _ = await bring_to_notice(walkthrough, 1)
    await open_notice(walkthrough)
    for against in ("typing", "cancellation", "revocation"):
        await upheld(walkthrough, one, against)
    assert (await walkthrough.look(one)).json()["state"] == "in-progress"
    await upheld(walkthrough, one)
    await upheld(walkthrough, one)
    assert len(await walkthrough.office.events("ApplicationRefused")) == 1


async def test_the_longest_reason_of_an_objection_is_heard(walkthrough: Walkthrough):
    (one,), _ = await bring_to_notice(walkthrough, 1)
    await open_notice(walkthrough)
    await upheld(walkthrough, one, reason="虚" * 2000)
    assert (await walkthrough.look(one)).json()["reason"] == f"公示期间的异议成立：{'虚' * 2000}"
    (event,) = await walkthrough.office.events("ApplicationRefused")
    assert (len(event["data"]["reason"]), event["data"]["reason"][-2:]) == (2000, "虚…")


async def test_a_word_that_comes_after_the_notice_was_cleared_counts_as_well(walkthrough: Walkthrough):
    one, two = await walkthrough.to_decision(1, 2)
    await upheld(walkthrough, one)
    assert (await walkthrough.look(one)).json()["state"] == "refused"
    assert (await walkthrough.decide(two)).status_code == 201
    await upheld(walkthrough, two)
    (row,) = await walkthrough.office.sql("select state, concerns from recognition")
    assert row["state"] == "valid"
    assert "公示期间的异议成立" in row["concerns"]


async def at_the_same_instant(walkthrough: Walkthrough, numbers: range) -> None:
    """An objection is upheld while a decider decides: refused, or recognised and put before an officer; never both."""
    ids = await walkthrough.to_decision(*numbers)
    with clock.travel(DECIDES):
        await asyncio.gather(*(act for one in ids for act in (walkthrough.decide(one), upheld(walkthrough, one))))
    rows = await walkthrough.office.sql(
        "select a.state as stands, r.state, r.concerns from application a "
        "left join recognition r on r.application_id = a.id"
    )
    for row in rows:
        assert row["stands"] == ("refused" if row["state"] is None else "recognised")
        assert row["state"] is None or "异议成立" in row["concerns"]


async def test_an_objection_and_a_decision_in_the_same_instant(walkthrough: Walkthrough):
    await at_the_same_instant(walkthrough, range(1, 7))


async def test_whoever_withdrew_or_was_refused_is_shown_no_longer(walkthrough: Walkthrough):
    (one, two, three), _ = await bring_to_notice(walkthrough, 1, 2, 3)
    notice = (await open_notice(walkthrough)).json()
    assert len(notice["items"]) == 3
    await upheld(walkthrough, one)
    gone = (await walkthrough.look(two)).json()
    headers = walkthrough.office.as_(Role.OPERATOR, number=int(gone["uscc"][-8:])) | {"If-Match": "*"}
    answer = await walkthrough.office.client.post(f"/v1/applications/{two}/withdrawal", headers=headers)
    assert answer.status_code == 200, answer.text
    left = (await walkthrough.look(three)).json()["uscc"]
    public = await walkthrough.office.client.get(f"/v1/public-notices/{notice['id']}")
    assert left in public.text
    assert gone["uscc"] not in public.text
    assert (await walkthrough.look(one)).json()["uscc"] not in public.text


async def test_a_notice_may_show_only_some_so_that_an_objection_holds_nobody_else_up(walkthrough: Walkthrough):
    (one, two), _ = await bring_to_notice(walkthrough, 1, 2)
    first, second = (await open_notice(walkthrough, one)).json(), (await open_notice(walkthrough, two)).json()
    assert [len(notice["items"]) for notice in (first, second)] == [1, 1]
    again = await open_notice(walkthrough, one)
    assert (again.status_code, one in again.json()["detail"]) == (409, True)
    await walkthrough.end_notice(first, objections=1)
    await walkthrough.end_notice(second)
    assert (await walkthrough.decide(one)).status_code == 409
    assert (await walkthrough.decide(two)).status_code == 201


async def test_a_word_before_the_last_day_lets_nobody_through(walkthrough: Walkthrough):
    (one,), _ = await bring_to_notice(walkthrough, 1)
    notice = (await open_notice(walkthrough)).json()
    with clock.travel(VISITS):
        await walkthrough.clear(notice)
    with clock.travel(over(notice)):
        await walkthrough.office.fire_deadlines()
        assert (await walkthrough.decide(one)).status_code == 409
        await walkthrough.clear(notice)
    assert (await walkthrough.decide(one)).status_code == 201


def over(notice: dict[str, Any]) -> dt.date:
    """The day after a notice's last."""
    return dt.date.fromisoformat(notice["closes_on"]) + dt.timedelta(days=1)


async def test_a_word_of_before_the_last_day_s_end_that_is_heard_after_it_lets_nobody_through(walkthrough: Walkthrough):
    (one,), _ = await bring_to_notice(walkthrough, 1)
    notice = (await open_notice(walkthrough)).json()
    with clock.travel(over(notice)):
        await walkthrough.office.fire_deadlines()
    with clock.travel(VISITS):
        await walkthrough.clear(notice)
    assert (await walkthrough.look(one)).json()["step"] == "public-notice"
    (row,) = await walkthrough.office.sql("select state, open_objections from public_notice")
    assert (row["state"], row["open_objections"]) == ("closed", None)


async def test_an_objection_that_is_heard_of_after_the_clearing_holds_decisions_up_until_it_is_settled(
    walkthrough: Walkthrough,
):
    (one, two), _ = await bring_to_notice(walkthrough, 1, 2)
    first, second = (await open_notice(walkthrough, one)).json(), (await open_notice(walkthrough, two)).json()
    for notice in (first, second):
        await walkthrough.end_notice(notice)
    with clock.travel(over(first)):
        await walkthrough.clear(first, 1)
    held = await walkthrough.decide(one)
    assert (held.status_code, held.json()["title"]) == (409, "公示异议尚未办结")
    assert (await walkthrough.decide(two)).status_code == 201
    with clock.travel(over(first)):
        await walkthrough.clear(first)
    assert (await walkthrough.decide(one)).status_code == 201
