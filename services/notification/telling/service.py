"""Telling: events → the rules in force → whom, in which words → notifications, some statements for thousands of events.

What cannot be told yet is kept and told later: an event whose household the copy does not know, and one whose words
could not be made. Nothing waits behind it.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts.lookups import UNREACHABLE, Reach, about, reach
from services.notification.event_fields import for_sample
from services.notification.messages.domain import Channel, Recipient, RecipientKind, notification_id, portal_path
from services.notification.messages.service import MessageDraft, NotificationDraft, queue
from services.notification.rules.checking import CompiledRule
from services.notification.rules.rendering import WordsError, cut
from services.notification.rules.service import PROVINCE_DIGITS, RulesInForce, rules_in_force
from services.notification.telling import repository as telling_repository
from services.notification.telling.domain import KnownHousehold, Waits
from services.notification.telling.lapsing import still_of_use
from services.notification.telling.occasions import (
    Numbered,
    Occasion,
    by_kind,
    is_too_old,
    occasions_under,
    region_of,
    that_may_hold,
    waiting_id,
)
from shared import clock
from shared.messaging.events import Event

log = structlog.get_logger()

AGAIN_AFTER = dt.timedelta(hours=1)
"""When words that could not be made are tried again: the rule may have been mended."""
LONGEST_MATTER = 100
NO_PARAMETERS: Mapping[str, str] = {}
NOT_WAITED: Mapping[uuid.UUID, dt.datetime] = {}
SAMPLES_KEPT = 3
"""Of each kind of event and province"""


@dataclass(frozen=True, slots=True)
class Telling:
    """One recipient of an occasion, with the facts."""

    occasion: Occasion
    facts: Mapping[str, object]
    recipient: Recipient
    keyed_by: Recipient
    uscc: str | None
    region: str

    @property
    def cause(self) -> str:
        """The permanent key of the fact."""
        return self.occasion.cause(self.facts)

    @property
    def known_as(self) -> str | None:
        """By what a bureau knows the recipient where the household does not stand for them."""
        name = self.occasion.rule.rule.known_as
        return cut(str(self.facts[name]), LONGEST_MATTER) if name is not None and self.uscc is None else None


@dataclass(frozen=True, slots=True)
class Limits:
    """`oldest_days`: nobody is told of older events; `patience`: how long an event waits for its household."""

    oldest_days: int
    patience: dt.timedelta


class Turn(StrEnum):
    """Whether an event is told for the first time, again after it waited, or for the last time: then it does not wait
    for its household any longer, which becomes the recipient itself.
    """

    FIRST = "first"
    AGAIN = "again"
    LAST = "last"


@dataclass
class Batch:
    """What becomes of a batch of events."""

    tellings: list[Telling]
    waiting: dict[str, tuple[Event, Waits, str | None]]
    many: list[Occasion]

    def wait(self, occasion: Occasion, why: Waits) -> None:
        """The event is told later, whole: who was told by then is not told again."""
        self.waiting[occasion.event.id] = (occasion.event, why, occasion.uscc)


async def tell(
    session: AsyncSession,
    events: Sequence[Event],
    limits: Limits,
    turn: Turn = Turn.FIRST,
    since: Mapping[uuid.UUID, dt.datetime] = NOT_WAITED,
) -> int:
    """Tells whom the rules in force name; what cannot be told yet waits, until it is too old. `since`: when those
    began to wait that wait already. Returns how many notifications are new.
    """
    rules = await rules_in_force(session)
    now = clock.now()
    heard = [(some, named) for kind, some in by_kind(events).items() if (named := told_at_once(*kind, rules))]
    if not heard:
        return 0
    if turn is Turn.FIRST:
        await keep_samples(session, [some[-1][1] for some, _ in heard], now)
    occasions = occasions_of(heard)
    old = [one for one in occasions if is_too_old(one.event, limits.oldest_days, now)]
    if old:
        await note_too_old(session, old)
        occasions = [one for one in occasions if not is_too_old(one.event, limits.oldest_days, now)]
    batch = Batch([], {}, [])
    asked = list(asked_for(occasions, batch))
    codes = {occasion.uscc for occasion, _ in asked if occasion.needs_household and occasion.uscc is not None}
    known = await telling_repository.households(session, codes)
    sort(asked, known, batch, turn)
    batch.tellings = await still_of_use(session, batch.tellings)
    told = await queue_all(session, batch, now)
    await keep_for_later(session, batch, limits, now, since)
    return told


def told_at_once(event: str, province: str, rules: RulesInForce) -> Sequence[CompiledRule]:
    """The rules for a kind of event. What is only reminded of before a date is not told now."""
    return [one for one in rules.of(event, province) if one.rule.remind is None]


def occasions_of(heard: Iterable[tuple[Sequence[Numbered], Sequence[CompiledRule]]]) -> list[Occasion]:
    """Each event under each of its rules that may tell of it, in the order of the events."""
    found = [
        (place, turn, event, rule)
        for some, rules in heard
        for turn, rule in enumerate(rules)
        for place, event in that_may_hold(some, rule)
    ]
    found.sort(key=itemgetter(0, 1))
    return [occasion for _, _, event, rule in found for occasion in occasions_under(event, rule)]


def asked_for(occasions: Iterable[Occasion], batch: Batch) -> Iterator[tuple[Occasion, Mapping[str, object] | None]]:
    """Those whose condition holds, with their facts, before any household is read; without facts where the rule tells
    what only the copy knows. What is told to many is judged household by household.
    """
    for occasion in occasions:
        if occasion.types_told:
            batch.many.append(occasion)
        elif occasion.rule.wants_household:
            yield occasion, None
        elif (facts := held(occasion, None, batch)) is not None:
            yield occasion, facts


def held(occasion: Occasion, household: KnownHousehold | None, batch: Batch) -> dict[str, object] | None:
    """The facts, where the condition holds. Where that cannot be said, the event waits for a better rule."""
    when = occasion.rule.when
    only = when.names if when is not None and not occasion.rule.early else None
    facts = occasion.facts(household, only)  # of what may hold as far as the event says, nearly all does
    try:
        holds = when is None or when.holds(facts)
    except WordsError as error:
        complain(occasion.rule, error)
        batch.wait(occasion, Waits.WORDS)
        return None
    if not holds:
        return None
    return facts if only is None else occasion.facts(household)


def sort(
    asked: Iterable[tuple[Occasion, Mapping[str, object] | None]],
    known: Mapping[str, KnownHousehold],
    batch: Batch,
    turn: Turn,
) -> None:
    """Who is told now, and what waits."""
    for occasion, said in asked:
        household = known.get(occasion.uscc or "")
        if household is None and occasion.needs_household and turn is not Turn.LAST:
            batch.wait(occasion, Waits.HOUSEHOLD)
            continue
        if household is not None and occasion.is_ahead_of(household) and turn is not Turn.LAST:
            batch.wait(occasion, Waits.OPERATOR)
            continue
        facts = said if said is not None else held(occasion, household, batch)
        if facts is None:
            continue
        region = occasion.region or (household.region if household is not None else "")
        for recipient, keyed_by in occasion.recipients(household):
            uscc = occasion.uscc if is_theirs(recipient, keyed_by, household) else None
            batch.tellings.append(Telling(occasion, facts, recipient, keyed_by, uscc, region))


def is_theirs(recipient: Recipient, keyed_by: Recipient, household: KnownHousehold | None) -> bool:
    """Whether what is told may be shown with the household, and be sent to its contact: not what is said to an operator
    who objects to somebody else, or who does not run the household any more.
    """
    if recipient.kind is RecipientKind.OBJECTOR:
        return False
    if RecipientKind.OPERATOR not in (recipient.kind, keyed_by.kind):
        return True
    return keyed_by.kind is not RecipientKind.OPERATOR and household is not None and recipient == household.recipient


async def queue_all(session: AsyncSession, batch: Batch, now: dt.datetime) -> int:
    """The notifications with their messages, as far as each recipient can be reached."""
    reached = await reached_by(session, batch.tellings)
    drafts: list[NotificationDraft] = []
    for telling in batch.tellings:
        try:
            drafts.append(draft_of(telling, reached.get(telling.recipient.key, UNREACHABLE), now))
        except WordsError as error:
            complain(telling.occasion.rule, error)
            batch.wait(telling.occasion, Waits.WORDS)
    return len(await queue(session, drafts))


async def reached_by(session: AsyncSession, tellings: Collection[Telling]) -> Mapping[str, Reach]:
    """Who can be reached how; only asked where a rule has messages at all."""
    wanted = {one.recipient: about(one.uscc, one.known_as) for one in tellings if sends(one.occasion.rule)}
    if not wanted:
        return {}
    return await reach(session, wanted.keys(), {recipient.key: said for recipient, said in wanted.items()})


def sends(rule: CompiledRule) -> bool:
    """Whether a rule has messages of its own."""
    return bool(rule.rule.channels) and rule.rule.digest is None


def draft_of(telling: Telling, reached: Reach, now: dt.datetime) -> NotificationDraft:
    """The words of a notification and its messages; WordsError where they cannot be made."""
    occasion, facts = telling.occasion, telling.facts
    compiled, rule = occasion.rule, occasion.rule.rule
    title, body = compiled.title.render(facts), compiled.body.render(facts)
    due_on = facts[rule.due_on] if rule.due_on else None
    matter = rule.matter_of(facts)
    return NotificationDraft(
        cause=telling.cause,
        rule=rule.name,
        template=rule.reference,
        recipient=telling.recipient,
        keyed_by=telling.keyed_by,
        uscc=telling.uscc,
        region=telling.region,
        title=title,
        body=body,
        link=portal_path(compiled.link.render(facts)) if compiled.link is not None else None,
        occurred_at=occasion.event.time,
        messages=tuple(messages_of(compiled, facts, body, reached, now)) if sends(compiled) else (),
        category=rule.category,
        digest=rule.digest,
        due_on=due_on if isinstance(due_on, dt.date) else None,
        matter=None if matter is None else cut(matter, LONGEST_MATTER),
        known_as=telling.known_as,
    )


def messages_of(
    compiled: CompiledRule, facts: Mapping[str, object], body: str, reached: Reach, now: dt.datetime
) -> Iterator[MessageDraft]:
    """A message for each channel of the rule; where it cannot be sent, with the reason."""
    rule = compiled.rule
    begin = facts[rule.not_before] if rule.not_before else None
    waited = dt.datetime.combine(begin, dt.time(), clock.CHINA) if isinstance(begin, dt.date) else now
    not_before = rule.after_quiet(max(now, waited))
    for channel in rule.channels:
        text, parameters, codes = body, NO_PARAMETERS, NO_PARAMETERS
        if channel is Channel.SMS and compiled.sms is not None:
            text, parameters = compiled.sms.render(facts)
            codes = compiled.gateway_codes
        yield MessageDraft(
            channel=channel,
            lane=rule.lane,
            text=text,
            template_codes=codes,
            parameters=parameters,
            not_before=not_before,
            expires_at=not_before + rule.trying_for,
            suppression=reached.suppression(channel, rule.category),
            quiet=rule.quiet,
        )


async def note_too_old(session: AsyncSession, occasions: Sequence[Occasion]) -> None:
    """Keeps that nobody was told of these, unless they were told while it was time: one row for a rule and a chain."""
    ids = {}
    for one in occasions:
        facts = one.facts(None)
        try:
            if not one.rule.wants_household and not one.holds(facts):
                continue
        except WordsError as error:  # nobody was told, as far as can be said
            complain(one.rule, error)
        cause = one.cause(facts)
        for _, keyed_by in one.recipients(None):
            ids[notification_id(cause, one.rule.rule.name, keyed_by)] = one
    told = await telling_repository.told(session, ids)
    rows = {
        (one.rule.rule.name, one.event.data.event_name, one.event.correlation, one.event.time.date())
        for found, one in ids.items()
        if found not in told
    }
    if rows:
        await telling_repository.store_too_old(session, rows)


async def keep_for_later(
    session: AsyncSession, batch: Batch, limits: Limits, now: dt.datetime, since: Mapping[uuid.UUID, dt.datetime]
) -> None:
    """What waits, and what is told to many."""
    await begin_telling_many(session, batch.many, now)
    if batch.waiting:
        rows = [
            {
                "id": waiting_id(event),
                "uscc": None if why is Waits.WORDS else uscc,
                "envelope": event.encode().decode(),
                "why": why,
                "since": since.get(waiting_id(event), now),
                "try_at": now + (limits.patience if why is Waits.HOUSEHOLD else AGAIN_AFTER),
            }
            for event, why, uscc in batch.waiting.values()
        ]
        await telling_repository.store_waiting(session, rows)


async def begin_telling_many(session: AsyncSession, occasions: Sequence[Occasion], now: dt.datetime) -> None:
    """Has these told to all households of their regions, by the task that does that."""
    rows = [
        {
            "cause": one.cause(one.facts(None)),
            "rule": one.rule.rule.name,
            "envelope": one.event.encode().decode(),
            "told_up_to": "",
            "begun_at": now,
            "try_at": now,
        }
        for one in occasions
    ]
    if rows:
        await telling_repository.begin_fan_out(session, rows)


async def keep_samples(session: AsyncSession, events: Sequence[Event], now: dt.datetime) -> None:
    """These events, the last of each kind and province, in the place of older samples: a statement for a batch. A
    sample says neither who it was nor what somebody wrote.
    """
    last = {(event.data.event_name, region_of(event)[:PROVINCE_DIGITS]): event for event in events}
    slot = int(now.timestamp() // 60) % SAMPLES_KEPT
    rows = [
        {
            "event": name,
            "province": province,
            "slot": slot,
            "id": event.id,
            "region": region_of(event),
            "envelope": for_sample(orjson.loads(event.encode())),
            "heard_at": now,
        }
        for (name, province), event in sorted(last.items(), key=lambda one: one[0])
    ]
    await telling_repository.store_recent(session, rows)


def complain(rule: CompiledRule, error: WordsError) -> None:
    """A line for those who run the service: the words of a rule could not be made. Without any fact."""
    log.error("words_failed", rule=rule.rule.name, version=rule.rule.version, error=type(error).__name__)
