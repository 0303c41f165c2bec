"""T1 at the engine: a run killed anywhere, any number of times, ends with the digest of an undisturbed one."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.unit.typing.engine.population import populate

KILLS = max(6, int(os.environ.get("MINGLU_TEST_KILLS", "30")) // 5)
HOUSEHOLDS = 80_000
LONGEST = 120

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evidence") / "evidence.duckdb"
    with duckdb.connect(str(path)) as con:
        populate(con, HOUSEHOLDS)
    return path


def start(directory: Path, evidence: Path, *manner: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.typing_process", str(directory), str(evidence), *manner]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def digest_of(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, errors
    return out.strip()


@pytest.fixture(scope="module")
def undisturbed(evidence: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, float]:
    """The digest of a run that nobody kills, and how long it took."""
    began = time.monotonic()
    digest = digest_of(start(tmp_path_factory.mktemp("undisturbed"), evidence))
    return digest, time.monotonic() - began


def appears(directory: Path, pattern: str) -> Callable[[], bool]:
    return lambda: any(directory.glob(pattern))


def kill_when(process: subprocess.Popen[str], reached: Callable[[], bool]) -> bool:
    """Kill the process when a point is reached; False when it ended before."""
    deadline = time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < deadline:
        if reached():
            process.kill()
            process.communicate()
            return True
        time.sleep(0.001)
    process.communicate()
    return False


def assert_visible_files_are_whole(directory: Path) -> None:
    for name in ("snapshot.parquet", "results.parquet"):
        if (directory / name).exists():
            assert pq.read_table(directory / name).num_rows > HOUSEHOLDS * 0.9


POINTS = {
    "while the snapshot is written": ".snapshot.parquet.*.part",
    "when the snapshot is there": "snapshot.parquet",
    "while the results are written": ".results.parquet.*.part",
    "when the results are there": "results.parquet",
}


def test_killed_at_every_named_point_and_begun_again(
    tmp_path: Path, evidence: Path, undisturbed: tuple[str, float]
) -> None:
    for point, pattern in POINTS.items():
        assert kill_when(start(tmp_path, evidence), appears(tmp_path, pattern)), point
        assert_visible_files_are_whole(tmp_path)
    assert digest_of(start(tmp_path, evidence)) == undisturbed[0]
    assert not list(tmp_path.glob(".*.part"))


def test_killed_at_random_again_and_again(tmp_path: Path, evidence: Path, undisturbed: tuple[str, float]) -> None:
    digest, duration = undisturbed
    moments = random.Random(20260715)
    killed = 0
    for number in range(KILLS):
        directory = tmp_path / str(number // 3)
        directory.mkdir(exist_ok=True)
        process = start(directory, evidence)
        moment = time.monotonic() + moments.uniform(0.1, duration)
        if kill_when(process, lambda moment=moment: time.monotonic() >= moment):  # type: ignore[misc]  # bound now
            killed += 1
        else:
            duration *= 0.8  # the machine was busier when it was measured
        assert_visible_files_are_whole(directory)
    assert killed > KILLS // 3
    for directory in tmp_path.iterdir():
        assert digest_of(start(directory, evidence)) == digest


def test_a_careless_writer_is_caught(tmp_path: Path, evidence: Path, undisturbed: tuple[str, float]) -> None:
    """The naive variant of T1: begun again, it takes the half-written snapshot for a whole one."""
    assert kill_when(start(tmp_path, evidence, "careless"), appears(tmp_path, "snapshot.parquet"))
    again = start(tmp_path, evidence, "careless")
    out, _ = again.communicate(timeout=LONGEST)
    assert again.returncode != 0 or out.strip() != undisturbed[0]
