"""What pages for officers read of the objection service."""

import datetime as dt

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read
from services.portal.upstream.whole import read_all


class StateTotalAnswer(Answer):
    """How many open objections stand where."""

    state: str
    state_label: str
    number: int
    overdue: int
    climbed: int
    unassigned: int


class ListedObjectionAnswer(Answer):
    """An objection of the work list."""

    id: str
    receipt: str
    uscc: str
    name: str | None
    against_label: str
    county: str
    state_label: str
    filed_at: dt.datetime
    due_on: dt.date | None
    overdue: bool
    climbs: int
    assigned_name: str | None


async def totals(upstream: Upstream) -> list[StateTotalAnswer]:
    """Open objections of the person's region, by state."""
    return await read_all(upstream, StateTotalAnswer, "/v1/objections/totals")


async def objections(
    upstream: Upstream,
    *,
    state: str = "",
    against: str = "",
    overdue: bool = False,
    mine: bool = False,
    q: str = "",
    cursor: str = "",
) -> Listed[ListedObjectionAnswer]:
    """Open objections by their last day, or those that a receipt or a code finds."""
    query: Query = {
        "state": state,
        "against": against,
        "overdue": "true" if overdue else None,
        "assigned_to": "me" if mine else None,
        "q": q,
        "cursor": cursor,
        "limit": 50,
    }
    return await read(upstream, Listed[ListedObjectionAnswer], "/v1/objections", query)
