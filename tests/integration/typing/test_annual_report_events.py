"""What annual reports say on the bus: a closing orders the run, a late report types one household again."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.typing.directory.household_facts import household_facts
from services.typing.retyping.late_reports import apply_waiting_reports
from services.typing.runs import closings, repository as runs_repository, service as runs_service
from services.typing.runs.policies import compiled_policy
from services.typing.runs.streams import household_typed_source
from shared import clock
from shared.contracts.annual_report import AnnualReportAnswered, AnnualReportClosed
from shared.messaging.bus import Bus, Record
from shared.messaging.events import Event, new_event, parse_event
from shared.messaging.transports import open_bus
from shared.platform.identity import Role
from tests.fixtures.waiting import until_blocked
from tests.integration.typing.bus_listener import BusListener, household_with_defects, late_report, listening
from tests.integration.typing.staged_city import FIRST_DAY, StagedCity, Stages, at_stage
from tests.integration.typing.typing_client import CITY, TypingClient

CLOSED = AnnualReportClosed(region=CITY, year=2025, closed_on=dt.date(2026, 7, 1))


@pytest.fixture
async def heard(city: StagedCity, bus: Bus, topic: str) -> AsyncIterator[BusListener]:
    async with listening(city, bus, topic) as service:
        yield service


@pytest.fixture
async def heard_here(city: StagedCity, make_database: Any, topic: str) -> AsyncIterator[BusListener]:
    """The same for what does not depend on the transport."""
    bus = open_bus(make_database())
    async with listening(city, bus, topic) as service:
        yield service
    await bus.close()


async def typed_events(office: TypingClient, uscc: str) -> list[dict[str, Any]]:
    """HouseholdTyped of a household in the outbox, in order."""
    query = "select value from outbox where key = $1 and topic = 'typing.events' order by position"
    return [orjson.loads(row["value"])["data"] for row in await office.sql(query, uscc)]


async def shown(office: TypingClient, uscc: str) -> dict[str, Any]:
    answer = await office.get(f"/v1/households/{uscc}", None)
    assert answer.status_code == 200
    return dict(answer.json())


# -- closings ------------------------------------------------------------------------------------------------------


async def run_over_http(office: TypingClient) -> dict[str, Any]:
    await office.close_reports()
    return await only_run(office)


async def only_run(office: TypingClient) -> dict[str, Any]:
    (row,) = await office.sql(
        "select r.region, r.policy, r.policy_hash, r.as_of, r.state, r.warnings, c.region as closed_in, c.year,"
        " c.closed_on from run r join annual_report_closing c on c.id = r.closing_id"
    )
    return dict(row)


@at_stage("delivered")
async def test_a_closing_that_is_heard_starts_the_run_that_a_posted_one_starts(
    heard: BusListener, office: TypingClient
) -> None:
    await heard.say(CLOSED, actor="province/reporting")
    assert await only_run(heard.city.office) == await run_over_http(office)
    await heard.city.office.work()
    (run,) = (await heard.city.office.get("/v1/runs")).json()["items"]
    assert (run["state"], run["created_by"]) == ("draft", "province/reporting")
    assert (await heard.city.office.publish(run["id"])).status_code == 200


@at_stage("delivered")
async def test_a_closing_heard_twice_or_said_twice_orders_one_run(heard: BusListener) -> None:
    (event,) = await heard.say(CLOSED)
    await heard.repeat(event, event)
    await heard.say(CLOSED)
    assert len(await heard.city.office.sql("select 1 from run")) == 1
    assert await heard.letters() == []
    answer = await heard.city.office.client.post(
        "/v1/annual-report-closings",
        json=CLOSED.model_dump(mode="json"),
        headers=heard.city.office.as_(Role.SYSTEM),
    )
    (run,) = (await heard.city.office.get("/v1/runs")).json()["items"]
    assert (answer.status_code, answer.json()["runs"]) == (200, [run["id"]]), "the same over HTTP names the run"


@at_stage("delivered")
async def test_another_day_for_the_same_closing_is_refused_on_the_bus_and_a_conflict_over_http(
    heard_here: BusListener,
) -> None:
    await heard_here.say(CLOSED)
    await heard_here.say(CLOSED.model_copy(update={"closed_on": dt.date(2026, 7, 3)}))
    assert [what(one) for one in await answers(heard_here.city.office)] == [("taken", "ordered"), ("refused", None)]
    assert "已记录于 2026-07-01" in (await answers(heard_here.city.office))[-1]["data"]["reason"]
    assert await heard_here.letters() == [], "it changes nothing, and its sender knows"
    answer = await heard_here.city.office.client.post(
        "/v1/annual-report-closings",
        json={"region": CITY, "year": 2025, "closed_on": "2026-07-03"},
        headers=heard_here.city.office.as_(Role.SYSTEM),
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/closing-differs")
    assert len(await heard_here.city.office.sql("select 1 from run")) == 1


@at_stage("delivered")
async def test_a_closing_where_two_policies_claim_the_region_is_answered_and_nothing_is_recorded(
    heard_here: BusListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as two:
        two.setattr(closings, "rival_policies", lambda _: ["政策甲与政策乙同时适用于 4101"])
        await heard_here.say(CLOSED)
    office = heard_here.city.office
    (answer,) = await answers(office)
    assert (what(answer), answer["data"]["reason"]) == (("refused", None), "政策甲与政策乙同时适用于 4101")
    assert await heard_here.letters() == [], "its sender knows; it is nobody's letter"
    assert await office.sql("select 1 from annual_report_closing union all select 1 from run") == []
    await heard_here.say(CLOSED)
    assert [what(one) for one in await answers(office)][1:] == [("taken", "ordered")], "once one of them has ended"


async def test_the_same_closing_posted_eight_times_at_once_is_recorded_once(office: TypingClient) -> None:
    headers = office.as_(Role.SYSTEM)
    post = office.client.post
    answers = await asyncio.gather(
        *(post("/v1/annual-report-closings", json=CLOSED.model_dump(mode="json"), headers=headers) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({tuple(answer.json()["runs"]) for answer in answers}) == 1
    assert len(await office.sql("select 1 from run")) == 1
    assert len(await closings_announced(office)) == 1


async def closings_announced(office: TypingClient) -> list[Event]:
    """AnnualReportClosed in the outbox."""
    known = {AnnualReportClosed.event_type: AnnualReportClosed}
    rows = await office.sql("select value from outbox where topic = $1", AnnualReportClosed.topic)
    return [event for row in rows if (event := parse_event(row["value"], known)) is not None]


@at_stage("delivered")
async def test_a_closing_posted_is_announced_and_the_service_that_hears_itself_orders_nothing_more(
    heard_here: BusListener,
) -> None:
    office = heard_here.city.office
    (run,) = await office.close_reports()
    (event,) = await closings_announced(office)
    assert (event.data, event.subject, event.source) == (CLOSED, CITY, "/typing")
    (entry,) = await office.sql("select actor, details from audit_entry where action = 'run:create'")
    assert (event.actor, event.id) == (entry["actor"], orjson.loads(entry["details"])["cause"])
    await heard_here.repeat(event, event)
    assert [str(row["id"]) for row in await office.sql("select id from run")] == [run]
    assert await heard_here.letters() == []
    assert await closings_announced(office) == [event], "what was heard is not said again"


@at_stage("delivered")
async def test_a_closing_that_came_by_the_bus_or_was_said_before_is_not_announced(heard_here: BusListener) -> None:
    await heard_here.say(CLOSED)
    office = heard_here.city.office
    again = await office.client.post(
        "/v1/annual-report-closings", json=CLOSED.model_dump(mode="json"), headers=office.as_(Role.SYSTEM)
    )
    assert again.status_code == 200
    other = CLOSED.model_copy(update={"closed_on": dt.date(2026, 7, 3)}).model_dump(mode="json")
    differs = await office.client.post("/v1/annual-report-closings", json=other, headers=office.as_(Role.SYSTEM))
    assert differs.status_code == 409
    assert await closings_announced(office) == []


# -- late reports --------------------------------------------------------------------------------------------------


async def test_a_late_report_types_its_household_again(heard: BusListener) -> None:
    city, office = heard.city, heard.city.office
    uscc = await household_with_defects(city, "base.not-reported")
    before = (await office.get(f"/v1/households/{uscc}/explanation", Role.OFFICER)).json()
    run = await office.stored(city.last)

    (event,) = await heard.say(late_report(uscc), actor="province/reporting")
    household = await shown(office, uscc)
    assert household["type"] != "ineligible"
    after = (await office.get(f"/v1/households/{uscc}/explanation", Role.OFFICER)).json()
    assert before["corrections"] == []
    assert after["corrections"] == ["2026-07-20 补报了 2025 年度年报"]
    assert "base.not-reported" in {sentence["clause"] for sentence in before["sentences"]}
    assert "base.not-reported" not in {sentence["clause"] for sentence in after["sentences"]}
    assert after["type"] == household["type"]

    (told,) = await typed_events(office, uscc)
    assert (told["type"], told["previous_type"]) == (household["type"], "ineligible")
    assert told["run"] == city.last
    assert told["revision"] > (run.revision or 0)
    (entry,) = await office.sql("select actor, subject from audit_entry where action = 'household:retype'")
    assert tuple(entry) == ("province/reporting", uscc)

    await heard.repeat(event, event)
    await heard.say(late_report(uscc))
    assert await typed_events(office, uscc) == [told], "heard again or said again, nothing new is told"
    assert await heard.letters() == []


async def test_the_corrected_type_is_what_its_facts_give(heard_here: BusListener) -> None:
    """T5 for a corrected household: its facts evaluated again give the type and masks that are stored."""
    office = heard_here.city.office
    uscc = await household_with_defects(heard_here.city, "base.not-reported")
    await heard_here.say(late_report(uscc))
    (row,) = await office.sql("select * from correction where uscc = $1", uscc)
    run = await office.stored(heard_here.city.last)
    async with office.resources.database.session() as session:
        compiled = await compiled_policy(session, run)
    region = (await shown(office, uscc))["region"]
    facts = await household_facts(office.resources, run.id, region, uscc, orjson.loads(row["facts"]))
    assert compiled.type_one(facts) == (row["type"], row["true_mask"], row["unknown_mask"])
    assert (facts["reported"], facts["revenue"]) == (True, None), "filed, and its figures are not known"


async def test_search_by_type_finds_the_corrected_household_where_it_now_belongs(heard_here: BusListener) -> None:
    office = heard_here.city.office
    uscc = await household_with_defects(heard_here.city, "base.not-reported")
    region = (await shown(office, uscc))["region"]
    await heard_here.say(late_report(uscc))
    kind = (await shown(office, uscc))["type"]

    async def listed(type_: str) -> set[str]:
        found: set[str] = set()
        query: dict[str, Any] = {"region": region, "type": type_, "limit": 40}
        while query.get("cursor", "") is not None:
            page = (await office.get("/v1/households", None, **query)).json()
            assert {item["type"] for item in page["items"]} <= {type_}
            found |= {item["uscc"] for item in page["items"]}
            query["cursor"] = page["next"]
        return found

    assert uscc in await listed(kind)
    assert uscc not in await listed("ineligible")


async def test_an_abnormal_mark_stays(heard_here: BusListener) -> None:
    office = heard_here.city.office
    uscc = await household_with_defects(heard_here.city, "base.not-reported", "base.abnormal")
    await heard_here.say(late_report(uscc))
    assert (await shown(office, uscc))["type"] == "ineligible"
    explained = (await office.get(f"/v1/households/{uscc}/explanation", Role.OFFICER)).json()
    assert [sentence["clause"] for sentence in explained["sentences"]] == ["base.abnormal"]
    assert await typed_events(office, uscc) == [], "its type did not change"


async def test_reports_of_strangers_and_of_other_years_change_nothing(heard_here: BusListener) -> None:
    office = heard_here.city.office
    uscc = await household_with_defects(heard_here.city, "base.not-reported")
    stranger = "92410103MA9999999X"
    await heard_here.say(late_report(stranger), late_report(uscc, year=2024), late_report(uscc, year=2026))
    assert (await shown(office, uscc))["type"] == "ineligible"
    assert await office.sql("select 1 from correction") == []
    assert await apply_waiting_reports(office.resources) == 0
    assert await heard_here.letters() == []


@at_stage("second_draft")
async def test_a_new_publication_supersedes_corrections(heard_here: BusListener) -> None:
    city, office = heard_here.city, heard_here.city.office
    uscc = await household_with_defects(city, "base.not-reported")
    await heard_here.say(late_report(uscc))
    assert (await office.get(f"/v1/households/{uscc}/explanation", None)).json()["corrections"]
    assert (await office.publish(city.last)).status_code == 200
    (row,) = await office.sql("select type from result where uscc = $1 and run_number = 2", uscc)
    household = await shown(office, uscc)
    assert household["run"] == city.last
    explained = (await office.get(f"/v1/households/{uscc}/explanation", None)).json()
    assert explained["corrections"] == []
    assert row["type"] == 0 or household["type"] != "ineligible"
    assert await apply_waiting_reports(office.resources) == 0, "the report is about the year before"


# -- a report while its region is being published ------------------------------------------------------------------


async def last_word_and_directory(heard: BusListener, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The run behind the highest revision told about a household, and the run that the directory shows."""
    city, office = heard.city, heard.city.office
    uscc = await household_with_defects(city, "base.not-reported")
    announce, database = runs_service.announce_publication, office.resources.database
    said: list[asyncio.Future[Any]] = []

    async def slowly(*args: Any) -> None:
        said.append(asyncio.ensure_future(heard.say(late_report(uscc))))
        await until_blocked(database, *said)
        await announce(*args)

    monkeypatch.setattr(runs_service, "announce_publication", slowly)
    assert (await office.publish(city.last)).status_code == 200
    await said[0]
    run = await office.stored(city.last)
    told = [(one["revision"], one["run"]) for one in await typed_events(office, uscc)]
    return max([*told, (run.revision or 0, str(run.id))])[1], (await shown(office, uscc))["run"]


