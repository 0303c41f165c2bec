"""Auditors read a service's audit: of their region, masked, page by page; and whoever reads it is in it."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared import clock
from shared.platform import audit
from shared.platform.audit_reading import AuditScope, masked
from shared.platform.audited_access import REFUSALS_CHAIN
from shared.platform.identity import Role
from shared.platform.paging import Cursor
from tests.fixtures.ledger.service import SERVICE
from tests.fixtures.service_client import Issuer, application, running, settings_of

HERE, THERE, PROVINCE = "410102", "410103", "41"
ADDRESS = "/v1/audit-entries"


class Ledger:
    """The service with some entries in its audit."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, issuer: Issuer) -> None:
        self.app, self.client, self.issuer = app, client, issuer

    async def ask(self, region: str, *roles: Role, **query: object) -> httpx.Response:
        """As an auditor, or as somebody else."""
        headers = self.issuer.headers(*(roles or (Role.AUDITOR,)), region=region, sub="auditor-1")
        return await self.client.get(ADDRESS, params={name: str(one) for name, one in query.items()}, headers=headers)

    async def read(self, region: str, **query: object) -> list[dict[str, Any]]:
        """The entries that others made."""
        answer = await self.ask(region, **query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return [one for one in answer.json()["items"] if one["action"] != "audit:read"]


@pytest.fixture
async def ledger(database_url: str, issuer: Issuer) -> AsyncIterator[Ledger]:
    with application(SERVICE.app, settings_of(database_url, issuer)) as app:
        async with running(app) as client:
            for number, region in enumerate((HERE, THERE, HERE, REFUSALS_CHAIN)):
                async with app.state.database.transaction() as session:
                    about = audit.about(f"subject-{number}", region)
                    details = {"reason": "电话13800138000联系不上", "rows": {"甲": 1}}
                    await audit.record(session, about, "li" if number else "wang", "entry:write", details)
            yield Ledger(app, client, issuer)


async def only_the_own_region_is_shown(ledger: Ledger) -> None:
    assert [one["subject"] for one in await ledger.read(HERE)] == ["subject-2", "subject-0"]
    assert [one["subject"] for one in await ledger.read(PROVINCE)] == ["subject-2", "subject-1", "subject-0"]
    assert [one["subject"] for one in await ledger.read("12")] == []
    assert {one["chain"] for one in await ledger.read("")} == {HERE, THERE, REFUSALS_CHAIN}


async def test_an_auditor_sees_the_own_region_and_what_has_none_only_for_the_whole_country(ledger: Ledger) -> None:
    await only_the_own_region_is_shown(ledger)


async def test_a_reading_without_its_region_would_be_caught(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: a query that forgets the region."""
    scoped = AuditScope.conditions
    monkeypatch.setattr(AuditScope, "conditions", lambda scope: scoped(scope)[1:])
    with pytest.raises(AssertionError):
        await only_the_own_region_is_shown(ledger)


async def test_nobody_reads_the_audit_of_their_own_work(ledger: Ledger) -> None:
    """Naive: whoever is an auditor, too, examines what they decided as an officer."""
    assert (await ledger.ask(HERE, Role.OFFICER)).status_code == 403
    both = await ledger.ask(HERE, Role.AUDITOR, Role.OFFICER)
    assert (both.status_code, both.json()["type"].rpartition("/")[2]) == (403, "combined-powers")


async def test_entries_come_in_pages_each_once_and_go_on_after_any_of_them(ledger: Ledger) -> None:
    first = (await ledger.ask(PROVINCE, limit=2, actor="li")).json()
    assert [one["subject"] for one in first["items"]] == ["subject-2", "subject-1"]
    assert first["next"] is None
    one = (await ledger.ask(PROVINCE, limit=1, subject="subject-2")).json()
    after = await ledger.read(PROVINCE, cursor=one["items"][0]["position"])
    assert [one["subject"] for one in after] == ["subject-1", "subject-0"]
    whole = (await ledger.ask("", limit=1, actor="li")).json()
    assert [one["subject"] for one in await ledger.read("", actor="li", cursor=whole["next"])] == [
        "subject-2",
        "subject-1",
    ]


@pytest.mark.parametrize(
    "cursor",
    ["x", *(Cursor.write(at, HERE, 1) for at in ("soon", "2026-07-01T00:00:00", "0001-01-01T00:00:00+00:00"))],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(ledger: Ledger, cursor: str) -> None:
    answer = await ledger.ask(PROVINCE, cursor=cursor)
    assert (answer.status_code, "游标" in answer.text) == (422, True)


async def test_entries_are_found_by_whom_what_and_when(ledger: Ledger) -> None:
    assert [one["subject"] for one in await ledger.read(PROVINCE, actor="wang")] == ["subject-0"]
    assert [one["actor"] for one in await ledger.read(PROVINCE, subject="subject-1")] == ["li"]
    today = clock.today()
    assert len(await ledger.read(PROVINCE, since=today, until=today)) == 3
    assert await ledger.read(PROVINCE, since=today + dt.timedelta(days=1)) == []
    assert await ledger.read(PROVINCE, until=today - dt.timedelta(days=1)) == []


async def test_whoever_reads_the_audit_is_in_it(ledger: Ledger) -> None:
    await ledger.ask(HERE, subject="subject-0")
    shown = (await ledger.ask(HERE)).json()["items"]
    (reading,) = [one for one in shown if one["action"] == "audit:read"]
    assert (reading["actor"], reading["chain"]) == ("auditor-1", HERE)
    assert reading["details"] == {"subject": "subject-0", "address": "127.0.0.1", "rows": 1}


async def test_a_persons_number_that_was_asked_for_is_not_written_down(ledger: Ledger) -> None:
    await ledger.ask(HERE, actor="13800138000")
    async with ledger.app.state.database.reading() as session:
        kept = (
            await session.execute(text("SELECT details::text FROM audit_entry WHERE action = 'audit:read'"))
        ).scalars()
        written = "".join(kept)
    assert "已遮盖" in written
    assert "13800138000" not in written


async def test_what_cannot_be_written_down_is_not_shown(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record", broken)
    answer = await ledger.ask(HERE)
    assert (answer.status_code, "subject-0" in answer.text) == (500, False)


async def test_numbers_of_persons_are_masked_and_those_of_things_are_not(ledger: Ledger) -> None:
    (shown,) = await ledger.read(HERE, subject="subject-0")
    assert shown["details"] == {"reason": "（已遮盖：手机号码）", "rows": {"甲": 1}}
    things = [
        "92410103MA0000015K",
        "00000000-0000-4000-8000-000000000000",
        "v1:" + "1" * 32,
        "410105202600001",
        7,
        None,
    ]
    assert masked(things) == things
    persons = ["110101199003078515", "请发 example@example.org", {"said": "13800138000"}]
    assert "19900307" not in str(masked(persons))
    assert masked(persons)[1:] == ["（已遮盖：电子邮箱）", {"said": "（已遮盖：手机号码）"}]
