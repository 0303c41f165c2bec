"""Pulls a bureau's feed page by page and delivers it as one delivery.

Every page is on disk before the database records it together with the next cursor, so a pull that is killed or
interrupted continues at the page where it stopped. One process at a time pulls a source. A pull older than a day is
started over: its pages would be of different days.

`<data>/pulls/<pull>/<number>.csv` holds a page's rows without a header. They are raw rows with id numbers: readable
by no other user, and removed when the pull ends, however it ends, or has become too old to continue.
"""

import csv
import datetime as dt
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import structlog

from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.intake import TypingDeclaration
from services.typing.deliveries.models import Delivery, Pull
from services.typing.deliveries.pull_source import PagedApi, PullFailed, PullInterrupted, PullSource, RetryPolicy
from services.typing.deliveries.service import RECEIVING
from shared import clock
from shared.database.connections import Database
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.refusals import DeliveryRefused
from shared.file_store import sync_directory
from shared.platform.deliveries.receiving import Receipt
from shared.platform.identity import Caller, Role
from shared.worker.failpoints import failpoint
from shared.worker.lease import exclusive_lease
from shared.worker.transient import is_transient, run_forever

CSV_CONSTANTS = {True: "true", False: "false", None: ""}


class PageSpool:
    """The pages of one pull of one feed. Writing and removing block."""

    def __init__(self, data: Path, pull_id: uuid.UUID, feed: str) -> None:
        self.directory = data / "pulls" / str(pull_id)
        self.columns = [column.name for column in FEEDS[feed].columns]

    def page(self, number: int) -> Path:
        """The path of a page; numbers start at 1."""
        return self.directory / f"{number:06d}.csv"

    def write(self, number: int, rows: Sequence[dict[str, Any]]) -> str:
        """Writes a page durably and returns its digest; replaces a page that was never recorded in the database."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = csv_bytes([[csv_cell(row.get(name)) for name in self.columns] for row in rows])
        part = self.directory / "part"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.page(number))
        sync_directory(self.directory)
        return hashlib.sha256(content).hexdigest()

    def digest(self, pages: Sequence[str]) -> str:
        """The SHA-256 of the complete CSV. PullFailed when a page differs from its recorded digest."""
        whole = hashlib.sha256(csv_bytes([self.columns]))
        for number, noted in enumerate(pages, 1):
            content = self.page(number).read_bytes() if self.page(number).is_file() else b""
            if hashlib.sha256(content).hexdigest() != noted:
                raise PullFailed(f"已取回的第 {number} 页丢失或损坏，将重新取数")
            whole.update(content)
        return whole.hexdigest()

    async def content(self, pages: int) -> AsyncIterator[bytes]:
        """The complete CSV, header first, a page at a time."""
        yield csv_bytes([self.columns])
        for number in range(1, pages + 1):
            yield await anyio.to_thread.run_sync(self.page(number).read_bytes)

    def remove(self) -> None:
        """Deletes all pages."""
        shutil.rmtree(self.directory, ignore_errors=True)


def spooled_pulls(data: Path) -> set[uuid.UUID]:
    """The pulls that have pages on disk."""
    directory = data / "pulls"
    return {uuid.UUID(path.name) for path in directory.iterdir()} if directory.is_dir() else set()


def csv_cell(value: object) -> str:
    """A JSON value as a CSV cell. PullFailed for lists and objects, which no column holds."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return CSV_CONSTANTS[value]
    raise PullFailed("部门接口返回的行中有不是文字、数字、真假值的内容")


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as RFC 4180 lines; half a surrogate pair, which JSON can hold and UTF-8 cannot, becomes a question mark."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


log = structlog.get_logger()

PULL_EXPIRES_AFTER = dt.timedelta(days=1)


async def pull_regularly(
    database: Database,
    intake: IntakeContext,
    sources: Sequence[PullSource],
    hosts: Sequence[str],
    *,
    every: dt.timedelta,
) -> None:
    """Until cancelled: pull every source in turn, then pause. A failing source does not stop the others."""

    async def pull_all() -> None:
        while True:
            for source in sources:
                await try_to_pull(database, intake, source, hosts)
            await anyio.sleep(every.total_seconds())

    await run_forever("pulls", pull_all)


async def try_to_pull(database: Database, intake: IntakeContext, source: PullSource, hosts: Sequence[str]) -> None:
    """``pull``; what is wrong with this source alone is logged. Faults of our own infrastructure rise."""
    try:
        await pull(database, intake, source, hosts)
    except (PullInterrupted, PullFailed, DeliveryRefused) as error:
        log.warning("pull_unfinished", source=source.name, kind=type(error).__name__, reason=str(error))
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("pull_broken", source=source.name)


