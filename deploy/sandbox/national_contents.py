"""What a record of each kind says, to the field: which fields there are, what may stand in them, what fits together.

Written down here a second time, apart from what the publisher makes of events: a field that it leaves out, adds or
fills otherwise is refused, as a system with tables of its own would.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from services.notification.publication.peers.reasons import Reason
from services.notification.publication.systems import Kind
from shared.reference.regions import known_regions, region_name
from shared.reference.uscc import checksum_ok
from shared.reference.uscc_form import HOUSEHOLD_PREFIX, LENGTH

Content = Mapping[str, Any]
Fits = Callable[[Any], bool]
TYPES: Final = ("生存型", "成长型", "发展型")
LABELS: Final = frozenset({*TYPES, "不符合分型条件"})
CATEGORIES: Final = frozenset({"知名", "特色", "优质", "新兴"})
APPLICATION_STATES: Final = ("办理中", "待补正", "待补充材料", "未入选", "候补", "未通过", "已撤回", "已认定")
MARKS: Final = frozenset({"经营异常", "严重违法失信"})
YEARS: Final = range(2020, 2100)
LONGEST_NAME, LONGEST_TEXT, MOST_POINTS, MOST_HOUSEHOLDS = 200, 2000, 1000, 10**7
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Field:
    """What may stand in a field, and the reason for which anything else is refused."""

    reason: Reason
    fits: Fits


Shape = Mapping[str, Field]


def text(longest: int = LONGEST_TEXT) -> Fits:
    """Words, at least one sign."""
    return lambda value: isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= longest


def whole(least: int, most: int) -> Fits:
    """A whole number."""
    return lambda value: type(value) is int and least <= value <= most


def one_of(*values: str) -> Fits:
    """A value of a table."""
    return lambda value: isinstance(value, str) and value in values


def optional(fits: Fits) -> Fits:
    """It, or null: the field is there all the same."""
    return lambda value: value is None or fits(value)


def inner(shape: Shape) -> Fits:
    """An object of exactly these fields."""
    return lambda value: isinstance(value, dict) and fault_in(shape, value) is None


def rows(fits: Fits, least: int = 1) -> Fits:
    """A list of them."""
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(fits, value))


def is_day(value: object) -> bool:
    """A day of the calendar."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def codes_ok(codes: Sequence[object]) -> Sequence[bool]:
    """Which of these are codes of households; one that is left out is none."""
    fit = [isinstance(one, str) and len(one) == LENGTH and one.isascii() for one in codes]
    written = "".join(one if ok and isinstance(one, str) else "0" * LENGTH for one, ok in zip(codes, fit, strict=True))
    array = np.frombuffer(written.encode(), np.uint8).reshape(-1, LENGTH)
    good = checksum_ok(array).tolist()
    return [
        bool(ok and one_good and str(one).startswith(HOUSEHOLD_PREFIX))
        for one, ok, one_good in zip(codes, fit, good, strict=True)
    ]


def is_code(value: object) -> bool:
    """A code of a household."""
    return codes_ok([value])[0]


def fault_in(shape: Shape, content: Content) -> Reason | None:
    """Why a content is not of this shape; a field too many or too few is one that is missing."""
    if content.keys() != shape.keys():
        return Reason.INCOMPLETE
    return next((field.reason for name, field in shape.items() if not field.fits(content[name])), None)


