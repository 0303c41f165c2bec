"""Subscriptions: who may do what with them, what is refused where it is written, which events come to them."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text

from services.notification.event_fields import for_department
from services.notification.service import SERVICE
from services.notification.subscriptions.fanout import TOPICS, forget_old
from shared import clock
from shared.contracts.objection import EvidenceCorrected, ObjectionClosed, PublicNoticeCleared, VerificationAsked
from shared.contracts.payload import Payload
from shared.contracts.recognition import RecognitionGranted
from shared.messaging.bus import Record
from shared.messaging.events import new_event
from shared.messaging.transports import open_bus
from shared.platform.identity import Role
from tests.fixtures.postgres import MakeDatabase
from tests.fixtures.waiting import until
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)
from tests.integration.notification.webhook_receiver import GRANTED, TYPED, Hooks, Reply, always, listening, verify

ASKED = "cn.minglu.objection.VerificationAsked.v1"
CLOSED = ObjectionClosed.event_type


def granted(number: int = 1, *, county: str = COUNTY, revision: int = 1) -> RecognitionGranted:
    """A household is recognised."""
    return RecognitionGranted(
        recognition=uuid4(),
        uscc=uscc(number, county),
        region=county,
        category="quality",
        operator_ref=operator(number),
        valid_until=dt.date(2029, 1, 1),
        granted_on=dt.date(2026, 1, 1),
        benefits_from=dt.date(2026, 1, 1),
        revision=revision,
    )


def asked(department: str) -> VerificationAsked:
    """A department is asked about a fact."""
    return VerificationAsked(
        verification=uuid4(),
        objection=uuid4(),
        receipt="YY-1",
        uscc=uscc(1),
        region=COUNTY,
        department=department,
        feed="tax-year",
        due_on=None,
    )


async def test_a_receiver_is_verified_and_then_gets_the_event_as_far_as_it_may_have_it(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, secret = await hooks.subscribe(receiver.url)
        [before] = await hooks.hear(granted())
        await hooks.send()
        [published] = await hooks.hear(granted(2))
        await hooks.send()
    (received,) = receiver.events
    assert before != published
    assert received.event == for_department(orjson.loads(published))
    assert received.headers["webhook-id"] == received.event["id"]
    assert received.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    for request in receiver.requests:
        verify(request, secret)
    assert (await hooks.read(subscription))["state_label"] == "推送中"
    (delivery,) = await hooks.deliveries(subscription)
    assert (delivery["state"], delivery["tries"], delivery["status"]) == ("delivered", 1, 204)


async def test_a_field_that_this_version_does_not_know_stays_inside(hooks: Hooks) -> None:
    newer = (
        new_event(granted(), subject=uscc(1), source="/recognition").encode().replace(b'"data":{', b'"data":{"x":1,')
    )
    async with listening() as receiver:
        await hooks.verified(receiver.url)
        await hooks.hear_bytes(newer)
        await hooks.send()
    assert b'"x":1' in newer
    assert "x" not in receiver.events[0].event["data"]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (Reply(204), "接收方没有按要求答复验证内容"),
        (Reply(200, (), b'{"challenge":"wrong"}'), "接收方没有按要求答复验证内容"),
        (Reply(200, (), b"x" * 100_000), "接收方没有按要求答复验证内容"),
        (Reply(404), "接收方没有答复 2xx"),
    ],
)
async def test_who_does_not_answer_the_challenge_gets_nothing(hooks: Hooks, answer: Reply, failure: str) -> None:
    async with listening(always(answer.status, body=answer.body)) as receiver:
        receiver.verifies = False
        subscription, _ = await hooks.subscribe(receiver.url)
        await hooks.send()
        await hooks.hear(granted())
        await hooks.send()
        assert receiver.events == []
        found = await hooks.read(subscription)
        assert (found["state"], found["verification_failure"]) == ("unverified", failure)
        refused = await hooks.as_owner(subscription, "activation")
        assert refused.json()["detail"] == "接收方还没有通过验证，请先发起验证。"
        receiver.verifies = True
        await hooks.as_owner(subscription, "verification")
        await hooks.send()
        assert (await hooks.read(subscription))["state"] == "active"


async def test_only_what_is_inside_the_owners_region_and_asks_no_other_department_comes(hooks: Hooks) -> None:
    async with listening() as receiver:
        await hooks.verified(receiver.url, GRANTED, ASKED)
        await hooks.hear(granted(1), granted(2, county="410102"), granted(3, county="320105"))
        await hooks.hear(asked("tax"), asked("culture"))
        await hooks.hear(PublicNoticeCleared(public_notice=uuid4(), open_objections=0), household_typed(4))
        await hooks.send()
    got = [(one.event["type"].split(".")[3], one.event["subject"]) for one in receiver.events]
    assert sorted(got) == [("RecognitionGranted", uscc(1)), ("VerificationAsked", uscc(1))]
    assert [one.event["data"]["department"] for one in receiver.events if "department" in one.event["data"]] == ["tax"]


async def test_an_event_that_is_heard_again_is_sent_once_and_an_old_one_never(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        [published] = await hooks.hear(granted())
        await hooks.send()
        await hooks.hear_bytes(published, published)
        with clock.travel(clock.now() + dt.timedelta(days=15)):
            await hooks.hear_bytes(published)
            old = (await hooks.hear(granted(2)))[0]
        with clock.travel(clock.now() + dt.timedelta(days=40)):
            await hooks.hear_bytes(old)
        await hooks.send()
    assert [one.event["id"] for one in receiver.events] == [orjson.loads(published)["id"]]
    assert len(await hooks.deliveries(subscription)) == 2


async def test_without_a_subscriber_a_published_run_leaves_no_rows(hooks: Hooks) -> None:
    async with listening() as receiver:
        await hooks.verified(receiver.url)
    await hooks.hear(*[household_typed(number) for number in range(50)])
    assert (await hooks.office.sql("select count(*) from webhook_event"))[0][0] == 0


async def test_a_platform_gets_only_what_anybody_may_read(hooks: Hooks) -> None:
    async with listening() as receiver:
        await hooks.verified(receiver.url, receiver="platform", department="market")
        [published] = await hooks.hear(granted().model_copy(update={"reason": "内部理由"}))
        await hooks.send()
    assert all(one.encode() in published for one in (operator(1), "an-officer", "内部理由"))
    (received,) = receiver.events
    assert received.event["data"] == {
        name: value
        for name, value in orjson.loads(published)["data"].items()
        if name not in ("operator_ref", "reason", "decided_by_region", "application", "path")
    }
    assert set(received.event) == {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"event_types": ["cn.minglu.recognition.RecognitionGrantet.v1"]}, f"您要的是不是“{GRANTED}”？"),
        ({"event_types": ["HouseholdTyped"]}, f"您要的是不是“{TYPED}”？"),
        ({"event_types": ["weather"]}, "没有可以订阅的事件“weather”。"),
        ({"event_types": [EvidenceCorrected.event_type]}, f"没有可以订阅的事件“{EvidenceCorrected.event_type}”。"),
        ({"event_types": [CLOSED]}, f"事件“{CLOSED}”只提供给市场监督管理部门的系统。"),
        ({"event_types": [ASKED], "receiver": "platform"}, "只提供给政府部门的系统，平台不能订阅。"),
        ({"url": "https://10.0.0.1/"}, "网址里的主机须写域名，不能直接写 IP 地址。"),
        ({"url": "https://evil.example/"}, "“evil.example”不在允许推送的域名之内，请先由系统管理人员登记。"),
    ],
)
async def test_what_is_wrong_is_said_where_it_is_written(hooks: Hooks, changed: dict[str, Any], sentence: str) -> None:
    body = {
        "name": "系统",
        "department": "tax",
        "region": COUNTY,
        "url": "https://hooks.test:8443/",
        "event_types": [GRANTED],
    }
    refused = await hooks.office.post("/v1/subscriptions", body | changed, Role.APPROVER)
    assert refused.status_code == 422
    assert refused.json()["detail"].endswith(sentence)


async def test_approvers_of_the_region_create_and_the_department_runs_its_own(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        body = {"name": "系统", "department": "tax", "region": "4102", "url": receiver.url, "event_types": [GRANTED]}
        assert (await hooks.office.post("/v1/subscriptions", body, Role.APPROVER)).status_code == 403
        again = await hooks.office.post("/v1/subscriptions", body | {"region": COUNTY}, Role.APPROVER)
        assert again.json()["type"].endswith("/subscription-exists")
        path = f"/v1/subscriptions/{subscription}"
        for role, region, department, status in (
            (Role.BUREAU, COUNTY, "tax", 200),
            (Role.BUREAU, "41", "tax", 200),
            (Role.BUREAU, COUNTY, "culture", 404),
            (Role.BUREAU, "410102", "tax", 404),
            (Role.AUDITOR, COUNTY, None, 200),
            (Role.OPERATOR, COUNTY, None, 403),
        ):
            found = await hooks.office.get(path, role, region, department=department)
            assert found.status_code == status, (role, region, department)
            listed = await hooks.office.get("/v1/subscriptions", role, region, department=department)
            assert status == 403 or len(listed.json()["items"]) == (status == 200)
        for who, status in (({"role": Role.OFFICER}, 404), ({"role": Role.BUREAU, "department": "culture"}, 404)):
            assert (await hooks.office.post(f"{path}/rotation", None, **who)).status_code == status
        assert (await hooks.office.post(f"{path}/rotation", None, Role.APPROVER)).status_code == 403


async def test_while_secrets_are_changed_over_both_sign(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, first = await hooks.verified(receiver.url)
        rotated = (await hooks.as_owner(subscription, "rotation")).json()
        await hooks.hear(granted())
        await hooks.send()
        verify(receiver.events[0], first)
        verify(receiver.events[0], rotated["secret"])
        assert len((await hooks.read(subscription))["secrets"]) == 2
        with clock.travel(clock.now() + dt.timedelta(hours=25)):
            await hooks.hear(granted(2))
            await hooks.send()
    verify(receiver.events[1], rotated["secret"])
    with pytest.raises(Exception, match="No matching signature"):
        verify(receiver.events[1], first)


async def test_secrets_are_sealed_and_stay_in_no_answer_that_is_kept(hooks: Hooks) -> None:
    async with listening() as receiver:
        body = {"name": "系统", "department": "tax", "region": COUNTY, "url": receiver.url, "event_types": [GRANTED]}
        headers = hooks.office.as_(Role.APPROVER) | {"Idempotency-Key": "k"}
        made = await hooks.office.client.post("/v1/subscriptions", json=body, headers=headers)
        secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    dumped = await hooks.office.sql("select secret::text from webhook_secret")
    dumped += await hooks.office.sql("select body::text from idempotent_answer")
    dumped += await hooks.office.sql("select details::text from audit_entry")
    assert len(dumped) == 2
    assert [row for row in dumped if secret.encode().hex() in row[0] or secret in row[0]] == []


async def test_another_address_is_verified_first_and_an_ended_subscription_is_gone(hooks: Hooks) -> None:
    async with listening() as receiver, listening() as other:
        subscription, _ = await hooks.verified(receiver.url)
        body = {"name": "新系统", "url": other.url, "event_types": [GRANTED]}
        path = f"/v1/subscriptions/{subscription}"
        stale = await hooks.office.client.put(path, json=body, headers=hooks.office.as_(Role.APPROVER))
        assert stale.status_code == 428
        headers = hooks.office.as_(Role.APPROVER) | {"If-Match": (await hooks.read(subscription))["etag"]}
        assert (await hooks.office.client.put(path, json=body, headers=headers)).json()["state"] == "unverified"
        await hooks.hear(granted())
        other.verifies = False
        await hooks.send()
        assert other.events == receiver.events == []
        other.verifies = True
        await hooks.as_owner(subscription, "verification")
        await hooks.send()
        assert len(other.events) == 1
        headers["If-Match"] = (await hooks.read(subscription))["etag"]
        assert (await hooks.office.client.delete(path, headers=headers)).status_code == 204
        await hooks.hear(granted(2))
        await hooks.send()
    assert (len(other.events), len(receiver.events)) == (1, 0)
    assert (await hooks.office.get(path)).status_code == 404
    assert await hooks.office.sql("select 1 from webhook_secret") == []


async def test_what_is_not_asked_for_any_more_is_not_sent_though_it_waited(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url, GRANTED, TYPED)
        await hooks.hear(granted(1), household_typed(2))
        since = (clock.now() - dt.timedelta(days=1)).isoformat()
        headers = hooks.office.as_(Role.APPROVER) | {"If-Match": (await hooks.read(subscription))["etag"]}
        body = {"name": "接收系统", "url": receiver.url, "event_types": [GRANTED]}
        path = f"/v1/subscriptions/{subscription}"
        changed = await hooks.office.client.put(path, json=body, headers=headers)
        assert changed.status_code == 200, changed.text
        await hooks.send()
        await hooks.as_owner(subscription, "replay", {"since": since})
        await hooks.send()
    assert [one.event["type"] for one in receiver.events] == [GRANTED, GRANTED]


async def test_another_address_gets_what_waited_for_the_old_one_only_if_its_owner_wants_it(hooks: Hooks) -> None:
    async with listening() as old, listening() as new:
        subscription, _ = await hooks.verified(old.url)
        await hooks.hear(granted(1))
        since = (clock.now() - dt.timedelta(days=1)).isoformat()
        headers = hooks.office.as_(Role.APPROVER) | {"If-Match": (await hooks.read(subscription))["etag"]}
        body = {"name": "接收系统", "url": new.url, "event_types": [GRANTED]}
        changed = await hooks.office.client.put(f"/v1/subscriptions/{subscription}", json=body, headers=headers)
        assert changed.status_code == 200, changed.text
        await hooks.send()
        await hooks.hear(granted(2))
        await hooks.send()
        assert [one.event["subject"] for one in (*old.events, *new.events)] == [uscc(2)]
        states = {one["state"]: one["failure"] for one in await hooks.deliveries(subscription)}
        assert states == {"delivered": None, "failed": "推送前地址已更换；还需要的，请补发"}
        await hooks.as_owner(subscription, "replay", {"since": since})
        await hooks.send()
    assert sorted(one.event["subject"] for one in new.events) == [uscc(1), uscc(2), uscc(2)]


async def test_the_owner_has_deliveries_sent_again_from_a_time(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        await hooks.hear(granted(1))
        with clock.travel(clock.now() + dt.timedelta(days=2)):
            await hooks.hear(granted(2))
            await hooks.send()
            since = (clock.now() - dt.timedelta(days=1)).isoformat()
            replayed = await hooks.as_owner(subscription, "replay", {"since": since})
            assert replayed.json() == {"count": 1}
            await hooks.send()
            early = {"since": (clock.now() - dt.timedelta(days=31)).isoformat()}
            refused = await hooks.as_owner(subscription, "replay", early)
            assert refused.json()["detail"] == "推送记录只保存 30 天，请从更晚的时间开始。"
    ids = [UUID(one.headers["webhook-id"]) for one in receiver.events]
    assert len(ids) == 3
    assert ids[2] in ids[:2]


async def test_generated_names_of_events_are_refused_or_taken_but_never_fail(office: NotificationClient) -> None:
    for name in ("", "x", "." * 50, "cn.minglu..v1", "名", "a" * 100):
        body = {"name": "系统", "department": "tax", "region": COUNTY, "url": "https://a.test/", "event_types": [name]}
        assert (await office.post("/v1/subscriptions", body, Role.APPROVER)).status_code == 422


async def test_the_consumer_reads_every_topic_and_what_is_no_longer_offered_is_not_sent(
    hooks: Hooks, make_database: MakeDatabase
) -> None:
    resources = hooks.office.resources
    bus = open_bus(make_database())
    (consumed,) = [one for one in SERVICE.subscriptions if one.name == "webhooks"]
    said: list[Payload] = [granted(1), household_typed(2), asked("tax")]
    async with listening() as receiver, listening() as platform:
        subscription, _ = await hooks.verified(receiver.url, GRANTED, TYPED, ASKED)
        await hooks.verified(platform.url, receiver="platform")
        async with resources.database.transaction() as session:
            change = "update webhook_subscription set event_types = event_types || :type where receiver = 'platform'"
            await session.execute(text(change), {"type": [ASKED]})
        await bus.ensure_topics(TOPICS)
        consuming = asyncio.create_task(consumed.consumer(resources.database, bus, resources).run())
        try:
            for payload in said:
                event = new_event(payload, subject=uscc(1), source="/test")
                await bus.publish(payload.topic, [Record(event.subject, event.encode())])
            await until(lambda: rows_are(hooks, subscription, 3))
        finally:
            consuming.cancel()
            await asyncio.gather(consuming, return_exceptions=True)
            await bus.close()
        await hooks.send()
    assert sorted(one.event["type"] for one in receiver.events) == sorted([GRANTED, TYPED, ASKED])
    assert [one.event["type"] for one in platform.events] == [GRANTED]


async def rows_are(hooks: Hooks, subscription: str, wanted: int) -> bool:
    """Whether so many deliveries are queued."""
    return len(await hooks.deliveries(subscription)) == wanted


async def test_housekeeping_forgets_what_was_kept_long_enough(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        await hooks.as_owner(subscription, "rotation")
        await hooks.hear(granted(1))
        await hooks.send()
        for days, left in ((29, 1), (31, 0)):
            with clock.travel(clock.now() + dt.timedelta(days=days)):
                await forget_old(hooks.office.resources)
                assert len(await hooks.deliveries(subscription)) == left
    assert len(await hooks.office.sql("select 1 from webhook_secret")) == 1
