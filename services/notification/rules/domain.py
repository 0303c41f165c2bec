"""The shape of a rule: which event is told to whom, when, on which channels, in which words, and on what basis."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.notification.messages.domain import Channel, Lane, NotificationCategory, after_quiet
from shared.reference.departments import Department
from shared.reference.regions import parents_of

OF_EVENT, EACH_OF_EVENT = "of-event", "each-of-event"
FIELD_OF_DEPARTMENT = {OF_EVENT: "department", EACH_OF_EVENT: "departments"}
"""Where an event names whom a mailbox belongs to"""
CITY_DIGITS = 4
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
EventName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{2,60}$")]
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Source = Annotated[str, StringConstraints(pattern=r"^(event|item|household|envelope)\.[a-z][a-z0-9_]*$")]
"""Where a fact comes from: `event.due_on`, `item.name`, `household.name`, `envelope.time`"""
StepName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]*$", max_length=40)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Wording = Annotated[str, StringConstraints(min_length=1)]
"""A template; its length is checked with what it may use."""
SPAN = re.compile(r"([1-9][0-9]{0,2})([hd])")
QUIET = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


MATTER_BAR = "/"
"""Between a matter and its step: what ends the matter ends all its steps"""
LONGEST_TRYING = dt.timedelta(hours=72)
"""No message is open longer once it may be sent: then the person is to be told another way."""


@lru_cache(64)
def span(said: str) -> dt.timedelta | None:
    """A number of hours or days, `72h` or `3d`; None for anything else."""
    found = SPAN.fullmatch(said)
    unit = {"h": "hours", "d": "days"}
    return dt.timedelta(**{unit[found[2]]: int(found[1])}) if found else None


def is_span(said: str) -> str:
    """A number of hours or days, not more than `LONGEST_TRYING`."""
    long = span(said)
    if long is None or long > LONGEST_TRYING:
        raise PydanticCustomError("span", "应写作小时或天数，最长 72 小时，如 72h、3d")
    return said


def is_quiet(said: str) -> str:
    """Hours of the day: `21:00-08:00`."""
    if QUIET.fullmatch(said) is None or len(set(said.split("-"))) == 1:
        raise PydanticCustomError("quiet", "应写作一天里的时段，如 21:00-08:00")
    return said


class Part(BaseModel):
    """Part of a rule: says exactly what it takes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class VersionState(StrEnum):
    """Where a version of a rule stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return {"draft": "草稿", "published": "在用", "superseded": "已被取代"}[self.value]


@dataclass(frozen=True)
class Derivation:
    """Of a rule that officers have made their own: the number of the shipped version that it goes back to (none: it was
    not shipped then), and of the one that is shipped now.
    """

    derived_from: int | None
    shipped: int | None

    @property
    def is_behind(self) -> bool:
        """Whether its shipped words have changed since: somebody should look whether the change belongs here, too."""
        return (self.shipped or 0) > (self.derived_from or 0)


NOT_DERIVED = Derivation(None, None)
"""Of a rule as it is shipped"""


class MailboxLevel(StrEnum):
    """Of which level the bureau is; `of-event`: the region as the event has it."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    OF_EVENT = OF_EVENT

    def of(self, region: str) -> str:
        """The bureau's region; a region that is higher already stays. Above a county is its province where no city is:
        a municipality's district, a county directly under its province.
        """
        if self is MailboxLevel.CITY and len(region) > CITY_DIGITS and (above := parents_of(region)):
            return above[0]
        digits = {"county": 6, "city": CITY_DIGITS, "province": 2}.get(self.value)
        return region[:digits]


class Mailbox(Part):
    """The mailbox of a department in a region. `department`: one of the list, or `of-event`: as the event's
    `department` says, or `each-of-event`: all that its `departments` lists; `field`: which of the event's fields names
    the region.
    """

    department: Department | Literal["of-event", "each-of-event"]
    level: MailboxLevel
    field: FactName = "region"


class Operators(Part):
    """The operators of all households of the event's region with these types."""

    types: Annotated[
        tuple[Literal["survival", "growth", "development", "ineligible", "gap", "undetermined"], ...],
        Field(min_length=1, strict=False),  # a list by the time that an addressee's words were read
    ]


KINDS_OF_ADDRESSEES = "operator、objector、own-objector、operator_in、mailbox、person、operators"


class Addressee(Part):
    """One kind of recipient; exactly one is given. `operator`: of the event's household, or of the item's. `objector`:
    the operator who objects, as the event names them: their household need not be the one objected to. `own_objector`:
    who objected for the household, even if it has another operator by now; its operator where none is named.
    `operator_in`: the field that names an operator of the household, who need not run it now, such as the former one.
    `person`: the field that names somebody who works on the platform; `actor`: who decided.
    """

    operator: bool = False
    objector: bool = False
    own_objector: bool = False
    operator_in: FactName | None = None
    mailbox: Mailbox | None = None
    person: FactName | None = None
    operators: Operators | None = None

    @model_validator(mode="before")
    @classmethod
    def _word(cls, said: object) -> object:
        """`- operator` is short for `- operator: true`, the two objectors likewise."""
        if said in ("operator", "objector", "own-objector"):
            return {str(said).replace("-", "_"): True}
        if not isinstance(said, dict):
            raise PydanticCustomError("addressee", f"接收人只有 {KINDS_OF_ADDRESSEES} 几种")
        return said

    @model_validator(mode="after")
    def _one(self) -> Self:
        ways = (self.mailbox, self.person, self.operators, self.operator_in)
        said = [self.operator, self.objector, self.own_objector, *(one is not None for one in ways)]
        if sum(said) != 1:
            raise PydanticCustomError("addressee", f"每个接收人只能写 {KINDS_OF_ADDRESSEES} 中的一种")
        return self


