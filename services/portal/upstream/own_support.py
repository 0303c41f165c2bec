"""What an operator reads of the support service: problems raised, promises signed, visits, surveys."""

import datetime as dt
import uuid

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read, read_versioned
from services.portal.upstream.whole import read_all, read_list


class ProblemStepAnswer(Answer):
    """Something that was done about a problem."""

    at: dt.datetime
    what: str
    state_label: str
    note: str | None


class OwnProblemAnswer(Answer):
    """A problem of the operator's household. `may_respond`: it is answered, and the operator has a say."""

    id: str
    receipt: str
    uscc: str | None
    kind_label: str
    source_label: str
    statement: str
    raised_on: dt.date
    state: str
    state_label: str
    department_label: str
    due_on: dt.date | None
    supervised_by: str | None
    answer: str | None
    outcome_label: str | None
    respond_by: dt.date | None
    may_respond: bool
    closed_because: str | None
    steps: list[ProblemStepAnswer]


class CommitmentAnswer(Answer):
    """A promise, as its text stood when it was signed, and what a check has found."""

    uscc: str
    measure: str
    text: str
    consequence: str
    signed_at: dt.datetime
    kept: bool | None
    finding: str | None
    checked_at: dt.datetime | None


class OwnVisitAnswer(Answer):
    """A visit that was made."""

    uscc: str
    name: str
    visited_on: dt.date
    visitor: str | None
    department_label: str | None
    reasons: list[str]


class ContactOfficialAnswer(Answer):
    """Who is in touch with the operator's household."""

    uscc: str | None
    name: str
    department_label: str


class AskedOptionAnswer(Answer):
    """One answer to choose."""

    id: str
    label: str


class AskedQuestionAnswer(Answer):
    """One question of a survey."""

    id: str
    text: str
    options: list[AskedOptionAnswer]


class InvitationAnswer(Answer):
    """A survey that a household of the operator's is asked to answer."""

    survey: str
    uscc: str
    title: str
    until: dt.date
    answered: bool
    questions: list[AskedQuestionAnswer]


async def own_surveys(upstream: Upstream) -> list[InvitationAnswer]:
    """Those that the operator's households are asked to answer, until their last day."""
    return await read_all(upstream, InvitationAnswer, "/v1/surveys/mine")


async def own_problems(upstream: Upstream) -> list[OwnProblemAnswer]:
    """All of the operator's households, whoever raised them."""
    return await read_list(upstream, OwnProblemAnswer, "/v1/problems/mine")


async def own_problem(upstream: Upstream, problem_id: uuid.UUID) -> tuple[OwnProblemAnswer, str]:
    """One with its steps, and the version that a response must name."""
    return await read_versioned(upstream, OwnProblemAnswer, f"/v1/problems/{problem_id}")


async def own_commitments(upstream: Upstream) -> list[CommitmentAnswer]:
    """Those of the operator's households, the latest first."""
    return await read_all(upstream, CommitmentAnswer, "/v1/commitments/mine")


async def own_visits(upstream: Upstream, cursor: str) -> Listed[OwnVisitAnswer]:
    """Visits that were made, the latest first."""
    query: Query = {"cursor": cursor, "limit": 20}
    return await read(upstream, Listed[OwnVisitAnswer], "/v1/calls/mine", query)


async def own_contact_officials(upstream: Upstream) -> list[ContactOfficialAnswer]:
    """Who is in touch with the operator's households."""
    return await read_all(upstream, ContactOfficialAnswer, "/v1/household-officials/mine")
