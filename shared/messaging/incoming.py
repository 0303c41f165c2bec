"""A message with what could be read of it: an event, an event of a type nobody here wants, or a fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from shared.contracts.payload import Payload
from shared.messaging.bus import Message
from shared.messaging.events import Event, InvalidDataError, UnreadableError, parse, read_envelope


class Fault(StrEnum):
    """Why a message lies in the dead letters. All but `unreadable` hold back what follows for their key."""

    UNREADABLE = "unreadable"
    INVALID = "invalid"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Incoming:
    """`event` is None both for faults and for unknown types; `fault` tells them apart. `cause` says what is wrong."""

    message: Message
    event: Event | None
    fault: Fault | None = None
    cause: str = ""

    @property
    def key(self) -> str | None:
        """What order holds for: the subject, or the record's key where there is no readable subject."""
        return self.event.subject if self.event else self.message.key


def read_message(message: Message, known: Mapping[str, type[Payload]]) -> Incoming:
    """Reads the message; never raises for its content."""
    try:
        return Incoming(message, parse(message.value, known))
    except UnreadableError as error:
        return Incoming(message, None, Fault.UNREADABLE, str(error))
    except InvalidDataError as error:
        return Incoming(message, None, Fault.INVALID, str(error))


def identity_of(value: bytes) -> str:
    """The event's id, or the bytes' SHA-256 where they hold none: the same letter is never kept twice."""
    try:
        return str(read_envelope(value)["id"])
    except UnreadableError:
        return f"sha256:{sha256(value).hexdigest()}"
