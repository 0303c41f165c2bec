"""Reminders before a date that an event names, unless what it is about has ended by then.

A rule with `remind` is not told when its event is heard but, with the household and the rule as they are then, so many
days before its `due_on`. The deadline is reckoned by the official calendar and moves with it; its subject is the
reminder's id, which is also what nobody is reminded of twice.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.digests import repository as digest_repository
from services.notification.digests.models import Reminder
from services.notification.messages.domain import NAMESPACE
from services.notification.rules.checking import CompiledRule
from services.notification.rules.domain import MATTER_BAR, Remind
from services.notification.rules.service import RulesInForce, rules_in_force
from services.notification.telling import repository as telling_repository
from services.notification.telling.later import restored
from services.notification.telling.occasions import Occasion, by_kind, occasions_under, region_of
from services.notification.telling.service import Batch, Turn, asked_for, begin_telling_many, queue_all, sort
from shared import clock
from shared.clock import CHINA
from shared.contracts.payload import Payload
from shared.law.language.units import Unit
from shared.messaging.events import Event
from shared.worker.deadlines import Deadline, schedule_all
from shared.worker.reckoning import Reckoning, schedule_all_reckoned

REMINDER = "reminder"
"""The kind of the deadlines; their subject is the reminder's id."""
HEARD_LATE = dt.timedelta(hours=1)
"""When the day of a reminder has come before its event is heard: by then what ended the matter is heard, too."""
ENDS_KEPT = dt.timedelta(days=800)
"""No event that is read again is older."""


class WordsOfRemindersFailed(Exception):
    """The words of a reminder could not be made: it is tried again, when the rule may have been mended."""


async def follow_dates(session: AsyncSession, events: Sequence[Event]) -> None:
    """Sets the reminders of events, and keeps which matters they end. Both for good: an event that is heard again
    changes nothing.
    """
    rules = await rules_in_force(session)
    await digest_repository.end_matters(session, ended_by(events, rules))
    coming = {one.id: (one, remind) for one, remind in reminders_of(events, rules)}
    new = await digest_repository.store_reminders(session, [one for one, _ in coming.values()])
    await _schedule(session, [coming[one] for one in new])


def ended_by(events: Iterable[Event], rules: RulesInForce) -> Mapping[tuple[str, str], dt.datetime]:
    """Rule and matter → when an event ended it."""
    found: dict[tuple[str, str], dt.datetime] = {}
    for (name, province), some in by_kind(events).items():
        ending = [one for one in rules.here(province) if name in one.rule.ended_by]
        for _, event in some if ending else ():
            for compiled in ending:
                for matter in matters_ended(compiled, event.data):
                    ended = compiled.rule.name, matter
                    found[ended] = max(event.time, found.get(ended, event.time))
    return found


def matters_ended(compiled: CompiledRule, data: Payload) -> Iterator[str]:
    """The matter that an event ends, and steps of it. An event that names a step itself ends no other."""
    rule, sources = compiled.rule, compiled.sources

    def of(fact: str | None) -> str | None:
        value = getattr(data, sources[fact][1], None) if fact is not None else None
        return None if value is None else str(value)

    matter = of(rule.matter)
    if matter is None:
        return
    if data.event_name in rule.until:
        yield matter
    for step, events in rule.steps.items():
        if data.event_name in events and of(rule.step) in (step, None):
            yield MATTER_BAR.join([matter, step, *filter(None, [of(rule.part)])])


def reminders_of(events: Iterable[Event], rules: RulesInForce) -> Iterator[tuple[Reminder, Remind]]:
    """The reminders that are still to come; not those that would come no later than the event itself."""
    for kind, some in by_kind(events).items():
        for compiled in rules.of(*kind):
            if (remind := compiled.rule.remind) is not None:
                for _, event in some:
                    for occasion in occasions_under(event, compiled):
                        yield from _reminders_of(occasion, remind)


