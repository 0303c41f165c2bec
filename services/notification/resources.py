"""What the notification service holds while it runs: settings, database, vault."""

import secrets
from dataclasses import dataclass, field
from typing import Annotated

import anyio
from fastapi import Depends

from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from shared.feeds.intake.absence import AbsenceRules
from shared.feeds.intake.context import FileChecker, IntakeContext
from shared.file_store import Store
from shared.platform.app import resources_of
from shared.platform.sealed_fields.vault import Vault
from shared.reference.personal_data import OperatorPseudonym


@dataclass(frozen=True, kw_only=True)
class ContactIntake(IntakeContext):
    """Where deliveries of contacts are checked: in memory, what does not fit is refused; small ones have a slot of
    their own. `samples`: whether the made-up numbers of samples count.
    """

    vault: Vault
    samples: bool
    small_checks: anyio.CapacityLimiter | None = field(default_factory=lambda: anyio.CapacityLimiter(1))

    @classmethod
    def of(cls, settings: NotificationSettings, vault: Vault) -> "ContactIntake":
        """Over the settings' data directory, in which only rejects are stored."""
        store = Store(settings.data_dir, "rejects")
        store.clear_abandoned()
        # the feed has no identity numbers: the key of their pseudonyms is nobody else's
        nobody = OperatorPseudonym(secrets.token_bytes(32))
        checker = FileChecker(store, nobody, settings.contact_memory, spills=False)
        largest = settings.largest_contact_delivery
        return cls(
            bench=checker,
            largest=largest,
            vault=vault,
            samples=settings.sample_contacts,
            absence=AbsenceRules(settings.full_delivery_least_accepted, settings.removal_share, settings.removal_least),
        )


@dataclass
class Resources:
    """Opened once per process, over the process's database."""

    settings: NotificationSettings
    database: Database
    vault: Vault
    """Seals phones and e-mail addresses"""
    intake: ContactIntake

    @classmethod
    def open(cls, settings: NotificationSettings, database: Database) -> "Resources":
        """Open what the settings name."""
        vault = Vault.of(settings.vault_keys)
        return cls(settings, database, vault, ContactIntake.of(settings, vault))


ResourcesDep = Annotated[Resources, Depends(resources_of)]
