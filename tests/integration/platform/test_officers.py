"""Who has acted is kept with the deed, once a day, and found again for assigning work."""

import asyncio
import datetime as dt
from typing import Any

import httpx
import pytest

from shared import clock
from shared.database.connections import Database
from shared.platform import unit_of_work
from shared.platform.identity import Caller, Role
from shared.platform.officers import officers_by_subject, officers_for, record_officer
from shared.reference.departments import Department
from tests.fixtures.service_client import Issuer, StartLedger
from tests.fixtures.waiting import PATIENCE, until_blocked

ENTRY = {"region": "410102", "note": "一", "amount": 1}
MONDAY, TUESDAY = dt.date(2026, 9, 7), dt.date(2026, 9, 8)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subjects that were written down, each time."""
    kept: list[str] = []

    async def counting(session: Any, caller: Any) -> bool:
        kept.append(caller.subject)
        return await record_officer(session, caller)

    monkeypatch.setattr(unit_of_work, "record_officer", counting)
    return kept


async def writes(ledger: httpx.AsyncClient, headers: dict[str, str], note: str, path: str = "") -> int:
    answer = await ledger.post(f"/v1/entries{path}", json=ENTRY | {"note": note}, headers=headers)
    return answer.status_code


async def kept(database: Database) -> list[dict[str, Any]]:
    return [dict(row) for row in await (await database.pool()).fetch("select * from officer order by subject")]


async def test_who_acts_is_kept_with_what_the_token_says(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer
) -> None:
    headers = issuer.headers(Role.OFFICER, region="4101", sub="li", name="李经办", department="market")
    with clock.travel(MONDAY):
        assert await writes(ledger, headers, "a") == 201
    assert await kept(database) == [
        {
            "subject": "li",
            "name": "李经办",
            "roles": ["officer"],
            "department": "market",
            "region": "4101",
            "last_day": MONDAY,
        }
    ]


async def test_a_day_costs_one_write_however_often_somebody_acts(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer, counted: list[str]
) -> None:
    headers = issuer.headers(Role.OFFICER, region="4101", sub="li")
    for day in (MONDAY, TUESDAY):
        with clock.travel(day):
            for number in range(3):
                assert await writes(ledger, headers, f"{day} {number}") == 201
    assert counted == ["li", "li"]
    assert [row["last_day"] for row in await kept(database)] == [TUESDAY]


async def test_who_reads_or_is_refused_is_not_kept(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer
) -> None:
    headers = issuer.headers(Role.OFFICER, region="4101", sub="li")
    assert (await ledger.get("/v1/entries", headers=headers)).status_code == 200
    assert await writes(ledger, headers, "a", "/refused") == 409
    assert await writes(ledger, headers, "b", "/answered") == 409
    assert await kept(database) == []
    assert await writes(ledger, headers, "c") == 201, "and is still news"
    assert [row["subject"] for row in await kept(database)] == ["li"]


async def test_a_commit_that_fails_keeps_nobody_and_the_next_one_does(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer
) -> None:
    assert await writes(ledger, issuer.headers(Role.OFFICER, region="4101", sub="wang"), "same") == 201
    headers = issuer.headers(Role.OFFICER, region="4101", sub="li")
    assert await writes(ledger, headers, "same") >= 400, "the note is there; only the commit finds out"
    assert [row["subject"] for row in await kept(database)] == ["wang"]
    assert await writes(ledger, headers, "other") == 201
    assert [row["subject"] for row in await kept(database)] == ["li", "wang"]


async def test_a_later_token_replaces_what_an_earlier_one_said(
    start_ledger: StartLedger, database_url: str, database: Database, issuer: Issuer
) -> None:
    """Of two processes, too; and a clock that lags does not set the day back."""
    async with start_ledger(database_url) as one, start_ledger(database_url) as two:
        with clock.travel(TUESDAY):
            assert await writes(one, issuer.headers(Role.OFFICER, region="4101", sub="li", name="李"), "a") == 201
            assert await writes(two, issuer.headers(Role.OFFICER, region="41", sub="li", name="李"), "b") == 201
        with clock.travel(MONDAY):
            assert await writes(one, issuer.headers(Role.OFFICER, region="4103", sub="li", name="李"), "c") == 403
            assert await writes(one, issuer.headers(Role.OFFICER, region="410102", sub="li"), "c") == 201
    (row,) = await kept(database)
    assert (row["region"], row["name"], row["last_day"]) == ("41", "李", TUESDAY)


async def test_of_two_deeds_at_once_neither_waits_for_the_other(database: Database) -> None:
    caller = Caller("li", frozenset({Role.OFFICER}), "4101")
    async with database.session() as first, database.session() as second, asyncio.timeout(5):
        assert await record_officer(first, caller) is True
        assert await record_officer(second, caller) is False
        await first.rollback()
        assert await record_officer(second, caller) is True
        await second.commit()
    assert [row["subject"] for row in await kept(database)] == ["li"]


async def deed_beside_one_that_is_rolled_back(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer
) -> list[str]:
    """Of two deeds of one person at once the first is about to record them, and is rolled back once the second is done;
    who is kept then.
    """
    async with database.session() as first:
        assert await record_officer(first, Caller("li", frozenset({Role.OFFICER}), "4101"))
        second = asyncio.create_task(writes(ledger, issuer.headers(Role.OFFICER, region="4101", sub="li"), "a"))
        await until_blocked(database, second)
        await first.rollback()
        assert await second == 201
    return [row["subject"] for row in await kept(database)]


async def test_who_acts_is_kept_although_a_deed_at_the_same_time_is_rolled_back(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer
) -> None:
    assert await deed_beside_one_that_is_rolled_back(ledger, database, issuer) == ["li"]


async def test_without_a_second_attempt_nobody_would_be_kept(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: what another deed is about to record is taken for recorded."""

    async def trusting(*_: object) -> bool:
        return True

    monkeypatch.setattr(unit_of_work, "record_officer_afterwards", trusting)
    assert await deed_beside_one_that_is_rolled_back(ledger, database, issuer) == []


