"""E-mail over real SMTP, encrypted: whatever the server does is one of four outcomes."""

import email
import email.policy
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from pydantic import SecretStr

from services.notification.channels.gateway import (
    Accepted,
    Busy,
    Outcome,
    Outgoing,
    Question,
    Refusal,
    Unknown,
)
from services.notification.channels.mail import MailServer, written
from services.notification.channels.problems import WrongReceiptSecret
from services.notification.provider_urls import parse_provider
from tests.fixtures.message_gateway import RunningGateways, running_gateways

ADDRESS = "zhang.san@example.com"


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[RunningGateways]:
    async with running_gateways(tmp_path) as running:
        yield running


@pytest.fixture
async def server(sandbox: RunningGateways) -> AsyncIterator[MailServer]:
    server = opened(sandbox.mail_url(timeout="0.5"))
    yield server
    await server.close()


def opened(url: str) -> MailServer:
    return MailServer(parse_provider(SecretStr(url)))


def mail() -> Outgoing:
    return Outgoing(f"{uuid.uuid4()}:1", ADDRESS, "您的异议已受理。\n.\n..第二段\n", title="异议已受理：好又来小吃店")


async def test_chinese_subjects_and_bodies_arrive_as_written(sandbox: RunningGateways, server: MailServer) -> None:
    message = mail()
    assert isinstance(await server.send(message), Accepted)
    (kept,) = sandbox.arrived()
    assert (kept.address, kept.title, kept.text) == (ADDRESS, message.title, message.text)
    assert kept.key == f"<{message.key.replace(':', '.')}@example.gov.cn>"
    assert await server.ask(Question(message.key, None, ADDRESS, datetime.now(UTC))) is None
    with pytest.raises(WrongReceiptSecret):
        server.read_receipts("", b"[]")


async def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    async with running_gateways(tmp_path, starttls=False) as sandbox:
        server = opened(sandbox.mail_url("smtps"))
        assert isinstance(await server.send(mail()), Accepted)
        await server.close()
        assert len(sandbox.arrived()) == 1


async def test_the_connection_is_kept_and_opened_anew_when_the_server_has_ended_it(
    sandbox: RunningGateways, server: MailServer
) -> None:
    for _ in range(5):
        assert isinstance(await server.send(mail()), Accepted)
    assert sandbox.gateways.calls["mail connections"] == 1
    sandbox.gateways.misbehave("unavailable")
    assert await server.send(mail()) == Busy()
    assert isinstance(await server.send(mail()), Accepted)
    assert sandbox.gateways.calls["mail connections"] == 2
    assert len(sandbox.arrived()) == 6


@pytest.mark.parametrize(
    ("mood", "outcome", "arrives"),
    [
        ("busy", Busy(of_message=True), 0),
        ("unavailable", Busy(), 0),
        ("refuse", Refusal("smtp-550-5.1.1", permanent=True), 0),
        ("no-credit", Refusal("smtp-550-5.7.1", permanent=False), 0),
        ("cut", Unknown("SMTPServerDisconnected"), 1),
        ("hang", Unknown("SMTPReadTimeoutError"), 1),
        ("garbage", Unknown("SMTPResponseException"), 1),
    ],
)
async def test_what_goes_wrong_is_told_as_what_it_is(
    sandbox: RunningGateways, server: MailServer, mood: str, outcome: Outcome, arrives: int
) -> None:
    sandbox.gateways.misbehave(mood)
    assert await server.send(mail()) == outcome
    assert len(sandbox.arrived()) == arrives
    assert isinstance(await server.send(mail()), Accepted), "the next one goes through"


@pytest.mark.parametrize("kind", ["smtp", "smtps"])
async def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_login(tmp_path: Path, kind: str) -> None:
    async with running_gateways(tmp_path, starttls=kind == "smtp") as sandbox:
        server = opened(sandbox.mail_url(kind).replace("ca=", "sender="))
        assert await server.send(mail()) == Refusal("tls", permanent=False)
        assert not sandbox.gateways.calls["mail"]
        await server.close()


async def test_a_certificate_of_another_name_is_refused(sandbox: RunningGateways) -> None:
    server = opened(sandbox.mail_url().replace("@127.0.0.1", "@localhost"))
    assert await server.send(mail()) == Refusal("tls", permanent=False)
    await server.close()


async def test_a_server_without_tls_is_never_spoken_to_in_the_open(
    sandbox: RunningGateways, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.sandbox.mail_sink.OFFER_STARTTLS", False)
    assert await server.send(mail()) == Refusal("not-offered", permanent=False)
    assert not sandbox.gateways.store.find()


async def test_a_wrong_password_is_refused_for_this_server_alone(sandbox: RunningGateways) -> None:
    server = opened(sandbox.mail_url().replace(sandbox.gateways.secret, "another"))
    assert await server.send(mail()) == Refusal("smtp-535-5.7.8", permanent=False)
    await server.close()


async def test_nobody_listening_is_busy(tmp_path: Path) -> None:
    async with running_gateways(tmp_path) as gone:
        url = gone.mail_url()
    server = opened(url)
    assert await server.send(mail()) == Busy()
    await server.close()


@pytest.mark.parametrize(
    "address", ["", "zhang", "zhang@", "a@b.cn\r\nBcc: x@y.cn", "a@b.cn, c@d.cn", "<a@b.cn>", "张@b.cn", "a@b.cn "]
)
async def test_what_is_no_address_reaches_no_server(sandbox: RunningGateways, address: str) -> None:
    server = opened(sandbox.mail_url())
    assert await server.send(replace(mail(), address=address)) == Refusal("no-address", permanent=True)
    assert not sandbox.gateways.calls["mail connections"]


HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"]
BODY_HEADERS = ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]


@given(title=st.text(), text=st.text(st.characters(exclude_categories=["Cs"])), sender=st.text())
def test_no_words_break_out_of_a_header(title: str, text: str, sender: str) -> None:
    nasty = f"{title}\r\nBcc: victim@example.com\r\n\r\n{title}"
    made = written(replace(mail(), title=nasty, text=text), "notice@example.gov.cn", sender + "\nCc: x@y.cn")
    read = email.message_from_bytes(made, policy=email.policy.default)
    assert sorted(read.keys()) == sorted(HEADERS + BODY_HEADERS)
    assert read["To"].addresses[0].addr_spec == ADDRESS
    assert len(read["From"].addresses) == 1
    body = read.get_body(("plain",))
    assert body is not None
    assert made.isascii()


def test_a_mail_put_together_from_strings_would_be_noticed() -> None:
    naive = f"Subject: 标题\r\nBcc: victim@example.com\r\nTo: {ADDRESS}\r\n\r\n".encode()
    assert "Bcc" in email.message_from_bytes(naive, policy=email.policy.default)
