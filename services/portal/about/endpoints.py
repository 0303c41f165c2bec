"""``/help``, ``/accessibility``, ``/privacy`` and ``/developers``: pages of words."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.portal.resources import ResourcesDep
from services.portal.shell.rendering import page
from shared.platform.identity import anyone

router = APIRouter(tags=["about"], dependencies=[anyone()], default_response_class=HTMLResponse)


@router.get("/help", summary="帮助")
async def help_page(request: Request, resources: ResourcesDep) -> HTMLResponse:
    """How to search, what the types are, what to do about a wrong one."""
    return page(request, "help.html", keep=resources.settings.public_cache_seconds)


@router.get("/accessibility", summary="无障碍说明")
async def accessibility(request: Request, resources: ResourcesDep) -> HTMLResponse:
    """What is done for people who see or move differently, and what is not tried yet."""
    return page(request, "accessibility.html", keep=resources.settings.public_cache_seconds)


@router.get("/privacy", summary="隐私说明")
async def privacy(request: Request, resources: ResourcesDep) -> HTMLResponse:
    """What is kept of visitors, and what of operators is not shown."""
    return page(request, "privacy.html", keep=resources.settings.public_cache_seconds)


@router.get("/developers", summary="开发者")
async def developers(request: Request, resources: ResourcesDep) -> HTMLResponse:
    """Where the services' descriptions are."""
    settings = resources.settings
    return page(request, "developers.html", keep=settings.public_cache_seconds, services=settings.public_urls)
