"""A process that delivers one file by itself, to be killed: `python -m tests.integration.intake.delivering <json>`."""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from services.typing.intake.declaration import Declaration
from services.typing.intake.desk import Desk
from services.typing.service.deliveries import deliver
from shared.feeds.contracts import FEEDS
from shared.identifiers import OperatorPseudonym
from shared.service.database import Database
from shared.service.identity import Caller, Role


async def main(url: str, data: str, file: str, feed: str) -> None:
    content = Path(file).read_bytes()
    declared = Declaration(
        feed,
        "市场监管局",
        "4101",
        None,
        "full",
        content.count(b"\n") - 1,
        hashlib.sha256(content).hexdigest(),
        ".csv",
    )

    async def body() -> AsyncIterator[bytes]:
        yield content

    database = Database(url)
    caller = Caller("bureau", frozenset({Role.BUREAU}), "4101", department=FEEDS[feed].department)
    desk = Desk.open(Path(data), OperatorPseudonym(b"k" * 32), memory_limit="500MB")
    await deliver(database, caller, desk, declared, body())
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
