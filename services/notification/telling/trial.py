"""Trying a rule with an event: what it would tell to whom; and sending that to oneself."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts.lookups import UNREACHABLE, Reach, reach
from services.notification.messages.domain import TRIAL, Lane, NotificationCategory, Recipient, RecipientKind
from services.notification.messages.service import NotificationDraft, queue
from services.notification.rules import repository as rule_repository
from services.notification.rules.checking import CompiledRule
from services.notification.rules.problems import RuleNotFound
from services.notification.rules.rendering import WordsError, cut
from services.notification.rules.service import PROVINCE_DIGITS, compiled_of
from services.notification.telling import repository as telling_repository
from services.notification.telling.domain import KnownHousehold
from services.notification.telling.later import KNOWN
from services.notification.telling.occasions import Occasion, occasions_under, region_of
from services.notification.telling.problems import (
    NoOwnContact,
    NothingToTell,
    RecentEventNotFound,
    RuleNotTellable,
    TrialEventUnusable,
)
from services.notification.telling.service import Telling, draft_of
from shared import clock
from shared.messaging.events import Event, InvalidDataError, UnreadableError, parse_event
from shared.platform import audit
from shared.platform.identity import Caller, require_region
from shared.platform.lookups import or_404

REACHED = Reach(sms=True, email=True)
MOST_SHOWN = 20
TEST_MARK = "【测试】"
TEST_LASTS = dt.timedelta(hours=1)


@dataclass(frozen=True)
class RuleTrial:
    """What a rule would make of an event. `holds`: whether its condition is met; `fault`: why words cannot be made."""

    rule: CompiledRule
    event: Event
    holds: bool
    fault: str | None
    drafts: tuple[NotificationDraft, ...]


async def try_rule(
    session: AsyncSession,
    name: str,
    version: int,
    envelope: Mapping[str, Any] | None,
    recent: str | None,
    caller: Caller,
) -> RuleTrial:
    """What a version would tell of an event that is given or was heard lately, with the copy's household where it knows
    it. Nothing is stored.
    """
    stored = or_404(await rule_repository.get(session, name, version, caller.region[:PROVINCE_DIGITS]), RuleNotFound)
    compiled = compiled_of(stored)
    if compiled is None or compiled.payload is None:
        raise RuleNotTellable
    event = await _event(session, envelope, recent, caller)
    if type(event.data) is not compiled.payload:
        raise TrialEventUnusable(f"这条规则是关于 {compiled.rule.event} 的，给出的事件是 {event.data.event_name}")
    return await _tried(session, compiled, event, caller)


async def send_test(session: AsyncSession, trial: RuleTrial, caller: Caller) -> uuid.UUID:
    """Sends the first of what the rule would tell to the caller's own contact, and to nobody else; into their inbox
    alone where the rule has no channel.
    """
    if not trial.drafts:
        raise NothingToTell(trial.fault or "")
    recipient = Recipient(RecipientKind.PERSON, caller.subject)
    reached = (await reach(session, [recipient], {recipient.key: None})).get(recipient.key, UNREACHABLE)
    now, draft = clock.now(), trial.drafts[0]
    messages = tuple(
        one._replace(lane=Lane.URGENT, not_before=now, expires_at=now + TEST_LASTS, quiet=None)
        for one in draft.messages
        if reached.suppression(one.channel, NotificationCategory.DUTY) is None
    )
    if draft.messages and not messages:
        raise NoOwnContact
    test = draft._replace(
        cause=f"{TRIAL}{uuid.uuid4()}",
        recipient=recipient,
        keyed_by=None,
        uscc=None,
        region=caller.region,
        title=cut(f"{TEST_MARK}{draft.title}", 200),
        messages=messages,
        category=NotificationCategory.WORK,
        digest=None,
        due_on=None,
        matter=None,
        known_as=None,
    )
    (stored,) = await queue(session, [test])
    about = audit.about(stored, caller.region, rule=draft.rule, template=draft.template)
    await audit.record(session, about, caller, "rule:test")
    return stored


async def _event(
    session: AsyncSession, envelope: Mapping[str, Any] | None, recent: str | None, caller: Caller
) -> Event:
    """The event, of the caller's region."""
    if recent is not None:
        found = await telling_repository.recent_by_id(session, recent, caller.region)
        envelope = or_404(found, RecentEventNotFound).envelope
    if envelope is None:
        raise TrialEventUnusable("请给出事件（event），或最近收到的事件的编号（recent）")
    try:
        event = parse_event(orjson.dumps(envelope), KNOWN)
    except (UnreadableError, InvalidDataError, TypeError) as error:
        raise TrialEventUnusable(f"事件读不出来，请检查信封和 data：{error}") from error
    if event is None:
        raise TrialEventUnusable("没有这种事件，或通知服务不收这种事件")
    if region_of(event):
        require_region(caller, region_of(event))
    return event


async def _tried(session: AsyncSession, compiled: CompiledRule, event: Event, caller: Caller) -> RuleTrial:
    """With the households of the copy in the caller's region; of what is told to many with the first of them."""
    occasions = list(occasions_under(event, compiled))[:MOST_SHOWN]
    pairs: list[tuple[Occasion, KnownHousehold | None]] = []
    for one in occasions:
        if one.types_told:
            page = await telling_repository.page_of_households(session, one.region, one.types_told, "", MOST_SHOWN)
            pairs += [(one, household) for household in page]
    if not pairs:
        known = await telling_repository.households(session, {one.uscc for one in occasions if one.uscc})
        seen = {uscc: household for uscc, household in known.items() if caller.covers(household.region)}
        pairs = [(one, seen.get(one.uscc or "")) for one in occasions]
    return _told(compiled, event, pairs)


def _told(compiled: CompiledRule, event: Event, pairs: list[tuple[Occasion, KnownHousehold | None]]) -> RuleTrial:
    """The drafts of occasions and their households."""
    drafts: list[NotificationDraft] = []
    holds, fault = False, None
    for occasion, household in pairs:
        facts = occasion.facts(household)
        try:
            if not occasion.holds(facts):
                continue
            holds = True
            drafts.extend([draft_of(one, REACHED, clock.now()) for one in tellings_of(occasion, facts, household)])
        except WordsError as error:
            fault = str(error)
    return RuleTrial(compiled, event, holds, fault, tuple(drafts[:MOST_SHOWN]))


def tellings_of(occasion: Occasion, facts: Mapping[str, object], household: KnownHousehold | None) -> list[Telling]:
    """To whom an occasion is told, of a household where it is told to many."""
    region = occasion.region or (household.region if household is not None else "")
    pairs = list(occasion.recipients(household))
    if occasion.types_told and household is not None:
        pairs = [(household.recipient, household.recipient)]
    uscc = household.uscc if household is not None else occasion.uscc
    return [Telling(occasion, facts, recipient, keyed_by, uscc, region) for recipient, keyed_by in pairs]
