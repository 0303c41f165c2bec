"""Carries docker-compose.yml out with processes: order, health, restarts, `up`, `down`, `kill`, and volumes that stay.

Each container has namespaces of its own for mounts, processes and network, joined by a bridge; together they live in
those of the process that calls this (`python -m tests.compose` makes them), so that nothing outlives it and nothing is
reachable from outside. Memory limits are not enforced.
"""

import ipaddress
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from tests.compose.compose_file import Container
from tests.compose.rootfs import command_of, image_of, start_script

NETWORK = ipaddress.ip_network("10.77.0.0/24")
STOP_SECONDS = 10.0
"""Until SIGKILL, as Docker has it."""
SLOWER = 6.0
"""How many times longer than on a machine of its own everything may take beside other tests."""

CRASH_LOOP = 8
"""Starts of one container while something is waited for"""


class Failed(Exception):
    """A container did not become what the file says; the logs tell why."""


class Running:
    """One container: its network stays, its process is started again as its policy says until it is stopped."""

    def __init__(self, container: Container, address: str, folder: Path) -> None:
        self.container, self.address, self._folder = container, address, folder
        self.log = folder / "logs" / f"{container.name}.log"
        self.starts = 0
        self.code: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Begins, and goes on in a thread of its own."""
        self.code = None
        self._wanted.set()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def stop(self) -> float:
        """The signal that the image asks for, then SIGKILL; how many seconds it took."""
        asked = image_of(self.container).stop
        began = time.monotonic()
        self._wanted.clear()
        self.code = None
        while self._keeper is not None and self._keeper.is_alive():
            waited = time.monotonic() - began
            self.send(asked if waited < STOP_SECONDS else signal.SIGKILL)
            self._keeper.join(0.5 if waited < STOP_SECONDS else None)
        return time.monotonic() - began

    def send(self, number: int) -> None:
        """A signal to the container's first process."""
        with suppress(psutil.NoSuchProcess):
            self.first().send_signal(number)

    def first(self) -> psutil.Process:
        """The container's first process; NoSuchProcess while there is none."""
        process = self._process
        if process is None or process.poll() is not None:
            raise psutil.NoSuchProcess(0)
        children = psutil.Process(process.pid).children()
        if not children:
            raise psutil.NoSuchProcess(process.pid)
        return children[0]

    def healthy(self) -> bool:
        """Does its health check pass now? Without one: does it run?"""
        try:
            first = self.first()
        except psutil.NoSuchProcess:
            return False
        if self.container.health is None:
            return True
        return self.run(self.container.health.test, first.pid).returncode == 0

    def run(self, command: Sequence[str], pid: int | None = None) -> subprocess.CompletedProcess[str]:
        """A command inside, as `docker compose exec` runs it."""
        inside = ["nsenter", f"--target={pid or self.first().pid}", "--net", "--mount", "--pid", "--root"]
        whole = [*inside, *command_of(self.container, command)]
        return subprocess.run(whole, capture_output=True, text=True, check=False, timeout=60 * SLOWER)

    def _keep(self) -> None:
        pause = 0.1
        while self._wanted.is_set():
            self.code = self._run_once()
            if self.container.ends and self.code == 0:
                return
            time.sleep(pause)
            pause = min(pause * 2, 2.0)

    def _run_once(self) -> int:
        self.starts += 1
        script = start_script(self.container, self._folder)
        alone = ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "sh", "-c", script]
        with self.log.open("ab") as log:
            log.write(f"--- start {self.starts}\n".encode())
            log.flush()
            command = ["ip", "netns", "exec", self.container.name, *alone]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            code = self._process.wait()
            log.write(f"--- ended with {code}\n".encode())
            return code


