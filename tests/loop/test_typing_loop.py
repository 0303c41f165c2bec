"""O2 for typing results: an upheld objection changes the household's type everywhere, once, for good, and says so."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.objection.decisions import conclusion
from services.typing.corrections import repository as corrections_repository
from services.typing.retyping import repository as retyping_repository
from shared import clock
from tests.loop.final_state import differences, final_state
from tests.loop.objection_case import Case, file_objection
from tests.loop.stages import COUNTY
from tests.loop.world import NAMES, TOPICS, World

FILED, DECIDED, LATER = dt.date(2026, 7, 8), dt.date(2026, 7, 16), dt.date(2026, 8, 3)
STAFF_COLUMN = "insured_staff"
STAFF = {"year": "2025", STAFF_COLUMN: "12"}
FEED = "social_insurance"


async def household_of(world: World, kind: str) -> str:
    """A household of the county with a type, whose operator has no other one."""
    query = """
        select uscc from household h where region = $1 and type = $2 and operator_ref is not null
            and not exists (select from household o where o.operator_ref = h.operator_ref and o.uscc <> h.uscc)
        order by uscc limit 1
    """
    (row,) = await world.sql("recognition", query, COUNTY, kind)
    return str(row["uscc"])


async def household_with_defect(world: World, defect: str) -> str:
    """A household of the county that would be of the growth type but for one defect."""
    results = await world.typing.get(f"/v1/runs/{world.facts['run']}/results", type="ineligible", limit=1000)
    for one in results.json()["items"]:
        defects = {clause for clause in one["clauses"] if clause.startswith("base.")}
        grows = any(clause.startswith("growth.") for clause in one["clauses"])
        if one["region"] == COUNTY and defects == {defect} and grows:
            return str(one["uscc"])
    raise LookupError(defect)


async def upheld(world: World, uscc: str, feed: str, row: dict[str, str]) -> Case:
    """The operator objects, the department corrects its row, the objection is upheld; nobody has heard of it yet."""
    with clock.travel(FILED):
        case = await file_objection(world, "typing", uscc=uscc)
    with clock.travel(DECIDED):
        await case.corrected(feed, row | {"uscc": uscc})
    return case


async def heard(world: World, on: dt.date = DECIDED) -> None:
    """All that was said has been heard and answered."""
    with clock.travel(on):
        await world.settle()


async def shown(world: World, uscc: str) -> dict[str, Any]:
    """The household in the public directory."""
    found: dict[str, Any] = await world.get("typing", f"/v1/households/{uscc}")
    return found


async def copied_types(world: World, uscc: str) -> set[str]:
    """The type that the other services know."""
    query = "select type from household where uscc = $1"
    return {(await world.sql(service, query, uscc))[0]["type"] for service in NAMES[1:]}


async def corrected_since(world: World) -> dict[str, int]:
    """How the county's numbers have changed since they were published."""
    (row,) = (await world.get("typing", f"/v1/statistics?region={COUNTY}"))["items"]
    changes: dict[str, int] = row["corrected"]
    return changes


async def assert_answered_once(world: World, corrections: int) -> None:
    """One EvidenceCorrected and one CorrectionAnswered each, one ObjectionClosed for each that was upheld."""
    sent = [one["data"]["correction"] for one in await world.told("objection.events", "EvidenceCorrected")]
    answered = [one["data"]["correction"] for one in await world.told("typing.events", "CorrectionAnswered")]
    assert sorted(sent) == sorted(answered)
    assert len(set(sent)) == len(sent) == corrections
    upheld_ones = [one["data"]["objection"] for one in await world.told("objection.events", "ObjectionUpheld")]
    closed = [one["data"]["objection"] for one in await world.told("objection.events", "ObjectionClosed")]
    assert set(upheld_ones) <= set(closed)
    assert len(closed) == len(set(closed))


async def test_a_wrong_row_is_corrected_everywhere_and_the_objector_is_told(world: World) -> None:
    uscc = await household_of(world, "growth")
    case = await upheld(world, uscc, FEED, STAFF)
    assert (await case.view())["state"] == "upheld", "it waits for the answer"
    await heard(world)
    entry = await shown(world, uscc)
    assert (entry["type"], entry["corrections"], entry["upon_objection"]) == ("development", ["经核实"], True)
    assert await copied_types(world, uscc) == {"development"}
    assert await corrected_since(world) == {"growth": -1, "development": 1}
    view = await case.view()
    assert (view["state"], view["outcome"], view["changed"]) == ("closed", "upheld", True)
    assert "发展型" in view["answer"]
    await assert_answered_once(world, 1)
    (adjusted,) = await world.told("typing.events", "TypingAdjusted")
    assert (adjusted["data"]["previous_type"], adjusted["data"]["objection"]) == ("growth", case.id)


