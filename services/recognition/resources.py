"""What the recognition service holds while it runs: settings, database, document store, intake, keys."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.recognition.settings import RecognitionSettings
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.file_store import Store
from shared.platform.app import resources_of
from shared.platform.sealed_messages import SealOpener
from shared.reference.personal_data import OperatorPseudonym


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: RecognitionSettings
    database: Database
    documents: Store
    intake: IntakeContext
    hand_ins: SealOpener
    """Opens applications that were handed in at the national systems"""

    @classmethod
    def open(cls, settings: RecognitionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        documents = Store(settings.data_dir, "documents", suffix="")
        key = OperatorPseudonym(bytes.fromhex(settings.pseudonym_key.get_secret_value()))
        intake = IntakeContext.open(settings.data_dir, key, largest=settings.largest_delivery)
        keys = settings.handed_in_applications_keys
        return cls(settings, database, documents, intake, SealOpener.of(keys.get_secret_value() if keys else None))


ResourcesDep = Annotated[Resources, Depends(resources_of)]
