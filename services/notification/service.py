"""The notification service, declared: `uvicorn --factory services.notification.service:SERVICE.asgi`, and its worker,
`python -m services.notification.service`.
"""

from collections.abc import Sequence

from services.notification.contacts import endpoints as contact_endpoints
from services.notification.contacts.repository import rejects_digests
from services.notification.delivery import endpoints as delivery_endpoints
from services.notification.delivery.task import delivery_task
from services.notification.digests.task import digest_task
from services.notification.handlers import BULK_HANDLERS
from services.notification.household_letters import endpoints as letter_endpoints
from services.notification.inbox import endpoints as inbox_endpoints
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from services.notification.subscriptions import endpoints as subscription_endpoints, fanout
from services.notification.subscriptions.sender import webhook_task
from shared.platform.housekeeping import StoredFiles
from shared.platform.service import Service, Subscription

EVENTS_AT_ONCE = 2000
"""Events per transaction: a published run has millions of them, and larger batches are faster."""


def stores(resources: Resources) -> Sequence[StoredFiles]:
    """The rejects of deliveries of contacts."""
    return [(resources.intake.store, rejects_digests)]


SERVICE = Service(
    settings=NotificationSettings,
    resources=Resources.open,
    routers=[
        inbox_endpoints.router,
        contact_endpoints.delivery_endpoints,
        contact_endpoints.router,
        delivery_endpoints.router,
        letter_endpoints.router,
        subscription_endpoints.router,
    ],
    subscriptions=[
        Subscription("notification-bulk", ["typing.events"], {}, BULK_HANDLERS, EVENTS_AT_ONCE),
        Subscription("webhooks", fanout.TOPICS, {}, fanout.HANDLERS, EVENTS_AT_ONCE),
    ],
    tasks=[delivery_task, webhook_task, digest_task],
    tidying=[fanout.forget_old],
    stores=stores,
)

if __name__ == "__main__":
    SERVICE.work()
