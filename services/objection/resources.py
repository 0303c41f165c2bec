"""What the objection service holds while it runs: settings, database, document store, vault, sealer, keys."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.objection.settings import ObjectionSettings
from shared.database.connections import Database
from shared.platform.app import resources_of
from shared.platform.papers import Typesetter
from shared.platform.sealed_documents import SealedStore
from shared.platform.sealed_fields.keys import parse_keys
from shared.platform.sealed_fields.vault import Vault
from shared.platform.sealed_messages import Sealer, SealOpener


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: ObjectionSettings
    database: Database
    documents: SealedStore
    vault: Vault
    """Seals the names and contacts of objectors"""
    sealer: Sealer
    """Seals corrected rows for typing"""
    hand_ins: SealOpener
    """Opens objections that were handed in at the national systems"""
    typesetter: Typesetter

    @classmethod
    def open(cls, settings: ObjectionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        documents = SealedStore(settings.data_dir, "documents", parse_keys(settings.vault_keys.get_secret_value()))
        vault, keys = Vault.of(settings.vault_keys), settings.handed_in_objections_keys
        hand_ins = SealOpener.of(keys.get_secret_value() if keys else None)
        sealer = Sealer(settings.correction_key)
        return cls(settings, database, documents, vault, sealer, hand_ins, Typesetter(settings.paper_fonts))


ResourcesDep = Annotated[Resources, Depends(resources_of)]
