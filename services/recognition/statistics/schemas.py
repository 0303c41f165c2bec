"""Statistics over HTTP. What nobody has (a category, a state, a step) is not listed."""

from pydantic import BaseModel, Field


class PlaceStatisticView(BaseModel):
    """A place and a season's year."""

    region: str = Field(description="区划代码；合计行是所查的地区，全国为空")
    region_name: str | None
    year: int = Field(description="认定季的年份")


class RecognitionStatisticView(PlaceStatisticView):
    """What came of a year's season in a place, as it stands today, and its places."""

    granted: int = Field(description="该年认定的户数，含后来终止的；按住所现在的区划统计")
    categories: dict[str, int] = Field(description="该年认定的，按类别", examples=[{"renowned": 3}])
    states: dict[str, int] = Field(description="该年认定的，按目前的状态", examples=[{"valid": 2, "cancelled": 1}])
    valid: dict[str, int] = Field(description="该年认定、目前有效的，按类别", examples=[{"renowned": 2}])
    places: int | None = Field(description="该年的名额；没有核定，或与所在的市、省共用的，为空")
    taken: int | None = Field(description="目前占用的名额，按政策规定的口径计算")


class ProgressView(PlaceStatisticView):
    """Where a year's applications and recommendations stand."""

    states: dict[str, int] = Field(description="按状态；草稿不计", examples=[{"in-progress": 3, "refused": 1}])
    steps: dict[str, int] = Field(description="办理中的，按所在环节", examples=[{"review": 2, "site-visit": 1}])
    total: int
