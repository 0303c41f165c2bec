"""A comparison as a table: county by county, from which type to which."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.upstream.staff_typing import ChangeAnswer
from shared.law.model.outcome import HouseholdType
from shared.reference.regions import region_name


@dataclass(frozen=True)
class Change:
    """Households of a county that go from one type to another."""

    county: str
    before: str
    after: str
    households: int


def changes_of(changes: Iterable[ChangeAnswer]) -> list[Change]:
    """In the order of region codes and of types, never by size (条例 art. 32)."""
    ordered = sorted(changes, key=lambda one: (one.region, _rank(one.from_type), _rank(one.to_type)))
    return [
        Change(
            region_name(one.region) or "未知地区",
            type_word(one.from_type, "原来没有"),
            type_word(one.to_type, "不再有"),
            one.households,
        )
        for one in ordered
    ]


def type_word(slug: str | None, absent: str) -> str:
    """A type's name, or what it is called that there is none."""
    return HouseholdType.from_slug(slug).label if slug else absent


def _rank(slug: str | None) -> int:
    return -1 if slug is None else HouseholdType.from_slug(slug).value
