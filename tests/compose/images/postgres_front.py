"""The TLS of the stand-in for the image postgres: the tests' own server is built without it.

It listens where the network reaches the container; whoever comes in the clear is turned away, as pg_hba.conf has it.
"""

import asyncio
import socket
from pathlib import Path

from tls_front import tls_front  # type: ignore[import-not-found]  # lies beside this file in the container

CERTIFICATES = Path("/certificates")
PORT = 5432


async def main() -> None:
    """Until the container ends."""
    address = socket.gethostbyname("postgres")
    certificate, key = CERTIFICATES / "postgres.pem", CERTIFICATES / "postgres-key.pem"
    async with tls_front(PORT, certificate, key, host=address, port=PORT):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
