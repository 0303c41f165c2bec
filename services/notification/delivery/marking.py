"""Marking what providers answered, and receipts: both move messages, in whatever order they come."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.channels.gateway import Accepted, Outcome, Provider, Receipt
from services.notification.delivery import repository as delivery_repository
from services.notification.delivery.domain import NO_RECEIPTS, HandOver, Key, NotMade, Pace, Verdict, judge, settled
from services.notification.messages.domain import MessageState
from services.notification.messages.models import Message
from services.notification.messages.transitions import Move, move_all
from shared import clock

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answered:
    """A hand-over and what came of it."""

    hand_over: HandOver
    outcome: Outcome | NotMade


async def mark(session: AsyncSession, answered: Sequence[Answered], providers: Sequence[Provider], pace: Pace) -> None:
    """Marks the messages of one channel by what their providers answered."""
    by_name = {provider.name: provider for provider in providers}
    locked = await delivery_repository.lock_messages(session, [one.hand_over.message for one in answered])
    moves = [_marked(locked[one.hand_over.message], one, by_name, pace) for one in answered]
    await move_all(session, [move for move in moves if move is not None])


def _marked(message: Message, answered: Answered, providers: Mapping[str, Provider], pace: Pace) -> Move | None:
    hand_over, outcome = answered.hand_over, answered.outcome
    if isinstance(outcome, Accepted) and message.attempt == hand_over.attempt:
        message.provider_reference = outcome.reference or message.provider_reference
    if message.state is not MessageState.SENDING or (message.attempt, message.tries) != (
        hand_over.attempt,
        hand_over.tries,
    ):
        return None  # a receipt was faster, or another worker has taken it up after this one's lease
    provider = providers[hand_over.provider]
    others = [one for one in providers.values() if one is not provider and one.carries(message.template_codes)]
    verdict = judge(outcome, hand_over, gives_receipts=provider.gives_receipts, has_fallback=bool(others))
    message.code = verdict.code
    if verdict.state is None:
        message.leased_until = clock.now() + max(_pause(message.tries, pace), verdict.wait_at_least)
        return None
    if verdict.state is MessageState.QUEUED:
        _back_in_queue(message, verdict, pace, first=hand_over.provider == next(iter(providers)))
    elif verdict.state is MessageState.HANDED_OVER:
        message.asked, message.try_at = 0, clock.now() + pace.asked_after
    return message, verdict.state


def _back_in_queue(message: Message, verdict: Verdict, pace: Pace, *, first: bool) -> None:
    """What was surely not taken: later, or by the other provider at once."""
    wait = verdict.wait_at_least * (1 + random.random() / 2) or _pause(message.tries + message.attempt, pace)  # noqa: S311
    if verdict.new_key:
        renew_key(message)
    message.sent_at, message.provider = None, None
    at_once = verdict.elsewhere and first and message.turn == 0  # else the fallback is paused: the first was given it
    message.turn = 1 if verdict.elsewhere and first else 0
    message.try_at = clock.now() if at_once else clock.now() + wait


def renew_key(message: Message) -> None:
    """The next hand-over is another one to every provider; who was given the last one is kept."""
    message.given_to = [*message.given_to, message.provider or ""]
    message.attempt, message.tries, message.asked = message.attempt + 1, 0, 0
    message.provider_reference = message.sent_at = None


def _pause(tries: int, pace: Pace) -> dt.timedelta:
    return pace.pause(tries, random.random())  # noqa: S311 - spreads load, keeps no secret


Heard = tuple[str, Receipt]
"""The provider that told a receipt, and the receipt."""


async def settle(session: AsyncSession, heard: Sequence[Heard]) -> list[bool]:
    """Applies receipts, each to the message that its key or its reference names; for each, whether there is one."""
    keys = [Key.read(receipt.key) for _, receipt in heard]
    references = {
        (provider, receipt.reference)
        for (provider, receipt), key in zip(heard, keys, strict=True)
        if key is None and receipt.reference
    }
    by_reference = await delivery_repository.ids_by_reference(session, references) if references else {}
    named = [
        key.message if key else by_reference.get((provider, receipt.reference or ""))
        for (provider, receipt), key in zip(heard, keys, strict=True)
    ]
    locked = await delivery_repository.lock_messages(session, {one for one in named if one is not None})
    moves: dict[object, Move] = {}
    for (provider, receipt), key, message in zip(
        heard, keys, [locked.get(one) if one else None for one in named], strict=True
    ):
        if message is not None and message.id not in moves and (key is None or _was_made(message, key)):
            attempt = message.attempt if key is None else key.attempt
            move = _settled(message, provider, receipt, attempt)
            if move is not None:
                moves[message.id] = move
    await move_all(session, list(moves.values()))
    return [one in locked for one in named]


def _was_made(message: Message, key: Key) -> bool:
    """Whether a key was ever handed to a provider."""
    return 0 <= key.attempt < message.attempt or (key.attempt == message.attempt and message.tries > 0)


def _settled(message: Message, provider: str, receipt: Receipt, attempt: int) -> Move | None:
    """A provider speaks only of what it was given."""
    same = attempt == message.attempt
    if provider not in ((message.provider or provider,) if same else message.given_to[attempt : attempt + 1]):
        log.warning("receipt_of_another_provider", provider=provider, message=str(message.id))
        return None
    taken = message.code == NO_RECEIPTS
    state = settled(message.state, delivered=receipt.delivered, same_attempt=same, only_taken=taken)
    if state is None:
        return None
    message.code = None if receipt.delivered else receipt.code
    if same:
        message.provider_reference = message.provider_reference or receipt.reference
    return message, state
