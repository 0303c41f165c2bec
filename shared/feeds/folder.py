"""Finds the files of the feeds in a folder: `tax.csv`, `tax-2.csv`, `tax-3.parquet`, …

A name is taken apart, never globbed: `tax*` would also take `tax_registration`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from shared.feeds.contracts import FEEDS
from shared.feeds.errors import FolderNotUsable

SUFFIXES = (".csv", ".parquet", ".xlsx")
OWN_FILES = frozenset({"rejects.csv", "planted.csv"})
"""Files that `minglu feeds` itself writes into such a folder: neither feeds nor worth a warning."""

_NAME = re.compile(rf"(?P<feed>{'|'.join(FEEDS)})(-(?P<number>\d+))?(?P<suffix>\.\w+)", re.ASCII)


@dataclass(frozen=True)
class FolderFiles:
    """Files by feed (in the feeds' order, numbered files by number) and everything else that lies there."""

    files: dict[str, list[Path]]
    ignored: list[Path]


def find_files(directory: Path) -> FolderFiles:
    """The feeds' files of a folder, not of folders below it. Raises FolderNotUsable."""
    found: dict[str, list[tuple[int, str, Path]]] = {}
    ignored = []
    for path in _entries(directory):
        match = _NAME.fullmatch(path.name)
        if match and path.is_file() and match["suffix"].lower() in SUFFIXES:
            found.setdefault(match["feed"], []).append((int(match["number"] or 0), path.name, path))
        elif path.name not in OWN_FILES and not path.name.startswith("."):
            ignored.append(path)
    return FolderFiles({feed: [path for *_, path in sorted(found[feed])] for feed in FEEDS if feed in found}, ignored)


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except FileNotFoundError:
        raise FolderNotUsable(f"没有这个文件夹：{directory}。") from None
    except NotADirectoryError:
        raise FolderNotUsable(f"这不是文件夹：{directory}。") from None
    except OSError as error:
        raise FolderNotUsable(f"文件夹打不开：{directory}（{error.strerror}）。") from error
