"""What officials' pages read of the support service: visits that are due, problems, who is in touch with households."""

import datetime as dt
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read, read_versioned
from services.portal.upstream.whole import read_list


class OccasionAnswer(Answer):
    """Why a household is visited."""

    label: str
    happened_on: dt.date
    note: str | None


class VisitAnswer(Answer):
    """A visit that is due, or was. `unverified`: no text gives the number of days."""

    id: str
    uscc: str
    name: str | None
    county: str
    unit: str | None
    state: str
    state_label: str
    occasions: list[OccasionAnswer]
    due_on: dt.date | None
    unverified: bool
    assigned_to: str | None
    assigned_name: str | None
    department_label: str | None
    visited_on: dt.date | None
    finding: str | None
    waived_because: str | None


class ProblemStepAnswer(Answer):
    """Something that was done about a problem."""

    at: dt.datetime
    what: str
    state_label: str
    department: str
    region: str
    note: str | None


class RaisedProblemAnswer(Answer):
    """A problem that somebody raised, who has it, what was answered. `steps`: only of one that is read by itself."""

    id: str
    receipt: str
    uscc: str | None
    county: str
    source_label: str
    raised_by: str | None
    kind_label: str
    statement: str
    raised_on: dt.date
    state: str
    state_label: str
    department: str
    department_label: str
    owner_region: str
    due_on: dt.date | None
    unverified: bool
    supervised_by: str | None
    answer: str | None
    outcome_label: str | None
    enforcement: str | None
    respond_by: dt.date | None
    may_respond: bool
    closed_because: str | None
    steps: list[ProblemStepAnswer]


class HouseholdOfficialAnswer(Answer):
    """Who is in touch with a household, or with the households of a unit."""

    subject: str | None
    name: str
    department: str
    department_label: str


async def visits(upstream: Upstream, state: str, mine: bool, cursor: str) -> Listed[VisitAnswer]:
    """By last day."""
    query: Query = {"state": state, "mine": "true" if mine else None, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[VisitAnswer], "/v1/calls", query)


async def visit(upstream: Upstream, visit_id: str) -> tuple[VisitAnswer, str]:
    """One, with the version that a step must name."""
    return await read_versioned(upstream, VisitAnswer, f"/v1/calls/{quote(visit_id, safe='')}")


async def problems(upstream: Upstream, state: str, mine: bool, cursor: str) -> Listed[RaisedProblemAnswer]:
    """Of the region, or those that a department has."""
    query: Query = {"state": state, "mine": "true" if mine else None, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[RaisedProblemAnswer], "/v1/problems", query)


async def problem(upstream: Upstream, problem_id: str) -> tuple[RaisedProblemAnswer, str]:
    """One, with what was done and the version that a step must name."""
    return await read_versioned(upstream, RaisedProblemAnswer, f"/v1/problems/{quote(problem_id, safe='')}")


async def household_officials(upstream: Upstream) -> list[HouseholdOfficialAnswer]:
    """Those of the region."""
    return await read_list(upstream, HouseholdOfficialAnswer, "/v1/household-officials")
