"""The feeds with a household's figures: annual report, tax, tax registration, insurance, property."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shared.feeds.sample.arrays import Mask, ascii_texts, counts, dates, flags, money, years
from shared.feeds.sample.population import SampleHouseholds, SampleSetting, days_since_1970
from shared.reference.annual_reports import last_day_of_reports

# staff: the operator and a Poisson number of others whose mean is lognormal in the household's size
STAFF_SPREAD: Final = 0.9
STAFF_CENTRE: Final = 0.114
MOST_STAFF: Final = 150
# revenue in yuan: lognormal, tied to the size by the correlation
REVENUE_MEDIAN: Final = 50_000
REVENUE_SPREAD: Final = 1.2
REVENUE_TIE: Final = 0.6
NO_REVENUE: Final = 0.04
TAX_RATE: Final = 0.012  # median of tax to revenue among those who pay
TAX_RATE_SPREAD: Final = 0.8
BANDS: Final = np.array([0, 1_000, 5_000, 10_000, 50_000, 100_000], dtype=np.int64) * 100  # lower bounds, fen
BAND_COUNTIES: Final = 5  # every fifth county's tax office delivers bands
TAX_REGISTERED: Final = 0.8


@dataclass(frozen=True)
class Figures:
    """A household's year; money in fen."""

    employees: NDArray[np.int64]
    revenue: NDArray[np.int64]
    tax: NDArray[np.int64]
    general_taxpayer: Mask
    tax_registered: Mask


def figures(all_: SampleHouseholds, rng: np.random.Generator) -> Figures:
    count = len(all_)
    others = rng.poisson(np.exp(STAFF_CENTRE + STAFF_SPREAD * all_.size))
    wave = REVENUE_TIE * all_.size + np.sqrt(1 - REVENUE_TIE**2) * rng.standard_normal(count)
    revenue = _as_declared(REVENUE_MEDIAN * 100 * np.exp(REVENUE_SPREAD * wave), rng)
    general = rng.random(count) < np.where(wave > 2, 0.08, 0.001)
    rate = TAX_RATE * np.exp(TAX_RATE_SPREAD * rng.standard_normal(count)) * np.where(general, 2, 1)
    pays = ~all_.dormant & (rng.random(count) < 1 / (1 + np.exp(1.7 - 1.2 * wave)))
    return Figures(
        employees=np.minimum(1 + others, MOST_STAFF),
        revenue=revenue,
        tax=np.where(pays, (revenue * rate).astype(np.int64), 0),
        general_taxpayer=general,
        tax_registered=general | pays | (rng.random(count) < TAX_REGISTERED),
    )


def annual_report(all_: SampleHouseholds, of: Figures, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    """Last year's reports, filed from 1 January to 30 June (or today); the year before for some."""
    count = len(all_)
    last = np.flatnonzero(_founded_by(all_, setting.year) & (rng.random(count) >= np.where(all_.dormant, 0.8, 0.035)))
    before = np.flatnonzero(_founded_by(all_, setting.year - 1) & ~all_.dormant & (rng.random(count) < 0.3))
    row = np.concatenate([last, before])
    year = np.repeat([setting.year, setting.year - 1], [len(last), len(before)])
    filed = (
        _filing_days(setting.year, len(last), setting, rng),
        _filing_days(setting.year - 1, len(before), setting, rng),
    )
    revenue = np.where(year == setting.year, of.revenue[row], (of.revenue[row] * 0.95).astype(np.int64))
    order = rng.permutation(len(row))
    row, year = row[order], year[order]
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "year": years(year),
            "filed_on": dates(np.concatenate(filed)[order], rng.random(len(row)) < 0.003),
            "revenue": money(revenue[order], rng.random(len(row)) < 0.01),
            "employees": counts(of.employees[row], rng.random(len(row)) < 0.01),
        }
    )


