"""States of a batch, its bytes and digests, and in which order and at what pace batches are sent."""

import datetime as dt
import hashlib
import random
import uuid
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import orjson

from services.notification.publication.peers.peer import Record
from services.notification.publication.records.domain import Urgency, canonical
from services.notification.publication.systems import Kind
from shared.platform.state_machine import StateMachine


class BatchState(StrEnum):
    """From its seal to its end. `sent`: the system has all of it and works on it. `given-up`: an officer has ended it,
    since the system did not say what became of it. `reopened`: a file that was not handed over was taken apart, since
    its content is no longer right; its records wait again.
    """

    SEALED = "sealed"
    SENDING = "sending"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    PARTLY = "partly"
    REFUSED = "refused"
    GIVEN_UP = "given-up"
    REOPENED = "reopened"


ENDS = (BatchState.ACKNOWLEDGED, BatchState.PARTLY, BatchState.REFUSED, BatchState.GIVEN_UP)
WITHOUT_RESULT = (BatchState.GIVEN_UP, BatchState.REOPENED)
"""Ends of which no system has said anything."""
BATCH_STATES = StateMachine(
    "上报批次",
    {
        BatchState.SEALED: {BatchState.SENDING, BatchState.REOPENED, *ENDS},
        BatchState.SENDING: {BatchState.SENT, *ENDS},
        BatchState.SENT: {BatchState.SENDING, *ENDS},
        BatchState.ACKNOWLEDGED: set(),
        BatchState.PARTLY: set(),
        BatchState.REFUSED: set(),
        BatchState.GIVEN_UP: set(),
        BatchState.REOPENED: set(),
    },
    {
        BatchState.SEALED: "已封存",
        BatchState.SENDING: "上报中",
        BatchState.SENT: "已上报，等待对方处理",
        BatchState.ACKNOWLEDGED: "全部确认",
        BatchState.PARTLY: "部分退回",
        BatchState.REFUSED: "整批退回",
        BatchState.GIVEN_UP: "没有得到结果，已由人结束",
        BatchState.REOPENED: "送交前已拆回",
    },
)
"""A system may have finished before we know that it has all: a call broke off and it was asked, or it takes files and
has sent its receipt.
"""
UNSENT = (BatchState.SEALED, BatchState.SENDING)
"""States in which the system does not have all of a batch."""
ALTERED, ALTERED_MESSAGE = "digest", "本平台封存的内容与封存时的摘要不一致，没有上报。"
"""Why a batch is refused that somebody has changed in the database: our code and our words."""
GIVEN_UP, GIVEN_UP_MESSAGE = "given-up", "对方没有说明结果，由工作人员结束了所在的批次；对方是否采用不明，请重新上报。"
"""Code and words of the records of a batch that was given up: ours."""
STUCK_AFTER = 3
"""Calls in a row that led nowhere, after which others need not wait behind a batch: it may be the batch's own fault."""
REFUSALS_BEFORE_REST = 3
"""Bulk batches of which a whole call was refused, one after the other, after which the next one rests: something else
is wrong, and no officer can look at a million refused records. Refused records are no reason to, and corrections and
removals never rest.
"""


class AlteredPageError(Exception):
    """A page or a batch is not what was sealed."""


@dataclass(frozen=True)
class Pace:
    """How long to wait. `first_pause`, doubled each time up to `longest_pause`: after calls that led nowhere; a system
    that says when to come back is waited for up to `longest_wait`. `first_ask`, growing up to `longest_ask`: until a
    system is asked again what became of a batch that it works on.
    """

    first_pause: dt.timedelta
    longest_pause: dt.timedelta
    longest_wait: dt.timedelta
    first_ask: dt.timedelta
    longest_ask: dt.timedelta

    def after_failure(self, attempts: int, retry_after: float | None = None) -> dt.timedelta:
        """After so many calls in a row that led nowhere. At random up to a half shorter, so that systems that one
        failure has stopped do not all come back at the same moment.
        """
        doubled: dt.timedelta = self.first_pause * 2 ** min(max(attempts, 1) - 1, 30)
        pause = min(doubled, self.longest_pause) * random.uniform(0.5, 1)  # noqa: S311 - no secret
        return max(pause, min(dt.timedelta(seconds=retry_after or 0), self.longest_wait))

    def until_asked(self, worked_for: dt.timedelta) -> dt.timedelta:
        """The longer a system has worked on a batch, the longer until it is asked again."""
        return min(max(worked_for / 2, self.first_ask), self.longest_ask)


