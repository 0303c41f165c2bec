"""`/v1/households/mine`: the households that an operator runs, as far as this service has heard of them."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.recognition.registers.models import Household
from services.recognition.registers.repository import households_of
from shared.platform.fields import County
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Page
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.regions import region_name

router = APIRouter(prefix="/v1", tags=["households"], route_class=TransactionalRoute)


class OwnHouseholdView(BaseModel):
    """A household of the caller's. Its type and the reasons are told by the typing service."""

    uscc: str
    name: str
    county: County
    county_name: str | None
    registered: Annotated[bool, Field(description="登记在册；注销、吊销的为否")]
    typed: Annotated[bool, Field(description="已经公布过分型结果")]

    @classmethod
    def of(cls, household: Household) -> "OwnHouseholdView":
        """What an operator is shown of it."""
        return cls(
            uscc=household.uscc,
            name=household.name,
            county=household.region,
            county_name=region_name(household.region),
            registered=household.status == "registered",
            typed=household.type is not None,
        )


@router.get("/households/mine", summary="我的个体工商户")
async def list_own_households(
    session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]
) -> Page[OwnHouseholdView]:
    """All that the caller runs, by code; whoever runs none gets an empty list."""
    found = await households_of(session, caller.operator_ref or "")
    return Page(items=[OwnHouseholdView.of(one) for one in found])
