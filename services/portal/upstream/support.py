"""What the pages read of the support service."""

import datetime as dt
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read
from services.portal.upstream.typing import CitationAnswer


class NamedAnswer(Answer):
    """A word of the service, and what people call it."""

    code: str
    label: str


class ConditionAnswer(Answer):
    """A condition, and who confirms it; none: the data show it."""

    title: str
    confirmed_by: NamedAnswer | None


class TermAnswer(Answer):
    """What is given: an amount, a period; `is_set`: whether a document says how much."""

    title: str
    text: str
    is_set: bool


class MeasureAnswer(Answer):
    """A measure of support. `unverified`: what the text does not say and whoever entered it has added."""

    id: str
    title: str
    kind: NamedAnswer
    field: NamedAnswer
    level: NamedAnswer
    region: str
    lead: list[NamedAnswer]
    joint: list[NamedAnswer]
    others: str | None
    addressees: str
    conditions: list[ConditionAnswer]
    terms: list[TermAnswer]
    since: dt.date
    until: dt.date | None
    in_force: bool
    channel: NamedAnswer | None
    needs: list[NamedAnswer]
    commitment: str | None
    commitment_consequence: str | None
    revision: int
    limits: str | None
    ends: str | None
    contact: str | None
    guide: str | None
    unverified: list[str]
    draft: bool
    citation: CitationAnswer


class MissingAnswer(Answer):
    """What is lacking for a measure, and who has it."""

    what: str
    department: str | None


class HouseholdMeasureAnswer(Answer):
    """A measure for a household: whether it can get it, why, and what is lacking."""

    measure: str
    title: str
    state: NamedAnswer
    why: str
    missing: list[MissingAnswer]
    terms: list[str]
    lead: list[str]
    needs: list[NamedAnswer]
    until: dt.date | None
    reported: NamedAnswer | None

    @property
    def asks_commitment(self) -> bool:
        """Whether the operator may promise its conditions (告知承诺)."""
        return any(one.code == "commitment" for one in self.needs)


class HouseholdMeasuresAnswer(Answer):
    """Everything for a household on a day."""

    on: dt.date
    region: str
    measures: list[HouseholdMeasureAnswer]
    conduct: list[str]


async def measures(upstream: Upstream, region: str, field: str, cursor: str) -> Listed[MeasureAnswer]:
    """What counts in a region, with what bureaus above it have."""
    query: Query = {"region": region, "field": field, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[MeasureAnswer], "/v1/measures", query)


async def measure(upstream: Upstream, measure_id: str) -> MeasureAnswer:
    """One, as it counts today."""
    return await read(upstream, MeasureAnswer, f"/v1/measures/{quote(measure_id, safe='')}")


async def of_household(upstream: Upstream, uscc: str) -> HouseholdMeasuresAnswer:
    """What a household can get; the operator's own, or one of an official's region."""
    return await read(upstream, HouseholdMeasuresAnswer, "/v1/measures/what-could-i-get", {"uscc": uscc})
