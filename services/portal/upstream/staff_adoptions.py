"""What pages for officers read of recognitions that are adopted from elsewhere."""

import datetime as dt

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read, read_versioned

ENTRIES = "/v1/recognitions/adopted"


class AdoptionAnswer(Answer):
    """A recognition from elsewhere, as it was entered. `recognition`: what it became."""

    id: str
    county: str
    uscc: str
    name: str
    category_label: str
    origin: str
    origin_label: str
    issued_by: str
    certificate_no: str
    granted_on: dt.date
    valid_until: dt.date
    state: str
    state_label: str
    entered_by: str
    reason: str | None
    recognition: str | None


class EvidenceAnswer(Answer):
    """A copy of the certificate."""

    id: str
    name: str
    added_at: dt.datetime


async def adoptions(upstream: Upstream, cursor: str) -> Listed[AdoptionAnswer]:
    """Those of the person's region."""
    query: Query = {"cursor": cursor, "limit": 50}
    return await read(upstream, Listed[AdoptionAnswer], ENTRIES, query)


async def adoption(upstream: Upstream, adoption_id: str) -> tuple[AdoptionAnswer, str]:
    """One of them, with the version that a decision must name."""
    return await read_versioned(upstream, AdoptionAnswer, f"{ENTRIES}/{adoption_id}")


async def documents(upstream: Upstream, adoption_id: str) -> list[EvidenceAnswer]:
    """Its copies."""
    return (await read(upstream, Listed[EvidenceAnswer], f"{ENTRIES}/{adoption_id}/documents")).items
