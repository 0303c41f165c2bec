"""Work on untrusted files, each piece in a child process of its own: what kills it or runs too long ends nothing else.

    answer = RUNNER.run("shared.feeds.intake.checking:check_file", request, limits=Limits(memory=2 << 30))

The first call starts a server process with an empty environment and no descriptor of ours. It imports what the work
needs once and forks a child per piece of work, which costs milliseconds. A child has limits of memory, processor time
and time, is preferred when the machine runs out of memory, leaves no core dump, and dies with its server, which dies
with us. What it gives back is JSON: a child that has been taken over cannot make us run anything.
"""

import gc
import importlib
import json
import os
import pickle
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import structlog

from shared.allocator import FEW_ARENAS

log = structlog.get_logger()

LARGEST_FRAME = 1 << 28
"""Bytes of one message of a child."""
NICENESS = 5
"""Requests come before the reading of files."""
SET_DEATH_SIGNAL, NO_NEW_PRIVILEGES = 1, 38
"""Of prctl(2)."""
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",  # no thread may run when the server forks
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    **FEW_ARENAS,  # what they reserve counts against the limit
}
Answer = Callable[[Any], Any]


@dataclass(frozen=True)
class Limits:
    """What a child may use: bytes of memory beyond what it starts with, seconds of processor time, seconds."""

    memory: int = 2 << 30
    processor: int = 60
    seconds: float = 600.0


class ChildEndedError(Exception):
    """The child died, or was ended because it reached a limit."""


class ChildFailedError(Exception):
    """The work raised an error that was not expected; `kind` is its class, `where` the line."""

    def __init__(self, kind: str, where: str) -> None:
        super().__init__(f"{kind} at {where}")
        self.kind, self.where = kind, where


class Runner:
    """Runs functions in children of one server process, which is started when first needed, and again if it dies.

    Thread-safe; every call blocks a thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def run(
        self,
        function: str,
        *arguments: object,
        limits: Limits,
        expected: Sequence[type[Exception]] = (),
        answer: Answer | None = None,
        files: Sequence[int] = (),
    ) -> Any:  # noqa: ANN401 - what JSON holds
        """What `module:function` returns for the arguments, as JSON. Errors of `expected` classes (made of one text)
        are raised as they are. `answer` answers what the function asks (its first argument, `ask`); `files` are
        descriptors that the child gets under the same order (`ask.files`). ChildEndedError, ChildFailedError.
        """
        ours, childs = socket.socketpair()
        with ours:
            with childs:
                self._send(function, childs, files)
            ours.settimeout(limits.seconds)
            try:
                return _converse(ours, pickle.dumps((limits, arguments)), limits, expected, answer)
            except (OSError, EOFError, ValueError) as error:  # closed, too late, or no JSON
                log.warning("confined_work_ended", function=function, error=type(error).__name__, detail=str(error))
                raise ChildEndedError(str(error)) from error

    def _send(self, function: str, childs: socket.socket, files: Sequence[int]) -> None:
        with self._lock:
            for attempt in (1, 2):
                if self._process != os.getpid() or self._server is None or self._server.poll() is not None:
                    self._start()
                assert self._control is not None  # noqa: S101 - started
                try:
                    socket.send_fds(self._control, [function.encode()], [childs.fileno(), *files])
                except OSError:
                    if attempt == 2:
                        raise
                    self.close()
                else:
                    return

    def _start(self) -> None:
        if self._process == os.getpid():
            self.close()
        self._process = os.getpid()  # after a fork the server is our parent's
        self._control, servers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        places = [str(Path(place).absolute()) for place in sys.path]
        program = f"import sys; sys.path[:] = {places!r}; from {__name__} import serve; serve({servers.fileno()})"
        with servers:
            self._server = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-I", "-S", "-c", program],
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what a library says as it dies may quote the file
                pass_fds=[servers.fileno()],
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us: we end it
            )

    def close(self) -> None:
        """Ends the server, and with it whatever its children do."""
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            self._server.kill()
            self._server.wait()
        self._control = self._server = None


RUNNER = Runner()
"""The process's own."""


def _converse(
    ours: socket.socket, request: bytes, limits: Limits, expected: Sequence[type[Exception]], answer: Answer | None
) -> Any:  # noqa: ANN401 - what JSON holds
    """The request, then questions and answers until the result comes."""
    ends = time.monotonic() + limits.seconds
    _write(ours, request)
    while True:
        ours.settimeout(max(0.001, ends - time.monotonic()))
        message = json.loads(_read(ours))
        match message:
            case {"result": result}:
                return result
            case {"ask": question} if answer is not None:
                _write(ours, json.dumps(answer(question)).encode())
            case {"error": str(kind), "text": str(text), "where": str(where)}:
                for known in expected:
                    if kind == known.__name__:
                        raise known(text)
                if kind == MemoryError.__name__:
                    raise EOFError(kind)
                raise ChildFailedError(kind, where)
            case {"ended": status}:
                raise EOFError(f"status {status}")
            case _:
                raise ValueError("an unknown message")


