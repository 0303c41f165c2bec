"""What pages for officers read of seasons: dates, places with their arithmetic, standards, notices, filed lists."""

import datetime as dt
from urllib.parse import quote

from pydantic import Field

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read, read_versioned
from services.portal.upstream.whole import read_list

CITY_DIGITS = 4
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""Provinces without cities: what a city sets elsewhere, they set themselves"""


class PlacesAnswer(Answer):
    """Places of a county, or of the region that shares them."""

    scope: str
    places: int
    taken: int
    held: int
    free: int


class SettingAnswer(Answer):
    """A number that the season goes by, and where it comes from."""

    title: str
    value: str
    document: str | None


class ChosenReadingAnswer(Answer):
    """How a phrase of the text is read."""

    sentence: str
    decides: str


class SeasonKindAnswer(Answer):
    """A kind of operator for whom the source is relaxed; `document`: what added it to those of the policy."""

    title: str
    document: str | None


class RulesAnswer(Answer):
    """The rules that a season goes by."""

    title: str
    settings: list[SettingAnswer]
    readings: list[ChosenReadingAnswer]
    operator_kinds: list[SeasonKindAnswer]


class SeasonExtensionAnswer(Answer):
    """A later last day, with its document."""

    applications_until: dt.date | None
    decisions_until: dt.date | None
    document: str
    reason: str
    region: str
    on: dt.date


class ListedSeasonAnswer(Answer):
    """A season of the list."""

    id: str
    county: str
    year: int
    state: str
    state_label: str
    opens_on: dt.date
    applications_until: dt.date
    decisions_until: dt.date
    benefits_from: dt.date
    supplement_days: int
    consultation_days: int
    notice_days: int
    seed_digest: str | None
    quota: PlacesAnswer | None


class WholeSeasonAnswer(ListedSeasonAnswer):
    """A season with its rules and its extensions."""

    rules: RulesAnswer
    extensions: list[SeasonExtensionAnswer]


class CountyPlacesAnswer(Answer):
    """A county's places, and how they were computed."""

    county: str
    base: int
    places: int
    arithmetic: str


class QuotaAnswer(Answer):
    """A quota with its apportionment."""

    scope: str
    year: int
    percent: int
    base: int
    total: int
    counted: str
    rounded: str
    counties: list[CountyPlacesAnswer]


class StandardAnswer(Answer):
    """One standard of a category."""

    title: str
    points: int | None = None
    evidence: list[str] = Field(default_factory=list)


class StandardsOfCategoryAnswer(Answer):
    """A category's standards."""

    criteria: list[StandardAnswer]
    points_needed: int | None = None


class StandardsAnswer(Answer):
    """A region's standards of a year; drafts have no day of publication."""

    id: str
    region: str
    year: int
    document: str
    categories: dict[str, StandardsOfCategoryAnswer]
    published_at: dt.datetime | None
    filed_with: str | None
    filed_document: str | None
    filed_on: dt.date | None


class OpenNoticeAnswer(Answer):
    """A public notice of the list."""

    id: str
    county: str
    state_label: str
    opens_on: dt.date
    closes_on: dt.date
    provisional: bool


class FiledListAnswer(Answer):
    """A list of recognised households that was filed with the bureau above."""

    document: str
    filed_on: dt.date
    filed_with: str
    households: int


def scope_of(county: str) -> str:
    """The region that sets quotas and standards for a county: its city, or its municipality."""
    return county[:2] if county[:2] in MUNICIPALITIES else county[:4]


async def seasons(upstream: Upstream, region: str, cursor: str) -> Listed[ListedSeasonAnswer]:
    """Of a region's counties, the newest year first."""
    query: Query = {"region": region, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[ListedSeasonAnswer], "/v1/seasons", query)


async def season(upstream: Upstream, season_id: str) -> tuple[WholeSeasonAnswer, str]:
    """One, with the version that a step must name."""
    return await read_versioned(upstream, WholeSeasonAnswer, f"/v1/seasons/{quote(season_id, safe='')}")


async def quotas(upstream: Upstream, region: str, year: int) -> list[QuotaAnswer]:
    """Those of a region; to a county those of the region that sets them for it."""
    query: Query = {"region": scope_of(region) if len(region) > CITY_DIGITS else region, "year": year}
    found = await read(upstream, Listed[QuotaAnswer], "/v1/quotas", query)
    return sorted(found.items, key=lambda one: one.scope)


async def quota(upstream: Upstream, county: str, year: int) -> QuotaAnswer | None:
    """The quota that a county's places come from: its own, or that of the region that apportions them."""
    query: Query = {"region": scope_of(county), "year": year}
    found = await read(upstream, Listed[QuotaAnswer], "/v1/quotas", query)
    about = [one for one in found.items if county.startswith(one.scope)]
    return max(about, key=lambda one: len(one.scope), default=None)


async def standards(upstream: Upstream, county: str, year: int, *, drafts: bool) -> list[StandardsAnswer]:
    """Those that apply in a county."""
    query: Query = {"region": scope_of(county), "year": year, "drafts": "true" if drafts else None}
    found = await read_list(upstream, StandardsAnswer, "/v1/criteria", query)
    return [one for one in found if county.startswith(one.region)]


async def one_standards(upstream: Upstream, criteria_id: str) -> tuple[StandardsAnswer, str]:
    """One region's of a year, with the version that a step must name."""
    return await read_versioned(upstream, StandardsAnswer, f"/v1/criteria/{quote(criteria_id, safe='')}")


async def open_notices(upstream: Upstream, region: str, cursor: str = "") -> Listed[OpenNoticeAnswer]:
    """Public notices of a region, the newest first."""
    query: Query = {"region": region, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[OpenNoticeAnswer], "/v1/public-notices", query)


async def filed_lists(upstream: Upstream, season_id: str) -> list[FiledListAnswer]:
    """Which lists of a season were filed."""
    path = f"/v1/seasons/{quote(season_id, safe='')}/filings"
    return (await read(upstream, Listed[FiledListAnswer], path)).items