@dataclass(frozen=True)
class OpenBatch:
    """What the order of sending depends on."""

    id: uuid.UUID
    number: int
    urgency: Urgency
    state: BatchState
    attempts: int
    next_try_at: dt.datetime
    overdue: bool = False
    """The system has had it for so long that others need not wait for its end"""

    @property
    def stuck(self) -> bool:
        """Whether others go ahead of it."""
        return self.overdue or self.attempts >= STUCK_AFTER


def to_ask(batches: Iterable[OpenBatch], now: dt.datetime) -> OpenBatch | None:
    """The batch that the system has worked on for long enough to be asked about it."""
    due = (one for one in batches if one.state is BatchState.SENT and one.next_try_at <= now)
    return min(due, key=lambda one: (one.urgency, one.next_try_at), default=None)


def to_send(batches: Iterable[OpenBatch], now: dt.datetime) -> OpenBatch | None:
    """The batch whose next page is sent: an urgent one goes ahead between two pages of a bulk one. While the next one
    waits for a system that does not answer, those behind it wait too, unless it is stuck.
    """
    unsent = sorted((one for one in batches if one.state in UNSENT), key=lambda one: (one.urgency, one.number))
    for one in unsent:
        if one.next_try_at <= now:
            return one
        if not one.stuck:
            return None
    return None


def may_seal(batches: Sequence[OpenBatch], urgency: Urgency, most: int, now: dt.datetime) -> bool:
    """Whether another batch of this urgency is sealed: none waits to be sent, except for those that are stuck, and
    fewer than so many are open. Urgent ones are counted apart: they never wait until bulk ones are over. Those that
    are overdue are not counted: a system that never ends them would hold up all that follows.

    No bulk batch is sealed while a question is due: the system may be done, and it is we who are behind. A correction
    of a record in an open batch waits for that batch's end, so batches must not wait in a row for our question.
    """
    if urgency is Urgency.BULK and to_ask(batches, now) is not None:
        return False
    same = [one for one in batches if one.urgency is urgency and not one.overdue]
    return len(same) < most and all(one.stuck for one in same if one.state in UNSENT)


def encode_page(records: Iterable[Record]) -> bytes:
    """The canonical bytes of a page: a line of canonical JSON per record."""
    return b"\n".join(canonical(vars(record)) for record in records)


def compress(canonical_bytes: bytes) -> bytes:
    """As a page is stored."""
    return zlib.compress(canonical_bytes, 1)


def page_digest(canonical_bytes: bytes) -> str:
    """SHA-256 of a page's canonical bytes."""
    return hashlib.sha256(canonical_bytes).hexdigest()


def batch_digest(page_digests: Sequence[str]) -> str:
    """SHA-256 over the pages' digests, in order."""
    return hashlib.sha256("".join(page_digests).encode("ascii")).hexdigest()


def check_batch(digest: str, page_digests: Sequence[str]) -> None:
    """AlteredPageError when these are not the pages that were sealed."""
    if batch_digest(page_digests) != digest:
        raise AlteredPageError


def open_page(body: bytes | None, digest: str) -> list[Record]:
    """The records of a stored page; AlteredPageError when it is not what was sealed."""
    try:
        clear = zlib.decompress(body or b"")
    except zlib.error:
        raise AlteredPageError from None
    if page_digest(clear) != digest:
        raise AlteredPageError
    return [_record(line) for line in clear.split(b"\n")]


def _record(line: bytes) -> Record:
    fields = orjson.loads(line)
    return Record(**(fields | {"kind": Kind(fields["kind"])}))
