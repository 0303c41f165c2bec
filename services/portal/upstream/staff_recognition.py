"""What pages for officers read of the recognition service, and ask it for."""

import datetime as dt
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Change, Listed, Upstream, read, read_versioned, send
from services.portal.upstream.whole import read_all, read_list


class TaskAnswer(Answer):
    """An open task."""

    id: str
    application: str
    county: str
    step: str
    step_label: str
    due_on: dt.date
    claimed_by: str | None
    uscc: str
    name: str
    category_label: str | None


class TaskTotalAnswer(Answer):
    """How many open tasks of a step there are."""

    step: str
    step_label: str
    number: int
    overdue: int
    due_soon: int
    unclaimed: int
    mine: int
    first_due_on: dt.date


class ToVerifyAnswer(Answer):
    """A criterion that a department proves."""

    id: str
    title: str
    bureau: str


class AboutAnswer(Answer):
    """An objection about an application."""

    receipt: str | None
    stage_label: str
    decide_by: dt.date | None


class ApplicationAnswer(Answer):
    """An application as the lists show it."""

    id: str
    season: str
    county: str
    uscc: str
    name: str
    state: str
    state_label: str
    step: str
    step_label: str
    category: str | None
    category_reason: str | None
    criteria: list[str]
    to_verify: list[ToVerifyAnswer]
    recommended_by_label: str | None
    due_on: dt.date | None
    score: int | None
    rank: int | None
    reason: str | None
    against: list[str]
    submitted_at: dt.datetime | None


class ApplicationFileAnswer(ApplicationAnswer):
    """With the objections about it."""

    objections: list[AboutAnswer]


class DocumentAnswer(Answer):
    """A document that was handed in."""

    id: str
    name: str
    media_type: str
    bytes: int
    added_at: dt.datetime


class ConcernAnswer(Answer):
    """What stands against a recognition."""

    kind: str
    sentence: str
    since: dt.date


class DossierAnswer(Answer):
    """A household's recognition."""

    id: str
    state: str
    category_label: str
    county: str
    state_label: str
    certificate: str
    granted_on: dt.date
    valid_until: dt.date
    end_reason: str | None
    concerns: list[ConcernAnswer]


async def task_totals(upstream: Upstream) -> list[TaskTotalAnswer]:
    """Open tasks of the person's region, by step."""
    return await read_all(upstream, TaskTotalAnswer, "/v1/tasks/totals")


async def tasks(upstream: Upstream, step: str, mine: bool, cursor: str) -> Listed[TaskAnswer]:
    """Open tasks, the most urgent first."""
    query = {"step": step, "mine": "true" if mine else None, "cursor": cursor, "limit": 50}
    return await read(upstream, Listed[TaskAnswer], "/v1/tasks", query)


async def hold_task(upstream: Upstream, task: str, what: str, key: str) -> None:
    """`what`: claim or release."""
    await send(upstream, "POST", f"/v1/tasks/{quote(task, safe='')}/{what}", Change(key))


async def application(upstream: Upstream, application_id: str) -> tuple[ApplicationFileAnswer, str]:
    """One application, with the version that a decision must name."""
    return await read_versioned(upstream, ApplicationFileAnswer, f"/v1/applications/{application_id}")


async def applications_of(upstream: Upstream, uscc: str) -> list[ApplicationAnswer]:
    """A household's applications of all years."""
    return await read_list(upstream, ApplicationAnswer, "/v1/applications", {"uscc": uscc})


async def documents(upstream: Upstream, application_id: str) -> list[DocumentAnswer]:
    """What was handed in with it."""
    path = f"/v1/applications/{application_id}/documents"
    return (await read(upstream, Listed[DocumentAnswer], path)).items


async def recognitions_of(upstream: Upstream, uscc: str) -> list[DossierAnswer]:
    """A household's recognitions, ended ones too."""
    return (await read(upstream, Listed[DossierAnswer], "/v1/recognitions/files", {"uscc": uscc})).items


async def review(upstream: Upstream, change: Change) -> None:
    """A review's outcome."""
    await send(upstream, "POST", "/v1/reviews", change)
