"""The service's papers (文书) as PDF, for the staff who print them, with the checks of what they are about.

What shows more than the public reads is written down as a reading. No transaction stays open while a paper is set.
"""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.recognition.applications import repository as application_repository
from services.recognition.applications.lookups import require_application, require_recognition
from services.recognition.examination import repository as examination_repository
from services.recognition.examination.problems import PublicNoticeNotFound
from services.recognition.lifecycle.domain import ProposedEnd
from services.recognition.lifecycle.repository import proceedings_of
from services.recognition.papers import repository as paper_repository
from services.recognition.papers.case_file import case_file_paper
from services.recognition.papers.end_papers import EndPaper, EndPeriods, end_paper
from services.recognition.papers.public_notices import public_notice_paper
from services.recognition.papers.recognition_lists import recognition_list_paper
from services.recognition.papers.refusals import refusal_paper
from services.recognition.resources import ResourcesDep
from services.recognition.rules.life import rules_of_life
from services.recognition.rules.procedure import procedure_terms
from services.recognition.rules.service import POLICIES, stored_rules
from services.recognition.scoring.explanation import explain_score
from services.recognition.season.service import require_season
from shared import clock
from shared.platform.audited_access import record_read
from shared.platform.fields import ShortText
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.papers import PAPER, PDF, PaperFormat, WantedFormat
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["papers"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Number = Annotated[ShortText | None, Query(description="文号；不写的，文书上留空")]
MOST_ON_A_NOTICE = 10_000
"""Households; a notice is announced in one event, which holds fewer"""


@router.get(
    "/public-notices/{notice_id}/paper", summary="公示（PDF 或 DOCX）", response_class=Response, responses=PAPER
)
async def print_public_notice(
    notice_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    number: Number = None,
    wanted: WantedFormat = PaperFormat.PDF,
) -> Response:
    """Of the caller's region; anybody reads the notice itself."""
    notice = or_404(await examination_repository.get_notice(session, notice_id, caller.region), PublicNoticeNotFound)
    season = await require_season(session, notice.season_id)
    policy = await POLICIES.get(session, season.policy_hash)
    items = await examination_repository.list_notice_applications(session, notice.id, None, MOST_ON_A_NOTICE)
    paper = public_notice_paper(notice, items, policy, season.year, number)
    await session.close()
    return await resources.typesetter.set(paper, wanted)


@router.get("/seasons/{season_id}/paper", summary="认定文件（PDF 或 DOCX）", response_class=Response, responses=PAPER)
async def print_recognition_list(
    season_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    granted_on: Annotated[dt.date | None, Query(description="只列这一天认定的")] = None,
    number: Number = None,
    wanted: WantedFormat = PaperFormat.PDF,
) -> Response:
    """Whom a season recognised."""
    season = await require_season(session, season_id, caller.region)
    policy = await POLICIES.get(session, season.policy_hash)
    granted = await paper_repository.granted_in(session, season.id)
    paper = recognition_list_paper(season, granted, policy, granted_on, number)
    await session.close()
    return await resources.typesetter.set(paper, wanted)


@router.get(
    "/applications/{application_id}/refusal/paper",
    summary="不予认定告知书（PDF 或 DOCX）",
    response_class=Response,
    responses=PAPER,
)
async def print_refusal(
    application_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    number: Number = None,
    wanted: WantedFormat = PaperFormat.PDF,
) -> Response:
    """Why an application was refused."""
    application = await require_application(session, application_id, caller)
    season = await require_season(session, application.season_id)
    policy = await POLICIES.get(session, season.policy_hash)
    tasks = await application_repository.tasks_by_application(session, [application.id], lock=False)
    paper = refusal_paper(application, tasks[application.id], policy, number)
    await record_read(session, request, application, caller, "application:print")
    await session.close()
    return await resources.typesetter.set(paper, wanted)


@router.get(
    "/recognitions/{recognition_id}/proposals/{what}/papers/{paper}",
    summary="取消、撤销认定的告知书、决定书和送达回证（PDF 或 DOCX）",
    response_class=Response,
    responses=PAPER,
)
async def print_end_paper(
    recognition_id: uuid.UUID,
    what: ProposedEnd,
    paper: EndPaper,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    wanted: WantedFormat = PaperFormat.PDF,
) -> Response:
    """Of the newest proceeding of its kind."""
    recognition = await require_recognition(session, recognition_id, caller)
    about = (await proceedings_of(session, [recognition.id]))[recognition.id]
    rules = await rules_of_life(session, recognition)
    years = rules.value(rules.lifecycle.ban_years, clock.today())
    periods = EndPeriods(
        procedure_terms(recognition.county, clock.today()),
        years if isinstance(years, int) else None,
        await paper_repository.banned_until(session, recognition),
    )
    made = end_paper(paper, recognition, [one for one in about if one.what is what], periods)
    await record_read(session, request, recognition, caller, "recognition:print")
    await session.close()
    return await resources.typesetter.set(made, wanted)


@router.get("/recognitions/{recognition_id}/case-file", summary="案卷（PDF）", response_class=Response, responses=PDF)
async def print_case_file(
    recognition_id: uuid.UUID, request: Request, session: SessionDep, resources: ResourcesDep, caller: Reader
) -> Response:
    """One recognition from the application to its end."""
    recognition = await require_recognition(session, recognition_id, caller)
    rules = await stored_rules(session, recognition.policy_hash)
    kinds = {f"kind.{kind.id}": kind.title for kind in rules.operator_kinds.kinds}
    procedure = await paper_repository.procedure_of(session, recognition.application_id, caller.region, kinds)
    scored = procedure if procedure is not None and procedure.scored else None
    explained = await explain_score(session, scored.application.id, caller) if scored is not None else None
    life = await paper_repository.life_of(session, recognition)
    objections = await paper_repository.objections_of(session, recognition)
    paper = case_file_paper(recognition, procedure, explained, life, objections)
    await record_read(session, request, recognition, caller, "recognition:print")
    await session.close()
    return await resources.typesetter.set(paper)
