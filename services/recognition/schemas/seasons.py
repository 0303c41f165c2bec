"""Shapes of quotas and seasons."""

import datetime as dt
import uuid
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from services.recognition.domain.quotas import COUNTED, ROUNDED
from services.recognition.domain.seasons import LABELS, SeasonState
from services.recognition.domain.selection import seed_digest
from services.recognition.models import CountyQuota, Quota, Season
from services.recognition.schemas.common import Region, Shape
from services.recognition.schemas.rules import RulesView
from services.recognition.service.places import Places
from services.recognition.service.policies import RulesOrder
from shared.policy.recognition.model import Recognition
from shared.service import clock

County = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(description="县级区划代码", examples=["410105"])
]
Year = Annotated[int, Field(ge=2000, le=2200)]
CategoryName = Literal["renowned", "distinctive", "quality", "emerging"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Days = Annotated[int, Field(ge=1, le=60)]


class OrderBody(Shape):
    """A policy; numbers that it leaves unset with the document that sets them; readings that the caller decides."""

    policy: Words
    settings: dict[str, str] = Field(default_factory=dict, description="政策没有定数额的参数")
    document: Words | None = Field(default=None, description="设定数额的文件，例如 郑市监〔2026〕3号")
    readings: dict[str, str] = Field(default_factory=dict, description="解释的读法，只能由有权决定的一级另选")

    def order(self) -> RulesOrder:
        """For the service."""
        return RulesOrder(self.policy, self.settings, self.readings, self.document)


class QuotaBody(OrderBody):
    """Work out how many may be recognised in a scope; `places` by county where the city apportions by itself."""

    scope: Region
    year: Year
    places: dict[County, Annotated[int, Field(ge=0)]] | None = None


class CountyPlaces(Shape):
    """One county's places and how they were reckoned."""

    county: str
    base: int
    places: int
    arithmetic: str


class QuotaView(Shape):
    """A quota with its apportionment; no counties: the scope as a whole shares the places."""

    scope: str
    year: int
    percent: int
    base: int
    total: int
    counted: Annotated[str, Field(description="哪些认定占名额")]
    rounded: Annotated[str, Field(description="怎样取整")]
    rules: RulesView
    counties: list[CountyPlaces]

    @classmethod
    def of(cls, quota: Quota, counties: list[CountyQuota], rules: Recognition, view: RulesView) -> "QuotaView":
        """From the stored rows and the rules they were reckoned by."""
        shares = [
            CountyPlaces(county=one.county, base=one.base, places=one.places, arithmetic=one.arithmetic)
            for one in counties
        ]
        return cls(
            scope=quota.scope, year=quota.year, percent=quota.percent, base=quota.base, total=quota.total,
            counted=COUNTED[rules.quota.counting], rounded=ROUNDED[rules.quota.rounding], rules=view, counties=shares,
        )  # fmt: skip


class PlacesView(Shape):
    """Places of a county (or of the scope that shares them), how many are taken, and how many are free."""

    scope: str
    places: int
    taken: int
    free: int

    @classmethod
    def of(cls, found: Places) -> "PlacesView":
        """From what was counted."""
        return cls(scope=found.scope, places=found.places, taken=found.taken, free=found.free)


class SeasonBody(OrderBody):
    """Prepare a county's season under a policy; days and a date where the policy leaves them open."""

    county: County
    year: Year
    applications_until: dt.date | None = None
    supplement_days: Days = 10
    consultation_days: Days = 5
    notice_days: Days | None = None


class SeasonLine(Shape):
    """A season in a list; its state is visible to all. `quota`: none before the quota is set."""

    id: uuid.UUID
    county: str
    year: int
    policy: str
    state: SeasonState
    state_label: str
    opens_on: dt.date
    applications_until: dt.date
    decisions_until: dt.date
    benefits_from: dt.date
    supplement_days: int
    consultation_days: int
    notice_days: int
    seed_digest: Annotated[str | None, Field(description="种子的 SHA-256，开始时公布")]
    seed: Annotated[str | None, Field(description="种子，申报期满后公布，抽签、抽查都可以复核")]
    quota: PlacesView | None

    @classmethod
    def of(cls, season: Season, policy: str, quota: PlacesView | None, **more: object) -> Self:
        """From the stored row and what goes with it."""
        stored = set(SeasonLine.model_fields) - {"state_label", "policy", "quota", "seed_digest", "seed"}
        known = {name: getattr(season, name) for name in stored}
        label, (seed_digest, seed) = LABELS[SeasonState(season.state)], told_of_seed(season)
        said = {"state_label": label, "policy": policy, "quota": quota, "seed_digest": seed_digest, "seed": seed}
        return cls.model_validate(known | said | more)


def told_of_seed(season: Season) -> tuple[str | None, str | None]:
    """What anybody may know of a season's seed: its digest, and once nobody can apply any more the seed itself.

    Who reviews must not know whose lot is low; that nobody chose the seed afterwards, its digest proves.
    """
    if season.seed is None:
        return None, None
    shown = clock.today() > season.applications_until
    return seed_digest(season.seed), season.seed if shown else None


class SeasonView(SeasonLine):
    """A season with the rules it goes by."""

    rules: RulesView
