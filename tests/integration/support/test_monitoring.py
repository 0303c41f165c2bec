"""Households that a county chooses: proposed, approved by another, over by their term, a move or a reason; samples."""

import asyncio
import datetime as dt
from typing import Any

import httpx

from shared import clock
from shared.clock import CHINA
from shared.platform.identity import Role
from tests.integration.support.support_client import CITY, SupportClient, household_changed, household_typed, uscc

LAST = clock.today() + dt.timedelta(days=30)
WHITE = {"uscc": uscc(1), "chosen_as": "white-list", "reason": "有优势、前景好（示例）", "until": str(LAST)}


async def propose(office: SupportClient, **changed: Any) -> httpx.Response:
    """A proposal of an officer of the county."""
    return await office.post("/v1/chosen-households", WHITE | changed, subject="clerk")


async def listed(office: SupportClient, **changed: Any) -> str:
    """A household that another person has approved; the id of the choice."""
    proposed = (await propose(office, **changed)).json()
    path = f"/v1/chosen-households/{proposed['id']}/approval"
    own = await office.post(path, None, Role.APPROVER, match="*", subject="clerk")
    assert own.json()["title"] == "须由另一人办理"
    approved = await office.post(path, None, Role.APPROVER, match="*", subject="head")
    assert approved.json()["state_label"] == "在名单内"
    return str(proposed["id"])


async def chosen(office: SupportClient, **query: Any) -> list[dict[str, Any]]:
    """The white list, or what the query asks for."""
    asked = {"chosen_as": "white-list"} | query
    found: list[dict[str, Any]] = (await office.get("/v1/chosen-households", query=asked)).json()["items"]
    return found


async def test_a_household_is_chosen_by_two_with_reason_and_term_and_its_operator_sees_it(
    office: SupportClient,
) -> None:
    await office.hear(household_typed(1), household_typed(2))
    assert (await propose(office, until=None)).status_code == 422
    assert (await propose(office, until="2020-01-01")).status_code == 422
    assert (await propose(office, uscc=uscc(9))).status_code == 404
    await listed(office)
    assert (await propose(office)).json()["title"] == "已经在名单里"
    assert (await propose(office, chosen_as="contact-point", until=None)).status_code == 201
    [mine] = (await office.get("/v1/chosen-households/mine", Role.OPERATOR)).json()
    assert (mine["chosen_as_label"], mine["reason"]) == ("白名单", WHITE["reason"])
    assert (await office.get("/v1/chosen-households/mine", Role.OPERATOR, number=2)).json() == []


async def test_two_who_propose_the_same_household_at_once_are_told_apart(office: SupportClient) -> None:
    """Naive: neither finds the other's, and the second breaks on the index."""
    await office.hear(household_typed(1))
    answers = await asyncio.gather(*(propose(office) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]


async def test_a_choice_is_over_by_its_term_by_a_reason_and_when_the_household_moves(office: SupportClient) -> None:
    await office.hear(*(household_typed(number) for number in (1, 2, 3)))
    await listed(office)
    second = await listed(office, uscc=uscc(2))
    await listed(office, uscc=uscc(3), chosen_as="contact-point", until=None)
    reason = {"reason": "不再符合（示例）"}
    await office.post(f"/v1/chosen-households/{second}/ending", reason, match="*")
    with clock.travel(dt.datetime.combine(LAST, dt.time(23), CHINA)):
        await office.fire_deadlines()
    assert [one["uscc"] for one in await chosen(office)] == [uscc(1)]
    with clock.travel(dt.datetime.combine(LAST + dt.timedelta(days=1), dt.time(0, 1), CHINA)):
        await office.fire_deadlines()
    over = {one["uscc"]: one["ended_because"] for one in await chosen(office, state="ended")}
    assert over == {uscc(1): "期限已满", uscc(2): "不再符合（示例）"}
    await office.hear(household_changed(3, region="620721", revision=5))
    [moved] = await chosen(office, chosen_as="contact-point", state="ended")
    assert moved["ended_because"] == "迁到别的县区"
    assert (await propose(office)).status_code == 201


async def test_whoever_draws_with_the_same_seed_draws_the_same_households(office: SupportClient) -> None:
    await office.hear(*(household_typed(number, type="growth") for number in range(1, 31)))
    await office.hear(household_typed(40, type="development"))
    query = {"seed": "2026-3", "type": "growth", "size": 10}

    async def drawn(**changed: Any) -> list[str]:
        view = (await office.get("/v1/samples", query=query | changed)).json()
        assert view["population"] == 30
        return [one["uscc"] for one in view["households"]]

    first = await drawn()
    assert len(set(first)) == 10
    assert await drawn() == first
    assert await drawn(size=20) != first
    assert (await drawn(size=20))[:10] == first
    assert set(await drawn(seed="2026-4")) != set(first)
    assert (await office.get("/v1/samples", Role.OFFICER, CITY, query=query)).json()["population"] == 30
    assert (await office.get("/v1/samples", Role.BUREAU, query=query, department="tax")).status_code == 403