async def test_what_is_told_of_it_holds_no_figure_and_no_name(world: World) -> None:
    await upheld(world, await household_of(world, "growth"), FEED, STAFF)
    await heard(world)
    for topic in TOPICS:
        for event in await world.told(topic):
            if event["time"] >= "2026-07-08":
                assert "insured_staff" not in str(event["data"])
                assert "张三丰" not in str(event)


async def test_a_correction_that_changes_no_type_is_answered_and_says_so(world: World) -> None:
    uscc = await household_of(world, "development")
    case = await upheld(world, uscc, FEED, STAFF)
    await heard(world)
    view = await case.view()
    assert (view["state"], view["changed"]) == ("closed", False)
    assert await world.told("typing.events", "TypingAdjusted") == []
    assert await corrected_since(world) == {}
    await assert_answered_once(world, 1)


async def test_a_household_that_was_wrongly_ineligible_may_apply_for_recognition(world: World) -> None:
    uscc = await household_with_defect(world, "base.tax-non-normal")
    assert await copied_types(world, uscc) == {"ineligible"}
    row = {"registered_on": "2018-05-01", "general_taxpayer": "false", "non_normal": "false"}
    await upheld(world, uscc, "tax_registration", row)
    await heard(world)
    (kind,) = await copied_types(world, uscc)
    assert kind in ("growth", "development")
    assert await corrected_since(world) == {"ineligible": -1, kind: 1}


async def deliver_staff(world: World, folder: Path, uscc: str, staff: int, on: dt.date) -> None:
    """The labour bureau delivers the household's row of 2025 once more."""
    path = folder / f"{FEED}-{staff}-{on}.parquet"
    columns = [
        ("uscc", pa.string()),
        ("year", pa.int32()),
        (STAFF_COLUMN, pa.int32()),
        ("operator_insured", pa.bool_()),
    ]
    schema = pa.schema([pa.field(name, kind) for name, kind in columns])
    row = {"uscc": uscc, "year": 2025, STAFF_COLUMN: staff, "operator_insured": None}
    pq.write_table(pa.Table.from_pylist([row], schema=schema), path)
    with clock.travel(on):
        answer = await world.typing.deliver(path, feed=FEED, mode="incremental")
        assert answer.status_code == 201, answer.text
        await world.settle()


async def next_run(world: World, on: dt.date = LATER) -> None:
    """The province types everybody again and publishes."""
    with clock.travel(on):
        run = await world.typing.ordered(as_of=on.isoformat())
        await world.settle()
        answer = await world.typing.publish(run)
        assert answer.status_code == 200, answer.text
        await world.settle()


async def item_state(world: World, case: Case) -> str:
    """What the bureau's item says."""
    (row,) = await world.sql("objection", "select state from correction_item where objection_id = $1", case.id)
    return str(row["state"])


async def test_neither_the_next_delivery_nor_the_next_run_undoes_it(world: World, tmp_path: Path) -> None:
    uscc = await household_of(world, "growth")
    case = await upheld(world, uscc, FEED, STAFF)
    await heard(world)
    await deliver_staff(world, tmp_path, uscc, 2, DECIDED + dt.timedelta(days=5))
    assert await item_state(world, case) == "contradicted"
    assert (await shown(world, uscc))["type"] == "development"
    await next_run(world)
    assert (await shown(world, uscc))["type"] == "development"
    await deliver_staff(world, tmp_path, uscc, 12, LATER + dt.timedelta(days=5))
    assert await item_state(world, case) == "met"
    assert await copied_types(world, uscc) == {"development"}
    await assert_answered_once(world, 1)


async def test_a_correction_kept_as_facts_of_one_run_would_be_caught(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The naive way: the household is typed again, and the next run's evidence knows nothing of it."""
    forget_corrections_in_runs(monkeypatch)
    with pytest.raises(AssertionError):
        await test_neither_the_next_delivery_nor_the_next_run_undoes_it(world, tmp_path)


def forget_corrections_in_runs(patch: pytest.MonkeyPatch) -> None:
    """Corrections do not enter snapshots, and nothing looks for those that a run lacks."""

    async def none(*_: object) -> list[object]:
        return []

    patch.setattr(corrections_repository, "corrections_affecting", none)
    patch.setattr(retyping_repository, "unapplied_corrections", none)


async def test_both_topics_from_their_beginning_change_nothing(world: World) -> None:
    await upheld(world, await household_of(world, "growth"), FEED, STAFF)
    await heard(world)
    before = await final_state(world)
    for worker in world.workers.values():
        await worker.hear_again()
    await heard(world, LATER)
    assert differences(before, await final_state(world)) == []


async def test_an_objection_closed_without_waiting_for_the_answer_would_be_caught(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conclusion, "is_complete", lambda *_, **__: True)
    with pytest.raises(AssertionError, match="it waits for the answer"):
        await test_a_wrong_row_is_corrected_everywhere_and_the_objector_is_told(world)
