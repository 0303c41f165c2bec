"""Who handles an objection: assigned to one of those who have acted lately, handed over or reassigned."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.examination.problems import AssignedToAnother, NotAssignable
from services.objection.objections.domain import ENDED
from services.objection.objections.models import Objection
from services.objection.objections.next_steps import not_possible
from shared import clock
from shared.platform import audit
from shared.platform.identity import Caller, Role
from shared.platform.officers import ACTED_LATELY, Officer, officers_for


async def candidates(session: AsyncSession, objection: Objection) -> Sequence[Officer]:
    """Officers and approvers of the bureaus over the household that have acted lately, the nearest level first."""
    since = clock.today() - ACTED_LATELY
    found: dict[str, Officer] = {}
    for role in (Role.OFFICER, Role.APPROVER):
        for officer in await officers_for(session, objection.county, role, since=since):
            found.setdefault(officer.subject, officer)
    return sorted(found.values(), key=lambda one: (-len(one.region), one.name or "", one.subject))


async def assign(session: AsyncSession, objection: Objection, to: str, caller: Caller, note: str = "") -> Objection:
    """Assign a locked objection, or hand it over. What somebody has is handed over by that person or an approver."""
    if objection.state in ENDED:
        raise not_possible(objection, "不能分派", None)
    if objection.assigned_to not in (None, caller.subject) and Role.APPROVER not in caller.roles:
        raise AssignedToAnother
    if to != caller.subject and all(one.subject != to for one in await candidates(session, objection)):
        raise NotAssignable
    before, objection.assigned_to = objection.assigned_to, to
    objection.version += 1
    await session.flush()
    audited = {"from": before, "to": to, "note": note}
    await audit.record(session, objection, caller, "objection:assigned", audited)
    return objection
