"""Children are kept running, end in order, and never outlive the supervisor."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from deploy.local import supervisor as module
from deploy.local.supervisor import Program, Supervisor

ROOT = Path(module.__file__).parents[2]
SLEEPS = "import time; time.sleep(600)"
TELLS_WHEN_ASKED_TO_END = """
import pathlib, signal, sys, time
def end(*_):
    with pathlib.Path(sys.argv[1]).open("a") as file:
        file.write(sys.argv[2] + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
time.sleep(600)
"""
IGNORES_BEING_ASKED = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(600)
"""
SUPERVISES_ONE = """
import asyncio, pathlib, sys
from deploy.local.supervisor import Program, Supervisor
async def main():
    child = await Supervisor(pathlib.Path(sys.argv[1])).start(
        Program("child", (sys.executable, "-c", "import time; time.sleep(600)"), {})
    )
    print(child.process.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def python(name: str, script: str, *arguments: str) -> Program:
    """A child that runs a script."""
    return Program(name, (sys.executable, "-c", script, *arguments), {})


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    """A supervisor that leaves nothing running."""
    supervisor = Supervisor(tmp_path)
    yield supervisor
    await supervisor.stop()


async def until(true: object, seconds: float = 20) -> None:
    """Wait until a condition holds; fails the test when it never does."""
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.02)


async def test_a_killed_child_is_started_again(supervisor: Supervisor) -> None:
    child = await supervisor.start(python("sleeper", SLEEPS))
    assert child.process is not None
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.process is not None and child.process.pid != first)
    assert child.process.returncode is None
    assert child.crashes == 1


async def test_a_child_that_keeps_ending_is_tried_less_and_less_often(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", note)
    child = await supervisor.start(python("broken", "raise SystemExit(1)"))
    await until(lambda: child.crashes >= 4)
    first = module.FIRST_PAUSE
    assert [pause for pause in pauses if pause >= first][:3] == [first, 2 * first, 4 * first]


async def test_children_end_in_the_reverse_order_of_their_start(supervisor: Supervisor, tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    for name in ("first", "second", "third"):
        await supervisor.start(python(name, TELLS_WHEN_ASKED_TO_END, str(ended), name))
        await until(lambda name=name: "up" in (tmp_path / f"{name}.log").read_text())
    await supervisor.stop()
    assert ended.read_text().split() == ["third", "second", "first"]


async def test_a_child_that_will_not_end_is_killed(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.3)
    child = await supervisor.start(python("stubborn", IGNORES_BEING_ASKED))
    await until(lambda: "up" in (tmp_path / "stubborn.log").read_text())
    await supervisor.stop()
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
async def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISES_ONE, str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = psutil.Process(int(await parent.stdout.readline()))
    assert "time.sleep(600)" in " ".join(child.cmdline())
    parent.kill()
    await parent.wait()
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(tmp_path: Path) -> None:
    left, stranger = (subprocess.Popen([sys.executable, "-c", SLEEPS]) for _ in range(2))
    try:
        began = psutil.Process(left.pid).create_time()
        noted = [[left.pid, began], [stranger.pid, began - 1000]]
        (tmp_path / "processes.json").write_text(json.dumps(noted))
        Supervisor(tmp_path).end_leftovers()
        assert not psutil.pid_exists(left.pid)
        assert stranger.poll() is None, "a process that merely got the same number must live"
        assert not (tmp_path / "processes.json").exists()
    finally:
        for process in (left, stranger):
            process.kill()
            process.wait()
