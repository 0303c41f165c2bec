"""What happens on a day: the handler of each kind of deadline that the service sets."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.clearing import NOTICE_DEADLINE, announce_clearing
from shared.worker.deadlines import Deadline, Handler


async def on_notice_over(session: AsyncSession, deadline: Deadline) -> None:
    """A notice's last day is over by the own clock; its closing was heard before."""
    await announce_clearing(session, UUID(deadline.subject))


DEADLINES: Mapping[str, Handler] = {NOTICE_DEADLINE: on_notice_over}
"""Every kind of deadline, with its handler, which ignores what has ended since."""
