"""An event under a rule: its permanent key, its household, the facts that the rule takes from it, and who is told."""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from pydantic import BaseModel

from services.notification.messages.domain import NAMESPACE, NotificationCategory, Recipient, RecipientKind
from services.notification.rules.checking import ACTOR, OBJECTOR, OPERATOR, CompiledRule
from services.notification.rules.domain import FIELD_OF_DEPARTMENT, Addressee
from services.notification.rules.rendering import ConditionPart, WordsError
from services.notification.rules.service import PROVINCE_DIGITS
from services.notification.telling.domain import KnownHousehold, fact
from shared.contracts.payload import StatePayload
from shared.messaging.events import Event

LONGEST_CAUSE = 100
OBJECTION = "objection"
"""The field that names an objection"""
NOBODY = frozenset({"clock", "bus"})
"""Subjects that are no person: the system's own callers."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """An event, or one item of its list, under one rule: what is told or not. `key`: its permanent key, where that is
    not the fact's own: what somebody is reminded of, for example.
    """

    event: Event
    rule: CompiledRule
    item: BaseModel | None = None
    key: str | None = None

    @property
    def uscc(self) -> str | None:
        """The household that it is about."""
        about = self.item if self.item is not None else self.event.data
        found: str | None = getattr(about, "uscc", None)
        return found

    @property
    def region(self) -> str:
        """Where it happened."""
        return region_of(self.event)

    @property
    def types_told(self) -> Sequence[str]:
        """The types whose households of the region are all told."""
        return self.rule.types_told

    @property
    def needs_household(self) -> bool:
        """Whether it cannot be told before the copy knows the household."""
        return (self.rule.of_operator or self.rule.wants_household) and self.uscc is not None

    def is_ahead_of(self, household: KnownHousehold) -> bool:
        """Whether it names an operator of whom the copy will only know: by then their contact is known, too."""
        if not self.rule.of_new_operator:
            return False
        named: str | None = getattr(self.event.data, OPERATOR, None)
        return named is not None and named != household.operator_ref

    def cause(self, facts: Mapping[str, object]) -> str:
        """The permanent key of the fact: the same whenever, and in whatever envelope, it comes again.

        The fields that the rule names in `once`; else, of a state, its revision, which never comes twice; else the
        envelope's id, which is fixed when the event is written and, in a bulk stream, follows from run and household.
        Never a time: a stream that is sent again may have another one.
        """
        once, data = self.rule.rule.once, self.event.data
        if self.key is not None:
            return self.key
        if once:
            key = "/".join([data.event_name, *(str(facts[name]) for name in once)])
        elif isinstance(data, StatePayload):
            key = f"{data.event_name}/{self.event.subject}/{data.revision}"
        else:
            key = self.event.id
        if self.item is not None and self.uscc is not None:
            key = f"{key}/{self.uscc}"
        return key if len(key) <= LONGEST_CAUSE else f"{data.event_name}/{hashlib.sha256(key.encode()).hexdigest()}"

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Whether the rule's condition is true."""
        return self.rule.holds(facts)

    def facts(self, household: KnownHousehold | None, only: Collection[str] | None = None) -> dict[str, object]:
        """The facts that the rule declares; of a household that is unknown its code stands for its name. `only`: some
        of them.
        """
        said: dict[str, object] = {}
        sources, data = self.rule.sources, self.event.data
        for name in sources if only is None else only:
            place, field = sources[name]
            if place == "event":
                said[name] = fact(getattr(data, field))
            elif place == "item":
                said[name] = fact(getattr(self.item, field))
            elif place == "envelope":
                said[name] = getattr(self.event, field)
            else:
                said[name] = fact(getattr(household or self._unknown(), field))
        return said

    def recipients(self, household: KnownHousehold | None) -> Iterator[tuple[Recipient, Recipient]]:
        """Who is told, each with whom the permanent key names: for an operator it is the household, so that an event
        that is read again after a change of operators tells nobody anew; for a former operator it is they themselves.
        """
        objector: str | None = getattr(self.event.data, OBJECTOR, None)
        for to in self.rule.rule.to:
            if (to.operator or to.own_objector) and self.uscc is None:
                continue  # what is about no single household is told to none
            if to.own_objector and objector is not None:
                told = household or self._unknown()
                yield Recipient(RecipientKind.OPERATOR, objector), Recipient(RecipientKind.HOUSEHOLD, told.uscc)
            elif to.operator or to.own_objector:
                told = household or self._unknown()
                yield told.recipient, Recipient(RecipientKind.HOUSEHOLD, told.uscc)
            elif to.operator_in is not None:
                if (named := self._named(to.operator_in)) is not None:
                    now = to.operator_in == OPERATOR
                    yield named, Recipient(RecipientKind.HOUSEHOLD, self._unknown().uscc) if now else named
            elif to.objector:
                if (one := self._objector(objector)) is not None:
                    yield one, one
            else:
                yield from ((one, one) for one in self._staff(to))

    def _named(self, field: str) -> Recipient | None:
        """The operator that a field names; the household itself where nobody knows who runs it now."""
        pseudonym: str | None = getattr(self.event.data, field)
        if pseudonym is not None:
            return Recipient(RecipientKind.OPERATOR, pseudonym)
        return self._unknown().recipient if field == OPERATOR else None

    def _objector(self, pseudonym: str | None) -> Recipient | None:
        """Whoever objects to somebody else; without an account they are told what is a duty, and that on paper."""
        if pseudonym is not None:
            return Recipient(RecipientKind.OPERATOR, pseudonym)
        objection = getattr(self.event.data, OBJECTION, None)
        if objection is None or self.rule.rule.category is not NotificationCategory.DUTY:
            return None
        return Recipient(RecipientKind.OBJECTOR, str(objection))

    def _staff(self, to: Addressee) -> Iterator[Recipient]:
        """Bureaus' mailboxes or a person; nobody where the event names none."""
        data = self.event.data
        if to.person is not None:
            subject = self.event.actor if to.person == ACTOR else getattr(data, to.person)
            if subject and subject not in NOBODY:
                yield Recipient(RecipientKind.PERSON, str(subject))
        if to.mailbox is None:
            return
        field = FIELD_OF_DEPARTMENT.get(to.mailbox.department)
        named = getattr(data, field) if field else to.mailbox.department
        place = getattr(data, to.mailbox.field, None)
        for department in named if isinstance(named, list) else [named]:
            if place is not None and department is not None:
                yield Recipient(RecipientKind.MAILBOX, f"{department}:{to.mailbox.level.of(place)}")

    def _unknown(self) -> KnownHousehold:
        uscc = self.uscc or ""
        return KnownHousehold(uscc, uscc, self.region, None, known=False)


