"""What the recognition service holds while it runs: settings, database, the folder of documents, the pseudonyms."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from services.recognition.settings import RecognitionSettings
from shared.identifiers import OperatorPseudonym
from shared.service.database import Database


@dataclass
class Resources:
    """Opened once per process over the process's database."""

    settings: RecognitionSettings
    database: Database
    documents: Path
    pseudonym: OperatorPseudonym

    @classmethod
    def open(cls, settings: RecognitionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        documents = settings.data_dir / "documents"
        documents.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = OperatorPseudonym(bytes.fromhex(settings.pseudonym_key.get_secret_value()))
        return cls(settings, database, documents, key)


def resources_of(request: Request) -> Resources:
    """The application's resources, as a dependency."""
    found: Resources = request.app.state.resources
    return found


ResourcesDep = Annotated[Resources, Depends(resources_of)]