class Project:
    """All containers of the file, or some; what they keep lies in one folder."""

    def __init__(self, containers: Mapping[str, Container], folder: Path, also_called: Mapping[str, str]) -> None:
        """`also_called`: further names of containers, as others know them."""
        self._folder, self._also_called = folder, also_called
        for name in ("volumes", "logs"):
            (folder / name).mkdir(exist_ok=True)
        hosts = list(NETWORK.hosts())
        self.running = {
            name: Running(container, str(hosts[number]), folder)
            for number, (name, container) in enumerate(containers.items(), start=1)
        }
        self._join(str(hosts[0]))

    def up(self) -> None:
        """Starts what does not run, each when what it waits for is as it must be; until all is healthy or completed."""
        waiting = {name: one for name, one in self.running.items() if not self._is_up(one)}

        def start_what_may() -> bool:
            for name, one in list(waiting.items()):
                if all(self._is(other, condition) for other, condition in one.container.after.items()):
                    self._make_volumes(one.container)
                    one.start()
                    del waiting[name]
            return not waiting

        self.until(start_what_may, "every container is started", 180)
        for name, one in self.running.items():
            self._until(name, "service_completed_successfully" if one.container.ends else "service_healthy")

    def down(self) -> dict[str, float]:
        """Stops all, those first that nobody waits for; seconds that each took."""
        return {name: one.stop() for name, one in reversed(self._in_order())}

    def kill(self, name: str) -> None:
        """kill -9 of a container's processes; waits until it is healthy again."""
        starts = self.running[name].starts
        self.running[name].send(signal.SIGKILL)
        self.until(lambda: self.running[name].starts > starts, f"{name} is started again")
        self._until(name, "service_healthy")

    def wipe(self, name: str, volume: str) -> None:
        """A container loses its volume: stopped, emptied; `up` brings it back."""
        self.running[name].stop()
        shutil.rmtree(self._folder / "volumes" / volume)

    def until(self, true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
        """Waits for something to be so; Failed says what never was, or which container ends again and again."""
        deadline = time.monotonic() + seconds * SLOWER
        starts = {name: one.starts for name, one in self.running.items()}
        while not true():
            looping = [name for name, one in self.running.items() if one.starts > starts[name] + CRASH_LOOP]
            if looping or time.monotonic() > deadline:
                why = f"{', '.join(looping)} end again and again" if looping else f"not in {seconds * SLOWER:.0f} s"
                raise Failed(f"{why}: {what}")
            time.sleep(0.5)

    def ends_of_logs(self) -> str:
        """What each container said last."""
        return "\n".join(
            f"== {name}\n{one.log.read_text()[-1500:]}" for name, one in self.running.items() if one.starts
        )

    def _until(self, name: str, condition: str) -> None:
        health = self.running[name].container.health
        self.until(lambda: self._is(name, condition), f"{name}: {condition}", health.patience if health else 60.0)

    def _is(self, name: str, condition: str) -> bool:
        one = self.running[name]
        if condition == "service_completed_successfully":
            return one.code == 0
        return one.healthy() if condition == "service_healthy" else one.starts > 0

    def _in_order(self) -> list[tuple[str, Running]]:
        """What others wait for comes before them."""
        ordered: dict[str, Running] = {}

        def add(name: str, waiting: Collection[str]) -> None:
            assert name not in waiting, f"{name} waits for itself"
            for other in self.running[name].container.after:
                add(other, [*waiting, name])
            ordered.setdefault(name, self.running[name])

        for name in self.running:
            add(name, [])
        return list(ordered.items())

    @staticmethod
    def _is_up(one: Running) -> bool:
        try:
            one.first()
        except psutil.NoSuchProcess:
            return False
        return True

    def _make_volumes(self, container: Container) -> None:
        """A new volume has the owner and the folders that the image has there."""
        owners = image_of(container).owners
        for inside, (name, _) in container.volumes.items():
            volume = self._folder / "volumes" / name
            if name.startswith(".") or volume.exists():
                continue
            owner, folders = owners.get(inside, (0, []))
            for folder in (volume, *(volume / one for one in folders)):
                folder.mkdir()
                os.chown(folder, owner, owner)

    def _join(self, own: str) -> None:
        """One network for all, with names; this process has the first address."""
        lines = ["127.0.0.1 localhost", *(f"{one.address} {name}" for name, one in self.running.items())]
        lines += [f"{self.running[name].address} {alias}" for alias, name in self._also_called.items()]
        (self._folder / "hosts").write_text("\n".join([*lines, ""]))
        _ip("link", "set", "lo", "up")
        _ip("link", "add", "inside", "type", "bridge")
        _ip("addr", "add", f"{own}/{NETWORK.prefixlen}", "dev", "inside")
        _ip("link", "set", "inside", "up")
        for number, (name, one) in enumerate(self.running.items()):
            _ip("netns", "add", name)
            _ip("link", "add", f"veth{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", f"veth{number}", "master", "inside", "up")
            _ip("-n", name, "addr", "add", f"{one.address}/{NETWORK.prefixlen}", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", name, "link", "set", device, "up")


def _ip(*words: str) -> None:
    command = ["ip", *words]
    subprocess.run(command, check=True, capture_output=True)
