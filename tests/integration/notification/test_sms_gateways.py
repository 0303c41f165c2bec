"""SMS gateways over real HTTP: whatever they do is one of four outcomes."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from services.notification.channels.gateway import (
    Accepted,
    Busy,
    Outcome,
    Outgoing,
    Provider,
    Question,
    Refusal,
    Unknown,
)
from services.notification.channels.sandbox import SandboxGateway
from services.notification.provider_urls import parse_provider
from tests.fixtures.message_gateway import RunningGateways, running_gateways

PHONE = "13900001234"


@pytest.fixture
async def sandbox() -> AsyncIterator[RunningGateways]:
    async with running_gateways() as running:
        yield running


@pytest.fixture
async def gateway(sandbox: RunningGateways) -> AsyncIterator[Provider]:
    provider = SandboxGateway(parse_provider(SecretStr(sandbox.sms_url(timeout=0.5))))
    yield provider
    await provider.close()


def sms(key: str = "") -> Outgoing:
    return Outgoing(key or uuid.uuid4().hex, PHONE, "您的异议已受理。")


async def handed_over(gateway: Provider, sandbox: RunningGateways, *moods: str) -> Outcome:
    sandbox.gateways.misbehave(*moods)
    return await gateway.send(sms())


async def test_a_message_is_accepted_and_arrives_once_under_its_key(
    sandbox: RunningGateways, gateway: Provider
) -> None:
    message = sms()
    first, again = await gateway.send(message), await gateway.send(message)
    assert isinstance(first, Accepted)
    assert first == again
    assert len(sandbox.arrived(PHONE)) == 1
    question = Question(message.key, first.reference, PHONE, datetime.now(UTC))
    receipt = await gateway.ask(question)
    assert receipt is not None
    assert (receipt.key, receipt.delivered, receipt.code) == (message.key, True, "DELIVERED")


@pytest.mark.parametrize(
    ("mood", "outcome", "arrives"),
    [
        ("busy", Busy(1.0), 0),
        ("unavailable", Unknown("http-503"), 0),
        ("cut", Unknown("http-502"), 1),
        ("garbage", Unknown("unreadable"), 1),
        ("hang", Unknown("ReadTimeout"), 1),
        ("refuse", Refusal("no-such-number", permanent=True), 0),
        ("no-credit", Refusal("no-credit", permanent=False), 0),
    ],
)
async def test_what_goes_wrong_is_told_as_what_it_is(
    sandbox: RunningGateways, gateway: Provider, mood: str, outcome: Outcome, arrives: int
) -> None:
    assert await handed_over(gateway, sandbox, mood) == outcome
    assert len(sandbox.arrived()) == arrives


async def test_nobody_listening_is_busy_since_nothing_was_sent(sandbox: RunningGateways) -> None:
    async with running_gateways() as gone:
        url = gone.sms_url()
    provider = SandboxGateway(parse_provider(SecretStr(url)))
    assert await provider.send(sms()) == Busy()
    await provider.close()
