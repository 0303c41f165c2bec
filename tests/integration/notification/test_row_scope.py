"""Row-level security: what is told, kept and published of a region is there for that region's requests alone, whatever
the queries say; what a decision depends on elsewhere is still found.
"""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import pytest
from sqlalchemy import true

from deploy.local.postgres import EmbeddedPostgres
from services.notification.contacts import lookups as contact_lookups, repository as contact_repository
from services.notification.delivery import repository as delivery_repository
from services.notification.household_letters import repository as letter_repository
from services.notification.inbox import repository as inbox_repository
from services.notification.publication.oversight import repository as oversight_repository
from services.notification.publication.reconciliation import repository as reconciliation_repository
from shared.database.direct import fetch
from shared.database.row_scope import EVERYWHERE, NOWHERE
from shared.platform import unit_of_work
from shared.platform.identity import Role
from tests.fixtures.postgres import OWNER
from tests.integration.notification.contact_steps import accepted, row
from tests.integration.notification.everything_told import filled
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)
from tests.integration.notification.publication.held_elsewhere import HeldElsewhere, published
from tests.integration.notification.publication.published import Publisher, typed
from tests.integration.notification.publication.reconciling import reconcile
from tests.integration.notification.told import message, tell, to_operator, told

ELSEWHERE, PROVINCE_ELSEWHERE = "410106", "12"
ONE_ID = uuid.UUID("6d4c3b2a-0000-4000-8000-000000000001")
LEFT_OUT: Mapping[str, str] = {
    "household": "what anybody finds in the directory; contacts and notifications say themselves where it is",
    "publication_record": "what is published; it is read by joining its row",
    "publication_notice_item": "read by joining its notice",
    "waiting_event": "no request reads it",
    **dict.fromkeys(("contact_delivery", "refused_delivery"), "read through one function, as in every service"),
    **dict.fromkeys(("legal_hold", "officer"), "every service's own: no request lists it by region"),
}
"""Tables that have a region or a household and no policy, and why."""
VALUES: Mapping[str, object] = {
    "region": COUNTY,
    "uscc": uscc(1),
    "uuid": ONE_ID,
    "date": "2026-09-01",
    "timestamp with time zone": "2026-09-01T08:00:00+08:00",
    "boolean": False,
    "jsonb": "{}",
    "ARRAY": "{}",
}
"""By the columns' names and kinds; all others are `1`."""


async def tables_with(office: NotificationClient, columns: str) -> set[str]:
    found = await office.sql(
        f"""select distinct table_name from information_schema.columns
        where table_schema = 'public' and column_name in ({columns})"""
    )
    return {one["table_name"] for one in found}


async def protected(office: NotificationClient) -> set[str]:
    """Tables whose policy is in force."""
    found = await office.sql(
        "select c.relname from pg_class c join pg_policy p on p.polrelid = c.oid where c.relrowsecurity"
    )
    return {one["relname"] for one in found}


async def put_one_line(office: NotificationClient, table: str) -> None:
    """A line of the county, in a table that has none: values by the columns' kinds."""
    columns = await office.sql(
        """select column_name as name, data_type as kind from information_schema.columns where table_name = $1
        and (is_nullable = 'NO' and column_default is null and is_identity = 'NO' or column_name = 'region')""",
        table,
    )
    values = {one["name"]: VALUES.get(one["name"], VALUES.get(one["kind"], "1")) for one in columns}
    literals = ", ".join(f"'{one}'" for one in values.values())
    async with office.resources.database.transaction() as session:
        await fetch(session, f"insert into {table} ({', '.join(values)}) values ({literals})")


async def with_a_line_of_each(office: NotificationClient) -> set[str]:
    """Tables with a policy; each has lines, all of the county."""
    await filled(office)
    await Publisher(office).hear(typed(number=1), typed("gap", number=2))
    tables = sorted(await protected(office), key=lambda one: ("_county" in one or "held" in one or "diff" in one, one))
    for table in tables:
        if not await office.sql(f"select from {table} limit 1"):
            await put_one_line(office, table)
    return set(tables)


async def seen(office: NotificationClient, tables: set[str], scope: str) -> dict[str, int]:
    """By table: how many rows a statement without any condition finds."""
    async with office.resources.database.reading(scope) as session:
        return {one: (await fetch(session, f"select count(*) from {one}"))[0][0] for one in sorted(tables)}


async def nothing_is_seen_outside(office: NotificationClient, tables: set[str]) -> None:
    for scope in (ELSEWHERE, PROVINCE_ELSEWHERE, NOWHERE):
        assert {one: rows for one, rows in (await seen(office, tables, scope)).items() if rows} == {}, scope


