"""What speaks of one message, number or mail delays that one alone; what no gateway can carry stays in the inbox."""

import asyncio
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from services.notification.channels.aliyun import AliyunGateway
from services.notification.channels.gateway import Accepted, Busy, Outcome, Outgoing, Receipt, Refusal
from services.notification.channels.mail import MailServer
from services.notification.channels.providers import open_provider
from services.notification.channels.tencent import TencentGateway
from services.notification.delivery import repository as delivery_repository
from services.notification.delivery.domain import HandOver, NotMade
from services.notification.delivery.handing_over import HandingOver
from services.notification.delivery.marking import renew_key, settle
from services.notification.delivery.preparing import Ready
from services.notification.delivery.provider_gate import ProviderGate
from services.notification.delivery.task import means_of
from services.notification.messages.domain import Channel, Lane
from services.notification.messages.models import Message
from services.notification.messages.service import NotificationDraft
from services.notification.provider_urls import parse_provider
from services.notification.rules.service import keep_shipped
from services.notification.settings import NotificationSettings
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.message_gateway import RunningGateways, running_gateways
from tests.fixtures.service_client import Issuer
from tests.fixtures.waiting import until
from tests.integration.notification.delivery_steps import (
    FAST,
    delivering,
    draft,
    none_open,
    phone,
    queue_messages,
    states,
)
from tests.integration.notification.notification_client import NotificationClient, open_client, operator, settings_for
from tests.integration.notification.test_telling import changed
from tests.integration.notification.told import known

OPTIONS = {"aliyun": {"sign": "郑州市监"}, "tencent": {"sign": "郑州市监", "app": "1400000000"}}
CODES = {"aliyun": "SMS_154950909", "tencent": "1234567"}
PAUSE = dt.timedelta(seconds=15)
INTERRUPTED = text(
    "update message set state = 'sending', provider = 'sandbox', tries = 1, sent_at = now(),"
    " leased_until = now() - interval '1 second'"
)


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[RunningGateways]:
    async with running_gateways(tmp_path) as running:
        yield running


def by(office: NotificationClient, sandbox: RunningGateways, *kinds: str) -> NotificationSettings:
    """The settings of an installation with these gateways, the first and its fallback."""
    names = ("sms_first", "sms_fallback")
    urls = {
        name: SecretStr(sandbox.gateway_url(kind, **OPTIONS[kind])) for name, kind in zip(names, kinds, strict=False)
    }
    return office.resources.settings.model_copy(update=FAST | urls)


def coded(number: int, *kinds: str, **more: Any) -> NotificationDraft:
    """One whose template is registered at these gateways."""
    made = draft(number, **more)
    (message,) = made.messages
    codes = {kind: CODES[kind] for kind in kinds}
    message = message._replace(template_codes=codes, parameters={"shop": f"第{number}家"})
    return made._replace(messages=(message,))


def opened(kind: str) -> Any:
    return open_provider(parse_provider(SecretStr(_url(kind))))


def _url(kind: str) -> str:
    options = "&".join(f"{name}={value}" for name, value in OPTIONS[kind].items())
    return f"{kind}+http://u:p@127.0.0.1:1?{options}"


@pytest.mark.parametrize(
    ("outcome", "told_apart"),
    [
        (Busy(3600, of_message=True), True),
        (Busy(of_message=True), True),
        (Refusal("isv.TEMPLATE_PARAMS_ILLEGAL", permanent=False, of_message=True), True),
        # the planted variants: the same outcomes, not told apart from what speaks of the provider
        (Busy(3600), False),
        (Busy(), False),
        (Refusal("isv.TEMPLATE_PARAMS_ILLEGAL", permanent=False), False),
    ],
)
async def test_what_is_said_of_one_message_does_not_stop_a_gateway(
    office: NotificationClient, outcome: Outcome, told_apart: bool
) -> None:
    gate = ProviderGate(office.resources.database, failures=10, pause=PAUSE)
    provider = opened("tencent")
    await gate.know([provider])
    await gate.note(provider, [outcome] * 10)
    await gate.take([provider], 1)  # the trial of a provider that is paused
    assert bool((await gate.take([provider], 5)).count) == told_apart


