"""`/v1/messages` and receipts: what failed is seen and sent again by those who may, and only who knows the secret
tells what has arrived.
"""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from services.notification.channels.gateway import Receipt
from services.notification.delivery import repository as delivery_repository, service as delivery_service
from services.notification.delivery.receipts import apply_receipts
from services.notification.delivery.task import end_out_of_time, suppress_without_provider
from services.notification.messages.domain import Channel, Lane, MessageState
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.message_gateway import RECEIPT_SECRET, RunningGateways, running_gateways
from tests.fixtures.service_client import Issuer
from tests.fixtures.waiting import until
from tests.integration.notification.delivery_steps import FAST, delivering, draft, none_open, queue_messages, states
from tests.integration.notification.notification_client import COUNTY, NotificationClient, open_client, settings_for
from tests.unit.notification.test_bounces import bounce

KEPT_FOR = dt.timedelta(days=3)
REASON = {"reason": "网关故障已排除"}


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[RunningGateways]:
    async with running_gateways(tmp_path) as running:
        yield running


@pytest.fixture
async def connected(
    database_url: str, tmp_path: Path, issuer: Issuer, sandbox: RunningGateways
) -> AsyncIterator[NotificationClient]:
    """The service with the sandbox's gateway and mail server."""
    urls = {
        "sms_first": SecretStr(sandbox.sms_url()),
        "email_first": SecretStr(sandbox.mail_url(receipts=RECEIPT_SECRET)),
    }
    settings = settings_for(database_url, tmp_path / "notification", issuer, **FAST, **urls)
    async with open_client(settings, issuer) as office:
        forget_providers(office)
        yield office
        forget_providers(office)


def forget_providers(office: NotificationClient) -> None:
    """The application serves several tests, and opens its providers once."""
    if hasattr(office.app.state, "providers"):
        del office.app.state.providers


async def change(office: NotificationClient, statement: str) -> None:
    async with office.resources.database.transaction() as session:
        await session.execute(text(statement))


async def ended(office: NotificationClient, state: str) -> str:
    """A message that ended so; its id."""
    await queue_messages(office.resources, draft(1))
    await change(office, f"update message set state = '{state}', attempt = 0, tries = 1, ended_at = now()")
    return str((await office.sql("select id from message"))[0]["id"])


async def replay(
    office: NotificationClient, message: str, body: Any = None, role: Role = Role.OFFICER, **who: Any
) -> Any:
    return await office.post(f"/v1/messages/{message}/replay", body or REASON, role, who.pop("region", COUNTY), **who)


async def test_what_failed_is_listed_to_the_region_and_its_superiors_alone(office: NotificationClient) -> None:
    await ended(office, "failed")
    seen = {}
    for region in (COUNTY, "4101", "41", "410102", "12"):
        listed = (await office.get("/v1/messages", Role.OFFICER, region)).json()["items"]
        counts = (await office.get("/v1/messages/counts", Role.AUDITOR, region)).json()
        assert len(listed) == sum(one["count"] for one in counts)
        seen[region] = len(listed)
    assert seen == {COUNTY: 1, "4101": 1, "41": 1, "410102": 0, "12": 0}
    (shown,) = (await office.get("/v1/messages", Role.OFFICER)).json()["items"]
    assert (shown["state_label"], shown["channel"]) == ("发送失败", "sms")
    assert "text" not in shown
    for role in (Role.OPERATOR, Role.BUREAU):
        assert (await office.get("/v1/messages", role, department="tax")).status_code == 403


async def test_what_failed_is_sent_again_for_a_reason_which_the_audit_keeps(office: NotificationClient) -> None:
    message = await ended(office, "failed")
    assert (await replay(office, message, {"reason": ""})).status_code == 422
    assert (await replay(office, message, region="12")).status_code == 404
    assert (await replay(office, message, role=Role.AUDITOR)).status_code == 403
    again = (await replay(office, message, subject="li")).json()
    assert (again["state"], again["attempt"]) == ("queued", 1)
    (entry,) = await office.sql("select actor, details from audit_entry where action = 'message:replay'")
    assert entry["actor"] == "li"
    assert REASON["reason"] in entry["details"]
    refused = await replay(office, message)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/replay-refused")


@pytest.mark.parametrize("state", ["queued", "sending", "handed-over", "delivered", "suppressed"])
async def test_what_has_not_failed_is_not_sent_again(office: NotificationClient, state: str) -> None:
    assert (await replay(office, await ended(office, state))).status_code == 409


async def test_what_may_have_arrived_takes_a_word_that_it_may_arrive_twice(office: NotificationClient) -> None:
    message = await ended(office, "uncertain")
    assert (await replay(office, message)).json()["type"] == "/problems/replay-unconfirmed"
    assert (await replay(office, message, REASON | {"may_repeat": True})).json()["state"] == "queued"