def tax(all_: SampleHouseholds, of: Figures, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    """Households that paid and some that did not; bands instead of amounts for some rows of some counties."""
    count = len(all_)
    last = _founded_by(all_, setting.year) & of.tax_registered & ((of.tax > 0) | (rng.random(count) < 0.15))
    before = last & _founded_by(all_, setting.year - 1) & (rng.random(count) < 0.2)
    row = np.concatenate([np.flatnonzero(last), np.flatnonzero(before)])
    year = np.repeat([setting.year, setting.year - 1], [last.sum(), before.sum()])
    order = rng.permutation(len(row))
    row, year = row[order], year[order]
    paid = of.tax[row]
    banded = (all_.county[row] % BAND_COUNTIES == BAND_COUNTIES - 1) & (rng.random(len(row)) < 0.4)
    band = np.searchsorted(BANDS, paid, side="right") - 1
    unknown = rng.random(len(row)) < 0.003
    vat = (paid * rng.uniform(0.5, 0.8, len(row))).astype(np.int64)
    income = ((paid - vat) * rng.uniform(0.5, 0.9, len(row))).astype(np.int64)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "year": years(year),
            "tax_paid": money(paid, banded | unknown),
            "vat_paid": money(vat, banded | unknown),
            "income_tax_paid": money(income, banded | unknown),
            "tax_paid_min": money(BANDS[band], ~banded),
            "tax_paid_max": money(np.append(BANDS[1:] - 1, 0)[band], ~banded | (band == len(BANDS) - 1)),
        }
    )


def tax_registration(all_: SampleHouseholds, of: Figures, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    """Registered some weeks after founding; dormant households become tax non-normal."""
    row = np.flatnonzero(of.tax_registered)
    rng.shuffle(row)
    count = len(row)
    registered = all_.established[row] + rng.exponential(40, count).astype(np.int64)
    non_normal = rng.random(count) < np.where(all_.dormant[row], 0.18, 0.004)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "registered_on": dates(np.minimum(registered, setting.day), rng.random(count) < 0.005),
            "general_taxpayer": flags(of.general_taxpayer[row], rng.random(count) < 0.002),
            "non_normal": flags(non_normal, rng.random(count) < 0.002),
        }
    )


def social_insurance(all_: SampleHouseholds, of: Figures, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    chance = np.select([of.employees >= 5, of.employees >= 2], [0.35, 0.08], 0.02)
    row = np.flatnonzero(_founded_by(all_, setting.year) & ~all_.dormant & (rng.random(len(all_)) < chance))
    rng.shuffle(row)
    count = len(row)
    insured = np.maximum(of.employees[row] - rng.integers(0, 3, count), 1)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "year": years(np.full(count, setting.year)),
            "insured_staff": counts(insured, rng.random(count) < 0.005),
            "operator_insured": flags(rng.random(count) < 0.7, rng.random(count) < 0.3),
        }
    )


def intellectual_property(all_: SampleHouseholds, rng: np.random.Generator) -> pa.Table:
    count = len(all_)
    brand = rng.random(count) < np.where(all_.size > 1, 0.02, 0.004)
    patent = rng.random(count) < 0.0005
    row = np.flatnonzero(brand | patent)
    rng.shuffle(row)
    trademarks = np.where(brand[row], rng.geometric(0.6, len(row)), 0)
    patents = np.where(patent[row], rng.geometric(0.7, len(row)), 0)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "trademarks_in_use": counts(trademarks, rng.random(len(row)) < 0.01),
            "patents": counts(patents, rng.random(len(row)) < 0.01),
        }
    )


def _as_declared(fen: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """People round: a third to thousands of yuan, a third to hundreds; a few declare nothing."""
    step = rng.choice(np.array([1, 10_000, 100_000]), len(fen))
    declared = np.rint(fen / step).astype(np.int64) * step
    return np.where(rng.random(len(fen)) < NO_REVENUE, 0, declared)


def _founded_by(all_: SampleHouseholds, year: int) -> Mask:
    founded: Mask = all_.established < days_since_1970(date(year + 1, 1, 1))
    return founded


def _filing_days(about: int, count: int, setting: SampleSetting, rng: np.random.Generator) -> NDArray[np.int64]:
    """Most report towards the end of the season."""
    first = days_since_1970(date(about + 1, 1, 1))
    last = min(days_since_1970(last_day_of_reports(about)), setting.day)
    return last - np.minimum(rng.exponential(50, count).astype(np.int64), last - first)
