"""What the page of an area reads of its own standards: how those who apply are compared; points as they are said."""

import datetime as dt

from pydantic import Field

from services.portal.upstream.calls import Answer, Upstream, read


class LevelAnswer(Answer):
    """One level of an indicator, and its points."""

    title: str
    points: str


class IndicatorAnswer(Answer):
    """What gives points, takes them off, or excludes."""

    title: str
    kind_label: str
    maximum: str
    levels: list[LevelAnswer] = Field(default_factory=list)
    categories: list[str] = Field(default_factory=list)


class SectionAnswer(Answer):
    """A part of the sheet with its weight."""

    title: str
    weight: str
    cap: str | None
    categories: list[str] = Field(default_factory=list)
    indicators: list[IndicatorAnswer] = Field(default_factory=list)


class TieAnswer(Answer):
    """A rule for equal points."""

    title: str


class ScoringSheetAnswer(Answer):
    """The scoring sheet that applies."""

    title: str
    document: str
    valid_from: dt.date
    valid_until: dt.date
    points_needed: str | None
    sections: list[SectionAnswer]
    deductions: list[IndicatorAnswer]
    vetoes: list[IndicatorAnswer]
    bars: list[IndicatorAnswer]
    ties: list[TieAnswer]


class LocalStandardsAnswer(Answer):
    """A region's own standards; without a sheet, the criteria's points decide."""

    scoring_sheet: ScoringSheetAnswer | None


async def local_standards(upstream: Upstream, region: str) -> ScoringSheetAnswer | None:
    """The scoring sheet that applies today."""
    return (await read(upstream, LocalStandardsAnswer, "/v1/standards", {"region": region})).scoring_sheet
