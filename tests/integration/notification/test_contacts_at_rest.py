"""Phones and e-mails at rest: neither the database's files nor the service's, nor its log, hold one in clear."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.notification.contacts.deliveries import RECEIVING
from services.notification.models import metadata
from shared.platform.deliveries import receiving
from shared.platform.identity import Role
from shared.platform.sealed_fields.rotation import count_by_key, rotate
from shared.platform.sealed_fields.vault import Vault
from tests.integration.notification.contact_steps import WORDS, accepted, deliver, row, set_own, withdraw
from tests.integration.notification.notification_client import (
    COUNTY,
    VAULT_KEYS,
    NotificationClient,
    household_typed,
    uscc,
)

PLANTED = ("13987650001", "planted.one@qq.com", "13987650002", "planted.two@qq.com", "13987650003", "037166076543")
WRONG = ("13987650004x", "planted.four")
"""Given where they are refused."""
EVERYTHING = (*PLANTED, *WRONG)
NAIVE = "13987650009"
"""Stored in clear by the naive variant alone: the server's log of writes keeps it for the tests that follow."""


def holding(folder: Path, values: Sequence[str] = EVERYTHING) -> Iterator[str]:
    """Files below a folder that hold something planted, on the disk: what is in memory alone is only a link."""
    for directory, _, names in os.walk(folder):  # passes over what the server removes meanwhile
        for file in (Path(directory, name) for name in names):
            with suppress(FileNotFoundError):
                content = b"" if file.is_symlink() else file.read_bytes()
                yield from (f"{file.name}: {value}" for value in values if value.encode() in content)


async def plant(office: NotificationClient) -> None:
    """Deliver, set and refuse contacts on every road there is."""
    await office.hear(household_typed(1), household_typed(2))
    await accepted(office, row(1, PLANTED[0], PLANTED[1]), row(2, WRONG[0], WRONG[1]), row(7, PLANTED[0], PLANTED[1]))
    refused = await deliver(office, row(1, PLANTED[0], PLANTED[1]), declared=7)
    assert refused.status_code == 422
    given = {"phone": PLANTED[2], "email": PLANTED[3], "consent": WORDS}
    for key, change in {"first": given, "second": given | {"phone": WRONG[0]}}.items():
        headers = office.as_(Role.OPERATOR, number=2) | {"Idempotency-Key": key}
        await office.client.patch("/v1/own-contact", json=change, headers=headers)
    await office.client.patch(
        "/v1/own-contact", json={"phone": PLANTED[4], "consent": WORDS}, headers=office.as_(Role.OFFICER)
    )
    mailbox = {"office": "测试局", "phone": PLANTED[5]}
    assert (
        await office.client.put(f"/v1/mailboxes/market/{COUNTY}", json=mailbox, headers=office.as_(Role.OFFICER))
    ).status_code == 200
    shown = await office.post(f"/v1/contacts/{uscc(1)}/disclosures", {"reason": "联系"}, Role.OFFICER)
    assert PLANTED[0] in shown.text


def on_the_servers_disk(server: EmbeddedPostgres, *values: str) -> list[str]:
    """What of the values is in the files of the database server, once it has written everything."""
    server.sql("CHECKPOINT")
    return list(holding(server.files.directory, values))


async def test_nothing_at_rest_holds_a_phone_or_an_email_in_clear(
    office: NotificationClient, postgres_server: EmbeddedPostgres, capfd: pytest.CaptureFixture[str]
) -> None:
    await plant(office)
    assert await asyncio.to_thread(on_the_servers_disk, postgres_server, *EVERYTHING) == []
    assert list(holding(office.resources.settings.data_dir)) == []
    said = "".join(capfd.readouterr())
    assert "delivery_accepted" in said
    assert [value for value in EVERYTHING if value in said] == []


async def test_the_search_would_find_one_in_clear(
    office: NotificationClient, postgres_server: EmbeddedPostgres
) -> None:
    database = office.resources.database.url.database
    assert database is not None
    naive = f"CREATE TABLE naive AS SELECT '{NAIVE}' AS phone"
    await asyncio.to_thread(postgres_server.sql, naive, database)
    assert await asyncio.to_thread(on_the_servers_disk, postgres_server, NAIVE)


@pytest.fixture
def looks(office: NotificationClient, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """What lay on the disk in clear while deliveries were received and checked."""
    found: list[str] = []

    def look(_point: str) -> None:
        found.extend(holding(office.resources.settings.data_dir))

    monkeypatch.setattr(receiving, "failpoint", look)
    return lambda: found


async def test_not_even_while_it_is_checked_does_a_file_lie_on_the_disk(
    office: NotificationClient, looks: Callable[[], list[str]]
) -> None:
    await plant(office)
    assert looks() == []


async def test_a_naive_intake_would_be_seen(office: NotificationClient, looks: Callable[[], list[str]]) -> None:
    object.__setattr__(RECEIVING, "in_memory", False)  # the router holds this one
    try:
        await plant(office)
    finally:
        object.__setattr__(RECEIVING, "in_memory", True)
    assert looks()


async def test_rotation_covers_every_table_of_contacts(office: NotificationClient) -> None:
    await plant(office)
    both = Vault({"k2": b"\x02" * 32, "k1": bytes.fromhex(VAULT_KEYS.partition(":")[2])})
    database = office.resources.database
    counts = await rotate(database, metadata, both)
    assert {one.column: one.resealed for one in counts if one.resealed} == {
        "contact.email": 1,
        "contact.phone": 1,
        "mailbox.phone": 1,
        "own_contact.email": 1,
        "own_contact.phone": 2,
    }
    async with database.transaction() as session:
        assert set(await count_by_key(session, metadata)) == {"k2"}


async def test_what_was_withdrawn_is_gone_from_every_row(office: NotificationClient) -> None:
    await plant(office)
    await set_own(office, 1, phone=PLANTED[0], consent=WORDS)
    await withdraw(office, 1)
    withdrawn = "select phone from own_contact where withdrawn_at is not null"
    left = await office.sql(f"select phone from contact where uscc = $1 union all {withdrawn}", uscc(1))
    assert [one["phone"] for one in left] == [None, None]
