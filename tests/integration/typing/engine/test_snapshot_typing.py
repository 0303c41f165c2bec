"""A frozen snapshot typed under Zhengzhou's policy: T2 and T5, and what results must look like.

T2: the digest of a run depends on snapshot, policy and date alone. T5: the facts of a household, evaluated
again one by one, give the type and the clauses that are stored.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from services.typing.engine.offline_run import FinishedRun, RunMismatch, complete_run
from services.typing.engine.snapshot import read_household
from services.typing.engine.snapshot_typing import AsOfMismatch, type_snapshot
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.explain.explanation import explain
from shared.law.model.outcome import HouseholdType
from shared.law.reader.loading import load_policy
from tests.unit.typing.engine.population import FEEDS, populate

AS_OF = dt.date(2026, 7, 15)
HOUSEHOLDS = 6_000
MASKS = ("true_mask", "unknown_mask")


@pytest.fixture(scope="module")
def compiled() -> CompiledPolicy:
    return compile_policy(load_policy("zhengzhou-2025"), AS_OF)


@dataclass
class Evidence:
    """Counts how often a run asks for its evidence."""

    order: str = "i"
    asked: int = 0

    def gather(self) -> tuple[duckdb.DuckDBPyConnection, tuple[str, ...]]:
        self.asked += 1
        con = duckdb.connect()
        populate(con, HOUSEHOLDS, order=self.order)
        return con, FEEDS


@pytest.fixture(scope="module")
def finished(compiled: CompiledPolicy, tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    return complete_run(tmp_path_factory.mktemp("run"), Evidence().gather, compiled)


def typed(run: FinishedRun) -> Iterator[dict[str, object]]:
    yield from pq.read_table(run.typed.path).to_pylist()


def test_every_household_of_the_snapshot_has_one_result_in_its_order(finished: FinishedRun) -> None:
    households = pq.read_table(finished.snapshot.path, columns=["uscc", "region_code"])
    assert pq.read_table(finished.typed.path, columns=["uscc", "region_code"]).equals(households)
    assert finished.typed.households == finished.snapshot.households == len(households) > HOUSEHOLDS * 0.9


def test_counts_by_county_and_type_add_up(finished: FinishedRun) -> None:
    assert sum(finished.typed.totals.values()) == finished.typed.households
    rows = list(typed(finished))
    for kind in HouseholdType:
        assert finished.typed.totals[kind] == sum(row["type"] == kind for row in rows)
    assert min(finished.typed.totals[kind] for kind in HouseholdType if kind != HouseholdType.GAP) > 0


@pytest.fixture(scope="module")
def every_tenth(finished: FinishedRun) -> list[tuple[dict[str, object], dict[str, Any]]]:
    """Every tenth household's row of the results, and its facts read as an explanation reads them."""
    found = []
    for row in list(typed(finished))[::10]:
        facts = read_household(finished.snapshot.path, str(row["region_code"]), str(row["uscc"]))
        assert facts is not None
        found.append((row, facts))
    return found


def test_facts_evaluated_again_give_the_stored_type(
    every_tenth: list[tuple[dict[str, object], dict[str, Any]]], compiled: CompiledPolicy
) -> None:
    """T5, for every tenth household, by the way that an explanation takes."""
    assert len(every_tenth) > HOUSEHOLDS * 0.09
    for row, facts in every_tenth:
        assert compiled.type_one(facts) == (row["type"], row["true_mask"], row["unknown_mask"])


def test_every_sentence_of_an_explanation_says_what_is_stored(finished: FinishedRun, compiled: CompiledPolicy) -> None:
    """T5 in words: the type that is explained and each clause that is named are those of the stored masks."""
    bits = {clause.id: clause.bit for clause in compiled.clauses}
    named = 0
    for row in list(typed(finished))[::40]:
        facts = read_household(finished.snapshot.path, str(row["region_code"]), str(row["uscc"])) or {}
        why = explain(compiled, facts, compiled.type_one(facts), with_figures=False)
        assert why.type == row["type"]
        for sentence in (*why.sentences, *why.unknown):
            if sentence.clause:
                named += 1
                true, unknown = (int(str(row[mask])) >> bits[sentence.clause] & 1 for mask in MASKS)
                assert sentence.decided == ("true" if true else "unknown" if unknown else "false")
    assert named > 100


