"""`/v1/measures/{measure}/effect`: what became of those who used a measure, beside those who did not."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.support.catalogue.problems import MeasureNotFound
from services.support.catalogue.register import read_register
from services.support.catalogue.schemas import MeasureIdField
from services.support.effects import repository as effect_repository
from services.support.effects.domain import rows_of
from services.support.effects.schemas import EffectRowView, EffectView
from services.support.entitlements.departments import require_readable
from shared.platform.fields import Year
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["effects"], route_class=TransactionalRoute)

NOTE = (
    "比较的是同一年同一型的户；享受和没有享受的户本来就可能不同，数字不说明原因。“已告知”指平台发出了通知。"
    "只统计本辖区，不排名。"
)


@router.get("/measures/{measure}/effect", summary="一项措施的效果：享受与没有享受的户，下一年各是什么型")
async def read_effect(
    measure: MeasureIdField,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    year: Annotated[Year, Query(description="哪一年享受")],
) -> EffectView:
    """Of the caller's region as a whole; to a department of its own measures."""
    entry = or_404((await read_register(session)).of(measure), MeasureNotFound)
    region = entry.measure.region
    if not (region.startswith(caller.region) or caller.region.startswith(region)):
        raise MeasureNotFound
    require_readable(entry.measure, caller)
    counted = await effect_repository.counts(session, caller.region, measure, year)
    return EffectView(
        measure=measure,
        title=entry.measure.title,
        region=caller.region,
        year=year,
        complete=await effect_repository.is_typed(session, caller.region, year + 1),
        rows=[EffectRowView.of(row) for row in rows_of(counted)],
        note=NOTE,
    )
