"""``/v1/recognitions``: the decision, by a person who took no part before; and what anyone may read of it."""

import uuid
from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.recognition.endpoints.bulk import check_size, done, failed
from services.recognition.endpoints.found import application_of, known, season_of
from services.recognition.endpoints.versions import Match, check_version
from services.recognition.models import Application, Recognition
from services.recognition.repository import applications, recognitions
from services.recognition.schemas.common import OutcomeView, Region
from services.recognition.schemas.recognitions import DecisionBody, RecognitionView
from services.recognition.schemas.seasons import CategoryName
from services.recognition.service.decisions import Outcomes, grant, grant_all
from shared.service.etag import etag_of
from shared.service.identity import Caller, Role, allow, anyone
from shared.service.pagination import Cursor, Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["recognitions"], route_class=TransactionalRoute)

Decider = Annotated[Caller, allow(Role.APPROVER)]


@router.post("/recognitions", status_code=201, summary="认定（经办过的人不能认定）")
async def decide(
    body: DecisionBody, response: Response, session: SessionDep, caller: Decider, match: Match = None
) -> RecognitionView:
    """Recognise one household."""
    return shown(await granted(session, body, caller, match), response)


@router.post("/recognitions/bulk", summary="批量认定，逐户给出结果")
async def decide_many(bodies: list[DecisionBody], session: SessionDep, caller: Decider) -> list[OutcomeView]:
    """Many, each on its own: read, judged and written together, season by season."""
    check_size(bodies)
    found = await applications.among(session, [body.application for body in bodies], caller.region)
    outcomes: Outcomes = {}
    asked: dict[uuid.UUID, list[Application]] = defaultdict(list)
    for body in {body.application: body for body in bodies}.values():
        try:
            application = known(found.get(body.application))
            check_version(application.version, body.etag)
            asked[application.season_id].append(application)
        except Problem as problem:
            outcomes[body.application] = problem
    for season in sorted(asked):
        outcomes |= await grant_all(session, asked[season], await season_of(session, season), caller)
    return [outcome_of(body.application, outcomes[body.application]) for body in bodies]


@router.get("/recognitions", summary="“名特优新”个体工商户名单")
async def listed(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    category: Annotated[CategoryName | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[RecognitionView]:
    """Valid ones at or below a region."""
    after = Cursor.read(cursor, str)
    last = uuid.UUID(str(after[0])) if after else None
    rows = await recognitions.listed(session, region, category, last, limit + 1)
    more = Cursor.write(str(rows[limit - 1].id)) if len(rows) > limit else None
    return Page(items=[RecognitionView.of(one) for one in rows[:limit]], next=more)


@router.get("/recognitions/{recognition_id}", summary="一户的认定")
async def get(
    recognition_id: uuid.UUID, response: Response, session: SessionDep, _: Annotated[Caller, anyone()]
) -> RecognitionView:
    """With its ETag."""
    found = await recognitions.get(session, recognition_id, "")
    if found is None:
        raise Problem(404, "recognition-not-found", "没有这项认定", "没有这项认定")
    return shown(found, response)


async def granted(session: SessionDep, body: DecisionBody, caller: Caller, match: str | None) -> Recognition:
    """One decision carried out."""
    application = await application_of(session, body.application, caller, lock=True)
    check_version(application.version, match, body.etag)
    return await grant(session, application, await season_of(session, application.season_id), caller)


def outcome_of(application: uuid.UUID, outcome: Recognition | Problem) -> OutcomeView:
    """What became of one of many."""
    if isinstance(outcome, Problem):
        return failed(application, outcome)
    return done(application, outcome.state)


def shown(recognition: Recognition, response: Response) -> RecognitionView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(recognition.version)
    response.headers["Location"] = f"/v1/recognitions/{recognition.id}"
    return RecognitionView.of(recognition)
