"""Typing past one machine: a folder of feeds whose snapshot Spark types, and snapshots at an address typed in place.

Feeds are checked and joined by DuckDB, province by province, as always; Spark takes over the typing of frozen
snapshots, of any number at an address. Both engines give the same digest (tests/integration/typing/engine).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.typing.engine import duckdb_connection
from services.typing.engine.digest import snapshot_digest
from services.typing.engine.household_join import FeedRelations
from services.typing.engine.offline import Engine
from services.typing.engine.snapshot import freeze
from services.typing.engine.spark_session import exists_at, find_snapshots, spark_address, spark_session
from services.typing.engine.spark_typing import count_by_type, spark_run_digest, spelled_out, typed_on_spark
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.model.outcome import HouseholdType


class AddressNotUsable(Exception):
    """The address holds nothing to type, or the result's address is taken. The message is one Chinese sentence."""


def spark_engine(master: str | None) -> Engine:
    """The engine of a cluster, for `offline.type_folder`; without a master Spark works on this machine's cores."""

    def engine(
        relations: FeedRelations,
        compiled: CompiledPolicy,
        scratch: Path,
        digest: bool,
        progress: duckdb_connection.Progress | None,
    ) -> str | None:
        snapshot, results = scratch / "snapshot.parquet", scratch / "typed"
        freeze(relations.con, relations.delivered, compiled.as_of, snapshot, progress=_first_half(progress))
        value = None
        with spark_session(master) as session:
            typed = typed_on_spark(session, [spark_address(snapshot)], compiled)
            typed.write.parquet(spark_address(results))
            if digest:
                policy = compiled.policy.content_hash
                value = spark_run_digest(policy, snapshot_digest(snapshot), compiled.as_of, typed)
        relations.con.execute(f"CREATE TEMP VIEW typed AS {_unsigned(results)}")
        return value

    return engine


def _unsigned(results: Path) -> str:
    """Spark's signed masks as DuckDB's unsigned ones."""
    masks = (f"({mask}::HUGEINT & {2**64 - 1})::UBIGINT AS {mask}" for mask in ("true_mask", "unknown_mask"))
    files = duckdb_connection.sql_literal(results / "*.parquet")
    return f"SELECT uscc, region_code, type, {', '.join(masks)} FROM read_parquet({files})"


def _first_half(progress: duckdb_connection.Progress | None) -> duckdb_connection.Progress | None:
    """Progress of freezing as the first half of the work; Spark reports none."""
    return (lambda share: progress(share / 2)) if progress else None


@dataclass(frozen=True)
class AddressResult:
    """The result of typing the snapshots at an address."""

    snapshots: int
    totals: dict[HouseholdType, int]

    @property
    def households(self) -> int:
        """How many households were typed."""
        return sum(self.totals.values())


def type_address(snapshots: str, prepared: Callable[[], CompiledPolicy], out: str, master: str | None) -> AddressResult:
    """Type every frozen snapshot at an address and write the columns of `minglu type` as Parquet to another.

    Errors: AddressNotUsable, SparkMissing, SparkFailed; nothing is written over.
    """
    compiled = prepared()
    with spark_session(master) as session:
        frozen = find_snapshots(session, snapshots)
        wrong = [snapshot.address for snapshot in frozen if snapshot.as_of != compiled.as_of]
        if not frozen:
            raise AddressNotUsable(f"地址 {snapshots} 没有 Parquet 文件；应是平台冻结的快照")
        if wrong:
            raise AddressNotUsable(f"{wrong[0]} 不是判定日 {compiled.as_of} 的快照，判定日须与快照相同")
        if exists_at(session, out):
            raise AddressNotUsable(f"地址 {out} 已有内容，请换一个，不会覆盖")
        typed = typed_on_spark(session, [snapshot.address for snapshot in frozen], compiled)
        spelled_out(typed, compiled).write.parquet(spark_address(out))
        return AddressResult(len(frozen), count_by_type(typed))
