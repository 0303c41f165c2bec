"""The recognition service's application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.recognition.endpoints import (
    applications,
    badges,
    certificates,
    confirmations,
    consultations,
    credit,
    criteria,
    decision_sheets,
    deliveries,
    documents,
    evaluations,
    filings,
    information_reports,
    lives,
    pool,
    public_notices,
    quotas,
    recognitions,
    recommendations,
    reviews,
    seasons,
    selections,
    site_visits,
    spot_checks,
    tasks,
    withdrawals,
    worklists,
)
from services.recognition.resources import Resources
from services.recognition.settings import RecognitionSettings
from shared.service.app import create_app

MODULES = (
    quotas,
    criteria,
    seasons,
    applications,
    recommendations,
    withdrawals,
    documents,
    tasks,
    reviews,
    selections,
    site_visits,
    consultations,
    public_notices,
    worklists,
    decision_sheets,
    recognitions,
    lives,
    confirmations,
    information_reports,
    evaluations,
    certificates,
    deliveries,
    spot_checks,
    filings,
    pool,
    badges,
    credit,
)
ROUTERS = [module.router for module in MODULES]


def recognition_app(settings: RecognitionSettings) -> FastAPI:
    """The application with these settings."""

    @asynccontextmanager
    async def hold(app: FastAPI) -> AsyncIterator[None]:
        app.state.resources = Resources.open(app.state.settings, app.state.database)
        yield

    return create_app("名录 · 名特优新认定", settings, ROUTERS, resources=hold)
