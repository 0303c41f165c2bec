"""Whatever goes wrong with a provider, no log line, outcome or printed object holds an address or words."""

import logging
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from deploy.sandbox.sandbox_gateways import MOODS
from services.notification.channels.gateway import Accepted, Outgoing, Question
from services.notification.channels.http_calls import Answer, HttpCalls
from services.notification.channels.providers import open_provider
from services.notification.provider_urls import parse_provider
from shared.platform.telemetry import QUIET_LIBRARIES
from tests.fixtures.message_gateway import RunningGateways, running_gateways

PHONE, MAILBOX, WORDS = "13900001234", "zhang.san@example.com", "您家的异议已受理"
OFFICIAL = {"sign": "郑州市监"}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that is logged, with the libraries as quiet as `configure_logs` makes them."""
    before = {name: logging.getLogger(name).level for name in QUIET_LIBRARIES}
    caplog.set_level(logging.DEBUG)
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


async def everything_goes_wrong(sandbox: RunningGateways) -> str:
    """Each mood once with each provider; what was answered, as somebody might print it."""
    urls = {
        sandbox.sms_url(timeout=0.2): PHONE,
        sandbox.gateway_url("aliyun", timeout="0.2", **OFFICIAL): PHONE,
        sandbox.gateway_url("tencent", timeout="0.2", app="1400006666", **OFFICIAL): PHONE,
        sandbox.mail_url(timeout="0.2"): MAILBOX,
    }
    told = []
    for url, address in urls.items():
        provider = open_provider(parse_provider(SecretStr(url)))
        for mood in sorted(MOODS - {"slow"}):
            codes = {"aliyun": "SMS_1", "tencent": "1"}
            message = Outgoing(uuid.uuid4().hex, address, WORDS, WORDS, codes, {"what": WORDS})
            sandbox.gateways.misbehave(mood)
            outcome = await provider.send(message)
            reference = outcome.reference if isinstance(outcome, Accepted) else None
            question = Question(message.key, reference, address, datetime.now(UTC))
            told += [message, outcome, question, await provider.ask(question)]
        await provider.close()
    return repr(told)


async def test_nothing_that_goes_wrong_shows_an_address(tmp_path: Path, lines: pytest.LogCaptureFixture) -> None:
    async with running_gateways(tmp_path) as sandbox:
        told = await everything_goes_wrong(sandbox)
    for hidden in (PHONE, MAILBOX, WORDS):
        assert hidden not in told
        assert hidden not in lines.text


async def by_httpx(
    self: HttpCalls, method: str, path: str, *, headers: Mapping[str, str], content: bytes = b""
) -> Answer:
    """A call by the library that logs whole addresses, which hold the phone."""
    async with httpx.AsyncClient(trust_env=False) as client:
        told = await client.request(method, f"http://{self._host}{path}", headers=headers, content=content)
    return Answer(told.status_code, told.content)


async def test_a_library_that_logs_what_it_asks_for_would_be_noticed(
    tmp_path: Path, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HttpCalls, "call", by_httpx)
    async with running_gateways(tmp_path) as sandbox:
        provider = open_provider(parse_provider(SecretStr(sandbox.gateway_url("aliyun", **OFFICIAL))))
        for level, shown in ((logging.WARNING, False), (logging.INFO, True)):
            logging.getLogger("httpx").setLevel(level)
            outgoing = Outgoing(uuid.uuid4().hex, PHONE, WORDS, template_codes={"aliyun": "SMS_1"})
            assert isinstance(await provider.send(outgoing), Accepted)
            assert (PHONE in lines.text) is shown
        await provider.close()
