"""A recognition's concerns, deadlines and events; one recognised household per person and county.

A concern is something an officer must look at: there is one per kind, with its first day, until it is cleared. The rule
of one per person also holds after an operator changes, a household moves or a recognition ends.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.base import ANNOUNCER, shorten_reason
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import Concern, ConcernKind, last_year_eve
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.problems import RecognisedAtAnotherLevel
from services.recognition.recognitions.repository import insert_expected_reports
from services.recognition.rules.life import rules_of_life
from shared import clock
from shared.contracts.recognition import RecognitionStatePayload
from shared.law.language.units import month_day
from shared.law.model.recognition import LEVEL_LABELS, RecognitionRules, level_of
from shared.messaging.announcer import StateAt
from shared.platform.identity import Caller
from shared.worker import deadlines


def raise_concern(recognition: Recognition, kind: ConcernKind, sentence: str, by: str | None = None) -> bool:
    """Raise a concern, or change the sentence of one that stands, which keeps its day. False when nothing changes."""
    standing = find_concern(recognition, kind)
    if standing is not None and standing.sentence == sentence:
        return False
    since = standing.since if standing else clock.today()
    others = (concern for concern in recognition.concerns if concern.kind is not kind)
    recognition.concerns = (*others, Concern(kind, sentence, since, by))
    recognition.version += 1
    return True


def clear_concern(recognition: Recognition, kind: ConcernKind) -> None:
    """Remove a concern."""
    left = tuple(concern for concern in recognition.concerns if concern.kind is not kind)
    if len(left) != len(recognition.concerns):
        recognition.concerns = left
        recognition.version += 1


def update_concern(recognition: Recognition, kind: ConcernKind, sentences: Sequence[str]) -> None:
    """Raise a concern while there are sentences, else clear it."""
    if sentences:
        raise_concern(recognition, kind, "；".join(sentences))
    else:
        clear_concern(recognition, kind)


def find_concern(recognition: Recognition, kind: ConcernKind) -> Concern | None:
    """The concern of a kind, if any."""
    return next((concern for concern in recognition.concerns if concern.kind is kind), None)


def require_recognising_level(recognition: Recognition, caller: Caller) -> None:
    """403 unless the caller's bureau is of the level that recognised the household (认定部门)."""
    if recognition.decided_by_region is None:
        return
    level = level_of(recognition.decided_by_region)
    if level is not None and level_of(caller.region) is not level:
        detail = f"这项认定由{LEVEL_LABELS[level]}市场监管部门作出，以后的审核、确认、评估、取消和撤销也由其办理"
        raise RecognisedAtAnotherLevel(f"{detail}；认为不再符合标准的，可以提议取消")


R = TypeVar("R", bound=RecognitionStatePayload)


async def announce_recognition(
    session: AsyncSession,
    kind: type[R],
    recognition: Recognition,
    *,
    actor: str | None,
    reason: str | None = None,
    **more: object,
) -> None:
    """Publish an event about the state of a recognition."""
    await announce_recognitions(session, kind, [(recognition, {"reason": reason, **more})], actor=actor)


async def announce_recognitions(
    session: AsyncSession,
    kind: type[R],
    events: Sequence[tuple[Recognition, Mapping[str, object]]],
    *,
    actor: str | None,
) -> None:
    """Publish events about many recognitions, each with additional fields, in two statements."""

    def state(recognition: Recognition, more: Mapping[str, object]) -> StateAt:
        return lambda revision: recognition_payload(kind, recognition, revision, **more)

    states = [(recognition.uscc, state(recognition, more)) for recognition, more in events]
    await ANNOUNCER.announce_states(session, states, actor=actor)


def recognition_payload(
    kind: type[R], recognition: Recognition, revision: int, *, reason: object = None, **more: object
) -> R:
    """The payload of an event about the state of a recognition. `decided_by_region`: the bureau that recognised it,
    unless another one acts.
    """
    return kind(
        recognition=recognition.id,
        uscc=recognition.uscc,
        region=recognition.county,
        category=recognition.category,
        operator_ref=recognition.operator_ref,
        valid_until=recognition.valid_until,
        reason=shorten_reason(reason),
        revision=revision,
        **(recognised(recognition) | more),
    )


