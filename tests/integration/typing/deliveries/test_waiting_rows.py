"""C3: rows of other feeds that come before the registration of their household wait, and are shown to wait."""

from tests.integration.typing.deliveries.bureau_client import CITY, CODES, Bureau, registration, tax


async def test_rows_delivered_before_their_household_are_listed_until_it_comes(bureau: Bureau):
    told = (await bureau.delivers(tax(*CODES[:3]), "tax", year=2025)).json()
    assert (told["accepted"], told["rejected"]) == (3, 0)
    path = f"/v1/deliveries/{told['id']}/waiting"
    waiting = (await bureau.asks(path)).json()
    assert (waiting["waiting"], waiting["since"]) == (3, told["received_at"])
    assert waiting["rows"][0] == {"uscc": min(CODES[:3]), "year": 2025}
    registered = (await bureau.delivers(registration(*CODES[:2]))).json()
    assert [row["uscc"] for row in (await bureau.asks(path)).json()["rows"]] == [CODES[2]]
    await bureau.delivers(registration(CODES[2]), mode="incremental")
    assert (await bureau.asks(path)).json()["waiting"] == 0
    assert (await bureau.asks(f"/v1/deliveries/{registered['id']}/waiting")).json()["waiting"] == 0


async def test_waiting_rows_of_another_regions_delivery_are_not_shown(bureau: Bureau):
    told = (await bureau.delivers(tax(CODES[0]), "tax", year=2025, region=CITY)).json()
    assert (await bureau.asks(f"/v1/deliveries/{told['id']}/waiting", token_region="4102")).status_code == 404
