"""Reads what was handed in at a system, in a process of its own, to be killed on the way.

`cursor-first` is the naive variant: the cursor goes on before the page that it stands behind is kept.
"""

from pathlib import Path

from services.notification.publication.incoming import repository, task
from services.notification.publication.incoming.service import Intake
from services.notification.publication.peers.peer import HandInPage
from services.notification.publication.systems import System
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from tests.fixtures.hand_in_system import HttpHandsIn
from tests.integration.notification.notification_client import VAULT_KEYS


class CursorFirst(HttpHandsIn):
    """The naive variant."""

    database: Database

    async def handed_in(self, cursor: str) -> HandInPage:
        """Notes where to go on as soon as it is known."""
        page = await super().handed_in(cursor)
        async with self.database.transaction() as session:
            await repository.save_cursor(session, self.system, page.next, clock.now())
        return page


async def read(url: str, data: str, jwks: str, system: str, key: str, manner: str = "") -> None:
    """One round, until killed."""
    settings = NotificationSettings(
        database_url=url,
        bus_url=url,
        issuer="https://issuer.test",
        jwks=jwks,
        data_dir=Path(data),
        vault_keys=VAULT_KEYS,
        handed_in_applications_key=key,
    )
    database = Database(settings.database_url)
    peer = (CursorFirst if manner else HttpHandsIn)(System.CULTIVATION_PLATFORM, system)
    if isinstance(peer, CursorFirst):
        peer.database = database
    await task.exchange_once(Intake.of(Resources.open(settings, database)), peer)
