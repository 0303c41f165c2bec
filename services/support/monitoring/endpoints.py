"""`/v1/chosen-households`: contact points and the white list; `/v1/samples`: households drawn with a seed."""

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.monitoring import repository as monitoring_repository, service as monitoring_service
from services.support.monitoring.domain import ChosenAs, ChosenState
from services.support.monitoring.models import ChosenHousehold
from services.support.monitoring.problems import ChoiceNotFound
from services.support.monitoring.schemas import ChoiceBody, ChoiceView, SampledView, SampleView
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["monitoring"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Officer = Annotated[Caller, allow(Role.OFFICER)]
Approver = Annotated[Caller, allow(Role.APPROVER)]
Seed = Annotated[
    str, Query(min_length=4, max_length=60, pattern=r"^[\w-]+$", description="种子；同一种子，谁来抽都是同样的户")
]
METHOD = "按 SHA-256（种子＋统一社会信用代码）从小到大取"


@router.post("/chosen-households", status_code=201, summary="提出一户作联系点，或者列入白名单")
async def propose_household(body: ChoiceBody, response: Response, session: SessionDep, caller: Officer) -> ChoiceView:
    """With the reason; the white list with its term."""
    return _shown(await monitoring_service.propose(session, body.choice(), caller), response)


@router.get("/chosen-households", summary="联系点、白名单")
async def list_chosen(
    request: Request,
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
    chosen_as: Annotated[ChosenAs, Query()],
    state: ChosenState = ChosenState.LISTED,
) -> Page[ChoiceView]:
    """Of the caller's region; departments read it, since they give support."""
    rows = await monitoring_repository.list_some(session, caller.region, chosen_as, state, page.after, page.wanted)
    await record_read(session, request, about(chosen_as.value, caller.region), caller, "choice:list")
    return page.of(rows, ChoiceView.of, lambda row: row.id)


@router.get("/chosen-households/mine", summary="我这一户在哪些名单里")
async def list_my_choices(session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]) -> list[ChoiceView]:
    """To the operator, with the reason."""
    rows = await monitoring_repository.of_operator(session, caller.operator_ref or "")
    return [ChoiceView.of(row) for row in rows]


@router.post("/chosen-households/{choice_id}/approval", summary="批准")
async def approve_choice(
    choice_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Approver
) -> ChoiceView:
    """By another person than who proposed it."""
    row = await _locked(session, choice_id, caller, match)
    return _shown(await monitoring_service.approve(session, row, caller), response)


@router.post("/chosen-households/{choice_id}/ending", summary="退出名单，或者不批准")
async def end_choice(
    choice_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> ChoiceView:
    """With the reason."""
    row = await _locked(session, choice_id, caller, match)
    return _shown(await monitoring_service.end(session, row, body.reason, caller), response)


@router.get("/samples", summary="按种子抽取一型的户，用于抽样调查")
async def draw_sample(
    request: Request,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    seed: Seed,
    type_name: Annotated[Literal["survival", "growth", "development"], Query(alias="type")],
    size: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> SampleView:
    """Of the caller's region; nobody chooses who is asked."""
    population, rows = await monitoring_repository.sample(session, caller.region, type_name, seed, size)
    await record_read(session, request, about("sample", caller.region, seed=seed), caller, "sample:draw")
    return SampleView(
        region=caller.region,
        type=type_name,
        seed=seed,
        population=population,
        households=[SampledView(uscc=uscc, region=region) for uscc, region in rows],
        method=METHOD,
    )


async def _locked(session: AsyncSession, choice: uuid.UUID, caller: Caller, match: str) -> ChosenHousehold:
    row = or_404(await monitoring_repository.get_one(session, choice, caller.region, lock=True), ChoiceNotFound)
    check_match(match, row.version)
    return row


def _shown(row: ChosenHousehold, response: Response) -> ChoiceView:
    response.headers["ETag"] = etag_of(row.version)
    return ChoiceView.of(row)
