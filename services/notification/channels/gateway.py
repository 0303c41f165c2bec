"""What delivery and a provider say to each other: a message going out, what became of it, a receipt of its arrival.

A provider is an SMS gateway or a mail server. It never raises for what the other side does: whatever happens is one of
four outcomes, and only a definite answer counts as one. Nothing here shows an address when it is printed or logged.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from services.notification.messages.domain import Channel
from shared.reference.personal_patterns import personal_pattern_in

MAINLAND: Final = 11
"""Digits of a mobile number"""
REFERENCE: Final = re.compile(r"[\x21-\x7e]{1,200}")
CODE: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message at the moment of its handing over.

    `key`: the message's permanent key, the same at every try that might be a repetition. `address`: a phone number or
    an e-mail address. `title`: an e-mail's subject. `text`: as it is read; an SMS without its signature. By
    `template_codes` each kind of gateway knows the words that were registered there, into which it puts `parameters`.
    """

    key: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    title: str = field(default="", repr=False)
    template_codes: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken it. `reference`: its own number for the message."""

    reference: str | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The provider has not taken it and will not. `permanent`: nobody can reach this address, no other provider is
    to be tried. `of_message`: the other one is to be tried, and this provider carries others. Neither: the fault
    is the account's, whatever this provider is given now is refused.
    """

    code: str
    permanent: bool
    of_message: bool = False


@dataclass(frozen=True, slots=True)
class Busy:
    """The provider has surely not taken it, and may later. `retry_after`: seconds, where it said so. `of_message`: it
    takes others meanwhile; only this address has had enough for now.
    """

    retry_after: float | None = None
    of_message: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been taken or not: no answer or a broken one, after the request may have been read."""

    reason: str


Outcome = Accepted | Refusal | Busy | Unknown


@dataclass(frozen=True, slots=True)
class Question:
    """What one asks about a message that was handed over, or may have been; some gateways find it by its address."""

    key: str
    reference: str | None
    address: str = field(repr=False)
    sent_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message that was taken. A provider that does not repeat our key says its own reference."""

    key: str | None
    reference: str | None
    delivered: bool
    code: str


class Provider(Protocol):
    """An SMS gateway or a mail server, opened once per process.

    `takes_keys`: a second `send` under the same key is not sent again. `gives_receipts`: says later whether a message
    has arrived; without receipts nothing more is heard of an accepted message.
    """

    @property
    def name(self) -> str:
        """As rows and the receipts' route name it, for good."""
        ...

    @property
    def channel(self) -> Channel:
        """What it carries."""
        ...

    @property
    def takes_keys(self) -> bool:
        """Whether a repetition is recognised."""
        ...

    @property
    def gives_receipts(self) -> bool:
        """Whether arrival is told."""
        ...

    @property
    def per_second(self) -> float:
        """Messages that it takes in a second."""
        ...

    @property
    def at_once(self) -> int:
        """Messages that it is given at the same time."""
        ...

    def carries(self, template_codes: Mapping[str, str]) -> bool:
        """Whether it can take a message: some gateways know words by the code of their registered template alone."""
        ...

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand a message over."""
        ...

    async def ask(self, question: Question) -> Receipt | None:
        """What became of a message; None: nothing is known, or the provider could not be asked."""
        ...

    def read_receipts(self, secret: str, body: bytes) -> Sequence[Receipt]:
        """The receipts of a call-back. `secret`: of its address (`?secret=…`), since gateways add no header to it.

        Raises WrongReceiptSecret or UnreadableReceipts.
        """
        ...

    async def close(self) -> None:
        """End its connections."""
        ...


RECEIPTS_TAKEN: Final[Mapping[str, object]] = {"code": 0, "msg": "OK", "result": 0, "errmsg": "OK"}
"""What a call-back is answered with, so that it is not repeated: the first two for Aliyun, the others for Tencent."""


def plain_code(code: object) -> str:
    """A provider's code as it may be stored and logged: `other` for what is no code or might hold personal data."""
    text = str(code)
    return text if CODE.fullmatch(text) and personal_pattern_in(text) is None else "other"


def accepted(reference: object) -> Accepted | None:
    """Accepted under the provider's own number, or None where that is none that could be kept."""
    return Accepted(reference) if isinstance(reference, str) and REFERENCE.fullmatch(reference) else None


def mainland_number(phone: str) -> str:
    """A phone number without the country's code and signs between its digits."""
    digits = "".join(one for one in phone if one.isdigit())
    return digits[-MAINLAND:] if digits[:-MAINLAND] in ("86", "0086") else digits
