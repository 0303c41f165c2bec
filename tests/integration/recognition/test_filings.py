"""The last step: what was recognised is reported to the superior, with a document and a day."""

import datetime as dt

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import RecognitionClient
from tests.integration.recognition.test_lifecycle import recognised
from tests.integration.recognition.test_seasons import post
from tests.integration.recognition.walkthrough import start_walkthrough

LETTER = {"document": "金市监〔2026〕45号（示例）", "filed_on": "2026-11-28"}


async def test_the_list_is_reported_with_its_document_and_seen_by_the_superior(bureau: RecognitionClient):
    road = await start_walkthrough(bureau)
    path = f"/v1/seasons/{road.season['id']}/filings"
    with clock.travel(dt.date(2026, 11, 28)):
        nothing = await post(bureau, path, LETTER, Role.OFFICER)
        assert (nothing.status_code, nothing.json()["title"]) == (409, "没有可报送的名单")
        await recognised(road, 1, 2)
        done = await post(bureau, path, LETTER, Role.OFFICER)
        assert (done.status_code, done.json()["households"], done.json()["filed_with"]) == (201, 2, "4101")
    listed = (await bureau.get(path, region="4101")).json()["items"]
    assert [one["document"] for one in listed] == [LETTER["document"]]
    assert (await bureau.get(path, region="410106")).status_code == 404


async def test_a_list_is_not_reported_on_a_day_to_come(bureau: RecognitionClient):
    road = await start_walkthrough(bureau)
    await recognised(road, 1)
    with clock.travel(dt.date(2026, 11, 27)):
        answer = await post(bureau, f"/v1/seasons/{road.season['id']}/filings", LETTER, Role.OFFICER)
    assert (answer.status_code, answer.json()["title"]) == (422, "日期不对")
