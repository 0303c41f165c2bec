"""The platform's tables in a service's database: all of them in every service, whether it uses them or not.

They are created only by this package's migrations: a change is one revision, not one per service.
"""

from shared.database.connections import new_metadata
from shared.messaging.tables import messaging_tables
from shared.platform.announced_calendar import calendar_tables
from shared.platform.audit import audit_tables
from shared.platform.deliveries.refused import refused_delivery_tables
from shared.platform.idempotency import idempotency_tables
from shared.platform.officers import officer_tables
from shared.platform.retention import retention_tables
from shared.worker.deadlines import deadline_tables

metadata = new_metadata()
for tables_of in (
    messaging_tables,
    audit_tables,
    idempotency_tables,
    officer_tables,
    deadline_tables,
    calendar_tables,
    retention_tables,
    refused_delivery_tables,
):
    tables_of(metadata)
