"""Figures of counties added up for cities, provinces or a whole region: how much of a region code a row stands for."""

from enum import StrEnum
from typing import Annotated

from fastapi import Query


class RollUp(StrEnum):
    """What one row of statistics is about."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    TOTAL = "total"


LENGTHS = {RollUp.COUNTY: 6, RollUp.CITY: 4, RollUp.PROVINCE: 2, RollUp.TOTAL: 0}
RollUpQuery = Annotated[
    RollUp, Query(description="一行是什么：county 县、city 市、province 省，total 所查地区合计；不会大于所查地区")
]


def place_length(level: RollUp, region: str) -> int:
    """Digits of the region codes that rows are about: never fewer than those that were asked for, for a row about more
    than that would hold only part of it.
    """
    return max(LENGTHS[level], len(region))
