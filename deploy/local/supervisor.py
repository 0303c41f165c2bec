"""Keeps child processes running: each has a log file, is started again when it ends, ends with its parent.

A child that ends is started again after a pause that doubles from half a second to half a minute and starts
small again once the child has lived a minute. Children form sessions of their own, so that Ctrl-C reaches only
the supervisor, which stops them in the reverse order of their start. When the supervisor itself is killed,
Linux interrupts the children (``deploy.local.unprivileged`` asks for it); what is left over all the same is
ended at the next start.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import structlog

from deploy.local import unprivileged
from deploy.local.data_directory import write_private

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Program:
    """A child process: its name (also of its log file), command and environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass
class Child:
    """A program that is being kept running."""

    program: Program
    log_file: Path
    process: asyncio.subprocess.Process | None = None
    keeper: asyncio.Task[None] | None = None
    crashes: int = 0
    stopping: bool = False


class Supervisor:
    """Starts programs in order, keeps them running, stops them in the reverse order."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.children: dict[str, Child] = {}

    async def start(self, program: Program) -> Child:
        """Start a program and keep it running until ``stop``."""
        child = Child(program, self.logs / f"{program.name}.log")
        self.children[program.name] = child
        await self._launch(child)
        child.keeper = asyncio.create_task(self._keep(child))
        return child

    async def stop(self) -> None:
        """Ask each child to end, the last started first; one that will not is killed after a while."""
        for child in reversed(self.children.values()):
            child.stopping = True
            if child.keeper is not None:
                child.keeper.cancel()
                await asyncio.gather(child.keeper, return_exceptions=True)
            await self._end(child)
        self.children.clear()
        self._pid_file.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End the children of a supervisor that was killed and could not do so itself."""
        if not self._pid_file.exists():
            return
        for pid, started in json.loads(self._pid_file.read_text(encoding="ascii")):
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                if abs(process.create_time() - started) < 1:
                    process.kill()
                    process.wait(STOP_SECONDS)
        self._pid_file.unlink()

    @property
    def _pid_file(self) -> Path:
        return self.logs / "processes.json"

    async def _keep(self, child: Child) -> None:
        pause = FIRST_PAUSE
        while not child.stopping:
            began = time.monotonic()
            code = await child.process.wait() if child.process is not None else None
            child.crashes += 1
            if time.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE
            log.warning("child_ended", name=child.program.name, code=code, again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                await self._launch(child)
            except OSError as error:  # no disk, no memory: tried again after the next pause
                log.warning("child_not_started", name=child.program.name, error=error.strerror)
                child.process = None

    async def _launch(self, child: Child) -> None:
        with child.log_file.open("ab") as output:
            child.process = await asyncio.create_subprocess_exec(
                *tied_to_parent(child.program.command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **child.program.environment},
                start_new_session=True,
            )
        self._note_pids()

    def _note_pids(self) -> None:
        """Which processes run, with the time each began: a pid alone may later be somebody else's."""
        running = []
        for child in self.children.values():
            if child.process is not None and child.process.returncode is None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    running.append((child.process.pid, psutil.Process(child.process.pid).create_time()))
        write_private(self._pid_file, json.dumps(running))

    async def _end(self, child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            log.warning("child_killed", name=child.program.name)
            process.kill()
            await process.wait()


def tied_to_parent(command: tuple[str, ...]) -> list[str]:
    """The command as a child that Linux interrupts when this process ends, however it ends."""
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", unprivileged.__file__, "-", "-", str(os.getpid()), *command]
