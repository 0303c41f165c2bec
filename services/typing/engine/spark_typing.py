"""Frozen snapshots typed on Spark: the compiled statement over their Parquet files, in words, counted, digested.

A DataFrame of typed households has uscc, region_code, type, true_mask and unknown_mask (signed, see `spark_statement`).
It is a plan, computed anew by everything that is asked of it: typing costs less than keeping its result.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from services.typing.engine.digest import RECORD, records_digest
from services.typing.engine.spark_statement import signed, spark_query
from shared.policy.compiled import CompiledPolicy
from shared.policy.outcome import HouseholdType

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_NUMBERS = np.dtype([("type", "u1"), ("true_mask", ">u8"), ("unknown_mask", ">u8")])
_PREFIX = 8
"""Codes that begin alike are one county's of the day they were issued: at most some hundred thousand."""


def typed_on_spark(session: "SparkSession", snapshots: Sequence[str], compiled: CompiledPolicy) -> "DataFrame":
    """Every household of the snapshots at these addresses, typed."""
    session.read.parquet(*snapshots).createOrReplaceTempView("snapshot")
    return session.sql(spark_query(compiled))


def in_words(typed: "DataFrame", compiled: CompiledPolicy) -> "DataFrame":
    """The columns of `minglu type` (see `results`)."""
    from pyspark.sql import functions as f

    slugs = f.array(*(f.lit(kind.slug) for kind in HouseholdType))
    return typed.select(
        "uscc",
        "region_code",
        f.get(slugs, f.col("type")).alias("type"),
        _ids("true_mask", compiled).alias("clauses"),
        _ids("unknown_mask", compiled).alias("unknown"),
        f.lit(compiled.policy.id).alias("policy"),
        f.lit(compiled.as_of).alias("as_of"),
    )


def _ids(mask: str, compiled: CompiledPolicy) -> "Column":
    """The `;`-separated ids of the clauses in a mask."""
    from pyspark.sql import functions as f

    def named(clause: str, bit: int) -> "Column":
        return f.when(f.col(mask).bitwiseAND(f.lit(signed(1 << bit))) != 0, f.lit(clause))

    return f.concat_ws(";", *(named(clause.id, clause.bit) for clause in compiled.clauses))


def totals(typed: "DataFrame") -> dict[HouseholdType, int]:
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
