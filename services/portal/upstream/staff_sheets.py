"""What pages for officers read of scoring sheets."""

import datetime as dt
from typing import Any
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Query, Upstream, read_versioned
from services.portal.upstream.whole import read_list


class ListedSheetAnswer(Answer):
    """A sheet of the list; drafts are not in force."""

    id: str
    region: str
    year: int
    title: str
    document: str
    valid_from: dt.date
    valid_until: dt.date
    in_force_at: dt.datetime | None


class WholeSheetAnswer(ListedSheetAnswer):
    """A sheet with its text."""

    content: dict[str, Any]


async def sheets(upstream: Upstream, region: str, *, drafts: bool) -> list[ListedSheetAnswer]:
    """Of a region, in force or drafts."""
    query: Query = {"region": region, "drafts": "true" if drafts else None}
    return await read_list(upstream, ListedSheetAnswer, "/v1/scoring-sheets", query)


async def sheet(upstream: Upstream, sheet_id: str) -> tuple[WholeSheetAnswer, str]:
    """One, with the version that a step must name."""
    return await read_versioned(upstream, WholeSheetAnswer, f"/v1/scoring-sheets/{quote(sheet_id, safe='')}")
