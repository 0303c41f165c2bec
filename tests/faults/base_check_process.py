"""Makes the check that is ordered as a process of its own, to be killed: database, setting of the base."""

import asyncio
import datetime as dt
import sys

from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.base_check.checker import BaseChecker, CheckPace
from services.notification.publication.peers.legal_person_base import LegalPersonBase
from shared.database.connections import Database


async def check(database_url: str, setting: str) -> None:
    """Steps until there is nothing to do."""
    pace = CheckPace(None, frozenset(), dt.timedelta(hours=1), dt.timedelta(0))
    checker = BaseChecker(Database(database_url), LegalPersonBase(parse_peer(SecretStr(setting))), pace)
    while await checker.step():
        pass


if __name__ == "__main__":
    asyncio.run(check(*sys.argv[1:3]))
