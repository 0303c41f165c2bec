"""Reconciles one system, in a process of its own, to be killed."""

from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.reconciliation.rounds import Reconciler
from services.notification.publication.systems import System
from shared.database.connections import Database
from tests.integration.notification.publication.reconciling import PACE


async def reconcile(database_url: str, setting: str) -> None:
    """Steps until there is nothing to do. `setting`: of the system."""
    peer = HttpPeer(FORMATS[System.PROVINCE_DIRECTORY], parse_peer(SecretStr(setting)))
    reconciler = Reconciler(Database(database_url), peer, PACE)
    while await reconciler.step():
        pass
