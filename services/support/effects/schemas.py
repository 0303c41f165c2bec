"""How effects are shown."""

from typing import Annotated

from pydantic import Field

from services.support.effects.domain import EffectRow
from services.support.suppression import SMALLEST
from shared.law.model.outcome import HouseholdType
from shared.platform.fields import Shape


class BecameView(Shape):
    """What became of some of a group."""

    became: str
    label: str
    households: Annotated[int | None, Field(description=f"一户以上、少于 {SMALLEST} 户的不给；会由此推算出来的也不给")]


class EffectRowView(Shape):
    """A type's group and what became of it."""

    type: str
    type_label: str
    group: str
    group_label: str
    households: int | None
    next_year: list[BecameView]

    @classmethod
    def of(cls, row: EffectRow) -> "EffectRowView":
        """In words."""
        return cls(
            type=row.type,
            type_label=HouseholdType.from_slug(row.type).label,
            group=row.group.value,
            group_label=row.group.label,
            households=row.households,
            next_year=[
                BecameView(became=one.value, label=one.label, households=number) for one, number in row.became.items()
            ],
        )


class EffectView(Shape):
    """What a measure did in a region, which is not set beside another one."""

    measure: str
    title: str
    region: str
    year: int
    complete: Annotated[bool, Field(description="下一年已经分型；没有的，都算作没有分型结果")]
    rows: list[EffectRowView]
    note: str
