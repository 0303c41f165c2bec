"""What all channels (upload, folder, pull) share: the store, and the checker of a received file.

Checking blocks and uses CPU: run it in a thread, in the delivery's own workspace. Opened once per process, with the
service's settings.
"""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import anyio

from shared.feeds.contract.model import FeedsError
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.refusals import DeliveryUnreadable, rows_differ, too_large
from shared.file_store import FileTooLargeError, Spooled, Store, spool
from shared.reference.personal_data import OperatorPseudonym

if TYPE_CHECKING:  # a worker that checks no file loads neither DuckDB nor what checks with it
    import duckdb

    from shared.feeds.validation.delivery import DeliveryReport, Judge


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
        """A DuckDB connection that spills into ``scratch``, if at all."""
        import duckdb

        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit,
            "temp_directory": "",
        }
        if self.spills:
            spill = scratch / "spill"
            spill.mkdir(exist_ok=True)
            config["temp_directory"] = str(spill)
        if self.threads is not None:
            config["threads"] = self.threads
        return duckdb.connect(config=config)

    def check(
        self,
        con: "duckdb.DuckDBPyConnection",
        raw: Path,
        declared: Declaration,
        today: dt.date,
        out: Path,
        registered: str | None = None,
        judge: "Judge | None" = None,
    ) -> "DeliveryReport":
        """Checks ``raw`` and writes what was found into the new directory ``out``.

        ``today`` is the day of delivery; ``registered`` names a relation of known households, ``judge`` adds what the
        service itself finds wrong (see check_delivery).
        DeliveryRefused when the file cannot be read or does not have the declared number of rows.
        """
        from shared.feeds.validation.delivery import check_delivery

        out.mkdir()
        try:
            report = check_delivery(
                raw,
                declared.feed,
                today=today,
                registered=registered,
                pseudonym=self.pseudonym,
                con=con,
                out=out,
                name=declared.feed + declared.suffix,
                judge=judge,
            )
        except FeedsError as error:
            raise DeliveryUnreadable(str(error)) from error
        if report.rows != declared.rows:
            raise rows_differ(declared.rows, report.rows)
        return report


@dataclass(frozen=True)
class IntakeContext:
    """``largest``: bytes of one delivery. ``checks``: how many are checked at once; the others wait, spooled.

    ``small_checks``: slots of their own for deliveries below ``small`` bytes, so that a county's does not wait behind a
    province's.
    """

    bench: FileChecker
    largest: int = 8 * 2**30
    checks: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    small_checks: anyio.CapacityLimiter | None = None
    small: int = 4 * 2**20

    @classmethod
    def open(
        cls, data: Path, pseudonym: OperatorPseudonym, *, largest: int = 8 * 2**30, memory_limit: str = "1500MB"
    ) -> Self:
        """The intake over a data directory; what killed processes left behind in it is removed."""
        store = Store(data)
        store.clear_abandoned()
        return cls(FileChecker(store, pseudonym, memory_limit), largest)

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
