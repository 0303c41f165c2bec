"""What all channels (upload, folder, pull) share: the store, and the checker of a received file.

Checking blocks: run it in a thread, in the delivery's own workspace. The file itself is read in a child process. Opened
once per process, with the service's settings.
"""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import anyio
import structlog

from shared.closed_duckdb import open_closed
from shared.confined import RUNNER, Answer, ChildEndedError, ChildFailedError, Limits
from shared.feeds.intake.absence import AbsenceRules
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.refusals import (
    DeliveryRefused,
    DeliveryUnreadable,
    StorageFull,
    reading_ended,
    reading_failed,
    rows_differ,
    too_large,
)
from shared.file_store import FileTooLargeError, Spooled, Store, spool
from shared.reference.personal_data import OperatorPseudonym

if TYPE_CHECKING:  # a worker that checks no file loads neither DuckDB nor what checks with it
    import duckdb

    from shared.feeds.intake.checking import CheckRequest
    from shared.feeds.validation.delivery import DeliveryReport

log = structlog.get_logger()


@dataclass(frozen=True)
class FileChecker:
    """What checking needs: the store, the pseudonyms, and how much memory and how many threads it may use.

    `spills`: what does not fit into that memory goes to the workspace, in clear; False: the file is refused instead.
    """

    store: Store
    pseudonym: OperatorPseudonym
    memory_limit: str = "1500MB"
    threads: int | None = None
    spills: bool = True

    def connect(self, scratch: Path) -> "duckdb.DuckDBPyConnection":
        """A DuckDB connection for what is stored already; it spills into ``scratch``, if at all."""
        spill = scratch / "spill" if self.spills else None
        folders = [self.store.data, scratch]
        return open_closed(folders, memory_limit=self.memory_limit, spill=spill, threads=self.threads)

    def check(
        self,
        raw: Path,
        declared: Declaration,
        today: dt.date,
        out: Path,
        known: Sequence[str] | None = None,
        judging: "Judging | None" = None,
    ) -> "DeliveryReport":
        """Checks ``raw`` in a child process, which writes what was found into the new directory ``out``.

        ``today`` is the day of delivery; ``known`` are the codes of known households, ``judging`` adds what the service
        itself finds wrong (see check_delivery).
        DeliveryRefused when the file cannot be read, takes too much, kills its reader, or does not have the declared
        number of rows.
        """
        from shared.feeds.intake.checking import report_from

        request = self._request(raw, declared, today, out, known)
        told = run_reader(
            judging.function if judging else "shared.feeds.intake.checking:check_file",
            request.sent(),
            *(judging.arguments if judging else ()),
            limits=limits_of(raw.stat().st_size, self.memory_limit),
            expected=REFUSALS,
            answer=judging.answer if judging else None,
            files=judging.files if judging else (),
        )
        return as_declared(report_from(told, out), declared)

    def _request(
        self, raw: Path, declared: Declaration, today: dt.date, out: Path, known: Sequence[str] | None
    ) -> "CheckRequest":
        from shared.feeds.intake.checking import CheckRequest

        out.mkdir()
        return CheckRequest(
            raw,
            declared.feed,
            declared.feed + declared.suffix,
            today,
            out,
            self.pseudonym,
            self.memory_limit,
            self.threads,
            out / "spill" if self.spills else None,
            None if known is None else tuple(known),
        )


def as_declared(report: "DeliveryReport", declared: Declaration) -> "DeliveryReport":
    """RowsDiffer unless the file has the declared number of rows."""
    if report.rows != declared.rows:
        raise rows_differ(declared.rows, report.rows)
    return report


@dataclass(frozen=True)
class OpenChecker(FileChecker):
    """The same for single rows, of which somebody waits for each: all connections are of one database that stays open,
    since to open one takes longer than the work. What a connection makes must be temporary, so that it ends with it.
    """

    def check(
        self,
        raw: Path,
        declared: Declaration,
        today: dt.date,
        out: Path,
        known: Sequence[str] | None = None,
        judging: "Judging | None" = None,
    ) -> "DeliveryReport":
        """In this process: the row came in an event of ours, and its file was written by us."""
        from shared.feeds.intake.checking import check_in

        if known is not None or judging is not None:
            raise ValueError("a single row is judged by the contract alone")
        with self.connect(out) as con:
            return as_declared(check_in(con, self._request(raw, declared, today, out, None)), declared)

    def connect(self, _scratch: Path) -> "duckdb.DuckDBPyConnection":
        """A connection to the database, which is opened with the first one and spills into a workspace of its own."""
        _, database = self._opened
        return database.cursor()

    @cached_property
    def _opened(self) -> tuple[AbstractContextManager[Path], "duckdb.DuckDBPyConnection"]:
        workspace = self.store.workspace()  # kept, since it is locked and there as long as this object is
        database = super().connect(workspace.__enter__())
        database.execute("SET enable_external_file_cache = false")  # the files differ from row to row
        return workspace, database