async def repeated_by_two(office: NotificationClient) -> list[int]:
    message = await ended(office, "failed")
    answers = await asyncio.gather(*(replay(office, message, subject=f"officer-{n}") for n in range(4)))
    return sorted(answer.status_code for answer in answers)


async def test_of_several_officers_one_sends_it_again(office: NotificationClient) -> None:
    assert await repeated_by_two(office) == [200, 409, 409, 409]
    assert len(await office.sql("select 1 from audit_entry where action = 'message:replay'")) == 1


async def test_a_replay_that_does_not_look_at_the_state_is_caught(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive variant: whatever is asked is done."""

    async def unseen(session: Any, message: Any, *_: Any, **__: Any) -> None:
        message.state, message.attempt = MessageState.QUEUED, message.attempt + 1
        await session.flush()

    monkeypatch.setattr(delivery_service, "replay", unseen)
    assert await repeated_by_two(office) == [200, 200, 200, 200]


def call_back(message: str, *, status: str = "delivered") -> list[dict[str, object]]:
    """As the sandbox's gateway posts it."""
    return [{"key": f"{message}", "reference": "r-1", "status": status, "code": status}]


async def told(office: NotificationClient, body: object, secret: str = RECEIPT_SECRET) -> httpx.Response:
    return await office.client.post("/v1/receipts/sandbox", params={"secret": secret}, content=json.dumps(body))


async def test_only_who_knows_the_secret_tells_what_has_arrived(connected: NotificationClient) -> None:
    message = await ended(connected, "handed-over")
    await change(connected, "update message set ended_at = null, provider = 'sandbox'")
    for secret in ("", "guessed", RECEIPT_SECRET + "x"):
        refused = await told(connected, call_back(message), secret)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/wrong-receipt-secret")
    assert (await connected.client.post("/v1/receipts/nobody", content=b"[]")).status_code == 404
    assert await connected.sql("select 1 from waiting_receipt") == []


async def heard(office: NotificationClient, *receipts: Receipt) -> None:
    """Receipts as the call-back stores them, and the worker's next look."""
    async with office.resources.database.transaction() as session:
        await delivery_repository.keep_receipts(session, "sandbox", receipts, clock.now())
    await apply_receipts(office.resources.database, KEPT_FOR)


async def test_a_receipt_counts_once_whenever_it_comes(office: NotificationClient) -> None:
    message = await ended(office, "sending")
    await change(office, "update message set provider = 'sandbox', ended_at = null, leased_until = now()")
    arrived = Receipt(f"{message}", "r-1", True, "ok")
    await heard(office, arrived)
    assert (await states(office.resources.database)) == {"delivered": 1}, "before the mark of the hand-over"
    await heard(office, arrived, Receipt(f"{message}", "r-1", False, "late"))
    assert (await states(office.resources.database)) == {"delivered": 1}
    assert len(await office.events("NotificationDelivered")) == 1
    assert await office.events("NotificationFailed") == []


async def test_a_receipt_of_what_nobody_knows_waits_for_its_message_and_is_dropped_in_the_end(
    office: NotificationClient,
) -> None:
    unknown = Receipt(None, "r-1", True, "ok")
    await heard(office, unknown)
    assert len(await office.sql("select 1 from waiting_receipt")) == 1
    await ended(office, "handed-over")
    await change(office, "update message set provider = 'sandbox', provider_reference = 'r-1', ended_at = null")
    with clock.travel(clock.now() + dt.timedelta(hours=1)):
        await apply_receipts(office.resources.database, KEPT_FOR)
    assert (await states(office.resources.database)) == {"delivered": 1}
    await heard(office, Receipt(None, "r-2", True, "ok"))
    with clock.travel(clock.now() + KEPT_FOR + dt.timedelta(hours=1)):
        await apply_receipts(office.resources.database, KEPT_FOR)
    assert await office.sql("select 1 from waiting_receipt") == []


async def test_nothing_is_open_longer_than_its_time(office: NotificationClient) -> None:
    await queue_messages(office.resources, draft(1), draft(2))
    second = (await office.sql("select id from message order by id limit 1"))[0]["id"]
    await change(office, f"update message set state = 'handed-over', provider = 'sandbox' where id = '{second}'")
    for hours, expected in ((71, {"queued": 1, "handed-over": 1}), (73, {"expired": 1, "uncertain": 1})):
        with clock.travel(clock.now() + dt.timedelta(hours=hours)):
            await end_out_of_time(office.resources.database)
        assert await states(office.resources.database) == expected
    assert {one["data"]["state"] for one in await office.events("NotificationFailed")} == {"expired", "uncertain"}


async def test_without_a_provider_a_message_stays_in_the_inbox(office: NotificationClient) -> None:
    await queue_messages(office.resources, draft(1), draft(2, channel=Channel.EMAIL))
    await suppress_without_provider(office.resources.database, [Channel.SMS])
    rows = await office.sql("select channel, state, suppression from message order by channel")
    assert [tuple(row) for row in rows] == [("email", "queued", None), ("sms", "suppressed", "no-provider")]


async def test_who_withdraws_while_a_message_waits_is_sent_nothing(
    connected: NotificationClient, sandbox: RunningGateways
) -> None:
    await queue_messages(connected.resources, draft(1), draft(2, lane=Lane.URGENT))
    await change(connected, "update own_contact set phone = null, withdrawn_at = now() where recipient like '%1'")
    async with delivering(connected.resources.settings, connected.resources):
        await until(lambda: none_open(connected.resources.database))
    assert (await states(connected.resources.database)) == {"suppressed": 1, "delivered": 1}
    assert len(sandbox.arrived()) == 1


async def test_a_mail_goes_from_the_queue_to_the_mailbox_and_may_come_back(
    connected: NotificationClient, sandbox: RunningGateways
) -> None:
    await queue_messages(connected.resources, draft(1, channel=Channel.EMAIL))
    async with delivering(connected.resources.settings, connected.resources):
        await until(lambda: none_open(connected.resources.database))
    (mail,) = sandbox.arrived("u1@example.com")
    assert (mail.title, "已公布" in mail.text) == ("分型结果", True)
    rows = await connected.sql("select state, code from message")
    assert [tuple(row) for row in rows] == [("delivered", "no-receipts")]
    came_back = bounce(key=str(mail.key).strip("<>").partition("@")[0])
    for secret, status in (("a-secret-of-others", 403), (RECEIPT_SECRET, 200), (RECEIPT_SECRET, 200)):
        answer = await connected.client.post("/v1/receipts/smtp", params={"secret": secret}, content=came_back)
        assert answer.status_code == status
    for _ in range(2):
        await apply_receipts(connected.resources.database, KEPT_FOR)
    rows = await connected.sql("select state, code from message")
    assert [tuple(row) for row in rows] == [("failed", "bounced-5.1.1")]
    assert [one["data"]["code"] for one in await connected.events("NotificationFailed")] == ["bounced-5.1.1"]


async def test_a_worker_that_is_told_to_stop_ends_its_calls_and_marks_them(
    connected: NotificationClient, sandbox: RunningGateways
) -> None:
    sandbox.gateways.misbehave(*["slow"] * 4)
    await queue_messages(connected.resources, *(draft(number) for number in range(1, 5)))
    settings = connected.resources.settings.model_copy(update={"delivery_lease": 60.0})
    async with delivering(settings, connected.resources):
        await until(lambda: begun(connected))
    rows = await connected.sql("select state, count(*) as number from message group by state")
    assert "sending" not in {row["state"] for row in rows}, "what has been sent is marked before the worker ends"


async def begun(office: NotificationClient) -> bool:
    """Whether calls are under way."""
    return bool(await office.sql("select 1 from message where state = 'sending'"))


async def plan_of(office: NotificationClient, query: str) -> str:
    return "\n".join(row[0] for row in await office.sql(f"explain {query}"))


async def test_a_claim_takes_the_next_messages_by_an_index(office: NotificationClient) -> None:
    await queue_messages(office.resources, draft(1))
    await change(
        office,
        "insert into notification (id, cause, rule, template, recipient, region, title, body, occurred_at, told_at,"
        " archived, category, repeat) select gen_random_uuid(), 'c' || n, 'r', 'r@1', 'operator:x', '410105', 't', 'b',"
        " now(), now(), false, 'typing', 0 from generate_series(1, 20000) n",
    )
    await change(
        office,
        "insert into message (id, notification_id, region, channel, lane, state, try_at, expires_at, template_codes,"
        " parameters, text, attempt, tries, turn, asked) select gen_random_uuid(), id, region, 'sms', 'bulk', 'queued',"
        " now(), now() + interval '72 hours', '{}', '{}', 't', 0, 0, 0, 0 from notification where cause like 'c%'",
    )
    await change(office, "analyze message")
    plan = await plan_of(
        office,
        "select id from message where state = 'queued' and channel = 'sms' and lane = 'bulk' and turn = 0"
        " and try_at <= now() order by try_at, id limit 36 for update skip locked",
    )
    assert "Index Scan using ix_message_queue" in plan, plan
    assert "Sort" not in plan, plan
