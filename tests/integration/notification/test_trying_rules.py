"""A rule is tried with a real event before it is published: seen by its drafter, sent to nobody but its drafter."""

import datetime as dt
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pydantic import SecretStr

from shared.messaging.events import new_event
from shared.platform.identity import Role
from tests.integration.notification.contact_steps import WORDS
from tests.integration.notification.notification_client import (
    COUNTY,
    PROVINCE,
    NotificationClient,
    household_typed,
    operator,
)
from tests.integration.notification.test_rule_versions import RULE, bureau, content, drafted, titled
from tests.integration.notification.test_telling import closed

pytestmark = pytest.mark.usefixtures("example_rules")
__all__ = ["bureau"]

PHONE = "139" + "00001234"


def envelope(number: int = 1, *, county: str = COUNTY) -> dict[str, Any]:
    said = household_typed(number, county=county)
    event: dict[str, Any] = json.loads(new_event(said, subject=said.uscc, source="/typing").encode())
    return event


async def tried(bureau: NotificationClient, what: str, body: dict[str, Any], **who: Any) -> httpx.Response:
    region = who.pop("region", PROVINCE)
    return await bureau.post(f"{RULE}/{who.pop('version', 1)}/{what}", body, Role.OFFICER, region, **who)


async def test_a_draft_is_previewed_with_an_event_and_nothing_is_stored(bureau: NotificationClient) -> None:
    await drafted(bureau, titled("新：{{ name }}"))
    shown = (await tried(bureau, "preview", {"event": envelope()}, version=2)).json()
    assert shown["holds"] is True
    (told,) = shown["notifications"]
    assert (told["title"], told["recipient"]) == ("新：测试商户1号", "这一户（还不知道经营者）")
    (sms,) = told["messages"]
    assert sms["parameters"] == {"year": "2026", "type": "生存型"}
    assert (await bureau.sql("select count(*) from notification"))[0][0] == 0


async def test_a_preview_says_in_how_many_parts_each_gateway_would_send_it(
    bureau: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, long = "市监", "郑州市金水区市场监督管理局个体工商户通知专用签名通知" * 2
    urls = {
        name: f"{kind}://id:key@host?app=1&sign={quote(sign)}"
        for name, kind, sign in [
            ("sms_first", "tencent", short),
            ("sms_fallback", "tencent", long),
        ]
    }
    urls["sms_fallback"] += "&name=other"
    settings = bureau.resources.settings.model_copy(update={name: SecretStr(url) for name, url in urls.items()})
    monkeypatch.setattr(bureau.app.state.resources, "settings", settings)
    shown = (await tried(bureau, "preview", {"event": envelope()})).json()
    (sms,) = shown["notifications"][0]["messages"]
    assert (sms["channel"], sms["parts"]) == ("sms", {"tencent": 1, "other": 2})


async def test_a_rule_is_previewed_with_an_event_that_was_heard_lately(bureau: NotificationClient) -> None:
    await bureau.hear(household_typed(1))
    (recent,) = (await bureau.get("/v1/rules/recent-events", query={"event": "HouseholdTyped"})).json()
    shown = (await tried(bureau, "preview", {"recent": recent["id"]})).json()
    assert [one["recipient"] for one in shown["notifications"]] == ["这一户的经营者"]
    elsewhere = await bureau.get("/v1/rules/recent-events", Role.OFFICER, "12", query={"event": "HouseholdTyped"})
    assert elsewhere.json() == []
    assert (await tried(bureau, "preview", {"recent": recent["id"]}, region="12")).status_code == 404


async def test_a_preview_shows_nothing_of_another_region(bureau: NotificationClient) -> None:
    await bureau.hear(household_typed(1, county="120101"))
    assert (await tried(bureau, "preview", {"event": envelope(county="120101")})).status_code == 403
    foreign = envelope()
    foreign["data"]["uscc"] = household_typed(1, county="120101").uscc
    (told,) = (await tried(bureau, "preview", {"event": foreign})).json()["notifications"]
    assert told["recipient"] == "这一户（还不知道经营者）"


async def test_an_event_that_cannot_be_used_is_refused(bureau: NotificationClient) -> None:
    for event in ({}, {"a": 1}, envelope() | {"data": {}}, envelope() | {"type": "x"}, envelope() | {"data": 10**30}):
        refused = await tried(bureau, "preview", {"event": event})
        assert refused.status_code == 422, event
    assert (await tried(bureau, "preview", {})).status_code == 422


async def test_a_test_goes_to_the_callers_own_contact_only(bureau: NotificationClient) -> None:
    await bureau.hear(household_typed(1))
    refused = await tried(bureau, "test-message", {"event": envelope()}, subject="drafter")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-own-contact")
    headers = bureau.as_(Role.OFFICER, PROVINCE, subject="drafter")
    saved = await bureau.client.patch("/v1/own-contact", json={"phone": PHONE, "consent": WORDS}, headers=headers)
    assert saved.status_code == 200, saved.text
    sent = await tried(bureau, "test-message", {"event": envelope()}, subject="drafter")
    assert sent.status_code == 201, sent.text
    rows = await bureau.sql(
        "select n.recipient, n.title, m.channel, m.state, m.lane from notification n"
        " join message m on m.notification_id = n.id where n.cause like 'test/%'"
    )
    title = "【测试】您的个体工商户2026年度分型结果：生存型"
    assert [tuple(row) for row in rows] == [("person:drafter", title, "sms", "queued", "urgent")]


async def test_nothing_is_sent_where_the_condition_is_not_met(bureau: NotificationClient) -> None:
    event = envelope()
    event["data"]["type"] = "gap"
    refused = await tried(bureau, "test-message", {"event": event})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nothing-to-tell")
    assert (await tried(bureau, "preview", {"event": event})).json()["holds"] is False


async def test_a_rule_is_not_tried_with_another_kind_of_event(bureau: NotificationClient) -> None:
    said = content() | {"name": "another", "event": "HouseholdChanged", "when": None}
    said["facts"] = {"name": "event.name"}
    said["template"] = {"title": "登记信息", "body": "{{ name }}"}
    said["channels"] = []
    made = await bureau.post("/v1/rules", {"content": said}, Role.OFFICER, PROVINCE)
    assert made.status_code == 201, made.text
    path = "/v1/rules/another/versions/1/preview"
    refused = await bureau.post(path, {"event": envelope()}, Role.OFFICER, PROVINCE)
    assert refused.status_code == 422
    assert dt.datetime.fromisoformat(made.json()["drafted_at"]).tzinfo is not None


async def test_a_sample_says_neither_who_it_was_nor_what_somebody_wrote(bureau: NotificationClient) -> None:
    said = closed(1).model_copy(
        update={"against": "public-notice", "objector_ref": operator(9), "answer": "只答复本人"}
    )
    await bureau.hear(said, household_typed(1))
    for event in ("ObjectionClosed", "HouseholdTyped"):
        shown = await bureau.get("/v1/rules/recent-events", query={"event": event})
        assert len(shown.json()) == 1
        assert not [secret for secret in (operator(9), operator(1), "只答复本人") if secret in shown.text]
