"""What the recognition service holds while it runs: settings, database, document store, intake, keys."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.recognition.settings import RecognitionSettings
from shared.database.connections import Database
from shared.feeds.intake.absence import AbsenceRules
from shared.feeds.intake.context import IntakeContext
from shared.platform.app import resources_of
from shared.platform.papers import Typesetter
from shared.platform.pseudonym_keys import pseudonym_in_force
from shared.platform.sealed_documents import SealedStore
from shared.platform.sealed_fields.keys import parse_keys
from shared.platform.sealed_messages import SealOpener


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: RecognitionSettings
    database: Database
    documents: SealedStore
    intake: IntakeContext
    hand_ins: SealOpener
    """Opens applications that were handed in at the national systems"""
    typesetter: Typesetter

    @classmethod
    def open(cls, settings: RecognitionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        vault_keys = parse_keys(settings.vault_keys.get_secret_value()) if settings.vault_keys else {}
        documents = SealedStore(settings.data_dir, "documents", vault_keys)
        key = pseudonym_in_force(settings.pseudonym_key)
        absence = AbsenceRules(settings.full_delivery_least_accepted, settings.removal_share, settings.removal_least)
        intake = IntakeContext.open(settings.data_dir, key, largest=settings.largest_delivery, absence=absence)
        keys = settings.handed_in_applications_keys
        opener = SealOpener.of(keys.get_secret_value() if keys else None)
        return cls(settings, database, documents, intake, opener, Typesetter(settings.paper_fonts))


ResourcesDep = Annotated[Resources, Depends(resources_of)]
