"""What the recognition service holds while it runs: settings, database, the store of documents, the intake desk."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.recognition.settings import RecognitionSettings
from shared.feeds.intake.desk import Desk
from shared.feeds.intake.store import Store
from shared.identifiers import OperatorPseudonym
from shared.service.database import Database


@dataclass
class Resources:
    """Opened once per process over the process's database."""

    settings: RecognitionSettings
    database: Database
    documents: Store
    desk: Desk

    @classmethod
    def open(cls, settings: RecognitionSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        documents = Store(settings.data_dir, "documents", suffix="")
        key = OperatorPseudonym(bytes.fromhex(settings.pseudonym_key.get_secret_value()))
        return cls(settings, database, documents, Desk.open(settings.data_dir, key, largest=settings.largest_delivery))


def resources_of(request: Request) -> Resources:
    """The application's resources, as a dependency."""
    found: Resources = request.app.state.resources
    return found


ResourcesDep = Annotated[Resources, Depends(resources_of)]