class Ask:
    """The child's side of the conversation: a question to the parent; `files`: the descriptors that were passed."""

    def __init__(self, parent: socket.socket, files: Sequence[int]) -> None:
        self._parent, self.files = parent, files

    def __call__(self, question: object) -> Any:  # noqa: ANN401 - what JSON holds
        """The parent's answer."""
        _write(self._parent, json.dumps({"ask": question}).encode())
        return json.loads(_read(self._parent))


def serve(control: int) -> None:
    """The server process: forks a child for every request until its parent has gone."""
    children: dict[int, tuple[int, socket.socket]] = {}
    waiting = select.poll()
    waiting.register(control, select.POLLIN)
    with socket.socket(fileno=control) as requests:
        while True:
            for ready, event in waiting.poll():
                if ready == control:
                    function, passed, _, _ = socket.recv_fds(requests, 4096, 16)
                    if not function:
                        return
                    _begin(function.decode(), passed, children, waiting)
                elif ready in children:
                    _end(ready, children, waiting)
                elif event & (select.POLLHUP | select.POLLERR):
                    _kill_child_of(ready, children, waiting)


def _begin(
    function: str, passed: list[int], children: dict[int, tuple[int, socket.socket]], waiting: select.poll
) -> None:
    """Forks the child; the server keeps a copy of its socket, to tell how it ended and to hear that nobody waits."""
    module, _, name = function.partition(":")
    with suppress(Exception):  # the child meets the error again, and tells it
        importlib.import_module(module)
    gc.freeze()
    parent = socket.socket(fileno=passed[0])
    child = os.fork()
    if child == 0:
        _live(parent, module, name, passed[1:])
    for handle in passed[1:]:
        os.close(handle)
    watched = os.pidfd_open(child)
    children[watched] = (child, parent)
    waiting.register(watched, select.POLLIN)
    waiting.register(parent.fileno(), 0)


def _end(watched: int, children: dict[int, tuple[int, socket.socket]], waiting: select.poll) -> None:
    """Tells the parent how the child ended; it reads this only if no result came before."""
    child, parent = children.pop(watched)
    _, status = os.waitpid(child, 0)
    waiting.unregister(watched)
    os.close(watched)
    with suppress(KeyError):
        waiting.unregister(parent.fileno())
    with parent, suppress(OSError):
        parent.setblocking(False)
        _write(parent, json.dumps({"ended": os.waitstatus_to_exitcode(status)}).encode())


def _kill_child_of(handle: int, children: dict[int, tuple[int, socket.socket]], waiting: select.poll) -> None:
    """Nobody waits for the child any more."""
    with suppress(KeyError):
        waiting.unregister(handle)
    for child, parent in children.values():
        if parent.fileno() == handle:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def _live(parent: socket.socket, module: str, name: str, files: Sequence[int]) -> None:
    """The child's whole life."""
    try:
        kept = sorted((2, parent.fileno(), *files, 1 << 20))
        for before, after in pairwise(kept):
            os.closerange(before + 1, after)
        limits, arguments = pickle.loads(_read(parent))  # noqa: S301 - from our own parent
        _limit(limits)
        _write(parent, _done(module, name, Ask(parent, files), arguments))
    finally:
        os._exit(0)


def _done(module: str, name: str, ask: Ask, arguments: Sequence[object]) -> bytes:
    try:
        result = getattr(importlib.import_module(module), name)(ask, *arguments)
        return json.dumps({"result": result}).encode()
    except BaseException as error:  # whatever it is, the parent is told
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
        return json.dumps({"error": type(error).__name__, "text": str(error), "where": where}).encode()


def _limit(limits: Limits) -> None:
    """Sets what the kernel enforces: over the limit of time or processor, the process is killed where it stands."""
    prctl = CDLL(None).prctl
    prctl(SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    addresses = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    os.nice(NICENESS)
    for what, most in (
        (resource.RLIMIT_AS, addresses + limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_CORE, 0),  # a dump would hold what the file holds
    ):
        with suppress(ValueError):  # a lower limit stands already
            resource.setrlimit(what, (most, most))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)


def _write(to: socket.socket, frame: bytes) -> None:
    to.sendall(struct.pack("!Q", len(frame)) + frame)


def _read(source: socket.socket) -> bytes:
    (size,) = struct.unpack("!Q", _exactly(source, 8))
    if size > LARGEST_FRAME:
        raise ValueError("too large a message")
    return bytes(_exactly(source, size))


def _exactly(source: socket.socket, size: int) -> bytearray:
    read = bytearray(size)
    view = memoryview(read)
    while view:
        received = source.recv_into(view)
        if not received:
            raise EOFError("closed")
        view = view[received:]
    return read
