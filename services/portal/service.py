"""The portal, declared: `uvicorn --factory services.portal.service:SERVICE.asgi`, and its worker,
`python -m services.portal.service`.
"""

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.portal import own_data
from services.portal.about import endpoints as about
from services.portal.accounts import endpoints as accounts
from services.portal.adoptions import endpoints as adoptions
from services.portal.analyses import endpoints as analyses
from services.portal.areas import endpoints as areas
from services.portal.audit_trail import endpoints as audit_trail
from services.portal.cases import endpoints as cases
from services.portal.dashboards import endpoints as dashboards
from services.portal.desk import application_endpoints as applications, endpoints as desk, report_endpoints as reports
from services.portal.directory import endpoints as directory
from services.portal.disclosures import endpoints as disclosures
from services.portal.dossier import endpoints as dossier
from services.portal.downloads import endpoints as downloads
from services.portal.handling import endpoints as handling, verification_endpoints as verifications
from services.portal.inbox import endpoints as inbox
from services.portal.inspections import endpoints as inspections
from services.portal.measures import endpoints as measures
from services.portal.notices import endpoints as notices
from services.portal.own_objections import endpoints as own_objections, named_endpoints as named_objections
from services.portal.own_settings import endpoints as own_settings, session_endpoints as own_sessions
from services.portal.own_support import (
    commitment_endpoints as commitments,
    problem_endpoints as own_problems,
    survey_endpoints as own_surveys,
    visit_endpoints as own_visits,
)
from services.portal.publications import endpoints as publications, round_endpoints as rounds
from services.portal.quotas import endpoints as quotas
from services.portal.raised_problems import endpoints as raised_problems
from services.portal.recognised import endpoints as recognised
from services.portal.resources import Resources
from services.portal.runs import endpoints as runs
from services.portal.seasons import criteria_endpoints as criteria, endpoints as seasons
from services.portal.sessions.middleware import SessionMiddleware
from services.portal.settings import PortalSettings
from services.portal.sheets import endpoints as sheets
from services.portal.shell import endpoints as shell
from services.portal.shell.errors import answer_browsers_in_pages
from services.portal.shell.forms import FormRoute
from services.portal.sign_in import endpoints as sign_in
from services.portal.statistics import endpoints as statistics
from services.portal.surveys import endpoints as surveys
from services.portal.visits import endpoints as visits
from services.portal.worklist import endpoints as worklist
from shared.platform.identity import SAFE_METHODS, route_access
from shared.platform.service import DeclarationError, Service


class Portal(Service[PortalSettings, Resources]):
    """A service whose callers are browsers with sessions, and whose errors are pages, too."""

    def app(self, settings: PortalSettings) -> FastAPI:
        """The HTTP application with these settings; DeclarationError for a form that another site could post."""
        app = super().app(settings)
        for one in route_access(app):
            if one.method not in SAFE_METHODS and not isinstance(one.route, FormRoute):
                raise DeclarationError(f"{one.method} {one.path} must be a FormRoute")
        app.user_middleware.append(Middleware(SessionMiddleware))  # inside the one that answers unforeseen errors
        answer_browsers_in_pages(app)
        return app


async def forget_old_sessions(resources: Resources) -> None:
    """Delete rows of sessions that ended long ago."""
    await resources.sessions.forget_old()


SERVICE = Portal(
    settings=PortalSettings,
    resources=Resources.open,
    routers=[
        directory.router,
        areas.router,
        recognised.router,
        notices.router,
        statistics.router,
        about.router,
        shell.router,
        sign_in.router,
        accounts.router,
        applications.router,
        own_objections.router,
        named_objections.router,
        own_problems.router,
        own_visits.router,
        own_surveys.router,
        commitments.router,
        desk.router,
        reports.router,
        inbox.router,
        own_settings.router,
        own_sessions.router,
        own_data.router,
        worklist.router,
        dossier.router,
        handling.router,
        verifications.router,
        cases.router,
        runs.router,
        seasons.router,
        publications.router,
        dashboards.router,
        measures.router,
        visits.router,
        disclosures.router,
        sheets.router,
        quotas.router,
        adoptions.router,
        downloads.router,
        analyses.router,
        audit_trail.router,
        raised_problems.router,
        surveys.router,
        inspections.router,
        rounds.router,
        criteria.router,
    ],
    tidying=[forget_old_sessions],
)

if __name__ == "__main__":
    SERVICE.work()