Numbered = tuple[int, Event]
"""An event with its place in the batch."""


def that_may_hold(events: Sequence[Numbered], rule: CompiledRule) -> Sequence[Numbered]:
    """Those of which the rule's condition may be true, as far as the event itself says. Of a published run nearly all
    events end here, for most say the same: nothing is made of them. What cannot be said is left to the whole condition.
    """
    for part, fields in rule.early:
        events = list(_not_excluded(events, part, fields))
    return events


def _not_excluded(events: Sequence[Numbered], part: ConditionPart, fields: Sequence[str]) -> Iterator[Numbered]:
    """Those of which a part of a condition is true, or cannot be said; worked out once for the same values."""
    look_at, known = attrgetter(*fields), dict[object, bool]()
    for one in events:
        looked = look_at(one[1].data)
        try:
            holds = known.get(looked)
        except TypeError:  # a list: two are rarely the same
            holds = _may_be(part, fields, looked)
        if holds is None:
            holds = known[looked] = _may_be(part, fields, looked)
        if holds:
            yield one


def _may_be(part: ConditionPart, fields: Sequence[str], looked: object) -> bool:
    """Whether a part of a condition may be true of the values of its facts."""
    values = looked if isinstance(looked, tuple) and len(fields) > 1 else (looked,)
    try:
        return part.says({name: fact(value) for name, value in zip(part.lately.names, values, strict=True)})
    except WordsError:
        return True


def occasions_under(event: Event, rule: CompiledRule) -> Iterator[Occasion]:
    """The event under a rule; where the rule tells of every item of a list, each item."""
    if rule.rule.each is None:
        yield Occasion(event, rule)
    else:
        yield from (Occasion(event, rule, item) for item in getattr(event.data, rule.rule.each))


def region_of(event: Event) -> str:
    """The region of an event; of one that names none its subject, unless that is a household."""
    region: str | None = getattr(event.data, "region", None)
    if region is not None:
        return region
    return "" if hasattr(event.data, "uscc") else event.subject


def waiting_id(event: Event) -> uuid.UUID:
    """The key of an event that waits."""
    return uuid.uuid5(NAMESPACE, f"{event.source}|{event.id}")


def by_kind(events: Iterable[Event]) -> Mapping[tuple[str, str], Sequence[Numbered]]:
    """Events with their places, by their kind and province: the same rules are about those."""
    found: defaultdict[tuple[str, str], list[Numbered]] = defaultdict(list)
    for one in enumerate(events):
        found[one[1].data.event_name, region_of(one[1])[:PROVINCE_DIGITS]].append(one)
    return found


def is_too_old(event: Event, days: int, now: dt.datetime) -> bool:
    """Whether nobody is told of it any more."""
    return now - event.time > dt.timedelta(days=days)
