"""What the portal's pages share: its settings, its sessions, the identity provider and a client of each service."""

from dataclasses import dataclass
from typing import Annotated

import httpx
from fastapi import Depends

from services.portal.provider.client import IdentityProvider
from services.portal.sessions.service import Sessions
from services.portal.settings import PortalSettings
from services.portal.upstream.calls import Upstream
from shared.database.connections import Database
from shared.outgoing_tls import http_tls
from shared.platform.app import resources_of


@dataclass(frozen=True)
class Resources:
    """Opened once per process."""

    settings: PortalSettings
    sessions: Sessions
    provider: IdentityProvider
    typing: Upstream
    recognition: Upstream
    objection: Upstream
    notification: Upstream
    support: Upstream

    @classmethod
    def open(cls, settings: PortalSettings, database: Database) -> "Resources":
        """Clients that keep their connections; nothing is called yet."""

        def upstream(title: str, base: str) -> Upstream:
            return Upstream(title, httpx.AsyncClient(base_url=base, timeout=settings.answer_seconds))

        return cls(
            settings,
            Sessions(settings, database),
            IdentityProvider.of(settings, httpx.AsyncClient(timeout=settings.answer_seconds, verify=http_tls())),
            upstream("分型", settings.typing_url),
            upstream("名特优新认定", settings.recognition_url),
            upstream("异议", settings.objection_url),
            upstream("通知", settings.notification_url),
            upstream("帮扶", settings.support_url),
        )


ResourcesDep = Annotated[Resources, Depends(resources_of)]
