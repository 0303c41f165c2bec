"""The condition that a row's county lies in a region, written so that an index on the county serves it.

`in_region` for a statement that is built when needed; `in_bound_scope`, executed with `scope_values`, for a statement
that is compiled once.
"""

import uuid
from typing import Literal

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, func, tuple_
from sqlalchemy.orm import InstrumentedAttribute

COUNTY_DIGITS = 6
PROVINCE_DIGITS = 2
ScopeKind = Literal["county", "region"]
Position = tuple[str, uuid.UUID]
"""County and id of the last row of a page."""


def in_region(county: InstrumentedAttribute[str], scope: str) -> ColumnElement[bool]:
    """In a region, a prefix of county codes. The prefix decides; the range says the same to an index on the county.

    What is about a whole province or city has its shorter code, and is in it.
    """
    if scope_kind(scope) == "county":
        return county == scope
    return and_(county.startswith(scope, autoescape=True), county.between(scope, scope.ljust(COUNTY_DIGITS, "9")))


def scope_kind(scope: str) -> ScopeKind:
    """One county, or a region of several."""
    return "county" if len(scope) == COUNTY_DIGITS else "region"


def in_bound_scope(of_kind: ScopeKind, county: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """As `in_region`, for any scope of a kind: bound when the statement is executed."""
    if of_kind == "county":
        return county == bindparam("scope")
    starts = func.starts_with(county, bindparam("scope"))
    return and_(starts, county.between(bindparam("first"), bindparam("last")))


def scope_values(scope: str) -> dict[str, str]:
    """What `in_bound_scope` is executed with."""
    if scope_kind(scope) == "county":
        return {"scope": scope}
    return {"scope": scope, "first": scope, "last": scope.ljust(COUNTY_DIGITS, "9")}


def after_position(county: InstrumentedAttribute[str], row: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[bool]:
    """After the last row seen, by county and id: for a statement that is compiled once."""
    return tuple_(county, row) > tuple_(bindparam("seen_county"), bindparam("seen_id", type_=Uuid))


def position_values(seen: Position | None) -> dict[str, object]:
    """What `after_position` is executed with; nothing for the first page."""
    return {"seen_county": seen[0], "seen_id": seen[1]} if seen is not None else {}
