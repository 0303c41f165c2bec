"""docker-compose.yml as processes: started three times, a worker killed, the broker wiped, and nothing done by hand."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.compose.compose_file import read
from tests.compose.secrets import trial_secrets

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"


def test_a_missing_secret_stops_the_start() -> None:
    secrets = trial_secrets()
    del secrets["MINGLU_TYPING_DATABASE_PASSWORD"]
    with pytest.raises(KeyError, match="MINGLU_TYPING_DATABASE_PASSWORD"):
        read(FILE, secrets)


def test_what_the_trial_does_not_carry_out_is_noticed(tmp_path: Path) -> None:
    other = tmp_path / "docker-compose.yml"
    other.write_text(FILE.read_text("utf-8").replace("shm_size:", "oom_score_adj:"))
    with pytest.raises(AssertionError, match="oom_score_adj"):
        read(other, trial_secrets())


@pytest.mark.kafka
@pytest.mark.containers
def test_three_starts_a_killed_worker_and_a_wiped_broker_lose_nothing() -> None:
    """The small size: typing and recognition; `make compose-test` carries out the whole file."""
    trial = [sys.executable, "-m", "tests.compose", "--size", "small"]
    done = subprocess.run(trial, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "the broker comes back empty" in done.stdout
