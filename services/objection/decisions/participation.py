"""Nobody who may not handle an objection decides it, nor anybody who took it in at the counter, verified or proposed.

The same goes for proposing, the last apart.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.decisions.models import Decision
from services.objection.examination.participation import Part, require_no_part
from services.objection.objections.models import Objection
from services.objection.verifications import repository as verification_repository
from shared.platform.identity import Caller


async def require_may_decide(
    session: AsyncSession, objection: Objection, caller: Caller, proposal: Decision | None = None
) -> None:
    """403 for somebody who took part, naming what they did. `proposal`: to be decided by another person."""
    verified = await verification_repository.verifications_of(session, objection.id)
    further = [
        Part(objection.entered_by, "提交或在窗口登记了这件异议"),
        *(Part(one.answered_by, "答复过这件异议的核实") for one in verified),
    ]
    if proposal is not None:
        further.append(Part(proposal.proposed_by, "提出了这份处理意见"))
    await require_no_part(session, objection, caller, further)
