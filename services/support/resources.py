"""What the support service holds while it runs: settings and database."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.support.settings import SupportSettings
from shared.database.connections import Database
from shared.platform.app import resources_of


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: SupportSettings
    database: Database

    @classmethod
    def open(cls, settings: SupportSettings, database: Database) -> "Resources":
        """Nothing else is opened."""
        return cls(settings, database)


ResourcesDep = Annotated[Resources, Depends(resources_of)]
