"""What becomes of a message by what is heard of it: the outcome of a hand-over, and receipts in whatever order."""

import datetime as dt
import uuid

import pytest
from hypothesis import given, strategies as st

from services.notification.channels.gateway import Accepted, Busy, Outcome, Refusal, Unknown
from services.notification.delivery.domain import HandOver, NotMade, Pace, judge, settled
from services.notification.messages.domain import MessageState, named_id

S = MessageState
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
PACE = Pace(MINUTE, HOUR, asked_after=MINUTE, longest_asking=HOUR, asks=3, lease=MINUTE, keys_for=24 * HOUR)


def judged(outcome: Outcome | NotMade, *, again: bool = False) -> tuple[MessageState | None, bool]:
    """The state that it goes to, and whether the other provider may have it."""
    hand_over = HandOver(uuid.UUID(int=1), attempt=0, tries=1, provider="first", again=again)
    verdict = judge(outcome, hand_over, gives_receipts=True, has_fallback=True)
    return verdict.state, verdict.elsewhere


@pytest.mark.parametrize(
    ("outcome", "first", "again"),
    [
        (Accepted("r"), (S.HANDED_OVER, False), (S.HANDED_OVER, False)),
        (Unknown("timeout"), (None, False), (None, False)),
        (Refusal("no-such-number", permanent=True), (S.FAILED, False), (S.UNCERTAIN, False)),
        (Refusal("no-credit", permanent=False), (S.QUEUED, True), (S.UNCERTAIN, False)),
        (Busy(3.0), (S.QUEUED, False), (None, False)),
        (NotMade.GIVEN_BACK, (S.QUEUED, False), (None, False)),
    ],
    ids=["taken", "nobody knows", "no such address", "refused", "busy", "not called"],
)
def test_only_a_refusal_at_the_first_try_is_definite(
    outcome: Outcome | NotMade, first: tuple[MessageState | None, bool], again: tuple[MessageState | None, bool]
) -> None:
    """What was tried before under the same key may have been taken then: it never goes to another provider."""
    assert judged(outcome) == first
    assert judged(outcome, again=True) == again


def test_what_a_provider_without_receipts_takes_counts_as_delivered() -> None:
    hand_over = HandOver(uuid.UUID(int=1), attempt=0, tries=1, provider="mail", again=False)
    verdict = judge(Accepted(None), hand_over, gives_receipts=False, has_fallback=False)
    assert (verdict.state, verdict.code) == (S.DELIVERED, "no-receipts")


@pytest.mark.parametrize("state", MessageState)
@pytest.mark.parametrize("delivered", [True, False])
@pytest.mark.parametrize("same", [True, False])
def test_the_first_receipt_counts_and_an_earlier_attempts_only_if_it_has_arrived(
    state: MessageState, delivered: bool, same: bool
) -> None:
    under_way = {S.SENDING, S.HANDED_OVER, S.UNCERTAIN}
    expected = None
    if state in under_way and same:
        expected = S.DELIVERED if delivered else S.FAILED
    elif state in {S.QUEUED, *under_way} and delivered:
        expected = S.DELIVERED
    assert settled(state, delivered=delivered, same_attempt=same) is expected


def test_pauses_double_up_to_the_longest_and_are_spread_by_half() -> None:
    assert [PACE.pause(tries, 0) for tries in (0, 1, 2, 3)] == [MINUTE, MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert PACE.pause(100, 0) == HOUR
    assert PACE.pause(1, 1) == 1.5 * MINUTE


@given(st.uuids(), st.text())
def test_ids_that_follow_from_names_are_those_of_the_standard_library(namespace: uuid.UUID, name: str) -> None:
    assert named_id(namespace.bytes, name) == uuid.uuid5(namespace, name)
