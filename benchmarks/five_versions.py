"""Five versions of the law over one frozen snapshot, against one of them: type and masks, one scan either way.

The versions are Zhengzhou's with every number of the law moved, which leaves the least to share: only its defects have
the same conditions. The five are typed and written in one pass and compared by county; the one is typed and written as
a run does it. Every household must have the same under a version in the pass of five as alone.
"""

import tempfile
from pathlib import Path

import duckdb

from benchmarks.harness import Measurement, Size, in_turn
from benchmarks.typing_statement import AS_OF, frozen
from services.typing.engine.comparison import type_versions, version_changes
from services.typing.engine.snapshot_typing import type_snapshot
from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.language.units import Unit
from shared.law.reader.loading import load_policy

VERSIONS = 5


def measure(size: Size) -> list[Measurement]:
    """Seconds to type five versions and one, and seconds to do so and to count who changes."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        snapshot, versions = frozen(folder, size.households), five()
        many, one = folder / "five.parquet", folder / "one.parquet"
        typed = in_turn(
            lambda: type_versions(snapshot, versions, many),
            lambda: type_snapshot(snapshot, versions.compiled[-1], one),
            size.rounds,
        )
        compared = in_turn(
            lambda: compare(snapshot, versions, many),
            lambda: type_snapshot(snapshot, versions.compiled[-1], one),
            size.rounds,
        )
        assert_same(many, one, versions, VERSIONS - 1)
    conditions = len({clause.bound for law in versions.compiled for clause in law.clauses})
    notes = [f"{conditions} distinct conditions in the five, {len(versions.compiled[0].clauses)} clauses in one"]
    return [
        Measurement("one version on the same snapshot, type and both masks", *typed, 2.2, notes=notes),
        Measurement("one version on the same snapshot; the five with their four change matrices", *compared, 2.2),
    ]


def five() -> PooledPolicies:
    """Zhengzhou's law, and four drafts of it in which every number is another."""
    return PooledPolicies([version(step) for step in range(VERSIONS)])


def version(step: int) -> CompiledPolicy:
    """The policy with each number raised by a number of units (amounts: by that many tenths)."""
    parameters = load_policy("zhengzhou-2025").parameters.values()
    settings = {}
    for one in parameters:
        number = one.on(AS_OF)
        if isinstance(number, int):
            settings[one.name] = str(number // 1000 * (10 + step) if one.unit == Unit.YUAN else number + step)
    return compile_policy(load_policy("zhengzhou-2025", settings=settings), AS_OF)


def compare(snapshot: Path, versions: PooledPolicies, out: Path) -> None:
    """Type all versions and count who changes from the first to each of the others."""
    type_versions(snapshot, versions, out)
    with duckdb.connect() as con:
        for number in range(1, VERSIONS):
            version_changes(con, f"read_parquet('{out}')", number)


def assert_same(many: Path, one: Path, versions: PooledPolicies, number: int) -> None:
    """The pass of five gave every household what the version alone gives it."""
    masks = ", ".join(f"m.{column}" for column in versions.mask_columns)
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT o.type, o.true_mask, o.unknown_mask, m.type_{number}, {masks}, count(*) "
            f"FROM read_parquet('{many}') m JOIN read_parquet('{one}') o USING (uscc) GROUP BY ALL"
        ).fetchall()
        ((households,),) = con.execute(f"SELECT count(*) FROM read_parquet('{one}')").fetchall()
    columns = (f"type_{number}", *versions.mask_columns)
    for *alone, kind_and_masks in ((*row[:3], row[3:-1]) for row in rows):
        assert versions.outcome(number, dict(zip(columns, kind_and_masks, strict=True))) == tuple(alone), alone
    assert sum(row[-1] for row in rows) == households
