"""What is received in memory alone: read by its path like a file, gone with the block, or with the process."""

import os
import subprocess
import sys
from pathlib import Path

from shared.file_store import memory_file

KILLED = """
import os, signal, sys
from pathlib import Path
from shared.file_store import memory_file
with memory_file(Path(sys.argv[1])):
    Path(sys.argv[1]).write_bytes(b"13912345678")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_is_read_by_its_path_and_gone_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "contact.csv"
    with memory_file(file):
        file.write_bytes(b"content")
        assert (file.is_file(), file.suffix, file.read_bytes()) == (True, ".csv", b"content")
        assert Path(os.readlink(file)).is_relative_to("/proc")  # noqa: PTH115 - what the link says, not where it leads
    assert list(tmp_path.iterdir()) == []


def test_of_a_killed_process_only_a_link_that_leads_nowhere_is_left(tmp_path: Path) -> None:
    file = tmp_path / "contact.csv"
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(file)], check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    assert ended.returncode < 0
    assert file.is_symlink()
    assert not file.exists()