class Basis(Part):
    """Why it is told: a text's own words, or the procedure that it follows from."""

    text: Name | None = None
    place: Line | None = None
    quote: Line | None = None
    procedure: Line | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        cited = (self.text is not None, self.place is not None, self.quote is not None)
        if any(cited) is (self.procedure is not None) or any(cited) is not all(cited):
            raise PydanticCustomError("basis", "应写 text、place、quote（文件原文），或只写 procedure（办理程序）")
        return self


class Sms(Part):
    """An SMS as it is registered at the gateways. `codes`: of its registration there; `parameters`: in its order."""

    text: Wording
    codes: Mapping[Literal["aliyun", "tencent"], Annotated[str, StringConstraints(min_length=1, max_length=60)]] = {}
    parameters: tuple[FactName, ...] = ()


class Template(Part):
    """The words. `title` and `body` are those of the inbox and of an e-mail; `link`: where to go on in the portal."""

    title: Wording
    body: Wording
    link: Annotated[str, StringConstraints(pattern=r"^/", max_length=300)] | None = None
    sms: Sms | None = None


class Remind(Part):
    """Reminders before the rule's `due_on`: so many days before it, working days by the official calendar unless
    `working` is false. `parameter`: the policy's name of the number; `verified`: whether a text gives it.
    """

    days_before: Annotated[tuple[Annotated[int, Field(ge=1, le=90)], ...], Field(min_length=1, max_length=5)]
    working: bool = True
    parameter: FactName
    verified: bool = False


class Rule(Part):
    """One rule. `name` is for good: it is part of the key under which nobody is told twice.

    `event`: its name in the contract; one that no contract has yet says in `awaits` whose it will be, and waits.
    `paused`: nothing is told by it.
    `each`: the event's list, of which every item is told by itself. `once`: the fields that say which fact it is, where
    not every event is another one. `not_before`: the day from which its messages are sent. `digest`: no messages of its
    own, the recipient's next digest lists it. `due_on`: when something is to be done about `matter`, which the facts
    name, until one of the events of `until` names the same. With `step` it is about one step of the matter, which also
    ends with one of the step's events (`steps`); `part`: which one, of a step that there may be several of. `known_as`:
    by what a bureau finds whoever is told as an objector, so that a duty is served to them in person where nothing else
    reaches them. With `remind` the rule is not told at once, but before that date. `lapses`: nobody is told once the
    date has passed or the matter has ended. `unverified`: what no text gives: quiet hours, for example.
    """

    name: Name
    version: Annotated[int, Field(ge=1, le=9999)]
    number: Annotated[str, StringConstraints(pattern=r"^N[1-9][0-9]?$")] | None = None
    label: Annotated[str, StringConstraints(min_length=2, max_length=60)]
    event: EventName
    awaits: Name | None = None
    paused: bool = False
    each: FactName | None = None
    once: tuple[FactName, ...] = ()
    when: Wording | None = None
    to: Annotated[tuple[Addressee, ...], Field(min_length=1)]
    category: NotificationCategory
    lane: Lane
    channels: tuple[Channel, ...] = ()
    quiet: Annotated[str, AfterValidator(is_quiet)] | None = None
    not_before: FactName | None = None
    digest: Literal["daily", "weekly"] | None = None
    due_on: FactName | None = None
    matter: FactName | None = None
    until: tuple[EventName, ...] = ()
    step: FactName | None = None
    part: FactName | None = None
    steps: Mapping[StepName, Annotated[tuple[EventName, ...], Field(min_length=1)]] = {}
    known_as: FactName | None = None
    remind: Remind | None = None
    lapses: bool = False
    keep_trying: Annotated[str, AfterValidator(is_span)]
    unverified: tuple[Literal["quiet", "not_before", "keep_trying", "when", "to"], ...] = ()
    basis: Basis
    facts: Mapping[FactName, Source] = {}
    template: Template

    @property
    def content(self) -> dict[str, Any]:
        """As JSON keeps it; what is not said is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def content_hash(self) -> str:
        """Of what it says, without the number of its version."""
        said = {name: value for name, value in self.content.items() if name != "version"}
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def reference(self) -> str:
        """Name and version, as a notification keeps them."""
        return f"{self.name}@{self.version}"

    @property
    def trying_for(self) -> dt.timedelta:
        """How long a message may still be handed over."""
        return span(self.keep_trying) or LONGEST_TRYING

    @property
    def ended_by(self) -> frozenset[str]:
        """The events that end its matter, or a step of it."""
        return frozenset(self.until).union(*self.steps.values())

    def matter_of(self, facts: Mapping[str, object]) -> str | None:
        """What its date is about: `<matter>`, `<matter>/<step>` or `<matter>/<step>/<part>`."""
        names = [name for name in (self.matter, self.step, self.part) if name is not None]
        said = [str(facts[name]) for name in names if facts[name] is not None]
        return MATTER_BAR.join(said) if self.matter is not None and facts[self.matter] is not None else None

    def after_quiet(self, at: dt.datetime) -> dt.datetime:
        """The instant itself, or the end of the quiet hours that it falls into, by China's clocks."""
        return after_quiet(self.quiet, at)
