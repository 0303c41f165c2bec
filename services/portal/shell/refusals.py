"""`Refusal`: why a form is shown again, filled in as it was, and on which version it rests from then on."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from services.portal.shell.forms import Form
from services.portal.upstream.problems import Outdated, QueryRefused

Faults = Sequence[tuple[str, str]]
"""Field and what is wrong with it; no field: the form as a whole"""
CHANGED: Faults = [("", "您打开页面以后，内容有了变化。这一页已经是现在的内容，您填写的还在，请看过再办。")]


@dataclass(frozen=True)
class Refusal:
    """What is wrong with a form; nothing for a page that nobody has filled in yet. `version`: the one that the form
    named; empty where the page takes the newer one, which it does only together with the notice that it changed.
    """

    faults: Faults = ()
    status: HTTPStatus = HTTPStatus.OK
    version: str = ""

    @classmethod
    def of(cls, form: Form, faults: Faults) -> "Refusal":
        """Faults that have to be mended in the form; it still rests on what the page showed."""
        return cls(faults, HTTPStatus.UNPROCESSABLE_ENTITY, form.version) if faults else cls()

    def rests_on(self, stored: str) -> str:
        """The version that the form names when it is sent again."""
        return self.version or stored


async def refusal_of(asking: Awaitable[object], form: Form) -> Refusal:
    """Ask a service for what a form says; what it refuses, without faults if it was done."""
    try:
        await asking
    except QueryRefused as refused:
        return Refusal.of(form, refused.faults)
    except Outdated:
        return Refusal(CHANGED, HTTPStatus.PRECONDITION_FAILED)
    return Refusal()
