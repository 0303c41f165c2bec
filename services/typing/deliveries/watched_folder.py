"""The watched folder: bureaus put files into their folder, and the worker takes them in.

`<root>/<region>-<department>-<bureau>/` belongs to one bureau; its name, which only the platform's administrator can
give, says for which region and department it may deliver. A drop is data files named as feeds (`tax.csv`,
`tax-2.parquet`) and, put there last, the manifest `delivery.json` (`shared/feeds/intake/manifest.py`).

The folder is scanned every few seconds; no change notification is needed, so network shares work. An accepted file
goes to `done/` with a receipt and its rejects, a refused one to `refused/` with the reason as a text. A raw file with
personal columns is deleted once it is taken in: no id number is kept. After a kill the next scan continues: bytes
that came last count once, and files of the same drop that were already archived are skipped.
"""

import json
import os
import re
import stat
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
import structlog

from services.typing.deliveries.intake import TypingDeclaration
from services.typing.deliveries.models import Delivery
from services.typing.deliveries.service import RECEIVING
from shared.database.connections import Database
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.context import IntakeContext
from shared.feeds.intake.manifest import LARGEST_MANIFEST, MANIFEST, ManifestItem, ManifestUnreadable, manifest_items
from shared.feeds.intake.refusals import DeliveryRefused, StorageFull
from shared.feeds.validation.folder import find_feed_files
from shared.feeds.validation.rejects import rejects_csv
from shared.platform.deliveries.receiving import Receipt
from shared.platform.errors import ServiceError
from shared.platform.identity import Caller, Role
from shared.reference.departments import Department
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

DEPARTMENT_NAMES = "|".join(sorted(Department, key=len, reverse=True))
BUREAU_FOLDER_NAME = re.compile(
    rf"(?P<region>[0-9]{{2}}(?:[0-9]{{2}}){{0,2}})-(?P<department>{DEPARTMENT_NAMES})-(?P<bureau>.{{1,80}})"
)
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class BureauFolder:
    """One bureau's folder. All methods block."""

    path: Path
    region: str
    department: Department
    bureau: str

    @property
    def caller(self) -> Caller:
        """The caller that a file here stands for: the bureau of the folder's name, with its region and department."""
        return Caller(f"folder:{self.path.name}", frozenset({Role.BUREAU}), self.region, department=self.department)

    def items(self) -> list[ManifestItem]:
        """What the manifest declares. ManifestUnreadable with the reason."""
        manifest = self.path / MANIFEST
        status = manifest.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_MANIFEST:
            raise ManifestUnreadable("清单不是普通文件，或超过 1 MiB")
        return manifest_items(manifest.read_bytes())

    def feed_of(self, file: str) -> str | None:
        """The feed that a file here is named after; None: none, or there is no such plain file."""
        path = self.path / file
        if path.is_symlink() or not path.is_file():
            return None
        return next((feed for feed, paths in find_feed_files(self.path).files.items() if path in paths), None)

    def declaration(self, item: ManifestItem, feed: str) -> TypingDeclaration:
        """An item as the declaration of a delivery."""
        suffix = Path(item.file).suffix.lower()
        return TypingDeclaration(
            feed, self.bureau, item.region, item.year, item.mode, item.rows, item.sha256, suffix, "folder"
        )

    def archive_name(self, item: ManifestItem) -> str:
        """The name of an archived file: of this drop alone (its manifest's time), since a later one may bring the same
        bytes under the same name as a new delivery.
        """
        return f"{(self.path / MANIFEST).lstat().st_mtime_ns}.{item.sha256[:16]}-{item.file}"

    def settled(self, item: ManifestItem) -> bool:
        """Whether an earlier, interrupted scan of this drop has already archived the file."""
        return any(
            (self.path / place / f"{self.archive_name(item)}.{kind}").exists()
            for place, kind in (("done", "json"), ("refused", "txt"))
        )

    def refuse(self, name: str, put: str, reason: str) -> None:
        """Puts the reason into `refused/`, and the file, if it is there. One that may hold id numbers is deleted."""
        feed = self.feed_of(name)
        refused = self.place("refused")
        (refused / f"{put}.txt").write_text(reason + "\n", encoding="utf-8")
        if name == MANIFEST or (feed is not None and not holds_personal_data(feed)):
            (self.path / name).replace(refused / put)
        else:
            (self.path / name).unlink(missing_ok=True)

    def accept(self, item: ManifestItem, receipt: dict[str, object], rejects: Iterable[bytes], *, keep: bool) -> None:
        """Puts the receipt and the rejects into `done/`; the file too, or it is deleted if ``keep`` is false."""
        done, put = self.place("done"), self.archive_name(item)
        with (done / f"{put}.rejects.csv").open("wb") as table:
            table.writelines(rejects)
        text = json.dumps(receipt, ensure_ascii=False, indent=1, default=str)
        (done / f"{put}.json").write_text(text + "\n", encoding="utf-8")
        if keep:
            (self.path / item.file).replace(done / put)
        else:
            (self.path / item.file).unlink()

    def place(self, name: str) -> Path:
        """`done/` or `refused/`, created when first needed; OSError when it is a symbolic link."""
        directory = self.path / name
        directory.mkdir(exist_ok=True)
        if directory.is_symlink():
            raise NotADirectoryError(str(directory))
        return directory


