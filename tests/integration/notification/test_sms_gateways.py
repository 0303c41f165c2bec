"""SMS gateways over real HTTP, with their signatures: whatever they do is one of four outcomes."""

import asyncio
import uuid
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import httpcore
import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import SecretStr

from services.notification.channels.gateway import (
    Accepted,
    Busy,
    Outcome,
    Outgoing,
    Provider,
    Question,
    Receipt,
    Refusal,
    Unknown,
    mainland_number,
    plain_code,
)
from services.notification.channels.problems import UnreadableReceipts, WrongReceiptSecret
from services.notification.channels.providers import open_provider
from services.notification.provider_urls import parse_provider
from tests.fixtures.message_gateway import RECEIPT_SECRET, RunningGateways, running_gateways
from tests.fixtures.waiting import until

PHONE = "13900001234"
OPTIONS = {
    "sandbox": {},
    "aliyun": {"sign": "郑州市监"},
    "tencent": {"sign": "郑州市监", "app": "1400006666"},
}
ALL = pytest.mark.parametrize("kind", [*OPTIONS])


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[RunningGateways]:
    async with running_gateways(tmp_path) as running:
        yield running


@pytest.fixture
async def gateway(sandbox: RunningGateways, kind: str) -> AsyncIterator[Provider]:
    provider = opened(sandbox.gateway_url(kind, timeout="0.5", **OPTIONS[kind]))
    yield provider
    await provider.close()


def opened(url: str) -> Provider:
    return open_provider(parse_provider(SecretStr(url)))


def sms() -> Outgoing:
    return Outgoing(
        uuid.uuid4().hex,
        PHONE,
        "您的异议已受理，15日内答复。",
        template_codes={"aliyun": "SMS_154950909", "tencent": "1234567"},
        parameters={"shop": "好又来·小吃店 (金水区)", "due": "12月3日~5日*"},
    )


def question(message: Outgoing, outcome: Outcome) -> Question:
    reference = outcome.reference if isinstance(outcome, Accepted) else None
    return Question(message.key, reference, PHONE, datetime.now(UTC))


@ALL
async def test_a_message_arrives_with_its_words_and_its_receipt_can_be_asked_for(
    sandbox: RunningGateways, gateway: Provider, kind: str
) -> None:
    message = sms()
    outcome = await gateway.send(message)
    assert isinstance(outcome, Accepted), outcome
    (kept,) = sandbox.arrived()
    assert mainland_number(kept.address) == PHONE
    if kind == "sandbox":
        assert kept.text == message.text
    else:
        assert kept.text.startswith("【郑州市监】")
        assert all(value in kept.text for value in message.parameters.values())
    await until(lambda: sandbox.gateways.store.find()[0].receipt)
    receipt = await gateway.ask(question(message, outcome))
    assert receipt is not None
    assert (receipt.key, receipt.reference, receipt.delivered) == (message.key, outcome.reference, True)


@ALL
async def test_only_the_sandboxes_gateway_takes_keys(sandbox: RunningGateways, gateway: Provider, kind: str) -> None:
    message = sms()
    first, again = await gateway.send(message), await gateway.send(message)
    assert isinstance(first, Accepted)
    assert gateway.takes_keys == (kind == "sandbox")
    assert (first == again, len(sandbox.arrived())) == ((True, 1) if gateway.takes_keys else (False, 2))


OUTCOMES: dict[str, dict[str, Outcome]] = {
    "busy": {"sandbox": Busy(1.0), "aliyun": Busy(), "tencent": Busy()},
    "unavailable": {
        "sandbox": Unknown("http-503"),
        "aliyun": Unknown("ServiceUnavailable"),
        "tencent": Unknown("http-503"),
    },
    "refuse": {
        "sandbox": Refusal("no-such-number", permanent=True),
        "aliyun": Refusal("isv.MOBILE_NUMBER_ILLEGAL", permanent=True),
        "tencent": Refusal("FailedOperation.PhoneNumberInBlacklist", permanent=True),
    },
    "no-credit": {
        "sandbox": Refusal("no-credit", permanent=False),
        "aliyun": Refusal("isv.AMOUNT_NOT_ENOUGH", permanent=False),
        "tencent": Refusal("FailedOperation.InsufficientBalanceInSmsPackage", permanent=False),
    },
    "limited": {
        "sandbox": Refusal("limited", permanent=False, of_message=True),
        "aliyun": Busy(of_message=True),
        "tencent": Busy(3600, of_message=True),
    },
    "bad-words": {
        "sandbox": Refusal("bad-words", permanent=False, of_message=True),
        "aliyun": Refusal("isv.TEMPLATE_PARAMS_ILLEGAL", permanent=False, of_message=True),
        "tencent": Refusal("FailedOperation.ContainSensitiveWord", permanent=False, of_message=True),
    },
    "cut": dict.fromkeys(OPTIONS, Unknown("http-502")),
    "garbage": dict.fromkeys(OPTIONS, Unknown("unreadable")),
    "hang": dict.fromkeys(OPTIONS, Unknown("ReadTimeout")),
}
TAKEN = {"cut", "garbage", "hang"}


