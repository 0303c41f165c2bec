"""The support service, declared: `uvicorn --factory services.support.service:SERVICE.asgi`, and its worker,
`python -m services.support.service`.
"""

from collections.abc import Sequence

from services.support import own_data
from services.support.analysis import endpoints as analysis_endpoints
from services.support.calls import endpoints as call_endpoints, official_endpoints
from services.support.catalogue import endpoints as measure_endpoints
from services.support.deadlines import DEADLINES, on_moved
from services.support.effects import endpoints as effect_endpoints
from services.support.entitlements import endpoints as entitlement_endpoints, list_endpoints
from services.support.entitlements.task import entitlement_task
from services.support.handlers import BATCH_HANDLERS, HANDLERS
from services.support.inspections import endpoints as inspection_endpoints
from services.support.inspections.repository import rejects_digests
from services.support.monitoring import endpoints as monitoring_endpoints
from services.support.problems import endpoints as problem_endpoints
from services.support.resources import Resources
from services.support.rules import endpoints as rule_endpoints
from services.support.settings import SupportSettings
from services.support.surveys import endpoints as survey_endpoints
from services.support.work_reports import endpoints as work_report_endpoints
from services.support.work_reports.task import work_report_task
from shared.platform.housekeeping import StoredFiles
from shared.platform.service import Service, Subscription

EVENTS_AT_ONCE = 2000
"""Events per transaction: a published run has millions of them, and larger batches are faster."""


def stores(resources: Resources) -> Sequence[StoredFiles]:
    """The rejects of deliveries."""
    return [(resources.intake.store, rejects_digests)]


SERVICE = Service(
    settings=SupportSettings,
    resources=Resources.open,
    routers=[
        entitlement_endpoints.router,
        list_endpoints.router,
        effect_endpoints.router,
        measure_endpoints.router,
        call_endpoints.router,
        official_endpoints.router,
        problem_endpoints.router,
        rule_endpoints.router,
        own_data.router,
        work_report_endpoints.router,
        monitoring_endpoints.router,
        survey_endpoints.router,
        analysis_endpoints.router,
        inspection_endpoints.router,
        inspection_endpoints.delivery_endpoints,
    ],
    subscriptions=[
        Subscription("households", ["typing.events"], {}, BATCH_HANDLERS, EVENTS_AT_ONCE),
        Subscription("recognitions", ["recognition.events"], HANDLERS),
    ],
    deadlines=DEADLINES,
    on_deadlines_moved=on_moved,
    tasks=[entitlement_task, work_report_task],
    stores=stores,
)

if __name__ == "__main__":
    SERVICE.work()
