"""Makes the check that is ordered, in a process of its own, to be killed."""

import datetime as dt

from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.base_check.checker import BaseChecker, CheckPace
from services.notification.publication.peers.legal_person_base import LegalPersonBase
from shared.database.connections import Database


async def check(database_url: str, setting: str) -> None:
    """Steps until there is nothing to do. `setting`: of the base."""
    pace = CheckPace(None, frozenset(), dt.timedelta(hours=1), dt.timedelta(0))
    checker = BaseChecker(Database(database_url), LegalPersonBase(parse_peer(SecretStr(setting))), pace)
    while await checker.step():
        pass
