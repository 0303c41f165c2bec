"""What pages for officers read of the typing service, and ask it for."""

import datetime as dt
from collections.abc import Mapping

from services.portal.upstream.calls import Answer, Change, Listed, Query, Upstream, read, read_versioned, send
from services.portal.upstream.whole import read_list


class FindingAnswer(Answer):
    """What is strange about the evidence of a run."""

    message: str


class RunAnswer(Answer):
    """A typing run. `counts`: county → type → households."""

    id: str
    number: int
    state: str
    state_label: str
    progress: float
    policy: str
    region: str
    as_of: dt.date
    created_at: dt.datetime
    warnings: list[str]
    findings: list[FindingAnswer]
    confirmation_reason: str | None
    failure: str | None
    households: int | None
    left_out: int | None
    counts: Mapping[str, Mapping[str, int]]
    digest: str | None
    published_at: dt.datetime | None


class ChangeAnswer(Answer):
    """How many households of a county go from one type to another."""

    region: str
    from_type: str | None
    to_type: str | None
    households: int


class ProofAnswer(Answer):
    """What the verifier says of the policy."""

    needs_attention: bool
    gap: bool
    undetermined_possible: bool
    open_readings: list[str]
    unset_parameters: list[str]


class ComparisonAnswer(Answer):
    """A run beside the published result."""

    compared_with: list[int]
    changes: list[ChangeAnswer]
    proof: ProofAnswer


class MoveAnswer(Answer):
    """A household that another county asks to take over."""

    id: str
    uscc: str
    name: str
    from_region_name: str
    to_region_name: str
    asked_at: dt.datetime
    state_label: str
    decidable: bool


class DeliveryAnswer(Answer):
    """A file that a bureau delivered, and what became of its rows."""

    id: str
    feed_title: str
    region: str
    year: int | None
    coverage_label: str
    received_at: dt.datetime
    rows: int
    accepted: int
    rejected: int
    flagged: int
    pending: int
    warnings: list[str]


class RefusedDeliveryAnswer(Answer):
    """A file of which nothing was taken."""

    feed_title: str
    region: str
    year: int | None
    detail: str
    times: int
    last_refused_at: dt.datetime


async def runs(upstream: Upstream, cursor: str = "") -> Listed[RunAnswer]:
    """Runs of the person's region, the latest first."""
    return await read(upstream, Listed[RunAnswer], "/v1/runs", {"cursor": cursor, "limit": 50})


async def run(upstream: Upstream, run_id: str) -> tuple[RunAnswer, str]:
    """One, with the version that a step must name."""
    return await read_versioned(upstream, RunAnswer, f"/v1/runs/{run_id}")


async def comparison(upstream: Upstream, run_id: str) -> ComparisonAnswer:
    """What it changes."""
    return await read(upstream, ComparisonAnswer, f"/v1/runs/{run_id}/comparison")


async def step_run(upstream: Upstream, run_id: str, step: str, change: Change) -> None:
    """`step`: confirmation, discard, publication, comparison."""
    await send(upstream, "POST", f"/v1/runs/{run_id}/{step}", change)


async def moves(upstream: Upstream) -> list[MoveAnswer]:
    """Moves that wait for a decision."""
    return await read_list(upstream, MoveAnswer, "/v1/moves", {"state": "waiting"})


async def deliveries(upstream: Upstream, cursor: str) -> Listed[DeliveryAnswer]:
    """What was delivered, the latest first."""
    query: Query = {"cursor": cursor, "limit": 50}
    return await read(upstream, Listed[DeliveryAnswer], "/v1/deliveries", query)


async def refused(upstream: Upstream) -> Listed[RefusedDeliveryAnswer]:
    """The latest refusals."""
    return await read(upstream, Listed[RefusedDeliveryAnswer], "/v1/refused-deliveries", {"limit": 20})
