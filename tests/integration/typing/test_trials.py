"""A draft of the law tried by an officer on a run's frozen snapshot: who would change, told to nobody else."""

import asyncio
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import httpx
import pytest

from services.typing.tidying import TRIALS_KEPT, clear_discarded, clear_old_trials
from services.typing.trials import drafts, repository as trials_repository, service as trials_service
from shared import clock
from shared.confined import Limits
from shared.database.row_scope import EVERYWHERE
from shared.law.reader.loading import policy_path
from shared.platform import unit_of_work
from shared.platform.identity import Role
from tests.integration.typing.staged_city import StagedCity, at_stage
from tests.integration.typing.typing_client import CITY, TypingClient

LAW = policy_path("zhengzhou-2025").read_text(encoding="utf-8")
DRAFT = {"policy": "zhengzhou-2025", "readings": {"growth-1-zero": "positive-only"}}


async def order(office: TypingClient, run_id: str, body: dict[str, Any], **who: Any) -> httpx.Response:
    """Order a trial as an officer."""
    return await office.client.post(f"/v1/runs/{run_id}/trials", json=body, headers=office.as_(Role.OFFICER, **who))


async def tried(office: TypingClient, run_id: str, body: dict[str, Any] | None = None) -> str:
    """The id of a trial that a worker has ended."""
    answer = await order(office, run_id, body or DRAFT)
    assert answer.status_code == 202, answer.text
    await office.work()
    return str(answer.json()["id"])


async def everybody(office: TypingClient, trial: str, **query: Any) -> list[dict[str, Any]]:
    """All households of a cell, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await office.get(f"/v1/trials/{trial}/households", limit=50, **query)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        query["cursor"] = answer.json()["next"]


# -- what it says --------------------------------------------------------------------------------------------------


@at_stage("drafted")
async def test_a_trial_says_what_a_run_under_the_draft_would_say(city: StagedCity) -> None:
    """The same population typed by a run of its own under the draft has the trial's types."""
    office = city.office
    trial = await tried(office, city.last)
    headers = office.as_(Role.OFFICER, subject="maker")
    run = await office.client.post("/v1/runs", json={**DRAFT, "as_of": "2026-07-01", "region": CITY}, headers=headers)
    await office.work()
    counts = (await office.run(run.json()["id"])).json()["counts"]
    before = (await office.run(city.last)).json()["counts"]
    comparison = (await office.get(f"/v1/trials/{trial}/comparison")).json()
    now, then = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for cell in comparison["changes"]:
        now[cell["region"], cell["to_type"]] += cell["households"]
        then[cell["region"], cell["from_type"]] += cell["households"]
    assert now == {(county, kind): n for county, kinds in counts.items() for kind, n in kinds.items()}
    assert then == {(county, kind): n for county, kinds in before.items() for kind, n in kinds.items()}
    assert comparison["changed"] > 0


@at_stage("drafted")
async def test_the_households_behind_every_cell_are_as_many_as_it_says(city: StagedCity) -> None:
    trial = await tried(city.office, city.last)
    for cell in (await city.office.get(f"/v1/trials/{trial}/comparison")).json()["changes"]:
        if cell["from_type"] != cell["to_type"]:
            which = {key: cell[key] for key in ("region", "from_type", "to_type")}
            found = await everybody(city.office, trial, **which)
            assert len({one["uscc"] for one in found}) == len(found) == cell["households"]
            assert {tuple(one[key] for key in which) for one in found} == {tuple(which.values())}


