"""Typing a frozen snapshot, both masks: the engine against a hand-written statement with one mask, and with both.

The plain way opens a connection and copies one SELECT over the same file into another; its types and masks must be
the engine's, household by household.
"""

import tempfile
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from benchmarks.by_hand.zhengzhou import TRUE_MASK, UNKNOWN_MASK, type_case
from benchmarks.harness import Measurement, Size, in_turn
from services.typing.engine.offline import checked_folder, delivered_feeds
from services.typing.engine.snapshot import freeze
from services.typing.engine.snapshot_typing import type_snapshot
from shared.feeds.sample.writing import write_sample
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.reader.loading import load_policy

AS_OF = date(2026, 7, 15)
ONE, BOTH = {"true_mask": TRUE_MASK}, {"true_mask": TRUE_MASK, "unknown_mask": UNKNOWN_MASK}
CLAIMS = (
    ("one hand-written statement on the same snapshot, type and one mask", ONE, 1.2),
    ("one hand-written statement that evaluates every clause as we do, type and both masks", BOTH, 1.1),
)
"""What is claimed, the masks that the plain way writes, the goal."""


def measure(size: Size) -> list[Measurement]:
    """Seconds to type and write the results of a snapshot."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        snapshot = frozen(folder, size.households)
        compiled = compile_policy(load_policy("zhengzhou-2025"), AS_OF)
        engine, plain = folder / "results.parquet", folder / "by_hand.parquet"
        found = []
        for claim, masks, limit in CLAIMS:
            ours, theirs = in_turn(
                lambda: type_snapshot(snapshot, compiled, engine),
                partial(by_hand, snapshot, plain, masks),
                size.rounds,
            )
            assert_same(engine, plain, masks)
            found.append(Measurement(claim, ours, theirs, limit))
    return found


def frozen(folder: Path, households: int) -> Path:
    """A snapshot with a number of sample households."""
    feeds, snapshot = folder / "feeds", folder / "snapshot.parquet"
    feeds.mkdir()
    write_sample(feeds, region="4101", households=households, seed=1, today=AS_OF)
    checked = checked_folder(feeds, AS_OF, folder)
    with checked.con:
        freeze(checked.con, delivered_feeds(checked), AS_OF, snapshot)
    return snapshot


def by_hand(snapshot: Path, out: Path, masks: dict[str, str]) -> None:
    """The plain way."""
    kind = type_case("0", "1", "2", "3", "4", "5")
    columns = ", ".join(f"({sql})::UBIGINT AS {name}" for name, sql in masks.items())
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT uscc, region_code, ({kind})::TINYINT AS type, {columns} "
            f"FROM read_parquet('{snapshot}')) TO '{out}' (FORMAT parquet)"
        )


def assert_same(engine: Path, plain: Path, masks: dict[str, str]) -> None:
    """Both typed every household alike."""
    other = " OR ".join(f"e.{name} <> p.{name}" for name in masks)
    with duckdb.connect() as con:
        ((different, both),) = con.execute(
            f"SELECT count(*) FILTER (e.type <> p.type OR {other}), count(*) "
            f"FROM read_parquet('{engine}') e JOIN read_parquet('{plain}') p USING (uscc)"
        ).fetchall()
        ((rows,),) = con.execute(f"SELECT count(*) FROM read_parquet('{plain}')").fetchall()
    assert (different, both) == (0, rows), f"{different} of {both} households differ, {rows} by hand"
