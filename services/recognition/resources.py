"""What the recognition service holds while it runs: settings, database, document store, intake."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.recognition.settings import RecognitionSettings
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.file_store import Store
from shared.platform.app import resources_of
from shared.reference.personal_data import OperatorPseudonym


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: RecognitionSettings
    database: Database
    documents: Store
    intake: IntakeContext

    @classmethod
    def open(cls, settings: RecognitionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        documents = Store(settings.data_dir, "documents", suffix="")
        key = OperatorPseudonym(bytes.fromhex(settings.pseudonym_key.get_secret_value()))
        return cls(
            settings, database, documents, IntakeContext.open(settings.data_dir, key, largest=settings.largest_delivery)
        )


ResourcesDep = Annotated[Resources, Depends(resources_of)]