@ALL
@pytest.mark.parametrize("mood", [*OUTCOMES])
async def test_what_goes_wrong_is_told_as_what_it_is(
    sandbox: RunningGateways, gateway: Provider, kind: str, mood: str
) -> None:
    sandbox.gateways.misbehave(mood)
    assert await gateway.send(sms()) == OUTCOMES[mood][kind]
    assert len(sandbox.arrived()) == (mood in TAKEN)


@pytest.mark.parametrize(("kind", "found"), [("sandbox", True), ("aliyun", True), ("tencent", False)])
async def test_after_a_lost_answer_it_is_found_by_its_key_where_the_gateway_repeats_it(
    sandbox: RunningGateways, gateway: Provider, found: bool
) -> None:
    sandbox.gateways.misbehave("cut")
    message = sms()
    outcome = await gateway.send(message)
    await until(lambda: sandbox.gateways.store.find()[0].receipt)
    receipt = await gateway.ask(question(message, outcome))
    assert (receipt is not None) == found


@ALL
async def test_nobody_listening_is_busy_since_nothing_was_sent(tmp_path: Path, kind: str) -> None:
    async with running_gateways(tmp_path) as gone:
        url = gone.gateway_url(kind, **OPTIONS[kind])
    provider = opened(url)
    assert await provider.send(sms()) == Busy()
    assert await provider.ask(question(sms(), Busy())) is None
    await provider.close()


WRONG_SIGNATURE = {
    "sandbox": Refusal("401", permanent=False),
    "aliyun": Refusal("SignatureDoesNotMatch", permanent=False),
    "tencent": Refusal("AuthFailure.SignatureFailure", permanent=False),
}


@ALL
async def test_a_wrong_secret_is_refused_and_nothing_taken(sandbox: RunningGateways, kind: str) -> None:
    url = sandbox.gateway_url(kind, **OPTIONS[kind])
    sandbox.gateways.secret = "another"
    provider = opened(url)
    assert await provider.send(sms()) == WRONG_SIGNATURE[kind]
    assert not sandbox.gateways.store.find()
    await provider.close()