def _reminders_of(occasion: Occasion, remind: Remind) -> Iterator[tuple[Reminder, Remind]]:
    facts = occasion.facts(None)
    due_on = facts[occasion.rule.rule.due_on or ""]
    if not isinstance(due_on, dt.date) or due_on < clock.today():
        return
    written_on = occasion.event.time.astimezone(CHINA).date()
    for days in remind.days_before:
        if day_of(remind, due_on, days) > written_on:
            yield _reminder(occasion, facts, due_on, days), remind


def reckoning_of(remind: Remind, due_on: dt.date, days: int) -> Reckoning:
    """So many working days before a date that the event names."""
    return Reckoning(due_on, 0, Unit.DAYS, remind.parameter, not remind.verified, days)


def day_of(remind: Remind, due_on: dt.date, days: int) -> dt.date:
    """The day of a reminder."""
    return reckoning_of(remind, due_on, days).last.due if remind.working else due_on - dt.timedelta(days=days)


def _reminder(occasion: Occasion, facts: Mapping[str, object], due_on: dt.date, days: int) -> Reminder:
    rule, cause = occasion.rule.rule, occasion.cause(facts)
    return Reminder(
        id=uuid.uuid5(NAMESPACE, f"{REMINDER}|{rule.name}|{cause}|{days}"),
        rule=rule.name,
        days_before=days,
        due_on=due_on,
        cause=cause,
        matter=rule.matter_of(facts),
        envelope=occasion.event.encode().decode(),
    )


async def _schedule(session: AsyncSession, reminders: Sequence[tuple[Reminder, Remind]]) -> None:
    """A deadline for each: the beginning of its day; soon, where that has passed."""
    now = clock.now()
    reckoned: dict[str, Reckoning] = {}
    at: dict[str, dt.datetime] = {}
    for one, remind in reminders:
        day = day_of(remind, one.due_on, one.days_before)
        begins = dt.datetime.combine(day, dt.time(), CHINA)
        if begins <= now:
            at[str(one.id)] = now + HEARD_LATE
        elif remind.working:
            reckoned[str(one.id)] = reckoning_of(remind, one.due_on, one.days_before)
        else:
            at[str(one.id)] = begins
    await schedule_all(session, {REMINDER: at})
    if reckoned:
        await schedule_all_reckoned(session, {REMINDER: reckoned})


async def on_reminders_due(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """Tells those that are still of use: the date has not passed, the matter has not ended, the rule is in force."""
    reminders = await digest_repository.reminders(session, [uuid.UUID(one.subject) for one in due])
    matters = {(one.rule, one.matter) for one in reminders if one.matter is not None}
    ended = await telling_repository.ended_matters(session, matters)
    rules = await rules_in_force(session)
    occasions = [
        occasion
        for one in reminders
        if one.due_on >= clock.today()
        for event in restored([one.envelope])
        if event.time > ended.get((one.rule, one.matter or ""), dt.datetime.min.replace(tzinfo=dt.UTC))
        for occasion in _remindings(one, event, rules)
    ]
    batch = Batch([], {}, [])
    asked = list(asked_for(occasions, batch))
    codes = {occasion.uscc for occasion, _ in asked if occasion.uscc is not None}
    sort(asked, await telling_repository.households(session, codes), batch, Turn.LAST)
    now = clock.now()
    await queue_all(session, batch, now)
    await begin_telling_many(session, batch.many, now)
    if batch.waiting:
        raise WordsOfRemindersFailed


def _remindings(one: Reminder, event: Event, rules: RulesInForce) -> Iterator[Occasion]:
    """What is told of a reminder by its rule as it is now."""
    for compiled in rules.of(event.data.event_name, region_of(event)):
        if compiled.rule.name != one.rule or compiled.rule.remind is None:
            continue
        for occasion in occasions_under(event, compiled):
            if compiled.rule.each is None or occasion.cause(occasion.facts(None)) == one.cause:
                yield replace(occasion, key=f"{digest_repository.REMINDED}{one.id}")


async def forget_past(session: AsyncSession) -> None:
    """Removes reminders whose date has passed, and ends that nothing can be about any more."""
    await digest_repository.forget(session, clock.today() - dt.timedelta(days=1), clock.now() - ENDS_KEPT)
