"""What the typing service holds while it runs: settings, database, the files of runs, the intake of deliveries,
the keys for sealed corrections."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.typing.engine.files import Workspace
from services.typing.settings import TypingSettings
from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.platform.app import resources_of
from shared.platform.sealed_messages import SealOpener
from shared.reference.personal_data import OperatorPseudonym


@dataclass
class Resources:
    """Opened once per process over the process's database."""

    settings: TypingSettings
    database: Database
    workspace: Workspace
    intake: IntakeContext
    seals: SealOpener
    """Opens corrections of evidence, which travel sealed"""

    @classmethod
    def open(cls, settings: TypingSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        key = OperatorPseudonym(bytes.fromhex(settings.pseudonym_key.get_secret_value()))
        intake = IntakeContext.open(
            settings.data_dir, key, largest=settings.largest_delivery, memory_limit=settings.memory_limit
        )
        seals = SealOpener(settings.correction_keys.get_secret_value())
        return cls(settings, database, Workspace(settings.data_dir), intake, seals)


ResourcesDep = Annotated[Resources, Depends(resources_of)]
