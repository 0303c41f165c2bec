"""What becomes of a message by what its provider says, and when it is tried or asked for again."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from services.notification.channels.gateway import REFERENCE, Accepted, Busy, Outcome, Refusal, Unknown
from services.notification.messages.domain import MessageState

RECEIPTS = uuid.UUID("8a1d4f52-0c6b-5e1b-9a37-2f6f0e6f3c11")
"""Of the ids of receipts, which follow from what they say."""
LONGEST_KEY = 100
NO_RECEIPTS = "no-receipts"
"""Code of a message whose provider took it and never says more, as mail servers do: it counts as delivered."""
UNEXPECTED = "unexpected-error"
"""Code of a message about which the code that calls the provider has failed."""


class NotMade(StrEnum):
    """A hand-over that did not come about, though it was claimed."""

    GIVEN_BACK = "given-back"
    """There was no time left for it; it was not sent."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When things are tried again.

    `first_pause`, `longest_pause`: between hand-overs, doubling; `asked_after`: how long a receipt is waited for before
    the provider is asked, doubling, at most `longest_asking`; `asks`: how often it is asked about a message that it may
    or may not have; `lease`: how long a claim holds; `keys_for`: how long providers remember keys.
    """

    first_pause: dt.timedelta
    longest_pause: dt.timedelta
    asked_after: dt.timedelta
    longest_asking: dt.timedelta
    asks: int
    lease: dt.timedelta
    keys_for: dt.timedelta

    def pause(self, tries: int, chance: float) -> dt.timedelta:
        """After so many tries; `chance` from 0 to 1 spreads what failed together over half as much again."""
        return min(self.first_pause * 2.0 ** min(max(tries - 1, 0), 20), self.longest_pause) * (1 + chance / 2)

    def asked_again(self, asked: int) -> dt.timedelta:
        """Until a provider is asked about a message once more."""
        return min(self.asked_after * 2.0 ** min(asked, 20), self.longest_asking)


@dataclass(frozen=True, slots=True)
class HandOver:
    """One claimed message: what its row was like, so that a mark that comes late is recognised.

    `again`: a repetition under its key; the provider may have taken it at an earlier try.
    """

    message: uuid.UUID
    attempt: int
    tries: int
    provider: str
    again: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an outcome. `state` None: it stays in `sending` until its lease is over, and is then repeated
    under its key or asked about. `elsewhere`: the other provider may be given it now, under a new key.
    """

    state: MessageState | None
    code: str | None = None
    new_key: bool = False
    elsewhere: bool = False
    wait_at_least: dt.timedelta = dt.timedelta(0)


def judge(outcome: Outcome | NotMade, hand_over: HandOver, *, gives_receipts: bool, has_fallback: bool) -> Verdict:
    """What becomes of a message in `sending`. What may have been taken is never given to another provider: only a
    refusal at the first try under a key is definite.
    """
    match outcome:
        case Accepted():
            return Verdict(MessageState.HANDED_OVER) if gives_receipts else _delivered_without_receipt()
        case Unknown(reason):
            return Verdict(None, reason)
        case Refusal(code) if hand_over.again:
            return Verdict(MessageState.UNCERTAIN, code)
        case Refusal(code, permanent):
            if permanent:
                return Verdict(MessageState.FAILED, code)
            return Verdict(MessageState.QUEUED, code, new_key=True, elsewhere=has_fallback)
        case Busy(seconds):
            state = None if hand_over.again else MessageState.QUEUED
            return Verdict(state, "busy", wait_at_least=dt.timedelta(seconds=seconds or 0))
        case _:  # given back
            return Verdict(None if hand_over.again else MessageState.QUEUED)


def _delivered_without_receipt() -> Verdict:
    return Verdict(MessageState.DELIVERED, NO_RECEIPTS)


def is_failure(outcome: Outcome | NotMade) -> bool:
    """Whether an outcome speaks against the provider: not one about the message, nor one saying when to come back."""
    match outcome:
        case Busy(seconds, of_message):
            return not seconds and not of_message
        case Refusal(_, permanent, of_message):
            return not permanent and not of_message
        case _:
            return isinstance(outcome, Unknown)


def receipt_id(provider: str, key: str | None, reference: str | None, *, delivered: bool) -> uuid.UUID:
    """The same for the same receipt, however often it is told."""
    return uuid.uuid5(RECEIPTS, f"{provider}|{key or ''}|{reference or ''}|{delivered}")


def can_be_ours(key: str | None, reference: str | None) -> bool:
    """Whether a receipt may be of one of our messages: others on the same account may use any keys."""
    return (key is None or (len(key) <= LONGEST_KEY and REFERENCE.fullmatch(key) is not None)) and (
        reference is None or REFERENCE.fullmatch(reference) is not None
    )


@dataclass(frozen=True, slots=True)
class Key:
    """A message's key taken apart: the message, and which attempt it was."""

    message: uuid.UUID
    attempt: int

    @classmethod
    def read(cls, key: str | None) -> "Key | None":
        """Of a receipt; None for what is no key of ours."""
        try:
            message, _, attempt = (key or "").partition(":")
            return cls(uuid.UUID(message), int(attempt or "0"))
        except ValueError:
            return None


def settled(
    state: MessageState, *, delivered: bool, same_attempt: bool, only_taken: bool = False
) -> MessageState | None:
    """Where a receipt takes a message; None: it changes nothing. The first receipt counts: of two that contradict each
    other nobody can tell which is right. One of an earlier attempt, which an officer has repeated, counts if it says
    that the message has arrived: then it need not be sent again. `only_taken`: it counts as delivered since a provider
    without receipts took it: that it came back says more.
    """
    if only_taken and state is MessageState.DELIVERED and same_attempt and not delivered:
        return MessageState.FAILED
    if state in (MessageState.SENDING, MessageState.HANDED_OVER, MessageState.UNCERTAIN) and same_attempt:
        return MessageState.DELIVERED if delivered else MessageState.FAILED
    if state in (MessageState.QUEUED, MessageState.SENDING, MessageState.HANDED_OVER, MessageState.UNCERTAIN):
        return MessageState.DELIVERED if delivered else None
    return None
