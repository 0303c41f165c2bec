"""HouseholdTyped of a whole published run on the bus: one event per household, the same whenever it is streamed."""

import asyncio
import datetime as dt
from collections import Counter
from typing import Any
from uuid import uuid4

import orjson
import pytest

from services.typing.runs import streams
from services.typing.runs.policies import compiled_policy
from shared.contracts.typing import HouseholdTyped
from shared.law.model.outcome import HouseholdType
from shared.messaging import events
from shared.messaging.bulk_stream import BulkStream
from shared.messaging.bus import Bus
from shared.messaging.events import parse_event
from shared.messaging.relay import Relay
from shared.messaging.transports import open_bus
from shared.reference.industries import section_of
from tests.faults.counting_service import eventually, running
from tests.integration.typing.bus_listener import all_records, household_with_defects, late_report, listening
from tests.integration.typing.staged_city import StagedCity, at_stage


async def on_topic(city: StagedCity, topic: str) -> None:
    """Its streams and events go to a topic of the test's own."""
    async with city.office.resources.database.engine.begin() as connection:
        for table in ("bulk_stream", "outbox"):
            await connection.exec_driver_sql(f"update {table} set topic = '{topic}'")


async def complete(city: StagedCity) -> bool:
    return await city.office.sql("select 1 from bulk_stream where next_record < total") == []


async def streamed(city: StagedCity, bus: Bus, topic: str) -> list[dict[str, Any]]:
    """Every event on the topic after the worker's task has streamed all that is due."""
    await on_topic(city, topic)
    async with running(streams.run_streams(city.office.resources, bus, poll_seconds=0.05)):
        assert await eventually(lambda: complete(city))
    return [orjson.loads(value) for value in await all_records(bus, topic)]


def of_run(events: list[dict[str, Any]], run_id: str) -> list[dict[str, Any]]:
    return [event for event in events if event["data"].get("run") == run_id and "Typed" in event["type"]]


async def test_every_household_of_the_run_is_told_once(city: StagedCity, bus: Bus, topic: str) -> None:
    run = await city.office.stored(city.last)
    events = of_run(await streamed(city, bus, topic), city.last)
    rows = await city.office.sql(
        "select uscc, n.name, r.region, r.type, r.operator_ref, r.true_mask, r.unknown_mask"
        " from result r join household_name n using (uscc)"
    )
    async with city.office.resources.database.session() as session:
        compiled = await compiled_policy(session, run)
    assert len(events) == run.households == len({event["id"] for event in events})
    told, sections = {event["subject"]: event["data"] for event in events}, []
    for row in rows:
        data = told.pop(row["uscc"])
        defects = compiled.names(row["true_mask"] & compiled.decision.defects)
        assert data.pop("defects", []) == list(defects)
        assert bool(data.pop("unknown_feeds")) is bool(row["unknown_mask"])
        assert dt.date.fromisoformat(data.pop("established_on")) <= run.as_of
        sections.append(section_of(data.pop("industry_code")))
        assert data == {
            "uscc": row["uscc"],
            "name": row["name"],
            "region": row["region"],
            "operator_ref": row["operator_ref"],
            "type": HouseholdType(row["type"]).slug,
            "previous_type": None,
            "year": 2026,
            "run": city.last,
            "revision": run.revision,
        }
    assert told == {}
    assert {"F", "H", "O"} <= set(sections), "shops, restaurants, barbers"
    assert all(parse_event(orjson.dumps(event), {HouseholdTyped.event_type: HouseholdTyped}) for event in events[:100])


@at_stage("second_draft")
async def test_the_previous_type_is_what_was_shown_before(city: StagedCity, bus: Bus, topic: str) -> None:
    """Also of a household that was corrected between the comparison and the publication."""
    async with listening(city, bus, topic + "-heard") as heard:
        corrected = await household_with_defects(city, "base.not-reported")
        await heard.say(late_report(corrected))
    (correction,) = await city.office.sql("select type from correction")
    assert (await city.office.publish(city.last)).status_code == 200
    events = of_run(await streamed(city, bus, topic), city.last)
    before = dict(await city.office.sql("select uscc, type from result where run_number = 1"))
    before[corrected] = correction["type"]
    assert len(events) == (await city.office.stored(city.last)).households
    for event in events:
        known = before.get(event["subject"])
        assert event["data"]["previous_type"] == (None if known is None else HouseholdType(known).slug)
    changes = Counter((event["data"]["previous_type"], event["data"]["type"]) for event in events)
    assert len(changes) > 5, changes


async def streamed_twice(city: StagedCity, bus: Bus, topic: str) -> tuple[list[bytes], list[bytes]]:
    """The stream's bytes, and once more from the beginning."""
    await on_topic(city, topic)
    (row,) = await city.office.sql("select stream_id from bulk_stream where stream_id like 'household-typed%'")
    stream = BulkStream(city.office.resources.database, bus, batch=1_000)
    both: list[list[bytes]] = []
    for _ in range(2):
        await stream.run(row["stream_id"], await streams.stream_source(city.office.resources, row["stream_id"]))
        both.append(sorted(await all_records(bus, topic))[:: len(both) + 1])
        async with city.office.resources.database.engine.begin() as connection:
            await connection.exec_driver_sql("update bulk_stream set next_record = 0")
    return both[0], both[1]


async def test_streamed_again_it_is_the_same_to_the_byte(city: StagedCity, bus: Bus, topic: str) -> None:
    first, again = await streamed_twice(city, bus, topic)
    assert first == again


async def test_ids_of_the_moment_would_be_caught(
    city: StagedCity, make_database: Any, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: each event gets a new id when it is streamed."""
    monkeypatch.setattr(events, "bulk_event_id", lambda *_: str(uuid4()))
    bus = open_bus(make_database())
    first, again = await streamed_twice(city, bus, topic)
    await bus.close()
    assert first != again


async def test_a_stream_whose_file_was_lost_holds_up_no_other(city: StagedCity, bus: Bus, topic: str) -> None:
    office = city.office
    run = await office.stored(city.last)
    office.resources.workspace.announcement(run.id).unlink()
    await on_topic(city, topic)
    async with office.resources.database.transaction() as session:
        await BulkStream.register(session, "unknown-kind/1", topic, 10)
    again = await office.ordered(as_of="2026-07-02")
    await office.work()
    assert (await office.publish(again)).status_code == 200
    async with running(streams.run_streams(office.resources, bus, poll_seconds=0.05)):

        async def second_is_complete() -> bool:
            rows = await office.sql(
                "select 1 from bulk_stream where stream_id = $1 and next_record = total", f"household-typed/{again}"
            )
            return len(rows) == 1

        assert await eventually(second_is_complete)


async def test_the_run_is_announced_before_its_households_reach_anybody(city: StagedCity, bus: Bus, topic: str) -> None:
    """Relay and streams side by side, as in the worker: everything that is due arrives."""
    await on_topic(city, topic)
    resources = city.office.resources
    async with running(Relay(resources.database, bus, poll=0.05).run(), streams.run_streams(resources, bus)):

        async def all_sent() -> bool:
            waiting = await city.office.sql("select 1 from outbox where sent_at is null")
            return waiting == [] and await complete(city)

        assert await eventually(all_sent)
        await asyncio.sleep(0)
    kinds = Counter(orjson.loads(value)["type"].split(".")[3] for value in await all_records(bus, topic))
    run = await city.office.stored(city.last)
    assert kinds["HouseholdTyped"] == run.households
    assert (kinds["TypingRunCompleted"], kinds["TypingRunPublished"]) == (1, 1)
