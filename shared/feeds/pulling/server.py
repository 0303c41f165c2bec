"""A reference server of the pull protocol, for trying it out: `minglu feeds serve FOLDER`.

Every feed that has a CSV file in the folder is at `/<feed>`. Cursors are line numbers; a bureau's own may be anything.
It serves one machine's trials, over plain http on loopback: no bureau should run it as its interface.
"""

import csv
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import Column, FeedsError
from shared.feeds.validation.folder import find_feed_files

LIMIT, LARGEST_LIMIT = 5_000, 100_000


@dataclass(frozen=True)
class ServedFolder:
    """The CSV files that are served, by feed; `token`: what callers must show, empty: nothing."""

    files: Mapping[str, Sequence[Path]]
    token: str = ""

    @classmethod
    def open(cls, directory: Path, token: str = "") -> "ServedFolder":
        """FolderNotUsable where it cannot be listed, FeedsError when it has no CSV file of a feed."""
        found = find_feed_files(directory).files
        files = {feed: [path for path in paths if path.suffix == ".csv"] for feed, paths in found.items()}
        files = {feed: paths for feed, paths in files.items() if paths}
        if not files:
            raise FeedsError(f"文件夹 {directory} 里没有部门数据的 CSV 文件（如 tax.csv）")
        return cls(files, token)

    def page(self, feed: str, cursor: str, limit: int) -> dict[str, Any]:
        """The answer that the protocol asks for. ValueError for a cursor that is not one of ours."""
        start = int(cursor or "0")
        if start < 0:
            raise ValueError(cursor)
        rows = list(islice(self._rows(feed), start, start + limit + 1))
        return {"rows": rows[:limit], "next": str(start + limit) if len(rows) > limit else None}

    def _rows(self, feed: str) -> Iterator[dict[str, Any]]:
        return chain.from_iterable(_rows_of(feed, path) for path in self.files[feed])


def _rows_of(feed: str, path: Path) -> Iterator[dict[str, Any]]:
    contract = FEEDS[feed]
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {
                name: _value(contract.column(name), cell) if contract.has(name) else cell
                for name, cell in row.items()
                if name is not None
            }


def _value(column: Column, cell: str | None) -> str | bool | None:
    """A cell as JSON; figures stay texts, which keeps their digits as written."""
    if not cell:
        return None
    return {"true": True, "false": False}.get(cell, cell) if column.kind == "bool" else cell


class PageServer(ThreadingHTTPServer):
    """The server, bound to loopback and not started; port 0: any free one."""

    def __init__(self, folder: ServedFolder, port: int) -> None:
        self.folder = folder
        super().__init__(("127.0.0.1", port), PageHandler)


class PageHandler(BaseHTTPRequestHandler):
    """Answers `GET /<feed>?limit=…&cursor=…`."""

    server: PageServer

    def do_GET(self) -> None:
        """One page, or a status that says what was wrong with the call."""
        self._answer(*self._answered())

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class names it
        """Nothing: what is served is shown by whoever asks."""

    def _answered(self) -> tuple[int, dict[str, Any]]:
        folder, address = self.server.folder, urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
        feed = address.path.strip("/")
        if folder.token and not _shows(self.headers.get("Authorization"), folder.token):
            return 401, {"detail": "请在 Authorization 中写明 Bearer 令牌"}
        if feed not in folder.files:
            return 404, {"detail": f"这里有：{'、'.join(folder.files)}"}
        try:
            limit = min(max(int(asked.get("limit", LIMIT)), 1), LARGEST_LIMIT)
            return 200, folder.page(feed, asked.get("cursor", ""), limit)
        except ValueError:
            return 400, {"detail": "limit 应为整数，cursor 应为上一页的 next"}

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _shows(header: str | None, token: str) -> bool:
    return hmac.compare_digest((header or "").encode(), f"Bearer {token}".encode())
