"""Taking a task from the work list, and putting it back."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Task
from shared.service.identity import Caller
from shared.service.problems import Problem


async def claim_task(session: AsyncSession, task: Task, caller: Caller) -> Task:
    """Nobody else does it now. 409 when somebody has it."""
    if task.claimed_by not in (None, caller.subject):
        raise Problem(409, "claimed", "已由他人领取", "这项待办已由另一名人员领取")
    task.claimed_by = caller.subject
    await session.flush()
    return task


async def release_task(session: AsyncSession, task: Task, caller: Caller) -> Task:
    """Anybody may do it again. 409 when it is another's."""
    if task.claimed_by != caller.subject:
        raise Problem(409, "not-claimed", "不是您领取的", "只能放回自己领取的待办")
    task.claimed_by = None
    await session.flush()
    return task
