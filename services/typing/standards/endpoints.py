"""``/v1/standards``: everything that applies in a region, for anybody (郑州 三（一）2, 天津 附件1 三（二）)."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query

from services.typing.numbers.service import policy_in_force
from services.typing.runs import repository as runs_repository
from services.typing.standards.presenters import standards_view
from services.typing.standards.problems import StandardNotFound
from services.typing.standards.recognition_view import scope_region
from services.typing.standards.schemas import StandardsView
from shared import clock
from shared.law.reader.loading import shown_policy_at
from shared.platform.fields import Day, Region
from shared.platform.identity import Caller, anyone
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.regions import region_name

router = APIRouter(prefix="/v1", tags=["policies"], route_class=TransactionalRoute)


@router.get("/standards", summary="一个地区适用的标准：分型、认定、异议的规则和数额")
async def get_standards(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query(description="区划代码，2、4 或 6 位")],
    day: Annotated[Day | None, Query(description="哪一天；默认今天")] = None,
) -> StandardsView:
    """Clauses, numbers, readings, windows and deadlines with their citations, what is unset or unverified, and who
    decides. The quota's base is the year's central typing, once it is published.
    """
    on = day or clock.today()
    shipped = shown_policy_at(region, on)
    if shipped is None:
        raise StandardNotFound(f"{region_name(region) or region}在 {on} 没有适用的政策")
    policy = await policy_in_force(session, shipped.id)
    counts: Counter[str] = Counter()
    scope = scope_region(policy.recognition, region) if policy.recognition else None
    if scope is not None:
        for by_type in (await runs_repository.central_counts(session, scope, on.year)).values():
            counts.update(by_type)
    return standards_view(policy, region, on, counts)
