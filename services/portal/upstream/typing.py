"""What the pages read of the typing service."""

import datetime as dt
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read


class HouseholdAnswer(Answer):
    """A household of the directory with its type."""

    uscc: str
    name: str
    region: str
    region_name: str | None
    type: str
    type_label: str
    year: int
    upon_objection: bool


class CitationAnswer(Answer):
    """A place in a document, and its words."""

    document: str
    article: str
    quote: str


class SentenceAnswer(Answer):
    """One reason, in a sentence; `holds` is None where the public may not know it."""

    text: str
    clause: str
    holds: bool | None
    citation: CitationAnswer | None


class MissingFactAnswer(Answer):
    """A figure that no department has delivered."""

    fact: str
    text: str
    bureau: str


class EndingAnswer(Answer):
    """A day on which a condition ends to be met."""

    day: dt.date
    text: str


class StepAnswer(Answer):
    """One step towards another type."""

    text: str


class RecourseAnswer(Answer):
    """How another type would be reached."""

    text: str
    type_label: str
    steps: list[StepAnswer]


class ReadingAnswer(Answer):
    """How an open question of a document is answered at present."""

    interpretation: str
    text: str


class ExplanationAnswer(Answer):
    """Why a household has its type."""

    as_of: dt.date
    policy_title: str
    type: str
    type_label: str
    summary: str
    sentences: list[SentenceAnswer]
    missing: list[MissingFactAnswer]
    endings: list[EndingAnswer]
    nearest: list[RecourseAnswer]
    readings: list[ReadingAnswer]


class PolicyAnswer(Answer):
    """A policy that households are typed by."""

    id: str
    title: str
    document: str
    regions: list[str]
    in_force_from: dt.date | None
    in_force_until: dt.date | None


class StatisticAnswer(Answer):
    """How many households of a county have which type."""

    region: str
    region_name: str | None
    year: int
    households: dict[str, int]


async def households(
    upstream: Upstream,
    *,
    name: str = "",
    uscc: str = "",
    region: str = "",
    kind: str = "",
    cursor: str = "",
    limit: int = 50,
) -> Listed[HouseholdAnswer]:
    """Search the directory; empty criteria are not sent."""
    query: Query = {"name": name, "uscc": uscc, "region": region, "type": kind, "cursor": cursor, "limit": limit}
    return await read(upstream, Listed[HouseholdAnswer], "/v1/households", query)


async def household(upstream: Upstream, uscc: str) -> HouseholdAnswer:
    """One household."""
    return await read(upstream, HouseholdAnswer, f"/v1/households/{quote(uscc, safe='')}")


async def explanation(upstream: Upstream, uscc: str) -> ExplanationAnswer:
    """Why it has its type."""
    return await read(upstream, ExplanationAnswer, f"/v1/households/{quote(uscc, safe='')}/explanation")


async def policies(upstream: Upstream) -> list[PolicyAnswer]:
    """All policies, past ones too."""
    return (await read(upstream, Listed[PolicyAnswer], "/v1/policies")).items


async def statistics(upstream: Upstream, region: str) -> list[StatisticAnswer]:
    """All years of the region's counties, in the order of region codes."""
    return (await read(upstream, Listed[StatisticAnswer], "/v1/statistics", {"region": region})).items
