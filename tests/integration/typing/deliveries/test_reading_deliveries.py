"""Who sees which deliveries and rejects."""

import codecs
import csv
import io
from functools import partial
from types import ModuleType
from typing import Any

import pytest

from services.typing.deliveries import repository as deliveries_repository
from shared.feeds.contract.feeds import FEEDS
from shared.platform.deliveries import rows as delivery_rows
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.typing.deliveries.bureau_client import CITY, CODES, Bureau, registration, tax


async def test_the_newest_come_first_a_page_at_a_time(bureau: Bureau):
    for n in range(1, 6):
        await bureau.delivers(registration(*CODES[:n]))
    seen, cursor = [], None
    while True:
        asked: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await bureau.asks("/v1/deliveries", **asked)).json()
        seen += [item["rows"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


async def test_a_list_can_be_narrowed(bureau: Bureau):
    await bureau.delivers(registration(*CODES[:2]), region="410102", bureau="二七区局")
    await bureau.delivers(tax(*CODES[:2]), "tax", year=2025, mode="incremental")

    async def feeds(**asked: Any) -> list[str]:
        return [item["feed"] for item in (await bureau.asks("/v1/deliveries", **asked)).json()["items"]]

    assert await feeds(feed="tax") == ["tax"]
    assert await feeds(bureau="二七区局") == ["registration"]
    assert await feeds(year=2025) == ["tax"]
    assert await feeds(mode="incremental") == ["tax"]
    assert await feeds(region="410102") == ["tax", "registration"]
    assert await feeds(region="410103") == ["tax"]


async def test_officers_of_a_county_see_deliveries_for_their_county_only(bureau: Bureau):
    city = await bureau.delivers(tax(*CODES[:2]), "tax", year=2025)
    county = await bureau.delivers(registration(*CODES[:2]), region="410102")
    seen = (await bureau.asks("/v1/deliveries", region="410102")).json()["items"]
    assert {item["id"] for item in seen} == {city.json()["id"], county.json()["id"]}
    mine = await bureau.client.get("/v1/deliveries", headers=bureau.issuer.headers(Role.OFFICER, region="410102"))
    assert [item["id"] for item in mine.json()["items"]] == [county.json()["id"]]


@pytest.mark.parametrize("part", ["", "/rejects"])
async def test_another_regions_delivery_is_not_there(bureau: Bureau, part: str):
    address = (await bureau.delivers(registration(*CODES[:2]))).headers["Location"] + part
    headers = bureau.issuer.headers(Role.OFFICER, region="4102")
    assert (await bureau.client.get(address, headers=headers)).status_code == 404
    assert (await bureau.client.get(address)).status_code == 401
    assert (await bureau.client.get(address, headers=bureau.issuer.headers(Role.OFFICER, region="41"))).is_success


async def of_departments(bureau: Bureau) -> dict[str, str]:
    """A delivery of each of two departments; department → its address."""
    content = {"registration": registration(*CODES[:2]), "tax": tax(*CODES[:2])}
    years = {"registration": None, "tax": 2025}
    found = {feed: await bureau.delivers(text, feed, year=years[feed]) for feed, text in content.items()}
    return {FEEDS[feed].department: answer.headers["Location"] for feed, answer in found.items()}


async def only_ones_own_is_read(bureau: Bureau) -> None:
    addresses = await of_departments(bureau)
    for department in Department:
        read = partial(bureau.asks, role=Role.BUREAU, department=department)
        for owner, address in addresses.items():
            status = 200 if owner == department else 404
            for part in ("", "/rejects"):
                assert (await read(address + part)).status_code == status, (department, owner)
        listed = (await read("/v1/deliveries")).json()["items"]
        own = [address for owner, address in addresses.items() if owner == department]
        assert [f"/v1/deliveries/{one['id']}" for one in listed] == own, department


async def test_a_department_sees_what_became_of_its_own_feeds_alone(bureau: Bureau):
    await only_ones_own_is_read(bureau)


@pytest.mark.parametrize(
    ("module", "read"), [(delivery_rows, "get_delivery"), (deliveries_repository, "list_deliveries")]
)
async def test_a_read_without_its_department_would_be_caught(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, module: ModuleType, read: str
):
    """The planted fault: a repository that forgets whose the feeds are."""
    scoped = getattr(module, read)

    async def without_department(session: object, first: object, second: object, *more: object) -> object:
        if read == "get_delivery":
            return await scoped(session, first, second, more[0], None)
        return await scoped(session, first, None, *more)

    monkeypatch.setattr(module, read, without_department)
    with pytest.raises(AssertionError):
        await only_ones_own_is_read(bureau)


async def test_an_officer_and_one_who_is_a_bureau_besides_see_all(bureau: Bureau):
    addresses = await of_departments(bureau)
    for roles in ([Role.OFFICER], [Role.BUREAU, Role.OFFICER]):
        headers = bureau.issuer.headers(*roles, region=CITY, department="market")
        assert len((await bureau.client.get("/v1/deliveries", headers=headers)).json()["items"]) == len(addresses)


@pytest.mark.parametrize("department", [one for one in Department if one is not Department.TAX])
async def test_no_department_delivers_anothers_feed(bureau: Bureau, department: Department):
    answer = await bureau.delivers(tax(*CODES[:2]), "tax", department=department, year=2025)
    assert (answer.status_code, answer.json()["title"]) == (403, "不由本部门报送")
    assert "由税务部门报送" in answer.json()["detail"]


async def test_a_bureau_whose_token_names_no_department_neither_delivers_nor_reads(bureau: Bureau):
    headers = bureau.issuer.headers(Role.BUREAU, region=CITY)
    read = await bureau.client.get("/v1/deliveries", headers=headers)
    delivered = await bureau.delivers(tax(*CODES[:2]), "tax", headers=headers, year=2025)
    for answer in (read, delivered):
        assert (answer.status_code, answer.json()["title"]) == (403, "令牌没有写明部门")


async def test_rejects_are_a_table_in_the_order_of_the_file(bureau: Bureau):
    content = registration(CODES[0], name="") + "\n".join(registration(CODES[1], status="open").splitlines()[1:]) + "\n"
    told = (await bureau.delivers(content)).json()
    assert (told["accepted"], told["rejected"]) == (0, 2)
    answer = await bureau.asks(f"/v1/deliveries/{told['id']}/rejects")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "registration-" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.content.startswith(codecs.BOM_UTF8)
    assert [(row["row"], row["column"], row["code"]) for row in rows] == [
        ("2", "name", "missing"),
        ("3", "status", "unknown-value"),
    ]


async def test_a_delivery_without_rejects_has_an_empty_table(bureau: Bureau):
    told = (await bureau.delivers(registration(*CODES[:2]))).json()
    answer = await bureau.asks(f"/v1/deliveries/{told['id']}/rejects")
    assert answer.content.decode("utf-8-sig") == "feed,file,row,column,code,severity,message\r\n"
