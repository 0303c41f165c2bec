"""What the typing service holds while it runs: settings, database, the files of runs, the intake of deliveries,
the keys for sealed corrections."""

from dataclasses import dataclass
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends

from services.typing.engine.files import Workspace
from services.typing.settings import TypingSettings
from shared.database.connections import Database
from shared.feeds.intake.absence import AbsenceRules
from shared.feeds.intake.context import FileChecker, IntakeContext, OpenChecker
from shared.platform.app import resources_of
from shared.platform.pseudonym_keys import pseudonym_in_force
from shared.platform.sealed_messages import SealOpener


@dataclass
class Resources:
    """Opened once per process over the process's database."""

    settings: TypingSettings
    database: Database
    workspace: Workspace
    intake: IntakeContext
    single_rows: FileChecker
    """Checks a corrected row, and computes what follows for its household"""
    queries: CapacityLimiter
    """Reads of trials' files over HTTP"""
    seals: SealOpener
    """Opens corrections of evidence, which travel sealed"""

    @classmethod
    def open(cls, settings: TypingSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name."""
        key = pseudonym_in_force(settings.pseudonym_key)
        intake = IntakeContext.open(
            settings.data_dir,
            key,
            largest=settings.largest_delivery,
            memory_limit=settings.memory_limit,
            absence=AbsenceRules(settings.full_delivery_least_accepted),
        )
        seals = SealOpener(settings.correction_keys.get_secret_value())
        single_rows = OpenChecker(intake.store, key, settings.memory_limit)
        queries = CapacityLimiter(settings.queries_at_once)
        return cls(settings, database, Workspace(settings.data_dir), intake, single_rows, queries, seals)


ResourcesDep = Annotated[Resources, Depends(resources_of)]
