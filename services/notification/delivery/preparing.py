"""Claimed rows made ready to be handed over: the address is opened at this moment, so that a consent withdrawn or a
category refused since the message was queued still counts.
"""

import datetime as dt
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.channels.gateway import Outgoing, Provider, Question
from services.notification.contacts import lookups as contacts
from services.notification.delivery.domain import HandOver, NotMade
from services.notification.messages.domain import Lane, MessageState, Recipient, Suppression, after_quiet
from services.notification.messages.models import Message, Notification
from services.notification.messages.transitions import Move
from shared.platform.sealed_fields.vault import Vault

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ready:
    """A hand-over with all that the provider is told; `NotMade` where it cannot come about."""

    hand_over: HandOver
    outgoing: Outgoing | NotMade


@dataclass(slots=True)
class Claimed:
    """What came of a claim: hand-overs to begin, and rows to move in its transaction."""

    ready: list[Ready] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


async def prepare(
    session: AsyncSession,
    vault: Vault,
    due: tuple[Message, Notification],
    provider: Provider,
    until: tuple[dt.datetime, dt.datetime],
    claimed: Claimed,
) -> None:
    """One queued message that is due; `until`: now, and the end of the lease."""
    message, notification = due
    now = until[0]
    if message.expires_at <= now:
        claimed.moves.append((message, MessageState.EXPIRED))
        return
    later = after_quiet(message.quiet, now) if message.lane is Lane.BULK else now
    if later > now:
        message.try_at = later
        return
    address = await address_of(session, vault, message, notification)
    if address is None:
        message.suppression = await _suppression(session, message, notification)
        claimed.moves.append((message, MessageState.SUPPRESSED))
        return
    claimed.moves.append((message, MessageState.SENDING))
    claimed.ready.append(lease(message, notification, provider, address, until, again=False))


def lease(
    message: Message,
    notification: Notification,
    provider: Provider,
    address: str | NotMade,
    until: tuple[dt.datetime, dt.datetime],
    *,
    again: bool,
) -> Ready:
    """The hand-over, noted on the row before anything is sent."""
    now, leased_until = until
    message.provider, message.tries, message.leased_until = provider.name, message.tries + 1, leased_until
    message.sent_at = message.sent_at or now
    hand_over = HandOver(message.id, message.attempt, message.tries, provider.name, again)
    if isinstance(address, NotMade):
        return Ready(hand_over, address)
    outgoing = Outgoing(
        key=message.key,
        address=address,
        text=message.text,
        title=notification.title,
        template_codes=message.template_codes,
        parameters=message.parameters,
    )
    return Ready(hand_over, outgoing)


async def address_of(
    session: AsyncSession, vault: Vault, message: Message, notification: Notification
) -> str | NotMade | None:
    """Where to, as things stand now; None: nowhere; BROKEN: our code failed on it, which must not stop the queue."""
    try:
        recipient = Recipient.of(notification.recipient)
        return await contacts.address(
            session, vault, recipient, notification.uscc, message.channel, notification.category
        )
    except ValueError as error:
        log.error("address_not_found", message=str(message.id), error=type(error).__name__)  # noqa: TRY400 - may quote it
        return NotMade.BROKEN


async def question_of(
    session: AsyncSession, vault: Vault, message: Message, notification: Notification
) -> Question | None:
    """What to ask its provider; None where the address that some are asked by is no longer to be used."""
    address = await address_of(session, vault, message, notification)
    if not isinstance(address, str):
        return None
    return Question(message.key, message.provider_reference, address, message.sent_at or notification.told_at)


async def _suppression(session: AsyncSession, message: Message, notification: Notification) -> Suppression:
    """Why there is no address to hand it over to."""
    recipient = Recipient.of(notification.recipient)
    reach = await contacts.reach(session, [recipient], {recipient.key: notification.uscc})
    found = reach.get(recipient.key, contacts.UNREACHABLE)
    return found.suppression(message.channel, notification.category) or Suppression.NO_CONTACT
