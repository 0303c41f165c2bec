"""A worker that sends webhooks and nothing else, in a process of its own, to be killed on the way.

`marks-first` is the naive variant: what is about to be sent counts as sent.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from services.notification.subscriptions import repository
from services.notification.subscriptions.calls import Answer, Calls
from services.notification.subscriptions.repository import Due
from services.notification.subscriptions.sender import Sender
from shared import clock
from shared.database.connections import Database
from shared.worker.failpoints import failpoint
from tests.integration.notification.webhook_receiver import ALLOWED, on_this_machine


class MarksFirst(Sender):
    """The naive variant."""

    async def _send(self, row: Any, keys: Sequence[str], due: Sequence[Due]) -> None:
        now = clock.now()
        async with self._database.transaction() as session:
            done = [self._ended(one, Answer(None, 204), now) for one in due]
            await repository.record(session, row.id, done, now)
        failpoint("webhooks.marked")
        await super()._send(row, keys, due)


async def send(url: str, data: str, jwks: str, manner: str = "") -> None:
    """Send until killed."""
    settings = NotificationSettings(
        database_url=url,
        bus_url=url,
        issuer="https://issuer.test",
        jwks=jwks,
        data_dir=Path(data),
        vault_keys=f"k1:{'5b' * 32}",
        **ALLOWED,
    )
    sender = MarksFirst if manner else Sender
    async with Calls(settings, on_this_machine) as calls:
        await sender(Resources.open(settings, Database(settings.database_url)), calls).run()