@dataclass(frozen=True)
class Judging:
    """A service's own judgement of the rows, made in the child: `function` takes the request and the `arguments`, as
    `check_file` does, and asks for what only the service knows.
    """

    function: str
    arguments: tuple[object, ...]
    answer: Answer
    files: Sequence[int] = ()


REFUSALS = (DeliveryUnreadable, StorageFull)
SPARE_MEMORY = 2 * 2**30
"""Bytes beside what DuckDB is given: the libraries, threads, and rows on their way between them."""
LEAST_SECONDS, SECONDS_PER_MIB = 30, 2
"""Processor seconds that a file may take; ordinary ones take a tenth of a second for each MiB."""
SLOWNESS = 10
"""How many times longer it may take than it works, on a machine that is busy with other things."""


def limits_of(size: int, memory_limit: str) -> Limits:
    """What reading a file of so many bytes may take."""
    processor = LEAST_SECONDS + SECONDS_PER_MIB * (size >> 20)
    unit = {"MB": 10**6, "GB": 10**9}[memory_limit[-2:]]
    return Limits(SPARE_MEMORY + int(memory_limit[:-2]) * unit * 3 // 2, processor, float(SLOWNESS * processor))


def run_reader(
    function: str,
    *arguments: object,
    limits: Limits,
    expected: Sequence[type[DeliveryRefused]] = REFUSALS,
    answer: Answer | None = None,
    files: Sequence[int] = (),
) -> Any:  # noqa: ANN401 - what JSON holds
    """Reads an untrusted file in a child process; its end, whatever the reason, is a DeliveryRefused."""
    try:
        return RUNNER.run(function, *arguments, limits=limits, expected=expected, answer=answer, files=files)
    except ChildEndedError:
        raise reading_ended() from None
    except ChildFailedError as error:
        log.error("reading_failed", kind=error.kind, where=error.where)  # noqa: TRY400 - the traceback is the child's
        raise reading_failed() from None


@dataclass(frozen=True)
class IntakeContext:
    """``largest``: bytes of one delivery. ``absence``: what full deliveries say of what they do not list.
    ``checks``: how many are checked at once; the others wait, spooled.

    ``small_checks``: slots of their own for deliveries below ``small`` bytes, so that a county's does not wait behind a
    province's.
    """

    bench: FileChecker
    largest: int = 8 * 2**30
    absence: AbsenceRules = field(default_factory=AbsenceRules)
    checks: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    small_checks: anyio.CapacityLimiter | None = None
    small: int = 4 * 2**20

    @classmethod
    def open(
        cls,
        data: Path,
        pseudonym: OperatorPseudonym,
        *,
        largest: int = 8 * 2**30,
        memory_limit: str = "1500MB",
        absence: AbsenceRules | None = None,
    ) -> Self:
        """The intake over a data directory; what killed processes left behind in it is removed."""
        store = Store(data)
        store.clear_abandoned()
        return cls(FileChecker(store, pseudonym, memory_limit), largest, absence or AbsenceRules())

    @property
    def store(self) -> Store:
        """The store that holds delivered files."""
        return self.bench.store

    def slot(self, size: int) -> anyio.CapacityLimiter:
        """Where a delivery of this size is checked and counted in."""
        return self.small_checks if self.small_checks is not None and size < self.small else self.checks

    async def spool(self, body: AsyncIterator[bytes], target: Path) -> Spooled:
        """Writes what arrives to a new file. DeliveryTooLarge as soon as it is larger than a delivery may be."""
        try:
            return await spool(body, target, self.largest)
        except FileTooLargeError as error:
            raise too_large(self.largest) from error