async def test_a_gateway_that_is_busy_for_long_leaves_messages_to_the_other_and_a_short_while_is_waited_for(
    office: NotificationClient,
) -> None:
    gate = ProviderGate(office.resources.database, failures=10, pause=PAUSE)
    first, fallback = opened("tencent"), opened("aliyun")
    await gate.know([first, fallback])
    await gate.note(first, [Busy(5)])
    assert (await gate.take([first, fallback], 5)).count == 0
    await gate.note(first, [Busy(3600)])
    grant = await gate.take([first, fallback], 5)
    assert (grant.provider.name, grant.count) == ("aliyun", 5)


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
@pytest.mark.parametrize("mood", ["limited", "bad-words"])
async def test_one_number_that_has_had_enough_delays_no_other(
    office: NotificationClient, sandbox: RunningGateways, kind: str, mood: str
) -> None:
    await queue_messages(office.resources, *(coded(n, kind) for n in range(8)))
    sandbox.gateways.misbehave(mood)
    settings = by(office, sandbox, kind).model_copy(update={"delivery_longest_pause": 600, "delivery_first_pause": 600})

    async def all_others() -> bool:
        return len(sandbox.arrived()) == 7

    async with delivering(settings, office.resources):
        await until(all_others)
        later = coded(9, kind, lane=Lane.URGENT)
        await queue_messages(office.resources, later)
        await until(lambda: sandbox.arrived(phone(9)) or sandbox.arrived(f"+86{phone(9)}"))
    (left,) = await office.sql("select code, tries, attempt from message where state = 'queued'")
    assert left["code"] is not None


async def test_messages_without_a_template_stay_in_the_inbox_and_the_others_go(
    office: NotificationClient, sandbox: RunningGateways
) -> None:
    """More of them than failures pause a gateway; the last ones are registered at one of the two."""
    bare = [draft(n) for n in range(15)]
    await queue_messages(office.resources, *bare, coded(20, "aliyun"), coded(21, "tencent"))

    async def over() -> bool:
        return await none_open(office.resources.database)

    async with delivering(by(office, sandbox, "aliyun", "tencent"), office.resources):
        await until(over)
    assert await states(office.resources.database) == {"suppressed": 15, "delivered": 2}
    why = await office.sql("select distinct suppression, tries, attempt from message where state = 'suppressed'")
    assert [tuple(row) for row in why] == [("no-template", 0, 0)]
    went = await office.sql("select provider, attempt from message where state = 'delivered' order by provider")
    assert [tuple(row) for row in went] == [("aliyun", 0), ("tencent", 0)]
    standing = await office.sql("select failures from provider_standing")
    assert {row["failures"] for row in standing} == {0}


