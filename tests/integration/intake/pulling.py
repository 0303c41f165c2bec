"""A process that pulls a source by itself, to be killed: `python -m tests.integration.intake.pulling <json>`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from services.typing.intake.desk import Desk
from services.typing.intake.pull import pull
from services.typing.intake.pull_source import PullSource
from shared.identifiers import OperatorPseudonym
from shared.service.database import Database


async def main(url: str, data: str, source: dict[str, Any], hosts: list[str]) -> None:
    database = Database(url)
    desk = Desk.open(Path(data), OperatorPseudonym(b"k" * 32), memory_limit="500MB")
    await pull(database, desk, PullSource.model_validate(source), hosts)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
