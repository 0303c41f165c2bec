"""What the notification service holds while it runs: settings, database, vault."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from shared.platform.app import resources_of
from shared.platform.sealed_fields.vault import Vault


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: NotificationSettings
    database: Database
    vault: Vault
    """Seals phones and e-mail addresses"""

    @classmethod
    def open(cls, settings: NotificationSettings, database: Database) -> "Resources":
        """Open what the settings name."""
        return cls(settings, database, Vault.of(settings.vault_keys))


ResourcesDep = Annotated[Resources, Depends(resources_of)]
