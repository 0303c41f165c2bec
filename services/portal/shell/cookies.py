"""Cookies that no script and no other site may read."""

from fastapi.responses import Response

from services.portal.settings import PortalSettings


def set_private_cookie(
    answer: Response, settings: PortalSettings, name: str, value: str, *, seconds: int | None = None
) -> None:
    """For as long as the browser runs, or for so many seconds. `Lax`: people come by links of other sites."""
    answer.set_cookie(name, value, seconds, secure=settings.is_https, httponly=True, samesite="lax")


def delete_private_cookie(answer: Response, settings: PortalSettings, name: str) -> None:
    """Browsers delete a `__Host-` cookie only if they are told so as it was set."""
    answer.delete_cookie(name, secure=settings.is_https, httponly=True, samesite="lax")
