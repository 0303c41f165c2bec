"""What a process of its own does that delivers one file, to be killed."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from services.typing.deliveries.intake import TypingDeclaration
from services.typing.deliveries.service import RECEIVING
from shared.database.connections import Database
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.context import IntakeContext
from shared.platform.identity import Caller, Role
from shared.reference.personal_data import OperatorPseudonym


async def deliver_once(url: str, data: str, file: str, feed: str) -> None:
    """With connections of its own."""
    content = Path(file).read_bytes()
    declared = TypingDeclaration(
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
    intake = IntakeContext.open(Path(data), OperatorPseudonym(b"k" * 32), memory_limit="500MB")
    await RECEIVING.receive_in_transaction(database, caller, intake, declared, body())
    await database.close()
