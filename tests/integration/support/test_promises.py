"""告知承诺 and what departments report: who may say what about a household, and whose word counts in the end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from services.support.entitlements import repository as entitlement_repository
from services.support.entitlements.domain import Cause
from services.support.entitlements.task import keep_current
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.waiting import until_blocked
from tests.integration.support.support_client import SupportClient, household_changed, household_typed, operator, uscc
from tests.integration.support.test_entitlements import BUREAU, COUNTY, ENTERED, published, settle, stored

PATH = "/v1/entitlements/jinshui-1"
SIGNED = {"uscc": uscc(1, COUNTY), "agreed": True}


@pytest.fixture
async def county(office: SupportClient) -> SupportClient:
    """A county with a measure that a department confirms or a household promises, and three households."""
    await office.hear(*(household_typed(number, county=COUNTY, type="growth") for number in (1, 2)))
    await office.hear(household_typed(3, county=COUNTY, type="survival"))
    await published(office, ENTERED)
    return office


async def sign(
    office: SupportClient, number: int = 1, *roles: Role, read: int | None = None, **who: Any
) -> httpx.Response:
    """The household's promise, made by this operator. `read`: the revision that they have read."""
    headers = office.issuer.headers(Role.OPERATOR, *roles, operator_ref=operator(number), **({"region": COUNTY} | who))
    return await office.client.post(f"{PATH}/commitments", json=SIGNED | {"revision": read}, headers=headers)


async def check(office: SupportClient, commitment: str, *, kept: bool, **who: Any) -> httpx.Response:
    """What its department finds later."""
    body = {"kept": kept, "finding": "到现场看过。"}
    by: dict[str, Any] = {"role": Role.BUREAU, "region": COUNTY} | BUREAU | who
    return await office.post(f"/v1/commitments/{commitment}/check", body, **by)


async def report(office: SupportClient, outcome: str, number: int = 1, **more: Any) -> httpx.Response:
    """One row of the department's list; `who`: somebody else than the department's clerk."""
    who: dict[str, Any] = {"role": Role.BUREAU, "region": COUNTY} | BUREAU | more.pop("who", {})
    row = {"uscc": uscc(number, COUNTY), "outcome": outcome, "on": str(clock.today())} | more
    return await office.post(f"{PATH}/reports", {"rows": [row]}, **who)


async def state(office: SupportClient, number: int = 1) -> str | None:
    """What the measure is to a household now."""
    await settle(office)
    states: dict[str, str] = (await stored(office))[uscc(number, COUNTY)]
    return states.get("jinshui-1")


async def test_only_the_households_own_operator_promises(county: SupportClient) -> None:
    assert (await sign(county, 2)).status_code == 404
    assert (await sign(county, 2, Role.OFFICER)).status_code == 404
    revised = await sign(county, read=0)
    assert (revised.status_code, revised.json()["title"]) == (409, "承诺的内容已经更改"), "nobody signs unread words"
    assert (await sign(county, read=1)).status_code == 201


async def test_a_promise_is_made_once_and_never_again_after_it_was_broken(county: SupportClient) -> None:
    commitment = (await sign(county)).json()["id"]
    assert (await sign(county)).json()["title"] == "已经签过承诺"
    assert (await check(county, commitment, kept=False)).status_code == 200
    assert (await sign(county)).json()["title"] == "部门核实过，不能再签承诺"
    assert await state(county) is None


async def test_a_broken_promise_outranks_what_was_confirmed_before_it_and_not_what_is_confirmed_later(
    county: SupportClient,
) -> None:
    commitment = (await sign(county)).json()["id"]
    assert (await report(county, "confirmed")).status_code == 201
    await check(county, commitment, kept=False)
    assert await state(county) is None
    assert (await report(county, "confirmed")).status_code == 201
    assert await state(county) == "entitled"


async def test_a_department_confirms_whoever_may_be_an_addressee_of_its_own_measure(county: SupportClient) -> None:
    assert "不是这项措施的对象" in (await report(county, "confirmed", 3)).json()["detail"]
    joint = ENTERED | {"id": "jinshui-2", "joint": ["finance"]}
    await published(county, joint)
    row = {"uscc": uscc(1, COUNTY), "outcome": "confirmed", "on": str(clock.today())}
    finance: dict[str, Any] = {"role": Role.BUREAU, "region": COUNTY, "department": "finance"}
    path = "/v1/entitlements/jinshui-2/reports"
    refused = await county.post(path, {"rows": [row]}, **finance)
    assert "由核实条件的部门（人力资源和社会保障部门）报送" in refused.json()["detail"]
    assert (await county.post(path, {"rows": [row | {"outcome": "used"}]}, **finance)).status_code == 201


