"""The households of a sample: everything that more than one feed depends on, and the trades they work in (name of the
shop, class of GB/T 4754-2017, share of households).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.feeds.sample.arrays import Mask
from shared.reference.uscc import make_usccs

_TRADES: Final = (
    ("蔬菜种植园", "0141", 2.0),
    ("水果种植园", "0159", 1.0),
    ("养殖场", "0313", 1.4),
    ("糕点坊", "1411", 1.4),
    ("服装加工部", "1811", 1.6),
    ("家具加工部", "2110", 1.0),
    ("金属制品加工部", "3311", 1.0),
    ("装饰装修部", "5012", 1.0),
    ("百货店", "5211", 6.0),
    ("超市", "5212", 8.0),
    ("便利店", "5213", 5.0),
    ("粮油店", "5221", 2.0),
    ("水果店", "5223", 4.5),
    ("鲜肉店", "5224", 2.5),
    ("烟酒店", "5227", 4.0),
    ("服装店", "5232", 7.0),
    ("鞋店", "5233", 2.0),
    ("化妆品店", "5234", 2.5),
    ("文具店", "5241", 1.6),
    ("大药房", "5251", 1.5),
    ("汽车配件经营部", "5262", 1.5),
    ("手机店", "5274", 1.8),
    ("五金店", "5281", 3.0),
    ("建材经营部", "5287", 3.0),
    ("网店", "5292", 4.0),
    ("货运部", "5431", 3.2),
    ("旅馆", "6129", 1.5),
    ("饭店", "6210", 7.0),
    ("快餐店", "6220", 3.0),
    ("茶馆", "6231", 0.8),
    ("奶茶店", "6233", 1.2),
    ("小吃店", "6291", 6.0),
    ("打印店", "8060", 0.8),
    ("洗衣店", "8030", 0.7),
    ("理发店", "8040", 3.5),
    ("汽车修理部", "8111", 2.0),
)

TRADE_NAMES: Final = [name for name, _, _ in _TRADES]
INDUSTRY_CODES: Final = [code for _, code, _ in _TRADES]
_WEIGHTS: Final = np.array([weight for _, _, weight in _TRADES])
TRADE_SHARES: Final = _WEIGHTS / _WEIGHTS.sum()


STATUSES: Final = ["registered", "revoked", "cancelled", "rescinded"]
STATUS_SHARES: Final = (0.965, 0.015, 0.019, 0.001)
MEAN_AGE_YEARS: Final = 6.0  # mean of the exponential distribution of ages, cut at the oldest
OLDEST_YEARS: Final = 30.0
DAYS: Final = 365.25
DORMANT: Final = 0.172  # share registered but no longer trading: most do not report and are marked abnormal
SHARED_OPERATOR: Final = 0.03
SEASONAL: Final = 0.015
MOVED: Final = 0.06  # share whose code names another registering office than the household's region
LEGACY_CODE: Final = 1 / 2000  # share of codes from old registers, whose check character is wrong
SERIALS: Final = 31**6


@dataclass(frozen=True)
class SampleSetting:
    """Settings of a whole sample. `shares`: each county's share of the households, in the counties'
    order; sums to 1.
    """

    counties: tuple[str, ...]
    shares: NDArray[np.float64]
    seed: int
    today: date

    @property
    def day(self) -> int:
        """Today in days since 1970, like all dates of a sample."""
        return days_since_1970(self.today)

    @property
    def year(self) -> int:
        """The year of the figures: last year."""
        return self.today.year - 1


@dataclass(frozen=True)
class SampleHouseholds:
    """One chunk; arrays of equal length. `size` is a household's size on a normal scale, with which staff, revenue, tax
    and trademarks are correlated. `own_operator` is false where the operator also runs the preceding household.
    """

    number: NDArray[np.int64]
    uscc: NDArray[np.bytes_]
    county: NDArray[np.int64]
    trade: NDArray[np.int64]
    established: NDArray[np.int64]
    status: NDArray[np.int64]
    operator: NDArray[np.int64]
    own_operator: Mask
    seasonal: Mask
    dormant: Mask
    size: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.number)


def days_since_1970(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def draw_households(setting: SampleSetting, first: int, count: int, rng: np.random.Generator) -> SampleHouseholds:
    """The households numbered from `first`."""
    number = np.arange(first, first + count, dtype=np.int64)
    county = np.searchsorted(np.cumsum(setting.shares)[:-1], rng.random(count), side="right")
    established = setting.day - _ages(rng.random(count))
    own_operator = rng.random(count) >= SHARED_OPERATOR
    own_operator[0] = True
    new = established >= days_since_1970(date(setting.today.year, 1, 1))
    return SampleHouseholds(
        number=number,
        uscc=_usccs(setting, number, county, rng),
        county=county,
        trade=np.searchsorted(np.cumsum(TRADE_SHARES)[:-1], rng.random(count), side="right"),
        established=established,
        status=np.searchsorted(np.cumsum(STATUS_SHARES)[:-1], rng.random(count), side="right"),
        operator=np.maximum.accumulate(np.where(own_operator, number, 0)),
        own_operator=own_operator,
        seasonal=rng.random(count) < SEASONAL,
        dormant=rng.random(count) < np.where(new, DORMANT / 4, DORMANT),
        size=rng.standard_normal(count),
    )


def serials(seed: int, number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Different serials for different numbers, without a visible order: an affine map modulo 31^6."""
    mix = np.random.default_rng((seed, 1))
    factor = int(mix.integers(1, SERIALS // 31)) * 31 + 1  # not a multiple of 31, so that the map is one-to-one
    return (number * factor + int(mix.integers(SERIALS))) % SERIALS


def break_check(codes: NDArray[np.bytes_], which: Mask) -> None:
    """Replaces the check character of some codes, in place, by a wrong one."""
    last = codes.view(np.uint8).reshape(len(codes), -1)[:, -1]
    last[which] = np.where(last[which] == ord("0"), ord("1"), ord("0"))


def _ages(uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    """Ages in days: exponential, cut at the oldest (inverse of its distribution)."""
    reached = 1 - np.exp(-OLDEST_YEARS / MEAN_AGE_YEARS)
    ages: NDArray[np.int64] = (-MEAN_AGE_YEARS * DAYS * np.log1p(-uniform * reached)).astype(np.int64)
    return ages


def _usccs(
    setting: SampleSetting, number: NDArray[np.int64], county: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.bytes_]:
    regions = np.array([int(code) for code in setting.counties], dtype=np.int32)
    moved = rng.random(len(number)) < MOVED
    office = np.where(moved, rng.integers(0, len(regions), len(number)), county)
    codes = make_usccs(regions[office], serials(setting.seed, number))
    break_check(codes, rng.random(len(number)) < LEGACY_CODE)
    return codes