def recognised(recognition: Recognition) -> dict[str, object]:
    """What every event says of how it was recognised; by whom it was decided may be another one's in an event."""
    names = ("decided_by_region", "name", "certificate", "granted_on")
    return {name: getattr(recognition, name) for name in names}


EXPIRY_DEADLINE = "recognition-expires"
"""Kind of the deadline at the end of validity."""


LAST_YEAR_DEADLINE = "recognition-last-year"
"""Kind of the deadline at which the last year of validity begins."""


async def schedule_end(session: AsyncSession, recognitions: Sequence[Recognition]) -> None:
    """Schedule the beginning of the last year and the end of validity."""
    ends = {str(recognition.id): recognition.valid_until for recognition in recognitions}
    last_years = {recognition_id: deadlines.end_of_day(last_year_eve(day)) for recognition_id, day in ends.items()}
    over = {recognition_id: deadlines.end_of_day(day) for recognition_id, day in ends.items()}
    await deadlines.schedule_all(session, {LAST_YEAR_DEADLINE: last_years, EXPIRY_DEADLINE: over})


REPORT_DUE_DEADLINE = "report-due"
"""Kind of the deadline of a report; its subject is `<recognition>:<year>`."""


REPORT_REMINDER_DEADLINE = "report-reminder"
"""Kind of the deadline of the reminder of a report; the same subject."""


async def schedule_reports(session: AsyncSession, recognitions: Sequence[Recognition], year: int) -> None:
    """Schedule a year's reports of one county's recognitions, except of those that end before."""
    if not recognitions:
        return
    rules = await rules_of_life(session, recognitions[0])
    due_on = report_due_date(rules, year)
    if due_on is None:
        return
    reach = [recognition.id for recognition in recognitions if due_on <= recognition.valid_until]
    await insert_expected_reports(session, reach, year, due_on)
    days = {REPORT_DUE_DEADLINE: due_on}
    if (ahead := reminder_days(rules, due_on)) is not None:
        days[REPORT_REMINDER_DEADLINE] = due_on - dt.timedelta(days=ahead + 1)
    due = {kind: {f"{id_}:{year}": deadlines.end_of_day(day) for id_ in reach} for kind, day in days.items()}
    await deadlines.schedule_all(session, due)


def report_due_date(rules: RecognitionRules, year: int) -> dt.date | None:
    """The last day of a year's report; None where the policy requires none."""
    value = rules.value(rules.lifecycle.report_until, dt.date(year, 1, 1))
    return month_day(value, year) if value is not None else None


def reminder_days(rules: RecognitionRules, day: dt.date) -> int | None:
    """How many days before the last one operators are reminded; None when the policy does not say."""
    value = rules.value(rules.lifecycle.report_reminder, day) if rules.lifecycle.report_reminder else None
    return value if isinstance(value, int) else None


async def enforce_one_per_person(
    session: AsyncSession, recognition: Recognition, operator_ref: str | None, county: str
) -> None:
    """Set the recognition's person and county, marked as a conflict where the person has another one there.

    The unique index decides, so that two concurrent changes cannot both pass.
    """
    try:
        async with session.begin_nested():
            recognition.operator_ref, recognition.county, recognition.person_conflict = operator_ref, county, False
            await session.flush()
        clear_concern(recognition, ConcernKind.ONE_PER_PERSON)
    except IntegrityError:
        await session.refresh(recognition)
        recognition.operator_ref, recognition.county, recognition.person_conflict = operator_ref, county, True
        detail = "经营者在本县另有一户获得认定，只能保留一户，请作出决定"
        raise_concern(recognition, ConcernKind.ONE_PER_PERSON, detail)
        await session.flush()


async def release_conflicts(session: AsyncSession, operator_ref: str | None, county: str) -> None:
    """A person has one recognition less in a county: the first of the conflicting ones is no longer in conflict."""
    for other in await recognition_repository.lock_conflicting(session, county, operator_ref):
        await enforce_one_per_person(session, other, operator_ref, county)
