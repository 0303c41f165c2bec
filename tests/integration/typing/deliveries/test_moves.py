"""H1: a household of another region moves, and changes hands, only when its own county confirms."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.typing.deliveries import changed_households
from services.typing.deliveries.evidence import build_evidence
from services.typing.deliveries.intake import evidence_of
from services.typing.deliveries.models import Delivery
from services.typing.moves import service as moves_service
from services.typing.moves.domain import may_decide
from shared.database.connections import Database
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.typing.deliveries.bureau_client import CITY, CODES, Bureau, registration

MINE, TAKEN = CODES[:2]
LOSING, GAINING, ELSEWHERE = "410104", "410102", "410105"
ATTACKER = "410102199002020022"


async def delivered(bureau: Bureau, content: str, region: str, **query: Any) -> dict[str, Any]:
    answer = await bureau.delivers(content, region=region, **{"token_region": region} | query)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def claimed(bureau: Bureau, **query: Any) -> dict[str, Any]:
    """A household of one county that another county's bureau delivers as its own, with another operator."""
    await delivered(bureau, registration(TAKEN, region=LOSING), LOSING)
    await delivered(bureau, registration(MINE, region=GAINING), GAINING)
    rows = registration(TAKEN, region=GAINING, operator=ATTACKER)
    return await delivered(bureau, rows, GAINING, mode="incremental", **query)


async def moves(bureau: Bureau, region: str, **said: Any) -> list[dict[str, Any]]:
    answer = await bureau.asks("/v1/moves", token_region=region, **said)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def decide(
    bureau: Bureau, region: str, *, confirmed: bool = True, role: Role = Role.OFFICER, match: str = "*", **said: Any
) -> httpx.Response:
    (move,) = await moves(bureau, CITY)
    headers = bureau.issuer.headers(role, region=region, **said) | {"If-Match": match}
    body = {"confirmed": confirmed, "reason": "已向经营者核实"}
    return await bureau.client.post(f"/v1/moves/{move['id']}/decision", json=body, headers=headers)


async def county_of(bureau: Bureau, database: Database, uscc: str = TAKEN) -> str:
    """Where all deliveries together say that it is registered."""
    async with database.session() as session:
        rows = (await session.execute(select(Delivery).order_by(Delivery.sequence))).scalars().all()
    told = [evidence_of(bureau.intake.store, row) for row in rows]
    with bureau.intake.bench.connect(bureau.intake.store.incoming) as con:
        build_evidence(con, told, "", 2025)
        return str(con.execute("SELECT region_code FROM accepted_registration WHERE uscc = ?", [uscc]).fetchall()[0][0])


async def test_nothing_changes_until_the_losing_county_confirms(bureau: Bureau, database: Database):
    told = await claimed(bureau)
    assert (told["pending"], told["moved_in"], told["changed"]) == (1, 0, 0)
    assert await county_of(bureau, database) == LOSING
    assert (await decide(bureau, LOSING)).status_code == 200
    assert await county_of(bureau, database) == GAINING
    (last, *_) = (await bureau.asks("/v1/deliveries", token_region=CITY)).json()["items"]
    assert (last["channel"], last["moved_in"], last["changed"]) == ("move", 1, 1), "HouseholdChanged is streamed"
    assert (await decide(bureau, LOSING)).status_code == 409


async def test_taking_every_row_at_its_word_would_be_caught(
    bureau: Bureau, database: Database, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: who delivers a row has the household."""
    monkeypatch.setattr(
        changed_households, "CLAIMED", changed_households.CLAIMED.replace("NOT starts_with", "false AND starts_with")
    )
    with pytest.raises(AssertionError):
        await test_nothing_changes_until_the_losing_county_confirms(bureau, database)


async def test_the_losing_county_decides_and_neither_the_gaining_one_nor_a_third(bureau: Bureau):
    await claimed(bureau)
    for region, status in ((GAINING, 403), (ELSEWHERE, 404), ("4102", 404), (LOSING, 200)):
        assert (await decide(bureau, region)).status_code == status


@pytest.mark.parametrize(
    ("region", "decides"), [(LOSING, True), (CITY, True), ("41", True), ("", True), (GAINING, False), ("4102", False)]
)
def test_a_superior_of_both_decides(region: str, decides: bool):
    assert may_decide(region, losing=LOSING, gaining=GAINING) == decides


async def test_of_another_city_only_the_county_itself_or_the_province_decides(bureau: Bureau):
    await delivered(bureau, registration(TAKEN, region="410202"), "410202")
    await delivered(bureau, registration(TAKEN, region=GAINING), GAINING, mode="incremental")
    assert (await decide(bureau, "4102")).status_code == 403
    assert (await decide(bureau, "410202")).status_code == 200


async def test_no_bureau_and_nobody_who_delivered_decides(bureau: Bureau, monkeypatch: pytest.MonkeyPatch):
    await claimed(bureau, role=Role.OFFICER, headers=None)
    assert (await decide(bureau, LOSING, role=Role.BUREAU, department=Department.MARKET)).status_code == 403
    monkeypatch.setattr(moves_service, "may_decide", lambda *_, **__: True)
    same_person = await decide(bureau, GAINING)
    assert (same_person.status_code, same_person.json()["title"]) == (403, "不能由报送人确认")


async def test_a_decision_needs_the_version_that_was_read(bureau: Bureau):
    await claimed(bureau)
    (move,) = await moves(bureau, LOSING)
    read = (await bureau.asks(f"/v1/moves/{move['id']}", token_region=LOSING)).headers["ETag"]
    await delivered(bureau, registration(TAKEN, region=GAINING, name="又换了名"), GAINING, mode="incremental")
    assert (await decide(bureau, LOSING, match=read)).status_code == 412


async def test_what_was_refused_is_not_asked_again_for_the_same_row(bureau: Bureau, database: Database):
    await claimed(bureau)
    assert (await decide(bureau, LOSING, confirmed=False)).json()["state"] == "refused"
    both = registration(MINE, TAKEN, region=GAINING, operator=ATTACKER)
    told = await delivered(bureau, both, GAINING)
    assert (told["pending"], [move["state"] for move in await moves(bureau, LOSING)]) == (1, ["refused"])
    assert await county_of(bureau, database) == LOSING
    assert (await decide(bureau, LOSING)).json()["state"] == "confirmed", "it may think better of it"


async def test_both_counties_see_it_and_it_is_over_when_a_superior_delivers_the_household(bureau: Bureau):
    await claimed(bureau)
    for region, decidable in ((LOSING, True), (GAINING, False)):
        assert [(one["uscc"], one["decidable"]) for one in await moves(bureau, region)] == [(TAKEN, decidable)]
    assert await moves(bureau, ELSEWHERE) == []
    refused = await bureau.asks("/v1/moves", role=Role.BUREAU, token_region=LOSING, department=Department.TAX)
    assert refused.status_code == 403
    assert (await delivered(bureau, registration(TAKEN, region=GAINING), CITY, mode="incremental"))["changed"] == 1
    assert [one["state"] for one in await moves(bureau, LOSING)] == ["superseded"]


async def test_the_losing_countys_own_list_does_not_end_it(bureau: Bureau):
    await claimed(bureau)
    await delivered(bureau, registration(TAKEN, region=LOSING, name="改了字号"), LOSING)
    assert [one["state"] for one in await moves(bureau, LOSING)] == ["waiting"]
