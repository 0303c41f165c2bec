"""``/v1/spot-checks``: superiors draw and decide; officers above and of the counties see; operators see demands."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.domain.spot_checks import CheckOutcome
from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.lists import CSV, csv_answer
from services.recognition.models import SpotCheck
from services.recognition.repository import spot_checks
from services.recognition.repository.spot_checks import Item
from services.recognition.schemas.seasons import Year
from services.recognition.schemas.spot_checks import DrawBody, FindingBody, ItemView, SpotCheckView
from services.recognition.service import spot_checks as use
from services.recognition.service.check_outcomes import Finding, conclude
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow, within
from shared.service.pagination import Cursor, Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["spot-checks"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]


@router.post("/spot-checks", status_code=201, summary="上级抽取一年的申报（按政策的比例和公布的种子）")
async def draw(body: DrawBody, response: Response, session: SessionDep, caller: Officer) -> SpotCheckView:
    """Once per region and year; once per share where the counties' policies differ."""
    check = await use.draw(session, body.region, body.year, body.percent, caller)
    response.headers["Location"] = f"/v1/spot-checks/{check.id}"
    return SpotCheckView.of(check)


@router.get("/spot-checks", summary="与本辖区有关的抽查")
async def listed(
    session: SessionDep, caller: Reader, year: Annotated[Year | None, Query()] = None
) -> Page[SpotCheckView]:
    """Of the region itself, above and below."""
    return Page(items=[SpotCheckView.of(one) for one in await spot_checks.listed(session, caller.region, year)])


@router.get("/spot-checks/demands", summary="上级要求本人补充的材料（经营者）")
async def demands(session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]) -> Page[ItemView]:
    """They are handed in as documents of the application."""
    return Page(items=[ItemView.of(one) for one in await spot_checks.demands_on(session, caller.operator_ref or "")])


@router.get("/spot-checks/{check_id}", summary="一次抽查，及复核抽取所需的种子")
async def get(check_id: uuid.UUID, session: SessionDep, caller: Reader) -> SpotCheckView:
    """Together with the population, what anyone needs to repeat it."""
    return SpotCheckView.of(await seen(session, check_id, caller))


@router.get("/spot-checks/{check_id}/population", summary="抽取范围：申报期内提交的各户", responses=CSV)
async def population(check_id: uuid.UUID, session: SessionDep, caller: Reader) -> Response:
    """The codes that were drawn from, inside the caller's region."""
    codes = await spot_checks.codes(session, await seen(session, check_id, caller), caller.region)
    return csv_answer("population.csv", ["uscc"], [[code] for code in codes])


@router.get("/spot-checks/{check_id}/items", summary="抽中的申报（本辖区内）")
async def items(
    check_id: uuid.UUID,
    session: SessionDep,
    caller: Reader,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[ItemView]:
    """By id."""
    check = await seen(session, check_id, caller)
    after = Cursor.read(cursor, str)
    last = uuid.UUID(str(after[0])) if after else None
    rows = await spot_checks.items(session, check.id, caller.region, last, limit + 1)
    more = Cursor.write(str(rows[limit - 1][1].id)) if len(rows) > limit else None
    return Page(items=[ItemView.of(one) for one in rows[:limit]], next=more)


@router.get("/spot-checks/{check_id}/items/{application_id}", summary="抽中的一份申报")
async def item(
    check_id: uuid.UUID, application_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader
) -> ItemView:
    """With its ETag."""
    return shown(await drawn(session, check_id, application_id, caller), response)


@router.post("/spot-checks/{check_id}/items/{application_id}/outcome", summary="抽查结果：通过、限期补充、不予认定")
async def decide(
    check_id: uuid.UUID,
    application_id: uuid.UUID,
    body: FindingBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Officer,
) -> ItemView:
    """By an officer of the level that drew. The season's row is locked first: a refusal calls the reserve up."""
    found = await drawn(session, check_id, application_id, caller)
    await season_of(session, found[1].season_id, lock=True)
    within(caller, (await seen(session, check_id, caller)).region)
    await spot_checks.lock(session, found)
    check_match(match, found[0].version)
    await conclude(session, found, Finding(CheckOutcome(body.outcome), body.finding, body.due_on), caller)
    return shown(found, response)


async def seen(session: SessionDep, check_id: uuid.UUID, caller: Caller) -> SpotCheck:
    """A check that the caller may see, or 404."""
    check = await spot_checks.get(session, check_id, caller.region)
    if check is None:
        raise Problem(404, "spot-check-not-found", "没有这次抽查", "没有这次抽查，或与您的管辖范围无关")
    return check


async def drawn(session: SessionDep, check_id: uuid.UUID, application_id: uuid.UUID, caller: Caller) -> Item:
    """A drawn application inside the caller's region, or 404."""
    found = await spot_checks.item(session, check_id, application_id, caller.region)
    if found is None:
        raise Problem(404, "spot-check-not-found", "没有抽中这份申报", "这次抽查没有抽中这份申报，或不在您的管辖范围内")
    return found


def shown(found: Item, response: Response) -> ItemView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(found[0].version)
    return ItemView.of(found)
