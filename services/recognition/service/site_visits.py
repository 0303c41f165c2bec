"""The site visit of a selected household: who went when, what was found, with photos; a failed one frees its place."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Document, Season
from services.recognition.repository import documents
from services.recognition.service import steps
from services.recognition.service.documents import VISIT
from services.recognition.service.reviews import not_own
from services.recognition.service.selections import free_place
from shared.policy.recognition.model import StepKind
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem


@dataclass(frozen=True)
class Visit:
    """What was seen; `photos`: documents of the application, at least one."""

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
    check_photos(visit, await documents.of_application(session, application.id))
    record = {
        "visited_on": visit.visited_on.isoformat(),
        "visitors": list(visit.visitors),
        "finding": visit.finding,
        "photos": [str(one) for one in visit.photos],
    }
    passed = visit.confirmed
    await steps.finish_step(session, application, StepKind.SITE_VISIT, caller, passed=passed, record=record)
    if passed:
        await steps.open_next(session, application, season)
    else:
        await free_place(session, application, f"走访核实未通过：{visit.finding}", caller)
    audited = {"visited_on": record["visited_on"], "confirmed": passed, "photos": len(visit.photos)}
    await steps.recorded(session, application, caller, "application:visit", audited)
    return application


def check_photos(visit: Visit, handed_in: Sequence[Document]) -> None:
    """422 unless there is a photo, and each is a picture that an officer handed in for the visit."""
    pictures = {one.id for one in handed_in if one.evidence == VISIT and one.media_type.startswith("image/")}
    if not visit.photos:
        raise Problem(
            422, "no-photo", "没有照片", "走访核实须有照片：先把照片作为材料上传（evidence 写 visit），再登记"
        )
    if not set(visit.photos) <= pictures:
        said = "走访的照片须是经办人员作为本申报的材料上传的 JPEG 或 PNG 图片（evidence 写 visit）"
        raise Problem(422, "unknown-photo", "没有这张照片", said)
