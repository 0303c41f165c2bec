"""What publication needs of a system: pages of records in, a verdict for each, and what it holds out.

The systems' interfaces are not public. An adapter translates these few calls; everything else (what is wanted, batches,
order, repetition, comparison) is the same for all.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol

from services.notification.publication.systems import Kind, System

Content = Mapping[str, Any]
RecordKey = tuple[Kind, str]
CONCEALED = "concealed-"
"""How a key begins that stands for one of a system's that is somebody's number: that is neither kept nor shown, so that
nothing can be said to the system about such a record.
"""


@dataclass(frozen=True)
class Record:
    """One record as it is to stand in a system; `removed`: it is to stand there no longer. `version` grows with every
    change of the record.
    """

    kind: Kind
    key: str
    uscc: str | None
    region: str
    version: int
    removed: bool
    content: Content


@dataclass(frozen=True)
class Page:
    """A part of a sealed batch. `digest`: SHA-256 of the page's canonical bytes; number and pages count from 1."""

    batch: uuid.UUID
    number: int
    pages: int
    digest: str
    records: Sequence[Record]

    @property
    def idempotency_key(self) -> str:
        """The same however often the page is sent."""
        return f"{self.batch}:{self.number}"


@dataclass(frozen=True)
class BatchSeal:
    """What the system is told about a batch as a whole. `digest`: SHA-256 over the pages' digests in order."""

    batch: uuid.UUID
    pages: int
    records: int
    digest: str


@dataclass(frozen=True)
class Received:
    """The call was taken. `ticket`: the system's own number for the batch, where it gives one."""

    ticket: str | None = None


@dataclass(frozen=True)
class RefusedCall:
    """The call was refused for good: the same one again would be refused again. `message`: in the system's words."""

    code: str
    message: str


@dataclass(frozen=True)
class Busy:
    """Nothing was taken; later it may be. `retry_after`: seconds, where the system says so."""

    code: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether the call was taken: a time-out, a broken connection or answer after it was written."""

    reason: str


Outcome = Received | RefusedCall | Busy | Unknown


@dataclass(frozen=True)
class Verdict:
    """A record of a batch that the system refused, in its words."""

    code: str
    message: str


@dataclass(frozen=True)
class NotThere:
    """The system knows nothing of the batch."""


@dataclass(frozen=True)
class Receiving:
    """It has these pages and waits for the others, or for the seal."""

    pages: Set[int]


@dataclass(frozen=True)
class Working:
    """It has the whole batch and has not finished with it."""


@dataclass(frozen=True)
class Done:
    """It has finished: every record of the batch is taken except those that are refused."""

    rejected: Mapping[RecordKey, Verdict]


BatchState = NotThere | Receiving | Working | Done


@dataclass(frozen=True)
class CountySummary:
    """What a system holds of a kind in a county. `digest`: SHA-256 over key and content digest of each record, in the
    order of the keys' bytes; None where the system gives none.
    """

    region: str
    records: int
    digest: str | None


@dataclass(frozen=True)
class HeldRecord:
    """A record as a system holds it; `since`: when it took it. `digest`: SHA-256 of the canonical content."""

    kind: Kind
    key: str
    uscc: str | None
    region: str
    version: int | None
    digest: str
    content: Content | None = None
    since: dt.datetime | None = None


@dataclass(frozen=True)
class HeldPage:
    """Records of a county in the order of their keys; `after`: where to go on, None at the end."""

    records: Sequence[HeldRecord]
    after: str | None


class PeerUnavailableError(Exception):
    """The system cannot be asked now; the message names no address and no credential."""


class PeerUnreadableError(Exception):
    """The system answered something else than its interface says."""


@dataclass(frozen=True)
class HandInPage:
    """What was handed in at a system, oldest first, as JSON objects with our keys (`incoming.items`); an adapter
    translates the system's own. `next`: where to go on, also on the last page; `more`: there are more now.
    """

    items: Sequence[Mapping[str, Any]]
    next: str
    more: bool


@dataclass(frozen=True)
class HandInReport:
    """What a system is told about something that was handed in there: `taken`, `matched` or `refused`; later, of what
    was taken, `concluded`: how it ended. The reason is in words for whoever handed it in.
    """

    outcome: str
    reason: str | None = None


class CursorForgottenError(Exception):
    """The system does not know the cursor any more: it is read again from its beginning."""


class HandsIn(Protocol):
    """A system at which households and offices hand something in that is for us."""

    @property
    def system(self) -> System:
        """Which it is."""
        ...

    async def handed_in(self, cursor: str) -> HandInPage:
        """What was handed in behind a cursor; empty: from the beginning. CursorForgottenError, PeerUnavailableError,
        PeerUnreadableError.
        """
        ...

    async def answer(self, reference: str, report: HandInReport) -> Outcome:
        """Say what became of one; the same call again is the same answer."""
        ...


class Peer(Protocol):
    """One system. Calls that write give an `Outcome` and never raise for what the system or the network does; calls
    that read raise PeerUnavailableError or PeerUnreadableError.
    """

    @property
    def system(self) -> System:
        """Which it is."""
        ...

    @property
    def page_size(self) -> int:
        """Records that it takes at once."""
        ...

    async def send(self, page: Page) -> Outcome:
        """Hand over a page."""
        ...

    async def seal(self, seal: BatchSeal) -> Outcome:
        """Say that all pages of a batch are there: the system begins to work on them."""
        ...

    async def ask(self, batch: uuid.UUID, ticket: str | None) -> BatchState:
        """What became of a batch."""
        ...

    async def summaries(self, kind: Kind) -> Sequence[CountySummary]:
        """What it holds of a kind, by county."""
        ...

    async def held(self, kind: Kind, region: str, after: str | None) -> HeldPage:
        """What it holds of a kind in a county, page by page."""
        ...

    async def look_up(self, uscc: str) -> Sequence[HeldRecord]:
        """What it says about one household, with contents."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...