def holds_personal_data(feed: str) -> bool:
    """Whether a feed's rows name persons: such files are never kept."""
    return any(column.personal for column in FEEDS[feed].columns)


def bureau_folders(root: Path) -> list[BureauFolder]:
    """The bureaus' folders that have a manifest, in the order of their names."""
    folders = []
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        if path.is_symlink() or not (path / MANIFEST).exists():
            continue
        name = BUREAU_FOLDER_NAME.fullmatch(path.name)
        if name is None:
            log.warning("watched_folder_not_understood", folder=path.name, expected="<region>-<department>-<bureau>")
        else:
            folders.append(BureauFolder(path, name["region"], Department(name["department"]), name["bureau"]))
    return folders


async def read_blocks(path: Path) -> AsyncIterator[bytes]:
    """A file's content, read in a thread; a symbolic link is an error."""
    handle = await anyio.to_thread.run_sync(os.open, path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb", buffering=0) as file:
        while block := await anyio.to_thread.run_sync(file.read, BLOCK_BYTES):
            yield block


async def watch_folders(database: Database, intake: IntakeContext, root: Path, *, every_seconds: float = 5.0) -> None:
    """Until cancelled: scan every bureau's folder below ``root``."""

    async def watch() -> None:
        while True:
            await scan_folders(database, intake, root)
            await anyio.sleep(every_seconds)

    await run_forever("watched folder", watch)


async def scan_folders(database: Database, intake: IntakeContext, root: Path) -> int:
    """Processes every complete drop; returns how many manifests were archived. Bureaus do not affect one another."""
    put_away = 0
    for folder in await anyio.to_thread.run_sync(bureau_folders, root):
        try:
            put_away += await process_drop(database, intake, folder)
        except OSError as error:
            log.warning("watched_folder_unusable", folder=folder.path.name, error=str(error))
    return put_away


async def process_drop(database: Database, intake: IntakeContext, folder: BureauFolder) -> bool:
    """Processes one drop, then archives its manifest; False when a file must wait (disk full)."""
    try:
        items = await anyio.to_thread.run_sync(folder.items)
    except ManifestUnreadable as error:
        await anyio.to_thread.run_sync(archive_manifest, folder, str(error))
        return True
    taken = [await process_file(database, intake, folder, item) for item in items]
    if all(taken):
        await anyio.to_thread.run_sync(archive_manifest, folder, None)
    return all(taken)


async def process_file(database: Database, intake: IntakeContext, folder: BureauFolder, item: ManifestItem) -> bool:
    """Accepts or refuses one file of a drop and archives it. False: left for a later scan."""
    feed = await anyio.to_thread.run_sync(folder.feed_of, item.file)
    if feed is None:
        if not await anyio.to_thread.run_sync(folder.settled, item):
            await refuse_file(folder, item, "没有这个文件，或文件名不是数据源名称（如 tax.csv、tax-2.parquet）")
        return True
    try:
        declared = folder.declaration(item, feed)
        receipt = await RECEIVING.receive_in_transaction(
            database, folder.caller, intake, declared, read_blocks(folder.path / item.file)
        )
    except StorageFull:
        return False
    except DeliveryRefused as refusal:
        await refuse_file(folder, item, refusal.detail)
    except ServiceError as problem:
        await refuse_file(
            folder, item, f"{problem.detail}（本文件夹只接收{folder.department.label}区划 {folder.region} 的数据）"
        )
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("watched_file_failed", folder=folder.path.name, feed=feed)
        await refuse_file(folder, item, "处理这个文件时程序出错，未采用；请联系平台管理员")
    else:
        await anyio.to_thread.run_sync(accept_file, intake, folder, item, receipt)
    return True


async def refuse_file(folder: BureauFolder, item: ManifestItem, reason: str) -> None:
    """Archives a file as refused."""
    await anyio.to_thread.run_sync(lambda: folder.refuse(item.file, folder.archive_name(item), reason))


def accept_file(intake: IntakeContext, folder: BureauFolder, item: ManifestItem, receipt: Receipt[Delivery]) -> None:
    """Archives a file as accepted."""
    row = receipt.delivery
    described = {name: getattr(row, name) for name in ("id", "feed", "region", "year", "mode", "sha256", "received_at")}
    counts = {name: getattr(row, name) for name in ("rows", "accepted", "rejected", "flagged", "warnings")}
    keep = not holds_personal_data(row.feed)
    folder.accept(item, described | counts, rejects_csv(intake.store.path(row.rejects_file)), keep=keep)


def archive_manifest(folder: BureauFolder, refusal: str | None) -> None:
    """Archives the manifest, last of all: until then the drop is scanned again."""
    manifest = folder.path / MANIFEST
    put = f"{manifest.lstat().st_mtime_ns}-{MANIFEST}"
    if refusal is None:
        manifest.replace(folder.place("done") / put)
    else:
        folder.refuse(MANIFEST, put, refusal)
