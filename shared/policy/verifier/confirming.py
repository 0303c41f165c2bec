"""Runs every witness through the engine: the Python function, and one DuckDB query over all of them.

A proof is only as good as the compiler behind it. What the engine does not type as the proof says is an error of
this program, and nothing of the verification is shown.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from shared.policy.compiled import CompiledPolicy
from shared.policy.facts import COLUMNS, FACTS, Kind
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.verifier.findings import Witness


class NotConfirmed(RuntimeError):
    """The engine types a household otherwise than the proof says."""


def confirm(witnesses: Sequence[Witness]) -> None:
    """Both compilers give every witness the outcome that was proved. Errors: NotConfirmed."""
    in_bulk = _typed_in_bulk(witnesses)
    for witness, typed in zip(witnesses, in_bulk, strict=True):
        one = witness.compiled.type_one(witness.facts)
        if not witness.outcome == one == typed:
            raise NotConfirmed(
                f"{witness.compiled.policy.id}: proved {witness.outcome}, Python {one}, DuckDB {typed}: {witness.facts}"
            )


def _typed_in_bulk(witnesses: Sequence[Witness]) -> list[Outcome]:
    """The outcomes by DuckDB, in order: the witnesses of each policy by its own statement, all in one query."""
    if not witnesses:
        return []
    policies: dict[int, tuple[CompiledPolicy, list[int]]] = {}
    for number, witness in enumerate(witnesses):
        policies.setdefault(id(witness.compiled), (witness.compiled, []))[1].append(number)
    with duckdb.connect(config={"threads": 1}) as con:
        con.register("witnesses", _table(witnesses))
        parts = [
            compiled.duckdb_query(columns=("number",), relation=_of(numbers)) for compiled, numbers in policies.values()
        ]
        rows = con.execute(f"FROM ({' UNION ALL '.join(parts)}) ORDER BY number").fetchall()
    return [Outcome(HouseholdType(kind), true, unknown) for _, kind, true, unknown in rows]


def _of(numbers: Sequence[int]) -> str:
    return f"(FROM witnesses WHERE number IN ({', '.join(map(str, numbers))}))"


def _table(witnesses: Sequence[Witness]) -> pa.Table:
    """The households as an Arrow table in the snapshot's types, numbered."""
    types = {Kind.MONEY: pa.int64(), Kind.COUNT: pa.int64(), Kind.DATE: pa.date32(), Kind.FLAG: pa.bool_()}
    kinds = {column: fact.kind for fact in FACTS.values() for column in fact.columns}
    columns = {
        column: pa.array([one.facts[column] for one in witnesses], types.get(kinds[column], pa.string()))
        for column in COLUMNS
    }
    return pa.table({"number": pa.array(range(len(witnesses)), pa.int32()), **columns})
