"""Withdrawing what is under way, at any time before the decision; a place in sight goes to the first of the reserve."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.models import Application
from services.recognition.repository import applications
from services.recognition.service import steps
from services.recognition.service.announcing import announce_application
from services.recognition.service.applications import SUPPLEMENT
from services.recognition.service.clocked import CLOCK
from services.recognition.service.selections import refilling
from shared.contracts.recognition import ApplicationWithdrawn
from shared.messaging import deadlines
from shared.service.identity import Caller


async def withdraw(session: AsyncSession, application: Application, caller: Caller) -> Application:
    """The own will of whoever applied or recommended. The season is locked, then the application, by the caller.

    Nobody in particular calls the reserve up: what is noted of that names no operator.
    """
    if application.state != ApplicationState.IN_PROGRESS:
        await leave(session, application, caller)
        return application
    async with refilling(session, application, CLOCK):
        await leave(session, application, caller)
    return application


async def leave(session: AsyncSession, application: Application, caller: Caller) -> None:
    """Withdrawn: nothing is to be done any more. A draft was announced to nobody, so its end is not either."""
    was_handed_in = application.state != ApplicationState.DRAFT
    steps.advance(application, ApplicationState.WITHDRAWN)
    await applications.drop_task(session, application)
    await deadlines.lift(session, kind=SUPPLEMENT, subject=str(application.id))
    await steps.recorded(session, application, caller, "application:withdraw", {})
    if was_handed_in:
        await announce_application(session, ApplicationWithdrawn, application, actor=caller.subject)
