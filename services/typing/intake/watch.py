"""The watched folder: bureaus put files into their folder (see ``drops``), and this takes them in.

It looks every few seconds; no change notification is needed, so network shares do. Taken in, a file goes to `done/`
with a receipt and its rejects; refused, to `refused/` with the reason as a text. A raw file that holds personal columns
is deleted once it is taken in: nothing keeps an id number. Killed anywhere, the next look goes on: bytes taken in
before count once, and files already put away are passed over.
"""

from pathlib import Path

import anyio
import anyio.to_thread
import structlog

from services.typing.intake.desk import Desk
from services.typing.intake.drops import (
    MANIFEST,
    Folder,
    Item,
    ManifestUnreadable,
    bytes_of,
    folders,
    holds_persons,
    put_as,
)
from services.typing.resources import Resources
from services.typing.service.deliveries import Receipt, deliver
from shared.feeds.intake.refusals import DeliveryRefused
from shared.feeds.intake.rejects import rejects_csv
from shared.messaging.faults import keep_doing, passes_by_itself
from shared.service.database import Database
from shared.service.problems import Problem

log = structlog.get_logger()

TRY_LATER = 507


async def watch_folders(resources: Resources, root: Path, *, every_seconds: float = 5.0) -> None:
    """For ever: look into every bureau's folder below ``root``."""

    async def watch() -> None:
        while True:
            await look(resources.database, resources.desk, root)
            await anyio.sleep(every_seconds)

    await keep_doing("watched folder", watch)


async def look(database: Database, desk: Desk, root: Path) -> int:
    """Takes in every complete drop once; how many manifests were put away. One bureau's fault stops no other."""
    put_away = 0
    for folder in await anyio.to_thread.run_sync(folders, root):
        try:
            put_away += await take_in(database, desk, folder)
        except OSError as error:
            log.warning("watched_folder_unusable", folder=folder.path.name, error=str(error))
    return put_away


async def take_in(database: Database, desk: Desk, folder: Folder) -> bool:
    """Takes in one drop, then puts its manifest away; False when a file must wait (no room left)."""
    try:
        items = await anyio.to_thread.run_sync(folder.items)
    except ManifestUnreadable as error:
        await anyio.to_thread.run_sync(put_manifest_away, folder, str(error))
        return True
    taken = [await take_file(database, desk, folder, item) for item in items]
    if all(taken):
        await anyio.to_thread.run_sync(put_manifest_away, folder, None)
    return all(taken)


async def take_file(database: Database, desk: Desk, folder: Folder, item: Item) -> bool:
    """One file of a drop: taken in or refused, and put away. False: left for a later look."""
    feed = await anyio.to_thread.run_sync(folder.feed_of, item.file)
    if feed is None:
        if not await anyio.to_thread.run_sync(folder.settled, item):
            await refuse(folder, item, "没有这个文件，或文件名不是数据源名称（如 tax.csv、tax-2.parquet）")
        return True
    try:
        declared = folder.declaration(item, feed)
        receipt = await deliver(database, folder.caller, desk, declared, bytes_of(folder.path / item.file))
    except DeliveryRefused as refusal:
        if refusal.status == TRY_LATER:
            return False
        await refuse(folder, item, refusal.detail)
    except Problem as problem:
        await refuse(
            folder, item, f"{problem.detail}（本文件夹只接收{folder.department.label}区划 {folder.region} 的数据）"
        )
    except Exception as error:
        if passes_by_itself(error):
            raise
        log.exception("watched_file_failed", folder=folder.path.name, feed=feed)
        await refuse(folder, item, "处理这个文件时程序出错，未采用；请联系平台管理员")
    else:
        await anyio.to_thread.run_sync(accept, desk, folder, item, receipt)
    return True


async def refuse(folder: Folder, item: Item, reason: str) -> None:
    """Puts a file away as refused."""
    await anyio.to_thread.run_sync(folder.refuse, item.file, put_as(item), reason)


def accept(desk: Desk, folder: Folder, item: Item, receipt: Receipt) -> None:
    """Puts a file away as taken in."""
    row = receipt.delivery
    told = {name: getattr(row, name) for name in ("id", "feed", "region", "year", "mode", "sha256", "received_at")}
    counts = {name: getattr(row, name) for name in ("rows", "accepted", "rejected", "flagged", "warnings")}
    keep = not holds_persons(row.feed)
    folder.accept(item, told | counts, rejects_csv(desk.store.path(row.rejects_file)), keep=keep)


def put_manifest_away(folder: Folder, refusal: str | None) -> None:
    """The manifest goes last: until then the drop is looked at again."""
    manifest = folder.path / MANIFEST
    put = f"{manifest.lstat().st_mtime_ns}-{MANIFEST}"
    if refusal is None:
        manifest.replace(folder.place("done") / put)
    else:
        folder.refuse(MANIFEST, put, refusal)
