"""``/v1/policies``: the policies this platform types by, with what is still unset in each."""

from typing import Annotated

from fastapi import APIRouter

from services.typing.schemas.households import PolicyView
from shared.policy.loading import load_policy, policy_ids
from shared.service import clock
from shared.service.identity import Caller, anyone
from shared.service.pagination import Page

router = APIRouter(prefix="/v1", tags=["policies"])


@router.get("/policies", summary="现行政策")
def listed(_: Annotated[Caller, anyone()]) -> Page[PolicyView]:
    """Every policy that ships with the platform."""
    return Page(items=[policy_view(name) for name in policy_ids()])


def policy_view(name: str) -> PolicyView:
    """One policy in short."""
    policy, today = load_policy(name), clock.today()
    unset = (*policy.unset(today, required=True), *policy.unset(today, required=False))
    return PolicyView(
        id=policy.id,
        title=policy.title,
        document=policy.document.number,
        regions=list(policy.regions),
        in_force_from=policy.since,
        in_force_until=policy.until,
        unset_parameters=[parameter.name for parameter in unset],
    )
