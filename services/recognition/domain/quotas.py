"""How many may be recognised: a percent of growth + development, apportioned to counties by largest remainder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.policy.recognition.model import Counting, Rounding

ROUNDED = {Rounding.FLOOR: "舍去小数", Rounding.HALF_UP: "四舍五入", Rounding.CEILING: "有小数就进一"}
COUNTED = {Counting.STOCK: "全部有效的认定", Counting.FLOW: "当年新认定的"}


def places(base: int, percent: int, rounding: Rounding) -> int:
    """`percent` of the base as a whole number, rounded as the policy reads its text."""
    added = {Rounding.FLOOR: 0, Rounding.HALF_UP: 50, Rounding.CEILING: 99}[rounding]
    return (base * percent + added) // 100


def base_of(counts: Mapping[str, int], types: Sequence[str]) -> int:
    """Households of the types that the quota is reckoned on."""
    return sum(counts.get(kind, 0) for kind in types)


@dataclass(frozen=True, slots=True)
class Share:
    """A county's places and how they were reckoned, in words that anyone can follow."""

    county: str
    base: int
    places: int
    arithmetic: str


def apportion(total: int, bases: Mapping[str, int]) -> list[Share]:
    """`total` places over counties in proportion to their bases.

    Every county gets the whole part of its quotient; what is left goes to the largest remainders, equal ones in the
    order of their codes. Whole numbers only: remainders are compared as fractions of the same denominator.
    """
    everything = sum(bases.values())
    if everything == 0:
        return [Share(county, 0, 0, "全市没有成长型、发展型个体工商户，名额为 0") for county in sorted(bases)]
    whole = {county: total * base // everything for county, base in bases.items()}
    remainder = {county: total * base % everything for county, base in bases.items()}
    left = total - sum(whole.values())
    lucky = set(sorted(bases, key=lambda county: (-remainder[county], county))[:left])
    return [
        Share(county, bases[county], whole[county] + (county in lucky), _said(total, bases[county], everything,
              whole[county], remainder[county], extra=county in lucky))
        for county in sorted(bases)
    ]  # fmt: skip


def _said(total: int, base: int, everything: int, whole: int, remainder: int, *, extra: bool) -> str:
    more = "，按最大余数再得 1" if extra else ""
    return f"{total} × {base} ÷ {everything} = {whole} 余 {remainder}/{everything}{more}，共 {whole + extra} 个"
