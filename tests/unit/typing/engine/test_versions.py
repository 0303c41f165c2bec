"""Several versions in one pass: every household has under each what that version alone would give it."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from services.typing.engine.comparison import (
    ChangedHousehold,
    ChangeSelection,
    select_households,
    type_versions,
    version_changes,
)
from services.typing.engine.duckdb_connection import connect
from services.typing.engine.exports import VersionExport, write_changed_households
from services.typing.engine.snapshot import freeze
from services.typing.engine.snapshot_typing import AsOfMismatch, type_snapshot
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.model.outcome import HouseholdType
from shared.law.reader.loading import load_policy
from tests.unit.law.policy_samples import SMALL, write_policy
from tests.unit.typing.engine.population import FEEDS, populate

AS_OF = dt.date(2026, 7, 15)
HOUSEHOLDS = 6_000
GROWTH, UNDETERMINED = HouseholdType.GROWTH, HouseholdType.UNDETERMINED


def zhengzhou(readings: dict[str, str] | None = None, **numbers: str) -> CompiledPolicy:
    return compile_policy(load_policy("zhengzhou-2025", settings=numbers, readings=readings), AS_OF)


def every_number_changed(step: int) -> CompiledPolicy:
    """A version that shares few conditions with the law in force."""
    parameters = load_policy("zhengzhou-2025").parameters.values()
    numbers = {one.name: str(_yuan_or_number(one.on(AS_OF), one.unit) + step) for one in parameters}
    return zhengzhou(None, **numbers)


def _yuan_or_number(value: object, unit: str) -> int:
    assert isinstance(value, int)
    return value // 100 if unit == "yuan" else value


@pytest.fixture(scope="module")
def another_law(tmp_path_factory: pytest.TempPathFactory) -> CompiledPolicy:
    """Another text altogether: other clauses in another order, and one whose number is unset."""
    text = SMALL.replace("values: {2025-01-01: 2}", "values: unset")
    return compile_policy(load_policy(write_policy(tmp_path_factory.mktemp("law"), text)), AS_OF)


@pytest.fixture(scope="module")
def versions(another_law: CompiledPolicy) -> PooledPolicies:
    return PooledPolicies(
        [
            zhengzhou(),
            zhengzhou(readings={"growth-1-zero": "positive-only"}),
            zhengzhou(growth_tax_upto="20000"),
            another_law,
            *(every_number_changed(step) for step in range(1, 7)),
        ]
    )


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "snapshot.parquet"
    with duckdb.connect() as con:
        populate(con, HOUSEHOLDS)
        freeze(con, FEEDS, AS_OF, path)
    return path


@pytest.fixture(scope="module")
def typed(snapshot: Path, versions: PooledPolicies) -> str:
    """The relation of all versions."""
    path = snapshot.with_name("versions.parquet")
    type_versions(snapshot, versions, path, columns=("uscc", "region_code", "name"))
    return f"read_parquet('{path}')"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as con:
        yield con


Single = Callable[[int], dict[str, tuple[int, int, int]]]


@pytest.fixture(scope="module")
def single(snapshot: Path, versions: PooledPolicies) -> Single:
    """What a version alone says of each household."""
    known: dict[int, dict[str, tuple[int, int, int]]] = {}

    def of(version: int) -> dict[str, tuple[int, int, int]]:
        if version not in known:
            path = snapshot.with_name(f"single-{version}.parquet")
            type_snapshot(snapshot, versions.compiled[version], path)
            rows = pq.read_table(path).to_pylist()
            known[version] = {row["uscc"]: (row["type"], row["true_mask"], row["unknown_mask"]) for row in rows}
        return known[version]

    return of


def differing(path: str, versions: PooledPolicies, version: int, alone: dict[str, tuple[int, int, int]]) -> int:
    """How many households have something else under a version than under it alone."""
    rows = pq.read_table(path.removeprefix("read_parquet('").removesuffix("')")).to_pylist()
    assert len(rows) == len(alone) > HOUSEHOLDS * 0.9
    return sum(tuple(versions.outcome(version, row)) != alone[row["uscc"]] for row in rows)


@pytest.mark.parametrize("version", range(10))
def test_one_pass_gives_what_each_version_alone_gives(
    typed: str, versions: PooledPolicies, single: Single, version: int
) -> None:
    assert differing(typed, versions, version, single(version)) == 0


def test_the_pool_is_more_than_one_word_and_the_versions_differ(versions: PooledPolicies, single: Single) -> None:
    """Otherwise the test above would say little."""
    assert "true_1" in versions.mask_columns
    outcomes = [tuple(sorted(single(version).items())) for version in range(10)]
    assert len(set(outcomes)) == 10


def test_a_pool_that_mistakes_two_conditions_would_be_caught(
    snapshot: Path, versions: PooledPolicies, single: Single, tmp_path: Path
) -> None:
    """The planted fault: a version's condition is looked up where another version's stands."""
    naive = PooledPolicies(versions.compiled)
    own, lawful = (one.clauses[-1].bound for one in (versions.compiled[4], versions.compiled[0]))
    naive._places = naive._places | {own: naive._places[lawful]}
    type_versions(snapshot, naive, tmp_path / "naive.parquet")
    assert differing(str(tmp_path / "naive.parquet"), naive, 4, single(4)) > 0


def test_versions_of_two_dates_are_refused(snapshot: Path, tmp_path: Path) -> None:
    tomorrow = compile_policy(load_policy("zhengzhou-2025"), AS_OF + dt.timedelta(days=1))
    with pytest.raises(ValueError, match="one as-of date"):
        PooledPolicies([zhengzhou(), tomorrow])
    with pytest.raises(AsOfMismatch):
        type_versions(snapshot, PooledPolicies([tomorrow]), tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", [1, 3])
def test_the_matrix_counts_every_household_once(
    con: duckdb.DuckDBPyConnection, typed: str, single: Single, version: int
) -> None:
    cells = version_changes(con, typed, version)
    before, after = single(0), single(version)
    counted = Counter((uscc[2:8], before[uscc][0], after[uscc][0]) for uscc in before)
    assert {(cell.region, cell.from_type, cell.to_type): cell.households for cell in cells} == counted
    assert any(cell.from_type != cell.to_type for cell in cells)


def everyone_behind(
    con: duckdb.DuckDBPyConnection, typed: str, versions: PooledPolicies, cell: ChangeSelection, page: int
) -> list[ChangedHousehold]:
    """All households of a cell, page by page."""
    found: list[ChangedHousehold] = []
    after = ("", "")
    while part := select_households(con, typed, versions, cell, after=after, limit=page):
        found += part
        after = (part[-1].region, part[-1].uscc)
    return found


@pytest.mark.parametrize("region", ["410103", "4101", ""])
def test_paging_through_a_cell_gives_each_of_its_households_once(
    con: duckdb.DuckDBPyConnection, typed: str, versions: PooledPolicies, single: Single, region: str
) -> None:
    found = everyone_behind(con, typed, versions, ChangeSelection(region, GROWTH, UNDETERMINED), 7)
    before, after = single(0), single(1)
    expected = {
        uscc
        for uscc in before
        if uscc[2:].startswith(region) and (before[uscc][0], after[uscc][0]) == (GROWTH, UNDETERMINED)
    }
    assert {one.uscc for one in found} == expected
    assert len(found) == len(expected) > 0
    assert [(one.region, one.uscc) for one in found] == sorted((one.region, one.uscc) for one in found)


def test_a_household_is_shown_with_its_clauses_under_both(
    con: duckdb.DuckDBPyConnection, typed: str, versions: PooledPolicies, single: Single
) -> None:
    (one,) = select_households(con, typed, versions, ChangeSelection("", GROWTH, UNDETERMINED), limit=1)
    (_, true, unknown), (_, true_now, unknown_now) = single(0)[one.uscc], single(1)[one.uscc]
    law, tried = versions.compiled[:2]
    assert (one.clauses_before, one.unknown_before) == (law.names(true), law.names(unknown))
    assert (one.clauses_after, one.unknown_after) == (tried.names(true_now), tried.names(unknown_now))
    assert one.name.startswith("测试商行")
    assert "growth.1" in one.clauses_before
    assert "growth.1" not in one.clauses_after


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_file_holds_who_changes_under_each_version(
    con: duckdb.DuckDBPyConnection, typed: str, versions: PooledPolicies, single: Single, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"changed{suffix}"
    write_changed_households(con, typed, versions, [VersionExport(1, "读法"), VersionExport(3, "另一政策")], out)
    rows = con.execute(f"SELECT policy, uscc, from_type, to_type, clauses_after FROM '{out}'").fetchall()
    expected = {
        (
            label,
            uscc,
            HouseholdType(before[0]).slug,
            HouseholdType(now[0]).slug,
            versions.compiled[number].names(now[1]),
        )
        for number, label in ((1, "读法"), (3, "另一政策"))
        for uscc, before in single(0).items()
        if before[0] != (now := single(number)[uscc])[0]
    }
    assert {(*row[:4], tuple(filter(None, (row[4] or "").split(";")))) for row in rows} == expected
    assert len(rows) == len(expected)


def test_a_file_of_one_cell_holds_that_cell_alone(
    con: duckdb.DuckDBPyConnection, typed: str, versions: PooledPolicies, tmp_path: Path
) -> None:
    cell = ChangeSelection("410103", GROWTH, UNDETERMINED)
    write_changed_households(con, typed, versions, [VersionExport(1, "读法", cell)], tmp_path / "cell.csv")
    rows = con.execute(f"SELECT uscc FROM '{tmp_path / 'cell.csv'}'").fetchall()
    assert [uscc for (uscc,) in rows] == [one.uscc for one in everyone_behind(con, typed, versions, cell, 1_000)]