@pytest.fixture
async def owner(database_url: str, postgres_server: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    """The role that the tables belong to."""
    address = postgres_server.url_of(database_url.rsplit("/", 1)[1], OWNER).replace("+asyncpg", "")
    connection = await asyncpg.connect(address)
    yield connection
    await connection.close()


async def test_statements_without_a_condition_find_nothing_of_another_region(
    office: NotificationClient, owner: asyncpg.Connection
) -> None:
    """And every planted policy that lets everything through is caught, table by table."""
    tables = await with_a_line_of_each(office)
    assert await tables_with(office, "'region', 'county', 'uscc'") - tables == set(LEFT_OUT)
    everything, own = await seen(office, tables, EVERYWHERE), await seen(office, tables, COUNTY)
    assert all(own.values())
    assert {one for one in tables if own[one] != everything[one]} == {"notification"}, "one is of no region"
    await nothing_is_seen_outside(office, tables)
    for table in sorted(tables):
        await owner.execute(f"create policy planted on {table} using (true)")
        with pytest.raises(AssertionError):
            await nothing_is_seen_outside(office, {table})
        await owner.execute(f"drop policy planted on {table}")


DIFFERENCE = f"""
    insert into publication_difference
        (id, system, kind, region, key, uscc, difference, state, first_round, last_round, found_at, version)
    values ('{ONE_ID}', 'province-directory', 'type', '{COUNTY}', '{uscc(1)}', '{uscc(1)}', 'missing', 'open', 1, 1,
        now(), 1)
"""
OF_ANY_REGION = {"region": "", "first": "", "last": "999999"}
FORGOTTEN: Mapping[str, tuple[object, str, object]] = {
    "/v1/messages?state=queued": (delivery_repository, "in_region", lambda *_: true()),
    "/v1/household-letters/{notification_id}/page": (letter_repository, "_of_region", lambda _: OF_ANY_REGION),
    "/v1/notifications?uscc={uscc}": (inbox_repository, "TO_THE_HOUSEHOLD", "cast(:region as text) is not null"),
    "/v1/publications": (oversight_repository, "inside", lambda *_: true()),
    "/v1/publications/held-back": (oversight_repository, "inside", lambda *_: true()),
    "/v1/publications/differences": (reconciliation_repository, "in_region", lambda *_: true()),
}
"""A view, and how its query forgets the region: a name of its module, and what stands there instead."""


async def nothing_is_shown(office: NotificationClient, view: str, ids: Mapping[str, Any]) -> None:
    """To an officer of another county."""
    answer = await office.get(view.format_map(ids), region=ELSEWHERE)
    assert answer.status_code in (200, 404), answer.text
    assert "测试商户" not in answer.text, view
    assert COUNTY not in answer.text.replace(ids["uscc"], ""), view


@pytest.fixture
async def ids(office: NotificationClient) -> Mapping[str, Any]:
    """A county's cases, by what paths name them."""
    ids = await filled(office)
    await Publisher(office).hear(typed(number=1), typed("gap", number=2))
    await Publisher(office).execute(DIFFERENCE)
    return ids


async def test_the_database_holds_back_what_queries_without_their_region_would_show(
    office: NotificationClient, ids: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conditions on the region are taken out of the queries, and still nothing is shown."""
    for view, (repository, name, forgotten) in FORGOTTEN.items():
        monkeypatch.setattr(repository, name, forgotten)
        await nothing_is_shown(office, view, ids)


async def test_queries_without_their_region_would_be_caught(
    office: NotificationClient, ids: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the same, and requests that the database shows everything."""
    monkeypatch.setattr(unit_of_work, "row_scope", lambda *_: EVERYWHERE)
    missed = []
    for view, (repository, name, forgotten) in FORGOTTEN.items():
        with monkeypatch.context() as planted:
            planted.setattr(repository, name, forgotten)
            with suppress(AssertionError):
                await nothing_is_shown(office, view, ids)
                missed.append(view)
    assert missed == []


@asynccontextmanager
async def within_the_region(*_: object) -> AsyncIterator[None]:
    """What stands in for `beyond_region`: nothing beyond it is found."""
    yield


async def moved_away(office: NotificationClient) -> str:
    """A household whose operator has another one in the county; what was told to it before it moved, and ended."""
    await office.hear(household_typed(1), household_typed(2).model_copy(update={"operator_ref": operator(1)}))
    await accepted(office, row(1, "13987650001"), row(2, "13987650002"))
    (first,) = await tell(office, told(to_operator(1), "", message()))
    async with office.resources.database.transaction() as session:
        await fetch(session, "update message set state = 'expired', ended_at = now()")
        await fetch(session, f"update household set region = '{ELSEWHERE}' where uscc = '{uscc(1)}'")
        await fetch(session, f"delete from contact where uscc = '{uscc(2)}'")
    return str(first)


async def sent_again(office: NotificationClient, notification: str) -> int:
    path = f"/v1/notifications/{notification}/repetition"
    return (await office.post(path, {"reason": "经营者说没有收到"}, Role.OFFICER)).status_code


async def test_a_household_that_has_moved_is_still_reached(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    notification = await moved_away(office)
    with monkeypatch.context() as planted:
        planted.setattr(contact_lookups, "beyond_region", within_the_region)
        assert await sent_again(office, notification) == 409, "the planted variant finds no contact"
    assert await sent_again(office, notification) == 201


@pytest.mark.parametrize("planted", [False, True])
async def test_who_withdraws_at_the_counter_is_erased_in_every_region(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch, planted: bool
) -> None:
    await moved_away(office)
    if planted:
        monkeypatch.setattr(contact_repository, "beyond_region", within_the_region)
    erased = await office.post(f"/v1/contacts/{uscc(2)}/erasures", {"reason": "本人到场要求"}, Role.OFFICER)
    assert erased.status_code == 204, erased.text
    kept = await office.sql("select uscc from contact where phone is not null")
    assert [one["uscc"] for one in kept] == [uscc(1)] * planted


async def test_whose_report_it_is_is_asked_of_all_its_counties(
    office: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A province sees the report of a round that found something in its counties alone."""
    database, system = office.resources.database, HeldElsewhere()
    for county, key in ((COUNTY, uscc(1)), ("120101", uscc(2, "120101"))):
        await published(database, county, key)
    await reconcile(database, system)
    (a_round,) = (await office.get("/v1/publications/reconciliations", region="41")).json()["items"]
    path = f"/v1/publications/reconciliations/{a_round['id']}/report"
    assert (await office.get(path, region="41")).status_code == 403
    monkeypatch.setattr(reconciliation_repository, "beyond_region", within_the_region)
    assert (await office.get(path, region="41")).status_code == 200, "the planted variant shows it"
