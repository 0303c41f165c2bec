"""The typing service's application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.typing.endpoints import closings, deliveries, households, policies, runs, statistics, trials
from services.typing.resources import Resources
from services.typing.settings import TypingSettings
from shared.service.app import create_app

ROUTERS = [module.router for module in (deliveries, closings, runs, households, policies, statistics, trials)]


def typing_app(settings: TypingSettings) -> FastAPI:
    """The application with these settings."""

    @asynccontextmanager
    async def hold(app: FastAPI) -> AsyncIterator[None]:
        app.state.resources = Resources.open(app.state.settings, app.state.database)
        yield

    return create_app("名录 · 个体工商户分型", settings, ROUTERS, resources=hold)