async def test_a_deed_that_never_ends_holds_nobody_up_for_long(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer
) -> None:
    headers = issuer.headers(Role.OFFICER, region="4101", sub="li")
    async with database.session() as first, asyncio.timeout(PATIENCE):
        assert await record_officer(first, Caller("li", frozenset({Role.OFFICER}), "4101"))
        assert await writes(ledger, headers, "a") == 201
        assert await kept(database) == []
        await first.rollback()
    assert await writes(ledger, headers, "b") == 201, "and is still news"
    assert [row["subject"] for row in await kept(database)] == ["li"]


async def test_many_deeds_of_one_person_at_once_are_all_done(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer
) -> None:
    headers = issuer.headers(Role.OFFICER, region="4101", sub="li")
    statuses = await asyncio.gather(*(writes(ledger, headers, str(number)) for number in range(16)))
    assert set(statuses) == {201}
    assert [row["subject"] for row in await kept(database)] == ["li"]


async def test_work_is_assigned_to_who_has_the_role_there_and_still_acts(
    ledger: httpx.AsyncClient, database: Database, issuer: Issuer
) -> None:
    people = [
        ("county", "410102", [Role.OFFICER], MONDAY),
        ("city", "4101", [Role.OFFICER], TUESDAY),
        ("gone", "4101", [Role.OFFICER], dt.date(2025, 1, 1)),
        ("both", "4101", [Role.OFFICER, Role.APPROVER], TUESDAY),
    ]
    for subject, region, roles, day in people:
        with clock.travel(day):
            headers = issuer.headers(*roles, region=region, sub=subject, name=subject, department="market")
            assert await writes(ledger, headers, subject) == 201
    since = dt.date(2026, 1, 1)
    async with database.session() as session:
        for region, role, names in (
            ("410102", Role.OFFICER, ["county", "both", "city"]),
            ("410103", Role.OFFICER, ["both", "city"]),
            ("410102", Role.APPROVER, ["both"]),
            ("4102", Role.OFFICER, []),
        ):
            found = await officers_for(session, region, role, since=since)
            assert [one.subject for one in found] == names, (region, role)
        tax = await officers_for(session, "410102", Role.OFFICER, since=since, department=Department.TAX)
        assert tax == []
        named = await officers_by_subject(session, ["city", "nobody"])
    assert {subject: (one.name, one.department) for subject, one in named.items()} == {"city": ("city", "market")}
