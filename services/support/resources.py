"""What the support service holds while it runs: settings, database, and where deliveries are checked."""

import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.support.settings import SupportSettings
from shared.database.connections import Database
from shared.feeds.intake.absence import AbsenceRules
from shared.feeds.intake.context import IntakeContext
from shared.platform.app import resources_of
from shared.reference.personal_data import OperatorPseudonym


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: SupportSettings
    database: Database
    intake: IntakeContext

    @classmethod
    def open(cls, settings: SupportSettings, database: Database) -> "Resources":
        """Open the data directory that the settings name, in which only rejects are stored."""
        # the feeds have no identity numbers: the key of their pseudonyms is nobody else's
        nobody = OperatorPseudonym(secrets.token_bytes(32))
        absence = AbsenceRules(settings.full_delivery_least_accepted, settings.removal_share, settings.removal_least)
        intake = IntakeContext.open(settings.data_dir, nobody, largest=settings.largest_delivery, absence=absence)
        return cls(settings, database, intake)


ResourcesDep = Annotated[Resources, Depends(resources_of)]
