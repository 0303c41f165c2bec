"""Regions of China: codes of GB/T 2260, current and abolished since 1980, with a local extension.

A region is a prefix: 2 digits a province, 4 a city, 6 a county. County codes are those under which a household can be
registered: districts, counties, cities without districts (441900), the administrative areas of Daxing'anling
(232761-232764) and of others, and development zones with a registering office (410171). Sources and licences:
shared/reference/data/SOURCES.md. An abolished code stays known: a household registered under it is not an invalid row.
The region inside a household's code is never used.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

REGIONS_CSV: Final = Path(__file__).parent / "data" / "regions.csv"
_COUNTY_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Region:
    """`kind`: province, city, county, area, zone. Years as text, empty: before 1981, until now."""

    code: str
    name: str
    parent: str
    valid_from: str
    valid_to: str
    kind: str


@cache
def regions() -> dict[str, Region]:
    """All regions by code, in the order of their codes."""
    with REGIONS_CSV.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Region(**row) for row in csv.DictReader(file)}


@cache
def known_regions() -> frozenset[str]:
    """Every county code that is or was valid, local extension included: 6 digits each."""
    return frozenset(code for code in regions() if len(code) == _COUNTY_DIGITS)


@cache
def is_region(prefix: str) -> bool:
    """Whether some county's code is or was this one, or begins with it; of a municipality also its first
    four digits.
    """
    return prefix in regions() or any(code.startswith(prefix) for code in known_regions())


def region_name(code: str) -> str | None:
    """The Chinese name, without its parents'; 410000 and 410100 are read as 41 and 4101. None: unknown."""
    short = code.removesuffix("00").removesuffix("00") if len(code) == _COUNTY_DIGITS else code
    region = regions().get(code) or regions().get(short)
    return region.name if region else None


@cache
def counties_of(prefix: str) -> tuple[str, ...]:
    """The current county codes that begin with a prefix, in order; development zones are not counties."""
    return tuple(
        region.code
        for region in regions().values()
        if len(region.code) == _COUNTY_DIGITS
        and region.code.startswith(prefix)
        and region.kind != "zone"
        and not region.valid_to
    )


def parents_of(region: str) -> tuple[str, ...]:
    """The regions above one, the nearest first: 410102 → 4101, 41; a district of a municipality → the municipality.

    A county that stands directly under its province (419001) has no city above it. None above a province.
    """
    return tuple(code for code in (region[:4], region[:2]) if len(code) < len(region) and code in regions())


def full_region_name(code: str) -> str | None:
    """The Chinese name with its parents', the highest first: 河南省郑州市中原区. None: unknown."""
    names = [region_name(one) for one in (*reversed(parents_of(code)), code)]
    return "".join(name for name in names if name) if names[-1] else None


BUREAU_NAMES = {"": "市场监督管理总局", "12": "天津市市场监督管理委员会"}
"""Market-supervision bureaus whose names do not follow from their regions'"""
COUNTY_DIGITS = 6


def bureau_name(region: str) -> str:
    """The market regulator of a region: a county's after its city's or municipality's name; the code where it is not
    known.
    """
    if region in BUREAU_NAMES:
        return BUREAU_NAMES[region]
    above = region_name(parents_of(region)[0]) if len(region) == COUNTY_DIGITS and parents_of(region) else None
    name = region_name(region) or region
    return f"{name if above in (None, name) else above + name}市场监督管理局"
