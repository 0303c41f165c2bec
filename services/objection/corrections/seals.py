"""The two seals of a corrected row: it is opened from the vault and sealed again for typing alone."""

from dataclasses import dataclass

from services.objection.resources import Resources
from shared.platform.sealed_fields.vault import Vault
from shared.platform.sealed_messages import Sealer


@dataclass(frozen=True)
class Seals:
    """What opens a corrected row here, and what seals it for typing."""

    vault: Vault
    sealer: Sealer


def seals_of(resources: Resources) -> Seals:
    """Those of the process."""
    return Seals(resources.vault, resources.sealer)
