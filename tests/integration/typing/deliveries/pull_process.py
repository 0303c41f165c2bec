"""A process of its own that pulls a source, to be killed:
`python -m tests.integration.typing.deliveries.pull_process <json>`.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from services.typing.deliveries.pull import pull
from services.typing.deliveries.pull_source import PullSource
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.reference.personal_data import OperatorPseudonym


async def main(url: str, data: str, source: dict[str, Any], hosts: list[str]) -> None:
    database = Database(url)
    intake = IntakeContext.open(Path(data), OperatorPseudonym(b"k" * 32), memory_limit="500MB")
    await pull(database, intake, PullSource.model_validate(source), hosts)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
