"""T4: a publication switches all its counties at once or none, and readers see the old run or the new one."""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.directory import repository as directory_repository
from services.typing.runs import partitions, repository as runs_repository, service as runs_service
from services.typing.runs.domain import RunState
from services.typing.runs.models import CurrentRun, Run
from services.typing.runs.repository import ResultFilter
from shared.platform.identity import Role
from tests.fixtures.waiting import until, until_blocked
from tests.integration.typing.staged_city import StagedCity, at_stage
from tests.integration.typing.typing_client import CITY, TypingClient

EVERYBODY = ResultFilter(scope=CITY, limit=10_000)


# -- readers -------------------------------------------------------------------------------------------------------


async def look(office: TypingClient) -> dict[str, dict[str, int]]:
    """What one statement sees: county → run → households."""
    pool = await office.resources.database.pool()
    seen: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in await directory_repository.by_region(pool, EVERYBODY, None):
        seen[row["region"]][str(row["run_id"])] += 1
    return seen


class Readers:
    """Four readers that look as often as they can while something happens."""

    def __init__(self, office: TypingClient) -> None:
        self.office, self.looks, self.stop = office, [], False

    async def read(self) -> None:
        while not self.stop:
            self.looks.append(await look(self.office))

    async def during(self, what: Awaitable[Any]) -> Any:
        tasks = [asyncio.ensure_future(self.read()) for _ in range(4)]
        await self.look_again()
        try:
            return await what
        finally:
            await self.look_again()
            self.stop = True
            await asyncio.gather(*tasks)

    async def look_again(self) -> None:
        """Wait for a look that began after now: each of the four may be in the middle of one."""
        enough = len(self.looks) + 5
        await until(lambda: len(self.looks) >= enough)

    looks: list[dict[str, dict[str, int]]]

    @property
    def worlds(self) -> set[tuple[tuple[str, int], ...]]:
        """The different totals by run that were seen."""
        found = set()
        for one in self.looks:
            total: dict[str, int] = defaultdict(int)
            for by_run in one.values():
                for run, households in by_run.items():
                    total[run] += households
            found.add(tuple(sorted(total.items())))
        return found


async def assert_readers_see_old_or_new(
    city: StagedCity, readers: Readers | None = None, afterwards: Callable[[], Awaitable[None]] | None = None
) -> None:
    office, readers = city.office, readers or Readers(city.office)
    households = {run_id: (await office.stored(run_id)).households for run_id in city.runs}

    async def publish() -> None:
        answer = await office.publish(city.last)
        assert answer.status_code == 200, answer.text
        if afterwards:
            await afterwards()

    await readers.during(publish())
    assert all(len(by_run) == 1 for one in readers.looks for by_run in one.values()), "no county shows a mix"
    assert readers.worlds == {((run_id, households[run_id]),) for run_id in city.runs}


@at_stage("second_draft")
async def test_readers_see_the_old_run_or_the_new_one(city: StagedCity) -> None:
    await assert_readers_see_old_or_new(city)


