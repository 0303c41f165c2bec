"""HTTP shapes of the selection and of the pool."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from services.recognition.applications.domain import ApplicationState, application_label
from services.recognition.applications.models import Application, PoolRemoval
from services.recognition.selection.repository import PoolMember
from services.recognition.selection.service import SelectionPlan
from shared.platform.fields import Shape


class PoolMemberView(Shape):
    """A household that passed the review and was not recognised, for officers."""

    application: uuid.UUID
    year: int
    uscc: str
    name: str
    county: str
    category: str
    category_label: str
    score: int | None
    rank: int | None
    state: ApplicationState
    state_label: str

    @classmethod
    def of(cls, member: PoolMember) -> "PoolMemberView":
        """From the columns of the pool."""
        plain = ("year", "uscc", "name", "county", "category", "score", "rank", "state")
        labels = {
            "category_label": member.category.label,
            "state_label": application_label(member.state, unplaced=True),
        }
        return cls.model_validate({name: getattr(member, name) for name in plain} | labels | {"application": member.id})


class RemovalView(Shape):
    """A household that was removed from the pool."""

    application: uuid.UUID
    reason: str
    removed_at: dt.datetime

    @classmethod
    def of(cls, row: PoolRemoval) -> "RemovalView":
        """From the stored row."""
        return cls(application=row.application_id, reason=row.reason, removed_at=row.removed_at)


class SelectionBody(Shape):
    """Select within the quota among all that wait in a season."""

    season: uuid.UUID


class RankedView(Shape):
    """A ranked household of a selection."""

    application: uuid.UUID
    uscc: str
    name: str
    category: str
    rank: int
    score: int
    percent: Annotated[float, Field(description="得分占本类满分的百分之几，名次按它排，各类可以相比")]
    total: Annotated[Decimal | None, Field(description="按评分表的总分；本季没有评分表的为空")]

    @classmethod
    def of(cls, row: Application, plan: SelectionPlan) -> "RankedView":
        """From the stored row and what was ranked."""
        return cls(
            application=row.id,
            uscc=row.uscc,
            name=row.name,
            category=row.category or "",
            rank=plan.ranks[row.id],
            score=row.score or 0,
            percent=round(float(plan.shares.get(row.id, Fraction(0)) * 100), 2),
            total=plan.totals.get(row.id),
        )


class BarredView(Shape):
    """A household that takes no part, and why."""

    application: uuid.UUID
    uscc: str
    name: str
    against: list[str]

    @classmethod
    def of(cls, row: Application, against: Sequence[str]) -> "BarredView":
        """From the stored row and what stands against it."""
        return cls(application=row.id, uscc=row.uscc, name=row.name, against=list(against))


class SelectionView(Shape):
    """The selected and the reserve, best first; those that take no part while something stands against them; those
    that the scoring sheet excludes, which are refused.
    """

    chosen: list[RankedView]
    reserve: list[RankedView]
    barred: Annotated[list[BarredView], Field(description="今天不符合认定条件，不参加择优，也不占名额")]
    refused: Annotated[list[BarredView], Field(description="评分表排除的（一票否决、本地限制、不到分数线），不予择优")]

    @classmethod
    def of(cls, plan: SelectionPlan) -> "SelectionView":
        """From what was ranked."""
        ranked = [RankedView.of(row, plan) for row in plan.order]
        return cls(
            chosen=ranked[: plan.free],
            reserve=ranked[plan.free :],
            barred=[BarredView.of(application, against) for application, against in plan.barred],
            refused=[BarredView.of(application, against) for application, against in plan.excluded],
        )
