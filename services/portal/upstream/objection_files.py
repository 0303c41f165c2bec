"""One objection as those handle it who decide and answer: what is disputed, last days, questions, proposals, steps."""

import datetime as dt
from urllib.parse import quote

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read, read_versioned
from services.portal.upstream.whole import read_all


class BureauExplanationAnswer(Answer):
    """What a bureau explained."""

    text: str
    region: str
    on: dt.date


class NextStepAnswer(Answer):
    """A step that the person may take now."""

    step: str
    label: str


class ObjectionAnswer(Answer):
    """An objection."""

    id: str
    receipt: str
    against_label: str
    year: int | None
    uscc: str
    county: str
    filed_by_label: str
    filed_at: dt.datetime
    statement: str
    state: str
    state_label: str
    accept_by: dt.date | None
    complete_by: dt.date | None
    respond_by: dt.date | None
    decide_by: dt.date | None
    missing: list[str]
    completion: str | None
    extended: bool
    explanation: BureauExplanationAnswer | None
    warning: str | None
    reason: str | None
    answer: str | None
    next_steps: list[NextStepAnswer]


class ReadingChoiceAnswer(Answer):
    """One way to read a phrase."""

    id: str
    title: str


class GroundAnswer(Answer):
    """What is disputed, in the words of the text; of a phrase with its readings."""

    kind: str
    id: str
    title: str
    citation: str | None
    quote: str | None
    department_label: str | None
    in_force: str | None
    decides: str | None
    choices: list[ReadingChoiceAnswer]


class LastDayAnswer(Answer):
    """A last day, and how it was reckoned."""

    label: str
    due_on: dt.date
    status: str
    reckoning: str
    climbs: int


class VerificationAnswer(Answer):
    """A question to a department, and its answer; the corrected row only to those who handle the objection."""

    id: str
    objection: str
    uscc: str
    county: str
    department_label: str
    region: str
    feed: str
    feed_label: str
    year: int | None
    fact_labels: list[str]
    readings: list[str]
    question: str
    due_on: dt.date | None
    state: str
    state_label: str
    finding: str | None
    finding_label: str | None
    note: str | None
    row: dict[str, str] | None


class ProposalAnswer(Answer):
    """A proposal and what became of it."""

    id: str
    state: str
    state_label: str
    outcome_label: str
    reason: str
    articles: list[str]
    worse: bool
    told_on: dt.date | None
    decide_after: dt.date | None
    sent_back_reason: str | None
    decided_on: dt.date | None


class HearingAnswer(Answer):
    """That something was noted; who was there and what was said is sealed."""

    id: str
    kind_label: str
    held_on: dt.date


class HandedInAnswer(Answer):
    """A document."""

    id: str
    name: str
    added_at: dt.datetime


class HistoryStepAnswer(Answer):
    """A step that was taken."""

    at: dt.datetime
    text: str
    by_label: str
    name: str | None
    bureau: str | None


class CandidateAnswer(Answer):
    """Somebody who could handle it."""

    subject: str
    name: str | None
    region: str


class AssignmentAnswer(Answer):
    """Who handles it, and who could."""

    assigned_to: str | None
    candidates: list[CandidateAnswer]


class MaskedObjectorAnswer(Answer):
    """Who objects, masked."""

    name: str | None
    contact: str | None


def _path(objection_id: str, what: str = "") -> str:
    return f"/v1/objections/{quote(objection_id, safe='')}{what}"


async def objection(upstream: Upstream, objection_id: str) -> tuple[ObjectionAnswer, str]:
    """One, with the version that a step must name."""
    return await read_versioned(upstream, ObjectionAnswer, _path(objection_id))


async def grounds(upstream: Upstream, objection_id: str) -> list[GroundAnswer]:
    """What is disputed."""
    return await read_all(upstream, GroundAnswer, _path(objection_id, "/grounds"))


async def last_days(upstream: Upstream, objection_id: str) -> list[LastDayAnswer]:
    """Every last day that was set, in order."""
    return await read_all(upstream, LastDayAnswer, _path(objection_id, "/deadlines"))


async def verifications(upstream: Upstream, objection_id: str) -> list[VerificationAnswer]:
    """What departments were asked, and answered."""
    return await read_all(upstream, VerificationAnswer, _path(objection_id, "/verifications"))


async def proposals(upstream: Upstream, objection_id: str) -> list[ProposalAnswer]:
    """How it was proposed to decide, in order."""
    return await read_all(upstream, ProposalAnswer, _path(objection_id, "/decisions"))


async def hearings(upstream: Upstream, objection_id: str) -> list[HearingAnswer]:
    """Hearings and conversations that were noted."""
    return await read_all(upstream, HearingAnswer, _path(objection_id, "/hearings"))


async def documents(upstream: Upstream, objection_id: str) -> list[HandedInAnswer]:
    """What was handed in."""
    return (await read(upstream, Listed[HandedInAnswer], _path(objection_id, "/documents"))).items


async def history(upstream: Upstream, objection_id: str) -> list[HistoryStepAnswer]:
    """What was done, the latest first."""
    return await read_all(upstream, HistoryStepAnswer, _path(objection_id, "/history"))


async def assignment(upstream: Upstream, objection_id: str) -> AssignmentAnswer:
    """Who handles it, and who could."""
    return await read(upstream, AssignmentAnswer, _path(objection_id, "/assignment"))


async def objector(upstream: Upstream, objection_id: str) -> MaskedObjectorAnswer:
    """Who objects, masked."""
    return await read(upstream, MaskedObjectorAnswer, _path(objection_id, "/objector"))


async def asked(upstream: Upstream, cursor: str) -> Listed[VerificationAnswer]:
    """Questions that wait for an answer, the most urgent first: a department's own, or those of an officer's region."""
    query: Query = {"cursor": cursor, "limit": 50}
    return await read(upstream, Listed[VerificationAnswer], "/v1/verifications", query)


async def verification(upstream: Upstream, verification_id: str) -> tuple[VerificationAnswer, str]:
    """One, with the version that the answer must name."""
    return await read_versioned(upstream, VerificationAnswer, f"/v1/verifications/{quote(verification_id, safe='')}")