COUNTY: Final = Field(Reason.REGION, lambda value: isinstance(value, str) and value in known_regions())
REGION: Final = Field(Reason.REGION, lambda value: isinstance(value, str) and region_name(value) is not None)
YEAR: Final = Field(Reason.YEAR, whole(YEARS[0], YEARS[-1]))
CATEGORY: Final = Field(Reason.CATEGORY, one_of(*CATEGORIES))
DATE: Final = Field(Reason.DATE, is_day)
TEXT: Final = Field(Reason.INCOMPLETE, text())
HOUSEHOLD: Final[Shape] = {
    "uscc": Field(Reason.USCC, text(18)),
    "name": Field(Reason.NAME, text(LONGEST_NAME)),
    "region": COUNTY,
}
"""Of a record about a household; whose code is right is seen of a whole page at once"""
SENTENCE: Final[Shape] = {"document": TEXT, "article": TEXT, "words": TEXT}
DOCUMENT: Final[Shape] = {
    "number": TEXT,
    "title": TEXT,
    "issuer": TEXT,
    "issued_on": Field(Reason.DATE, optional(is_day)),
}
STANDARD_OF_TYPE: Final[Shape] = {
    "type_label": Field(Reason.LABEL, one_of(*TYPES)),
    "defined_by": Field(Reason.INCOMPLETE, inner(SENTENCE)),
    "requires": Field(Reason.INCOMPLETE, rows(inner(SENTENCE), 0)),
    "any_of": Field(Reason.INCOMPLETE, rows(inner(SENTENCE), 0)),
}
CRITERION: Final[Shape] = {"title": TEXT, "points": Field(Reason.VALUE, optional(whole(0, MOST_POINTS)))}
CRITERIA_OF_CATEGORY: Final[Shape] = {
    "category": CATEGORY,
    "points_needed": Field(Reason.VALUE, optional(whole(0, MOST_POINTS))),
    "criteria": Field(Reason.INCOMPLETE, rows(inner(CRITERION))),
}
ON_NOTICE: Final[Shape] = {"uscc": Field(Reason.USCC, is_code), "name": HOUSEHOLD["name"], "category": CATEGORY}
SHAPES: Final[Mapping[Kind, Shape]] = {
    Kind.TYPE: {**HOUSEHOLD, "type_label": Field(Reason.LABEL, one_of(*LABELS)), "year": YEAR},
    Kind.RECOGNITION: {
        **HOUSEHOLD,
        "category": CATEGORY,
        "granted_on": Field(Reason.DATE, optional(is_day)),
        "valid_until": DATE,
        "certificate": Field(Reason.CERTIFICATE, optional(text())),
        "state": Field(Reason.VALUE, one_of("有效")),
    },
    Kind.RESTORED_CREDIT: {**HOUSEHOLD, "restored": Field(Reason.VALUE, rows(one_of(*MARKS)))},
    Kind.TYPING_STANDARD: {
        "region": REGION,
        "year": YEAR,
        "policy": TEXT,
        "title": TEXT,
        "document": Field(Reason.INCOMPLETE, inner(DOCUMENT)),
        "basic": Field(Reason.INCOMPLETE, rows(inner(SENTENCE))),
        "types": Field(Reason.INCOMPLETE, rows(inner(STANDARD_OF_TYPE))),
    },
    Kind.CRITERIA: {
        "region": REGION,
        "year": YEAR,
        "document": TEXT,
        "categories": Field(Reason.INCOMPLETE, rows(inner(CRITERIA_OF_CATEGORY))),
    },
    Kind.APPLICATION: {
        **HOUSEHOLD,
        "category": Field(Reason.CATEGORY, optional(one_of(*CATEGORIES))),
        "path": Field(Reason.VALUE, one_of("自主申报", "部门推荐")),
        "state": Field(Reason.VALUE, one_of(*APPLICATION_STATES)),
    },
    Kind.PUBLIC_NOTICE: {
        "region": REGION,
        "opens_on": DATE,
        "closes_on": DATE,
        "households": Field(Reason.INCOMPLETE, rows(inner(ON_NOTICE))),
    },
    Kind.INFORMATION_REPORT: {**HOUSEHOLD, "year": YEAR, "state": Field(Reason.VALUE, one_of("已报送", "逾期未报"))},
    Kind.OPERATOR_CHANGE: {**HOUSEHOLD, "seen_on": DATE},
    Kind.RECOGNITION_LIST: {
        "region": REGION,
        "year": YEAR,
        "filed_with": REGION,
        "document": TEXT,
        "filed_on": DATE,
        "households": Field(Reason.VALUE, whole(0, MOST_HOUSEHOLDS)),
    },
}
PERIODS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.RECOGNITION: ("granted_on", "valid_until"),
    Kind.PUBLIC_NOTICE: ("opens_on", "closes_on"),
}
"""Days of which the second is not before the first"""
KEYS: Final[Mapping[Kind, Callable[[Content], str]]] = {
    Kind.TYPE: lambda content: str(content["uscc"]),
    Kind.RESTORED_CREDIT: lambda content: str(content["uscc"]),
    Kind.TYPING_STANDARD: lambda content: str(content["region"]),
    Kind.CRITERIA: lambda content: f"{content['region']}:{content['year']}",
}
"""Kinds whose keys follow from the content; those of the others are ids of ours"""


def fault_of(kind: Kind, key: str, uscc: str | None, region: str, content: Content) -> Reason | None:
    """Why a record with this content is refused; None: it is not. `uscc`, `region`: as its row says beside it."""
    shape = SHAPES[kind]
    if (fault := fault_in(shape, content)) is not None:
        return fault
    if content.get("uscc") != uscc:  # also a code beside what is about no household
        return Reason.USCC
    if content["region"] != region:
        return Reason.REGION
    if kind in KEYS and KEYS[kind](content) != key:
        return Reason.VALUE
    if kind in PERIODS:
        first, last = (content[name] for name in PERIODS[kind])
        if first is not None and last < first:
            return Reason.PERIOD
    return None
