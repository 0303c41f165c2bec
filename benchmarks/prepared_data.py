"""What benchmarks start from: a migrated database with production settings, and files of a run on synthetic data."""

import datetime as dt
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from deploy.local.postgres import EmbeddedPostgres
from services.typing.engine.snapshot import freeze
from services.typing.engine.snapshot_typing import type_snapshot
from shared.database.migrations import upgrade
from shared.feeds.contract.feeds import TYPING_FEEDS
from shared.feeds.sample.writing import write_sample
from shared.feeds.validation.folder import check_folder
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.reader.loading import load_policy
from shared.reference.personal_data import OperatorPseudonym
from tests.fixtures.kafka_broker import KafkaBroker

TODAY = dt.date(2026, 7, 2)
AS_OF = dt.date(2026, 7, 1)
REGION = "4101"
SEED = 20260701
CACHE = Path(os.environ.get("MINGLU_BENCH_DIR", "/tmp/minglu-bench"))  # noqa: S108 - synthetic data, named in the README


@contextmanager
def postgres(folder: Path, service: str = "typing") -> Iterator[str]:
    """An embedded server with the settings of `minglu up` and a service's migrated database; its URL."""
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        url = server.create_database(f"minglu_{service}", owner=f"minglu_{service}")
        upgrade(url, f"services.{service}")
        yield url
    finally:
        server.stop()


@lru_cache
def feeds(households: int, fmt: str = "parquet") -> Path:
    """A folder of synthetic feeds, kept between runs of the benchmarks."""
    folder = CACHE / f"feeds-{households}-{fmt}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_sample(folder, region=REGION, households=households, seed=SEED, fmt=fmt, today=TODAY)  # type: ignore[arg-type]
        (folder / "done").touch()
    return folder


def published_like_files(folder: Path, households: int) -> tuple[Path, Path]:
    """Snapshot and results of a Zhengzhou run over synthetic feeds, with operators' pseudonyms."""
    snapshot, results = folder / "snapshot.parquet", folder / "results.parquet"
    key = OperatorPseudonym(b"k" * 32)
    checked = check_folder(feeds(households), TYPING_FEEDS, today=TODAY, pseudonym=key, temp_directory=folder)
    delivered = {name for name, report in checked.reports.items() if report.delivered}
    freeze(checked.con, delivered, AS_OF, snapshot)
    checked.con.close()
    type_snapshot(snapshot, compile_policy(load_policy("zhengzhou-2025"), AS_OF), results)
    return snapshot, results


def free_port() -> int:
    """An unused port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def kafka(folder: Path) -> Iterator[str]:
    """A real Apache Kafka on loopback (as in the tests), or the address in MINGLU_TEST_KAFKA."""
    if address := os.environ.get("MINGLU_TEST_KAFKA"):
        yield address
        return
    broker = KafkaBroker(folder / "kafka")
    broker.start()
    try:
        yield broker.address
    finally:
        broker.kill()
