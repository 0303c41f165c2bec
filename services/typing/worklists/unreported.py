"""Which registered households have no annual report of a year yet, by what the bureaus have delivered until now.

A household whose row could not be read has handed something in: it is listed as such, to be asked, not reminded. One
that was established after the year owes no report of it (个体工商户年度报告暂行办法 第三条: 自次年起报送).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.typing.deliveries.domain import REGISTRATION, AcceptedDelivery
from services.typing.deliveries.evidence import build_evidence
from services.typing.engine.duckdb_connection import connect

ANNUAL_REPORT = "annual_report"
FEEDS_READ = frozenset({REGISTRATION, ANNUAL_REPORT})
UNREPORTED = """
    SELECT r.uscc, r.name, r.region_code, r.established_on,
           EXISTS (FROM rejected_keys_annual_report k WHERE k.uscc = r.uscc) AS unreadable
      FROM accepted_registration r
     WHERE r.status = 'registered' AND year(r.established_on) <= $1 AND (r.region_code, r.uscc) > ($2, $3)
       AND NOT EXISTS (FROM accepted_annual_report a WHERE a.uscc = r.uscc AND a.year = $1)
       AND NOT list_contains($4::varchar[], r.uscc)
     ORDER BY r.region_code, r.uscc
"""


@dataclass(frozen=True, slots=True)
class UnreportedHousehold:
    """A household without a report. `unreadable`: a row about it was delivered and could not be read."""

    uscc: str
    name: str
    region: str
    established_on: dt.date
    unreadable: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which households: of a region (a prefix) and year, after a place, at most so many (None: all)."""

    region: str
    year: int
    after: tuple[str, str] = ("", "")
    most: int | None = None


def list_unreported(
    deliveries: Sequence[AcceptedDelivery], wanted: Wanted, heard_of: Sequence[str], *, memory_limit: str, spill: Path
) -> list[UnreportedHousehold] | None:
    """By county and code; None where one of the two feeds was never delivered for the region. `heard_of`: households
    whose report came as an event.
    """
    with connect(memory_limit=memory_limit, temp_directory=spill) as con:
        evidence = build_evidence(con, deliveries, wanted.region, wanted.year)
        if not set(evidence.delivered) >= FEEDS_READ:
            return None
        query = UNREPORTED if wanted.most is None else f"{UNREPORTED} LIMIT {wanted.most}"
        rows = con.execute(query, [wanted.year, *wanted.after, list(heard_of)]).fetchall()
    return [UnreportedHousehold(*row) for row in rows]