async def test_a_gateway_that_is_not_asked_what_it_carries_gives_messages_back_forever(
    office: NotificationClient, sandbox: RunningGateways, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted variant of the test above."""
    for gateway in (AliyunGateway, TencentGateway):
        monkeypatch.setattr(gateway, "carries", lambda *_: True)
    await queue_messages(office.resources, draft(1))

    async def to_and_fro() -> bool:
        rows = await office.sql("select attempt, code from message where state in ('queued', 'sending')")
        return bool(rows) and rows[0]["attempt"] >= 4

    async with delivering(by(office, sandbox, "aliyun", "tencent"), office.resources):
        await until(to_and_fro)


async def test_templates_say_which_gateway_has_no_code_yet(
    database_url: str, tmp_path: Path, issuer: Issuer, sandbox: RunningGateways
) -> None:
    url = sandbox.gateway_url("aliyun", **OPTIONS["aliyun"])
    settings = settings_for(database_url, tmp_path / "by-aliyun", issuer, sms_first=url)
    async with open_client(settings, issuer) as office:
        await keep_shipped(office.resources)
        items = (await office.get("/v1/templates", Role.OFFICER)).json()["items"]
    with_sms = [one for one in items if one["sms"] is not None]
    assert with_sms
    assert all(one["unregistered"] == ([] if "aliyun" in one["codes"] else ["aliyun"]) for one in with_sms)


async def test_an_urgent_message_is_not_handed_over_in_quiet_hours_either(
    office: NotificationClient, sandbox: RunningGateways
) -> None:
    """As at a later try, or when an officer sends it again at night."""
    here = clock.now().astimezone(clock.CHINA)
    begins, ends = here - dt.timedelta(hours=1), here + dt.timedelta(hours=1)
    quiet = f"{begins:%H:%M}-{ends:%H:%M}"
    urgent, awake = coded(1, "aliyun", lane=Lane.URGENT, quiet=quiet), coded(2, "aliyun", lane=Lane.URGENT)
    await queue_messages(office.resources, urgent, awake)
    async with delivering(by(office, sandbox, "aliyun"), office.resources):
        await until(lambda: sandbox.arrived(phone(2)))
        assert not sandbox.arrived(phone(1))
    (row,) = await office.sql("select try_at, tries from message where state = 'queued'")
    assert row["tries"] == 0
    assert row["try_at"] > clock.now()


async def test_a_mail_that_only_waited_for_a_connection_was_not_sent(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes nearly the time that one has: whoever waits cannot be begun, and is given back."""
    settings = office.resources.settings.model_copy(update=FAST)
    server = MailServer(parse_provider(SecretStr("smtp://u:p@mail.invalid:587?from=a@b.cn")))
    begun: list[str] = []

    async def slow(_server: MailServer, outgoing: Outgoing) -> Outcome:
        begun.append(outgoing.key)
        await asyncio.sleep(0.4)
        return Accepted("x")

    monkeypatch.setattr(MailServer, "send", slow)
    assert await outcomes(settings, office, server) == [(True, "Accepted")] * 4 + [(False, "NotMade")] * 8
    monkeypatch.setattr(MailServer, "at_once", 12)  # the planted variant: all wait inside the call
    places = asyncio.Semaphore(4)

    async def waiting(server: MailServer, outgoing: Outgoing) -> Outcome:
        async with places:
            return await slow(server, outgoing)

    begun.clear()
    monkeypatch.setattr(MailServer, "send", waiting)
    assert (False, "Unknown") in await outcomes(settings, office, server, begun)


async def outcomes(
    settings: NotificationSettings, office: NotificationClient, server: MailServer, begun: Sequence[str] | None = None
) -> list[tuple[bool, str]]:
    """What becomes of twelve mails that are handed over together: whether each was begun, and its outcome."""
    handing_over = HandingOver(means_of(settings, office.resources), Channel.EMAIL, [server])
    ready = [
        Ready(
            HandOver(uuid.uuid4(), 0, 1, server.name, again=False), Outgoing(uuid.uuid4().hex, "u@example.com", "请看")
        )
        for _ in range(12)
    ]
    at = asyncio.get_running_loop().time()
    answers = await asyncio.gather(*(handing_over._outcome(one, at) for one in ready))
    made = [
        not isinstance(answer, NotMade) if begun is None else one.outgoing.key in begun
        for one, answer in zip(ready, answers, strict=True)
    ]
    return sorted(zip(made, [type(one).__name__ for one in answers], strict=True), reverse=True)


@pytest.mark.parametrize("attempt", ["", ":7"])
async def test_a_receipt_of_a_hand_over_that_never_was_changes_nothing(
    office: NotificationClient, attempt: str
) -> None:
    await queue_messages(office.resources, draft(1))
    (row,) = await office.sql("select id from message")
    async with office.resources.database.transaction() as session:
        await settle(session, [("aliyun", Receipt(f"{row['id']}{attempt}", "r", delivered=True, code=""))])
    (after,) = await office.sql("select state, tries from message")
    assert (after["state"], after["tries"]) == ("queued", 0)


@pytest.mark.parametrize(("told_by", "state"), [("tencent", "queued"), ("aliyun", "delivered")])
async def test_a_receipt_of_an_earlier_attempt_is_believed_from_who_was_given_that_attempt(
    office: NotificationClient, told_by: str, state: str
) -> None:
    await queue_messages(office.resources, draft(1))
    async with office.resources.database.transaction() as session:
        message = (await session.execute(select(Message))).scalar_one()
        for provider in ("aliyun", "tencent"):  # each was given one attempt, and refused it
            message.provider, message.tries = provider, 1
            renew_key(message)
        message.provider = None
    async with office.resources.database.transaction() as session:
        await settle(session, [(told_by, Receipt(f"{message.id}", "r", delivered=True, code=""))])
    (after,) = await office.sql("select state from message")
    assert after["state"] == state


async def test_a_call_back_with_thousands_of_receipts_is_kept_and_what_cannot_be_ours_is_left_out(
    office: NotificationClient,
) -> None:
    said = [Receipt(None, f"r{n}", delivered=True, code="0") for n in range(5000)]
    odd = [Receipt("k" * 101, "r", delivered=True, code=""), Receipt(None, "r\x00", delivered=True, code="")]
    async with office.resources.database.transaction() as session:
        await delivery_repository.keep_receipts(session, "aliyun", [*said, *odd], clock.now())
    (kept,) = await office.sql("select count(*) from waiting_receipt")
    assert kept["count"] == 5000


@pytest.mark.usefixtures("example_rules")
async def test_a_queued_message_about_a_household_goes_to_no_former_operator(
    office: NotificationClient, sandbox: RunningGateways
) -> None:
    """The second household is still theirs; a copy of the message that names no household (planted) goes as well."""
    await known(office, 1, 2)
    unnamed = coded(3, "aliyun", to=1)._replace(uscc=None)
    await queue_messages(office.resources, coded(1, "aliyun"), coded(2, "aliyun"), unnamed)
    await office.hear(changed(1, ref=operator(7)))

    async def over() -> bool:
        return await none_open(office.resources.database)

    async with delivering(by(office, sandbox, "aliyun"), office.resources):
        await until(over)
    rows = await office.sql(
        "select n.cause, m.state, m.suppression from message m join notification n on n.id = m.notification_id"
        " where n.cause like 'run/%' order by 1"
    )
    assert [tuple(row) for row in rows] == [
        ("run/1", "suppressed", "operator-changed"),
        ("run/2", "delivered", None),
        ("run/3", "delivered", None),
    ]


@pytest.mark.parametrize("quiet", [True, False], ids=["at night", "by day (planted)"])
async def test_an_interrupted_hand_over_is_not_repeated_in_quiet_hours(
    office: NotificationClient, sandbox: RunningGateways, quiet: bool
) -> None:
    here = clock.now().astimezone(clock.CHINA)
    hours = f"{here - dt.timedelta(hours=1):%H:%M}-{here + dt.timedelta(hours=1):%H:%M}"
    await queue_messages(office.resources, draft(1, lane=Lane.URGENT, quiet=hours if quiet else None))
    async with office.resources.database.transaction() as session:
        await session.execute(INTERRUPTED)
    settings = office.resources.settings.model_copy(update=FAST | {"sms_first": SecretStr(sandbox.sms_url())})

    async def decided() -> bool:
        (row,) = await office.sql("select state = 'delivered' or leased_until > now() as decided from message")
        return bool(row["decided"])

    async with delivering(settings, office.resources):
        await until(decided)
        if not quiet:
            await until(lambda: sandbox.arrived(phone(1)))
    (row,) = await office.sql("select leased_until > now() + interval '10 minutes' as waits from message")
    assert (bool(row["waits"]), len(sandbox.arrived(phone(1)))) == ((True, 0) if quiet else (False, 1))
