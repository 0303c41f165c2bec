"""What an officer looks at before a publication, checked against the law's other compiler, household by household."""

import csv
import io
from collections import Counter
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq

from services.typing.engine.plausibility import limits_of
from services.typing.runs.policies import compiled_policy
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.explain.alternative_readings import alternative_readings
from shared.law.model.outcome import HouseholdType
from shared.platform.identity import Role
from tests.integration.typing.staged_city import StagedCity
from tests.integration.typing.typing_client import CITY, TypingClient


async def households(city: StagedCity) -> tuple[list[dict[str, Any]], CompiledPolicy]:
    """The snapshot's rows, and the policy of the run."""
    rows = pq.read_table(city.office.resources.workspace.snapshot(UUID(city.last))).to_pylist()
    async with city.office.resources.database.session() as session:
        return rows, await compiled_policy(session, await city.office.stored(city.last))


async def test_clauses_shares_and_limits_are_those_of_the_households(public_city: StagedCity) -> None:
    rows, compiled = await households(public_city)
    said = (await public_city.office.get(f"/v1/runs/{public_city.last}/plausibility")).json()
    outcomes = [compiled.type_one(row) for row in rows]
    types = Counter(outcome.type.slug for outcome in outcomes)
    assert {one["type"]: one["households"] for one in said["shares"] if one["households"]} == types
    holds = Counter(name for outcome in outcomes for name in compiled.names(outcome.true_mask))
    assert {one["clause"]: one["holds"] for one in said["clauses"] if one["holds"]} == holds
    assert {"growth.2", "growth.3", "growth.4"} <= set(said["deciding_nobody"]), "zero tax makes them idle"
    typed = [row for row, one in zip(rows, outcomes, strict=True) if one.type is not HouseholdType.INELIGIBLE]
    for limit, shown in zip(limits_of(compiled), said["near_limits"], strict=True):
        first, last, guard = limit.fact.columns[0], limit.fact.columns[-1], limit.fact.guard
        known = [row[first] for row in typed if row[first] == row[last] and (guard is None or row[guard])]
        assert shown["at"] == known.count(limit.value), shown


async def test_a_county_reads_its_own_part_of_the_citys_lists_of_whom_to_reach(public_city: StagedCity) -> None:
    rows, _ = await households(public_city)
    office, county = public_city.office, "410105"
    outcomes = {row["uscc"]: row for row in rows if row["region_code"] == county}
    headers = office.as_(Role.OFFICER, county)
    path = f"/v1/runs/{public_city.last}/newly-ineligible"
    page = (await office.client.get(path, params={"limit": 1}, headers=headers)).json()
    (first,) = page["items"]
    assert (first["region"], first["type_before"], first["uscc"] in outcomes) == (county, None, True)
    assert all(defect["title"] for defect in first["defects"])
    table = await office.client.get(f"{path}.csv", headers=headers)
    lines = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert lines[1][0] == first["uscc"]
    assert {line[2] for line in lines[1:]} == {county}
    asked = {"region": county, "year": "2025"}
    unreported = (await office.client.get("/v1/annual-reports/unreported", params=asked, headers=headers)).json()
    owing = {code for code, row in outcomes.items() if row["status"] == "registered" and row["reported"] is False}
    assert {one["uscc"] for one in unreported["items"]} <= owing
    assert (unreported["due_on"], len(unreported["items"]) > 0) == ("2026-06-30", True)
    stranger = await office.client.get(
        "/v1/annual-reports/unreported", params=asked, headers=office.as_(Role.OFFICER, "12")
    )
    assert stranger.status_code == 403
    assert (await office.client.get(path, headers=office.as_(Role.OFFICER, "12"))).status_code == 404


async def test_other_readings_move_as_many_as_the_other_compiler_says(public_city: StagedCity) -> None:
    rows, compiled = await households(public_city)
    said = (await public_city.office.get(f"/v1/runs/{public_city.last}/readings")).json()
    assert "as-of-day" in {one["interpretation"] for one in said["practice"]}
    shown = {(one["interpretation"], one["reading"]): one for one in said["readings"]}
    assert shown, "typing has open questions"
    before = [compiled.type_one(row).type for row in rows]
    for other in alternative_readings(compiled):
        after = [other.compiled.type_one(row).type for row in rows]
        moves = Counter((a.slug, b.slug) for a, b in zip(before, after, strict=True) if a is not b)
        view = shown.pop((other.interpretation.id, other.reading.id))
        assert {(one["from_type"], one["to_type"]): one["households"] for one in view["moves"]} == moves
        assert view["households"] == moves.total()
    assert shown == {}


async def test_a_seed_draws_the_same_fifty_of_every_type_and_the_reading_is_written_down(
    public_city: StagedCity,
) -> None:
    office: TypingClient = public_city.office
    path = f"/v1/runs/{public_city.last}/sample"
    first, again, other = [(await office.get(path, seed=seed)).json() for seed in ("一", "一", "二")]
    assert first == again != other
    assert len({one["uscc"] for one in first["households"]}) == 50
    run = (await office.run(public_city.last)).json()
    assert {one["type"] for one in first["households"]} == {
        kind for county in run["counts"].values() for kind in county
    }
    table = await office.get(f"{path}.csv", seed="一")
    assert table.headers["content-disposition"] == f'attachment; filename="central-sample-{CITY}-2026-07-01.csv"'
    lines = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:]] == [one["uscc"] for one in first["households"]]
    assert {line[7] for line in lines[1:]} == {"集中分型"}
    reads = await office.sql("select count(*) from audit_entry where action = 'figures:read'")
    assert reads[0][0] == 4
    assert (await office.client.get(path, headers=office.as_(Role.OFFICER, "12"))).status_code == 404
