"""What somebody files."""

from dataclasses import dataclass

from services.objection.filing.domain import Target
from services.objection.objections.domain import Ground
from services.objection.objectors.identities import FilingConsent, Identity


@dataclass(frozen=True)
class FilingOrder:
    """What is filed: against what, why, by whom; `consent`: recorded by the officer who files at the counter."""

    target: Target
    grounds: tuple[Ground, ...]
    statement: str
    identity: Identity | None = None
    consent: FilingConsent | None = None
