"""What a process of its own does that pulls a source, to be killed."""

from pathlib import Path
from typing import Any

from services.typing.deliveries.pull import Pulling, pull
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.feeds.pulling.paged_api import PullSource
from shared.reference.personal_data import OperatorPseudonym


async def pull_once(url: str, data: str, source: dict[str, Any], hosts: list[str]) -> None:
    """With connections of its own."""
    database = Database(url)
    intake = IntakeContext.open(Path(data), OperatorPseudonym(b"k" * 32), memory_limit="500MB")
    await pull(database, intake, PullSource.model_validate(source), Pulling(hosts))
    await database.close()
