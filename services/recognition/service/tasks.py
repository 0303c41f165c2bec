"""Taking a task from the work list, and putting it back.

A claim says who does it now, and stands until it is put back: by whoever claimed it, or, when he is ill or has left, by
an officer of a level above or a decider of the county. So nothing waits for one person, and no clock takes work away
from somebody who is at it.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Task
from services.recognition.service.turns import check_turn
from shared.policy.recognition.model import StepKind
from shared.service import audit
from shared.service.identity import Caller, Role
from shared.service.problems import Problem


async def claim_task(session: AsyncSession, task: Task, caller: Caller) -> Task:
    """Nobody else does it now. 409 when somebody has it or before the step's first day, 403 for another level."""
    application = await session.get_one(Application, task.application_id)
    await check_turn(session, application, StepKind(task.step), caller)
    if task.claimed_by not in (None, caller.subject):
        raise Problem(409, "claimed", "已由他人领取", "这项待办已由另一名人员领取")
    task.claimed_by = caller.subject
    await session.flush()
    return task


async def release_task(session: AsyncSession, task: Task, caller: Caller) -> Task:
    """Anybody may do it again. 409 when nobody has it, 403 when it is another's and not the caller's to put back."""
    holder = task.claimed_by
    if holder is None:
        raise Problem(409, "not-claimed", "没有人领取", "这项待办没有人领取，不用放回")
    if holder != caller.subject and not may_release(task, caller):
        said = "别人领取的待办，只有其本人、本县的认定人员或上级人员可以放回"
        raise Problem(403, "not-yours", "不是您领取的", said)
    task.claimed_by = None
    await session.flush()
    if holder != caller.subject:
        await audit.record(
            session, actor=caller.subject, action="task:release", subject=str(task.id), region=task.county,
            details={"application": str(task.application_id), "step": task.step, "claimed_by": holder},
        )  # fmt: skip
    return task


def may_release(task: Task, caller: Caller) -> bool:
    """Whether somebody may put back what another has claimed; the task is in his region."""
    return Role.APPROVER in caller.roles or len(caller.region) < len(task.county)
