"""Statistics over HTTP. Types are named as in the events; a type that no household has is not listed."""

import datetime as dt
import uuid

from pydantic import BaseModel, Field


class StatisticView(BaseModel):
    """Households of a place by type in one year's published typing."""

    region: str = Field(description="区划代码；合计行是所查的地区，全国为空")
    region_name: str | None
    year: int
    as_of: dt.date = Field(description="判定日；由几次判定合计的，是最晚的一次")
    runs: list[uuid.UUID] = Field(description="所依据的判定批次")
    policies: list[str]
    households: dict[str, int] = Field(description="发布时的户数，此后不变；名额以它为准", examples=[{"growth": 120}])
    corrected: dict[str, int] = Field(
        description="发布以后因更正而增减的户数；没有增减的类型不列", examples=[{"growth": 1, "survival": -1}]
    )
    current: dict[str, int] = Field(description="目前的户数：发布时的，加上更正的增减", examples=[{"growth": 121}])
    total: int = Field(description="目前的户数合计")


class PublicationStatisticView(BaseModel):
    """What one publication said of a region, for series over years and within a year."""

    run: uuid.UUID
    region: str = Field(description="这次判定的地区")
    policy: str
    as_of: dt.date
    published_at: dt.datetime
    counties: int = Field(description="所查地区中这次发布的县数")
    households: dict[str, int] = Field(description="所查地区发布时的户数", examples=[{"growth": 120}])
    total: int