@at_stage("second_draft")
async def test_what_is_told_last_is_what_the_directory_shows(
    heard_here: BusListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, directory = await last_word_and_directory(heard_here, monkeypatch)
    assert told == directory == heard_here.city.last


@at_stage("second_draft")
async def test_a_correction_beside_a_publication_would_be_caught(
    heard_here: BusListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: no lock between the two."""

    async def no_lock(_: object) -> None: ...

    monkeypatch.setattr(runs_repository, "block_publications", no_lock)
    told, directory = await last_word_and_directory(heard_here, monkeypatch)
    assert told != directory


# -- a household that moved to a county of another run -------------------------------------------------------------


async def move(city: StagedCity) -> str:
    """One household moves from the city's run to a later run of one county; its code."""
    office, county = city.office, "410104"
    uscc = await household_with_defects(city, "base.not-reported")
    table = pq.read_table(city.stages.sample(FIRST_DAY) / "registration.parquet", filters=[("uscc", "=", uscc)])
    assert table["region_code"][0].as_py() != county
    moved = table.set_column(table.schema.get_field_index("region_code"), "region_code", pa.array([county]))
    path = office.resources.workspace.root / "registration.parquet"
    pq.write_table(moved, path)
    assert (await office.deliver(path, mode="incremental")).status_code == 201
    run_id = await office.ordered(as_of="2026-07-05", region=county)
    await office.work()
    assert (await office.publish(run_id)).status_code == 200
    return uscc


async def test_a_household_that_moved_is_shown_where_it_is_now_and_corrected_there_once(
    heard_here: BusListener, stages: Stages
) -> None:
    office = heard_here.city.office
    uscc = await move(heard_here.city)
    assert (await shown(office, uscc))["region"] == "410104"
    await heard_here.say(late_report(uscc))
    (told,) = await typed_events(office, uscc)
    assert told["region"] == "410104"
    assert (await shown(office, uscc))["type"] == told["type"] != "ineligible"
    assert await apply_waiting_reports(office.resources) == 0, "what it left behind is not corrected for ever"

    again = await office.ordered(as_of="2026-07-06")
    await office.work()
    draft = await office.stored(again)
    assert draft.state == "draft"
    announced = pq.read_table(
        office.resources.workspace.announcement(UUID(again)), filters=[("uscc", "=", uscc)]
    ).to_pylist()
    assert [(row["region"], row["previous_type"]) for row in announced] == [
        ("410104", {"survival": 1, "growth": 2, "development": 3, "undetermined": 5}[told["type"]])
    ]


# -- answers -------------------------------------------------------------------------------------------------------


async def answers(office: TypingClient) -> list[dict[str, Any]]:
    """What the senders were answered, in order: the whole events."""
    query = "select value from outbox where topic = $1 order by position"
    return [orjson.loads(row["value"]) for row in await office.sql(query, AnnualReportAnswered.topic)]


def what(answer: dict[str, Any]) -> tuple[str, str | None]:
    return answer["data"]["outcome"], answer["data"]["effect"]


async def test_a_sender_is_told_what_became_of_each_report(heard_here: BusListener) -> None:
    office = heard_here.city.office
    uscc = await household_with_defects(heard_here.city, "base.not-reported")
    (first,) = await heard_here.say(late_report(uscc))
    await heard_here.repeat(first)
    await heard_here.say(late_report(uscc), late_report("92410103MA9999999X"))
    told = await answers(office)
    assert [what(one) for one in told] == [("taken", "changed"), ("matched", "unchanged"), ("taken", "waits")]
    assert (told[0]["subject"], told[0]["data"]["event"], told[0]["causationid"]) == (uscc, first.id, first.id)
    assert told[0]["data"]["source"] == "/annual-report"


async def test_reports_that_cannot_be_right_are_refused_with_the_reason_and_hold_nothing_up(
    heard_here: BusListener,
) -> None:
    office = heard_here.city.office
    uscc = await household_with_defects(heard_here.city, "base.not-reported")
    other = "92410103MA9999999X"
    right = late_report(uscc)
    ahead = clock.today() + dt.timedelta(days=1)
    wrong = [
        new_event(right.model_copy(update={"filed_on": ahead}), subject=uscc, source="/annual-report"),
        new_event(right.model_copy(update={"filed_on": dt.date(1999, 1, 1)}), subject=uscc, source="/annual-report"),
        new_event(right, subject=other, source="/annual-report"),
        new_event(CLOSED, subject="4102", source="/annual-report"),
        new_event(CLOSED.model_copy(update={"closed_on": dt.date(2025, 7, 1)}), subject=CITY, source="/annual-report"),
    ]
    await heard_here.repeat(*wrong)
    told = await answers(office)
    assert {what(one) for one in told} == {("refused", None)}
    assert {one["data"]["event"] for one in told} == {event.id for event in wrong}
    reasons = {one["data"]["event"]: one["data"]["reason"] for one in told}
    for event, said in zip(wrong, ("晚于今天", "自 2026 年起", "subject", "subject", "应在 2026 年结束"), strict=True):
        assert said in reasons[event.id]
    assert (await shown(office, uscc))["type"] == "ineligible"
    await heard_here.say(right)
    assert (await shown(office, uscc))["type"] != "ineligible", "the right one is not held up by those refused"
    await heard_here.say(right.model_copy(update={"filed_on": dt.date(2026, 7, 21)}))
    assert "已记录于 2026-07-20" in (await answers(office))[-1]["data"]["reason"]
    assert await heard_here.letters() == []


async def test_messages_of_no_use_are_answered_once_and_only_unreadable_ones_remain_as_letters(
    heard_here: BusListener,
) -> None:
    office, uscc = heard_here.city.office, "92410103MA9999999X"
    good = orjson.loads(new_event(late_report(uscc), subject=uscc, source="/annual-report").encode())
    unknown = good | {"id": "u-1", "type": good["type"].replace("Filed", "filed")}
    invalid = good | {"id": "i-1", "data": good["data"] | {"year": "last"}}
    raw = [orjson.dumps(unknown), orjson.dumps(invalid), b"no event", orjson.dumps(good)]
    for _ in range(2):
        await heard_here.bus.publish(heard_here.topic, [Record(uscc, value) for value in raw])
    await heard_here.repeat()
    told = {one["data"]["event"]: one["data"] for one in await answers(office)}
    assert len(await answers(office)) == len(told) == len(raw)
    assert "不认识事件类型" in told["u-1"]["reason"]
    assert "year" in told["i-1"]["reason"]
    assert "last" not in told["i-1"]["reason"]
    (digest,) = [name for name in told if name.startswith("sha256:")]
    assert "CloudEvents" in told[digest]["reason"]
    assert told[good["id"]]["outcome"] == "taken", "nothing waits behind the ones that were refused"
    assert [kind for kind, _ in await heard_here.letters()] == ["unreadable"]


@at_stage("delivered")
async def test_a_run_and_its_households_follow_from_the_event_that_ordered_it(heard_here: BusListener) -> None:
    office = heard_here.city.office
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    closing = replace(new_event(CLOSED, subject=CITY, source="/annual-report"), traceparent=trace)
    await heard_here.repeat(closing)
    await office.work()
    (run,) = (await office.get("/v1/runs")).json()["items"]
    assert (await office.publish(run["id"])).status_code == 200
    rows = await office.sql("select value from outbox where topic = 'typing.events' order by position")
    completed, published = [orjson.loads(row["value"]) for row in rows]
    source = await household_typed_source(office.resources, UUID(run["id"]))
    household = orjson.loads(source(0, 1)[0].value)
    chain = [completed, published, household]
    assert {one["correlationid"] for one in chain} == {closing.id}
    assert [one["causationid"] for one in chain] == [closing.id, completed["id"], published["id"]]
    assert {one["traceparent"].split("-")[1] for one in chain} == {"a" * 32}
