"""``/v1/feeds/{feed}/deliveries``, ``/v1/deliveries`` and ``/v1/pulls``: bureaus deliver or are pulled from, and see
what became of it.
"""

from typing import Annotated

from fastapi import Query

from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.domain import PullState
from services.typing.deliveries.schemas import DeliveryView, PullView
from services.typing.deliveries.service import RECEIVING
from shared.feeds.intake.declaration import Mode
from shared.platform.deliveries.endpoints import Year, delivery_router
from shared.platform.deliveries.readers import Reader
from shared.platform.department_scope import readable_feeds
from shared.platform.fields import Region
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep

router = delivery_router(RECEIVING, DeliveryView, summary="报送一个数据源的一批数据")


@router.get("/deliveries", summary="已收到的各批数据")
async def list_deliveries(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[int], paged(int, limit=20, largest=100)],
    feed: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
    bureau: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")] = None,
    region: Annotated[Region | None, Query(description="与该区划有关的各批：本级、上级和下级")] = None,
    year: Year = None,
    mode: Annotated[Mode | None, Query()] = None,
) -> Page[DeliveryView]:
    """Deliveries whose coverage is inside the caller's region, newest first; departments see their own feeds only."""
    filters = deliveries_repository.DeliveryFilter(feed, bureau, region, year, mode)
    rows = await deliveries_repository.list_deliveries(
        session, caller.region, readable_feeds(caller), filters, page.after, page.wanted
    )
    return page.of(rows, DeliveryView.of, lambda row: row.sequence)


@router.get("/pulls", summary="从部门接口取数的情况")
async def list_pulls(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[int], paged(int, limit=20, largest=100)],
    state: Annotated[PullState | None, Query()] = None,
) -> Page[PullView]:
    """Pulls of sources inside the caller's region, newest first; departments see those of their own feeds only."""
    rows = await deliveries_repository.list_pulls(
        session, caller.region, readable_feeds(caller), state, page.after, page.wanted
    )
    return page.of(rows, PullView.of, lambda row: row.sequence)
