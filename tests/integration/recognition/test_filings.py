"""The last step: what was recognised is reported to the superior, with a document and a day."""

import datetime as dt

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import recognise
from tests.integration.recognition.recognition_client import RecognitionClient, post_as
from tests.integration.recognition.walkthrough import start_walkthrough

LETTER = {"document": "金市监〔2026〕45号（示例）", "filed_on": "2026-11-28"}


async def test_the_list_is_reported_with_its_document_and_seen_by_the_superior(office: RecognitionClient):
    walkthrough = await start_walkthrough(office)
    path = f"/v1/seasons/{walkthrough.season['id']}/filings"
    with clock.travel(dt.date(2026, 11, 28)):
        nothing = await post_as(office, path, LETTER, Role.OFFICER)
        assert (nothing.status_code, nothing.json()["title"]) == (409, "没有可报送的名单")
        await recognise(walkthrough, 1, 2)
        done = await post_as(office, path, LETTER, Role.OFFICER)
        assert (done.status_code, done.json()["households"], done.json()["filed_with"]) == (201, 2, "4101")
    (event,) = await office.events("RecognitionListFiled")
    told = {name: event["data"][name] for name in ("region", "year", "filed_with", "document", "households")}
    filed = {"region": "410105", "year": 2026, "filed_with": "4101", "document": LETTER["document"], "households": 2}
    assert (event["subject"], told) == ("410105", filed)
    listed = (await office.get(path, region="4101")).json()["items"]
    assert [one["document"] for one in listed] == [LETTER["document"]]
    assert (await office.get(path, region="410106")).status_code == 404


async def test_a_list_is_not_reported_on_a_day_to_come(office: RecognitionClient):
    walkthrough = await start_walkthrough(office)
    await recognise(walkthrough, 1)
    with clock.travel(dt.date(2026, 11, 27)):
        answer = await post_as(office, f"/v1/seasons/{walkthrough.season['id']}/filings", LETTER, Role.OFFICER)
    assert (answer.status_code, answer.json()["title"]) == (422, "日期不对")
