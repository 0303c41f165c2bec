"""The objection service, declared: `uvicorn --factory services.objection.service:SERVICE.asgi`, and its worker,
`python -m services.objection.service`.
"""

from collections.abc import Sequence

from services.objection import own_data
from services.objection.corrections import endpoints as correction_endpoints
from services.objection.deadlines import DEADLINES
from services.objection.decisions import endpoints as decision_endpoints
from services.objection.examination import endpoints as examination_endpoints
from services.objection.exchange import endpoints as exchange_endpoints
from services.objection.exchange.hand_ins import hear_hand_in, take_what_waited
from services.objection.exchange.task import directory_task
from services.objection.filing import endpoints as filing_endpoints
from services.objection.handlers import BATCH_HANDLERS, HANDLERS
from services.objection.history import endpoints as history_endpoints
from services.objection.objections import endpoints as objection_endpoints
from services.objection.objections.clearing import CHANGES
from services.objection.objections.models import ENDED_DOCUMENTS
from services.objection.objections.repository import document_digests
from services.objection.objections.rescheduling import note_moved
from services.objection.objectors import endpoints as objector_endpoints
from services.objection.oversight import endpoints as oversight_endpoints
from services.objection.reports import endpoints as report_endpoints
from services.objection.resources import Resources
from services.objection.rules import endpoints as rule_endpoints
from services.objection.settings import ObjectionSettings
from services.objection.verifications import endpoints as verification_endpoints
from shared.contracts.notification import HandedIn
from shared.platform.housekeeping import StoredFiles
from shared.platform.service import Service, Subscription

EVENTS_AT_ONCE = 2000
"""Events per transaction: a published run has millions of them, and larger batches are faster."""


def stores(resources: Resources) -> Sequence[StoredFiles]:
    """Documents handed in with objections."""
    return [(resources.documents, document_digests)]


SERVICE = Service(
    settings=ObjectionSettings,
    resources=Resources.open,
    routers=[
        oversight_endpoints.router,
        rule_endpoints.router,
        report_endpoints.router,
        exchange_endpoints.router,
        filing_endpoints.router,  # before a single objection: `mine` is no objection's id
        objection_endpoints.router,
        history_endpoints.router,
        objector_endpoints.router,
        examination_endpoints.router,
        verification_endpoints.router,
        correction_endpoints.router,
        decision_endpoints.router,
        own_data.router,
    ],
    subscriptions=[
        Subscription("hand-ins", ["notification.events"], {HandedIn: hear_hand_in}),
        Subscription("objection", ["typing.events", "recognition.events"], HANDLERS, BATCH_HANDLERS, EVENTS_AT_ONCE),
    ],
    deadlines={**DEADLINES, **CHANGES},
    on_deadlines_moved=note_moved,
    tasks=[directory_task],
    tidying=[take_what_waited],
    stores=stores,
    retained=[ENDED_DOCUMENTS],
)

if __name__ == "__main__":
    SERVICE.work()