@pytest.fixture
def changed_on_the_way(sandbox: RunningGateways, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody between puts in another number, after the signing."""
    send = httpcore.AsyncHTTPConnection.handle_async_request

    async def other_number(connection: httpcore.AsyncHTTPConnection, request: httpcore.Request) -> httpcore.Response:
        old, new = PHONE.encode(), b"13900009999"
        body = b"".join([part async for part in cast("AsyncIterable[bytes]", request.stream)])
        where = httpcore.URL(
            scheme=request.url.scheme,
            host=request.url.host,
            port=request.url.port,
            target=request.url.target.replace(old, new),
        )
        changed = body.replace(old, new)
        return await send(connection, httpcore.Request(request.method, where, headers=request.headers, content=changed))

    monkeypatch.setattr(httpcore.AsyncHTTPConnection, "handle_async_request", other_number)


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
@pytest.mark.usefixtures("changed_on_the_way")
async def test_a_request_that_was_changed_on_its_way_is_refused(
    sandbox: RunningGateways, gateway: Provider, kind: str
) -> None:
    assert await gateway.send(sms()) == WRONG_SIGNATURE[kind]
    assert not sandbox.gateways.store.find()


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
async def test_a_template_that_is_not_registered_there_goes_to_the_other_gateway(
    sandbox: RunningGateways, gateway: Provider
) -> None:
    unregistered = replace(sms(), template_codes={})
    assert await gateway.send(unregistered) == Refusal("no-template", permanent=False, of_message=True)
    assert (gateway.carries(sms().template_codes), gateway.carries({})) == (True, False)
    assert not sandbox.gateways.calls


class Office:
    """Where call-backs arrive."""

    def __init__(self, provider: Provider) -> None:
        self.app, self.heard = FastAPI(), list[Receipt]()
        self.sending: asyncio.Task[Outcome] | None = None
        self.before_the_answer = False

        @self.app.post("/v1/receipts/{name}")
        async def hear(request: Request, name: str, secret: str = "") -> None:
            self.heard.extend(provider.read_receipts(secret, await request.body()))
            self.before_the_answer |= self.sending is not None and not self.sending.done()


@pytest.fixture
async def office(sandbox: RunningGateways, gateway: Provider, kind: str, monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office(gateway)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(office.app), base_url="http://office")
    sandbox.gateways.receipts[kind] = f"http://office/v1/receipts/{kind}?secret={RECEIPT_SECRET}"
    monkeypatch.setattr(sandbox.gateways, "caller", client)
    return office


@ALL
@pytest.mark.parametrize(
    ("mood", "told"),
    [
        ("", [True]),
        ("first", [True]),
        ("twice", [True, True]),
        ("undeliverable", [False]),
        ("contradict", [True, False]),
        ("drop", [True]),
        ("silent", []),
    ],
)
async def test_receipts_by_call_back(
    sandbox: RunningGateways, gateway: Provider, office: Office, kind: str, mood: str, told: list[bool]
) -> None:
    sandbox.gateways.misbehave(mood)
    message = sms()
    office.sending = asyncio.create_task(gateway.send(message))
    outcome = await office.sending
    assert isinstance(outcome, Accepted)
    await until(lambda: not sandbox.gateways.tasks)
    assert office.before_the_answer or mood != "first"
    assert [one.delivered for one in office.heard] == told
    assert {one.reference for one in office.heard} <= {outcome.reference}
    assert {one.key for one in office.heard} <= {None if kind == "tencent" else message.key}
    assert len(sandbox.arrived()) == (mood != "drop")


@ALL
@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'[{"biz_id": 1}]', b"<xml/>", b'[{"sid": "1"}]'])
async def test_a_call_back_that_cannot_be_read_is_refused(gateway: Provider, body: bytes) -> None:
    with pytest.raises(UnreadableReceipts):
        gateway.read_receipts(RECEIPT_SECRET, body)


@ALL
async def test_a_call_back_without_the_secret_is_refused(sandbox: RunningGateways, kind: str) -> None:
    for url, secret in (
        (sandbox.gateway_url(kind, **OPTIONS[kind]), "receipts-of-another"),
        (sandbox.gateway_url(kind, **OPTIONS[kind]), "密码"),
        (sandbox.gateway_url(kind, **OPTIONS[kind]).replace(f"receipts={RECEIPT_SECRET}&", ""), ""),
    ):
        provider = opened(url)
        with pytest.raises(WrongReceiptSecret):
            provider.read_receipts(secret, b"[]")
        await provider.close()


def test_what_is_no_code_is_not_kept() -> None:
    assert [plain_code(one) for one in ("isv.AMOUNT_NOT_ENOUGH", "MK:0001", PHONE, "13900001234未发送", None, "")] == [
        "isv.AMOUNT_NOT_ENOUGH",
        "MK:0001",
        "other",
        "other",
        "None",
        "other",
    ]


@pytest.mark.parametrize(
    "phone", [PHONE, f"+86{PHONE}", f"86{PHONE}", f"0086{PHONE}", "139 0000 1234", "139-0000-1234"]
)
def test_a_number_is_the_same_with_and_without_the_countrys_code(phone: str) -> None:
    assert mainland_number(phone) == PHONE


async def test_what_was_sent_survives_a_restart_and_stands_on_the_page(tmp_path: Path) -> None:
    async with running_gateways(tmp_path) as sandbox:
        provider = opened(sandbox.sms_url())
        await provider.send(replace(sms(), text="<b>您的</b>异议已受理"))
        await provider.close()
    async with running_gateways(tmp_path) as sandbox, httpx.AsyncClient(trust_env=False) as browser:
        base = f"http://127.0.0.1:{sandbox.port}/"
        page = (await browser.get(base)).text
        assert "139****1234" in page
        assert PHONE not in page
        assert "&lt;b&gt;您的&lt;/b&gt;异议已受理" in page
        assert "http" not in page, "nothing from elsewhere"
        assert PHONE in (await browser.get(base, params={"plain": "true", "address": PHONE})).text
        assert "异议" not in (await browser.get(base, params={"address": "13900000000"})).text
