"""Steps that a page offers, each a form of its own: what is filled in, how it is read, and what became of it.

A page declares its steps once; the macro `step_form` draws them, `StepForm.read` reads them. What the service refuses
stands beside the form that asked for it, with what was filled in.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Literal

from services.portal.shell.forms import Form
from services.portal.shell.refusals import Refusal, refusal_of
from services.portal.shell.versions import FIELD, MOST_SEEN, changes_since, seen_field
from services.portal.upstream.problems import NotAllowed

Kind = Literal["area", "lines", "text", "number", "date", "choice", "radio", "boxes", "tick"]
Fault = tuple[str, str]
CHOSEN: frozenset[Kind] = frozenset({"choice", "radio", "boxes"})


@dataclass(frozen=True)
class StepField:
    """One field. `kind` lines: a list, one item a line; tick: a box alone. `words`: what is chosen from."""

    name: str
    label: str
    kind: Kind = "area"
    hint: str = ""
    optional: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    longest: int = 2000

    def read(self, form: Form, key: str) -> str | list[str]:
        """What was filled in, as it is shown again."""
        if self.kind == "boxes":
            return [one for one in form.all(key) if one in self.words]
        value = form.text(key, self.longest)
        return value if self.kind not in CHOSEN or value in self.words else ""

    def fault(self, value: str | list[str]) -> str:
        """What is wrong with it before the service is asked; empty if nothing is."""
        if not value and not self.optional and self.kind != "tick":
            return f"请{'选' if self.kind in CHOSEN else '填写'}“{self.label}”。"
        if value and self.kind == "number" and not (str(value).isascii() and str(value).isdigit()):
            return f"“{self.label}”请填数字。"
        return ""

    def asked(self, value: str | list[str]) -> Any:  # noqa: ANN401 - a JSON value
        """The value of the body."""
        match self.kind:
            case "lines":
                return [line.strip() for line in str(value).splitlines() if line.strip()]
            case "number":
                return int(str(value))
            case "tick":
                return True
            case _:
                return value


@dataclass(frozen=True)
class Filled:
    """What was filled in of a step, by the field's name."""

    values: Mapping[str, str | list[str]] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StepForm:
    """A step with its fields. `label`: what the button says; `note`: what it brings about."""

    name: str
    label: str
    fields: Sequence[StepField] = ()
    note: str = ""

    def key(self, name: str) -> str:
        """Id and name of a field: several steps of a page ask for a reason."""
        return f"{self.name}-{name}"

    def choosing(self, **words: Mapping[str, str]) -> "StepForm":
        """With the words of fields that are chosen from what a service answered; without those there is nothing for."""
        fields = [replace(one, words=words[one.name]) if one.name in words else one for one in self.fields]
        return replace(self, fields=[one for one in fields if one.words or one.name not in words])

    def read(self, form: Form) -> Filled:
        """From what was sent."""
        values = {one.name: one.read(form, self.key(one.name)) for one in self.fields}
        faults = [(self.key(one.name), fault) for one in self.fields if (fault := one.fault(values[one.name]))]
        body = {one.name: one.asked(values[one.name]) for one in self.fields if values[one.name]} if not faults else {}
        return Filled(values, faults, body)

    def placed(self, faults: Sequence[Fault]) -> list[Fault]:
        """A service's complaints at the fields that they are about; others stand above the form."""
        known = {one.name for one in self.fields}
        return [(self.key(name) if name in known else "", message) for name, message in faults]


@dataclass(frozen=True)
class Tried:
    """A step that was asked for, and why it was refused; nothing of both on a page that is only read. `seen`: what the
    form carried of the page that it stood on.
    """

    step: str = ""
    filled: Filled = field(default_factory=Filled)
    refusal: Refusal = field(default_factory=Refusal)
    seen: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the service took it."""
        return not self.refusal.faults

    def shown(self, stored: str, facts: Mapping[str, str]) -> Mapping[str, Any]:
        """What the macros need. `stored`: the version; `facts`: what a step rests on, by its name on the page. A form
        that has to be mended still rests on what was seen; what somebody else changed is shown before it rests on that.
        """
        is_outdated = self.refusal.status == HTTPStatus.PRECONDITION_FAILED
        version = self.refusal.rests_on(stored)
        return {
            "version": version,
            "carried": {FIELD: seen_field(facts) if version == stored else self.seen},
            "tried": self.step,
            "filled": self.filled,
            "empty": Filled(),
            "faults": self.refusal.faults,
            "changed": changes_since(self.seen, facts) if is_outdated else [],
        }


READ_ONLY = Tried()
"""Nothing was asked for"""


async def try_step(form: Form, step: StepForm, ask: Callable[[Filled], Awaitable[object]]) -> Tried:
    """Read a step and ask a service for it, unless something lacks; what is refused stands at its field."""
    filled, seen = step.read(form), form.text(FIELD, MOST_SEEN)
    if filled.faults:
        return Tried(step.name, filled, Refusal.of(form, filled.faults), seen)
    try:
        refusal = await refusal_of(ask(filled), form)
    except NotAllowed as refused:
        said = [("", refused.detail or NotAllowed.detail)]
        refusal = Refusal(said, HTTPStatus.FORBIDDEN, form.version)
    return Tried(step.name, filled, replace(refusal, faults=step.placed(refusal.faults)), seen)
