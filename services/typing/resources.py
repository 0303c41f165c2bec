"""What the typing service holds while it runs: settings, database, files, the intake desk."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.typing.intake.desk import Desk
from services.typing.jobs.workspace import Workspace
from services.typing.settings import TypingSettings
from shared.identifiers import OperatorPseudonym
from shared.service.database import Database


@dataclass
class Resources:
    """Opened once per process over the process's database."""

    settings: TypingSettings
    database: Database
    workspace: Workspace
    desk: Desk

    @classmethod
    def open(cls, settings: TypingSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        key = OperatorPseudonym(bytes.fromhex(settings.pseudonym_key.get_secret_value()))
        desk = Desk.open(settings.data_dir, key, largest=settings.largest_delivery, memory_limit=settings.memory_limit)
        return cls(settings, database, Workspace(settings.data_dir), desk)


def resources_of(request: Request) -> Resources:
    """The application's resources, as a dependency."""
    found: Resources = request.app.state.resources
    return found


ResourcesDep = Annotated[Resources, Depends(resources_of)]