@at_stage("drafted")
async def test_without_a_cell_everybody_who_changes_is_shown_and_exported(city: StagedCity, tmp_path: Path) -> None:
    trial = await tried(city.office, city.last)
    found = await everybody(city.office, trial)
    answer = await city.office.get(f"/v1/trials/{trial}/households.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith("\ufeffuscc,name".encode()), "a spreadsheet shows the names"
    (tmp_path / "changed.csv").write_bytes(answer.content)
    with duckdb.connect() as con:
        rows = con.execute(f"SELECT uscc, name, from_type, to_type FROM '{tmp_path / 'changed.csv'}'").fetchall()
    assert rows == [(one["uscc"], one["name"], one["from_type"], one["to_type"]) for one in found]
    changed = (await city.office.get(f"/v1/trials/{trial}/comparison")).json()["changed"]
    assert len(found) == changed
    assert all("growth.1" in one["clauses_before"] and "growth.1" not in one["clauses_after"] for one in found)
    left = list(city.office.resources.workspace.folder(UUID(city.last)).rglob("*.csv"))
    assert left == [], "a download leaves nothing behind"


@at_stage("drafted")
async def test_a_draft_that_is_a_text_is_tried(city: StagedCity) -> None:
    text = LAW.replace("in_force: counts-zero", "in_force: positive-only")
    of_text = await tried(city.office, city.last, {"policy_text": text})
    of_reading = await tried(city.office, city.last)
    one, other = [
        (await city.office.get(f"/v1/trials/{trial}/comparison")).json()["changes"] for trial in (of_text, of_reading)
    ]
    assert one == other


@at_stage("drafted")
async def test_the_laws_own_trial_changes_nobody(city: StagedCity) -> None:
    trial = await tried(city.office, city.last, {"policy": "zhengzhou-2025"})
    comparison = (await city.office.get(f"/v1/trials/{trial}/comparison")).json()
    assert (comparison["changed"], await everybody(city.office, trial)) == (0, [])
    assert comparison["households"] == (await city.office.run(city.last)).json()["households"]


# -- what it must not do -------------------------------------------------------------------------------------------


async def told_and_shown(office: TypingClient) -> list[Any]:
    """All that others see or hear of typing: the run, events, streams, current runs, results, statistics."""
    tables = ("run", "outbox", "bulk_stream", "current_run", "change", "statistic", "policy_version", "correction")
    rows = [await office.sql(f"select t::text from {table} t order by 1") for table in tables]
    return [*rows, await office.sql("select run_number, count(*) from result group by 1")]


@at_stage("published")
async def test_nothing_is_published_and_nobody_is_told(city: StagedCity) -> None:
    before = await told_and_shown(city.office)
    trial = await tried(city.office, city.last)
    assert (await city.office.get(f"/v1/trials/{trial}")).json()["state"] == "done"
    assert await told_and_shown(city.office) == before


@at_stage("published")
async def test_a_trial_that_tells_would_be_caught(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: a worker that announces a trial as it does a run."""
    from services.typing.runs import repository as runs_repository
    from services.typing.runs.steps import announce_draft

    finish = trials_repository.add_trial_changes

    async def tell(session: Any, trial_id: UUID, rows: Any) -> None:
        await finish(session, trial_id, rows)
        run = await runs_repository.get_run(session, UUID(city.last), "")
        assert run is not None
        await announce_draft(session, run)

    monkeypatch.setattr(trials_repository, "add_trial_changes", tell)
    with pytest.raises(AssertionError):
        await test_nothing_is_published_and_nobody_is_told(city)


@at_stage("drafted")
async def test_nobody_of_another_region_or_role_sees_it(city: StagedCity) -> None:
    office, trial = city.office, await tried(city.office, city.last)
    pages = [f"/v1/trials/{trial}{part}" for part in ("", "/comparison", "/households", "/households.csv")]
    for page in [*pages, f"/v1/runs/{city.last}/trials"]:
        for role in (Role.OFFICER, Role.APPROVER, Role.AUDITOR):
            assert (await office.get(page, role)).status_code == 200, page
            for elsewhere in ("12", "4102", "410102"):
                answer = await office.client.get(page, headers=office.as_(role, elsewhere))
                assert answer.status_code == 404, (page, role, elsewhere)
        for role in (Role.BUREAU, Role.SYSTEM):
            assert (await office.get(page, role)).status_code == 403, page
        assert (await office.get(page, None)).status_code == 401, page
    assert (await order(office, city.last, DRAFT, region="12")).status_code == 404
    assert (
        await office.client.post(f"/v1/runs/{city.last}/trials", json=DRAFT, headers=office.as_(Role.APPROVER))
    ).status_code == 403


@at_stage("drafted")
async def test_a_read_that_forgets_the_region_would_be_caught(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault, and requests that the database shows everything: by itself it would hold the trial back."""
    scoped = trials_repository.get_trial
    monkeypatch.setattr(unit_of_work, "row_scope", lambda *_: EVERYWHERE)

    async def unscoped(session: Any, trial_id: UUID, _scope: str) -> Any:
        return await scoped(session, trial_id, "")

    monkeypatch.setattr(trials_repository, "get_trial", unscoped)
    with pytest.raises(AssertionError):
        await test_nobody_of_another_region_or_role_sees_it(city)


# -- what can be wrong ---------------------------------------------------------------------------------------------


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "no policy": ({}, "policy_text"),
    "two policies": ({"policy": "zhengzhou-2025", "policy_text": LAW}, "policy_text"),
    "unknown policy": ({"policy": "zhengzou-2025"}, "zhengzhou-2025"),
    "a path": ({"policy": "../policies/zhengzhou-2025.yaml"}, "格式"),
    "no such setting": ({"policy": "zhengzhou-2025", "settings": {"growth_tax_up": "1"}}, "growth_tax_upto"),
    "no such reading": ({"policy": "zhengzhou-2025", "readings": {"growth-1-zero": "never"}}, "never"),
    "a file of the server": ({"policy_text": LAW.replace("text: zheng", "text: /etc/zheng")}, "应只写文件名"),
    "extends a file": ({"policy_text": "extends: /etc/passwd\n"}, "没有可以扩展的政策"),
    "too long": ({"policy_text": "#" * 200_001}, "太长"),
    "no YAML": ({"policy_text": "id: ["}, "YAML"),
    "nested without end": ({"policy_text": "a: " + "[" * 50_000}, "嵌套太深"),
    "a required number without a value": (
        {"policy_text": LAW.replace("values: {2025-02-18: 300000}", "values: unset")},
        "growth_revenue_from",
    ),
}


@at_stage("drafted")
async def test_a_mistake_is_told_in_chinese_and_nothing_is_queued(city: StagedCity) -> None:
    for name, (body, named) in MISTAKES.items():
        answer = await order(city.office, city.last, body)
        assert answer.status_code == 422, (name, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert named in answer.text, (name, answer.text)
    assert await city.office.sql("select 1 from trial") == []


@at_stage("drafted")
async def test_a_mistake_in_a_text_names_its_line(city: StagedCity) -> None:
    text = LAW.replace("tax_paid <= :growth_tax_upto", "tax_paid <= :growth_tax_up")
    line = text[: text.index("tax_paid <= :growth_tax_up")].count("\n") + 1
    answer = await order(city.office, city.last, {"policy_text": text})
    assert answer.json()["line"] == line
    assert f"政策草案 第 {line} 行" in answer.json()["detail"]


@at_stage("drafted")
async def test_a_draft_that_costs_more_than_one_may_is_refused(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M8 as a kind: it is read in a child process, which ends at its limits and takes nobody else with it."""
    monkeypatch.setattr(drafts, "LIMITS", Limits(seconds=0.05))
    answer = await order(city.office, city.last, {"policy_text": LAW})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/draft-too-costly")
    assert (await city.office.get(f"/v1/runs/{city.last}")).status_code == 200


@at_stage("ordered")
async def test_a_run_without_a_snapshot_cannot_be_tried_on(city: StagedCity) -> None:
    answer = await order(city.office, city.last, DRAFT)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/run-not-frozen")


@at_stage("drafted")
async def test_a_trial_that_waits_has_no_result_yet(city: StagedCity) -> None:
    trial = (await order(city.office, city.last, DRAFT)).json()
    assert trial["state"] == "queued"
    for part in ("comparison", "households", "households.csv"):
        answer = await city.office.get(f"/v1/trials/{trial['id']}/{part}")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/trial-not-done")


@at_stage("drafted")
async def test_the_same_key_orders_one_trial(city: StagedCity) -> None:
    headers = city.office.as_(Role.OFFICER) | {"Idempotency-Key": "one"}
    address = f"/v1/runs/{city.last}/trials"
    answers = await asyncio.gather(*(city.office.client.post(address, json=DRAFT, headers=headers) for _ in range(8)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await city.office.get(address)).json()["items"]) == 1


# -- how it is carried ---------------------------------------------------------------------------------------------


@at_stage("drafted")
async def test_two_workers_never_take_the_same_trial(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[UUID] = []
    compute = trials_service.compute_trial

    async def slow(session: Any, resources: Any, run: Any, trial: Any) -> Any:
        taken.append(trial.id)
        await asyncio.sleep(0.2)
        return await compute(session, resources, run, trial)

    monkeypatch.setattr(trials_service, "compute_trial", slow)
    for _ in range(2):
        await order(city.office, city.last, DRAFT)
    await asyncio.gather(*(trials_service.take_one_trial(city.office.resources) for _ in range(4)))
    assert len(taken) == len(set(taken)) == 2


@at_stage("drafted")
async def test_a_trial_that_was_cut_short_is_begun_again(city: StagedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = asyncio.Event()

    async def stuck(*_: Any) -> Any:
        reached.set()
        await asyncio.sleep(60)

    answer = await order(city.office, city.last, DRAFT)
    with monkeypatch.context() as patched:
        patched.setattr(trials_service, "compute_trial", stuck)
        worker = asyncio.ensure_future(trials_service.take_one_trial(city.office.resources))
        await reached.wait()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    await city.office.work()
    assert (await city.office.get(f"/v1/trials/{answer.json()['id']}")).json()["state"] == "done"


@at_stage("drafted")
async def test_an_error_ends_the_trial_in_words_and_the_worker_goes_on(
    city: StagedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(trials_service, "type_both_versions", lambda *_: 1 / 0)
        broken = await tried(city.office, city.last)
    trial = (await city.office.get(f"/v1/trials/{broken}")).json()
    assert (trial["state"], trial["state_label"]) == ("failed", "失败")
    assert "运维" in trial["failure"]
    assert (await city.office.get(f"/v1/trials/{await tried(city.office, city.last)}")).json()["state"] == "done"


@at_stage("drafted")
async def test_a_discarded_run_takes_its_trials_along(city: StagedCity) -> None:
    office, trial = city.office, await tried(city.office, city.last)
    waiting = (await order(office, city.last, DRAFT)).json()["id"]
    await office.decide(city.last, "discard", {"reason": "重复发起"}, Role.OFFICER)
    await clear_discarded(office.resources)
    await office.work()
    assert (await office.get(f"/v1/trials/{trial}/households")).status_code == 410
    assert "已作废" in (await office.get(f"/v1/trials/{waiting}")).json()["failure"]
    assert not office.resources.workspace.exists(UUID(city.last))


@at_stage("drafted")
async def test_trials_are_forgotten_after_some_days(city: StagedCity) -> None:
    office, old = city.office, await tried(city.office, city.last)
    path = office.resources.workspace.trial(UUID(city.last), UUID(old))
    assert path.exists()
    assert await clear_old_trials(office.resources) == 0
    with clock.travel(clock.now() + TRIALS_KEPT + dt.timedelta(minutes=1)):
        assert await clear_old_trials(office.resources) == 1
    assert not path.exists()
    assert (await office.sql("select 1 from trial"), await office.sql("select 1 from trial_change")) == ([], [])
    assert (await office.get(f"/v1/trials/{old}")).status_code == 404


@at_stage("drafted")
async def test_the_audit_knows_who_tried_what(city: StagedCity) -> None:
    trial = await tried(city.office, city.last)
    (entry,) = await city.office.sql("select actor, subject, chain from audit_entry where action = 'trial:create'")
    assert tuple(entry) == ("officer", trial, CITY)


@at_stage("drafted")
async def test_nobody_has_more_waiting_than_the_settings_say(city: StagedCity) -> None:
    """Of many at once, too: each counts those before it. Another person has their own; the longest text is bounded."""
    office = city.office
    many = asyncio.gather(*(order(office, city.last, DRAFT, subject="甲") for _ in range(12)))
    assert Counter(answer.status_code for answer in await many) == {202: 10, 429: 2}
    refused = await order(office, city.last, DRAFT, subject="甲")
    assert refused.json()["type"] == "/problems/too-many-waiting"
    assert (await order(office, city.last, DRAFT, subject="乙")).status_code == 202
    too_long = await order(office, city.last, {"policy_text": "名" * 60_001}, subject="乙")
    assert too_long.status_code == 422
