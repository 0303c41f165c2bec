"""Pulls a bureau's feed page by page and delivers it as one delivery.

Every page is on disk before the database notes it together with the next cursor, so a pull that is killed or
interrupted goes on at the page where it stopped. One process at a time pulls a source. A pull older than a day is begun
anew: its pages would be of different days.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence

import anyio
import anyio.to_thread
import structlog

from services.typing.intake.declaration import Declaration
from services.typing.intake.desk import Desk
from services.typing.intake.pull_source import PagedApi, Patience, PullFailed, PullInterrupted, PullSource
from services.typing.intake.pull_spool import PageSpool, spools
from services.typing.models.deliveries import Pull
from services.typing.repository import deliveries as stored
from services.typing.service.deliveries import Receipt, deliver
from shared.feeds.contracts import FEEDS
from shared.feeds.intake.refusals import DeliveryRefused
from shared.messaging.crash import crash_point
from shared.messaging.faults import keep_doing, passes_by_itself
from shared.messaging.lease import alone
from shared.service import clock
from shared.service.database import Database
from shared.service.identity import Caller, Role

log = structlog.get_logger()

OLDEST = dt.timedelta(days=1)


async def pull_regularly(
    database: Database, desk: Desk, sources: Sequence[PullSource], hosts: Sequence[str], *, every: dt.timedelta
) -> None:
    """For ever: every source in turn, then a pause. A source that fails stops no other."""

    async def pull_all() -> None:
        while True:
            for source in sources:
                await try_to_pull(database, desk, source, hosts)
            await anyio.sleep(every.total_seconds())

    await keep_doing("pulls", pull_all)


async def try_to_pull(database: Database, desk: Desk, source: PullSource, hosts: Sequence[str]) -> None:
    """``pull``; what is wrong with this source alone is logged. Faults of our own infrastructure rise."""
    try:
        await pull(database, desk, source, hosts)
    except (PullInterrupted, PullFailed, DeliveryRefused) as error:
        log.warning("pull_unfinished", source=source.name, kind=type(error).__name__, reason=str(error))
    except Exception as error:
        if passes_by_itself(error):
            raise
        log.exception("pull_broken", source=source.name)


async def pull(
    database: Database, desk: Desk, source: PullSource, hosts: Sequence[str], *, patience: Patience | None = None
) -> Receipt:
    """Fetches what is left of the source's pages and delivers them all.

    Errors: PullInterrupted, to be called again later; PullFailed and DeliveryRefused, after which the next call begins
    anew. ``hosts``: the hosts (`host` or `host:port`) that may be asked.
    """
    async with PagedApi(source, hosts, patience) as api, alone(database, f"pull:{source.name}"):
        begun = await begin(database, desk, source)
        spool = PageSpool(desk.store.data, begun.id, source.feed)
        try:
            while not (begun.pages and begun.cursor is None):
                begun = await fetch_page(database, api, spool, begun)
            receipt = await hand_in(database, desk, source, spool, begun)
        except (PullFailed, DeliveryRefused) as error:
            async with database.transaction() as session:
                await stored.end_pull(session, begun.id, failure=str(error))
            await anyio.to_thread.run_sync(spool.remove)
            raise
        async with database.transaction() as session:
            await stored.end_pull(session, begun.id, delivery_id=receipt.delivery.id)
        crash_point("pull.ended")
        await anyio.to_thread.run_sync(spool.remove)
        return receipt


async def begin(database: Database, desk: Desk, source: PullSource) -> Pull:
    """The pull to go on with, or a new one; others of the source, too old or configured otherwise, are given up."""
    left_over = await anyio.to_thread.run_sync(spools, desk.store.data)
    async with database.transaction() as session:
        for pull_id in left_over - await stored.ids_of_running_pulls(session):
            await anyio.to_thread.run_sync(PageSpool(desk.store.data, pull_id, source.feed).remove)
        running = await stored.running_pulls(session, source.name)
        fresh = [one for one in running if one.source == key_of(source) and clock.now() - one.started_at < OLDEST]
        for stale in (one for one in running if one not in fresh):
            await stored.end_pull(session, stale.id, failure="取数时间过长或设置已更改，重新取数")
            await anyio.to_thread.run_sync(PageSpool(desk.store.data, stale.id, stale.feed).remove)
        if fresh:
            return fresh[0]
        return await stored.start_pull(session, key_of(source), source.feed, source.region)


async def fetch_page(database: Database, api: PagedApi, spool: PageSpool, begun: Pull) -> Pull:
    """One page: to disk, then noted together with the next cursor."""
    cursor = begun.cursor or ""
    page = await api.page(cursor)
    number = begun.pages + 1
    digest = await anyio.to_thread.run_sync(spool.write, number, page.rows)
    crash_point("pull.page-written")
    async with database.transaction() as session:
        following = page.next
        if following is not None and (following == cursor or await stored.followed(session, begun.id, following)):
            raise PullFailed("部门接口的游标又回到取过的一页，取数不会结束")
        noted = await stored.note_page(session, begun.id, number, cursor, following, len(page.rows), digest)
    crash_point("pull.page-noted")
    log.info("page_pulled", source=api.source.name, page=number, rows=len(page.rows))
    return noted


async def hand_in(database: Database, desk: Desk, source: PullSource, spool: PageSpool, begun: Pull) -> Receipt:
    """All pages as one delivery. The same rows pulled again are the same bytes, and count once."""
    async with database.session() as session:
        pages = await stored.page_digests(session, begun.id)
    sha256 = await anyio.to_thread.run_sync(spool.digest, pages)
    declared = Declaration(
        source.feed, source.bureau, source.region, source.year, source.mode, begun.rows, sha256, ".csv", "pull"
    )
    owner = FEEDS[source.feed].department
    caller = Caller(f"pull:{source.name}", frozenset({Role.BUREAU}), source.region, department=owner)
    receipt = await deliver(database, caller, desk, declared, spool.content(len(pages)))
    crash_point("pull.delivered")
    return receipt


def key_of(source: PullSource) -> str:
    """The source's name and what it is set to fetch: pages fetched under other settings are not mixed in."""
    setting = "\n".join(str(value) for value in (source.url, source.feed, source.region, source.year, source.mode))
    return f"{source.name}:{hashlib.sha256(setting.encode()).hexdigest()[:12]}"
