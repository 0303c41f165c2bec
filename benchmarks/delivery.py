"""Deliveries: a CSV uploaded, checked row by row and stored, against DuckDB reading the same file with types.

Ours is the complete path over HTTP to one uvicorn process: upload, digest, every row checked, pseudonyms, Parquet on
disk, the row committed. The plain way reads the local file with the right column types and writes Parquet; it checks
nothing. Between rounds the table of deliveries is emptied, so that every delivery is new.
"""

import asyncio
import base64
import csv
import hashlib
import http.client
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
import duckdb

from benchmarks.harness import Measurement, Size, seconds
from benchmarks.lookup import served, service_environment
from benchmarks.prepared_data import REGION, TODAY, feeds, postgres
from deploy.local.token_issuer import ISSUER, Issuer, TokenClaims
from shared.database.connections import Database
from shared.feeds.contract.feeds import FEEDS

MEASURED = ("registration", "annual_report")
TYPES = {"date": "DATE", "bool": "BOOLEAN", "money": "DECIMAL(18,2)", "count": "BIGINT", "year": "INTEGER"}


def measure(size: Size) -> list[Measurement]:
    """Seconds of both, one measurement a feed."""
    source = feeds(size.households, "csv")
    with tempfile.TemporaryDirectory() as name, postgres(Path(name)) as url:
        folder, issuer = Path(name), Issuer(Path(name) / "issuer")
        issuer.key_file.parent.mkdir()
        issuer.ensure()
        token = issuer.token(TokenClaims("bench", "bureau", REGION, department="market"))
        environment = service_environment(url, folder) | {
            "MINGLU_TYPING_ISSUER": ISSUER,
            "MINGLU_TYPING_JWKS": str(issuer.jwks_file),
        }
        with served("services.typing.service:SERVICE.asgi", environment) as port:
            return [measured(feed, source, folder, url, port, token, size.rounds) for feed in MEASURED]


def measured(feed: str, source: Path, folder: Path, url: str, port: int, token: str, rounds: int) -> Measurement:
    """One feed, in turn; who begins changes each round."""
    file = source / f"{feed}.csv"
    upload = Upload(feed, file, port, token)
    ours: list[float] = []
    plain: list[float] = []
    ways: list[tuple[Callable[[], None], list[float]]] = [
        (upload, ours),
        (lambda: read_plainly(feed, file, folder / "plain.parquet"), plain),
    ]
    for turn in range(-1, rounds):
        asyncio.run(forget_deliveries(url))
        for way, times in ways if turn % 2 else reversed(ways):
            took = seconds(way)
            if turn >= 0:
                times.append(took)
    rows = f"{upload.rows:,} rows of {feed}.csv ({file.stat().st_size / 2**20:.0f} MiB)"
    return Measurement(f"DuckDB reading {rows} with types, writing Parquet", ours, plain, 3.0)


class Upload:
    """The file as its bureau uploads it; the declaration is prepared before the clock starts."""

    def __init__(self, feed: str, file: Path, port: int, token: str) -> None:
        self.file, self.port = file, port
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").digest()
            content.seek(0)
            self.rows = sum(block.count(b"\n") for block in iter(lambda: content.read(1 << 20), b"")) - 1
        parameters = {"region": REGION, "mode": "full", "bureau": "bench"}
        if FEEDS[feed].has("year"):
            parameters["year"] = str(TODAY.year - 1)
        self.path = f"/v1/feeds/{feed}/deliveries?{urlencode(parameters)}"
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "text/csv",
            "Content-Length": str(file.stat().st_size),
            "Content-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
            "Minglu-Rows": str(self.rows),
        }

    def __call__(self) -> None:
        """Uploads once; the answer must be that a new delivery was taken in."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, blocksize=1 << 18)
        with self.file.open("rb") as content:
            connection.request("POST", self.path, body=content, headers=self.headers)
            answer = connection.getresponse()
            assert answer.status == 201, answer.read().decode()
            answer.read()
        connection.close()


def read_plainly(feed: str, file: Path, out: Path) -> None:
    """The simplest way that yields typed Parquet."""
    columns = ", ".join(
        f"'{c.name}': '{TYPES.get(c.kind, 'VARCHAR')}'" for c in FEEDS[feed].columns if c.name in header(file)
    )
    with duckdb.connect() as con:
        con.execute(
            f"COPY (FROM read_csv('{file}', header = true, columns = {{{columns}}})) TO '{out}' (FORMAT parquet)"
        )


def header(file: Path) -> list[str]:
    """The columns that the file has."""
    with file.open(encoding="utf-8", newline="") as content:
        return next(csv.reader(content))


async def forget_deliveries(url: str) -> None:
    """Empties the table, so that the same bytes are new again."""
    connection = await asyncpg.connect(**Database(url).connect_options())
    await connection.execute("truncate delivery cascade")
    await connection.close()
