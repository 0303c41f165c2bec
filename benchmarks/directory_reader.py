"""``python -m benchmarks.directory_reader URL CODE…``: one reader of the directory, in a process of its own.

Looks households up by code, 200 a second at most, until its input is closed; then prints the milliseconds that 99 of
100 lookups stayed below. A process of its own, as the service's readers are separate from its worker.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable

from services.typing.directory.repository import BY_USCC
from shared.database.connections import Database

READY = "ready"
PAUSE = 0.005


async def p99_while(url: str, codes: list[str], work: Awaitable[object]) -> float:
    """The p99 of lookups in milliseconds during the work."""
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.directory_reader",
        url,
        *codes,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if reader.stdout is None or (await reader.stdout.readline()).decode().strip() != READY:
        raise RuntimeError("the reader did not start")
    await work
    output, _ = await reader.communicate(b"")  # closes its input
    return float(output)


async def read_until_told(url: str, codes: list[str]) -> float:
    """The p99 of the lookups until the input is closed."""
    database = Database(url)
    pool = await database.pool()
    stopped = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    await pool.fetchrow(BY_USCC, codes[0], "")
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    times: list[float] = []
    while not stopped.done():
        began = time.perf_counter()
        await pool.fetchrow(BY_USCC, codes[len(times) % len(codes)], "")
        times.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE)
    await database.close()
    return statistics.quantiles(times, n=100)[98]


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(read_until_told(sys.argv[1], sys.argv[2:]))}\n")
