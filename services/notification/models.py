"""All tables of the notification service on one metadata: what Alembic compares the migrations with."""

from services.notification.base import Base
from services.notification.contacts import models as contacts
from services.notification.delivery import models as delivery
from services.notification.digests import models as digests
from services.notification.household_letters import models as household_letters
from services.notification.messages import models as messages
from services.notification.publication.base_check import models as publication_base_check
from services.notification.publication.batches import models as publication_batches
from services.notification.publication.files import models as publication_files
from services.notification.publication.incoming import models as publication_incoming
from services.notification.publication.oversight import models as publication_oversight
from services.notification.publication.peers import models as publication_peers
from services.notification.publication.reconciliation import models as publication_reconciliation
from services.notification.publication.records import models as publication_records
from services.notification.publication.registers import models as publication_registers
from services.notification.registers import models as registers
from services.notification.retention import models as retention
from services.notification.rules import models as rules
from services.notification.subscriptions import models as subscriptions
from services.notification.telling import models as telling

CAPABILITIES = (
    contacts,
    delivery,
    digests,
    household_letters,
    messages,
    publication_base_check,
    publication_batches,
    publication_files,
    publication_incoming,
    publication_reconciliation,
    publication_oversight,
    publication_peers,
    publication_records,
    publication_registers,
    registers,
    retention,
    rules,
    subscriptions,
    telling,
)
"""Importing these modules registers their tables on the metadata."""

metadata = Base.metadata
