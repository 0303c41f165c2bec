"""`minglu type` as a complete command from raw Parquet feeds, against two hand-written DuckDB scripts.

Every run is a process of its own, imports included. The first script joins the same feeds and validates nothing; the
second also checks codes, duplicate keys and unknown households, writes the same columns and a table of
rejects. All three must give every household the same type; the last two the same clauses.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.harness import Measurement, Size
from shared.feeds.sample.writing import write_sample

ROOT = Path(__file__).parents[1]
MINGLU = Path(sys.executable).with_name("minglu")
AS_OF = date(2026, 7, 15)
MEMORY_MB = 2_000


def measure(size: Size) -> list[Measurement]:
    """Seconds of the command; its memory is in the notes."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        feeds = sample(folder, size.households)
        commands = commands_for(feeds, folder)
        ran: dict[str, list[float]] = {name: [] for name in commands}
        for command in commands.values():
            spawn(command)
        for turn in range(size.rounds):
            for name in sorted(commands, reverse=bool(turn % 2)):
                ran[name].append(spawn(commands[name]))
        assert_same(folder)
        notes = [f"most memory {memory_of(commands['minglu']):,.0f} MB at {size.households:,} households"]
    return [
        compared("a hand-written script that joins the same feeds and validates nothing", ran, "join_only", 2.5, notes),
        compared("one that also checks codes, keys and households, same columns", ran, "join_and_check", 1.5, []),
    ]


def compared(claim: str, ran: dict[str, list[float]], script: str, limit: float, notes: list[str]) -> Measurement:
    """Ours against one of the scripts."""
    return Measurement(claim, ran["minglu"], ran[script], limit, notes=notes)


def sample(folder: Path, households: int) -> Path:
    """Sample feeds with a number of households."""
    feeds = folder / f"feeds-{households}"
    feeds.mkdir()
    write_sample(feeds, region="4101", households=households, seed=1, today=AS_OF)
    return feeds


def commands_for(feeds: Path, folder: Path) -> dict[str, list[str]]:
    """The three command lines."""
    ours = [str(MINGLU), "type", "--policy", "zhengzhou-2025", "--as-of", AS_OF.isoformat()]
    scripts = {
        name: [sys.executable, "-m", f"benchmarks.by_hand.{name}", str(feeds), str(folder / f"{name}.parquet")]
        for name in ("join_only", "join_and_check")
    }
    return {"minglu": [*ours, "--feeds", str(feeds), "--out", str(folder / "minglu.parquet")], **scripts}


def spawn(command: list[str]) -> float:
    """Wall time of a process, in seconds."""
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def memory_of(command: list[str]) -> float:
    """Most resident memory of a process in MB, asked of a small parent: a child begins with its parent's figure."""
    parent = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command_line = [sys.executable, "-c", parent, *command]
    ended = subprocess.run(command_line, cwd=ROOT, capture_output=True, text=True, check=True)
    return int(ended.stdout) / 1024


def assert_same(folder: Path) -> None:
    """The scripts typed every household as the command did; the second spelled the same clauses."""
    ours = f"read_parquet('{folder / 'minglu.parquet'}')"
    with duckdb.connect() as con:
        for script, spelled in (
            ("join_only", ""),
            ("join_and_check", "OR o.clauses <> s.clauses OR o.unknown <> s.unknown"),
        ):
            ((different, both, all_of_ours),) = con.execute(
                f"SELECT count(*) FILTER (o.type <> s.type {spelled}), count(*), (SELECT count(*) FROM {ours}) "
                f"FROM {ours} o JOIN read_parquet('{folder / script}.parquet') s USING (uscc)"
            ).fetchall()
            assert (different, both) == (0, all_of_ours), f"{script}: {different} of {both} differ from {all_of_ours}"


def growth(sizes: tuple[int, ...], tell: Callable[[str], object]) -> None:
    """Seconds and memory at several sizes, one after another: is the growth linear, and memory below the limit?"""
    for households in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            feeds = sample(Path(temporary), households)
            command = commands_for(feeds, Path(temporary))["minglu"]
            seconds = spawn(command)
            megabytes = memory_of(command)
        within = "within" if megabytes < MEMORY_MB else "above"
        tell(
            f"{households:,}: {seconds:.1f} s, {households / seconds:,.0f} a second, "
            f"{megabytes:,.0f} MB ({within} the limit)"
        )


if __name__ == "__main__":
    growth(tuple(int(argument) for argument in sys.argv[1:]) or (1_000_000, 2_000_000, 4_000_000, 8_000_000), print)
