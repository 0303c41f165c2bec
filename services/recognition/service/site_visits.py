"""The site visit of a selected household: who went when, what was found, with photos; a failed one frees its place."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Season
from services.recognition.repository import documents
from services.recognition.service import steps
from services.recognition.service.reviews import not_own, refuse_and_tell
from services.recognition.service.selections import call_up
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem


@dataclass(frozen=True)
class Visit:
    """What was seen."""

    visited_on: dt.date
    visitors: Sequence[str]
    finding: str
    photos: Sequence[UUID]
    confirmed: bool


async def record_visit(
    session: AsyncSession, application: Application, season: Season, visit: Visit, caller: Caller
) -> Application:
    """Keep the record; on with what was confirmed, else refused and the reserve called up."""
    not_own(application, caller)
    if visit.visited_on > clock.today():
        raise Problem(422, "future-date", "日期不对", "走访日期不能晚于今天")
    known = {one.id for one in await documents.of_application(session, application.id)}
    if not set(visit.photos) <= known:
        raise Problem(422, "unknown-photo", "没有这张照片", "照片须先作为本申报的材料上传（evidence 写 visit）")
    record = {
        "visited_on": visit.visited_on.isoformat(),
        "visitors": list(visit.visitors),
        "finding": visit.finding,
        "photos": [str(one) for one in visit.photos],
    }
    passed = visit.confirmed
    await steps.finish_step(session, application, StepKind.SITE_VISIT, caller, passed=passed, record=record)
    audited = {"visited_on": record["visited_on"], "confirmed": passed, "photos": len(visit.photos)}
    await steps.recorded(session, application, caller, "application:visit", audited)
    if passed:
        await steps.open_next(session, application, season)
    else:
        await refuse_and_tell(session, application, f"走访核实未通过：{visit.finding}", caller)
        await call_up(session, season, caller)
    return application
