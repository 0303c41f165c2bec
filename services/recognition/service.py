"""The recognition service, declared: `uvicorn --factory services.recognition.service:SERVICE.asgi`, and its worker,
`python -m services.recognition.service`.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition import own_data
from services.recognition.adoptions import endpoints as adoption_endpoints
from services.recognition.adoptions.repository import evidence_digests
from services.recognition.applications import endpoints as application_endpoints
from services.recognition.applications.models import RETAINED
from services.recognition.applications.repository import document_digests
from services.recognition.assessments import endpoints as assessment_endpoints
from services.recognition.deadlines import DEADLINES, on_deadlines_moved
from services.recognition.decisions import endpoints as decision_endpoints
from services.recognition.examination import endpoints as examination_endpoints
from services.recognition.handed_in.service import take_what_waited
from services.recognition.handlers import BATCH_HANDLERS, HAND_INS, HANDLERS
from services.recognition.lifecycle import endpoints as lifecycle_endpoints
from services.recognition.monitoring import endpoints as monitoring_endpoints
from services.recognition.monitoring.repository import rejects_digests
from services.recognition.monitoring.waiting import count_what_waited
from services.recognition.outlets import badge_endpoints, endpoints as outlet_endpoints
from services.recognition.papers import endpoints as paper_endpoints
from services.recognition.registers import endpoints as register_endpoints
from services.recognition.resources import Resources
from services.recognition.scoring import endpoints as scoring_endpoints
from services.recognition.season import endpoints as season_endpoints
from services.recognition.selection import endpoints as selection_endpoints
from services.recognition.settings import RecognitionSettings
from services.recognition.sheets import endpoints as sheet_endpoints
from services.recognition.standards import endpoints as standards_endpoints
from services.recognition.statistics import endpoints as statistics_endpoints
from services.recognition.supervision import endpoints as supervision_endpoints
from shared.platform.annotations import annotation_handlers
from shared.platform.housekeeping import StoredFiles
from shared.platform.service import Service, Subscription

EVENTS_AT_ONCE = 2000
"""Events per transaction: a published run has millions of them, and larger batches are faster."""


def stores(resources: Resources) -> Sequence[StoredFiles]:
    """Documents of applications and of adoptions, and the rejects of register deliveries."""
    return [(resources.documents, stored_documents), (resources.intake.store, rejects_digests)]


async def stored_documents(session: AsyncSession) -> frozenset[str]:
    """The digests of all documents that a row names."""
    return await document_digests(session) | await evidence_digests(session)


SERVICE = Service(
    settings=RecognitionSettings,
    resources=Resources.open,
    routers=[
        season_endpoints.quota_router,
        season_endpoints.criteria_router,
        sheet_endpoints.router,
        standards_endpoints.router,
        season_endpoints.season_router,
        application_endpoints.application_router,
        application_endpoints.recommendation_router,
        selection_endpoints.withdrawal_router,
        application_endpoints.task_router,
        examination_endpoints.review_router,
        scoring_endpoints.router,
        selection_endpoints.selection_router,
        examination_endpoints.site_visit_router,
        examination_endpoints.consultation_router,
        examination_endpoints.notice_router,
        decision_endpoints.router,
        adoption_endpoints.router,
        lifecycle_endpoints.router,
        assessment_endpoints.confirmation_router,
        assessment_endpoints.report_router,
        assessment_endpoints.evaluation_router,
        outlet_endpoints.certificate_router,
        monitoring_endpoints.router,
        supervision_endpoints.spot_check_router,
        supervision_endpoints.filing_router,
        selection_endpoints.pool_router,
        badge_endpoints.badge_router,
        outlet_endpoints.credit_router,
        statistics_endpoints.router,
        paper_endpoints.router,
        register_endpoints.router,
        own_data.router,
    ],
    subscriptions=[
        Subscription("recognition", ["typing.events", "objection.events"], HANDLERS, BATCH_HANDLERS, EVENTS_AT_ONCE),
        Subscription(
            "annotations", ["notification.events"], batch_handlers=annotation_handlers("recognition"), batch=50
        ),
        Subscription("hand-ins", ["notification.events"], HAND_INS),
    ],
    deadlines=DEADLINES,
    on_deadlines_moved=on_deadlines_moved,
    tidying=[take_what_waited, count_what_waited],
    stores=stores,
    retained=RETAINED,
)

if __name__ == "__main__":
    SERVICE.work()
