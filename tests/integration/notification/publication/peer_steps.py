"""Records, pages and batches for tests of the systems."""

import hashlib
import uuid
from collections.abc import Sequence

import numpy as np
import orjson

from services.notification.publication.batches.domain import batch_digest
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import BatchSeal, BatchState, Done, Page, Received, Record
from services.notification.publication.systems import Kind
from shared.reference.uscc import make_usccs
from tests.fixtures.waiting import until


def usccs(number: int, first: int = 0) -> list[str]:
    """Codes of households."""
    made = make_usccs(np.full(number, 410102, np.int32), np.arange(first, first + number))
    return [one.decode() for one in made.tolist()]


def typed(code: str, label: str = "成长型", *, version: int = 1, region: str = "410102", **content: object) -> Record:
    """A type of a household."""
    known = {"uscc": code, "name": "郑州市金水区老王面馆", "type_label": label, "year": 2026, "region": region}
    return Record(Kind.TYPE, code, code, region, version, False, known | content)


def recognised(uscc: str, *, version: int = 1, **content: object) -> Record:
    """A recognition of a household."""
    known = {
        "uscc": uscc,
        "name": "郑州市金水区老王面馆",
        "category": "特色",
        "granted_on": "2026-09-01",
        "valid_until": "2029-08-31",
        "certificate": "豫金个名特优新2026-00001",
        "region": "410102",
        "state": "有效",
    }
    return Record(Kind.RECOGNITION, f"r-{uscc}", uscc, "410102", version, False, known | content)


def removed(record: Record, version: int = 2) -> Record:
    """The same record, to stand there no longer."""
    return Record(record.kind, record.key, record.uscc, record.region, version, True, {})


def pages(records: Sequence[Record], size: int = 1000, batch: uuid.UUID | None = None) -> list[Page]:
    """A batch of them."""
    parts = [records[first : first + size] for first in range(0, len(records), size)]
    batch = batch or uuid.uuid4()
    return [
        Page(batch, number, len(parts), hashlib.sha256(orjson.dumps([one.key for one in part])).hexdigest(), part)
        for number, part in enumerate(parts, 1)
    ]


def seal_of(batch: Sequence[Page]) -> BatchSeal:
    """What is said of a batch as a whole."""
    digest = batch_digest([page.digest for page in batch])
    return BatchSeal(batch[0].batch, len(batch), sum(len(page.records) for page in batch), digest)


async def done(peer: HttpPeer, batch: uuid.UUID) -> Done:
    """When it has finished with the batch."""
    states: list[BatchState] = []

    async def finished() -> bool:
        states.append(await peer.ask(batch, None))
        return isinstance(states[-1], Done)

    await until(finished)
    assert isinstance(states[-1], Done)
    return states[-1]


async def publish(peer: HttpPeer, records: Sequence[Record], size: int = 1000) -> Done:
    """Send a batch and wait until the system has finished with it."""
    batch = pages(records, size)
    for page in batch:
        assert isinstance(await peer.send(page), Received)
    assert isinstance(await peer.seal(seal_of(batch)), Received)
    return await done(peer, batch[0].batch)
