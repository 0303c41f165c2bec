"""What was refused as a whole is listed with the reason, for whoever may see that feed in that region; and what is odd
about an accepted delivery is said in the answer.
"""

from typing import Any

import pytest

from services.typing.deliveries.pull import Pulling, pull
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.refusals import DeliveryRefused
from shared.platform.identity import Role
from tests.integration.typing.deliveries.bureau_api import bureau_api
from tests.integration.typing.deliveries.bureau_client import CODES, Bureau, registration, tax
from tests.integration.typing.deliveries.test_pull import source_of


async def test_uploads_and_pulls_are_refused_into_one_list(bureau: Bureau, database: Database, intake: IntakeContext):
    await bureau.delivers(tax(CODES[0]), "tax", year=2025, rows=9)
    await bureau.delivers(tax(CODES[0]), "tax", year=2025, rows=9)
    with bureau_api([{"uscc": CODES[0], "year": 2020}]) as api, pytest.raises(DeliveryRefused):
        await pull(database, intake, source_of(api), Pulling([api.host]))
    pulled, uploaded = (await bureau.asks("/v1/refused-deliveries")).json()["items"]
    assert (uploaded["reason"], uploaded["channel_label"], uploaded["times"]) == ("rows-mismatch", "接口上传", 2)
    assert "声明 9 行，文件中有 1 行" in uploaded["detail"]
    assert uploaded["last_refused_at"] > uploaded["first_refused_at"]
    assert (pulled["channel"], pulled["reason"], pulled["bureau"]) == ("pull", "outside-coverage", "市税务局")


async def test_refused_deliveries_are_the_regions_and_the_departments(bureau: Bureau):
    await bureau.delivers(tax(CODES[0]), "tax", year=2025, rows=9)
    await bureau.delivers(registration(CODES[0]), rows=9)

    async def feeds(**caller: Any) -> list[str]:
        told = (await bureau.asks("/v1/refused-deliveries", **caller)).json()
        return [one["feed"] for one in told["items"]]

    assert await feeds() == ["registration", "tax"]
    assert await feeds(role=Role.BUREAU, department="tax") == ["tax"]
    assert await feeds(token_region="4102") == []
    assert (await bureau.asks("/v1/refused-deliveries", role=Role.SYSTEM)).status_code == 403
    first = (await bureau.asks("/v1/refused-deliveries", limit=1)).json()
    following = (await bureau.asks("/v1/refused-deliveries", limit=1, cursor=first["next"])).json()
    assert [one["feed"] for one in (*first["items"], *following["items"])] == ["registration", "tax"]


@pytest.mark.parametrize("region", ["410199", "4199", "99"])
async def test_a_region_that_does_not_exist_is_refused(bureau: Bureau, region: str):
    answer = await bureau.delivers(tax(CODES[0]), "tax", year=2025, region=region, token_region=region[:2])
    assert (answer.status_code, answer.json()["title"]) == (422, "声明不完整或有误")
    assert region in answer.json()["detail"]


async def test_a_delivery_of_which_nothing_was_accepted_says_so(bureau: Bureau):
    told = (await bureau.delivers(tax("x", "y"), "tax", year=2025, mode="incremental")).json()
    assert (told["accepted"], told["rejected"]) == (0, 2)
    assert any("没有一行可以采用" in warning for warning in told["warnings"])
    fine = (await bureau.delivers(tax(CODES[0]), "tax", year=2025)).json()
    assert fine["warnings"] == []


async def test_contracts_of_the_feeds_are_told_to_anybody(bureau: Bureau):
    feeds = (await bureau.client.get("/v1/feeds")).json()
    assert [one["feed"] for one in feeds][:2] == ["registration", "credit"]
    for one in feeds:
        schema = (await bureau.client.get(one["contract"])).json()
        assert (schema["name"], schema["primaryKey"]) == (one["feed"], one["key"])
    assert (await bureau.client.get("/v1/feeds/penalty/schema")).status_code == 404
