"""Claimed rows made ready to be handed over: the address is opened at this moment, so that a consent withdrawn or a
category refused since the message was queued still counts.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.channels.gateway import Outgoing, Provider, Question
from services.notification.contacts import lookups as contacts
from services.notification.delivery.domain import HandOver
from services.notification.messages.domain import MessageState, Recipient, Suppression, after_quiet
from services.notification.messages.models import Message, Notification
from services.notification.messages.transitions import Move
from shared.platform.sealed_fields.vault import Vault

PAUSED_CARRIER = dt.timedelta(seconds=5)
"""Until a message is looked at again whose only carrier is paused"""


@dataclass(frozen=True, slots=True)
class Ready:
    """A hand-over with all that the provider is told."""

    hand_over: HandOver
    outgoing: Outgoing


@dataclass(slots=True)
class Claimed:
    """What came of a claim: hand-overs to begin, and rows to move in its transaction."""

    ready: list[Ready] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


async def prepare(
    session: AsyncSession,
    vault: Vault,
    due: Sequence[tuple[Message, Notification]],
    providers: tuple[Provider, Sequence[Provider]],
    until: tuple[dt.datetime, dt.datetime],
) -> Claimed:
    """Queued messages of one channel that are due; `providers`: the one that has room, and all of the channel;
    `until`: now, and the end of the lease.
    """
    claimed, now = Claimed(), until[0]
    provider, all_of_channel = providers
    found = await addresses_of(session, vault, due)
    for message, notification in due:
        address = found[message.id]
        later = after_quiet(message.quiet, now)  # of urgent ones too: a later try may fall into the night
        carriers = [one for one in all_of_channel if one.carries(message.template_codes)]
        if message.expires_at <= now:
            claimed.moves.append((message, MessageState.EXPIRED))
        elif later > now:
            message.try_at = later
        elif isinstance(address, Suppression):
            message.suppression = address
            claimed.moves.append((message, MessageState.SUPPRESSED))
        elif not carriers:
            message.suppression = Suppression.NO_TEMPLATE
            claimed.moves.append((message, MessageState.SUPPRESSED))
        elif provider not in carriers:
            _turn_to(message, all_of_channel.index(carriers[0]), now)
        else:
            claimed.moves.append((message, MessageState.SENDING))
            claimed.ready.append(lease(message, notification, provider, address, until, again=False))
    return claimed


def _turn_to(message: Message, turn: int, now: dt.datetime) -> None:
    """The message waits for the provider that carries it: at once, or while that one is paused a little later."""
    message.try_at = now + PAUSED_CARRIER if message.turn == turn else now
    message.turn = turn


def lease(
    message: Message,
    notification: Notification,
    provider: Provider,
    address: str,
    until: tuple[dt.datetime, dt.datetime],
    *,
    again: bool,
) -> Ready:
    """The hand-over, noted on the row before anything is sent."""
    now, leased_until = until
    message.provider, message.tries, message.leased_until = provider.name, message.tries + 1, leased_until
    message.sent_at = message.sent_at or now
    hand_over = HandOver(message.id, message.attempt, message.tries, provider.name, again)
    outgoing = Outgoing(
        key=message.key,
        address=address,
        text=message.words(notification),
        title=notification.title,
        template_codes=message.template_codes,
        parameters=message.parameters,
    )
    return Ready(hand_over, outgoing)


async def addresses_of(
    session: AsyncSession, vault: Vault, due: Sequence[tuple[Message, Notification]]
) -> Mapping[uuid.UUID, str | Suppression]:
    """Where to, as things stand now, by message; or why nowhere. All are of one channel."""
    if not due:
        return {}
    wanted = {
        message.id: (
            Recipient.of(notification.recipient),
            contacts.about(notification.uscc, notification.known_as),
            notification.category,
        )
        for message, notification in due
    }
    found = await contacts.addresses(session, vault, set(wanted.values()), due[0][0].channel)
    return {message: found[who] for message, who in wanted.items()}


def question_of(message: Message, notification: Notification, address: str | Suppression) -> Question | None:
    """What to ask its provider; None where the address that some are asked by is no longer to be used."""
    if isinstance(address, Suppression):
        return None
    return Question(message.key, message.provider_reference, address, message.sent_at or notification.told_at)
