"""``/v1/quotas``: how many may be recognised, with the arithmetic for all to see."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from services.recognition.endpoints.rules import rules_view
from services.recognition.models import CountyQuota, Quota
from services.recognition.repository import seasons
from services.recognition.schemas.common import Region
from services.recognition.schemas.seasons import QuotaBody, QuotaView, Year
from services.recognition.service.quotas import QuotaOrder, set_quota
from services.recognition.service.rules import rules_of
from shared.service.identity import Caller, Role, allow, anyone, within
from shared.service.pagination import Page
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["quotas"], route_class=TransactionalRoute)


@router.post("/quotas", status_code=201, summary="核定名额并分配到县")
async def reckon(body: QuotaBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]) -> QuotaView:
    """Work out the quota from the year's published run; the city's own places where it apportions."""
    within(caller, body.scope)
    order = QuotaOrder(body.scope, body.year, body.order(), body.places)
    return await shown(session, *await set_quota(session, order, caller))


@router.get("/quotas", summary="名额与计算过程")
async def listed(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    year: Annotated[Year, Query()],
) -> Page[QuotaView]:
    """The quotas at or below a region."""
    found = await seasons.quotas_below(session, region, year)
    counties = await seasons.county_quotas(session, found)
    return Page(items=[await shown(session, one, counties[one.id]) for one in found])


async def shown(session: SessionDep, quota: Quota, counties: Sequence[CountyQuota]) -> QuotaView:
    """The quota with its apportionment and the rules it was reckoned by."""
    rules = await rules_of(session, quota.policy_hash)
    return QuotaView.of(quota, list(counties), rules, await rules_view(session, quota.policy_hash))
