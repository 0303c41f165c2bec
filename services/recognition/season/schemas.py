"""HTTP shapes of quotas, criteria and seasons."""

import datetime as dt
import uuid
from dataclasses import asdict
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from services.recognition.rules.claims import LocalCategory, LocalCriterion
from services.recognition.rules.schemas import RulesView
from services.recognition.rules.service import RulesOrder
from services.recognition.season.domain import (
    COUNTING_LABELS,
    SEASON_STATES,
    SeasonExtension,
    SeasonState,
    TieBreak,
    seed_digest,
)
from services.recognition.season.models import CountyQuota, Criteria, Quota, Season
from services.recognition.season.quotas import Places
from shared import clock
from shared.law.model.operator_kinds import OperatorKind
from shared.law.model.policy import Policy
from shared.law.model.recognition import LEVEL_LABELS, Category, Level, RecognitionRules
from shared.platform.fields import County, Days, Reason, Region, Shape, ShortText, Year
from shared.reference.departments import Department


class OperatorKindBody(Shape):
    """A kind of operator that the policy's text does not name, but its “等” leaves room for."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    title: Annotated[ShortText, Field(examples=["就业困难人员"])]
    evidence: list[ShortText] = Field(default_factory=list, max_length=20, description="通常可以证明的材料，有一种即可")
    proven_by: Annotated[Department | None, Field(description="能由哪个部门证明")] = None

    def kind(self) -> OperatorKind:
        """For the service."""
        return OperatorKind(self.id, self.title, tuple(self.evidence), self.proven_by)


class PolicyOrderBody(Shape):
    """A policy, numbers that it leaves unset and kinds of operators that it does not name with their document, and
    readings that the caller decides.
    """

    policy: ShortText
    settings: dict[ShortText, ShortText] = Field(default_factory=dict, description="政策没有定数额的参数")
    document: ShortText | None = Field(default=None, description="设定数额、增列身份的文件，例如 郑市监〔2026〕3号")
    readings: dict[ShortText, ShortText] = Field(
        default_factory=dict, description="解释的读法，只能由有权决定的一级另选"
    )
    operator_kinds: list[OperatorKindBody] = Field(
        default_factory=list, max_length=20, description="增列的经营者身份，例如脱贫人口；由制定分类标准的一级写"
    )

    def order(self) -> RulesOrder:
        """For the service."""
        kinds = tuple(kind.kind() for kind in self.operator_kinds)
        return RulesOrder(self.policy, self.settings, self.readings, self.document, kinds)


class QuotaBody(PolicyOrderBody):
    """Compute a quota; `places` by county where the city apportions itself."""

    scope: Region
    year: Year
    places: dict[County, Annotated[int, Field(ge=0)]] | None = None


class CountyPlaces(Shape):
    """A county's places and how they were computed."""

    county: str
    base: int
    places: int
    arithmetic: str


class QuotaView(Shape):
    """A quota with its apportionment; no counties where the scope as a whole shares the places."""

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
    def of(cls, quota: Quota, counties: list[CountyQuota], rules: RecognitionRules, view: RulesView) -> "QuotaView":
        """From the stored rows and the rules."""
        shares = [
            CountyPlaces(county=share.county, base=share.base, places=share.places, arithmetic=share.arithmetic)
            for share in counties
        ]
        return cls(
            scope=quota.scope,
            year=quota.year,
            percent=quota.percent,
            base=quota.base,
            total=quota.total,
            counted=COUNTING_LABELS[rules.quota.counting],
            rounded=rules.quota.rounding.label,
            rules=view,
            counties=shares,
        )


class PlacesView(Shape):
    """Places of a county (or of the scope that shares them), how many are taken or held, and how many are free."""

    scope: str
    places: int
    taken: Annotated[int, Field(description="有效的认定占用的")]
    held: Annotated[int, Field(description="已经择优、或推荐已经审核通过，还没有决定的申报占用的")]
    free: Annotated[int, Field(description="还可以给的：没有占用的")]

    @classmethod
    def of(cls, places: Places) -> "PlacesView":
        """From what was counted."""
        return cls(scope=places.scope, places=places.places, taken=places.taken, held=places.held, free=places.free)


class SeasonBody(PolicyOrderBody):
    """Prepare a county's season under a policy; days and a date where the policy leaves them open."""

    county: County
    year: Year
    applications_until: dt.date | None = None
    supplement_days: Days | None = Field(default=None, description="补正的工作日；政策没有定的必须写")
    consultation_days: Days | None = Field(default=None, description="部门答复的工作日；政策没有定的必须写")
    notice_days: Days | None = Field(default=None, description="公示的工作日；政策没有定的必须写")


class SeasonExtensionBody(Shape):
    """Extend an open season by a document."""

    applications_until: dt.date | None = Field(default=None, description="新的申报截止日期，申报期内才能延长")
    decisions_until: dt.date | None = Field(default=None, description="新的认定截止日期，由上级延长")
    document: ShortText
    reason: Reason


