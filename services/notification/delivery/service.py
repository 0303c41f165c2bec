"""Sending again what failed: an officer's decision, with a reason."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.delivery.marking import renew_key
from services.notification.delivery.problems import ReplayRefused, ReplayUnconfirmed
from services.notification.messages.domain import FAILURES, MessageState
from services.notification.messages.models import Message
from services.notification.messages.transitions import move
from shared import clock
from shared.platform import audit
from shared.platform.identity import Caller


async def replay(
    session: AsyncSession, message: Message, caller: Caller, reason: str, *, may_repeat: bool, hours: int
) -> None:
    """Puts a locked message back into its queue under a new key. One that may have arrived takes the officer's word
    that it may arrive twice.
    """
    if message.state not in FAILURES or message.text_emptied_at is not None:
        raise ReplayRefused
    if message.state is MessageState.UNCERTAIN and not may_repeat:
        raise ReplayUnconfirmed
    before = {"state": message.state.value, "code": message.code, "may_repeat": may_repeat}
    renew_key(message)
    message.turn, message.provider, message.code = 0, None, None
    message.try_at = clock.now()
    message.expires_at = message.try_at + dt.timedelta(hours=hours)
    await move(session, message, MessageState.QUEUED)
    await audit.record(session, message, caller, "message:replay", {"reason": reason, **before})
