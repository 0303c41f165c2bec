"""Frozen snapshots typed on Spark: the compiled statement over their Parquet files, exported, counted, digested.

The statement is DuckDB's own, translated, so that both engines compute the same. Spark has no unsigned numbers: a
mask is a BIGINT with the same 64 bits, negative when bit 63 is set. A DataFrame of typed households has uscc,
region_code, type, true_mask and unknown_mask. It is a plan, computed again for every use: typing costs less than
keeping its result.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp, parse_one

from services.typing.engine.digest import RECORD, records_digest
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.model.outcome import HouseholdType

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_SIGN = 1 << 63


def as_signed(mask: int) -> int:
    """The signed 64-bit number with a mask's bits."""
    return mask - 2 * _SIGN if mask & _SIGN else mask


def spark_query(compiled: CompiledPolicy, relation: str = "snapshot") -> str:
    """uscc, region_code, type TINYINT, true_mask BIGINT, unknown_mask BIGINT of every household of a relation."""
    statement = parse_one(compiled.duckdb_query(relation=relation), read="duckdb")
    return statement.transform(_without_unsigned).sql("spark")


def _without_unsigned(node: exp.Expr) -> exp.Expr:
    """Unsigned types become BIGINT; a number beyond BIGINT is a mask, since no amount has so many digits."""
    if isinstance(node, exp.DataType) and node.is_type(exp.DataType.Type.UBIGINT):
        return exp.DataType.build("bigint")
    if isinstance(node, exp.Literal) and node.is_int and int(node.name) >= _SIGN:
        return exp.Literal.number(f"{as_signed(int(node.name))}")
    return node


_NUMBERS = np.dtype([("type", "u1"), ("true_mask", ">u8"), ("unknown_mask", ">u8")])
_PREFIX = 8
"""Codes with the same prefix were issued in one county: at most some hundred thousand."""


def typed_on_spark(session: "SparkSession", snapshots: Sequence[str], compiled: CompiledPolicy) -> "DataFrame":
    """Every household of the snapshots at these addresses, typed."""
    session.read.parquet(*snapshots).createOrReplaceTempView("snapshot")
    return session.sql(spark_query(compiled))


def spelled_out(typed: "DataFrame", compiled: CompiledPolicy) -> "DataFrame":
    """The columns of `minglu type` (see `results`)."""
    from pyspark.sql import functions as f

    slugs = f.array(*(f.lit(kind.slug) for kind in HouseholdType))
    return typed.select(
        "uscc",
        "region_code",
        f.get(slugs, f.col("type")).alias("type"),
        _clause_ids("true_mask", compiled).alias("clauses"),
        _clause_ids("unknown_mask", compiled).alias("unknown"),
        f.lit(compiled.policy.id).alias("policy"),
        f.lit(compiled.as_of).alias("as_of"),
    )


def _clause_ids(mask: str, compiled: CompiledPolicy) -> "Column":
    """The `;`-separated ids of the clauses in a mask."""
    from pyspark.sql import functions as f

    def named(clause: str, bit: int) -> "Column":
        return f.when(f.col(mask).bitwiseAND(f.lit(as_signed(1 << bit))) != 0, f.lit(clause))

    return f.concat_ws(";", *(named(clause.id, clause.bit) for clause in compiled.clauses))


def count_by_type(typed: "DataFrame") -> dict[HouseholdType, int]:
    """Households by type; every type, also those without households."""
    counts = {row["type"]: row["count"] for row in typed.groupBy("type").count().collect()}
    return {kind: counts.get(kind.value, 0) for kind in HouseholdType}


def spark_run_digest(policy_hash: str, snapshot: str, as_of: date, typed: "DataFrame") -> str:
    """The digest of a run (see `digest`); Spark sorts, and the records pass through this process county by county."""
    from pyspark.sql import functions as f

    codes = f"if(length(uscc) = {RECORD['uscc'].itemsize}, uscc, raise_error('a uscc does not have 18 characters'))"
    record = f"concat({codes}, {_hex('type', 1)}, {_hex('true_mask', 8)}, {_hex('unknown_mask', 8)})"
    by_prefix = (
        typed.selectExpr(f"substring(uscc, 1, {_PREFIX}) AS prefix", f"{record} AS record")
        .groupBy("prefix")
        .agg(f.expr("array_join(array_sort(collect_list(record)), '')").alias("records"))
        .orderBy("prefix")
    )
    rows = by_prefix.select("records").toLocalIterator(prefetchPartitions=True)
    return records_digest(policy_hash, snapshot, as_of, (_records(row["records"].encode()) for row in rows))


def _hex(column: str, size: int) -> str:
    return f"lpad(hex({column}), {2 * size}, '0')"


def _records(text: bytes) -> NDArray[Any]:
    """Records out of texts: the code as it is, the numbers in hexadecimal, the highest digit first."""
    lines = np.frombuffer(text, [("uscc", RECORD["uscc"]), ("numbers", "S34")])
    numbers = np.frombuffer(bytes.fromhex(lines["numbers"].tobytes().decode()), _NUMBERS)
    records = np.empty(len(lines), RECORD)
    records["uscc"] = lines["uscc"]
    for name in numbers.dtype.names or ():
        records[name] = numbers[name]
    return records
