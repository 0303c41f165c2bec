"""What the auditor's page reads of each service: the entries of its audit."""

import datetime as dt
from typing import Any

from services.portal.upstream.calls import Answer, Query, Upstream, read


class AuditEntryAnswer(Answer):
    """Who did what to what; `position`: the cursor of what is older."""

    chain: str
    at: dt.datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    position: str


class AuditEntriesAnswer(Answer):
    """A page of them, the newest first."""

    items: list[AuditEntryAnswer]
    next: str | None = None


async def entries(upstream: Upstream, query: Query) -> AuditEntriesAnswer:
    """Of one service, for an auditor."""
    return await read(upstream, AuditEntriesAnswer, "/v1/audit-entries", query)
