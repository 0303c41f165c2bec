"""The only code that changes the state of a message: through the table of states, and with the event at an end.

The event is in the transaction of the change. A message that ended `uncertain` or that an officer has sent again ends
once more, and says so once more: each end is announced once.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.base import ANNOUNCER
from services.notification.messages.domain import (
    FAILURES,
    MESSAGE_STATES,
    OPEN_STATES,
    TRIAL,
    MessageState,
    Suppression,
)
from services.notification.messages.models import Message, Notification
from shared import clock
from shared.contracts.notification import NotificationDelivered, NotificationFailed, NotificationOutcome

Move = tuple[Message, MessageState]
"""A locked row and the state it goes to."""


async def move(
    session: AsyncSession, message: Message, state: MessageState, *, suppression: Suppression | None = None
) -> None:
    """Moves one message; `suppression`: why it stays in the inbox alone."""
    message.suppression = suppression or message.suppression
    await move_all(session, [(message, state)])


async def move_all(session: AsyncSession, moves: Sequence[Move]) -> None:
    """Moves many messages, each at most once, in a few statements. The rows are locked by the caller, who has set their
    `code` and whatever else goes with the change. IllegalTransition for what the table does not allow.
    """
    now = clock.now()
    for message, state in moves:
        MESSAGE_STATES.require(message.state, state)
        message.state = state
        message.ended_at = None if state in OPEN_STATES else now
        if state is not MessageState.SENDING:
            message.leased_until = None
    await session.flush()
    await _announce(session, [message for message, _ in moves])


async def _announce(session: AsyncSession, moved: Sequence[Message]) -> None:
    """NotificationDelivered and NotificationFailed of those that have ended at one."""
    ended = [one for one in moved if one.state is MessageState.DELIVERED or one.state in FAILURES]
    if not ended:
        return
    query = select(Notification).where(Notification.id.in_({one.notification_id for one in ended}))
    notifications = {one.id: one for one in (await session.execute(query)).scalars()}
    pairs = [(notifications[message.notification_id], message) for message in ended]
    events = [_outcome(notification, message) for notification, message in pairs if is_announced(notification)]
    await ANNOUNCER.announce_all(session, [(event.uscc or event.region, event) for event in events], actor=None)


def is_announced(notification: Notification) -> bool:
    """Whether the other services hear how its messages end. Not of what a rule's author sent themselves to try it, nor
    of what is about no region: no event could be keyed.
    """
    return bool(notification.region) and not notification.cause.startswith(TRIAL)


def _outcome(notification: Notification, message: Message) -> NotificationOutcome:
    kind = NotificationDelivered if message.state is MessageState.DELIVERED else NotificationFailed
    return kind(
        notification=notification.id,
        rule=notification.rule,
        cause=notification.cause,
        channel=message.channel.value,
        uscc=notification.uscc,
        region=notification.region,
        state=message.state.value,
        code=message.code,
    )
