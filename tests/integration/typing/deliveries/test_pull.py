"""A bureau's API is pulled page by page into one delivery, whatever the network does."""

import asyncio
import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import SecretStr, ValidationError

from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.models import Delivery
from services.typing.deliveries.pull import pull, pull_regularly
from services.typing.deliveries.pull_source import PullFailed, PullInterrupted, PullSource, RetryPolicy
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.refusals import DeliveryRefused
from tests.fixtures.waiting import until
from tests.integration.typing.deliveries.bureau_api import BureauApi, bureau_api
from tests.integration.typing.deliveries.bureau_client import CODES, count

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
        receipt = await pull(database, intake, source_of(api, **changed), [api.host], patience=IMPATIENT)
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
        await pull(database, intake, source, ["tax.example"])


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


def killed_at(point: str, database_url: str, intake: IntakeContext, api: BureauApi) -> int:
    """Runs a process that pulls and is killed at a point; its exit code."""
    told = {
        "url": database_url,
        "data": str(intake.store.data),
        "source": source_of(api).model_dump(mode="json"),
        "hosts": [api.host],
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.integration.typing.deliveries.pull_process", json.dumps(told)],
        env=os.environ | {"MINGLU_CRASH_AT": point},
        check=False,
    ).returncode


@pytest.mark.parametrize("point", ["pull.page-written:2", "pull.page-noted:2", "delivery.stored", "pull.delivered"])
async def test_killed_anywhere_it_goes_on_from_its_cursor_and_counts_once(
    pulled: Pulled, api: BureauApi, intake: IntakeContext, database: Database, database_url: str, point: str
):
    assert await asyncio.to_thread(killed_at, point, database_url, intake, api) == -signal.SIGKILL
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
    assert await asyncio.to_thread(killed_at, "pull.ended", database_url, intake, api) == -signal.SIGKILL
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


async def test_a_source_that_fails_stops_no_other(api: BureauApi, intake: IntakeContext, database: Database):
    sources = [source_of(api, name="broken", url="https://elsewhere.example/"), source_of(api)]
    task = asyncio.create_task(pull_regularly(database, intake, sources, [api.host], every=dt.timedelta(hours=1)))
    await until(lambda: api.asked == ["", "p1", "p2", "p3"])
    task.cancel()
