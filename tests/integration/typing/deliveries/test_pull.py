"""A bureau's API is pulled page by page into one delivery, whatever the network does."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import SecretStr, ValidationError

from deploy.certificates import write_certificates
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.models import Delivery
from services.typing.deliveries.pull import FIRST_PAUSE, LONGEST_PAUSE, Pulling, pause_after, pull, pull_regularly
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.refusals import DeliveryRefused
from shared.feeds.pulling.paged_api import PullFailed, PullInterrupted, PullSource, RetryPolicy
from shared.outgoing_tls import trust
from shared.platform.identity import Role
from tests.fixtures.forked import killed_at
from tests.fixtures.waiting import until
from tests.integration.typing.deliveries.bureau_api import BureauApi, bureau_api
from tests.integration.typing.deliveries.bureau_client import CODES, Bureau, count
from tests.integration.typing.deliveries.pull_process import pull_once

ROWS: list[dict[str, Any]] = [{"uscc": code, "year": 2025, "tax_paid": 12.5} for code in CODES[:7]]
Pulled = Callable[..., Awaitable[Delivery]]
IMPATIENT = RetryPolicy(attempts=4, total=20, first_pause=0.01, longest_pause=0.05, answer=0.5)


@pytest.fixture
def api() -> Iterator[BureauApi]:
    with bureau_api([dict(row) for row in ROWS]) as served:
        yield served


def source_of(api: BureauApi, **changed: object) -> PullSource:
    known = {
        "name": "tax-bureau",
        "url": api.url,
        "bureau": "市税务局",
        "feed": "tax",
        "region": "4101",
        "year": 2025,
        "mode": "full",
    }
    return PullSource.model_validate(known | changed)


@pytest.fixture
def pulled(api: BureauApi, database: Database, intake: IntakeContext) -> Pulled:
    async def once(**changed: object) -> Delivery:
        receipt = await pull(database, intake, source_of(api, **changed), Pulling([api.host], patience=IMPATIENT))
        return receipt.delivery

    return once


def rows_of(intake: IntakeContext, delivery: Delivery) -> list[tuple[str, int]]:
    rows = pq.read_table(intake.store.path(delivery.accepted_file)).to_pylist()
    return sorted((str(row["uscc"]), int(row["tax_paid"])) for row in rows)


EXPECTED = sorted((row["uscc"], 1250) for row in ROWS)


async def test_all_pages_become_one_delivery(pulled: Pulled, api: BureauApi, intake: IntakeContext, database: Database):
    delivery = await pulled(token=SecretStr("secret"))
    assert rows_of(intake, delivery) == EXPECTED
    assert (delivery.rows, delivery.channel, delivery.bureau) == (7, "pull", "市税务局")
    assert api.asked == ["", "p1", "p2", "p3"]
    assert api.tokens == {"Bearer secret"}
    assert not list((intake.store.data / "pulls").iterdir())


async def test_the_same_rows_pulled_again_count_once(pulled: Pulled, database: Database):
    first, again = await pulled(), await pulled()
    assert first.id == again.id
    assert await count(database, "delivery") == 1


@pytest.mark.parametrize("spelled", [str.upper, lambda name: f"\u3000{name.title()}\u200b"])
async def test_names_are_read_as_a_files_header_is(pulled: Pulled, api: BureauApi, spelled: Callable[[str], str]):
    """K2: a pull whose names were in capitals was an empty full delivery."""
    api.rows = [{spelled(name): value for name, value in row.items()} for row in ROWS]
    assert (await pulled()).accepted == 7


@pytest.mark.parametrize("names", [{"tax_paid": "tax-paid"}, {"uscc": "code"}, {"tax_paid": "USCC "}])
async def test_names_that_are_almost_ours_doubled_or_lack_the_key_are_given_up(
    pulled: Pulled, api: BureauApi, names: dict[str, str]
):
    api.rows = [{names.get(name, name): value for name, value in row.items()} for row in ROWS]
    with pytest.raises(PullFailed):
        await pulled()


async def test_the_same_rows_after_others_are_a_new_state(pulled: Pulled, api: BureauApi):
    """K1: the bureau answered A, B and A again."""
    first = await pulled()
    api.rows = [{**row, "tax_paid": 99} for row in ROWS]
    between = await pulled()
    api.rows = [dict(row) for row in ROWS]
    assert len({first.id, between.id, (await pulled()).id}) == 3


@pytest.mark.parametrize(
    "trouble", [[500], [503, 502], ["hang"], ["cut"], [429], [("retry-after", 0)], [500, "hang", "cut"]]
)
async def test_passing_trouble_is_outlasted(
    pulled: Pulled, api: BureauApi, intake: IntakeContext, trouble: list[object]
):
    api.trouble = [None, *trouble]
    assert rows_of(intake, await pulled()) == EXPECTED


async def test_a_pause_that_the_bureau_asks_for_is_kept(pulled: Pulled, api: BureauApi):
    api.trouble = [("retry-after", 1)]
    began = asyncio.get_running_loop().time()
    await pulled()
    assert asyncio.get_running_loop().time() - began >= 1.0


async def test_a_source_that_stays_down_is_taken_up_again_where_it_stopped(
    pulled: Pulled, api: BureauApi, intake: IntakeContext
):
    api.trouble = [None, None, *[500] * 4]
    with pytest.raises(PullInterrupted):
        await pulled()
    api.asked.clear()
    assert rows_of(intake, await pulled()) == EXPECTED
    assert api.asked == ["p2", "p3"]


async def test_a_page_that_comes_twice_counts_once(pulled: Pulled, api: BureauApi, intake: IntakeContext):
    api.pages["p1"] = api.page("p1") | {"next": "p1b"}
    api.pages["p1b"] = {"rows": api.page("p1")["rows"], "next": "p2"}
    assert rows_of(intake, await pulled()) == EXPECTED


@pytest.mark.parametrize("back", ["p1", "p2"])
async def test_pages_that_go_round_in_circles_are_given_up(
    pulled: Pulled, api: BureauApi, database: Database, back: str
):
    api.pages["p2"] = api.page("p2") | {"next": back}
    with pytest.raises(PullFailed, match="取过的一页"):
        await pulled()
    assert await count(database, "delivery") == 0


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ({"rows": []}, "最后一页应写明"),
        ({"rows": {}, "next": None}, "缺少 rows"),
        ({"rows": [1], "next": None}, "不是对象"),
        ({"rows": [], "next": ""}, "不是游标"),
        ({"rows": [], "next": {}}, "不是游标"),
        ({"rows": [{"uscc": ["x"]}], "next": None}, "不是文字"),
        ([], "缺少 rows"),
    ],
)
async def test_a_page_of_another_shape_is_given_up_and_nothing_is_left(
    pulled: Pulled, api: BureauApi, intake: IntakeContext, database: Database, page: Any, reason: str
):
    api.pages["p1"] = page
    with pytest.raises(PullFailed, match=reason):
        await pulled()
    assert await count(database, "delivery") == 0
    assert not list((intake.store.data / "pulls").iterdir())
    del api.pages["p1"]
    assert rows_of(intake, await pulled()) == EXPECTED


@pytest.mark.parametrize("trouble", ["redirect", "html", 404, 401])
async def test_an_answer_that_will_not_get_better_is_given_up(pulled: Pulled, api: BureauApi, trouble: object):
    api.trouble = [trouble]
    with pytest.raises(PullFailed):
        await pulled()
    assert len(api.asked) == 1


@pytest.mark.parametrize("url", ["http://other.example/tax", "https://other.example/tax", "file:///etc/passwd"])
async def test_only_allowed_hosts_are_asked(pulled: Pulled, api: BureauApi, url: str):
    with pytest.raises(PullFailed, match="允许的主机"):
        await pulled(url=url)
    with pytest.raises(PullFailed, match="允许的主机"):
        await pulled(url=api.url.replace("127.0.0.1", "user:word@127.0.0.1"))
    assert api.asked == []


async def test_an_address_elsewhere_must_use_https(database: Database, intake: IntakeContext, api: BureauApi):
    source = source_of(api, url="http://tax.example/tax")
    with pytest.raises(PullFailed, match="https"):
        await pull(database, intake, source, Pulling(["tax.example"]))


async def test_a_refused_pull_is_in_the_audit_and_begins_anew(pulled: Pulled, api: BureauApi, database: Database):
    with pytest.raises(DeliveryRefused):
        await pulled(year=2020)
    pool = await database.pool()
    assert await pool.fetchval("select action from audit_entry") == "delivery:refuse"
    assert await pool.fetchval("select state from pull") == "failed"
    assert (await pulled()).rows == 7


async def test_pages_fetched_under_other_settings_are_not_mixed_in(
    pulled: Pulled, api: BureauApi, intake: IntakeContext
):
    api.trouble = [None, None, *[500] * 4]
    with pytest.raises(PullInterrupted):
        await pulled(mode="incremental")
    api.asked.clear()
    await pulled()
    assert api.asked == ["", "p1", "p2", "p3"]


async def test_a_page_lost_from_disk_is_noticed(pulled: Pulled, api: BureauApi, intake: IntakeContext):
    api.trouble = [None, None, *[500] * 4]
    with pytest.raises(PullInterrupted):
        await pulled()
    [page] = (intake.store.data / "pulls").glob("*/000001.csv")
    page.unlink()
    with pytest.raises(PullFailed, match="第 1 页丢失"):
        await pulled()
    assert rows_of(intake, await pulled()) == EXPECTED


async def pull_until(point: str, database_url: str, intake: IntakeContext, api: BureauApi) -> None:
    """A process that pulls and is killed at a point."""
    source = source_of(api).model_dump(mode="json")
    await killed_at(point, pull_once, database_url, str(intake.store.data), source, [api.host])


@pytest.mark.parametrize("point", ["pull.page-written:2", "pull.page-noted:2", "delivery.stored", "pull.delivered"])
async def test_killed_anywhere_it_goes_on_from_its_cursor_and_counts_once(
    pulled: Pulled, api: BureauApi, intake: IntakeContext, database: Database, database_url: str, point: str
):
    await pull_until(point, database_url, intake, api)
    asked = len(api.asked)
    assert rows_of(intake, await pulled()) == EXPECTED
    assert await count(database, "delivery") == 1
    again = api.asked[asked:]
    assert "" not in again
    assert len(again) <= 3
    assert not list((intake.store.data / "pulls").iterdir())


async def test_killed_when_all_was_done_no_raw_page_stays(
    pulled: Pulled, api: BureauApi, intake: IntakeContext, database: Database, database_url: str
):
    await pull_until("pull.ended", database_url, intake, api)
    assert list((intake.store.data / "pulls").iterdir())
    await pulled()
    assert not list((intake.store.data / "pulls").iterdir())
    assert await count(database, "delivery") == 1


async def test_two_processes_that_pull_one_source_fetch_it_once(pulled: Pulled, api: BureauApi, database: Database):
    first, second = await asyncio.gather(pulled(), pulled())
    assert first.id == second.id
    async with database.session() as session:
        assert await deliveries_repository.running_pulls(session, "tax-bureau") == []


@pytest.mark.parametrize("wrong", [{"feed": "contact"}, {"feed": "credit"}, {"feed": "none"}, {"name": "a/b"}])
async def test_a_wrong_setting_is_told_before_anything_is_fetched(api: BureauApi, wrong: dict[str, str]):
    with pytest.raises(ValidationError):
        source_of(api, **wrong)


@pytest.mark.parametrize("trouble", [{"url": "https://elsewhere.example/"}, {}])
async def test_a_source_that_fails_or_hangs_delays_no_other(
    api: BureauApi, intake: IntakeContext, database: Database, trouble: dict[str, str]
):
    """The first source does not answer as long as the test lasts: the others are pulled meanwhile."""
    with bureau_api([]) as dead:
        dead.trouble = [503] * 1000
        first = source_of(dead, name="dead", **trouble)
        sources = [first, source_of(api), source_of(api, name="another", region="410102")]
        patient = Pulling([api.host, dead.host], patience=RetryPolicy(attempts=1000, first_pause=0.01))
        every = dt.timedelta(hours=1)
        task = asyncio.create_task(pull_regularly(database, intake, sources, patient, every=every))
        await until(lambda: sorted(api.asked) == sorted(["", "p1", "p2", "p3"] * 2))
        task.cancel()
        await asyncio.wait([task])


def test_a_source_that_does_not_answer_is_left_alone_for_longer_and_longer():
    pauses = [pause_after(attempts) for attempts in range(1, 40)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (FIRST_PAUSE, LONGEST_PAUSE)


async def test_names_that_are_not_the_feeds_warn_as_of_a_file(pulled: Pulled, api: BureauApi):
    """Also those of a page that an earlier attempt had fetched."""
    api.rows = [row | ({"remark": "x"} if place == 0 else {"备注": "y"}) for place, row in enumerate(ROWS)]
    api.trouble = [None, None, *[500] * 4]
    with pytest.raises(PullInterrupted):
        await pulled()
    assert (await pulled()).warnings == ["部门接口返回的行中不认识的名称已忽略：remark、备注。"]


async def test_pulls_are_listed_with_what_stopped_them(pulled: Pulled, api: BureauApi, bureau: Bureau):
    api.trouble = [None, None, *[500] * 4]
    with pytest.raises(PullInterrupted):
        await pulled()
    [running] = (await bureau.asks("/v1/pulls")).json()["items"]
    assert (running["state"], running["source"], running["pages"], running["attempts"]) == (
        "running",
        "tax-bureau",
        2,
        1,
    )
    assert "应答 500" in running["trouble"]
    assert running["next_try_at"] > running["started_at"]
    delivery = await pulled()
    api.trouble = [404]
    with pytest.raises(PullFailed):
        await pulled()
    failed, delivered = (await bureau.asks("/v1/pulls", role=Role.BUREAU, department="tax")).json()["items"]
    assert (failed["state_label"], "404" in failed["failure"]) == ("未成", True)
    assert (delivered["delivery_id"], delivered["trouble"], delivered["attempts"]) == (str(delivery.id), None, 0)
    assert [one["id"] for one in (await bureau.asks("/v1/pulls", state="failed")).json()["items"]] == [failed["id"]]
    assert (await bureau.asks("/v1/pulls", token_region="4102")).json()["items"] == []
    assert (await bureau.asks("/v1/pulls", role=Role.BUREAU, department="market")).json()["items"] == []
    assert (await bureau.asks("/v1/pulls", role=Role.SYSTEM)).status_code == 403


async def test_a_server_of_a_private_authority_is_trusted_where_the_settings_name_it(
    database: Database, intake: IntakeContext, tmp_path: Path
):
    write_certificates(tmp_path, ["localhost"])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "localhost.pem", tmp_path / "localhost-key.pem")
    once = replace(IMPATIENT, attempts=1)
    with bureau_api([dict(row) for row in ROWS], tls) as api:
        host = f"localhost:{api.port}"
        source = source_of(api, url=f"https://{host}/tax")
        with pytest.raises(PullInterrupted, match="证书不受信任"):
            await pull(database, intake, source, Pulling([host], once))
        trust(tmp_path / "ca.pem")  # as a service does at its start
        try:
            receipt = await pull(database, intake, source, Pulling([host], IMPATIENT))
        finally:
            trust(None)
    assert receipt.delivery.accepted == 7
