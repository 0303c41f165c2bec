"""Steps that a page offers, each a form of its own: what is filled in, how it is read, and what became of it.

A page declares its steps once; the macro `step_form` draws them, `StepForm.read` reads them. What the service refuses
stands beside the form that asked for it, with what was filled in.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Literal

from services.portal.shell.forms import Form
from services.portal.upstream.problems import NotAllowed, Outdated, QueryRefused

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
class Refusal:
    """Why a step was not taken."""

    status: int
    faults: Sequence[Fault]
    outdated: bool = False


async def refusal_of(asking: Awaitable[object], step: StepForm) -> Refusal | None:
    """Ask a service for a step; None: it is done."""
    try:
        await asking
    except QueryRefused as refused:
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, step.placed(refused.faults))
    except NotAllowed as refused:
        return Refusal(HTTPStatus.FORBIDDEN, [("", refused.detail or NotAllowed.detail)])
    except Outdated:
        said = "您打开页面以后，内容有了变化，这一步没有办。请看过下面的变化再办。"
        return Refusal(HTTPStatus.PRECONDITION_FAILED, [("", said)], outdated=True)
    return None
