"""Verifies a policy on a day: answers every question, and has the engine confirm every household found.

A proof is only as good as the compiler behind it, so every witness is typed by the Python function and by one DuckDB
query over all of them. A witness that the engine types differently from the proof is an error of this program, and
nothing of the verification is shown.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date

import duckdb
import pyarrow as pa
import z3

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.explain.alternative_readings import AlternativeReading, alternative_readings
from shared.law.language.facts import COLUMNS, FACTS, FactKind
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.model.policy import Policy
from shared.law.verifier.anomalies import find_gaps, find_idle_clauses, find_overlaps, find_unset_parameters
from shared.law.verifier.boundaries import find_boundaries
from shared.law.verifier.comparison import ReadingComparison, compare_policies
from shared.law.verifier.findings import Finding, Verification, Witness
from shared.law.verifier.search import Search
from shared.law.verifier.z3_compiler import SymbolicPolicy

_one_at_a_time = threading.Lock()
"""z3's context may be used by one thread at a time, while Python may free its objects in any thread."""
z3.Z3_enable_concurrent_dec_ref(z3.main_ctx().ref())


def verify(compiled: CompiledPolicy, against: CompiledPolicy | None = None) -> Verification:
    """All findings about a policy on its day, and how another policy for the same day types differently.

    Errors: SolverGaveUp when z3 gives up, CrossCheckFailed when the engine types a household differently from the
    proof.
    """
    began = time.perf_counter()
    others = alternative_readings(compiled)
    with _one_at_a_time:
        search = Search.over([compiled, *(reading.compiled for reading in others), *([against] if against else [])])
        policy = SymbolicPolicy(compiled, search.compiler)
        findings = [*_findings_of_policy(policy, search), *_findings_of_readings(policy, others, search)]
        if against is not None:
            findings += compare_policies(policy, SymbolicPolicy(against, search.compiler), search)
        baseline = search.smallest()
    cross_check([witness for finding in findings for witness in finding.witnesses])
    return Verification(compiled, tuple(findings), baseline or {}, time.perf_counter() - began)


def verify_later(compiled: CompiledPolicy) -> tuple[Finding, ...]:
    """Gaps, clauses without effect and overlaps on a later day, when a number has changed; errors as `verify`."""
    with _one_at_a_time:
        search = Search.over([compiled])
        policy = SymbolicPolicy(compiled, search.compiler)
        findings = (*find_gaps(policy, search), *find_unset_parameters(policy), *find_idle_clauses(policy, search))
        findings += tuple(find_overlaps(policy, search))
    cross_check([witness for finding in findings for witness in finding.witnesses])
    return findings


def days_of_change(policy: Policy, after: date) -> tuple[date, ...]:
    """The later days, within the policy's dates, on which a number of any part of the policy changes."""
    days = {dated.since for parameter in policy.every_parameter() for dated in parameter.values}
    return tuple(sorted(day for day in days if day > after and policy.in_force_on(day)))


def _findings_of_policy(policy: SymbolicPolicy, search: Search) -> Iterator[Finding]:
    yield from find_gaps(policy, search)
    yield from find_unset_parameters(policy)
    yield from find_idle_clauses(policy, search)
    yield from find_overlaps(policy, search)
    yield from find_boundaries(policy, search)


def _findings_of_readings(
    policy: SymbolicPolicy, others: Sequence[AlternativeReading], search: Search
) -> Iterator[Finding]:
    readings = ReadingComparison(policy, search)
    for alternative in others:
        yield from readings.findings(alternative, SymbolicPolicy(alternative.compiled, search.compiler))


class CrossCheckFailed(RuntimeError):
    """The engine types a household differently from the proof."""


def cross_check(witnesses: Sequence[Witness]) -> None:
    """CrossCheckFailed unless both compilers give every witness the outcome that was proved."""
    in_bulk = _typed_in_bulk(witnesses)
    for witness, typed in zip(witnesses, in_bulk, strict=True):
        by_function = witness.compiled.type_one(witness.facts)
        if not witness.outcome == by_function == typed:
            raise CrossCheckFailed(
                f"{witness.compiled.policy.id}: proved {witness.outcome}, Python {by_function}, "
                f"DuckDB {typed}: {witness.facts}"
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
            compiled.duckdb_query(columns=("number",), relation=_subset(numbers))
            for compiled, numbers in policies.values()
        ]
        rows = con.execute(f"FROM ({' UNION ALL '.join(parts)}) ORDER BY number").fetchall()
    return [Outcome(HouseholdType(kind), true, unknown) for _, kind, true, unknown in rows]


def _subset(numbers: Sequence[int]) -> str:
    return f"(FROM witnesses WHERE number IN ({', '.join(map(str, numbers))}))"


def _table(witnesses: Sequence[Witness]) -> pa.Table:
    """The households as an Arrow table in the snapshot's types, numbered."""
    types = {
        FactKind.MONEY: pa.int64(),
        FactKind.COUNT: pa.int64(),
        FactKind.DATE: pa.date32(),
        FactKind.FLAG: pa.bool_(),
    }
    kinds = {column: fact.kind for fact in FACTS.values() for column in fact.columns}
    columns = {
        column: pa.array([witness.facts[column] for witness in witnesses], types.get(kinds[column], pa.string()))
        for column in COLUMNS
    }
    return pa.table({"number": pa.array(range(len(witnesses)), pa.int32()), **columns})
