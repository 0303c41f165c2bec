"""What the objection service holds while it runs: settings, database, document store, vault."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.objection.settings import ObjectionSettings
from shared.database.connections import Database
from shared.file_store import Store
from shared.platform.app import resources_of
from shared.platform.sealed_fields.vault import Vault


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: ObjectionSettings
    database: Database
    documents: Store
    vault: Vault
    """Seals the names and contacts of objectors"""

    @classmethod
    def open(cls, settings: ObjectionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        return cls(settings, database, Store(settings.data_dir, "documents", suffix=""), Vault.of(settings.vault_keys))


ResourcesDep = Annotated[Resources, Depends(resources_of)]