def test_reading_unknown_as_none_would_be_caught(
    finished: FinishedRun, every_tenth: list[tuple[dict[str, object], dict[str, Any]]], compiled: CompiledPolicy
) -> None:
    """T5's naive variant: an explanation that takes what a bureau did not say for zero or no."""
    nothing = {"BOOLEAN": False, "BIGINT": 0}
    schema = pq.read_schema(finished.snapshot.path)
    kinds = {name: nothing["BOOLEAN"] if str(schema.field(name).type) == "bool" else 0 for name in schema.names}
    different = 0
    for row, facts in every_tenth:
        naive = {name: kinds[name] if value is None else value for name, value in facts.items()}
        dates = {name: facts[name] for name in facts if name.endswith(("_on", "_from", "_until"))}
        different += compiled.type_one(naive | dates) != (row["type"], row["true_mask"], row["unknown_mask"])
    assert different > 0


WAYS: dict[str, dict[str, object]] = {
    "one thread": {"threads": 1},
    "small row groups": {"row_group_size": 2_048},
    "little memory": {"memory_limit": "100MB"},
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_results_written_another_way_have_the_same_digest(
    finished: FinishedRun, compiled: CompiledPolicy, tmp_path: Path, way: dict[str, object]
) -> None:
    from services.typing.engine.digest import run_digest

    other = type_snapshot(finished.snapshot.path, compiled, tmp_path / "r.parquet", **way)  # type: ignore[arg-type]  # WAYS
    usual = finished.typed.path
    assert run_digest("p", "s", AS_OF, other.path) == run_digest("p", "s", AS_OF, usual)


def test_the_naive_digest_over_bytes_would_differ(
    finished: FinishedRun, compiled: CompiledPolicy, tmp_path: Path
) -> None:
    other = type_snapshot(finished.snapshot.path, compiled, tmp_path / "r.parquet", row_group_size=2_048)
    bytes_of = [hashlib.sha256(path.read_bytes()).digest() for path in (other.path, finished.typed.path)]
    assert bytes_of[0] != bytes_of[1]


def test_the_order_of_deliveries_and_the_directory_do_not_matter(
    finished: FinishedRun, compiled: CompiledPolicy, tmp_path: Path
) -> None:
    assert complete_run(tmp_path, Evidence(order="hash(i, 99)").gather, compiled).digest == finished.digest


def test_another_policy_or_date_is_another_digest(finished: FinishedRun, tmp_path: Path) -> None:
    law = load_policy("zhengzhou-2025", settings={"growth_tax_upto": "20000"})
    later = AS_OF + dt.timedelta(days=1)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    digests = {
        finished.digest,
        complete_run(tmp_path / "a", Evidence().gather, compile_policy(law, AS_OF)).digest,
        complete_run(tmp_path / "b", Evidence().gather, compile_policy(load_policy("zhengzhou-2025"), later)).digest,
    }
    assert len(digests) == 3


def test_a_finished_run_is_not_done_again(compiled: CompiledPolicy, tmp_path: Path) -> None:
    evidence = Evidence()
    first = complete_run(tmp_path, evidence.gather, compiled)
    written = first.typed.path.stat().st_mtime_ns
    assert complete_run(tmp_path, evidence.gather, compiled) == first
    assert evidence.asked == 1
    assert first.typed.path.stat().st_mtime_ns == written


def test_a_directory_belongs_to_one_run(finished: FinishedRun) -> None:
    other = compile_policy(load_policy("zhengzhou-2025"), AS_OF + dt.timedelta(days=1))
    with pytest.raises(RunMismatch):
        complete_run(finished.snapshot.path.parent, Evidence().gather, other)


def test_a_snapshot_is_typed_for_its_own_date_only(finished: FinishedRun, tmp_path: Path) -> None:
    other = compile_policy(load_policy("zhengzhou-2025"), AS_OF + dt.timedelta(days=1))
    with pytest.raises(AsOfMismatch):
        type_snapshot(finished.snapshot.path, other, tmp_path / "r.parquet")
    assert list(tmp_path.iterdir()) == []


def test_progress_rises_to_one(compiled: CompiledPolicy, tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    complete_run(tmp_path, Evidence().gather, compiled, progress=lambda step, share: heard.append((step, share)))
    for step in ("freeze", "type"):
        shares = [share for name, share in heard if name == step]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
