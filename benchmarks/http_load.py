"""A small load of GET requests over kept connections: raw asyncio streams, so that the client costs little."""

import asyncio
import itertools
import time
from collections.abc import Sequence


async def requests_per_second(host: str, port: int, paths: Sequence[str], *, seconds: float, connections: int) -> float:
    """Answers a second of ``connections`` clients that ask one after the other; any status but 200 is an error."""
    requests = [f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() for path in paths]
    turns = itertools.cycle(requests)
    end = time.perf_counter() + seconds
    counts = await asyncio.gather(*(one_client(host, port, turns, end) for _ in range(connections)))
    return sum(counts) / seconds


async def one_client(host: str, port: int, turns: "itertools.cycle[bytes]", end: float) -> int:
    """How many answers one connection got until ``end``."""
    reader, writer = await asyncio.open_connection(host, port)
    answered = 0
    while time.perf_counter() < end:
        writer.write(next(turns))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        answered += 1
    writer.close()
    return answered