@at_stage("second_draft")
async def test_a_switch_county_by_county_would_be_caught(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: each county in a transaction of its own."""
    readers = Readers(city.office)

    async def nothing_yet(*_: object) -> None: ...

    async def county_by_county() -> None:
        run = await city.office.stored(city.last)
        for county in run.counts:
            async with city.office.resources.database.transaction() as own:
                await own.execute(delete(CurrentRun).where(CurrentRun.region == county))
                await own.execute(insert(CurrentRun).values(**row_of(run, county)))
            await readers.look_again()  # however slow the machine is, somebody looks in between

    monkeypatch.setattr(runs_repository, "make_current", nothing_yet)
    with pytest.raises(AssertionError):
        await assert_readers_see_old_or_new(city, readers, county_by_county)


@at_stage("second_draft")
async def test_deleting_first_and_inserting_afterwards_would_be_caught(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: in between, the directory is empty."""
    readers = Readers(city.office)

    async def delete_then_insert(session: AsyncSession, run: Run, counties: Iterable[str]) -> None:
        async with city.office.resources.database.transaction() as own:
            await own.execute(delete(CurrentRun).where(CurrentRun.region.startswith(run.region)))
        await readers.look_again()  # however slow the machine is, somebody looks in between
        await session.execute(insert(CurrentRun), [row_of(run, county) for county in counties])

    monkeypatch.setattr(runs_repository, "make_current", delete_then_insert)
    with pytest.raises(AssertionError):
        await assert_readers_see_old_or_new(city, readers)


def row_of(run: Run, county: str) -> dict[str, object]:
    return {
        "region": county,
        "run_number": run.number,
        "run_id": run.id,
        "policy": run.policy,
        "as_of": run.as_of,
        "revision": run.revision,
    }


@at_stage("second_draft")
async def test_a_household_read_over_http_never_goes_back_and_is_never_missing(city: StagedCity) -> None:
    office = city.office
    (row,) = await office.sql("select uscc from result where run_number = 2 limit 1")
    seen: list[str] = []
    done = False

    async def read() -> None:
        while not done:
            answer = await office.get(f"/v1/households/{row['uscc']}", None)
            assert answer.status_code == 200
            seen.append(answer.json()["run"])

    reader = asyncio.ensure_future(read())
    await until(lambda: seen)
    await office.publish(city.last)
    before = len(seen)
    await until(lambda: len(seen) > before + 1)
    done = True
    await reader
    assert seen == sorted(seen, key=city.runs.index)
    assert set(seen) == set(city.runs)


# -- loading and comparing beside readers --------------------------------------------------------------------------


GATE = 4711
LOOK = "select count(*) from result where uscc = '92410103MA0000015K'"


async def answered_while_keyed(city: StagedCity, monkeypatch: pytest.MonkeyPatch, work: Awaitable[Any]) -> bool:
    """Did a lookup get its answer while a partition was being keyed? That takes long with millions of rows: here it
    waits for a gate, which is opened when the lookup has been answered, or waits too.
    """
    key_statement, database = partitions.key_statement, city.office.resources.database

    def held_up(number: int) -> str:
        return f"{key_statement(number)}; select pg_advisory_xact_lock_shared({GATE})"

    monkeypatch.setattr(partitions, "key_statement", held_up)
    pool = await database.pool()
    gatekeeper = await asyncpg.connect(**database.connect_options())
    try:
        await gatekeeper.execute(f"select pg_advisory_lock({GATE})")
        working = asyncio.ensure_future(work)
        await until_blocked(database, working)
        look = asyncio.ensure_future(pool.fetchval(LOOK))
        await until_blocked(database, look, sessions=2)
        answered: bool = look.done()
    finally:
        await gatekeeper.close()
    await asyncio.gather(working, look)
    return answered


async def load_another_run(city: StagedCity) -> None:
    run_id = await city.office.ordered(as_of="2026-07-03")
    await city.office.work()
    assert (await city.office.stored(run_id)).state == "draft"


async def compare_again(city: StagedCity) -> None:
    answer = await city.office.decide(city.last, "comparison", None, Role.OFFICER)
    assert answer.status_code == 202, answer.text
    await city.office.work()
    assert (await city.office.stored(city.last)).state == "draft"


async def test_readers_go_on_while_a_run_is_loaded(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await answered_while_keyed(city, monkeypatch, load_another_run(city))


@at_stage("second_draft")
async def test_readers_go_on_while_a_draft_is_compared_again(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await answered_while_keyed(city, monkeypatch, compare_again(city))


@at_stage("second_draft")
async def test_loading_a_compared_draft_anew_would_be_caught(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the partition is dropped and made again in the transaction of the load."""

    async def never_loaded(connection: Any, number: int) -> bool:
        await connection.execute(f"drop table if exists result_partition.run_{number}")
        return False

    monkeypatch.setattr(partitions, "is_loaded", never_loaded)
    assert not await answered_while_keyed(city, monkeypatch, compare_again(city))


# -- two approvers --------------------------------------------------------------------------------------------------


@at_stage("drafted")
async def test_of_two_approvers_of_one_run_one_wins(city: StagedCity) -> None:
    tag = (await city.office.run(city.last)).headers["ETag"]
    answers = await asyncio.gather(
        *(city.office.publish(city.last, subject=f"approver-{n}", tag=tag) for n in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert len(await city.office.sql("select 1 from audit_entry where action = 'run:publish'")) == 1
    assert len(await published_events(city)) == 1


@at_stage("second_draft")
async def test_of_two_approvers_of_two_runs_one_wins_and_the_other_must_compare_again(city: StagedCity) -> None:
    other = await city.office.ordered(as_of="2027-07-01")
    await city.office.work()
    answers = await asyncio.gather(city.office.publish(city.last), city.office.publish(other))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert ["重新比对" in reason for reason in refused.json()["reasons"]] == [True]
    loser = other if answers[0].status_code == 200 else city.last
    city = StagedCity(city.office, (*city.runs, loser), city.stages, city.settings)
    await compare_again(city)
    comparison = (await city.office.get(f"/v1/runs/{loser}/comparison")).json()
    assert {(cell["from_type"] == cell["to_type"]) for cell in comparison["changes"]} == {True}, "both say the same"
    assert (await city.office.publish(loser)).status_code == 200


@at_stage("second_draft")
async def test_comparing_again_names_the_version_and_is_audited(city: StagedCity) -> None:
    address = f"/v1/runs/{city.last}/comparison"
    assert (await city.office.client.post(address, headers=city.office.as_(Role.OFFICER))).status_code == 428
    stale = await city.office.decide(city.last, "comparison", None, Role.OFFICER, tag='"1"')
    assert stale.status_code == 412
    await compare_again(city)
    (entry,) = await city.office.sql("select actor from audit_entry where action = 'run:compare'")
    assert entry["actor"] == "officer"


@at_stage("second_draft")
async def test_an_older_date_never_replaces_a_newer_one(city: StagedCity) -> None:
    assert (await city.office.publish(city.last)).status_code == 200
    older = await city.office.ordered(as_of="2026-07-05")
    await city.office.work()
    answer = await city.office.publish(older)
    assert answer.status_code == 409
    assert ["判定日更晚" in reason for reason in answer.json()["reasons"]] == [True]


async def published_events(city: StagedCity) -> Sequence[Any]:
    query = "select value from outbox where convert_from(value, 'utf8') like '%TypingRunPublished.v1%'"
    return await city.office.sql(query)


# -- all or nothing ------------------------------------------------------------------------------------------------


async def everything_a_publication_changes(office: TypingClient) -> list[Any]:
    tables = {
        "current_run": "region",
        "statistic": "region, year, type",
        "outbox": "position",
        "bulk_stream": "stream_id",
        "audit_entry": "chain, seq",
        "run": "number",
    }
    return [await office.sql(f"select * from {table} order by {key}") for table, key in tables.items()]


@at_stage("second_draft")
async def test_a_failure_in_the_last_moment_leaves_nothing_switched(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("planted")

    before = await everything_a_publication_changes(city.office)
    monkeypatch.setattr(runs_service, "announce_publication", fail)
    answer = await city.office.publish(city.last)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert await everything_a_publication_changes(city.office) == before
    monkeypatch.undo()
    assert (await city.office.publish(city.last)).status_code == 200


@at_stage("second_draft")
async def test_publishing_in_two_transactions_would_be_caught(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the old run is taken away, and that committed, before the rest is done."""

    async def take_away_and_commit(session: AsyncSession, run: Run, counties: Iterable[str]) -> None:
        async with city.office.resources.database.transaction() as own:
            await own.execute(delete(CurrentRun).where(CurrentRun.region.startswith(run.region)))
        await session.execute(insert(CurrentRun), [row_of(run, county) for county in counties])

    async def fail(*_: object) -> None:
        raise RuntimeError("planted")

    before = await everything_a_publication_changes(city.office)
    monkeypatch.setattr(runs_repository, "make_current", take_away_and_commit)
    monkeypatch.setattr(runs_service, "announce_publication", fail)
    assert (await city.office.publish(city.last)).status_code == 500
    assert await everything_a_publication_changes(city.office) != before


@at_stage("second_draft")
async def test_the_database_itself_refuses_a_maker_who_publishes(city: StagedCity) -> None:
    async with city.office.resources.database.session() as session:
        with pytest.raises(Exception, match="maker_is_not_checker"):
            await session.execute(text("update run set published_by = created_by where number = 2"))


@at_stage("second_draft")
async def test_what_is_published_stays_published(city: StagedCity) -> None:
    decisions: list[tuple[str, dict[str, object] | None]] = [
        ("publication", {}),
        ("discard", {"reason": "不要了"}),
        ("comparison", None),
    ]
    for what, body in decisions:
        answer = await city.office.decide(city.runs[0], what, body, Role.APPROVER)
        assert answer.status_code == 409, what
        assert answer.json()["type"] == "/problems/run-state"
    assert (await city.office.stored(city.runs[0])).state == RunState.PUBLISHED


@at_stage("second_draft")
async def test_statistics_keep_both_years(city: StagedCity) -> None:
    await city.office.publish(city.last)
    cells = (await city.office.get("/v1/statistics", None, region=CITY)).json()["items"]
    assert {cell["year"] for cell in cells} == {2026, 2027}
    for run_id, year in zip(city.runs, (2026, 2027), strict=True):
        run = (await city.office.run(run_id)).json()
        of_year = {cell["region"]: cell["households"] for cell in cells if cell["year"] == year}
        assert of_year == run["counts"]
    assert dt.date.fromisoformat(run["as_of"]).year == 2027
