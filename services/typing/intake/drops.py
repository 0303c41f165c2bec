"""A watched folder's drops: which folders there are, what a manifest says, where files go afterwards.

`<root>/<region>-<department>-<bureau>/` belongs to one bureau; the name (`4101-tax-郑州市税务局`), which only the
platform's administrator can give, says for which region it may deliver, and which department's feeds. A drop is data
files named as feeds (`tax.csv`, `tax-2.parquet`) and, put there last, `delivery.json`: an object, or a list of
objects, of
`{"file": "tax.csv", "region": "4101", "year": 2024, "mode": "full", "rows": 1000, "sha256": "<64 hex digits>"}`.
"""

import json
import os
import re
import stat
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import anyio.to_thread
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from services.typing.intake.declaration import Declaration
from shared.departments import Department
from shared.feeds.contracts import FEEDS
from shared.feeds.folder import find_files
from shared.feeds.intake.declaration import Mode
from shared.service.identity import Caller, Role

MANIFEST = "delivery.json"
LONGEST_FIRST = "|".join(sorted(Department, key=len, reverse=True))
FOLDER_NAME = re.compile(
    rf"(?P<region>[0-9]{{2}}(?:[0-9]{{2}}){{0,2}})-(?P<department>{LONGEST_FIRST})-(?P<bureau>.{{1,80}})"
)
LARGEST_MANIFEST = 1 << 20
BLOCK = 1 << 20


class Item(BaseModel):
    """One data file of a drop, declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
    region: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$")]
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    mode: Mode
    rows: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", to_lower=True)]


ITEMS: TypeAdapter[list[Item] | Item] = TypeAdapter(list[Item] | Item)


class ManifestUnreadable(ValueError):
    """The manifest is not what a manifest is; the message is for the bureau (Chinese)."""


@dataclass(frozen=True)
class Folder:
    """One bureau's folder. All methods block."""

    path: Path
    region: str
    department: Department
    bureau: str

    @property
    def caller(self) -> Caller:
        """Who delivers by putting a file here: the bureau, for the region and the department of the folder's name."""
        return Caller(f"folder:{self.path.name}", frozenset({Role.BUREAU}), self.region, department=self.department)

    def items(self) -> list[Item]:
        """What the manifest declares. ManifestUnreadable with the reason."""
        manifest = self.path / MANIFEST
        found = manifest.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_MANIFEST:
            raise ManifestUnreadable("清单不是普通文件，或超过 1 MiB")
        try:
            declared = ITEMS.validate_json(manifest.read_bytes())
        except ValidationError as error:
            fields = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
            raise ManifestUnreadable(
                "清单不是有效的 JSON，或缺少、写错了以下各项："
                + "、".join(fields)[:500]
                + "；每个文件须写明 file、region、mode、rows、sha256，分年度的数据源还可写明 year"
            ) from error
        return declared if isinstance(declared, list) else [declared]

    def feed_of(self, file: str) -> str | None:
        """The feed that a file here is named after; None: none, or there is no such plain file."""
        path = self.path / file
        if path.is_symlink() or not path.is_file():
            return None
        return next((feed for feed, paths in find_files(self.path).files.items() if path in paths), None)

    def declaration(self, item: Item, feed: str) -> Declaration:
        """An item as the declaration of a delivery."""
        suffix = Path(item.file).suffix.lower()
        return Declaration(
            feed, self.bureau, item.region, item.year, item.mode, item.rows, item.sha256, suffix, "folder"
        )

    def settled(self, item: Item) -> bool:
        """Whether an interrupted look at this folder has already put the file away."""
        return any(
            (self.path / place / f"{put_as(item)}.{kind}").exists()
            for place, kind in (("done", "json"), ("refused", "txt"))
        )

    def refuse(self, name: str, put: str, reason: str) -> None:
        """Puts the reason into `refused/`, and the file, if it is there. One that may hold id numbers is deleted."""
        feed = self.feed_of(name)
        refused = self.place("refused")
        (refused / f"{put}.txt").write_text(reason + "\n", encoding="utf-8")
        if name == MANIFEST or (feed is not None and not holds_persons(feed)):
            (self.path / name).replace(refused / put)
        else:
            (self.path / name).unlink(missing_ok=True)

    def accept(self, item: Item, receipt: dict[str, object], rejects: Iterable[bytes], *, keep: bool) -> None:
        """Puts the receipt and the rejects into `done/`; the file too, or it is deleted if ``keep`` is false."""
        done, put = self.place("done"), put_as(item)
        with (done / f"{put}.rejects.csv").open("wb") as table:
            table.writelines(rejects)
        text = json.dumps(receipt, ensure_ascii=False, indent=1, default=str)
        (done / f"{put}.json").write_text(text + "\n", encoding="utf-8")
        if keep:
            (self.path / item.file).replace(done / put)
        else:
            (self.path / item.file).unlink()

    def place(self, name: str) -> Path:
        """`done/` or `refused/`, made when first needed; OSError where it leads elsewhere."""
        directory = self.path / name
        directory.mkdir(exist_ok=True)
        if directory.is_symlink():
            raise NotADirectoryError(str(directory))
        return directory


def holds_persons(feed: str) -> bool:
    """Whether a feed's rows name persons: such files are never kept."""
    return any(column.personal for column in FEEDS[feed].columns)


def put_as(item: Item) -> str:
    """The name of a file that was put away: several drops may use the same names."""
    return f"{item.sha256[:16]}-{item.file}"


def folders(root: Path) -> list[Folder]:
    """The bureaus' folders that have a manifest, in the order of their names."""
    found = []
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        name = FOLDER_NAME.fullmatch(path.name)
        if name and not path.is_symlink() and (path / MANIFEST).exists():
            found.append(Folder(path, name["region"], Department(name["department"]), name["bureau"]))
    return found


async def bytes_of(path: Path) -> AsyncIterator[bytes]:
    """A file's content, read beside the event loop; a symbolic link is an error."""
    handle = await anyio.to_thread.run_sync(os.open, path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(handle, "rb", buffering=0) as file:
        while block := await anyio.to_thread.run_sync(file.read, BLOCK):
            yield block
