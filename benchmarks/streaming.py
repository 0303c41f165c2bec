"""HouseholdTyped of a complete run to Kafka: our resumable stream against raw aiokafka with the same payload.

The plain way sends ready-made bytes from memory and waits once; ours reads the run's file, makes each event and
moves its cursor after the acknowledgements. Both are idempotent producers with acks=all and the same batching.
"""

import asyncio
import datetime as dt
import tempfile
import time
import uuid
from pathlib import Path

from aiokafka import AIOKafkaProducer

from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import AS_OF, kafka, postgres, published_like_files
from services.typing.engine.duckdb_connection import connect
from services.typing.runs.models import Run
from services.typing.runs.publication_files import household_typed_records, write_announcement
from shared.database.connections import Database
from shared.messaging.bulk_stream import BulkStream
from shared.messaging.bus import Record
from shared.messaging.transports import open_bus

BATCH = 10_000


def measure(size: Size) -> list[Measurement]:
    """Events a second of both."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name)) as url, kafka(Path(name)) as address:
        folder = Path(name)
        snapshot, results = published_like_files(folder, size.households)
        with connect(temp_directory=folder) as con:
            write_announcement(con, snapshot, results, None, folder / "announcement.parquet")
        ours, plain = asyncio.run(compare(url, address, folder / "announcement.parquet", size))
    return [Measurement("raw aiokafka, same payload", ours, plain, 0.7, at_least=True, unit="events/s")]


async def compare(url: str, address: str, announcement: Path, size: Size) -> tuple[list[float], list[float]]:
    """In turn, each to a topic of its own."""
    run = Run(id=uuid.uuid4(), as_of=AS_OF, revision=1, published_by="bench", published_at=dt.datetime.now(dt.UTC))
    fetch = household_typed_records(run, announcement)
    ready: list[Record] = []
    while records := fetch(len(ready), BATCH):
        ready += records
    database, bus = Database(url), open_bus(f"kafka://{address}")
    ours, plain = [], []
    for turn in range(size.rounds):
        topics = (f"plain-{turn}", f"ours-{turn}")
        await bus.ensure_topics(topics)
        plain.append(len(ready) / await raw(address, topics[0], ready))
        async with database.transaction() as session:
            await BulkStream.register(session, topics[1], topics[1], len(ready))
        began = time.perf_counter()
        await BulkStream(database, bus).run(topics[1], household_typed_records(run, announcement))
        ours.append(len(ready) / (time.perf_counter() - began))
    await bus.close()
    await database.close()
    return ours, plain


async def raw(address: str, topic: str, records: list[Record]) -> float:
    """Seconds of aiokafka alone."""
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True, max_batch_size=950_000)
    await producer.start()
    try:
        began = time.perf_counter()
        for start in range(0, len(records), BATCH):
            sent = [await producer.send(topic, value, key.encode()) for key, value in records[start : start + BATCH]]
            await asyncio.gather(*sent)
        return time.perf_counter() - began
    finally:
        await producer.stop()
