"""What the recognition service holds while it runs: settings, database, the folder of documents, the intake desk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from services.recognition.settings import RecognitionSettings
from shared.feeds.intake.desk import Desk
from shared.identifiers import OperatorPseudonym
from shared.service.database import Database


@dataclass
class Resources:
    """Opened once per process over the process's database."""

    settings: RecognitionSettings
    database: Database
    documents: Path
    desk: Desk

    @classmethod
    def open(cls, settings: RecognitionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        documents = settings.data_dir / "documents"
        documents.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = OperatorPseudonym(bytes.fromhex(settings.pseudonym_key.get_secret_value()))
        return cls(settings, database, documents, Desk.open(settings.data_dir, key, largest=settings.largest_delivery))


def resources_of(request: Request) -> Resources:
    """The application's resources, as a dependency."""
    found: Resources = request.app.state.resources
    return found


ResourcesDep = Annotated[Resources, Depends(resources_of)]
