"""The end of an application at whatever step it is, with the reason; its place goes to the first of the reserve.

An officer refuses at any step that his level does; the decider at the decision, if he took no part before.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState, require_transition
from services.recognition.models import Application
from services.recognition.service import steps
from services.recognition.service.cases import took_part
from services.recognition.service.reviews import not_own
from services.recognition.service.selections import free_place
from services.recognition.service.turns import check_turn
from shared.policy.recognition.model import StepKind
from shared.service.identity import Caller, Role
from shared.service.problems import Problem


async def refuse(session: AsyncSession, application: Application, reason: str, caller: Caller) -> Application:
    """Refuse a locked application; the season is locked before it. 403 for another level, or whoever took part."""
    with steps.refusing():
        require_transition(ApplicationState(application.state), ApplicationState.REFUSED)
    await check_turn(session, application, StepKind(application.step), caller)
    not_own(application, caller)
    if Role.OFFICER not in caller.roles:
        await check_decider(session, application, caller)
    await free_place(session, application, reason, caller)
    return application


async def check_decider(session: AsyncSession, application: Application, caller: Caller) -> None:
    """409 before the decision; 403 for whoever worked on the application: a no is a decision, too."""
    steps.check_step(application, StepKind.DECISION)
    if await took_part(session, application, caller):
        raise Problem(
            403, "maker-is-not-checker", "须由另一人决定", "经办过这份申报的人不能作出决定，请由另一名人员决定"
        )
