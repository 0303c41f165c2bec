"""The condition that a row's county lies in a region, so that an index that begins with the county serves it."""

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

COUNTY_DIGITS = 6


def inside(county: InstrumentedAttribute[str], scope: str) -> ColumnElement[bool]:
    """In a region, a prefix of county codes. The prefix decides; the range beside it is what an index can read."""
    if len(scope) == COUNTY_DIGITS:
        return county == scope
    first, last = scope.ljust(COUNTY_DIGITS, "0"), scope.ljust(COUNTY_DIGITS, "9")
    return and_(county.startswith(scope, autoescape=True), county.between(first, last))
