"""The notification service, declared: `uvicorn --factory services.notification.service:SERVICE.asgi`, and its worker,
`python -m services.notification.service`.
"""

from collections.abc import Coroutine, Sequence
from typing import Any

from services.notification import own_data
from services.notification.contacts import endpoints as contact_endpoints
from services.notification.contacts.repository import rejects_digests
from services.notification.deadlines import DEADLINES
from services.notification.delivery import endpoints as delivery_endpoints
from services.notification.delivery.task import delivery_task
from services.notification.digests.task import digest_task, forget_past_reminders
from services.notification.handlers import (
    BULK_HANDLERS,
    BULK_TOPICS,
    HANDLERS,
    OWN_HANDLERS,
    OWN_TOPICS,
    SUPPORT_HANDLERS,
    SUPPORT_TOPICS,
    URGENT_TOPICS,
    limits_of,
    tell_what_waited,
)
from services.notification.household_letters import endpoints as letter_endpoints
from services.notification.inbox import endpoints as inbox_endpoints
from services.notification.publication import handlers as publication_handlers
from services.notification.publication.base_check import endpoints as base_check_endpoints
from services.notification.publication.base_check.checker import base_check_task
from services.notification.publication.files import endpoints as publication_file_endpoints
from services.notification.publication.incoming import endpoints as incoming_endpoints
from services.notification.publication.incoming.task import ANSWER_TOPICS, ANSWERS, incoming_task
from services.notification.publication.oversight import endpoints as publication_endpoints
from services.notification.publication.oversight.watching import watch
from services.notification.publication.reconciliation import endpoints as reconciliation_endpoints
from services.notification.publication.reconciliation.task import reconciliation_task
from services.notification.publication.task import publication_task
from services.notification.resources import Resources
from services.notification.retention.service import empty_what_is_old
from services.notification.rules import endpoints as rule_endpoints
from services.notification.rules.service import keep_shipped
from services.notification.settings import NotificationSettings
from services.notification.subscriptions import endpoints as subscription_endpoints, fanout
from services.notification.subscriptions.sender import webhook_task
from services.notification.telling import endpoints as telling_endpoints
from services.notification.telling.later import tell_many
from shared.platform.housekeeping import StoredFiles
from shared.platform.service import FurtherWorker, Service, Subscription, WorkerContext

EVENTS_AT_ONCE = 2000
"""Events per transaction: a published run has millions of them, and larger batches are faster."""
EVENTS_PASSED_AT_ONCE = 5000
"""The same where nearly all are another consumer's"""


def stores(resources: Resources) -> Sequence[StoredFiles]:
    """The rejects of deliveries of contacts."""
    return [(resources.intake.store, rejects_digests)]


def telling_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Tells all households of a region what a rule tells to many."""
    return tell_many(context.database, limits_of(context.resources))


PUBLISHER = FurtherWorker[NotificationSettings, Resources](
    subscriptions=[
        Subscription(
            "publication-corrections",
            publication_handlers.CORRECTION_TOPICS,
            {},
            publication_handlers.CORRECTION_HANDLERS,
            EVENTS_PASSED_AT_ONCE,
        ),
        Subscription(
            "publication", publication_handlers.URGENT_TOPICS, {}, publication_handlers.URGENT_HANDLERS, EVENTS_AT_ONCE
        ),
        Subscription(
            "publication-bulk", publication_handlers.BULK_TOPICS, {}, publication_handlers.BULK_HANDLERS, EVENTS_AT_ONCE
        ),
        Subscription("hand-ins", ANSWER_TOPICS, ANSWERS),
    ],
    tasks=[publication_task, reconciliation_task, incoming_task, base_check_task],
)
"""Publication to the national systems, which neither waits for messages nor holds them up."""

SERVICE = Service(
    settings=NotificationSettings,
    resources=Resources.open,
    routers=[
        inbox_endpoints.router,
        contact_endpoints.delivery_endpoints,
        contact_endpoints.router,
        delivery_endpoints.router,
        letter_endpoints.router,
        incoming_endpoints.router,
        subscription_endpoints.router,
        publication_endpoints.router,
        publication_file_endpoints.router,
        telling_endpoints.router,  # before a rule's own: `recent-events` is no rule
        rule_endpoints.router,
        reconciliation_endpoints.router,
        base_check_endpoints.router,
        own_data.router,
    ],
    subscriptions=[
        Subscription("notification", URGENT_TOPICS, {}, HANDLERS),
        Subscription("notification-bulk", BULK_TOPICS, {}, BULK_HANDLERS, EVENTS_AT_ONCE),
        Subscription("notification-support", SUPPORT_TOPICS, {}, SUPPORT_HANDLERS, EVENTS_AT_ONCE),
        Subscription("notification-own", OWN_TOPICS, {}, OWN_HANDLERS, EVENTS_AT_ONCE),
        Subscription("webhooks", fanout.TOPICS, {}, fanout.HANDLERS, EVENTS_AT_ONCE, fanout.asked_topics),
    ],
    deadlines=DEADLINES,
    tasks=[telling_task, delivery_task, webhook_task, digest_task],
    tidying=[keep_shipped, tell_what_waited, forget_past_reminders, fanout.forget_old, empty_what_is_old, watch],
    stores=stores,
    further_workers={"publisher": PUBLISHER},
)

if __name__ == "__main__":
    SERVICE.work()
