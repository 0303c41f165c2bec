"""What is waited for, and what is not."""

import asyncio
import errno

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.messaging.bus import BusDownError
from shared.worker import transient
from shared.worker.transient import UnavailableError, is_transient, run_forever
from tests.fixtures.waiting import PATIENCE, until


def wrapped(original: Exception) -> DBAPIError:
    """As SQLAlchemy hands on what the driver raised."""
    return DBAPIError("SELECT 1", {}, original)


@pytest.mark.parametrize(
    "error",
    [
        BusDownError(),
        UnavailableError(),
        ConnectionRefusedError(),
        TimeoutError(),
        OSError(errno.ENOSPC, "disk full"),
        asyncpg.AdminShutdownError("57P01"),
        asyncpg.CannotConnectNowError("57P03"),
        asyncpg.ConnectionDoesNotExistError("08003"),
        asyncpg.DeadlockDetectedError("40P01"),
        asyncpg.TooManyConnectionsError("53300"),
        asyncpg.DiskFullError("53100"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_infrastructure_passes_by_itself_however_deeply_wrapped(error: Exception):
    assert is_transient(error)
    assert is_transient(wrapped(error))
    outer = RuntimeError()
    outer.__cause__ = error
    assert is_transient(outer)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        FileNotFoundError(),
        asyncpg.UniqueViolationError("23505"),
        asyncpg.UndefinedTableError("42P01"),
        asyncpg.QueryCanceledError("57014"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        IntegrityError("INSERT", {}, asyncpg.NotNullViolationError("23502")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_faults_of_the_program_or_the_data_do_not(error: Exception):
    assert not is_transient(error)


class Loop:
    """Raises one thing after the other, then runs for ever."""

    def __init__(self, *interruptions: BaseException) -> None:
        self.interruptions = list(interruptions)
        self.goes_on = asyncio.Event()

    async def __call__(self) -> None:
        if self.interruptions:
            raise self.interruptions.pop(0)
        self.goes_on.set()
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def _hasten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transient, "FIRST_PAUSE", 0.001)


async def survives(loop: Loop) -> bool:
    task = asyncio.ensure_future(run_forever("test", loop))
    await until(lambda: task.done() or loop.goes_on.is_set())
    alive = not task.done() and not loop.interruptions
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return alive and task.cancelled()


async def test_a_loop_outlives_interruptions_and_ends_when_told():
    assert await survives(Loop(BusDownError(), ConnectionResetError(), BusDownError()))


async def test_a_cancellation_that_a_library_let_escape_ends_nothing():
    assert await survives(Loop(asyncio.CancelledError(), asyncio.CancelledError()))


async def test_a_loop_that_is_told_to_end_does_so_though_its_clean_up_fails():
    begun: list[str] = []

    async def attempt() -> None:
        begun.append("an attempt")
        try:
            await asyncio.sleep(PATIENCE if len(begun) == 1 else 0)
        finally:
            raise ConnectionResetError if len(begun) == 1 else ZeroDivisionError

    task = asyncio.ensure_future(run_forever("test", attempt))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert begun == ["an attempt"]


async def test_a_fault_of_the_program_rises():
    with pytest.raises(ZeroDivisionError):
        await run_forever("test", Loop(BusDownError(), ZeroDivisionError()))


async def test_pauses_grow_while_it_fails_at_once(monkeypatch: pytest.MonkeyPatch):
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    with pytest.raises(ZeroDivisionError):
        await run_forever("test", Loop(*[BusDownError() for _ in range(20)], ZeroDivisionError()))
    assert pauses == sorted(pauses)
    assert pauses[-1] == transient.LONGEST_PAUSE
