"""Pulls a bureau's feed page by page and delivers it as one delivery.

Every page is on disk before the database records it together with the next cursor, so a pull that is killed or
interrupted continues at the page where it stopped. One process at a time pulls a source, and every source has a task
and pauses of its own: one that does not answer delays no other. A pull older than a day is started over: its pages
would be of different days.

The pages are raw rows with id numbers (`shared/feeds/pulling/page_spool.py`): they are removed when the pull ends,
however it ends. What came of every pull is kept in a table, which officers and the feed's department read.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
import structlog

from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.intake import TypingDeclaration
from services.typing.deliveries.models import Delivery, Pull, PullPage
from services.typing.deliveries.service import RECEIVING
from shared import clock
from shared.database.connections import Database
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.refusals import DeliveryRefused, StorageFull
from shared.feeds.pulling.page_spool import PageSpool, unknown_names_warning
from shared.feeds.pulling.paged_api import PagedApi, PullFailed, PullInterrupted, PullSource, RetryPolicy
from shared.platform.deliveries.receiving import Receipt
from shared.platform.identity import Caller, Role
from shared.worker.failpoints import failpoint
from shared.worker.lease import exclusive_lease
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

PULL_EXPIRES_AFTER = dt.timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(minutes=1), dt.timedelta(hours=1)
"""Between two attempts at a source that does not answer: the pause doubles from the first to the longest."""


@dataclass(frozen=True)
class Pulling:
    """What pulling needs of the settings: allowed hosts (`host` or `host:port`) and how long to ask for one page."""

    hosts: Sequence[str]
    patience: RetryPolicy | None = None


async def pull_regularly(
    database: Database, intake: IntakeContext, sources: Sequence[PullSource], pulling: Pulling, *, every: dt.timedelta
) -> None:
    """Until cancelled: pulls every source, each in a task of its own."""

    async def pull_one(source: PullSource) -> None:
        while True:
            pause = await try_to_pull(database, intake, source, pulling)
            await anyio.sleep((every if pause is None else min(pause, every)).total_seconds())

    async with anyio.create_task_group() as group:
        for source in sources:
            group.start_soon(run_forever, f"pull {source.name}", lambda source=source: pull_one(source))


async def try_to_pull(
    database: Database, intake: IntakeContext, source: PullSource, pulling: Pulling
) -> dt.timedelta | None:
    """``pull``; what is wrong with this source alone is logged. Faults of our own infrastructure rise. The pause before
    the next attempt at this source; None: the usual one.
    """
    try:
        await pull(database, intake, source, pulling)
    except PullInterrupted as error:
        log.warning("pull_interrupted", source=source.name, reason=str(error), attempts=error.attempts)
        return pause_after(error.attempts)
    except (PullFailed, DeliveryRefused) as error:
        log.warning("pull_failed", source=source.name, kind=type(error).__name__, reason=str(error))
        return FIRST_PAUSE if isinstance(error, StorageFull) else None
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("pull_broken", source=source.name)
    return None


def pause_after(attempts: int) -> dt.timedelta:
    """How long a source that did not answer so many times is left alone."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


async def pull(database: Database, intake: IntakeContext, source: PullSource, pulling: Pulling) -> Receipt[Delivery]:
    """Fetches what is left of the source's pages and delivers them all.

    Errors: PullInterrupted, to be called again later; PullFailed and DeliveryRefused, after which the next call begins
    again from the first page. All are noted in the pull's row.
    """
    async with exclusive_lease(database, f"pull:{source.name}"):
        running_pull = await resume_or_start(database, intake, source)
        spool = PageSpool(intake.store.data, running_pull.id, source.feed)
        try:
            async with PagedApi(source, pulling.hosts, pulling.patience) as api:
                while not (running_pull.pages and running_pull.cursor is None):
                    running_pull = await fetch_page(database, api, spool, running_pull)
            receipt = await deliver_pages(database, intake, source, spool, running_pull)
        except PullInterrupted as trouble:
            async with database.transaction() as session:
                trouble.attempts = await deliveries_repository.note_trouble(
                    session, running_pull.id, str(trouble), lambda times: clock.now() + pause_after(times)
                )
            raise
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


def spooled_pulls(data: Path) -> set[uuid.UUID]:
    """The pulls that have pages on disk."""
    directory = data / "pulls"
    return {uuid.UUID(path.name) for path in directory.iterdir()} if directory.is_dir() else set()


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
        return await deliveries_repository.start_pull(session, source_key(source), source)


async def fetch_page(database: Database, api: PagedApi, spool: PageSpool, running_pull: Pull) -> Pull:
    """Fetch one page: to disk first, then recorded together with the next cursor."""
    cursor = running_pull.cursor or ""
    page = await api.page(cursor)
    number = running_pull.pages + 1
    written = await anyio.to_thread.run_sync(spool.write, number, page.rows)
    failpoint("pull.page-written")
    async with database.transaction() as session:
        following = page.next
        if following is not None and (
            following == cursor or await deliveries_repository.cursor_used(session, running_pull.id, following)
        ):
            raise PullFailed("部门接口的游标又回到取过的一页，取数不会结束")
        fetched = PullPage(
            pull_id=running_pull.id, number=number, cursor=cursor, rows=len(page.rows), sha256=written.sha256
        )
        noted = await deliveries_repository.record_page(session, fetched, following, written.unknown)
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
    receipt = await RECEIVING.receive_in_transaction(
        database,
        caller,
        intake,
        declared,
        spool.content(len(pages)),
        remarks=unknown_names_warning(running_pull.unknown_names),
    )
    failpoint("pull.delivered")
    return receipt


def source_key(source: PullSource) -> str:
    """The source's name and what it is set to fetch: pages fetched under other settings are not mixed in."""
    setting = "\n".join(str(value) for value in (source.url, source.feed, source.region, source.year, source.mode))
    return f"{source.name}:{hashlib.sha256(setting.encode()).hexdigest()[:12]}"