async def test_nothing_is_reported_of_drafts_and_of_what_is_for_no_household(county: SupportClient) -> None:
    body = {"rows": [{"uscc": uscc(1, COUNTY), "outcome": "used", "on": str(clock.today())}]}
    await published(county, ENTERED | {"id": "jinshui-3", "kind": "conduct", "needs": [], "commitment": None})
    conduct = await county.post("/v1/entitlements/jinshui-3/reports", body, Role.BUREAU, COUNTY, **BUREAU)
    draft = await county.post("/v1/entitlements/gz-05/reports", body, Role.BUREAU, "62", **BUREAU)
    assert {conduct.json()["title"], draft.json()["title"]} == {"这项措施不用报送"}


@pytest.mark.parametrize("roles", [(Role.BUREAU, Role.AUDITOR), (Role.OFFICER,), (Role.OFFICER, Role.AUDITOR)])
async def test_whoever_reads_everything_writes_nothing_that_a_department_owns(
    county: SupportClient, roles: tuple[Role, ...]
) -> None:
    headers = county.issuer.headers(*roles, region=COUNTY, department="culture" if Role.BUREAU in roles else None)
    row = {"uscc": uscc(1, COUNTY), "outcome": "refused", "on": str(clock.today()), "reason": "看错了"}
    entered = ENTERED | {"id": "jinshui-4"}
    calls = {f"{PATH}/reports": {"rows": [row]}}
    calls |= {"/v1/measure-revisions": entered} if Role.BUREAU in roles else {}
    for path, body in calls.items():
        assert (await county.client.post(path, json=body, headers=headers)).status_code == 403
    assert await county.sql("select 1 from measure_report") == []


async def test_the_list_is_whole_and_an_amount_is_in_the_unit_of_its_column(
    county: SupportClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settle(county)
    monkeypatch.setattr("services.support.entitlements.list_endpoints.PAGE", 1)
    query = {"query": {"state": "verify"}}
    table = (await county.get(f"{PATH}/households.csv", Role.BUREAU, COUNTY, **BUREAU, **query)).text
    assert [line.split(",")[0] for line in table.splitlines()[1:]] == [uscc(1, COUNTY), uscc(2, COUNTY)]
    assert table.splitlines()[0].endswith("金额（元）,原因")
    assert (await report(county, "paid", amount="2000.50")).status_code == 201
    assert [row["amount"] for row in await county.sql("select amount from measure_report")] == [200050]
    monkeypatch.setattr("services.support.entitlements.list_endpoints.LARGEST_WORKBOOK", 1)
    book = {"query": {"state": "verify", "format": "xlsx"}}
    long = await county.get(f"{PATH}/households.csv", Role.BUREAU, COUNTY, **BUREAU, **book)
    assert "请下载 CSV 文件" in long.json()["detail"]


async def test_a_household_that_moves_keeps_what_holds_everywhere_and_is_the_new_countys_to_check(
    county: SupportClient,
) -> None:
    commitment = (await sign(county)).json()["id"]
    assert await state(county) == "entitled"
    await county.hear(household_changed(1, county=COUNTY, region="410103", revision=9))
    assert await state(county) is None
    assert (await stored(county))[uscc(1, COUNTY)]["zz-13"] == "invited"
    assert (await check(county, commitment, kept=True)).status_code == 404
    assert (await check(county, commitment, kept=True, region="4101")).status_code == 200


async def test_what_is_heard_while_a_county_is_reckoned_is_reckoned_after_it(
    county: SupportClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted at the worst moment: the masks are staged, and a department confirms a household."""
    await settle(county)

    async def confirm() -> None:
        assert (await report(county, "confirmed")).status_code == 201

    await reckon_while(county, monkeypatch, confirm)
    assert await state(county) == "entitled"


async def test_a_run_that_is_heard_while_its_county_is_reckoned_has_it_reckoned_again(
    county: SupportClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settle(county)
    marking: list[asyncio.Task[None]] = []

    async def mark() -> None:
        async with county.resources.database.transaction() as session:
            await entitlement_repository.mark_counties(session, [uscc(1, COUNTY)], Cause.TYPING, clock.today())

    async def begin_to_mark() -> None:
        marking.append(asyncio.create_task(mark()))
        await until_blocked(county.resources.database, marking[0])

    await reckon_while(county, monkeypatch, begin_to_mark)
    await marking[0]
    assert [row["digest"] for row in await county.sql("select digest from entitlement_pass")] == ["typing"]


async def reckon_while(
    office: SupportClient, monkeypatch: pytest.MonkeyPatch, something: Callable[[], Awaitable[None]]
) -> None:
    """A county's pass, in which something happens after the masks are staged."""
    combinations = entitlement_repository.combinations

    async def meanwhile(*staged: Any) -> Any:
        await something()
        return await combinations(*staged)

    await office.sql_change("UPDATE entitlement_pass SET digest = 'recognition'")
    with monkeypatch.context() as planted:
        planted.setattr(entitlement_repository, "combinations", meanwhile)
        assert await keep_current(office.resources.database)
