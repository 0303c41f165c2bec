"""``/v1/tasks``: the work list of a region by last day; an officer takes a task or puts it back."""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from services.recognition.models import Task
from services.recognition.repository import tasks
from services.recognition.schemas.steps import TaskView
from services.recognition.service.tasks import claim_task, release_task
from shared.policy.recognition.model import StepKind
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page, page_of
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["tasks"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]


@router.get("/tasks", summary="待办，按截止日期")
async def listed(
    session: SessionDep,
    caller: Officer,
    step: Annotated[StepKind | None, Query()] = None,
    mine: Annotated[bool, Query(description="只看自己领取的")] = False,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Page[TaskView]:
    """What is to be done, most urgent first."""
    read = Cursor.read(cursor, dt.date, uuid.UUID)
    after = (read[0], read[1]) if read else None
    rows = await tasks.listed(session, caller.region, step, caller.subject if mine else None, after, limit + 1)
    return page_of(rows, limit, TaskView.of, lambda row: (row.due_on, row.id))


@router.post("/tasks/{task_id}/claim", summary="领取一项待办")
async def claim(task_id: uuid.UUID, session: SessionDep, caller: Officer) -> TaskView:
    """Nobody else does it until it is put back."""
    return TaskView.of(await claim_task(session, await task_of(session, task_id, caller), caller))


@router.post("/tasks/{task_id}/release", summary="放回一项待办")
async def release(task_id: uuid.UUID, session: SessionDep, caller: Officer) -> TaskView:
    """Put one's own back; another's as a decider of the county or an officer of a level above."""
    return TaskView.of(await release_task(session, await task_of(session, task_id, caller), caller))


async def task_of(session: SessionDep, task_id: uuid.UUID, caller: Caller) -> Task:
    """An open task of the region, locked."""
    task = await tasks.get_open(session, task_id, caller.region)
    if task is None:
        raise Problem(404, "task-not-found", "没有这项待办", "没有这项待办，或已办结，或不在您的管辖范围内")
    return task
