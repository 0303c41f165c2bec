"""The platform's tables in a service's database: all of them in every service, whether it uses them or not.

They are made by this package's migrations alone, never by a service's: a change here is one revision, not one in
every service.
"""

from shared.messaging.deadlines import deadline_tables
from shared.messaging.tables import messaging_tables
from shared.service.audit import audit_tables
from shared.service.database import new_metadata
from shared.service.idempotency import idempotency_tables
from shared.service.officers import officer_tables

metadata = new_metadata()
for tables_of in (messaging_tables, audit_tables, idempotency_tables, officer_tables, deadline_tables):
    tables_of(metadata)
