"""What the objection service holds while it runs: settings, database, document store, vault, sealer."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.objection.settings import ObjectionSettings
from shared.database.connections import Database
from shared.file_store import Store
from shared.platform.app import resources_of
from shared.platform.sealed_fields.vault import Vault
from shared.platform.sealed_messages import Sealer


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: ObjectionSettings
    database: Database
    documents: Store
    vault: Vault
    """Seals the names and contacts of objectors"""
    sealer: Sealer
    """Seals corrected rows for typing"""

    @classmethod
    def open(cls, settings: ObjectionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        documents = Store(settings.data_dir, "documents", suffix="")
        return cls(settings, database, documents, Vault.of(settings.vault_keys), Sealer(settings.correction_key))


ResourcesDep = Annotated[Resources, Depends(resources_of)]
