"""In which order batches are sealed and sent, how long a system is left alone, and what a page is on the disk."""

import datetime as dt
import uuid

import pytest

from services.notification.publication.batches.domain import (
    AlteredPageError,
    BatchState,
    OpenBatch,
    Pace,
    batch_digest,
    check_batch,
    compress,
    encode_page,
    may_seal,
    open_page,
    page_digest,
    to_ask,
    to_send,
)
from services.notification.publication.peers.peer import Record
from services.notification.publication.records.domain import Urgency
from services.notification.publication.systems import Kind

NOW = dt.datetime(2026, 8, 1, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
PACE = Pace(2 * SECOND, 300 * SECOND, 3600 * SECOND, SECOND, 60 * SECOND)
URGENT, BULK = Urgency.URGENT, Urgency.BULK


def batch(
    number: int, urgency: Urgency = BULK, state: BatchState = BatchState.SENDING, *, attempts: int = 0, wait: int = 0
) -> OpenBatch:
    """One that is due after so many seconds."""
    return OpenBatch(uuid.UUID(int=number), number, urgency, state, attempts, NOW + wait * SECOND)


def test_urgent_batches_go_first_then_those_that_were_sealed_first() -> None:
    batches = [batch(1), batch(2, URGENT, BatchState.SEALED), batch(3)]
    assert to_send(batches, NOW) == batches[1]
    assert to_send([batches[2], batches[0]], NOW) == batches[0]


def test_behind_a_batch_that_waits_for_its_system_the_others_wait_too() -> None:
    assert to_send([batch(1, attempts=1, wait=5), batch(2, state=BatchState.SEALED)], NOW) is None
    assert to_send([batch(1, URGENT, attempts=1, wait=5), batch(2)], NOW) is None


def test_a_batch_whose_calls_lead_nowhere_again_and_again_does_not_hold_up_the_others() -> None:
    stuck, other = batch(1, attempts=3, wait=5), batch(2, state=BatchState.SEALED)
    assert to_send([stuck, other], NOW) == other
    assert may_seal([stuck], BULK, 4, NOW)
    assert not may_seal([stuck, other], BULK, 4, NOW)


def test_so_many_batches_are_open_at_most_and_urgent_ones_are_counted_apart() -> None:
    sent = [batch(number, state=BatchState.SENT, wait=1) for number in range(4)]
    assert not may_seal(sent, BULK, 4, NOW)
    assert may_seal(sent[:3], BULK, 4, NOW)
    assert may_seal(sent, URGENT, 4, NOW)
    assert not may_seal([*sent, batch(9, URGENT, BatchState.SEALED)], URGENT, 4, NOW)


def test_batches_do_not_wait_in_a_row_for_our_question() -> None:
    """A correction of one of their records would wait for all of them."""
    working, due = batch(1, state=BatchState.SENT, wait=1), batch(2, state=BatchState.SENT)
    assert may_seal([working], BULK, 4, NOW)
    assert not may_seal([working, due], BULK, 4, NOW)
    assert may_seal([working, due], URGENT, 4, NOW)


def test_urgent_batches_are_asked_about_first_and_none_before_its_time() -> None:
    bulk, urgent = batch(1, state=BatchState.SENT), batch(2, URGENT, BatchState.SENT)
    assert to_ask([bulk, urgent, batch(3)], NOW) == urgent
    assert to_ask([batch(1, state=BatchState.SENT, wait=1)], NOW) is None


def test_pauses_double_up_to_the_longest_and_a_system_that_names_one_is_waited_for() -> None:
    for attempts, seconds in ((1, 2), (2, 4), (5, 32), (9, 300), (10_000, 300)):
        assert seconds / 2 * SECOND <= PACE.after_failure(attempts) <= seconds * SECOND
    assert PACE.after_failure(1, 900) == 900 * SECOND
    assert PACE.after_failure(1, 10**9) == 3600 * SECOND


def test_a_system_that_works_long_is_asked_less_often() -> None:
    asked = [PACE.until_asked(seconds * SECOND) / SECOND for seconds in (0, 1, 10, 60, 86_400)]
    assert asked == [1, 1, 5, 30, 60]


def test_a_page_comes_back_as_it_was_sealed_or_not_at_all() -> None:
    records = [Record(Kind.TYPE, f"K{number}", None, "410105", number, False, {"名": "甲\n乙"}) for number in (1, 2)]
    clear = encode_page(records)
    digest = page_digest(clear)
    assert open_page(compress(clear), digest) == records
    for body in (compress(clear[:-1]), compress(clear)[:-3], b"", None):
        with pytest.raises(AlteredPageError):
            open_page(body, digest)
    check_batch(batch_digest([digest, "b"]), [digest, "b"])
    with pytest.raises(AlteredPageError):
        check_batch(batch_digest([digest, "b"]), ["b", digest])
