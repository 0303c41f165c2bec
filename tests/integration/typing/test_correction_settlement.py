"""Corrections against later deliveries: met, contradicted, or neither; said once for each delivery."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from services.typing.corrections import settlement
from services.typing.corrections.settlement import settle_deliveries
from services.typing.deliveries.models import Delivery
from services.typing.directory.household_facts import SnapshotRowMissing, household_facts
from services.typing.retyping.corrected_evidence import apply_waiting_corrections
from shared.contracts.objection import EvidenceCorrected
from tests.integration.typing.bus_listener import household_with_defects
from tests.integration.typing.objections import (
    correction,
    hear,
    lifting,
    said_about,
    stored_states,
    type_of,
    unmarked,
)
from tests.integration.typing.staged_city import FIRST_DAY, StagedCity
from tests.integration.typing.typing_client import CITY

ANOTHER = "92410103MA0000015K"


async def deliver(
    city: StagedCity,
    folder: Path,
    feed: str,
    changes: Mapping[str, Mapping[str, Any] | None],
    *,
    whole: bool = False,
    **how: Any,
) -> UUID:
    """A delivery of the feed: the rows of some households changed, or left out (None); ``whole``: with all others."""
    table = pq.read_table(city.stages.sample(FIRST_DAY) / f"{feed}.parquet")
    rows = {row["uscc"]: row for row in table.to_pylist()} if whole else {}
    for uscc, values in changes.items():
        if values is None:
            rows.pop(uscc, None)
        else:
            rows[uscc] = {**dict.fromkeys(table.schema.names), "uscc": uscc, **values}
    path = folder / f"{feed}.parquet"
    pq.write_table(pa.Table.from_pylist(list(rows.values()), table.schema), path)
    answer = await city.office.deliver(path, mode="full" if whole else "incremental", **how)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def corrected_household(city: StagedCity) -> tuple[str, EvidenceCorrected]:
    """A household whose abnormal mark was corrected, after all deliveries so far were compared."""
    await settle_deliveries(city.office.resources)
    uscc = await household_with_defects(city, "base.abnormal")
    corrected = unmarked(uscc)
    await hear(city, corrected)
    return uscc, corrected


UNMARKED = {"abnormal": False, "seriously_dishonest": False}
MARKED = {"abnormal": True, "seriously_dishonest": False}


async def test_a_delivery_that_agrees_meets_the_correction(city: StagedCity, tmp_path: Path) -> None:
    uscc, corrected = await corrected_household(city)
    delivery = await deliver(city, tmp_path, "credit", {uscc: UNMARKED})
    assert await settle_deliveries(city.office.resources) == 1
    (met,) = (await said_about(city.office, uscc)).of("CorrectionMet")
    assert (met["correction"], met["objection"]) == (str(corrected.correction), str(corrected.objection))
    assert (met["delivery"], met["bureau"], met["feed"]) == (str(delivery), "测试局", "credit")
    assert await stored_states(city.office) == {corrected.correction: "met"}
    assert await type_of(city.office, uscc) != "ineligible", "what is published follows the correction still"


async def test_from_then_on_the_bureaus_rows_count(city: StagedCity, tmp_path: Path) -> None:
    uscc, _ = await corrected_household(city)
    await deliver(city, tmp_path, "credit", {uscc: UNMARKED})
    await settle_deliveries(city.office.resources)
    await deliver(city, tmp_path, "credit", {uscc: MARKED})
    await settle_deliveries(city.office.resources)
    assert (await said_about(city.office, uscc)).of("CorrectionContradicted") == []
    run = await city.office.ordered(as_of="2026-07-02", maker="another")
    await city.office.work()
    assert (await city.office.publish(run)).status_code == 200
    assert await type_of(city.office, uscc) == "ineligible"
    assert await settle_and_wait(city) == (0, 0), "and nothing brings the correction back"
    assert await type_of(city.office, uscc) == "ineligible"


async def settle_and_wait(city: StagedCity) -> tuple[int, int]:
    """What housekeeping would do."""
    resources = city.office.resources
    return await settle_deliveries(resources), await apply_waiting_corrections(resources)


async def test_a_delivery_that_says_it_again_contradicts_each_time_and_the_correction_stays(
    city: StagedCity, tmp_path: Path
) -> None:
    uscc, corrected = await corrected_household(city)
    deliveries = [
        await deliver(city, tmp_path, "credit", {uscc: MARKED, ANOTHER: values}) for values in (UNMARKED, MARKED)
    ]
    assert await settle_deliveries(city.office.resources) == 2
    said = await said_about(city.office, uscc)
    assert [one["delivery"] for one in said.of("CorrectionContradicted")] == list(map(str, deliveries))
    assert await settle_deliveries(city.office.resources) == 0
    assert await stored_states(city.office) == {corrected.correction: "contradicted"}
    run = await city.office.ordered(as_of="2026-07-02", maker="another")
    await city.office.work()
    assert (await city.office.publish(run)).status_code == 200
    assert await type_of(city.office, uscc) != "ineligible", "it still ranks above the delivery"
    await deliver(city, tmp_path, "credit", {uscc: UNMARKED})
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "met"}


async def test_a_full_delivery_without_the_row_contradicts(city: StagedCity, tmp_path: Path) -> None:
    uscc, corrected = await corrected_household(city)
    await deliver(city, tmp_path, "credit", {uscc: None}, whole=True)
    await settle_deliveries(city.office.resources)
    assert len((await said_about(city.office, uscc)).of("CorrectionContradicted")) == 1
    assert await stored_states(city.office) == {corrected.correction: "contradicted"}


@pytest.mark.parametrize("case", ["of others", "elsewhere", "another feed", "before"])
async def test_a_delivery_that_says_nothing_of_it_settles_nothing(city: StagedCity, tmp_path: Path, case: str) -> None:
    if case == "before":
        uscc = await household_with_defects(city, "base.abnormal")
        await deliver(city, tmp_path, "credit", {uscc: MARKED})
        corrected = unmarked(uscc)
        await hear(city, corrected)
    else:
        uscc, corrected = await corrected_household(city)
    if case == "of others":
        await deliver(city, tmp_path, "credit", {ANOTHER: MARKED})
    if case == "elsewhere":
        await deliver(city, tmp_path, "credit", {uscc: MARKED}, region="4102")
    if case == "another feed":
        await deliver(city, tmp_path, "intellectual_property", {uscc: {"patents": 1}})
    assert await settle_deliveries(city.office.resources) >= 1
    assert await stored_states(city.office) == {corrected.correction: "in-force"}
    said = await said_about(city.office, uscc)
    assert not said.of("CorrectionMet")
    assert not said.of("CorrectionContradicted")


async def test_figures_are_compared_in_the_columns_that_were_corrected_and_for_their_year(
    city: StagedCity, tmp_path: Path
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    await settle_deliveries(city.office.resources)
    corrected = correction(uscc, "tax", {"tax_paid": "1234.50"}, year=2025)
    await hear(city, corrected)
    await deliver(city, tmp_path, "tax", {uscc: {"year": 2024, "tax_paid": 7}}, year=2024)
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "in-force"}
    await deliver(city, tmp_path, "tax", {uscc: {"year": 2025, "tax_paid": Decimal("1234.50"), "vat_paid": 9}})
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "met"}


async def test_the_bureau_of_the_county_that_a_household_moved_to_settles_its_corrections(
    city: StagedCity, tmp_path: Path
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    row = registered_row(city, uscc)
    old, new = row["region_code"], "410102" if row["region_code"] != "410102" else "410103"
    await settle_deliveries(city.office.resources)
    corrected = unmarked(uscc, region=old)
    await hear(city, corrected)
    await deliver(city, tmp_path, "registration", {uscc: row | {"region_code": new, "operator_id": None}})
    await deliver(city, tmp_path, "credit", {uscc: UNMARKED}, region=old)
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "in-force"}, "its old county says nothing of it"
    await deliver(city, tmp_path, "credit", {uscc: MARKED}, region=new)
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "contradicted"}
    await deliver(city, tmp_path, "credit", {uscc: UNMARKED}, region=new)
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "met"}


async def test_a_correction_waits_for_deliveries_that_are_being_stored_with_lower_numbers(
    city: StagedCity, tmp_path: Path
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    database = city.office.resources.database
    copied = [column.name for column in Delivery.__table__.columns if column.name not in ("id", "sequence", "sha256")]
    names = ", ".join(copied)
    row = f"SELECT gen_random_uuid(), repeat('0', 64), {names} FROM delivery LIMIT 1"
    stored = f"INSERT INTO delivery (id, sha256, {names}) {row}"
    async with database.transaction() as storing:
        await storing.execute(text(stored))
        later = await deliver(city, tmp_path, "credit", {ANOTHER: MARKED})
        hearing = asyncio.create_task(hear(city, unmarked(uscc)))
        await asyncio.sleep(0.3)
        assert not hearing.done()
    await hearing
    (last,) = await city.office.sql("select last_delivery from evidence_correction")
    (number,) = await city.office.sql("select sequence from delivery where id = $1", later)
    assert last["last_delivery"] == number["sequence"]


async def test_a_lifted_correction_is_compared_with_nothing(city: StagedCity, tmp_path: Path) -> None:
    uscc, corrected = await corrected_household(city)
    await hear(city, lifting(corrected))
    await deliver(city, tmp_path, "credit", {uscc: UNMARKED})
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "lifted"}
    assert not (await said_about(city.office, uscc)).of("CorrectionMet")


async def test_a_comparison_that_failed_is_made_again_and_said_once(
    city: StagedCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uscc, corrected = await corrected_household(city)
    await deliver(city, tmp_path, "credit", {uscc: UNMARKED})
    settle = settlement.settle

    async def settle_and_fail(*args: Any) -> None:
        await settle(*args)
        raise LookupError("a file is lost")

    monkeypatch.setattr(settlement, "settle", settle_and_fail)
    later = await deliver(city, tmp_path, "credit", {ANOTHER: MARKED})
    assert await settle_deliveries(city.office.resources) == 1, "the next one does not wait for it"
    assert await city.office.sql("select 1 from delivery where id = $1 and settled", later)
    assert not (await said_about(city.office, uscc)).of("CorrectionMet")
    monkeypatch.undo()
    await settle_deliveries(city.office.resources)
    assert len((await said_about(city.office, uscc)).of("CorrectionMet")) == 1
    assert await stored_states(city.office) == {corrected.correction: "met"}


async def test_of_a_registration_only_what_was_corrected_is_held_against_the_register(
    city: StagedCity, tmp_path: Path
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    table = pq.read_table(city.stages.sample(FIRST_DAY) / "registration.parquet", filters=[("uscc", "=", uscc)])
    (row,) = table.to_pylist()
    await settle_deliveries(city.office.resources)
    corrected = correction(uscc, "registration", {"established_on": "2012-12-12"})
    await hear(city, corrected)
    changed = row | {"name": "改了名称的店", "established_on": dt.date(2012, 12, 12)}
    await deliver(city, tmp_path, "registration", {uscc: changed}, region=CITY)
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "met"}


async def test_a_household_that_moved_and_changed_hands_follows_the_register_with_its_corrected_day(
    city: StagedCity, tmp_path: Path
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    row = registered_row(city, uscc)
    await settle_deliveries(city.office.resources)
    whole_row = {name: str(row[name]) for name in ("name", "region_code", "status")}
    whole_row |= {"established_on": "2012-12-12"}
    corrected = correction(uscc, "registration", whole_row, region=row["region_code"])
    await hear(city, corrected)
    (stored,) = await city.office.sql("select columns from evidence_correction")
    assert orjson.loads(stored["columns"]) == ["established_on"], "what was right is not held fast"
    county = "410102" if row["region_code"] != "410102" else "410103"
    later = row | {"region_code": county, "operator_id": None, "name": "搬走的店"}
    await deliver(city, tmp_path, "registration", {uscc: later})
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "contradicted"}
    run = await city.office.ordered(as_of="2026-07-02", maker="another")
    await city.office.work()
    assert (await city.office.publish(run)).status_code == 200
    facts = await household_facts(city.office.resources, UUID(run), county, uscc, None)
    assert (facts["region_code"], facts["name"]) == (county, "搬走的店")
    assert facts["established_on"] == dt.date(2012, 12, 12)


async def test_a_household_that_the_register_gave_up_is_gone_and_nobody_is_told_of_a_contradiction(
    city: StagedCity, tmp_path: Path
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    county = registered_row(city, uscc)["region_code"]
    await settle_deliveries(city.office.resources)
    corrected = correction(uscc, "registration", {"established_on": "2012-12-12"})
    await hear(city, corrected)
    await deliver(city, tmp_path, "registration", {uscc: None}, whole=True, region=CITY)
    await settle_deliveries(city.office.resources)
    assert await stored_states(city.office) == {corrected.correction: "in-force"}
    assert not (await said_about(city.office, uscc)).of("CorrectionContradicted")
    run = await city.office.ordered(as_of="2026-07-02", maker="another")
    await city.office.work()
    assert (await city.office.publish(run)).status_code == 200
    with pytest.raises(SnapshotRowMissing):
        await household_facts(city.office.resources, UUID(run), county, uscc, None)


async def test_a_correction_that_repeats_an_earlier_one_holds_by_itself_and_none_moves_a_household(
    city: StagedCity,
) -> None:
    uscc = await household_with_defects(city, "base.abnormal")
    row = registered_row(city, uscc)
    day = str(row["established_on"])
    await hear(
        city,
        correction(uscc, "registration", {"established_on": "2012-12-12"}),
        correction(uscc, "registration", {"established_on": day}),
        correction(uscc, "registration", {"region_code": "410102" if row["region_code"] != "410102" else "410103"}),
    )
    stored = await city.office.sql("select columns, state from evidence_correction order by number")
    assert [(orjson.loads(one["columns"]), one["state"]) for one in stored] == [
        (["established_on"], "in-force"),
        (["established_on"], "in-force"),
        ([], "refused"),
    ]


def registered_row(city: StagedCity, uscc: str) -> dict[str, Any]:
    """The household's row as its bureau delivered it."""
    table = pq.read_table(city.stages.sample(FIRST_DAY) / "registration.parquet", filters=[("uscc", "=", uscc)])
    (row,) = table.to_pylist()
    return dict(row)
