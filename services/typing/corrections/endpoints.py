"""``/v1/corrections``: which delivered rows upheld objections have corrected, for officers and for bureaus."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from services.typing.corrections import repository as corrections_repository
from services.typing.corrections.domain import CorrectionState
from services.typing.corrections.schemas import CorrectionStateName, EvidenceCorrectionView
from shared.platform.deliveries.readers import Reader
from shared.platform.department_scope import readable_feeds
from shared.platform.fields import UsccLookup
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["corrections"], route_class=TransactionalRoute)


@router.get("/corrections", summary="经异议更正的数据：更正了哪一户、哪一项，后来报送的数据是否一致")
async def list_corrections(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[int], paged(int, limit=20, largest=100)],
    uscc: Annotated[UsccLookup | None, Query()] = None,
    feed: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
    state: Annotated[CorrectionStateName | None, Query()] = None,
    objection: uuid.UUID | None = None,
) -> Page[EvidenceCorrectionView]:
    """Corrections inside the caller's region, newest first; departments see those of their own feeds only."""
    filters = corrections_repository.CorrectionFilter(uscc, feed, state and CorrectionState(state), objection)
    rows = await corrections_repository.list_corrections(
        session, caller.region, readable_feeds(caller), filters, page.after, page.wanted
    )
    return page.of(rows, EvidenceCorrectionView.of, lambda row: row.number)