async def pull(
    database: Database,
    intake: IntakeContext,
    source: PullSource,
    hosts: Sequence[str],
    *,
    patience: RetryPolicy | None = None,
) -> Receipt[Delivery]:
    """Fetches what is left of the source's pages and delivers them all.

    Errors: PullInterrupted, to be called again later; PullFailed and DeliveryRefused, after which the next call begins
    again from the first page. ``hosts``: the allowed hosts (`host` or `host:port`).
    """
    async with PagedApi(source, hosts, patience) as api, exclusive_lease(database, f"pull:{source.name}"):
        running_pull = await resume_or_start(database, intake, source)
        spool = PageSpool(intake.store.data, running_pull.id, source.feed)
        try:
            while not (running_pull.pages and running_pull.cursor is None):
                running_pull = await fetch_page(database, api, spool, running_pull)
            receipt = await deliver_pages(database, intake, source, spool, running_pull)
        except (PullFailed, DeliveryRefused) as error:
            async with database.transaction() as session:
                await deliveries_repository.end_pull(session, running_pull.id, failure=str(error))
            await anyio.to_thread.run_sync(spool.remove)
            raise
        async with database.transaction() as session:
            await deliveries_repository.end_pull(session, running_pull.id, delivery_id=receipt.delivery.id)
        failpoint("pull.ended")
        await anyio.to_thread.run_sync(spool.remove)
        return receipt


async def resume_or_start(database: Database, intake: IntakeContext, source: PullSource) -> Pull:
    """The pull to continue, or a new one; pulls that are too old or have other settings are ended."""
    left_over = await anyio.to_thread.run_sync(spooled_pulls, intake.store.data)
    async with database.transaction() as session:
        for pull_id in left_over - await deliveries_repository.running_pull_ids(session):
            await anyio.to_thread.run_sync(PageSpool(intake.store.data, pull_id, source.feed).remove)
        running = await deliveries_repository.running_pulls(session, source.name)
        fresh = [
            candidate
            for candidate in running
            if candidate.source == source_key(source) and clock.now() - candidate.started_at < PULL_EXPIRES_AFTER
        ]
        for stale in (candidate for candidate in running if candidate not in fresh):
            await deliveries_repository.end_pull(session, stale.id, failure="取数时间过长或设置已更改，重新取数")
            await anyio.to_thread.run_sync(PageSpool(intake.store.data, stale.id, stale.feed).remove)
        if fresh:
            return fresh[0]
        return await deliveries_repository.start_pull(session, source_key(source), source.feed, source.region)


async def fetch_page(database: Database, api: PagedApi, spool: PageSpool, running_pull: Pull) -> Pull:
    """Fetch one page: to disk first, then recorded together with the next cursor."""
    cursor = running_pull.cursor or ""
    page = await api.page(cursor)
    number = running_pull.pages + 1
    digest = await anyio.to_thread.run_sync(spool.write, number, page.rows)
    failpoint("pull.page-written")
    async with database.transaction() as session:
        following = page.next
        if following is not None and (
            following == cursor or await deliveries_repository.cursor_used(session, running_pull.id, following)
        ):
            raise PullFailed("部门接口的游标又回到取过的一页，取数不会结束")
        noted = await deliveries_repository.record_page(
            session, running_pull.id, number, cursor, following, len(page.rows), digest
        )
    failpoint("pull.page-noted")
    log.info("page_pulled", source=api.source.name, page=number, rows=len(page.rows))
    return noted


async def deliver_pages(
    database: Database, intake: IntakeContext, source: PullSource, spool: PageSpool, running_pull: Pull
) -> Receipt[Delivery]:
    """Deliver all pages as one. The same rows pulled twice are the same bytes and count once."""
    async with database.session() as session:
        pages = await deliveries_repository.page_digests(session, running_pull.id)
    sha256 = await anyio.to_thread.run_sync(spool.digest, pages)
    declared = TypingDeclaration(
        source.feed, source.bureau, source.region, source.year, source.mode, running_pull.rows, sha256, ".csv", "pull"
    )
    owner = FEEDS[source.feed].department
    caller = Caller(f"pull:{source.name}", frozenset({Role.BUREAU}), source.region, department=owner)
    receipt = await RECEIVING.receive_in_transaction(database, caller, intake, declared, spool.content(len(pages)))
    failpoint("pull.delivered")
    return receipt


def source_key(source: PullSource) -> str:
    """The source's name and what it is set to fetch: pages fetched under other settings are not mixed in."""
    setting = "\n".join(str(value) for value in (source.url, source.feed, source.region, source.year, source.mode))
    return f"{source.name}:{hashlib.sha256(setting.encode()).hexdigest()[:12]}"
