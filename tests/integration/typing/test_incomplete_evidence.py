"""T3: a feed that is missing or has shrunk stops a run until an officer says, with a reason, that it may go on."""

from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from services.typing.runs import steps as run_steps
from services.typing.runs.policies import compiled_policy, unknown_feeds
from shared import clock
from shared.feeds.contract.feeds import TYPING_FEEDS
from shared.law.model.outcome import HouseholdType
from shared.platform.identity import Role
from tests.integration.typing.staged_city import FIRST_DAY, StagedCity, at_stage
from tests.integration.typing.typing_client import CITY, TypingClient


async def blocked_on(office: TypingClient, run_id: str) -> dict[str, Any]:
    """The run after a worker looked at its evidence; it must be stopped."""
    await office.work()
    run = dict((await office.run(run_id)).json())
    assert run["state"] == "blocked", run
    return run


async def delivered_without(city: StagedCity, *missing: str) -> None:
    """An empty service gets every feed but these."""
    with clock.travel(FIRST_DAY):
        for path in sorted(city.stages.sample(FIRST_DAY).glob("*.parquet")):
            if path.stem not in missing and path.stem in evidence_feeds():
                assert (await city.office.deliver(path)).status_code == 201


def evidence_feeds() -> set[str]:
    return set(TYPING_FEEDS)


@pytest.fixture
async def without_tax(office: TypingClient, public_city: StagedCity) -> TypingClient:
    """A service whose tax office has not delivered."""
    await delivered_without(StagedCity(office, (), public_city.stages, public_city.settings), "tax")
    return office


async def confirm(office: TypingClient, run_id: str, reason: str, **how: Any) -> httpx.Response:
    return await office.decide(run_id, "confirmation", {"reason": reason}, Role.OFFICER, **how)


async def said_to_be_unknown(office: TypingClient, run_id: str) -> None:
    """What will be told of each household names the feeds that are not known, the same as for one household alone."""
    files, run = office.resources.workspace, await office.stored(run_id)
    async with office.resources.database.session() as session:
        compiled = await compiled_policy(session, run)
    told = {row["uscc"]: row["unknown_feeds"] for row in pq.read_table(files.announcement(run.id)).to_pylist()}
    masks = dict(await office.sql("select uscc, unknown_mask from result"))
    for facts in pq.read_table(files.snapshot(run.id)).to_pylist():
        uscc = facts["uscc"]
        assert told[uscc] == unknown_feeds(compiled, facts, masks[uscc]), uscc
    undetermined = await office.sql(f"select uscc from result where type = {int(HouseholdType.UNDETERMINED)}")
    assert all("tax" in told[row["uscc"]] for row in undetermined)


async def test_a_missing_feed_stops_the_run_and_a_confirmed_one_goes_on_with_unknown_facts(
    without_tax: TypingClient,
) -> None:
    office = without_tax
    (run_id,) = await office.close_reports()
    run = await blocked_on(office, run_id)
    (finding,) = run["findings"]
    assert (finding["feed"], finding["kind"], finding["now"]) == ("tax", "missing", 0)
    assert "没有收到" in finding["message"]
    assert "未知" in finding["message"]
    assert run["progress"] < 0.5
    again = await office.decide(run_id, "inspection", None, Role.OFFICER)
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert (await blocked_on(office, run_id))["findings"] == [finding], "as long as it has not been delivered"

    assert (await confirm(office, run_id, "  ")).status_code == 422, "a reason is needed"
    assert (await confirm(office, run_id, "税务局延期报送", tag='"999"')).status_code == 412, "of this version"
    address = f"/v1/runs/{run_id}/confirmation"
    bare = await office.client.post(address, json={"reason": "税务局延期报送"}, headers=office.as_(Role.OFFICER))
    assert bare.status_code == 428, "and If-Match"
    answer = await confirm(office, run_id, "税务局延期报送", subject="confirmer")
    assert answer.status_code == 202
    assert (answer.json()["confirmed_by"], answer.json()["state"]) == ("confirmer", "queued")

    await office.work()
    run = (await office.run(run_id)).json()
    assert run["state"] == "draft"
    assert run["findings"] == [finding], "what was confirmed stays on record"
    undetermined = (await office.get(f"/v1/runs/{run_id}/results", type="undetermined")).json()["items"]
    assert undetermined
    assert all("development.1" in one["unknown"] for one in undetermined)
    await said_to_be_unknown(office, run_id)
    (entry,) = await office.sql("select actor, details::text from audit_entry where action = 'run:confirm'")
    assert entry["actor"] == "confirmer"
    assert "税务局延期报送" in entry["details"]