class SeasonExtensionView(Shape):
    """An extension as anybody may read it. `region`: of the bureau that extended."""

    applications_until: dt.date | None
    decisions_until: dt.date | None
    document: str
    reason: str
    region: str
    on: dt.date

    @classmethod
    def of(cls, extension: SeasonExtension) -> Self:
        """From what is stored."""
        return cls(**asdict(extension))


class SeasonSummary(Shape):
    """A season in a list. `quota`: None before the quota is set."""

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
    sheet_id: Annotated[uuid.UUID | None, Field(description="评分表；为空的按分类标准的分数择优")]
    seed_digest: Annotated[str | None, Field(description="种子的 SHA-256，开始时公布")]
    seed: Annotated[str | None, Field(description="种子，申报期满后公布，抽签、抽查都可以复核")]
    quota: PlacesView | None

    @classmethod
    def of(cls, season: Season, policy: str, quota: PlacesView | None, **more: object) -> Self:
        """From the stored row and what goes with it."""
        stored = set(SeasonSummary.model_fields) - {"state_label", "policy", "quota", "seed_digest", "seed"}
        values = {name: getattr(season, name) for name in stored}
        label, (seed_digest, seed) = SEASON_STATES.label(season.state), public_seed(season)
        derived = {"state_label": label, "policy": policy, "quota": quota, "seed_digest": seed_digest, "seed": seed}
        return cls.model_validate(values | derived | more)


def public_seed(season: Season) -> tuple[str | None, str | None]:
    """What is public of a season's seed: its digest, and the seed itself after the application period.

    Reviewers must not know whose lot is low; the digest proves that the seed was not chosen afterwards.
    """
    if season.seed is None:
        return None, None
    shown = clock.today() > season.applications_until
    return seed_digest(season.seed), season.seed if shown else None


class SeasonView(SeasonSummary):
    """A season with the rules it goes by and its extensions."""

    rules: RulesView
    extensions: list[SeasonExtensionView]


class CriterionBody(Shape):
    """One local standard."""

    id: Annotated[str, StringConstraints(pattern=r"^(renowned|distinctive|quality|emerging)\.[1-9][0-9]?$")]
    title: ShortText
    evidence: list[ShortText] = Field(default_factory=list, description="要交的材料；写了 proven_by 的不要求交")
    proven_by: ShortText | None = Field(default=None, description="能由哪个部门证明，审核人向它核实")
    besides: list[ShortText] = Field(default_factory=list, description="写了 proven_by，仍然要交的材料")
    otherwise: list[ShortText] = Field(
        default_factory=list, description="写了 proven_by，原文用“或”并列、那些部门不掌握的，凭这些材料；不要求交"
    )
    points: Annotated[int, Field(ge=1, le=1000)] | None = None


class CategoryBody(Shape):
    """A category's criteria: any of them is enough, or a number of points."""

    points_needed: Annotated[int, Field(ge=1)] | None = None
    criteria: Annotated[list[CriterionBody], Field(min_length=1)]

    def local_category(self) -> LocalCategory:
        """For the service."""
        return LocalCategory(
            self.points_needed,
            tuple(
                LocalCriterion(
                    criterion.id,
                    criterion.title,
                    tuple(criterion.evidence),
                    criterion.proven_by,
                    tuple(criterion.besides),
                    criterion.points,
                    tuple(criterion.otherwise),
                )
                for criterion in self.criteria
            ),
        )


class CriteriaBody(Shape):
    """A region's criteria of a year; without `categories` the policy's own."""

    region: Region
    year: Year
    policy: ShortText
    document: ShortText
    categories: dict[Category, CategoryBody] | None = None
    ties: list[TieBreak] = Field(default=[TieBreak.EARLIER_SUBMISSION, TieBreak.DRAW])
    replaces: Annotated[uuid.UUID | None, Field(description="要替换的他人的草稿")] = None

    def local_categories(self) -> dict[Category, LocalCategory] | None:
        """For the service."""
        if self.categories is None:
            return None
        return {name: category.local_category() for name, category in self.categories.items()}


class CriteriaFilingBody(Shape):
    """The letter by which criteria were filed with the level above."""

    document_no: ShortText
    filed_on: dt.date


class CriteriaView(Shape):
    """Criteria. `filed_with`: the level with which the policy demands filing."""

    id: uuid.UUID
    region: str
    year: int
    policy: str
    document: str
    categories: dict[Category, CategoryBody]
    ties: list[TieBreak]
    published_at: dt.datetime | None
    filed_with: Annotated[str | None, Field(description="政策要求报哪一级备案；为空表示不须备案")]
    filed_document: str | None
    filed_on: dt.date | None

    @classmethod
    def of(cls, row: Criteria, policy: Policy, level: Level | None) -> "CriteriaView":
        """From the stored row, its policy, and the level with which it is filed."""
        stored = set(cls.model_fields) - {"policy", "filed_with"}
        label = LEVEL_LABELS[level] if level is not None else None
        values = {name: getattr(row, name) for name in stored}
        return cls.model_validate(values | {"policy": policy.id, "filed_with": label}, from_attributes=True)
