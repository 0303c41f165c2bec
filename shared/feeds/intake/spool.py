"""A body of any length, to a file and through SHA-256 at once, without holding it or the event loop."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread

from shared.feeds.intake.refusals import too_large

BLOCK = 1 << 20


@dataclass(frozen=True)
class Spooled:
    """What arrived: its digest in hexadecimal and its length in bytes."""

    sha256: str
    size: int


async def spool(chunks: AsyncIterator[bytes], target: Path, limit: int) -> Spooled:
    """Writes the chunks to a new file. DeliveryRefused (413) as soon as there are more than ``limit`` bytes."""
    digest, size, block = hashlib.sha256(), 0, bytearray()
    with target.open("xb", buffering=0) as file:

        def write(data: bytes) -> None:
            digest.update(data)
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]

        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            block += chunk
            if len(block) >= BLOCK:
                await anyio.to_thread.run_sync(write, bytes(block))
                block.clear()
        await anyio.to_thread.run_sync(write, bytes(block))
    return Spooled(digest.hexdigest(), size)