async def test_neither_maker_nor_confirmer_publishes(without_tax: TypingClient) -> None:
    office = without_tax
    await office.close_reports()
    run_id = await office.ordered(maker="maker")
    await office.work()
    await confirm(office, run_id, "税务局延期报送", subject="confirmer")
    await office.work()
    for subject in ("maker", "confirmer"):
        answer = await office.publish(run_id, subject=subject)
        assert answer.status_code == 409
        assert [reason for reason in answer.json()["reasons"] if "另一名" in reason]
    assert (await office.publish(run_id, subject="checker")).status_code == 200


async def test_a_run_with_nothing_to_confirm_cannot_be_confirmed(public_city: StagedCity) -> None:
    answer = await confirm(public_city.office, public_city.last, "已核实")
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/run-state"


async def shrink_credit(city: StagedCity, share: float) -> Path:
    """The credit feed without the last `share` of its rows, honestly declared, delivered."""
    table = pq.read_table(city.stages.sample(FIRST_DAY) / "credit.parquet")
    path = city.office.resources.workspace.root / "credit.parquet"
    pq.write_table(table.slice(0, int(len(table) * (1 - share))), path)
    assert (await city.office.deliver(path)).status_code == 201
    return path


async def test_a_feed_that_lost_more_than_a_tenth_since_the_last_published_run_stops_the_next(city: StagedCity) -> None:
    await shrink_credit(city, 0.2)
    run_id = await city.office.ordered(as_of="2026-07-05")
    finding, *counties = (await blocked_on(city.office, run_id))["findings"]
    assert (finding["feed"], finding["kind"]) == ("credit", "shrunk")
    assert {one["kind"] for one in counties} <= {"shrunk-counties"}, "where, of which feed"
    assert finding["now"] < finding["before"]
    assert "减少" in finding["message"]
    await confirm(city.office, run_id, "信用修复集中移出")
    await city.office.work()
    assert (await city.office.stored(run_id)).state == "draft"


async def test_a_feed_that_lost_less_than_a_tenth_goes_on(city: StagedCity) -> None:
    await shrink_credit(city, 0.05)
    run_id = await city.office.ordered(as_of="2026-07-05")
    await city.office.work()
    assert (await city.office.stored(run_id)).state == "draft"


@at_stage("drafted")
async def test_nothing_is_held_against_a_run_that_was_never_published(city: StagedCity) -> None:
    await shrink_credit(city, 0.2)
    run_id = await city.office.ordered(as_of="2026-07-05")
    await city.office.work()
    assert (await city.office.stored(run_id)).state == "draft"


async def test_a_worker_that_does_not_look_would_be_caught(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: whatever was delivered suffices."""
    monkeypatch.setattr(run_steps, "find_gaps", lambda *_, **__: [])
    with pytest.raises(AssertionError, match="draft"):
        await test_a_feed_that_lost_more_than_a_tenth_since_the_last_published_run_stops_the_next(city)


@at_stage("delivered")
async def test_a_run_before_the_closing_warns_and_cannot_be_published(city: StagedCity) -> None:
    run_id = await city.office.ordered()
    await city.office.work()
    run = (await city.office.run(run_id)).json()
    assert run["state"] == "draft"
    assert any("年报尚未结束" in warning for warning in run["warnings"])
    answer = await city.office.publish(run_id)
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/publication-refused"
    assert ["年报尚未结束" in reason for reason in answer.json()["reasons"]] == [True]
    await city.office.close_reports()
    assert (await city.office.publish(run_id)).status_code == 200, "once they are closed, it can"


@at_stage("delivered")
async def test_the_closing_of_another_year_or_a_part_of_the_region_or_a_later_day_does_not_count(
    city: StagedCity,
) -> None:
    run_id = await city.office.ordered()
    await city.office.close_reports("410103")
    await city.office.close_reports(closed_on="2025-07-01")
    await city.office.close_reports(closed_on="2026-07-02")
    await city.office.work()
    answer = await city.office.publish(run_id)
    assert answer.status_code == 409
    assert "年报尚未结束" in answer.json()["detail"]


async def test_reports_do_not_close_in_the_year_that_they_are_about(office: TypingClient) -> None:
    order = {"region": CITY, "year": 2026, "closed_on": "2026-07-01"}
    answer = await office.client.post("/v1/annual-report-closings", json=order, headers=office.as_(Role.SYSTEM))
    assert answer.status_code == 422
