"""Row-level security: corrections of evidence, moves, trials and pulls are there for their regions' requests alone,
whatever the queries say; which households wait to move is still known everywhere.
"""

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from sqlalchemy import true

from deploy.local.postgres import EmbeddedPostgres
from services.typing.corrections import repository as corrections_repository
from services.typing.corrections.models import EvidenceCorrection
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.models import Delivery, PendingMove, Pull
from services.typing.moves import repository as moves_repository
from services.typing.runs.models import PolicyVersion, Run
from services.typing.trials import repository as trials_repository
from services.typing.trials.models import Trial, TrialChange
from shared.database.direct import fetch
from shared.database.row_scope import EVERYWHERE, NOWHERE
from shared.platform import unit_of_work
from shared.platform.identity import Role
from tests.fixtures.postgres import OWNER
from tests.integration.typing.typing_client import TypingClient

LOSING, GAINING, ELSEWHERE, PROVINCE_ELSEWHERE = "410104", "410102", "410106", "12"
NAME = "测试商户"
ONE_ID = uuid.UUID("6d4c3b2a-0000-4000-8000-000000000001")
NOW = dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC)
FILE = "0" * 64
TABLES = {"evidence_correction", "pending_move", "pull", "trial", "trial_change"}
PUBLIC = "what anybody finds in the directory"
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(("result", "result_group", "statistic", "current_run", "household_name", "name_posting"), PUBLIC),
    "correction": "a retyping of one household, which a lookup reads with its result",
    "delivery": "read through one function, as in every service; it holds counts and a digest, and no household",
    "refused_delivery": "read through one function, as in every service",
    "annual_report_closing": "a day, which is public",
    **dict.fromkeys(("run", "change"), "no household; read through one function"),
    "number_setting": "a number that a text leaves open, in force for everybody there",
    "filed_report": "no request reads it",
    **dict.fromkeys(("legal_hold", "officer"), "every service's own: no request lists it by region"),
}
"""Tables that have a region or a household and no policy, and why."""


def of_a_delivery() -> Delivery:
    known = {"feed": "registration", "bureau": "测试局", "region": GAINING, "mode": "incremental", "sha256": FILE}
    counts = {"rows": 1, "accepted": 1, "rejected": 0, "flagged": 0, "bytes": 0, "warnings": []}
    files = dict.fromkeys(("accepted_file", "rejected_keys_file", "rejects_file"), FILE)
    when = {"received_by": "li", "received_on": NOW.date(), "received_at": NOW}
    return Delivery(id=ONE_ID, channel="upload", format="csv", **known, **counts, **files, **when)


def of_a_move() -> PendingMove:
    between = {"from_region": LOSING, "to_region": GAINING, "operator_changes": False, "delivery_id": ONE_ID}
    asked = {"bureau": "测试局", "delivered_by": "li", "asked_at": NOW, "version": 1}
    return PendingMove(id=ONE_ID, uscc="92410104MA0000015K", name=NAME, **between, **asked)


def of_a_correction() -> EvidenceCorrection:
    said = {"uscc": "92410104MA0000015K", "region": LOSING, "feed": "tax", "year": 2025, "state": "refused"}
    heard = {"event_id": "1", "correlation": "1", "source": "/objection", "changed_at": NOW, "last_delivery": 0}
    return EvidenceCorrection(id=ONE_ID, objection=ONE_ID, reason=NAME, refusal=NAME, **said, **heard)


async def filled(office: TypingClient) -> None:
    """One line of each table, of one county; the move is between two."""
    async with office.resources.database.transaction(EVERYWHERE) as session:
        session.add_all([of_a_delivery(), PolicyVersion(content_hash=FILE, policy="zhengzhou-2025", content={})])
        await session.flush()
        ordered = {"policy": "zhengzhou-2025", "policy_hash": FILE, "region": LOSING, "created_by": "li"}
        session.add(Run(id=ONE_ID, as_of=NOW.date(), version=1, **ordered))
        session.add_all([of_a_move(), of_a_correction()])
        session.add(Pull(id=ONE_ID, source="tax:1", bureau=NAME, feed="tax", region=LOSING))
        await session.flush()
        session.add(Trial(id=ONE_ID, run_id=ONE_ID, policy_title=NAME, content={}, **ordered))
        await session.flush()
        session.add(TrialChange(trial_id=ONE_ID, region=LOSING, from_type=0, to_type=1, households=1))


@pytest.fixture
async def owner(database_url: str, postgres_server: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    """The role that the tables belong to."""
    address = postgres_server.url_of(database_url.rsplit("/", 1)[1], OWNER).replace("+asyncpg", "")
    connection = await asyncpg.connect(address)
    yield connection
    await connection.close()


async def seen(office: TypingClient, scope: str) -> set[str]:
    """The tables of which a statement without any condition finds a row."""
    async with office.resources.database.reading(scope) as session:
        return {one for one in TABLES if (await fetch(session, f"select count(*) from {one}"))[0][0]}


async def nothing_is_seen_outside(office: TypingClient) -> None:
    for scope in (ELSEWHERE, PROVINCE_ELSEWHERE, NOWHERE):
        assert await seen(office, scope) == set(), scope


async def test_statements_without_a_condition_find_nothing_of_another_region(
    office: TypingClient, owner: asyncpg.Connection
) -> None:
    """And every planted policy that lets everything through is caught, table by table."""
    await filled(office)
    found = await owner.fetch(
        """select distinct table_name from information_schema.columns join pg_class c on c.relname = table_name
        where table_schema = 'public' and column_name in ('region', 'from_region', 'uscc') and relkind in ('r', 'p')"""
    )
    assert {one["table_name"] for one in found} - TABLES == set(LEFT_OUT)
    for scope in (EVERYWHERE, "41", LOSING):
        assert await seen(office, scope) == TABLES, scope
    assert await seen(office, GAINING) == {"pending_move"}
    await nothing_is_seen_outside(office)
    for table in sorted(TABLES):
        await owner.execute(f"create policy planted on {table} using (true)")
        with pytest.raises(AssertionError):
            await nothing_is_seen_outside(office)
        await owner.execute(f"drop policy planted on {table}")


FORGOTTEN: Mapping[str, tuple[Any, str]] = {
    "/v1/corrections": (corrections_repository, "inside"),
    "/v1/moves": (moves_repository, "concerning"),
    f"/v1/moves/{ONE_ID}": (moves_repository, "concerning"),
    f"/v1/trials/{ONE_ID}": (trials_repository, "inside"),
    "/v1/pulls": (deliveries_repository, "visible_rows"),
}
"""A view, and the condition on the region that its query forgets: a function of its module."""


async def nothing_is_shown(office: TypingClient, view: str) -> None:
    """To an officer of another county."""
    answer = await office.client.get(view, headers=office.as_(Role.OFFICER, ELSEWHERE))
    assert answer.status_code in (200, 404), answer.text
    assert NAME not in answer.text, view
    assert LOSING not in answer.text, view


async def test_the_database_holds_back_what_queries_without_their_region_would_show(
    office: TypingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conditions are taken out of the queries, and still nothing is shown; with requests that the database shows
    everything (the planted fault) each is.
    """
    await filled(office)
    missed = []
    for view, (repository, name) in FORGOTTEN.items():
        with monkeypatch.context() as planted:
            planted.setattr(repository, name, lambda *_: true())
            await nothing_is_shown(office, view)
            planted.setattr(unit_of_work, "row_scope", lambda *_: EVERYWHERE)
            with suppress(AssertionError):
                await nothing_is_shown(office, view)
                missed.append(view)
    assert missed == []
