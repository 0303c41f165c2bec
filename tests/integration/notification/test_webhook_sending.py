"""Sending: receivers that are slow, down, gone, or lead elsewhere; and how long each of them is tried."""

import asyncio
import datetime as dt
import ssl
from contextlib import AsyncExitStack, suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.notification.subscriptions.calls import Calls, CheckedNetwork
from services.notification.subscriptions.domain import Failure
from services.notification.subscriptions.sender import Sender
from services.notification.subscriptions.signatures import new_secret
from services.notification.subscriptions.targets import Resolve, checked_addresses
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.service_client import Issuer
from tests.fixtures.waiting import until
from tests.integration.notification.notification_client import settings_for
from tests.integration.notification.test_subscriptions import granted
from tests.integration.notification.webhook_receiver import (
    ALLOWED,
    HOST,
    Hooks,
    Receiver,
    always,
    content,
    listening,
    never,
    on_this_machine,
)

MESSAGE = "0b0c7f0e-1a5c-4f0e-9f8e-3b1f5a0c2d11"


async def test_an_event_is_tried_nine_times_over_three_days_under_one_id(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        receiver.behaviour = always(500)
        await hooks.hear(granted())
        began, tried = clock.now(), []
        for _ in range(20):
            (delivery,) = await hooks.deliveries(subscription)
            if delivery["state"] != "pending":
                break
            moment = dt.datetime.fromisoformat(delivery["try_at"])
            with clock.travel(max(moment, clock.now()) + dt.timedelta(milliseconds=1)):
                await hooks.send()
            tried.append((moment - began).total_seconds())
    assert (delivery["state"], delivery["tries"], delivery["status"]) == ("failed", 9, 500)
    assert len(receiver.events) == 9
    assert len({one.headers["webhook-id"] for one in receiver.events}) == 1
    assert 2.5 * 86_400 < tried[-1] < 3 * 86_400
    assert (await hooks.read(subscription))["state"] == "failing"


async def test_gone_disables_at_once_and_what_waits_goes_on_when_its_owner_activates(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        receiver.behaviour = always(410)
        await hooks.hear(granted(1))
        await hooks.send()
        found = await hooks.read(subscription)
        assert (found["state"], found["disabled_because"]) == ("disabled", "接收方答复 410：不再接收")
        told = await hooks.office.get("/v1/inbox", Role.BUREAU, department="tax")
        assert [one["title"] for one in told.json()["items"]] == ["推送订阅“接收系统”已停推"]
        receiver.behaviour = content
        await hooks.hear(granted(2))
        await hooks.send()
        assert len(receiver.events) == 1
        assert (await hooks.as_owner(subscription, "activation")).json()["state"] == "active"
        with clock.travel(clock.now() + dt.timedelta(minutes=1)):
            await hooks.send()
    assert sorted(one.event["subject"] for one in receiver.events[1:]) == [granted(1).uscc, granted(2).uscc]


async def test_five_days_without_a_success_disable_and_a_success_begins_anew(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        began = clock.now()

        async def day(number: int, behaviour: Any) -> str:
            receiver.behaviour = behaviour
            with clock.travel(began + dt.timedelta(days=number)):
                await hooks.hear(granted(number))
                await hooks.send()
                return str((await hooks.read(subscription))["state"])

        states = [await day(number, always(503)) for number in (1, 2, 3)]
        states.append(await day(4, content))
        states += [await day(number, always(503)) for number in (5, 9)]
        assert states == ["failing"] * 3 + ["active"] + ["failing"] * 2
        assert await day(11, content) == "disabled"
        assert (await hooks.read(subscription))["disabled_because"] == "连续多日没有一次推送成功"


async def test_a_receiver_that_fails_rests_however_much_waits(hooks: Hooks) -> None:
    async with listening() as receiver:
        subscription, _ = await hooks.verified(receiver.url)
        receiver.behaviour = always(503, "Retry-After: 600")
        await hooks.hear(*[granted(number) for number in range(30)])
        await hooks.send()
        assert len(receiver.events) == hooks.office.resources.settings.webhook_at_once
        tried = [one for one in await hooks.deliveries(subscription) if one["tries"]]
        waits = {dt.datetime.fromisoformat(one["try_at"]) - clock.now() for one in tried}
        assert dt.timedelta(seconds=590) < min(waits) < max(waits) < dt.timedelta(seconds=601)
        receiver.behaviour = content
        with clock.travel(clock.now() + dt.timedelta(hours=1)):
            await hooks.send()
    assert {one["state"] for one in await hooks.deliveries(subscription)} == {"delivered"}


async def test_a_slow_receiver_holds_up_nobody_else(hooks: Hooks) -> None:
    async with listening() as slow, listening() as quick:
        await hooks.verified(slow.url)
        await hooks.verified(quick.url)
        slow.behaviour = never
        await hooks.hear(*[granted(number) for number in range(40)])
        running = asyncio.create_task(Sender(hooks.office.resources, hooks.calls).run())
        try:
            await until(lambda: len(quick.events) == 40)
            assert len(slow.events) == hooks.office.resources.settings.webhook_at_once
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    with suppress(OSError):
        while True:
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()


async def dripping(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A header that never ends, a byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nx: ")
    with suppress(OSError):
        while True:
            writer.write(b"y")
            await writer.drain()
            await asyncio.sleep(0.05)


async def nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """No HTTP."""
    writer.write(b"220 mail.test ESMTP\r\n")
    writer.close()


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """No answer."""
    writer.close()


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (endless, None),
        (dripping, Failure.TIMEOUT),
        (nonsense, Failure.CONNECTION),
        (hang_up, Failure.CONNECTION),
        (None, Failure.CONNECTION),
    ],
    ids=["endless", "dripping", "nonsense", "hangs up", "not there"],
)
async def test_whatever_a_receiver_does_a_call_ends(
    behaviour: Any, failure: Failure | None, issuer: Issuer, tmp_path: Path
) -> None:
    seconds = 0.4 if failure is Failure.TIMEOUT else 30.0
    changed = ALLOWED | {"webhook_seconds": seconds}
    settings = settings_for("postgresql://none@127.0.0.1/none", tmp_path, issuer, **changed)
    async with AsyncExitStack() as stack:
        server = await asyncio.start_server(behaviour or hang_up, "127.0.0.1", 0)
        stack.callback(server.close)
        port = server.sockets[0].getsockname()[1]
        if behaviour is None:
            server.close()
            await server.wait_closed()
        calls = await stack.enter_async_context(Calls(settings, on_this_machine))
        answer = await calls.post(f"http://{HOST}:{port}/", [new_secret()], MESSAGE, b"{}")
    assert answer.failure is failure
    assert len(answer.body) <= 64 * 2**10


# -- the guard, with an address inside that no webhook may reach ---------------------------------------------------

OUTSIDE, INSIDE = "127.0.0.1", "127.0.0.2"
ONLY_OUTSIDE = ALLOWED | {"webhook_networks": (ip_network(f"{OUTSIDE}/32"),), "webhook_seconds": 5.0}


class Inside:
    """Counts who comes to an address inside."""

    def __init__(self) -> None:
        self.visits = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()


def first_then(*addresses: str) -> Resolve:
    """A name server that says something else each time."""
    left = list(addresses)

    async def find(_host: str, _port: int) -> list[str]:
        return [left.pop(0) if len(left) > 1 else left[0]]

    return find


class ChecksThenLooksUpAgain(CheckedNetwork):
    """The naive variant: what was checked is not what is connected to."""

    async def connect_tcp(self, host: str, port: int, *_rest: Any, **_options: Any) -> httpcore.AsyncNetworkStream:
        await checked_addresses(self._rules, host, port, self._find)
        (again,) = await self._find(host, port)
        return await self._plain.connect_tcp(again, port)


@pytest.mark.parametrize("naive", [False, True])
async def test_a_name_that_changes_its_address_leads_nowhere_else(
    naive: bool, issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if naive:
        monkeypatch.setattr("services.notification.subscriptions.calls.CheckedNetwork", ChecksThenLooksUpAgain)
    inside = Inside()
    settings = settings_for("postgresql://none@127.0.0.1/none", tmp_path, issuer, **ONLY_OUTSIDE)
    async with listening() as receiver:
        server = await asyncio.start_server(inside.answer, INSIDE, receiver.port)
        async with server, Calls(settings, first_then(OUTSIDE, INSIDE)) as calls:
            answers = [
                (await calls.post(receiver.url, [new_secret()], MESSAGE, b'{"type":""}')).failure for _ in range(2)
            ]
    assert (inside.visits > 0) is naive
    if not naive:
        assert answers == [None, Failure.ADDRESS]
        assert len(receiver.requests) == 1


class FollowsRedirects(Calls):
    """The naive variant: an ordinary client that goes where it is sent."""

    async def post(self, url: str, _keys: Any, _message: str, body: bytes) -> Any:
        async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as client:
            return await client.post(url.replace(HOST, OUTSIDE), content=body, headers={"webhook-signature": "v1,x"})


@pytest.mark.parametrize("naive", [False, True])
async def test_a_redirect_is_a_failure_and_no_proxy_of_the_environment_is_asked(
    naive: bool, issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = Inside()
    settings = settings_for("postgresql://none@127.0.0.1/none", tmp_path, issuer, **ONLY_OUTSIDE)
    async with listening() as receiver:
        server = await asyncio.start_server(inside.answer, INSIDE, receiver.port)
        target = f"http://{INSIDE}:{receiver.port}/"
        for variable in ("http_proxy", "all_proxy"):
            monkeypatch.setenv(variable, target)
        receiver.behaviour = always(307, f"Location: {target}")
        async with server, (FollowsRedirects if naive else Calls)(settings, on_this_machine) as calls:
            answer = await calls.post(receiver.url, [new_secret()], MESSAGE, b'{"type":""}')
    assert (inside.visits > 0) is naive
    if not naive:
        assert (answer.failure, answer.status) == (Failure.REDIRECT, 307)


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for a name, signed by itself, and the file that vouches for it."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - dt.timedelta(hours=1))
    builder = builder.not_valid_after(now + dt.timedelta(hours=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = folder / f"{name}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path


@pytest.mark.parametrize(
    ("name", "vouched", "failure"), [(HOST, True, None), ("other.test", True, Failure.TLS), (HOST, False, Failure.TLS)]
)
async def test_the_certificate_is_verified_against_the_name(
    name: str, vouched: bool, failure: Failure | None, issuer: Issuer, tmp_path: Path
) -> None:
    context, authority = certificate(tmp_path, name)
    changed = ALLOWED | {"webhook_ca_file": authority if vouched else None, "webhook_plain_http": False}
    receiver = Receiver()
    server = await asyncio.start_server(receiver.answer, OUTSIDE, 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    settings = settings_for("postgresql://none@127.0.0.1/none", tmp_path, issuer, **changed)
    async with server, Calls(settings, on_this_machine) as calls:
        answer = await calls.post(f"https://{HOST}:{port}/", [new_secret()], MESSAGE, b'{"type":""}')
    assert answer.failure is failure
    assert len(receiver.requests) == (failure is None)
